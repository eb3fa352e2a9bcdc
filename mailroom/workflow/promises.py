"""Promises: what a letter of ours promises or asks by a day is proposed for following.

Read when the letter has left, never from what it quotes. A person confirms it or drops
it; until then nobody is reminded.
"""

from datetime import datetime

from sqlalchemy import Connection

from mailroom.cases import Sight
from mailroom.errors import ReviewError, text
from mailroom.followups.due import ends, next_step
from mailroom.message.parse import parse
from mailroom.register import cases, drafts, followups, jobs, messages
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow
from mailroom.rules.fields.found import Context, language_of
from mailroom.rules.promises import Promise, read_promises
from mailroom.workflow.clerk import our_words
from mailroom.workflow.desk import Desk
from mailroom.workflow.follow_up import end_chains, matter_of

# Which chain of chains.yaml follows what: an answer keeps a promise to answer, and
# nothing but a person's word keeps one to deliver.
ANSWER, DEED, ASKED = "promised_answer", "promised", "asked_by"


def read_sent(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Propose what a reply of ours promises that has left.

    A job of its own: nothing that goes wrong here may touch that it was sent.
    Raises LeaseLostError.
    """
    with desk.database.write() as tx:
        held = drafts.held(tx, job.subject_id)
        if held is not None and held.letter_sha256:
            raw = desk.letters.read(held.letter_sha256)
            _read(desk, tx, held.case_id, raw, occasion=f"draft {held.id}", now=now)
        jobs.finish(tx, job, now=now)
    return []


def read_colleagues(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Propose what a colleague's answer from the mail client promises.

    A job of its own, likewise: that they have answered stands already.
    Raises LeaseLostError.
    """
    with desk.database.write() as tx:
        letter = messages.row(tx, job.subject_id)
        if letter.case_id is not None:
            raw = desk.mail.read(letter.sha256)
            _read(
                desk, tx, letter.case_id, raw, occasion=f"client {letter.id}", now=now
            )
        jobs.finish(tx, job, now=now)
    return []


def _read(
    desk: Desk,
    tx: Connection,
    case_id: int,
    raw: bytes,
    *,
    occasion: str,
    now: datetime,
) -> None:
    """Propose what a letter (its bytes) promises and asks; each once for `occasion`."""
    message = parse(raw)
    context = Context(
        sent=message.date or now,
        zone=desk.settings.office.zone,
        calendar=desk.calendar,
        language=language_of(message.language),
        rooms=desk.directory.rooms,
        people=desk.directory.people,
    )
    for found in read_promises(our_words(message.zones.new, None), context):
        _propose(desk, tx, case_id, found, occasion=occasion, now=now)


def _propose(
    desk: Desk,
    tx: Connection,
    case_id: int,
    found: Promise,
    *,
    occasion: str,
    now: datetime,
) -> None:
    chain_id = ASKED if found.who == "reader" else ANSWER if found.by_letter else DEED
    chain = desk.chains.by_id.get(chain_id)
    if chain is None:  # an office may do without
        return
    day = desk.calendar.back_to_working_day(found.day)
    case = cases.row(tx, case_id)
    matter = matter_of(desk, tx, case, chain, since=now, due_on=day.isoformat())
    reminder = next_step(chain, 0, matter)
    if reminder is not None:
        followups.start(
            tx, case_id, chain=chain_id, step=reminder.step.number,
            occasion=f"{occasion} {found.who} {found.day}", due_at=reminder.at,
            started_at=now, now=now, proposed=True, due_on=day.isoformat(),
            sentence=found.sentence, sure=found.sure and day == found.day,
        )  # fmt: skip


def confirm(
    desk: Desk, followup_id: int, *, who: str, sight: Sight, now: datetime
) -> None:
    """Let a proposed follow-up run, by a person's word. Raises ReviewError."""
    with desk.database.write() as tx:
        row = _proposed(tx, followup_id, sight)
        chain = desk.chains.by_id.get(row.chain)
        reminder = None
        if chain is not None:
            case = cases.row(tx, row.case_id)
            matter = matter_of(desk, tx, case, chain, since=now, due_on=row.due_on)
            reminder = next_step(chain, 0, matter)
        if reminder is None:
            raise ReviewError(text("there is no chain {name} any more", name=row.chain))
        followups.confirm(
            tx, row, step=reminder.step.number, due_at=reminder.at, now=now, actor=who
        )
        jobs.add(tx, "remind", row.id, now=now, due_at=reminder.at)
        if row.chain == ASKED:
            # They were given a day: the chain that waits without one gives way.
            others = [
                chain.id
                for chain in desk.chains.by_id.values()
                if ends(chain, "answer") and chain.id != ASKED
            ]
            end_chains(
                tx, row.case_id, others,
                reason=text("they were asked by a day of their own"), now=now,
            )  # fmt: skip


def drop(
    desk: Desk, followup_id: int, *, who: str, sight: Sight, now: datetime
) -> None:
    """Say that a proposed follow-up is none. Raises ReviewError."""
    with desk.database.write() as tx:
        row = _proposed(tx, followup_id, sight)
        followups.end(
            tx, row.id, state="dropped", reason="not a promise", now=now, actor=who
        )


def _proposed(tx: Connection, followup_id: int, sight: Sight) -> AnyRow:
    if not followups.is_seen(tx, sight, followup_id):
        raise ReviewError(text("there is no follow-up {id}", id=followup_id))
    row = followups.row(tx, followup_id)
    if row.state != "proposed":
        raise ReviewError(
            text("follow-up {id} waits for nobody's word", id=followup_id)
        )
    return row
