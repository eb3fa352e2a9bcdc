"""Says what a letter changes of what the book knows: a day, a paper, an invoice."""

from mailroom import cases as case_words
from mailroom.errors import Text, text
from mailroom.register import cases, followups, precedents
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


def begin_again(entry: Entry, case: AnyRow) -> None:
    """Remind of a case anew that a letter opens again, or in which it asks once more.

    Our answer has ended what reminded of the first letter, closing it everything; the
    new one counts from its own day. Where reminders still run, they go on.
    """
    desk, tx, answer = entry.desk, entry.tx, entry.reading.answer
    category = desk.rules.categories.get(case.category or "")
    if answer is None or category is None or not category.chain:
        return
    if answer.mail_type == "thanks" or entry.reading.message.machine is not None:
        return
    if case_words.is_open(case.state) and not answer.needs_reply:
        return
    if any(row.state != "proposed" for row in followups.running(tx, case.id)):
        return
    received_on = desk.today(entry.row.received_at)
    day, basis = due(entry.reading, received_on, desk.calendar)
    if basis != "deadline" and category.days is not None:
        day = desk.calendar.add_working_days(received_on, category.days)
        basis = "default"
    if day is not None and day.isoformat() != case.due_on:
        cases.put_off(tx, case, day, basis, now=entry.now)
    promise(
        desk, tx, cases.row(tx, case.id), [category.chain], starts="registered",
        occasion=f"again:{entry.row.id}", since=entry.row.received_at, now=entry.now,
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
