"""Sent mail: our own copy in the Sent mailbox, or a colleague's answer from there."""

from mailroom.cases import CaseState, Outcome
from mailroom.drafts import ASIDE, RECALLABLE, DraftState
from mailroom.errors import text
from mailroom.message.threads import parents
from mailroom.register import cases, drafts, jobs, messages
from mailroom.register.schema import AnyRow
from mailroom.workflow.entry import Entry
from mailroom.workflow.follow_up import end_for, promise
from mailroom.workflow.hold import withdraw


def enter_sent(entry: Entry) -> list[int | None]:
    """Enter a letter that lies in Sent; returns the jobs that follow."""
    message, tx = entry.reading.message, entry.tx
    ids = [message.message_id] if message.message_id else []
    ours = messages.our_draft(tx, ids)
    if ours is not None:
        entry.conclude(Outcome.IGNORED, text("our own letter"), case_id=ours.case_id)
        held = drafts.held(tx, ours.id)
        return [] if held is None else _our_own(entry, held)
    case = entry.case_of_thread()
    if case is None:
        # What it answers may be read later: after a pause, Sent may come first.
        messages.note_answers(tx, entry.row.id, parents(message))
        entry.conclude(Outcome.IGNORED, text("a letter of the office's own"))
        return []
    why = text("answered from the mail client")
    entry.conclude(Outcome.SORTED, why, case_id=case.id)
    cases.join_thread(tx, case.id, ids)
    for held in drafts.of_case(tx, case.id):
        if held.state in RECALLABLE and held.kind not in ASIDE:
            overtaken = text("a colleague has answered from the mail client")
            withdraw(tx, held, overtaken, now=entry.now)
    _answered(entry, case.id, entry.row)
    return []


def adopt_sent(entry: Entry, case_id: int) -> None:
    """Give a new case the answers that a colleague sent before it was opened."""
    rfc_id = entry.reading.message.message_id
    if rfc_id is None:
        return
    for row in messages.that_answer(entry.tx, rfc_id):
        why = text("answered from the mail client")
        messages.conclude(entry.tx, row.id, Outcome.SORTED, reason=why, case_id=case_id)
        cases.join_thread(entry.tx, case_id, [row.rfc_id] if row.rfc_id else [])
        _answered(entry, case_id, row)


def _our_own(entry: Entry, held: drafts.Held) -> list[int | None]:
    """See one of our letters in Sent: proof, or a person's work in the client."""
    if held.state == DraftState.UNCERTAIN:
        key = f"settle:{held.id}:{entry.row.id}"
        return [jobs.add(entry.tx, "settle", held.id, now=entry.now, key=key)]
    if held.state in RECALLABLE:
        why = text("it was sent from the mail client")
        withdraw(entry.tx, held, why, now=entry.now)
    recalled = held.state in RECALLABLE or held.state == DraftState.WITHDRAWN
    if recalled and held.kind not in ASIDE:
        _answered(entry, held.case_id, entry.row)
    return []


def _answered(entry: Entry, case_id: int, letter: AnyRow) -> None:
    """Write that a colleague has answered: we owe no more, they may owe us.

    `letter` is the one that lies in Sent: from it on, their answer is waited for.
    """
    desk, tx, why = entry.desk, entry.tx, "answered from the mail client"
    end_for(desk, tx, case_id, "sent", reason=why, now=entry.now)
    cases.move(tx, case_id, CaseState.WAITING, now=entry.now, why=why)
    chains = [
        chain
        for row in messages.of_case(tx, case_id)
        for chain in messages.chains(row.answer)
    ]
    promise(
        desk,
        tx,
        cases.row(tx, case_id),
        chains,
        starts="sent",
        occasion=f"client:{letter.id}",
        since=letter.received_at,
        now=entry.now,
    )
    jobs.add(tx, "colleagues_promises", letter.id, now=entry.now)
