"""Hold: a waiting draft lies in the IMAP Drafts mailbox too, and both desks agree.

The mail client is a second desk: a draft that a colleague changed, sent or threw away
there withdraws ours. A draft is found by its Message-ID, compared whole.
"""

from datetime import datetime

from sqlalchemy import Connection

from mailroom.cases import CaseState
from mailroom.drafts import OPEN, PASSED_ON, DraftState
from mailroom.errors import Text, text
from mailroom.mailbox.imap import Imap
from mailroom.register import cases, drafts, jobs
from mailroom.register.drafts import Held
from mailroom.register.jobs import Job
from mailroom.workflow.desk import Desk
from mailroom.workflow.recognise import has_bytes

FLAGS = (b"\\Draft", b"\\Seen")
DEFAULT_DRAFTS = "Drafts"
# Nobody may send these any more, from a mail client neither.
ENDED = frozenset(
    {
        DraftState.SENT,
        DraftState.UNCERTAIN,
        DraftState.REJECTED,
        DraftState.WITHDRAWN,
    }
)


def drafts_mailbox(desk: Desk, imap: Imap, account: str) -> str:
    """Find the account's Drafts mailbox; where there is none, create it."""
    named = desk.settings.account(account).drafts
    found = imap.special("drafts", named)
    if found is None:
        found = named or DEFAULT_DRAFTS
        imap.create(found)
    return found


def place(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Put a draft into the Drafts mailbox once, however often this is tried.

    Its Message-ID was committed with the draft: after a crash the copy is found by it.
    Raises TemporaryMailError, PermanentMailError, LeaseLostError.
    """
    with desk.database.read() as tx:
        held = drafts.held(tx, job.subject_id)
    placed = None
    if held is not None and held.state in OPEN and held.placement == "due":
        with desk.connections.lend(held.account) as imap:
            placed = _placed(desk, imap, held)
    following: list[int | None] = []
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        after = drafts.held(tx, job.subject_id)
        if held is not None and after is not None:
            same = after.version == held.version
            if placed is not None and same:
                mailbox, uidvalidity, uid = placed
                drafts.note(
                    tx, held.id, placement="placed", placed_mailbox=mailbox,
                    placed_uidvalidity=uidvalidity, placed_uid=uid,
                )  # fmt: skip
            # Overtaken while the copy was on its way; or a try that was cut off has
            # left one that nobody wants any more.
            overtaken = after.state not in OPEN or not same
            if job.attempts > 1 or (placed is not None and overtaken):
                key = f"tidy:{held.id}:after-place:{job.id}:{job.epoch}"
                following.append(jobs.add(tx, "tidy", held.id, now=now, key=key))
        jobs.finish(tx, job, now=now)
    return [number for number in following if number is not None]


def _placed(desk: Desk, imap: Imap, held: Held) -> tuple[str, int, int]:
    mailbox = drafts_mailbox(desk, imap, held.account)
    selected = imap.select(mailbox)  # opened afresh: it must show what is there now
    there = imap.with_header("Message-ID", held.says.rfc_id)
    if there:
        return mailbox, selected.uidvalidity, there[0]
    raw = desk.letters.read(held.says.mime_sha256)
    appended = imap.append(mailbox, raw, FLAGS, held.created_at)
    if appended is not None:
        return mailbox, *appended
    selected = imap.select(mailbox)
    there = imap.with_header("Message-ID", held.says.rfc_id)
    return mailbox, selected.uidvalidity, there[0] if there else 0


def tidy(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Remove our own unedited copies of a draft that no longer waits.

    A copy that a colleague has edited has another UID and other bytes: it stays.
    Raises TemporaryMailError, PermanentMailError, LeaseLostError.
    """
    with desk.database.read() as tx:
        held = drafts.held(tx, job.subject_id)
        versions = drafts.versions(tx, job.subject_id)
    if held is not None:
        # While it is being sent, a missing copy would say that a colleague took it.
        keep = None if held.state in ENDED else held.version
        with desk.connections.lend(held.account) as imap:
            mailbox = drafts_mailbox(desk, imap, held.account)
            uidvalidity = imap.select(mailbox).uidvalidity
            for number, rfc_id, sha256 in versions:
                if number == keep:
                    continue
                for uid in imap.with_header("Message-ID", rfc_id):
                    ours = held.placed == (mailbox, uidvalidity, uid)
                    if ours or has_bytes(imap, uid, sha256):
                        imap.remove(uid)
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        after = drafts.held(tx, job.subject_id)
        if after is not None and after.state in ENDED:
            drafts.note(tx, after.id, placement="removed")
        jobs.finish(tx, job, now=now)
    return []


def watch(desk: Desk, imap: Imap, account: str, *, now: datetime) -> None:
    """Look whether our drafts still lie where we put them; withdraw the others.

    Raises TemporaryMailError, PermanentMailError.
    """
    with desk.database.read() as tx:
        lying = drafts.lying_in(tx, account)
    if not lying:
        return
    mailbox = drafts_mailbox(desk, imap, account)
    uidvalidity = imap.select(mailbox, readonly=True).uidvalidity
    present = imap.present([held.placed[2] for held in lying if held.placed])
    for held in lying:
        if held.placed and held.placed[:2] == (mailbox, uidvalidity):
            if held.placed[2] not in present:
                _overtaken(desk, held, now=now)
        else:
            _find_again(desk, imap, held, mailbox, uidvalidity, now=now)


def _find_again(
    desk: Desk, imap: Imap, held: Held, mailbox: str, uidvalidity: int, *, now: datetime
) -> None:
    """After a UIDVALIDITY reset: the same bytes under a new UID are still our draft."""
    for uid in imap.with_header("Message-ID", held.says.rfc_id):
        if has_bytes(imap, uid, held.says.mime_sha256):
            with desk.database.write() as tx:
                drafts.note(
                    tx, held.id, placed_mailbox=mailbox,
                    placed_uidvalidity=uidvalidity, placed_uid=uid,
                )  # fmt: skip
            return
    _overtaken(desk, held, now=now)


def _overtaken(desk: Desk, held: Held, *, now: datetime) -> None:
    why = text("the draft was changed, sent or removed in the mail client")
    with desk.database.write() as tx:
        current = drafts.held(tx, held.id)
        if current is None or current.version != held.version:
            return
        # Decided a moment ago: what is being sent looks at Drafts for itself.
        if current.state in OPEN:
            withdraw(tx, current, why, now=now)


def still_ours(desk: Desk, imap: Imap, held: Held, *, left: bool) -> Text | None:
    """Look at Drafts and Sent once more; None, or why the letter must not leave.

    The last look before the final dot. `left`: somebody has got the letter already, so
    that a copy of it may well lie in Sent. Raises TemporaryMailError and
    PermanentMailError.
    """
    account = desk.settings.account(held.account)
    if held.placement == "placed" and held.placed is not None:
        mailbox, uidvalidity, uid = held.placed
        selected = imap.select(mailbox, readonly=True)
        same = selected.uidvalidity == uidvalidity
        if (same and uid not in imap.present([uid])) or (
            not same and not imap.with_header("Message-ID", held.says.rfc_id)
        ):
            return text("the draft was changed, sent or removed in the mail client")
    sent = imap.special("sent", account.sent)
    if sent is None:
        return None
    imap.select(sent, readonly=True)
    ours = imap.with_header("Message-ID", held.says.rfc_id)
    if ours and not left:
        return text("it was sent from the mail client")
    if held.message_rfc_id:
        answers = imap.with_header("In-Reply-To", held.message_rfc_id)
        if set(answers) - set(ours):
            return text("a colleague has answered from the mail client")
    return None


def lead_case(
    tx: Connection,
    held: Held,
    state: CaseState,
    *,
    now: datetime,
    actor: str = "mailroom",
    why: str = "",
) -> None:
    """Let a case go on with its draft.

    One that only passes a letter on leaves it where it is: whoever wrote that letter
    still waits.
    """
    if held.kind != PASSED_ON:
        cases.move(tx, held.case_id, state, now=now, actor=actor, why=why)


def withdraw(tx: Connection, held: Held, why: Text, *, now: datetime) -> None:
    """Take an open draft back: it is overtaken, and its copy in Drafts goes."""
    drafts.move(tx, held, DraftState.WITHDRAWN, now=now, reason=why, send_at=None)
    if held.placement in {"placed", "due"}:
        jobs.add(tx, "tidy", held.id, now=now, key=f"tidy:{held.id}:{held.version}")
