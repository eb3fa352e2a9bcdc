"""Does one job of the register, and says what happens when it fails."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from mailroom.errors import (
    ConfigError,
    EnvironmentFault,
    MailroomError,
    PermanentMailError,
    TemporaryMailError,
    Text,
    text,
)
from mailroom.register import jobs
from mailroom.register.jobs import Job, LeaseLostError
from mailroom.workflow import (
    after_sending,
    answered,
    arrange,
    bundle,
    day_papers,
    digest,
    draft,
    follow_up,
    gather,
    hold,
    itinerary,
    keep_files,
    notify,
    pass_on,
    promises,
    send,
    sort,
    supervise,
    unit_reports,
    wake,
)
from mailroom.workflow.desk import Desk

log = logging.getLogger("mailroom.worker")

FIRST_RETRY = timedelta(seconds=2)
LAST_RETRY = timedelta(minutes=15)
LOOK_AGAIN = timedelta(minutes=1)  # whether a person has mended a file
MAIL_ATTEMPTS = 100  # a mail server may be down for a day
# A mail that crashes the program is tried again after each start, but not for ever.
MOST_CLAIMS = 25
READS_MAIL = frozenset(
    {
        "sort",
        "draft",
        "keep_files",
        "pass_on",
        "promises",
        "colleagues_promises",
        "supervise",
    }
)

STEPS: dict[str, Callable[[Desk, Job, datetime], list[int]]] = {
    "sort": lambda desk, job, now: sort.sort(desk, job, now=now),
    "draft": lambda desk, job, now: draft.draft(desk, job, now=now),
    "arrange": lambda desk, job, now: arrange.arrange(desk, job, now=now),
    "keep_files": lambda desk, job, now: keep_files.keep_files(desk, job, now=now),
    "pass_on": lambda desk, job, now: pass_on.pass_on(desk, job, now=now),
    "supervise": lambda desk, job, now: supervise.take_up(desk, job, now=now),
    "ask_reason": lambda desk, job, now: unit_reports.ask_reason(desk, job, now=now),
    "place": lambda desk, job, now: hold.place(desk, job, now=now),
    "tidy": lambda desk, job, now: hold.tidy(desk, job, now=now),
    "send": lambda desk, job, _: send.send(desk, job, clock=clock),
    "settle": lambda desk, job, now: after_sending.settle(desk, job, now=now),
    "promises": lambda desk, job, now: promises.read_sent(desk, job, now=now),
    "colleagues_promises": lambda desk, job, now: promises.read_colleagues(
        desk, job, now=now
    ),
    "copy": lambda desk, job, now: after_sending.copy(desk, job, now=now),
    "remind": lambda desk, job, now: follow_up.remind(desk, job, now=now),
    "retell": lambda desk, job, now: bundle.retell(desk, job, now=now),
    "ask_why": lambda desk, job, now: answered.ask_why(desk, job, now=now),
    "bundle": lambda desk, job, now: bundle.bundle(desk, job, now=now),
    "wake": lambda desk, job, now: wake.wake(desk, job, now=now),
    "day_papers": lambda desk, job, now: day_papers.make(desk, job, now=now),
    "digest": lambda desk, job, now: digest.digest(desk, job, now=now),
    "itineraries": lambda desk, job, now: itinerary.itineraries_job(desk, job, now=now),
    "itinerary_alarm": lambda desk, job, now: itinerary.alarm(desk, job, now=now),
    "tell_gathered": lambda desk, job, now: gather.tell_gathered(desk, job, now=now),
    "notice": lambda desk, job, _: notify.send_notice(desk, job, clock=clock),
}


def clock() -> datetime:
    """Return the time now; the one place where the worker asks."""
    return datetime.now(UTC)


def perform(desk: Desk, job_id: int, owner: str) -> list[int]:
    """Claim and do a job; returns the jobs that follow from it and are due.

    Whatever goes wrong ends in the register: tried again later, or dead on the list
    that a person sees. Raises EnvironmentFault (no disk, no database).
    """
    now = clock()
    with desk.database.write() as tx:
        job = jobs.claim(tx, job_id, owner=owner, now=now)
    if job is None:
        return []
    if job.kind not in STEPS:
        # A job of a newer or older mailroom: kept, and tried after the next change.
        _put_back(desk, job, f"unknown kind of job: {job.kind}", LAST_RETRY)
        return []
    if job.kind in READS_MAIL and job.attempts > MOST_CLAIMS:
        _bury(desk, job, text("no try came to an end: it may bring the worker down"))
        return []
    try:
        following = STEPS[job.kind](desk, job, now)
    except LeaseLostError:
        return []
    except EnvironmentFault:
        raise
    except Exception as error:  # noqa: BLE001  one bad message must not stop the others
        _failed(desk, job, error)
        return []
    log.info("job done", extra={"job": job.id, "kind": job.kind, "of": job.subject_id})
    return following


def _failed(desk: Desk, job: Job, error: Exception) -> None:
    """Say what a failure means: tried again, or dead on the list with its reason."""
    if isinstance(error, TemporaryMailError | PermanentMailError):
        # A refused login or a missing folder may be mended by a person at any time.
        _retry(desk, job, str(error), error.text, most=MAIL_ATTEMPTS)
    elif isinstance(error, ConfigError):
        # Nothing is lost by waiting: the letter is made when the file is mended.
        _put_back(desk, job, str(error), LOOK_AGAIN, mend=_what_to_mend(error))
    elif isinstance(error, MailroomError):
        _bury(desk, job, error.text)
    else:
        # The text of any other error may quote the mail: only its kind is kept.
        extra = {"job": job.id, "kind": job.kind}
        log.error("job failed", extra=extra, exc_info=error)
        kind = type(error).__name__
        why = text(
            "mailroom itself has a fault here ({kind}): tell whoever looks after it",
            kind=kind,
        )
        _retry(desk, job, kind, why, most=jobs.MAX_ATTEMPTS)


def _retry(desk: Desk, job: Job, error: str, why: Text, *, most: int) -> None:
    if job.attempts >= most:
        _bury(desk, job, why, error=error)
        return
    wait = min(LAST_RETRY, FIRST_RETRY * 2 ** min(job.attempts - 1, 12))
    _put_back(desk, job, error, wait)


def _what_to_mend(error: ConfigError) -> Text:
    first, *others = error.faults
    if others:
        return text(
            "{place}: {why} (further faults: {n})",
            place=first.place,
            why=first.text,
            n=len(others),
        )
    return text("{place}: {why}", place=first.place, why=first.text)


def _put_back(
    desk: Desk, job: Job, error: str, wait: timedelta, mend: Text | None = None
) -> None:
    log.warning("job put back", extra={"job": job.id, "kind": job.kind, "why": error})
    try:
        with desk.database.write() as tx:
            due_at = clock() + wait
            # A file that waits to be mended is no try: it may take a person days.
            jobs.put_back(
                tx, job, due_at=due_at, error=error, mend=mend, tried=mend is None
            )
    except LeaseLostError:
        return


def _bury(desk: Desk, job: Job, why: Text, *, error: str = "") -> None:
    error = error or str(why)
    log.error("job is dead", extra={"job": job.id, "kind": job.kind, "why": error})
    with desk.database.write() as tx:
        jobs.bury(tx, job, now=clock(), error=error, why=why)


def perform_all(desk: Desk, job_ids: list[int], owner: str) -> None:
    """Do jobs, and what follows from them, until nothing is left to do at once."""
    todo = list(job_ids)
    while todo:
        todo += perform(desk, todo.pop(0), owner)
