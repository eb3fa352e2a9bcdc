"""Tell: whoever a rule names gets a notice, whatever became of the letter."""

from mailroom.errors import text
from mailroom.register import cases, events
from mailroom.register.schema import AnyRow
from mailroom.register.texts import pack
from mailroom.rules.read_actions import ARGUMENTS
from mailroom.workflow.entry import Entry
from mailroom.workflow.gather import Asks, tell_of_letter
from mailroom.workflow.notify import may_be_told


def tell(entry: Entry, case: AnyRow | None) -> list[int | None]:
    """Write a notice to each person whom a rule names; returns the jobs that follow.

    Of very many letters a person is told in one notice. Each names the letter's case,
    or without one the letter; never any text of the mail. Who may not see the case
    hears nothing of it, and the book says so. Of old mail (`history`) nobody is told.
    """
    desk, row, answer = entry.desk, entry.row, entry.reading.answer
    if answer is None or row.history:
        return []
    verb = "notify"
    named = [a.arguments[ARGUMENTS[verb][0]] for a in answer.actions if a.verb == verb]
    people = {p.address: p for p in map(desk.directory.person, named) if p}
    seeing = (answer.sensitivity, answer.category, "")
    if case is not None:
        case = cases.row(entry.tx, case.id)  # this letter may have made it stricter
        seeing = (case.sensitivity, case.category, case.owner)
    asks = _words(row, case)
    following: list[int | None] = []
    for address in sorted(filter(None, people)):
        name = people[address].name
        about = {"entity_id": row.id, "case_id": case.id if case else None, "to": name}
        if not may_be_told(desk, address, *seeing):
            events.record(
                entry.tx, "no notice is written", at=entry.now, entity="message",
                reason=pack(text("{name} may not see it", name=name)), **about,
            )  # fmt: skip
            continue
        following += tell_of_letter(entry, address, asks, about["case_id"])
    return following


def _words(row: AnyRow, case: AnyRow | None) -> Asks:
    if case is not None:
        return Asks(
            kind="rule",
            subject=text("case {number}: a rule asks you to look", number=case.number),
            body=text(
                "Look at case {number}: a rule of the office asks for it.",
                number=case.number,
            ),
            line=text(
                "message {id}, case {number}: a rule asks you to look",
                id=row.id,
                number=case.number,
            ),
        )
    subject = text("message {id}: a rule asks you to look", id=row.id)
    return Asks(
        kind="rule",
        subject=subject,
        body=text(
            "Look at message {id}: a rule of the office asks for it. It has no case;"
            " “mailroom cases held” lists what is held, “mailroom cases ignored” what"
            " needs nobody.",
            id=row.id,
        ),
        line=subject,
    )
