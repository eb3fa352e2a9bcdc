"""Polls the mailboxes: search first, then wait; a lost connection is opened again."""

import contextlib
import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailroom import office
from mailroom.errors import (
    MailroomError,
    SettingsError,
)
from mailroom.mailbox.answers import LoginRefused
from mailroom.mailbox.imap import Imap
from mailroom.register import jobs, mailboxes, workers
from mailroom.register.jobs import LeaseLostError
from mailroom.settings import Account
from mailroom.worker.perform import clock
from mailroom.workflow.desk import Desk
from mailroom.workflow.hold import watch
from mailroom.workflow.opening import Box
from mailroom.workflow.receive import collect

log = logging.getLogger("mailroom.poll")

IDLE_SECONDS = (
    120  # at a time; NATs and Exchange cut earlier than the 29 min of RFC 2177
)
FRESH_AFTER = timedelta(hours=6)  # tokens end, and the library's lists grow
HEALTHY_AFTER = 60  # seconds without a failure that make a connection a good one
FIRST_WAIT = 1.0
RUNG_AT_ONCE = 100  # messages; the reconciler rings for the others
LONGEST_WAIT = 300.0  # seconds between tries to connect
LOCKED_OUT_WAITS = (300.0, 900.0, 3600.0)  # after a refused login: never hammer


@dataclass(slots=True, kw_only=True)
class Poller:
    """Reads the mailboxes of one connection, again and again."""

    desk: Desk
    account: Account
    boxes: Sequence[Box] | None  # None: the second desk, Sent and Drafts
    owner: str
    ring: Callable[[list[int]], None]
    stop: threading.Event
    polled: Callable[[], None]  # called after each completed poll
    _sent: Box | None = None
    _taken: bool = False  # another worker reads these mailboxes

    def run(self) -> None:
        """Poll until `stop` is set; whatever happens, go on."""
        failures = refusals = 0
        while not self.stop.is_set():
            began = time.monotonic()
            try:
                self._session()
                failures = refusals = 0
            except LeaseLostError:
                self.stop.wait(1.0)
            except (LoginRefused, SettingsError) as error:
                self._note(error)
                self._wait_out(LOCKED_OUT_WAITS[min(refusals, 2)])
                refusals += 1
            except Exception as error:  # noqa: BLE001  the loop lives; the reason is told
                self._note(error)
                healthy = time.monotonic() - began > HEALTHY_AFTER
                failures = 0 if healthy else failures
                wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures, 10))
                # Full jitter, so that many workers do not come back in step.
                self.stop.wait(random.uniform(0.2, max(0.2, wait)))  # noqa: S311  no secret
                failures += 1

    def _wait_out(self, seconds: float) -> None:
        """Wait after a refused login: a restart by systemd would only ask too soon."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.stop.is_set():
            self.polled()
            self.stop.wait(min(60.0, until - time.monotonic()))

    def _note(self, error: Exception) -> None:
        known = isinstance(error, MailroomError)
        why = str(error) if known else type(error).__name__
        extra = {"account": self.account.name, "why": why}
        log.warning(
            "mailbox cannot be read", extra=extra, exc_info=None if known else error
        )
        # Without a database the log has to do.
        with (
            contextlib.suppress(MailroomError),
            self.desk.database.write() as tx,
        ):
            for box in self.boxes or ():
                mailboxes.note_error(tx, box.id, why)

    def _session(self) -> None:
        """Use one connection until it is old; returns to have a fresh one opened."""
        imap = office.connect(self.desk.settings, self.account.name)
        try:
            until = clock() + FRESH_AFTER
            while not self.stop.is_set() and clock() < until:
                self.poll_once(imap, clock())
                self._wait(imap)
        finally:
            imap.close()

    def poll_once(self, imap: Imap, now: datetime) -> int:
        """Read every mailbox once; returns how many messages came.

        Raises what `collect` and `watch` raise.
        """
        alive = workers.living(self.desk.settings.folder("data"))
        numbers: list[int] = []
        self._taken = False
        for box in self._boxes(imap):
            collected = collect(
                self.desk, imap, box, owner=self.owner, living=alive, now=now
            )
            numbers += collected.numbers
            self._taken = self._taken or collected.taken
        if self.boxes is None:
            watch(self.desk, imap, self.account.name, now=now)
        self.polled()
        if numbers:
            log.info(
                "messages received",
                extra={"account": self.account.name, "count": len(numbers)},
            )
            with self.desk.database.read() as tx:
                sorting = jobs.of_messages(tx, numbers[:RUNG_AT_ONCE])
            self.ring(sorting)
        return len(numbers)

    def _boxes(self, imap: Imap) -> Sequence[Box]:
        if self.boxes is not None:
            return self.boxes
        if self._sent is None:
            self._sent = sent_box(self.desk, self.account, imap)
        return [self._sent] if self._sent else []

    def _wait(self, imap: Imap) -> None:
        # No mailbox is open where another worker reads it: there is nothing to IDLE on.
        alone = self.boxes and len(self.boxes) == 1 and not self._taken
        if alone and imap.can("IDLE"):
            imap.wait(min(IDLE_SECONDS, self.account.imap.poll * 2), self.stop)
        else:
            self.stop.wait(self.account.imap.poll)


def boxes_of(desk: Desk, account: Account) -> list[Box]:
    """Enter the account's own mailboxes into the register, and return them."""
    with desk.database.write() as tx:
        return [
            Box(
                id=mailboxes.enter(tx, account.name, name, "in"),
                account=account,
                name=name,
                role="in",
            )
            for name in account.mailboxes
        ]


def sent_box(desk: Desk, account: Account, imap: Imap) -> Box | None:
    """Find the account's Sent mailbox, and enter it; None where there is none."""
    name = imap.special("sent", account.sent)
    if name is None or name in account.mailboxes:
        return None
    with desk.database.write() as tx:
        number = mailboxes.enter(tx, account.name, name, "sent")
    return Box(id=number, account=account, name=name, role="sent")
