"""What the book says of itself: the daily balance, and what waits too long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from mailroom.cases import Outcome, is_restricted
from mailroom.drafts import DraftState
from mailroom.errors import Text, text
from mailroom.register import jobs, sends
from mailroom.register.job_words import work_of
from mailroom.register.schema import draft, intake, job, mailbox, message
from mailroom.register.schema_service import worker
from mailroom.register.texts import unpack


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Where every received message is; nothing is missing where `agrees`."""

    received: int
    sorted: int
    unsorted: int
    held: int
    ignored: int
    merged: int
    in_work: int  # registered, not yet sorted

    @property
    def agrees(self) -> bool:
        """Say whether every received message is somewhere."""
        ended = self.sorted + self.unsorted + self.held + self.ignored + self.merged
        return self.received == ended + self.in_work


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """When one mailbox was read to the end."""

    account: str
    name: str
    last_ok_at: datetime | None  # last completed poll
    last_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxHealth(Polled):
    """How one mailbox is being read."""

    stored: int
    quarantined: int
    vanished: int
    failing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What tells whether the desk is well; cheap enough to be asked for every page."""

    oldest_waiting_at: datetime | None
    stuck_sends: int
    dead_jobs: int
    jobs_to_mend: int  # wait for a person to mend a file
    brake: bool
    polled: tuple[Polled, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of the desk at a glance."""

    signs: Signs
    balance: Balance
    today: Balance  # of what was registered since midnight
    drafts: Mapping[str, int]  # by state
    waiting_jobs: int  # due, and not yet begun
    mailboxes: tuple[MailboxHealth, ...]
    workers: tuple[str, ...]


def balance(tx: Connection, since: datetime | None = None) -> Balance:
    """Count the received messages by what became of them."""
    question = (
        select(message.c.outcome, func.count())
        .where(message.c.direction == "in")
        .group_by(message.c.outcome)
    )
    # Two questions, so that a message without an outcome would show as a difference.
    whole = select(func.count()).where(message.c.direction == "in")
    places = (
        select(intake.c.state, func.count())
        .join(mailbox, mailbox.c.id == intake.c.mailbox_id)
        .where(mailbox.c.role == "in", intake.c.state == "quarantined")
        .group_by(intake.c.state)
    )
    if since is not None:
        question = question.where(message.c.registered_at >= since)
        whole = whole.where(message.c.registered_at >= since)
    by = {row[0]: row[1] for row in tx.execute(question)}
    # What could not be fetched is received and held too, though it has no number.
    aside = 0 if since else sum(count for _, count in tx.execute(places))
    return Balance(
        received=tx.execute(whole).scalar_one() + aside,
        sorted=by.get(Outcome.SORTED, 0),
        unsorted=by.get(Outcome.UNSORTED, 0),
        held=by.get(Outcome.HELD, 0) + aside,
        ignored=by.get(Outcome.IGNORED, 0),
        merged=by.get(Outcome.MERGED, 0),
        in_work=by.get(Outcome.RECEIVED, 0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something that nobody can go on with until a person has looked."""

    kind: str  # message | place in a mailbox | job
    id: str
    reason: Text
    sha256: str | None = None  # of the raw message, where there is one
    sensitive: bool = False
    work: Text | None = None  # what a job does, in words of the office
    dead_job: int | None = None  # its number, for a person who has it tried again


def held(tx: Connection) -> list[Held]:
    """List all that waits for a person's look, with its reason."""
    rows = tx.execute(
        select(message)
        .where(message.c.outcome == Outcome.HELD, message.c.direction == "in")
        .order_by(message.c.id)
    )
    found = [
        Held(
            kind="message",
            id=str(row.id),
            reason=unpack(row.reason),
            sha256=row.sha256,
            sensitive=is_restricted((row.answer or {}).get("sensitivity") or "normal"),
        )
        for row in rows
    ]
    places = tx.execute(
        select(intake, mailbox.c.account, mailbox.c.name)
        .join(mailbox, mailbox.c.id == intake.c.mailbox_id)
        .where(intake.c.state.in_(("quarantined", "failing")))
    )
    found += [
        Held(
            kind="place in a mailbox",
            id=f"{row.account}/{row.name} UID {row.uid}",
            reason=unpack(row.reason),
        )
        for row in places
    ]
    found += [
        Held(
            kind="job",
            id=f"{row.kind} {row.subject_id}",
            work=work_of(row.kind, row.subject_id),
            reason=unpack(row.mend)
            if row.mend
            else text("{error}", error=row.last_error or ""),
            dead_job=row.id,
        )
        for row in jobs.dead(tx)
    ]
    waiting = tx.execute(select(job).where(jobs.to_be_mended()).order_by(job.c.id))
    found += [
        Held(
            kind="job",
            id=f"{row.kind} {row.subject_id}",
            work=work_of(row.kind, row.subject_id),
            reason=unpack(row.mend),
        )
        for row in waiting
    ]
    return found


def signs(tx: Connection, now: datetime) -> Signs:
    """Look at what must not be overlooked."""
    oldest = select(func.min(draft.c.created_at)).where(
        draft.c.state == DraftState.WAITING
    )
    dead = select(func.count()).where(job.c.state == "dead")
    boxes = select(
        mailbox.c.account, mailbox.c.name, mailbox.c.last_ok_at, mailbox.c.last_error
    )
    return Signs(
        oldest_waiting_at=tx.execute(oldest).scalar_one_or_none(),
        stuck_sends=len(sends.stuck(tx, now - timedelta(minutes=10))),
        dead_jobs=tx.execute(dead).scalar_one(),
        jobs_to_mend=tx.execute(
            select(func.count()).where(jobs.to_be_mended())
        ).scalar_one(),
        brake=sends.brake(tx),
        polled=tuple(
            Polled(**row._asdict()) for row in tx.execute(boxes.order_by(mailbox.c.id))
        ),
    )


def status(tx: Connection, now: datetime, *, midnight: datetime) -> Status:
    """Look at everything that a person should know of; `midnight` opened the day."""
    drafts: dict[str, int] = {
        row[0]: row[1]
        for row in tx.execute(
            select(draft.c.state, func.count()).group_by(draft.c.state)
        )
    }
    due = tx.execute(
        select(func.count()).where(job.c.state == "ready", job.c.due_at <= now)
    ).scalar_one()
    return Status(
        signs=signs(tx, now),
        balance=balance(tx),
        today=balance(tx, midnight),
        drafts=drafts,
        waiting_jobs=due,
        mailboxes=tuple(_mailboxes(tx)),
        workers=tuple(tx.execute(select(worker.c.id)).scalars()),
    )


def _mailboxes(tx: Connection) -> list[MailboxHealth]:
    counts: dict[tuple[int, str], int] = {
        (mailbox_id, state): count
        for mailbox_id, state, count in tx.execute(
            select(intake.c.mailbox_id, intake.c.state, func.count()).group_by(
                intake.c.mailbox_id, intake.c.state
            )
        )
    }
    return [
        MailboxHealth(
            account=row.account,
            name=row.name,
            last_ok_at=row.last_ok_at,
            last_error=row.last_error,
            **{
                state: counts.get((row.id, state), 0)
                for state in ("stored", "quarantined", "vanished", "failing")
            },
        )
        for row in tx.execute(select(mailbox).order_by(mailbox.c.id))
    ]
