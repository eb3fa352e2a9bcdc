"""Says what a letter changes of what the book knows: a day, a paper, an invoice."""

from mailroom.errors import Text, text
from mailroom.register import cases, precedents
from mailroom.register.schema import AnyRow
from mailroom.workflow.entry import Entry
from mailroom.workflow.follow_up import promise
from mailroom.workflow.paper_fields import CHANGING
from mailroom.workflow.reading import Reading, due


def follow_its_day(entry: Entry, case: AnyRow) -> None:
    """Follow a letter that moves the day: the case is due anew, and so reminded."""
    answer, category = entry.reading.answer, entry.reading.category
    if answer is None or category is None or answer.mail_type != "change":
        return
    day, basis = due(
        entry.reading, entry.desk.today(entry.row.received_at), entry.desk.calendar
    )
    if day is None or basis != "deadline" or case.category != category.id:
        return
    if day.isoformat() == case.due_on:
        return
    cases.put_off(entry.tx, case, day, basis, now=entry.now)
    promise(
        entry.desk, entry.tx, cases.row(entry.tx, case.id),
        [a.arguments["chain"] for a in answer.actions if a.verb == "follow_up"],
        starts="registered", occasion=f"changed:{entry.row.id}",
        since=entry.row.received_at, now=entry.now,
    )  # fmt: skip


def renews_paper(reading: Reading) -> bool:
    """Say whether a paper of ours is wrong now, and must be made anew."""
    answer = reading.answer
    if answer is None or answer.mail_type not in CHANGING:
        return False
    return any(action.verb == "draft_paper" for action in answer.actions)


def blocked(entry: Entry) -> Text | None:
    """Say that the letter brings an invoice that another one has made void."""
    answer = entry.reading.answer
    named = answer.fields.get("invoice_no") if answer else None
    heir = precedents.replaced_by(entry.tx, named.value) if named else None
    if named is None or heir is None:
        return None
    return text(
        "look at it: invoice {number} has been replaced by {heir}; do not pay it",
        number=named.value,
        heir=heir,
    )
