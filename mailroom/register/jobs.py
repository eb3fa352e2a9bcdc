"""The work still to do: the truth that Huey's hints only point at.

A job is `ready → leased → done`; a lease that ends makes it ready again; `dead` is
for a person, who has it tried again or lets it go; `cancelled` was overtaken. Each
claim has its own epoch, and whoever comes back late with an old one finds the door
shut (fencing).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from mailroom.errors import MailroomError, Text
from mailroom.register.schema import AnyRow, job
from mailroom.register.texts import pack

LEASE = timedelta(seconds=180)  # well above all time-outs of one step added up
HINT_AGAIN = timedelta(seconds=20)  # a hint not acted on by then was lost
MAX_ATTEMPTS = 8


class LeaseLostError(MailroomError):
    """Another worker has taken this over; this one stops without a trace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece of work that this worker has claimed."""

    id: int
    kind: str
    subject_id: int  # what it is about: a message, a draft, a follow-up …
    epoch: int  # of this claim
    attempts: int  # claims so far, this one included


def add(
    tx: Connection,
    kind: str,
    subject_id: int,
    *,
    now: datetime,
    due_at: datetime | None = None,
    key: str = "",
) -> int | None:
    """Queue a job once; returns its id, or None where its key was used before."""
    statement = (
        insert(job)
        .values(
            kind=kind,
            key=key or f"{kind}:{subject_id}",
            subject_id=subject_id,
            state="ready",
            due_at=due_at or now,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(job.c.id)
    )
    return tx.execute(statement).scalar_one_or_none()


def claim(tx: Connection, job_id: int, *, owner: str, now: datetime) -> Job | None:
    """Take a due job for `owner`; None where there is nothing to take."""
    row = tx.execute(
        update(job)
        .where(job.c.id == job_id, job.c.state == "ready", job.c.due_at <= now)
        .values(
            state="leased",
            owner=owner,
            lease_until=now + LEASE,
            epoch=job.c.epoch + 1,
            attempts=job.c.attempts + 1,
        )
        .returning(job.c.id, job.c.kind, job.c.subject_id, job.c.epoch, job.c.attempts)
    ).one_or_none()
    return Job(**row._asdict()) if row else None


def _mine(claimed: Job) -> object:
    return and_(
        job.c.id == claimed.id, job.c.epoch == claimed.epoch, job.c.state == "leased"
    )


def hold(
    tx: Connection, claimed: Job, *, now: datetime, lease: timedelta = LEASE
) -> None:
    """Make sure that the job is still ours, and renew the lease.

    Each transaction of a step begins with it. Raises LeaseLostError.
    """
    changed = tx.execute(
        update(job).where(_mine(claimed)).values(lease_until=now + lease)  # type: ignore[arg-type]  # and_ of columns
    )
    if changed.rowcount != 1:
        raise LeaseLostError


def finish(tx: Connection, claimed: Job, *, now: datetime, state: str = "done") -> None:
    """End the job with its step's last transaction. Raises LeaseLostError."""
    changed = tx.execute(
        update(job)
        .where(_mine(claimed))  # type: ignore[arg-type]  # and_ of columns
        .values(state=state, finished_at=now, owner=None, lease_until=None)
    )
    if changed.rowcount != 1:
        raise LeaseLostError


def put_back(
    tx: Connection,
    claimed: Job,
    *,
    due_at: datetime,
    error: str | None = None,
    mend: Text | None = None,
    tried: bool = True,
) -> None:
    """Give the job back, to be tried again at `due_at`. Raises LeaseLostError.

    `mend` says what a person must mend in a file before it can be done: the job is
    on the list that a person sees till then. Where nothing was `tried`, this claim
    does not count among its attempts.
    """
    changed = tx.execute(
        update(job)
        .where(_mine(claimed))  # type: ignore[arg-type]  # and_ of columns
        .values(
            state="ready",
            due_at=due_at,
            owner=None,
            lease_until=None,
            hinted_at=None,
            last_error=error,
            mend=pack(mend) if mend else None,
            attempts=claimed.attempts - (0 if tried else 1),
        )
    )
    if changed.rowcount != 1:
        raise LeaseLostError


def bury(
    tx: Connection, claimed: Job, *, now: datetime, error: str, why: Text | None = None
) -> None:
    """Give up on the job: it stays, dead, on the list that a person sees.

    `why` is the error as people read it, where there is such a sentence.
    """
    tx.execute(
        update(job)
        .where(_mine(claimed))  # type: ignore[arg-type]  # and_ of columns
        .values(
            state="dead",
            finished_at=now,
            owner=None,
            last_error=error,
            mend=pack(why) if why else None,
        )
    )


def dead(tx: Connection) -> Sequence[AnyRow]:
    """Return the jobs that were given up, the oldest first."""
    return tx.execute(select(job).where(job.c.state == "dead").order_by(job.c.id)).all()


def revive(tx: Connection, job_id: int, *, now: datetime) -> None:
    """Make a dead job ready again, with all its tries."""
    tx.execute(
        update(job)
        .where(job.c.id == job_id, job.c.state == "dead")
        .values(
            state="ready",
            due_at=now,
            attempts=0,
            finished_at=None,
            hinted_at=None,
            mend=None,
        )
    )


def let_go(tx: Connection, job_id: int, *, now: datetime) -> None:
    """Take a dead job off the list, undone."""
    tx.execute(
        update(job)
        .where(job.c.id == job_id, job.c.state == "dead")
        .values(state="cancelled", finished_at=now)
    )


def cancel(tx: Connection, kind: str, subject_id: int, *, now: datetime) -> None:
    """Call off jobs that nobody has begun."""
    tx.execute(
        update(job)
        .where(
            job.c.kind == kind, job.c.subject_id == subject_id, job.c.state == "ready"
        )
        .values(state="cancelled", finished_at=now)
    )


def release(tx: Connection, *, now: datetime, living: Collection[str]) -> int:
    """Make ready again what was leased by a dead worker, or for too long."""
    changed = tx.execute(
        update(job)
        .where(
            job.c.state == "leased",
            or_(job.c.lease_until < now, job.c.owner.not_in(living)),
        )
        .values(state="ready", owner=None, lease_until=None, hinted_at=None)
    )
    return changed.rowcount


def waiting(tx: Connection, *, now: datetime, living: Collection[str]) -> bool:
    """Say whether there is anything to hint at or to release."""
    due = and_(
        job.c.state == "ready",
        job.c.due_at <= now,
        or_(job.c.hinted_at.is_(None), job.c.hinted_at < now - HINT_AGAIN),
    )
    lost = and_(
        job.c.state == "leased",
        or_(job.c.lease_until < now, job.c.owner.not_in(living)),
    )
    return (
        tx.execute(select(job.c.id).where(or_(due, lost)).limit(1)).first() is not None
    )


def hint(tx: Connection, *, now: datetime, limit: int) -> list[int]:
    """Pick due jobs that no worker has been told of lately, oldest first."""
    due = (
        select(job.c.id)
        .where(
            job.c.state == "ready",
            job.c.due_at <= now,
            or_(job.c.hinted_at.is_(None), job.c.hinted_at < now - HINT_AGAIN),
        )
        .order_by(job.c.due_at, job.c.id)
        .limit(limit)
    )
    return list(
        tx.execute(
            update(job)
            .where(job.c.id.in_(due))
            .values(hinted_at=now)
            .returning(job.c.id)
        ).scalars()
    )


def of_messages(tx: Connection, numbers: Collection[int]) -> list[int]:
    """Return the jobs that sort these messages, in the order of intake."""
    return list(
        tx.execute(
            select(job.c.id)
            .where(job.c.key.in_([f"sort:{number}" for number in numbers]))
            .order_by(job.c.subject_id)
        ).scalars()
    )


def to_be_mended() -> ColumnElement[bool]:
    """Return what tells the jobs that wait for a person to mend a file."""
    open_ = job.c.state.in_(("ready", "leased"))
    return and_(open_, job.c.mend.is_not(None))


def forget_hints(tx: Connection) -> None:
    """Have everything that is due hinted at again: whoever was told has died."""
    tx.execute(
        update(job)
        .where(job.c.state == "ready", job.c.hinted_at.is_not(None))
        .values(hinted_at=None)
    )


def underway(tx: Connection, kind: str, subject_ids: Collection[int]) -> bool:
    """Say whether a job of this kind is still to be done for one of the subjects."""
    found = select(job.c.id).where(
        job.c.kind == kind,
        job.c.subject_id.in_(subject_ids),
        job.c.state.in_(["ready", "leased"]),
    )
    return tx.execute(found.limit(1)).first() is not None


def any_due(tx: Connection, kind: str, *, now: datetime) -> bool:
    """Say whether a job of this kind is due or being done."""
    due = and_(job.c.state == "ready", job.c.due_at <= now)
    found = select(job.c.id).where(
        job.c.kind == kind, or_(due, job.c.state == "leased")
    )
    return tx.execute(found.limit(1)).first() is not None


def next_due(tx: Connection, *, now: datetime) -> int | None:
    """Return one due job, for those who work without Huey; None where all is done."""
    return tx.execute(
        select(job.c.id)
        .where(job.c.state == "ready", job.c.due_at <= now)
        .order_by(job.c.due_at, job.c.id)
        .limit(1)
    ).scalar_one_or_none()


def due_of(tx: Connection, kind: str, subject_id: int) -> datetime | None:
    """Return when a job that is still to be done is due; None where there is none."""
    found: datetime | None = tx.execute(
        select(func.min(job.c.due_at)).where(
            job.c.kind == kind, job.c.subject_id == subject_id, job.c.state == "ready"
        )
    ).scalar_one_or_none()
    return found


def known_before(tx: Connection, kind: str, moment: datetime) -> bool:
    """Say whether jobs of a kind were queued before a moment."""
    found = select(job.c.id).where(job.c.kind == kind, job.c.created_at < moment)
    return tx.execute(found.limit(1)).first() is not None


def counts(tx: Connection) -> dict[str, int]:
    """Count the jobs by state."""
    rows = tx.execute(select(job.c.state, func.count()).group_by(job.c.state))
    return {state: count for state, count in rows}  # noqa: C416  rows are not pairs to mypy
