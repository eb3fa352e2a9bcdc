"""Arrange: on the server, a message is marked and moved as the rules ask.

Only after it is durable and in the book. What lies on the server is known by its UID
under the same UIDVALIDITY and by its Message-ID, else by its bytes: never by a number
alone. A message that a colleague has removed is no error; that it was gone is noted.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from mailroom.errors import Text, text
from mailroom.mailbox.imap import Imap
from mailroom.register import errands, jobs, messages
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk
from mailroom.workflow.recognise import has_bytes

# The flag, and whether it is set.
MARKS: Mapping[str, tuple[str, bool]] = {
    "read": ("\\Seen", True),
    "unread": ("\\Seen", False),
    "flagged": ("\\Flagged", True),
}

Ending = tuple[AnyRow, str, Text | None]  # an errand, how it ended, and why so


def arrange(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Mark and move one message, once, however often this is tried.

    Raises TemporaryMailError, PermanentMailError, LeaseLostError.
    """
    with desk.database.read() as tx:
        row = messages.row(tx, job.subject_id)
        asked = errands.due(tx, row.id)
        lies = errands.place_of(tx, row)
    endings: list[Ending] = []
    if desk.settings.office.mode == "observe":
        why = text("in observe mode nothing is changed on the server")
        endings = [(errand, "left", why) for errand in asked]
    elif asked:
        with desk.connections.lend(row.account) as imap:
            endings = _Work(desk, job, imap, row, lies).do(asked, now)
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        for errand, state, reason in endings:
            errands.end(tx, errand, state, reason=reason, now=now)
        jobs.finish(tx, job, now=now)
    return []


class _Work:
    """What is done with one message on one connection."""

    def __init__(
        self, desk: Desk, job: Job, imap: Imap, row: AnyRow, lies: AnyRow
    ) -> None:
        self.desk = desk
        self.job = job
        self.imap = imap
        self.row = row
        self.lies = lies

    def do(self, asked: Sequence[AnyRow], now: datetime) -> list[Ending]:
        """Do what is asked for; returns how each errand has ended."""
        uid = self._find()
        if uid is None:
            # A try that was cut off after the move has done what came before it, too.
            state = "done" if self._moved_already(asked) else "gone"
            return [(errand, state, None) for errand in asked]
        for errand in asked:
            if errand.verb == "mark":
                flag, wanted = MARKS[errand.wanted]
                change = self.imap.mark if wanted else self.imap.unmark
                change([uid], flag)
        for errand in asked:
            if errand.verb == "move":
                self._move(errand, uid, now)
        return [(errand, "done", None) for errand in asked]

    def _find(self) -> int | None:
        """Find the message where it was received; that mailbox is open afterwards."""
        uidvalidity = self.imap.select(self.lies.name).uidvalidity
        uid = self.lies.uid
        if uid is not None and uidvalidity == self.lies.uidvalidity:
            if not self.imap.present([uid]):
                return None
            ids = self.imap.header([uid], "Message-ID").get(uid, ())
            if not self.row.rfc_id or self.row.rfc_id in ids:
                return int(uid)
        return self._copy_here()

    def _copy_here(self) -> int | None:
        """Find a message with the same bytes in the open mailbox."""
        if self.row.rfc_id:
            alike = self.imap.with_header("Message-ID", self.row.rfc_id)
        else:  # a copy keeps its arrival; a day early, for the server's own zone
            since = (self.row.received_at - timedelta(days=1)).date()
            listed = self.imap.describe(self.imap.uids_since(since))
            alike = [each.uid for each in listed if each.size == self.row.size]
        kept = self.row.sha256
        return next((uid for uid in alike if has_bytes(self.imap, uid, kept)), None)

    def _moved_already(self, asked: Sequence[AnyRow]) -> bool:
        for errand in asked:
            if errand.verb == "move" and errand.place:
                self.imap.select(errand.place, readonly=True)
                return self._copy_here() is not None
        return False

    def _move(self, errand: AnyRow, uid: int, now: datetime) -> None:
        target = self.imap.ensure(errand.wanted)
        with self.desk.database.write() as tx:
            jobs.hold(tx, self.job, now=now)
            errands.head_for(tx, errand.id, target)
        if target == self.lies.name:
            return
        if self.imap.can("MOVE"):
            self.imap.move([uid], target)
            return
        # A try that was cut off may have left its copy there.
        self.imap.select(target, readonly=True)
        copied = self._copy_here() is not None
        self.imap.select(self.lies.name)
        if not copied:
            self.imap.copy(uid, target)
        self.imap.remove(uid)
