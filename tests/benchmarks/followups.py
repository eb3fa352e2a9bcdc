"""How quickly promises that fall due are found, queued and done, among very many.

One follow-up of each case is open, and 1,000 fall due at each minute. First the due
ones of a minute are found in the register and handed to Huey, one call of the
scheduler after the other; then Huey's consumer does those of another minute. With
`--kills` two consumers are killed so often, and must leave the book of a calm life.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import func, select, update

from mailroom.demo.imap_server import ImapServer
from mailroom.demo.smtp_server import SmtpSink
from mailroom.register import jobs, workers
from mailroom.register.schema import case, followup, job, notice
from mailroom.worker import bell, perform
from mailroom.worker.bell import Bell
from mailroom.workflow import follow_up
from mailroom.workflow.desk import Desk
from tests.benchmarks.followups_book import Size, multiply, promise_one
from tests.followups.trial import disturbed, undisturbed
from tests.unit.small_office import SmallOffice

MINUTES = 5  # at which finding and queueing are measured
AFTERWARDS = timedelta(minutes=30)  # in which all that follows is due
ENDED = 200  # promises that an answer ends
LONGEST = 600.0  # seconds for those due at once
KILLS = 50  # in one trial
LETTERS = 200  # that fall due at one minute


def run(arguments: Sequence[str]) -> int:
    """Measure; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks followups")
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--due", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=0, help="instead: kill consumers")
    asked = parser.parse_args(arguments)
    if asked.kills:
        return _kill(asked.kills)
    size = Size(open=asked.open, due=asked.due)
    print(f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} CPUs")
    _measure("private", size)  # its owner is told, once a day of everything
    # A letter that waits in Drafts; the test's own IMAP server is the slow part.
    _measure("answer_awaited", Size(open=asked.open, due=min(LETTERS, asked.due)))
    print(f"load {os.getloadavg()[0]:.2f}")
    return 0


def _kill(kills: int) -> int:
    """Kill consumers, some in each trial; return 0 where nothing is wrong."""
    print(f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} CPUs", flush=True)
    done = doubt = differ = 0
    with tempfile.TemporaryDirectory() as folder:
        calm = undisturbed(Path(folder) / "calm")
        for seed in count():
            if done >= kills:
                break
            killed = disturbed(
                Path(folder) / str(seed), kills=min(KILLS, kills - done), seed=seed
            )
            done, doubt = done + killed.kills, doubt + killed.in_doubt
            wrong = killed.told_twice + killed.untold + killed.book.unlike(calm.book)
            differ += bool(wrong)
            print(
                f"seed {seed}: {done} kills, {len(calm.book.notices)} notices,"
                f" {killed.in_doubt} in doubt, {len(wrong)} wrong {wrong[:3]}",
                flush=True,
            )
    print(f"{done} kills: {differ} books differ; {doubt} notices in doubt")
    return 1 if differ else 0


def _measure(chain: str, size: Size) -> None:
    print(f"\n{chain}: {size.open:,} open follow-ups, {size.due:,} due at a minute")
    with (
        tempfile.TemporaryDirectory() as folder,
        ImapServer(users={"office": "secret"}) as imap,
        SmtpSink() as smtp,
    ):
        office = SmallOffice(Path(folder), imap=imap.port, smtp=smtp.port)
        try:
            began = time.perf_counter()
            one = promise_one(office, chain, since=datetime.now(UTC))
            minutes = multiply(office, one, size)
            print(f"  entered in {time.perf_counter() - began:.1f} s")
            with workers.identity(office.settings.folder("data")) as owner:
                _drain(office.desk, owner, minutes[0])
                _find(office.desk, owner, minutes[1 : MINUTES + 1], size)
            _end(office.desk)
        finally:
            office.close()


def _find(desk: Desk, owner: str, minutes: Sequence[datetime], size: Size) -> None:
    """Measure from the minute's begin until Huey holds a hint for each that is due."""
    ringing = Bell(desk, owner)
    seconds, turns, idle = [], [], []
    for minute in minutes:
        ringing.huey.storage.flush_queue()
        with _ClockAt(minute):
            began = time.perf_counter()
            turns_now = 0
            while ringing.huey.storage.queue_size() < size.due:
                ringing.reconcile()
                turns_now += 1
            seconds.append(time.perf_counter() - began)
            turns.append(turns_now)
            began = time.perf_counter()
            for _ in range(20):
                ringing.reconcile()
            idle.append((time.perf_counter() - began) / 20)
        _put_aside(desk, minute)
    ringing.huey.storage.flush_queue()
    ringing.huey.storage.close()
    print(
        f"  found and queued: median {statistics.median(seconds):.3f} s, worst"
        f" {max(seconds):.3f} s, in {max(turns)} turns;"
        f" a look that finds nothing new {statistics.median(idle) * 1000:.1f} ms"
    )


def _put_aside(desk: Desk, minute: datetime) -> None:
    with desk.database.write() as tx:
        due = job.c.state.in_(("ready", "leased")) & (job.c.due_at <= minute)
        tx.execute(update(job).where(due).values(state="cancelled"))


def _drain(desk: Desk, owner: str, minute: datetime) -> None:
    """Measure how fast a consumer does what is due, with all that follows."""
    with desk.database.write() as tx:
        jobs.forget_hints(tx)
    ringing = Bell(desk, owner)
    waits = _count(desk, minute)
    fired = _fired(desk)
    with _ClockAt(minute):
        consumer = ringing.consumer()
        began = time.perf_counter()
        consumer.start()
        try:
            while _count(desk, minute) and time.perf_counter() - began < LONGEST:
                time.sleep(0.1)
            seconds = time.perf_counter() - began
        finally:
            consumer.stop_flag.set()
            for _, thread in consumer.worker_threads:
                thread.join(10)
            ringing.huey.storage.close()
    done = _fired(desk) - fired
    with desk.database.read() as tx:
        told = tx.execute(select(func.count()).select_from(notice)).scalar_one()
    print(
        f"  {waits:,} due at once: {done:,} fired with {told:,} notices in"
        f" {seconds:.1f} s, {done / seconds:.0f} a second"
    )


def _end(desk: Desk) -> None:
    """Measure what an answer costs that ends a promise."""
    now = datetime.now(UTC)
    with desk.database.read() as tx:
        asked = select(case.c.id).where(
            case.c.id == followup.c.case_id, followup.c.state == "active"
        )
        numbers = list(tx.execute(asked.limit(ENDED)).scalars())
    began = time.perf_counter()
    for number in numbers:
        with desk.database.write() as tx:
            follow_up.end_for(desk, tx, number, "closed", reason="", now=now)
    each = (time.perf_counter() - began) / len(numbers)
    print(f"  an answer that ends a promise: {each * 1000:.1f} ms")


def _count(desk: Desk, minute: datetime) -> int:
    with desk.database.read() as tx:
        asked = (
            select(func.count())
            .select_from(job)
            .where(job.c.state.in_(("ready", "leased")), job.c.due_at <= minute)
        )
        return int(tx.execute(asked).scalar_one())


def _fired(desk: Desk) -> int:
    with desk.database.read() as tx:
        asked = select(func.count()).where(followup.c.state == "fired")
        return int(tx.execute(asked).scalar_one())


class _ClockAt:
    """Let the worker's clock begin at a moment and go on from there."""

    def __init__(self, moment: datetime) -> None:
        began = time.monotonic()

        def clock() -> datetime:
            return moment + timedelta(seconds=time.monotonic() - began)

        self._patches = [patch.object(m, "clock", clock) for m in (bell, perform)]

    def __enter__(self) -> None:
        for one in self._patches:
            one.start()

    def __exit__(self, *_: object) -> None:
        for one in self._patches:
            one.stop()
