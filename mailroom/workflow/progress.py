"""Progress: what each unit has of each matter, at which step, how late, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from mailroom.cases import Sight
from mailroom.errors import Text, text
from mailroom.followups.due import days_late
from mailroom.i18n import Language, say
from mailroom.register import matters
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk
from mailroom.workflow.draft import render

STATES: Mapping[str, Text] = {
    "asked": text("no report yet"),
    "reported": text("under way"),
    "late": text("late"),
    "asks to close": text("says it is done"),
    "closed": text("struck off"),
}
ROLES: Mapping[str, Text] = {"lead": text("leads"), "assist": text("assists")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One unit's part of one matter."""

    case: str
    matter: str
    department: str
    role: str  # lead | assist
    state: str
    percent: str | None
    planned: str | None  # ISO
    expected: str | None  # the unit's own new day
    done: str | None
    days_late: int  # working days, today or by its own new day
    reason: str | None  # in its own words
    sentence: str | None  # of its last report
    told_on: str | None
    message: int | None  # intake number of that report

    def step(self, language: Language) -> str:
        """Say in words how far it is."""
        words = say(STATES.get(self.state, text("under way")), language)
        return f"{words} {self.percent}%" if self.percent else words

    def next_step(self, language: Language) -> str:
        """Say what is to come: a person's look, or the new day."""
        if self.state == "asks to close":
            return say(text("a person looks and strikes it off"), language)
        if self.state == "late" and not (self.reason and self.expected):
            return say(text("asked for the reason and the new day"), language)
        if self.state == "late" and self.expected:
            return say(text("new day {day}", day=self.expected), language)
        if self.state == "asked":
            return say(text("its report is waited for"), language)
        return ""

    def plain(self) -> dict[str, object]:
        """Give it as plain values, for programs."""
        return asdict(self)


def progress(
    desk: Desk, sight: Sight, *, closed_too: bool = False, now: datetime
) -> tuple[list[Line], int]:
    """Give a line for each unit of each matter, and how many matters are not shown."""
    with desk.database.read() as tx:
        rows, hidden = matters.reported(tx, sight, closed_too=closed_too)
    return [_line(desk, row, desk.today(now)) for row in rows], hidden


def _line(desk: Desk, row: AnyRow, today: date) -> Line:
    planned = date.fromisoformat(row.planned_on) if row.planned_on else None
    done = desk.today(row.closed_at) if row.closed_at else None
    expected = date.fromisoformat(row.expected_on) if row.expected_on else None
    late = 0
    if planned is not None:
        until = done or max(filter(None, (today, expected)))
        late = days_late(planned, until, desk.calendar)
    percent = row.percent.rstrip("%") if row.percent else None
    return Line(
        case=row.number,
        matter=row.about,
        department=row.unit,
        role=row.role,
        state=row.state,
        percent=percent,
        planned=row.planned_on,
        expected=row.expected_on,
        done=done.isoformat() if done else None,
        days_late=late,
        reason=row.reason,
        sentence=row.sentence,
        told_on=desk.today(row.told_at).isoformat() if row.told_at else None,
        message=row.message_id,
    )


def progress_table(
    desk: Desk, lines: Sequence[Line], *, language: Language, now: datetime
) -> bytes:
    """Make the table of progress (督办进展汇总表) as a Word file.

    Raises TemplateError where its template is missing or broken.
    """
    office = desk.settings.office
    zh = language == "zh-CN"
    fields = {
        "period": desk.today(now).isoformat(),
        "office_name": office.name if zh else office.name_en or office.name,
        "lines": [
            {
                "matter": f"{line.matter}（{line.case}）"
                if zh
                else f"{line.matter} ({line.case})",
                "department": line.department,
                "step": line.step(language),
                "planned": line.planned or "",
                "done": line.done or "",
                "days_late": line.days_late or "",
                "reason": line.reason or "",
                "next_step": line.next_step(language),
            }
            for line in lines
        ],
    }
    template = f"paper/supervision_progress.{'zh' if zh else 'en'}.docx"
    return render(desk, template, fields).docx
