"""Gather: a flood of letters reaches a person as few notices that leave none out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from mailroom.errors import Text, text
from mailroom.i18n import say
from mailroom.register import events, gathered, jobs, sends
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow
from mailroom.register.texts import pack
from mailroom.workflow.desk import Desk
from mailroom.workflow.entry import Entry
from mailroom.workflow.notify import may_be_told, write

# As many as a person reads one by one. Whoever writes to the office decides how many
# letters come: without a bound they would decide how many mails its account sends,
# and a provider that blocks the account stops the letters, too.
AT_ONCE = 10
WITHIN = timedelta(hours=1)
LINES = 50  # of a collective notice; the rest is a number

_JOB = "tell_gathered"
_COLLECTIVE = "gathered"
_KINDS = ("rule", "asks-to-close", _COLLECTIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """What a letter makes the desk say to a person, alone or as a line among others."""

    kind: Literal["rule", "asks-to-close"]
    subject: Text
    body: Text
    line: Text


def tell_of_letter(
    entry: Entry, address: str, asks: Asks, case_id: int | None
) -> list[int | None]:
    """Write the notice of a letter to one person, once; returns the job that sends it.

    A person gets at most AT_ONCE within an hour. What comes beyond is a line of a
    collective notice, for which a job is queued that is due when there is room.
    """
    desk, tx, now = entry.desk, entry.tx, entry.now
    language = desk.settings.office.language
    free = free_at(tx, [address], _KINDS, now=now)
    # What waits goes first: letters that keep coming would take its place for ever.
    coming = gathered.is_coming(tx, address, _JOB, by=now + 2 * WITHIN)
    alone = free <= now and not coming
    number = sends.add_notice(
        tx, key=f"{asks.kind}:{entry.row.id}:{address}", to=address,
        subject=say(asks.subject, language),
        body=say(asks.body if alone else asks.line, language),
        state="due" if alone else "gathered", now=now,
    )  # fmt: skip
    if number is None:
        # A letter let out of quarantine is entered again; they were told before.
        return []
    about = {"entity_id": entry.row.id, "case_id": case_id, "to": _name(desk, address)}
    if alone:
        events.record(tx, "a notice is written", at=now, entity="message", **about)
        return [jobs.add(tx, "notice", number, now=now)]
    events.record(tx, "told in a collective notice", at=now, entity="message", **about)
    if not coming:
        jobs.add(tx, _JOB, number, now=now, due_at=free)
    return []


def tell_gathered(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Write the collective notice of all that is gathered for a person by now.

    What is gathered later has a job of its own. Who may no longer see a matter, or has
    left the office, does not hear of it. Returns the job that sends the notice; raises
    LeaseLostError.
    """
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        address = sends.notice_row(tx, job.subject_id).to
        free = free_at(tx, [address], _KINDS, now=now)
        if free > now:  # what was written before it has left later, or still waits
            jobs.put_back(tx, job, due_at=free, tried=False)
            return []
        following = _tell(desk, tx, address, now)
        jobs.finish(tx, job, now=now)
    return [number for number in following if number is not None]


def free_at(
    tx: Connection, addresses: Iterable[str], kinds: Sequence[str], *, now: datetime
) -> datetime:
    """Say when these people may be written to: AT_ONCE notices of `kinds` an hour.

    A kind is what stands in the key of its notices before the colon.
    """
    left = [
        gathered.nth_last(tx, address, kinds, n=AT_ONCE, now=now)
        for address in addresses
    ]
    return max([now, *(moment + WITHIN for moment in left if moment is not None)])


def _tell(desk: Desk, tx: Connection, address: str, now: datetime) -> list[int | None]:
    name, here = _name(desk, address), _is_here(desk, address)
    # A letter may be there twice: a rule asks for it, and a unit says that it is done.
    waiting = sorted(gathered.of(tx, address), key=_letter_of)
    letters = gathered.letters(tx, sorted(set(map(_letter_of, waiting))))
    told: list[AnyRow] = []
    states: dict[int, str] = {}
    for row in waiting:
        letter = letters[_letter_of(row)]
        seeing = (letter.sensitivity, letter.category, letter.owner or "")
        if here and may_be_told(desk, address, *seeing):
            told.append(row)
            states[row.id] = "told"
            continue
        states[row.id] = "withheld"
        events.record(
            tx, "no notice is written", at=now, entity="message", entity_id=letter.id,
            case_id=letter.case_id, to=name,
            reason=pack(text("{name} may not see it", name=name)),
        )  # fmt: skip
    gathered.end(tx, states)
    if not told:
        return []
    n = len(set(map(_letter_of, told)))
    following = write(
        desk, tx, [address], key=f"{_COLLECTIVE}:{min(states)}",
        subject=text("{n} letters that you are asked to look at", n=n),
        body=_body(told), now=now,
    )  # fmt: skip
    events.record(
        tx, "a collective notice is written", at=now, entity="notice",
        entity_id=min(states), to=name, letters=n,
    )  # fmt: skip
    return following


def _body(told: Sequence[AnyRow]) -> Text:
    lines = "\n".join(row.body for row in told[:LINES])
    more = len(told) - LINES
    if more <= 0:
        return text(
            "So many letters came that these are told in one notice:\n{lines}",
            lines=lines,
        )
    return text(
        "So many letters came that these are told in one notice:\n{lines}\n{n} more, up"
        " to message {last}. “mailroom cases list” lists the open cases, the newest"
        " first; “mailroom cases held” what is held, “mailroom cases ignored” what"
        " needs nobody.",
        lines=lines,
        n=more,
        last=_letter_of(told[-1]),
    )


def _letter_of(row: AnyRow) -> int:
    return int(row.key.split(":")[1])


def _is_here(desk: Desk, address: str) -> bool:
    named = address in desk.settings.office.notify
    return named or desk.directory.person(address) is not None


def _name(desk: Desk, address: str) -> str:
    person = desk.directory.person(address)
    return person.name if person else address
