"""The service: pollers and Huey's consumer in one process, and a clean stop."""

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType

from mailroom import office
from mailroom.errors import MailroomError
from mailroom.register import jobs, workers
from mailroom.worker.bell import Bell
from mailroom.worker.living import BEAT_SECONDS, LivingRules
from mailroom.worker.notify_systemd import tell
from mailroom.worker.perform import clock, perform
from mailroom.worker.poll import Poller, boxes_of
from mailroom.workflow import day_papers, digest, find, itinerary
from mailroom.workflow.desk import Desk

log = logging.getLogger("mailroom.service")

STOP_SECONDS = 8.0  # the rest of ten is for the process itself
HEARTBEAT_SECONDS = 5.0
FIND_SECONDS = 1.0
FIND_PAUSE_SECONDS = 0.05


class Health:
    """Feeds systemd's watchdog once every mailbox has been polled since the last time.

    One mailbox that is read must not speak for another that is not.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._everybody: set[str] = set()
        self._missing: set[str] = set()

    def reporter(self, name: str) -> Callable[[], None]:
        """Return what a poller calls after each completed poll."""
        with self._lock:
            self._everybody.add(name)
            self._missing.add(name)

        def polled() -> None:
            with self._lock:
                self._missing.discard(name)
                if self._missing:
                    return
                self._missing = set(self._everybody)
            tell("WATCHDOG=1")

        return polled


def run(
    desk: Desk, roles: Sequence[str], *, stop: threading.Event | None = None
) -> None:
    """Run the service until SIGTERM or SIGINT: `intake`, `worker`, or both.

    With `stop` given, no signal handlers are set; the caller ends it.
    """
    ends = stop or threading.Event()
    if stop is None:
        _stop_on_signals(ends)
    data = desk.settings.folder("data")
    with workers.identity(data) as owner, contextlib.ExitStack() as stack:
        health = Health()
        with desk.database.write() as tx:
            workers.forget(tx, workers.living(data))
            workers.enter(tx, owner, "+".join(roles), clock())
            if "worker" in roles:
                jobs.forget_hints(tx)
                digest.plan(desk, tx, now=clock())
                day_papers.plan(desk, tx, now=clock())
                itinerary.plan(desk, tx, now=clock())
        living = LivingRules(desk)
        desk = living.begin(clock())
        bell = Bell(desk, owner)
        consumer = None
        if "worker" in roles:
            consumer = bell.consumer()
            consumer.start()
            stack.callback(_stop_consumer, consumer)
        pollers = []
        if "intake" in roles:
            pollers = _pollers(desk, owner, bell, ends, health)
        threads = [_started("poll", poller.run) for poller in pollers]
        follow = partial(_follow, living, [bell, *pollers], ends)
        threads.append(_started("follow", follow))
        if "worker" in roles:
            threads.append(_started("find", partial(_find, living, ends)))
        log.info("ready", extra={"worker": owner, "roles": list(roles)})
        tell("READY=1")
        while not ends.wait(HEARTBEAT_SECONDS):
            # Without a database the pollers and the bell say so already.
            with contextlib.suppress(MailroomError), desk.database.write() as tx:
                workers.enter(tx, owner, "+".join(roles), clock())
            if consumer is not None:
                consumer.check_worker_health()
            if "intake" not in roles:
                tell("WATCHDOG=1")
        tell("STOPPING=1")
        log.info("stopping", extra={"worker": owner})
        if consumer is not None:
            consumer.stop_flag.set()
        _join(desk, threads, consumer)


def _stop_on_signals(ends: threading.Event) -> None:
    def handle(_: int, __: FrameType | None) -> None:
        ends.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)


def _stop_consumer(consumer: object) -> None:
    consumer.stop_flag.set()  # type: ignore[attr-defined]  # huey carries no types
    consumer.huey.storage.close()  # type: ignore[attr-defined]  # likewise


def _join(desk: Desk, threads: Sequence[threading.Thread], consumer: object) -> None:
    """Wait for the threads; whoever hangs on the network loses the connection."""
    everybody = [*threads]
    if consumer is not None:
        everybody += [thread for _, thread in consumer.worker_threads]  # type: ignore[attr-defined]  # huey carries no types
    until = time.monotonic() + STOP_SECONDS
    for i, thread in enumerate(everybody):
        thread.join(max(0.1, min(3.0, until - time.monotonic())))
        if thread.is_alive() and i == 0:
            desk.connections.close()
    if any(thread.is_alive() for thread in everybody):
        # Everything that matters is in the register, and every lease is held by a
        # lock that ends with the process.
        log.warning("a thread did not stop in time")
        os._exit(0)


def _follow(
    living: LivingRules, hands: Sequence[Bell | Poller], ends: threading.Event
) -> None:
    """Hand on the desk whenever its rules have changed; whatever happens, go on."""
    while not ends.wait(BEAT_SECONDS):
        try:
            if living.look(clock()):
                for hand in hands:
                    hand.desk = living.desk
        except Exception:
            # The desk goes on by the rules it has; the next look may succeed.
            log.exception("rules cannot be looked at")


def _find(living: LivingRules, ends: threading.Event) -> None:
    """Let be found what is new in the book; whatever happens, go on."""
    while not ends.wait(FIND_SECONDS):
        try:
            # A little at a time: a whole register may have to be gone through.
            while find.catch_up(living.desk) and not ends.wait(FIND_PAUSE_SECONDS):
                pass
        except Exception:
            # Letters go their way without it; its mark stays, and the next look tries.
            log.exception("the search cannot go on")


def _pollers(
    desk: Desk, owner: str, bell: Bell, ends: threading.Event, health: Health
) -> list[Poller]:
    """Make one for each mailbox, and one for each account's second desk."""
    pollers: list[Poller] = []
    for account in desk.settings.accounts:
        groups = [[box] for box in boxes_of(desk, account)]
        for boxes in (*groups, None):
            poller = Poller(
                desk=desk,
                account=account,
                boxes=boxes,
                owner=owner,
                ring=bell.ring,
                stop=ends,
                polled=health.reporter(f"{account.name} {len(pollers)}"),
            )
            pollers.append(poller)
    return pollers


def _started(name: str, run: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread


def once(desk: Desk) -> None:
    """Poll everything once, and do all that is due; without Huey, in this thread.

    Raises MailError, EnvironmentFault.
    """
    data = desk.settings.folder("data")
    with workers.identity(data) as owner:
        desk = LivingRules(desk).begin(clock())
        for account in desk.settings.accounts:
            for boxes in (boxes_of(desk, account), None):
                poller = Poller(
                    desk=desk,
                    account=account,
                    boxes=boxes,
                    owner=owner,
                    ring=lambda _: None,
                    stop=threading.Event(),
                    polled=lambda: None,
                )
                imap = office.connect(desk.settings, account.name)
                try:
                    poller.poll_once(imap, clock())
                finally:
                    imap.close()
        work(desk, owner)
        while find.catch_up(desk):
            pass


def work(desk: Desk, owner: str) -> None:
    """Do every job that is due, until there is none. Raises EnvironmentFault."""
    alive = workers.living(desk.settings.folder("data"))
    with desk.database.write() as tx:
        jobs.release(tx, now=clock(), living=alive)
    while True:
        with desk.database.read() as tx:
            job_id = jobs.next_due(tx, now=clock())
        if job_id is None:
            return
        perform(desk, job_id, owner)
