"""Sort by hand: a person puts a letter into the right drawer; the work begins anew."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from mailroom.cases import CaseState, Outcome, is_open
from mailroom.drafts import RECALLABLE, DraftState
from mailroom.errors import ReviewError, text
from mailroom.message.parse import parse
from mailroom.register import cases, drafts, events, jobs, messages
from mailroom.register.drafts import Held
from mailroom.register.schema import AnyRow
from mailroom.rules.model import Classification
from mailroom.rules.read_actions import ARGUMENTS
from mailroom.workflow.appointments import forget_message, note_appointments
from mailroom.workflow.desk import Desk
from mailroom.workflow.entry import Entry
from mailroom.workflow.follow_up import end_chains, promise
from mailroom.workflow.hold import withdraw
from mailroom.workflow.itinerary import calendar_changed
from mailroom.workflow.permission import person_behind
from mailroom.workflow.reading import due, plain, think
from mailroom.workflow.set_apart import restrict
from mailroom.workflow.sight import sight_of
from mailroom.workflow.sort import own


def resort(
    desk: Desk, message_id: int, *, category: str, who: str, now: datetime
) -> list[int]:
    """Put a message and its case into a drawer; returns the jobs that follow.

    Its fields are read again as that drawer reads them, its chains start, a waiting
    reply is withdrawn and another one drafted, never while one is leaving or has left.
    The case keeps its number, and is never less confidential than before. Raises
    ReviewError.
    """
    person = person_behind(desk, who)
    known = desk.rules.categories.get(category)
    with desk.database.read() as tx:
        row = messages.find(tx, message_id)
        case = cases.row(tx, row.case_id) if row is not None and row.case_id else None
    if (
        row is None
        or case is None
        or not sight_of(desk, person).sees(case.sensitivity, case.category, case.owner)
    ):
        raise ReviewError(text("there is no message {id}", id=message_id))
    if known is None or known.machine:
        raise ReviewError(text("there is no drawer {name}", name=category))
    if not is_open(case.state):
        raise ReviewError(text("case {number} is closed", number=case.number))
    message = parse(desk.mail.read(row.sha256))
    reading = think(message, desk.rules, own(desk), now=now, by_hand=category)
    answer = reading.answer
    if answer is None or answer.quarantine is not None:
        raise ReviewError(text("a person must look at this mail first: cases held"))
    due_on, basis = due(reading, desk.today(row.received_at), desk.calendar)
    with desk.database.write() as tx:
        letters = _called_back(tx, case, now)
        again = _times_sorted(tx, case) + 1
        messages.conclude(
            tx, row.id, Outcome.SORTED, category=category,
            answer={**plain(answer), "again": again, "by_hand": who},
            rules_hash=answer.rules_hash,
        )  # fmt: skip
        restrict(desk, tx, case, answer.sensitivity, now=now)
        owner = _asked(answer, "assign")
        cases.sort_anew(
            tx, case, category, owner=owner[0] if owner else case.owner,
            due_on=due_on, due_basis=basis, now=now, actor=who,
        )  # fmt: skip
        cases.move(tx, case.id, CaseState.ASSIGNED, now=now, actor=who)
        entry = Entry(desk=desk, tx=tx, row=row, reading=reading, now=now)
        forget_message(entry, actor=who)
        note_appointments(entry, case)
        calendar_changed(desk, tx, now=now)
        end_chains(
            tx, case.id, messages.chains(row.answer), reason=text("sorted by hand"),
            now=now,
        )  # fmt: skip
        promise(
            desk, tx, cases.row(tx, case.id), _asked(answer, "follow_up"),
            starts="registered", occasion=f"registered again {again}",
            since=row.received_at, now=now, by_hand=True,
        )  # fmt: skip
        if desk.settings.office.mode == "observe" or _is_answered(row, letters):
            return []
        key = f"draft:{row.id}:{again}"
        job = jobs.add(tx, "draft", row.id, now=now, key=key)
    return [job] if job is not None else []


def _called_back(tx: Connection, case: AnyRow, now: datetime) -> Sequence[Held]:
    """Withdraw the replies that wait; raises ReviewError while a letter is leaving."""
    letters = drafts.of_case(tx, case.id)
    if any(held.state == DraftState.SENDING for held in letters):
        raise ReviewError(
            text(
                "a letter of {number} is leaving just now; try again",
                number=case.number,
            )
        )
    for held in letters:
        if held.state in RECALLABLE and held.kind == "reply":
            withdraw(tx, held, text("the letter was sorted anew"), now=now)
    return letters


def _times_sorted(tx: Connection, case: AnyRow) -> int:
    return sum(e.what == "sorted by hand" for e in events.of_case(tx, case.id))


def _asked(answer: Classification, verb: str) -> list[str]:
    argument = ARGUMENTS[verb][0]
    return [a.arguments[argument] for a in answer.actions if a.verb == verb]


def _is_answered(row: AnyRow, letters: Sequence[Held]) -> bool:
    """Say whether a reply to this message has left, or may have."""
    gone = {DraftState.SENT, DraftState.UNCERTAIN}
    return row.direction == "out" or any(
        held.message_id == row.id and held.state in gone for held in letters
    )
