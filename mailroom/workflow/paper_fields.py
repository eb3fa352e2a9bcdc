"""Says what an office paper shows that the letter it is made for does not tell.

What the same matter has told before and what of it has changed, what else lies in its
days, by when our own people must be ready, whether its invoice has been replaced.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from mailroom import cases as case_words
from mailroom.calendar import Calendar
from mailroom.register import cases, messages, papers, precedents
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk
from mailroom.workflow.source import Source

# Letters that make what was told before invalid, and nothing else of it.
CHANGING = frozenset({"change", "cancel"})
# Drawers whose matters fill days, with the fields in which they begin and end.
_DAYS: Mapping[str, tuple[str, str]] = {
    "travel": ("depart", "return_date"),
    "meeting_notice": ("start", "end"),
}
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
        clashes = _clashes(tx, row.category, source.case, {**before, **said})
        number = said.get("invoice_no", "")
        heir = precedents.replaced_by(tx, number) if number else None
    found: dict[str, Any] = {"clashes": clashes}
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


def _clashes(
    tx: Connection, category: str | None, case: AnyRow, fields: Mapping[str, str]
) -> list[str]:
    """List the open matters whose days meet those of this one.

    Of a restricted one only the number is told.
    """
    ours = _span(category, fields)
    if ours is None:
        return []
    found = []
    for other in cases.listed(tx):
        if other.id == case.id or other.category not in _DAYS:
            continue
        told: dict[str, str] = {}
        for each in messages.of_case(tx, other.id):
            if each.category == other.category:
                told |= messages.fields(each.answer)
        theirs = _span(other.category, told)
        if theirs is None or theirs[0] > ours[1] or ours[0] > theirs[1]:
            continue
        restricted = case_words.is_restricted(other.sensitivity)
        when = theirs[0].replace("T", " ")
        found.append(
            other.number if restricted else f"{other.number} {when} {other.subject}"
        )
    return found


def _span(category: str | None, fields: Mapping[str, str]) -> tuple[str, str] | None:
    """Give from when to when a matter lasts, as ISO text; None where it is not known.

    A day without its time counts whole; what names no end lasts for its day.
    """
    if category is None or category not in _DAYS:
        return None
    start, end = (fields.get(name, "") for name in _DAYS[category])
    if not start:
        return None
    return start, _to_its_end(max(end, start[:10]))


def _to_its_end(moment: str) -> str:
    return moment if "T" in moment else f"{moment}T24:00"
