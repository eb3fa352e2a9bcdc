"""The Huey app: it carries hints (`run_job(id)`), and the register holds the truth.

Huey is at most once by design: whatever it held when it was killed is gone. A lost
hint costs seconds, because the scheduler below looks into the register for due jobs;
a doubled one costs a claim that fails. `huey.db` may be deleted at any time.
"""

import json
import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huey import SqliteHuey
from huey.consumer import Consumer, Scheduler
from huey.serializer import Serializer

from mailroom.errors import MailroomError
from mailroom.register import jobs, workers
from mailroom.worker.perform import clock, perform_all
from mailroom.workflow.desk import Desk

log = logging.getLogger("mailroom.worker")

HUEY_FILE = "huey.db"
THREADS = 4
HINTS_AT_ONCE = 1000
LONGEST_SLEEP = 0.2  # seconds an idle thread waits before it looks at the queue again


class JsonSerializer(Serializer):  # type: ignore[misc]  # huey carries no types
    """Writes hints as JSON: Huey's pickle would run code for whoever can write."""

    def _serialize(self, value: Any) -> bytes:  # noqa: ANN401  Huey's message tuple
        return json.dumps(value).encode()

    def _deserialize(self, kept: bytes) -> Any:  # noqa: ANN401  Huey's message tuple
        from huey.registry import Message  # noqa: PLC0415  beside its only use

        value = json.loads(kept)
        return Message(*value) if isinstance(value, list) else value


def _open(file: Path) -> SqliteHuey:
    """Open Huey's file; one that is damaged is set aside: it holds no truth."""
    try:
        return _huey(file)
    except (sqlite3.Error, OSError):
        log.warning("huey.db was no database; it is set aside")
        for path in file.parent.glob(f"{file.name}*"):
            if ".aside-" not in path.name:
                path.rename(path.with_name(f"{path.name}.aside-{time.time_ns()}"))
        return _huey(file)


def _huey(file: Path) -> SqliteHuey:
    return SqliteHuey(
        "mailroom",
        filename=str(file),
        results=False,
        fsync=False,
        serializer=JsonSerializer(),
    )


class Bell:
    """Rings for jobs: hands hints to Huey, and lets its consumer do them."""

    def __init__(self, desk: Desk, owner: str) -> None:
        """`owner` is this worker's name, under which it claims jobs."""
        self.desk = desk
        self.owner = owner
        self.huey = _open(desk.settings.folder("data") / HUEY_FILE)
        self._run_job: Callable[[int], object] = self.huey.task(name="run_job")(
            self._perform
        )

    def _perform(self, job_id: int) -> None:
        try:
            # Read once: what follows from a job goes by the same rules.
            perform_all(self.desk, [job_id], self.owner)
        except MailroomError as error:
            # No disk or no database: the job is still in the register, or its lease
            # ends. Slowly, so that a full disk is not hammered.
            log.warning("cannot work now", extra={"why": str(error)})
            time.sleep(1)

    def ring(self, job_ids: list[int]) -> None:
        """Hint that these jobs are due; losing the hint loses time, not work."""
        try:
            self._ring(job_ids)
        except Exception:
            # The broker's file may be locked or gone: the reconciler rings again.
            log.exception("the bell does not ring")

    def _ring(self, job_ids: list[int]) -> None:
        try:
            for job_id in job_ids:
                self._run_job(job_id)
        except sqlite3.OperationalError:
            # Deleted before Huey had opened it for good: the new file is empty.
            self.huey.storage.initialize_schema()
            for job_id in job_ids:
                self._run_job(job_id)

    def reconcile(self) -> None:
        """Look into the register: free what dead workers held, ring for what is due."""
        now = clock()
        data = self.desk.settings.folder("data")
        alive = workers.living(data)
        with self.desk.database.read() as tx:
            if not jobs.waiting(tx, now=now, living=alive):
                return
        with self.desk.database.write() as tx:
            jobs.release(tx, now=now, living=alive)
            due = jobs.hint(tx, now=now, limit=HINTS_AT_ONCE)
        self.ring(due)

    def consumer(self) -> Consumer:
        """Make the consumer whose scheduler reconciles; the caller starts it."""
        bell = self

        class Reconciler(Scheduler):  # type: ignore[misc]  # huey carries no types
            """Huey's scheduler thread, looking into the register instead."""

            def loop(self, now: object = None) -> None:  # noqa: ARG002  Huey's signature
                """Reconcile once; Huey calls it again and again."""
                try:
                    bell.reconcile()
                except MailroomError as error:
                    log.warning(
                        "cannot look into the register", extra={"why": str(error)}
                    )
                self.stop_flag.wait(0.25)

        class OurConsumer(Consumer):  # type: ignore[misc]  # huey carries no types
            scheduler_class = Reconciler

            def _set_signal_handlers(self) -> None:
                """Leave signals to the program, which stops everything in order."""

        return OurConsumer(
            self.huey,
            workers=THREADS,
            periodic=False,
            initial_delay=0.05,
            max_delay=LONGEST_SLEEP,
            backoff=1.3,
            scheduler_interval=1,
            check_worker_health=True,
        )
