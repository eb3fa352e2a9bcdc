"""Receive: every message of a mailbox becomes durable, and gets its row and number.

The server's mailbox is not changed until then, and its Seen flag never is. Each UID
that was listed ends as stored, quarantined (with its reason) or vanished.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from mailroom.errors import MailError, TemporaryMailError, Text, text
from mailroom.mailbox.answers import Listed, Refused, Selected
from mailroom.mailbox.imap import Imap
from mailroom.register import intake, mailboxes
from mailroom.register.intake import Arrival
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk
from mailroom.workflow.opening import BATCH_MESSAGES, Box, open_mailbox
from mailroom.workflow.recognise import Place, recognise, recognise_moved

BATCH_BYTES = 8 * 1024 * 1024
BATCHES_AHEAD = 3  # fetched and not yet stored: disks take now 5 ms, now 500
DESCRIBED_AT_ONCE = 1000  # sizes and arrivals, while the batch before is stored
GIVE_UP_AFTER = 3  # tries for one message before it is quarantined
KEYWORD = "$MailroomSeen"
RECENT = timedelta(days=7)
LOOK_BACK_EVERY = timedelta(minutes=15)


@dataclass(slots=True, kw_only=True)
class Collected:
    """What one poll brought."""

    numbers: list[int] = field(default_factory=list)  # intake numbers, new
    taken: bool = False  # another worker reads this mailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One poll of one mailbox, under one fence."""

    desk: Desk
    imap: Imap
    box: Box
    fence: int
    now: datetime
    epoch: int
    since: datetime | None
    history_uid: int
    began: float = field(default_factory=monotonic)

    def lease(self) -> datetime:
        """Until when the mailbox is ours: a first collection may take an hour."""
        return self.now + timedelta(seconds=monotonic() - self.began) + mailboxes.LEASE


def collect(
    desk: Desk,
    imap: Imap,
    box: Box,
    *,
    owner: str,
    living: frozenset[str],
    now: datetime,
) -> Collected:
    """Read what is new in a mailbox into the register.

    Raises TemporaryMailError (connect again), PermanentMailError, EnvironmentFault
    (disk or database), LeaseLostError (another worker has the mailbox now).
    """
    with desk.database.write() as tx:
        fence = mailboxes.claim(tx, box.id, owner=owner, now=now, living=living)
    if fence is None:
        return Collected(taken=True)
    try:
        selected = imap.select(box.name, readonly=box.account.marks == "none")
        state = open_mailbox(desk, imap, box, fence=fence, selected=selected, now=now)
        reading = _Reading(
            desk=desk, imap=imap, box=box, fence=fence, now=now,
            epoch=state.epoch, since=state.since, history_uid=state.history_uid,
        )  # fmt: skip
        collected = Collected()
        _forget_gone(reading)
        fresh = _unaccounted(reading, state, selected)
        place = Place(
            desk=desk, imap=imap, mailbox=box.id, fence=fence, epoch=state.epoch
        )
        if state.epoch > 0:
            fresh = recognise(place, fresh)
        fresh = recognise_moved(place, fresh)
        _read(reading, fresh, state.last_uid, collected)
        with desk.database.write() as tx:
            mailboxes.change(
                tx, box.id, fence, modseq=selected.modseq, last_ok_at=now,
                last_error=None,
            )  # fmt: skip
        _mark(reading)
    except MailError as error:
        with desk.database.write() as tx:
            mailboxes.change(tx, box.id, fence, last_error=str(error))
        raise
    return collected


def _unaccounted(reading: _Reading, state: AnyRow, selected: Selected) -> list[int]:
    """List the UIDs that have no row yet: the new ones, and what slipped through."""
    uids = set(reading.imap.uids_after(state.last_uid, selected.uidnext))
    box, now = reading.box, reading.now
    if box.looked_back_at is None or now - box.looked_back_at > LOOK_BACK_EVERY:
        if box.whole_on != now.date():
            uids.update(reading.imap.uids_after(state.baseline, selected.uidnext))
            box.whole_on = now.date()
        else:
            recent = reading.imap.uids_since((now - RECENT).date())
            uids.update(u for u in recent if u > state.baseline)
        box.looked_back_at = now
    with reading.desk.database.read() as tx:
        known = intake.accounted(tx, box.id, reading.epoch, uids)
    return sorted(uids - known)


def _forget_gone(reading: _Reading) -> None:
    """Account for messages that gave no bytes, because somebody removed them."""
    with reading.desk.database.read() as tx:
        failing = intake.failing(tx, reading.box.id, reading.epoch)
    _vanished(reading, sorted(failing - reading.imap.present(sorted(failing))))


# -- fetching and storing -------------------------------------------------------------


def _read(
    reading: _Reading, uids: list[int], last_uid: int, collected: Collected
) -> int:
    """Fetch and store in batches; the next are fetched while one is written down.

    Returns the last UID below which every message is accounted for.
    """
    progress = _Progress(reading=reading, last_uid=last_uid)
    with ThreadPoolExecutor(1, thread_name_prefix="store") as writer:
        writing: deque[Future[list[int]]] = deque()
        for batch in _batches(_fitting(reading, uids), reading.box.careful):
            fetched = _fetch(reading, batch)
            while len(writing) >= BATCHES_AHEAD:
                collected.numbers += writing.popleft().result()
            writing.append(writer.submit(_store_next, progress, batch, fetched))
        while writing:
            collected.numbers += writing.popleft().result()
    if not progress.gap:
        progress.last_uid = max([progress.last_uid, *uids])
    return progress.last_uid


def _fitting(reading: _Reading, uids: Sequence[int]) -> Iterator[Listed]:
    """Yield the messages to fetch, asking for some at a time, as they are needed.

    Those that have gone, and those too large to be fetched at all, are settled here.
    """
    limit = _limit(reading)
    for start in range(0, len(uids), DESCRIBED_AT_ONCE):
        asked = uids[start : start + DESCRIBED_AT_ONCE]
        listed = reading.imap.describe(asked)
        _vanished(reading, sorted(set(asked) - {each.uid for each in listed}))
        for each in listed:
            if each.size <= limit:
                yield each
                continue
            _quarantine(
                reading, each,
                text("it is larger than the {limit} MB allowed: {size} MB",
                     limit=limit // 2**20, size=each.size // 2**20),
            )  # fmt: skip


def _limit(reading: _Reading) -> int:
    return reading.desk.settings.limits.message_megabytes * 2**20


@dataclass(slots=True, kw_only=True)
class _Progress:
    """How far the gap-free prefix reaches."""

    reading: _Reading
    last_uid: int
    gap: bool = False
    stuck: bool = False  # a batch could not be stored


def _batches(listed: Iterable[Listed], most: int) -> Iterator[list[Listed]]:
    batch: list[Listed] = []
    size = 0
    for each in listed:
        if batch and (len(batch) >= most or size + each.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += each.size
    if batch:
        yield batch


def _fetch(reading: _Reading, batch: list[Listed]) -> dict[int, bytes]:
    """Fetch a batch; a failure makes the next poll more careful, down to one by one."""
    box = reading.box
    try:
        if len(batch) == 1 and batch[0].size > BATCH_BYTES:
            whole = reading.imap.large_body(batch[0].uid, _limit(reading))
            return {batch[0].uid: whole} if whole else {}
        bodies = reading.imap.bodies([each.uid for each in batch])
    except Refused:
        bodies = {}
    except TemporaryMailError as error:
        if len(batch) == 1:
            _failed(reading, batch[0], str(error))
        box.careful = max(1, min(box.careful, len(batch)) // 2)
        raise
    if not bodies and len(batch) > 1:
        return {u: b for each in batch for u, b in _fetch(reading, [each]).items()}
    box.careful = min(BATCH_MESSAGES, box.careful * 2)
    return bodies


def _store_next(
    progress: _Progress, batch: list[Listed], fetched: dict[int, bytes]
) -> list[int]:
    """Store a batch, unless one before it failed: the prefix must have no gap."""
    if progress.stuck:
        return []
    progress.stuck = True
    numbers = _store(progress, batch, fetched)
    progress.stuck = False
    return numbers


def _store(
    progress: _Progress, batch: list[Listed], fetched: dict[int, bytes]
) -> list[int]:
    """Make a batch durable, then enter it: files first, rows second."""
    reading = progress.reading
    desk, box = reading.desk, reading.box
    complete = [each for each in batch if each.uid in fetched]
    names = desk.mail.keep(fetched[each.uid] for each in complete)
    missing = [each for each in batch if each.uid not in fetched]
    settled = _account_for(reading, missing) if missing else set()
    arrivals = [
        Arrival(
            uid=each.uid,
            sha256=name,
            size=len(fetched[each.uid]),
            internaldate=each.internaldate,
            history=_is_history(reading, each),
        )
        for each, name in zip(complete, names, strict=True)
    ]
    with desk.database.write() as tx:
        for each in batch:
            if each.uid not in fetched and each.uid not in settled:
                progress.gap = True
            if not progress.gap:
                progress.last_uid = max(progress.last_uid, each.uid)
        mailboxes.change(
            tx,
            box.id,
            reading.fence,
            last_uid=progress.last_uid,
            lease_until=reading.lease(),
        )
        return intake.store(
            tx, box.id, reading.epoch, arrivals,
            direction="out" if box.role == "sent" else "in", now=reading.now,
        )  # fmt: skip


def _is_history(reading: _Reading, listed: Listed) -> bool:
    if reading.since is None:
        return False
    if reading.epoch == 0 and reading.box.account.since == "now":
        # By UID: a letter that a colleague moves in today may have arrived long ago.
        return listed.uid <= reading.history_uid
    return listed.internaldate < reading.since


def _account_for(reading: _Reading, missing: list[Listed]) -> set[int]:
    """Note messages that gave no bytes; returns the UIDs that are settled now."""
    return {each.uid for each in missing if _failed(reading, each, "no bytes came")}


def _failed(reading: _Reading, listed: Listed, why: str) -> bool:
    """Count a failure; returns True where the message is quarantined now."""
    reason = text("the server does not hand it out: {reason}", reason=why)
    with reading.desk.database.write() as tx:
        mailboxes.change(tx, reading.box.id, reading.fence)
        times = intake.failed(
            tx,
            reading.box.id,
            reading.epoch,
            listed.uid,
            reason=reason,
            size=listed.size,
        )
    if times < GIVE_UP_AFTER:
        return False
    _quarantine(reading, listed, reason)
    return True


def _quarantine(reading: _Reading, listed: Listed, reason: Text) -> None:
    with reading.desk.database.write() as tx:
        mailboxes.change(tx, reading.box.id, reading.fence)
        intake.set_aside(
            tx, reading.box.id, reading.epoch, listed.uid, state="quarantined",
            reason=reason, size=listed.size, now=reading.now,
        )  # fmt: skip


def _vanished(reading: _Reading, uids: Sequence[int]) -> None:
    if not uids:
        return
    with reading.desk.database.write() as tx:
        mailboxes.change(tx, reading.box.id, reading.fence)
        for uid in uids:
            intake.set_aside(
                tx, reading.box.id, reading.epoch, uid, state="vanished",
                reason=text("it was gone before it could be fetched"), size=0,
                now=reading.now,
            )  # fmt: skip


# -- marks on the server --------------------------------------------------------------


def _mark(reading: _Reading) -> None:
    """Show colleagues which mail the desk has; cosmetic, and only after it is safe."""
    box = reading.box
    if box.account.marks == "none" or box.role == "sent":
        return
    with reading.desk.database.read() as tx:
        waiting = intake.unmarked(tx, box.id, reading.epoch)
    if not waiting:
        return
    # Resolved by Message-ID as well: a UID alone may name another message by now.
    ids = reading.imap.header([uid for uid, _ in waiting], "Message-ID")
    same = [uid for uid, rfc_id in waiting if not rfc_id or rfc_id in ids.get(uid, ())]
    try:
        if same and box.account.marks == "keyword":
            reading.imap.mark(same, KEYWORD)
        elif same and reading.imap.can("MOVE"):
            _move(reading, same)
    except Refused as error:  # a mark that cannot be set must not stop the reading
        with reading.desk.database.write() as tx:
            mailboxes.change(tx, box.id, reading.fence, last_error=str(error))
        return
    with reading.desk.database.write() as tx:
        mailboxes.change(tx, box.id, reading.fence)
        intake.marked(tx, box.id, reading.epoch, [uid for uid, _ in waiting])


def _move(reading: _Reading, uids: Sequence[int]) -> None:
    wanted = reading.box.account.move_to
    if wanted not in {name for _, name, _ in reading.imap.mailboxes()}:
        reading.imap.create(wanted)
    reading.imap.move(uids, wanted)
