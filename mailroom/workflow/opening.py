"""Opening a mailbox: it is known, seen for the first time, or its UIDs are new."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mailroom.mailbox.answers import Selected
from mailroom.mailbox.imap import Imap
from mailroom.register import events, mailboxes
from mailroom.register.schema import AnyRow
from mailroom.settings import Account
from mailroom.workflow.desk import Desk

BATCH_MESSAGES = 200  # at a time, while all goes well


@dataclass(slots=True, kw_only=True)
class Box:
    """One mailbox that this worker reads; remembers how careful it has to be."""

    id: int
    account: Account
    name: str
    role: str  # in | sent
    careful: int = BATCH_MESSAGES  # messages at a time; halves with each failure
    looked_back_at: datetime | None = None
    whole_on: date | None = None  # the day of the last complete look back


def open_mailbox(
    desk: Desk, imap: Imap, box: Box, *, fence: int, selected: Selected, now: datetime
) -> AnyRow:
    """Compare the mailbox with the book, and write what is new about it.

    Raises TemporaryMailError, LeaseLostError.
    """
    with desk.database.read() as tx:
        state = mailboxes.state(tx, box.id)
    if state.uidvalidity == selected.uidvalidity:
        return state
    if state.uidvalidity is None:
        return _begin(desk, imap, box, fence=fence, selected=selected, now=now)
    baseline = 0
    if state.since is not None and not box.account.history:
        # What was there before us never was ours, under whatever UIDs.
        baseline = _last_before(imap, state.since, selected)
    with desk.database.write() as tx:
        mailboxes.change(
            tx, box.id, fence, uidvalidity=selected.uidvalidity,
            epoch=state.epoch + 1, history_uid=0, baseline=baseline, last_uid=baseline,
        )  # fmt: skip
        events.record(
            tx, "uidvalidity changed", at=now, entity="mailbox", entity_id=box.id,
            old=state.uidvalidity, new=selected.uidvalidity,
        )  # fmt: skip
        return mailboxes.state(tx, box.id)


def _begin(
    desk: Desk, imap: Imap, box: Box, *, fence: int, selected: Selected, now: datetime
) -> AnyRow:
    """Write where our time in this mailbox begins: the moment, and the last UID."""
    if box.account.since == "now" or box.role == "sent":
        since: datetime | None = now
        history_uid = _last(imap, selected)
    elif box.account.since == "all":
        since, history_uid = None, 0
    else:
        day = date.fromisoformat(box.account.since)
        since = datetime.combine(day, time(), desk.settings.office.zone)
        history_uid = _last_before(imap, since, selected)
    baseline = 0 if box.account.history and box.role == "in" else history_uid
    with desk.database.write() as tx:
        mailboxes.change(
            tx, box.id, fence, uidvalidity=selected.uidvalidity, since=since,
            history_uid=history_uid, baseline=baseline, last_uid=baseline,
        )  # fmt: skip
        return mailboxes.state(tx, box.id)


def _last(imap: Imap, selected: Selected) -> int:
    """Return the highest UID there is."""
    if selected.uidnext:
        return selected.uidnext - 1
    return max(imap.uids_after(0), default=0)


def _last_before(imap: Imap, since: datetime, selected: Selected) -> int:
    """Return the UID up to which everything is older than `since`.

    A day early: SINCE goes by the server's own zone. What is too old after all is
    known by its INTERNALDATE.
    """
    later = imap.uids_since(since.date() - timedelta(days=1))
    return later[0] - 1 if later else _last(imap, selected)
