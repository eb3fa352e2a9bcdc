"""The report on orders of the week (督办周报), and the figures of a month."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from statistics import median

from sqlalchemy import Connection

from mailroom.cases import is_open
from mailroom.errors import Text, text
from mailroom.register import ledgers, messages, reports
from mailroom.register.schema import AnyRow
from mailroom.workflow.day_brief import midnight
from mailroom.workflow.day_report import (
    Line,
    Reader,
    Report,
    Section,
    lines,
    titled,
)
from mailroom.workflow.desk import Desk
from mailroom.workflow.history import case_state
from mailroom.workflow.ledgers import catch_up

ORDERS = ("supervision_order",)
FAULTS = ("maintenance",)
_OFTEN = 2  # a fault of one place that came so often is a repeated one
_MOST = 20  # lines of a list of the month


def week(desk: Desk, reader: Reader) -> Report:
    """Tell of each order who owes what, by when, how late, and why."""
    reader, today = reader.of_the_office(), desk.today(reader.now)
    with desk.database.read() as tx:
        cases = reports.open_cases(tx, reader.sight)
        units = reports.orders(tx, reader.sight)
        said = reports.last_words(tx, [row.id for row in units])
        hidden = reports.hidden_open(tx, reader.sight)
    with_units = {row.case_id for row in units}
    others = [c for c in cases if c.category in ORDERS and c.id not in with_units]
    monday = today - timedelta(days=today.weekday())
    told = [_unit(desk, row, said, today) for row in units]
    late = [line for line, is_late in told if is_late]
    sections = (
        lines(text("Behind"), late),
        lines(text("On their way"), (line for line, is_late in told if not is_late)),
        lines(
            text("Orders that no unit has yet"),
            (_alone(desk, row, today) for row in others),
        ),
    )
    span = {"first": monday.isoformat(), "last": today.isoformat()}
    return Report(
        kind="week", day=today, period=text("{first} to {last}", **span),
        sections=sections, hidden=hidden,
    )  # fmt: skip


def _unit(
    desk: Desk, row: AnyRow, said: Mapping[int, AnyRow], today: date
) -> tuple[Line, bool]:
    word = said.get(row.id)
    planned, expected = row.planned_on, row.expected_on
    late = bool(planned) and planned < today.isoformat()
    when: Text | str = planned or ""
    if late:
        days = desk.calendar.working_days_between(date.fromisoformat(planned), today)
        when = text("{day}, {n} working days late", day=planned, n=days)
    note: Text | str = word.reason if word is not None else ""
    if expected and expected != planned:
        note = text("{reason} new date {day}", reason=note, day=expected)
    line = Line(what=f"{row.number} {row.about}", who=row.unit, when=when, note=note,
                case=row.number)  # fmt: skip
    return line, late or row.state == "late"


def _alone(desk: Desk, row: AnyRow, today: date) -> Line:
    late = row.due_on and row.due_on < today.isoformat()
    when: Text | str = row.due_on or ""
    if late:
        days = desk.calendar.working_days_between(date.fromisoformat(row.due_on), today)
        when = text("{day}, {n} working days late", day=row.due_on, n=days)
    return Line(what=titled(row), who=row.owner, when=when, case=row.number)


def month(desk: Desk, reader: Reader, first: date | None = None) -> Report:
    """Count a month: the one that `first` begins, else the last whole one."""
    catch_up(desk)
    reader, today = reader.of_the_office(), desk.today(reader.now)
    first = first or (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    with desk.database.read() as tx:
        span = midnight(desk, first), midnight(desk, after)
        cases = reports.opened_between(tx, reader.sight, *span)
        told = _told(tx, cases)
        answers = reports.first_answers(tx, [row.id for row in cases])
        hidden = reports.hidden_open(tx, reader.sight)
    asked = [row for row in cases if _asks(told.get(row.id, ()))]
    silent = [r for r in asked if r.id not in answers and is_open(r.state)]
    sections = (
        _figures(desk, cases, asked, answers),
        lines(text("Where open cases wait"), _steps(desk, cases, today)),
        lines(text("Faults that came again"), _faults(cases, told)),
        lines(
            text("Not answered yet"),
            (
                Line(what=titled(row), who=row.owner, when=row.due_on or "",
                     note=row.correspondent, case=row.number)
                for row in silent[:_MOST]
            ),
            len(silent),
        ),
    )  # fmt: skip
    return Report(
        kind="month", day=today, period=f"{first:%Y-%m}", sections=sections,
        hidden=hidden,
    )  # fmt: skip


_Answers = Sequence[tuple[str | None, Mapping[str, object] | None]]


def _told(tx: Connection, cases: Sequence[AnyRow]) -> Mapping[int, _Answers]:
    return ledgers.told(tx, [row.id for row in cases])


def _asks(letters: _Answers) -> bool:
    return any((answer or {}).get("needs_reply") for _, answer in letters)


def _figures(
    desk: Desk,
    cases: Sequence[AnyRow],
    asked: Sequence[AnyRow],
    answers: Mapping[int, str],
) -> Section:
    zone = desk.settings.office.zone
    answered = [row for row in asked if row.id in answers]
    in_time = [r for r in answered if not r.due_on or answers[r.id] <= r.due_on]
    took = [
        desk.calendar.working_days_between(
            row.opened_at.astimezone(zone).date(), date.fromisoformat(answers[row.id])
        )
        for row in answered
    ]
    share = f"{100 * len(in_time) // len(answered)} %" if answered else "–"
    closed = sum(not is_open(row.state) for row in cases)
    return lines(
        text("Figures"),
        (
            Line(what=text("Cases received"), when=str(len(cases))),
            Line(what=text("… that ask for an answer"), when=str(len(asked))),
            Line(what=text("Answered"), when=str(len(answered))),
            Line(what=text("… of these in time"), when=f"{len(in_time)} ({share})"),
            Line(
                what=text("Working days to the answer, median"),
                when=f"{median(took):g}" if took else "–",
            ),
            Line(what=text("Closed"), when=str(closed)),
        ),
    )


def _steps(desk: Desk, cases: Sequence[AnyRow], today: date) -> Iterator[Line]:
    zone = desk.settings.office.zone
    ages: dict[str, list[int]] = {}
    for row in cases:
        if is_open(row.state):
            opened = row.opened_at.astimezone(zone).date()
            days = desk.calendar.working_days_between(opened, today)
            ages.setdefault(row.state, []).append(days)
    for state, waited in sorted(ages.items(), key=lambda each: -len(each[1])):
        yield Line(
            what=case_state(state), when=str(len(waited)),
            note=text("{n} working days, median", n=f"{median(waited):g}"),
        )  # fmt: skip


def _faults(cases: Sequence[AnyRow], told: Mapping[int, _Answers]) -> Iterator[Line]:
    seen: Counter[tuple[str, str]] = Counter()
    for row in cases:
        if row.category in FAULTS:
            for _, answer in told.get(row.id, ())[:1]:
                said = messages.fields(answer)
                if said.get("location"):
                    seen[said["location"], said.get("fault", "")] += 1
    for (place, fault), count in seen.most_common():
        if count >= _OFTEN:
            yield Line(what=f"{place} {fault}".strip(), when=str(count))
