"""After sending: a letter in doubt is looked for in Sent; one that left is filed."""

from datetime import datetime

from sqlalchemy import Connection

from mailroom.drafts import DraftState
from mailroom.register import drafts, jobs, sends
from mailroom.register.drafts import Held
from mailroom.register.jobs import Job
from mailroom.workflow.desk import Desk
from mailroom.workflow.send import FIRST_RETRY, sent

EVIDENCE_LOOKS = 5  # a provider's own Sent copy may be late


def prove(
    desk: Desk, tx: Connection, held: Held, evidence: str, *, now: datetime
) -> list[int | None]:
    """Write that a letter in doubt has left after all; returns the jobs that follow."""
    last = sends.last(tx, held.id)
    if last is not None:
        sends.note(tx, last.id, "accepted", evidence=evidence, ended_at=now)
    return sent(desk, tx, held, now=now, actor="mailroom")


def settle(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Look for a letter in doubt in the Sent mailbox; finding it is proof.

    Raises TemporaryMailError, PermanentMailError, LeaseLostError.
    """
    with desk.database.read() as tx:
        held = drafts.held(tx, job.subject_id)
    found = False
    if held is not None and held.state == DraftState.UNCERTAIN:
        account = desk.settings.account(held.account)
        with desk.connections.lend(held.account) as imap:
            mailbox = imap.special("sent", account.sent)
            if mailbox is not None:
                imap.select(mailbox, readonly=True)
                found = bool(imap.with_header("Message-ID", held.says.rfc_id))
    following: list[int | None] = []
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        held = drafts.held(tx, job.subject_id)
        if held is not None and held.state == DraftState.UNCERTAIN:
            if found:
                following += prove(desk, tx, held, "lies in Sent", now=now)
            elif job.attempts < EVIDENCE_LOOKS:
                jobs.put_back(tx, job, due_at=now + FIRST_RETRY * job.attempts)
                return []
        jobs.finish(tx, job, now=now)
    return [number for number in following if number is not None]


def copy(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """File a sent letter in Sent, once, and clear its copy out of Drafts.

    Raises TemporaryMailError, PermanentMailError, LeaseLostError.
    """
    with desk.database.read() as tx:
        held = drafts.held(tx, job.subject_id)
    if held is not None and held.copy == "due":
        account = desk.settings.account(held.account)
        if account.sent_copy == "append":
            with desk.connections.lend(held.account) as imap:
                mailbox = imap.special("sent", account.sent)
                if mailbox is None:
                    mailbox = account.sent or "Sent"
                    imap.create(mailbox)
                imap.select(mailbox)
                if not imap.with_header("Message-ID", held.says.rfc_id):
                    raw = desk.letters.read(held.letter_sha256 or "")
                    imap.append(mailbox, raw, (b"\\Seen",), now)
    following: list[int | None] = []
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        if held is not None:
            drafts.note(tx, held.id, copy="done")
            if held.placement in {"placed", "due"}:
                key = f"tidy:{held.id}:sent"
                following.append(jobs.add(tx, "tidy", held.id, now=now, key=key))
        jobs.finish(tx, job, now=now)
    return [number for number in following if number is not None]
