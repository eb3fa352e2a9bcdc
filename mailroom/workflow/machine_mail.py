"""Machine mail: a letter of ours that came back, and who is away till when."""

import contextlib
import re
from datetime import date, timedelta

from mailroom.cases import CaseState, Outcome, is_open
from mailroom.errors import Text, text
from mailroom.message.authentication import vouched
from mailroom.message.model import Machine
from mailroom.message.reply import is_sendable
from mailroom.register import absences, cases, messages, reminders
from mailroom.register.schema import AnyRow
from mailroom.workflow.belonging import same_house
from mailroom.workflow.entry import Entry
from mailroom.workflow.follow_up import end_chains, promise

LONGEST_AWAY = timedelta(days=366)  # a date beyond it was not read right
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,20}")
_LOOKED_AT = 4000  # characters of an automatic reply


def enter_machine_mail(
    entry: Entry, machine: Machine, case: AnyRow | None
) -> list[int | None]:
    """Enter mail that nobody wrote: it is ignored, and what it tells is kept."""
    if machine.kind == "bounce":
        case = _came_back(entry) or case
    elif machine.kind == "auto_reply":
        _note_absence(entry)
    entry.conclude(
        Outcome.IGNORED,
        _away(entry, machine) or machine_words(machine),
        case_id=case.id if case else None,
    )
    return []


def machine_words(machine: Machine) -> Text:
    """Say what kind of machine mail it is."""
    return text(
        "machine mail, {kind}: {reason}", kind=machine.kind, reason=machine.reason
    )


def _came_back(entry: Entry) -> AnyRow | None:
    """Find the case of a letter that came back; what waits for an answer is over.

    Nobody has got the letter, so nobody owes an answer; a person must send it again.
    """
    tx, bounces = entry.tx, entry.reading.message.bounces
    ours = messages.our_draft(tx, [b.original_id for b in bounces if b.original_id])
    if ours is None:
        return None
    if any(bounce.action == "failed" for bounce in bounces):
        about = reminders.cases_of_draft(tx, ours.id)  # a reminder speaks of several
        _send_again(entry, ours.case_id)
        for case_id in about:
            if case_id != ours.case_id and is_open(cases.row(tx, case_id).state):
                _send_again(entry, case_id)
    return cases.row(tx, ours.case_id)


def _send_again(entry: Entry, case_id: int) -> None:
    """End what waits for an answer in a case, and let a person send it again."""
    desk, tx = entry.desk, entry.tx
    why = text("our letter came back")
    cases.move(tx, case_id, CaseState.SCREENING, now=entry.now, why=str(why))
    chains = desk.chains.by_id.values()
    waiting = [c.id for c in chains if c.starts == "sent" and "answer" in c.ends_on]
    end_chains(tx, case_id, waiting, reason=why, now=entry.now)
    promise(
        desk, tx, cases.row(tx, case_id),
        [c.id for c in chains if c.starts == "bounced"], starts="bounced",
        occasion=f"bounced:{entry.row.id}", since=entry.row.received_at, now=entry.now,
    )  # fmt: skip


def _note_absence(entry: Entry) -> None:
    """Note who is away until when; who answers instead must be of the same house.

    What our own server has found forged silences nobody.
    """
    message, told = entry.reading.message, entry.reading.told
    sender = message.sender
    if sender is None or "away_until" not in told:
        return
    if vouched(message, entry.desk.directory.mail_servers) is False:
        return
    until = None
    with contextlib.suppress(ValueError):
        until = date.fromisoformat(str(told["away_until"].value)[:10])
    today = entry.desk.today(entry.row.received_at)
    if until is None or not today < until <= today + LONGEST_AWAY:
        return
    absences.note(
        entry.tx, sender.address, until=until, delegate=_delegate(entry),
        message_id=entry.row.id,
    )  # fmt: skip


def _delegate(entry: Entry) -> str | None:
    """Find who answers instead: one of our people for ours, else of the same firm."""
    message, told = entry.reading.message, entry.reading.told
    sender = message.sender.address.lower() if message.sender else ""
    directory = entry.desk.directory
    if directory.is_own(sender):
        named = told.get("delegate")
        person = directory.person(str(named.value)) if named else None
        if person is not None and person.address and person.address != sender:
            return person.address
    for found in _ADDRESS.finditer(message.zones.new[:_LOOKED_AT]):
        address = found[0].lower()
        if address != sender and same_house(address, sender) and is_sendable(address):
            return address
    return None


def _away(entry: Entry, machine: Machine) -> Text | None:
    """Say who is away until when, and who answers instead, where they tell."""
    told = entry.reading.told
    until, instead = told.get("away_until"), told.get("delegate")
    if until is None and instead is None:
        return None
    return text(
        "machine mail, {kind}: away until {day}, instead of them: {who}",
        kind=machine.kind,
        day=until.value if until else "–",
        who=instead.value if instead else "–",
    )
