"""Given up: a person has dead work tried again, or lets it go with a reason."""

from datetime import datetime

from sqlalchemy import Connection

from mailroom.errors import ReviewError, text
from mailroom.register import events, jobs
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk

# Without it a letter that was received would never be looked at by anybody.
_MUST_BE_DONE = frozenset({"sort"})


def try_again(desk: Desk, job_id: int, *, who: str, now: datetime) -> None:
    """Have a dead job done, as if it had never been tried.

    No step does twice what it did before: each asks the book first. Raises ReviewError
    where there is no such dead job.
    """
    with desk.database.write() as tx:
        found = _dead(tx, job_id)
        jobs.revive(tx, job_id, now=now)
        events.record(
            tx, "a dead job is tried again", at=now, entity="job", entity_id=job_id,
            actor=who, kind=found.kind, subject_id=found.subject_id,
        )  # fmt: skip


def let_go(desk: Desk, job_id: int, *, reason: str, who: str, now: datetime) -> None:
    """Take a dead job off the list; what it was to do is not done.

    Raises ReviewError where there is no such dead job, without a reason, and for the
    sorting of a letter: that can only be tried again.
    """
    if not reason.strip():
        raise ReviewError(text("Say why: the book keeps it."))
    with desk.database.write() as tx:
        found = _dead(tx, job_id)
        if found.kind in _MUST_BE_DONE:
            raise ReviewError(
                text(
                    "job {id} sorts a letter that nobody has looked at yet: it can only"
                    " be tried again",
                    id=job_id,
                )
            )
        jobs.let_go(tx, job_id, now=now)
        events.record(
            tx, "a dead job is let go", at=now, entity="job", entity_id=job_id,
            actor=who, kind=found.kind, subject_id=found.subject_id, reason=reason,
        )  # fmt: skip


def _dead(tx: Connection, job_id: int) -> AnyRow:
    found = next((row for row in jobs.dead(tx) if row.id == job_id), None)
    if found is None:
        raise ReviewError(text("there is no dead job {id}", id=job_id))
    return found
