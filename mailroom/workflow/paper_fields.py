"""Says what an office paper shows that the letter it is made for does not tell.

What the same matter has told before and what of it has changed, what else lies in its
days, by when our own people must be ready, whether its invoice has been replaced.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from mailroom import cases as case_words
from mailroom.appointments import clashes
from mailroom.calendar import Calendar
from mailroom.register import appointments, messages, papers, precedents
from mailroom.register.schema import AnyRow
from mailroom.workflow.day_sheet import value_of
from mailroom.workflow.desk import Desk
from mailroom.workflow.source import Source

# Letters that make what was told before invalid, and nothing else of it.
CHANGING = frozenset({"change", "cancel"})
READY_BEFORE = 2  # working days from our own people's day to the deadline


def paper_fields(
    desk: Desk, row: AnyRow, source: Source, template: str
) -> dict[str, Any]:
    """Gather what a paper for a message shows besides the fields of the letter.

    `old_X` is what field X was before a letter that changes it.
    """
    said = messages.fields(row.answer)
    with desk.database.read() as tx:
        before = _told_before(tx, row)
        made = [p for p in papers.of_case(tx, source.case.id) if p.template == template]
        in_the_way = _clashes(desk, tx, source.case)
        number = said.get("invoice_no", "")
        heir = precedents.replaced_by(tx, number) if number else None
    found: dict[str, Any] = {"clashes": in_the_way}
    if made:  # the first one bears no number
        found["edition"] = len(made) + 1
    if (row.answer or {}).get("mail_type") in CHANGING:
        found |= {name: old for name, old in before.items() if name not in said}
        changed = {name for name, old in before.items() if said.get(name, old) != old}
        found |= {f"old_{name}": before[name] for name in changed}
    ready = inner_due(source.case, desk.calendar, desk.today(source.now))
    if ready is not None:
        found["inner_due"] = ready
    if heir is not None:
        found["replaced_by"] = heir
    return found


def inner_due(case: AnyRow, calendar: Calendar, today: date) -> date | None:
    """Say by when our own people must be ready: two working days before a deadline.

    None where the letter states no deadline; never before today.
    """
    if not case.due_on or case.due_basis != "deadline":
        return None
    due = date.fromisoformat(case.due_on)
    return max(min(today, due), calendar.add_working_days(due, -READY_BEFORE))


def _told_before(tx: Connection, row: AnyRow) -> dict[str, str]:
    """Give what earlier letters of the case and of the same drawer have told."""
    told: dict[str, str] = {}
    for each in messages.of_case(tx, row.case_id):
        earlier = each.id < row.id and each.direction == "in"
        if earlier and each.category == row.category:
            told |= messages.fields(each.answer)
    return told


def _clashes(desk: Desk, tx: Connection, case: AnyRow) -> list[str]:
    """List what those who take part cannot keep besides this matter.

    Of a restricted one only the number is told, or that there is something.
    """
    ours = appointments.standing(tx, case_id=case.id)
    if not ours:
        return []
    around = timedelta(days=1)
    begin = min(each.begins_at for each in ours) - around
    end = max(each.ends_at or each.begins_at for each in ours) + around
    rows = {row.id: row for row in appointments.between(tx, begin, end)}
    found: dict[str, None] = {}
    for clash in clashes([value_of(desk, row) for row in rows.values()]):
        if case.id in (clash.first.case_id, clash.second.case_id):
            other = clash.second if clash.first.case_id == case.id else clash.first
            found[_named(desk, rows[other.id])] = None
    return list(found)


def _named(desk: Desk, row: AnyRow) -> str:
    number = row.number or f"#{row.id}"
    if case_words.is_restricted(row.case_sensitivity or row.sensitivity):
        return number
    when = row.begins_at.astimezone(desk.settings.office.zone)
    return f"{number} {when:%Y-%m-%d %H:%M} {row.title}"
