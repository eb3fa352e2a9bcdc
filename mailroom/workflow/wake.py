"""Wake: a draft that a person has put off stands in the queue again."""

from datetime import datetime

from mailroom.drafts import DraftState
from mailroom.register import drafts, jobs
from mailroom.register.jobs import Job
from mailroom.workflow.desk import Desk


def wake(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Let a draft wait for a decision again; nothing where it has been decided.

    Raises LeaseLostError.
    """
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        held = drafts.held(tx, job.subject_id)
        if held is not None and held.state == DraftState.LATER:
            drafts.move(tx, held, DraftState.WAITING, now=now)
        jobs.finish(tx, job, now=now)
    return []
