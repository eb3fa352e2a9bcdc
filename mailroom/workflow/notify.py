"""Notify: fixed words to the office's own people, never any text of a mail."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import make_msgid

from sqlalchemy import Connection

from mailroom.errors import MailError, MailroomError, TemporaryMailError, Text, text
from mailroom.i18n import say
from mailroom.mailbox.smtp import DOT_PATIENCE, Answer, Smtp
from mailroom.message.model import Address
from mailroom.message.reply import Letter, build
from mailroom.register import jobs, sends
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow
from mailroom.settings import Account
from mailroom.workflow.desk import Desk
from mailroom.workflow.sight import sight_of

LOOK_AGAIN = timedelta(seconds=30)  # while the brake is on
_STATES: Mapping[Answer, str] = {
    "accepted": "sent", "refused": "refused", "uncertain": "uncertain"
}  # fmt: skip

_IN_DOUBT = frozenset({"sending", "uncertain"})
# A server that refuses has nothing: whoever has it tried again has mended the cause.
_UNSENT = frozenset({"due", "refused"})


def notify(
    desk: Desk,
    tx: Connection,
    *,
    key: str,
    subject: Text,
    body: Text,
    now: datetime,
    also: Iterable[str] = (),
    about: AnyRow | None = None,
) -> list[int | None]:
    """Queue a notice to everybody in `office.notify` and to `also`, once for a key.

    Only the office's own people are written to; other addresses are left out, as are
    those who may not see the case that it is `about`. Returns the jobs that send them.
    """
    told = readers(desk, also=also, about=about)
    return write(desk, tx, told, key=key, subject=subject, body=body, now=now)


def readers(
    desk: Desk, *, also: Iterable[str] = (), about: AnyRow | None = None
) -> list[str]:
    """List everybody in `office.notify` and of `also`, as `notify` writes to them."""
    own = {a for a in also if desk.directory.is_own(a)}
    told = {*desk.settings.office.notify, *own}
    if about is not None:
        seeing = (about.sensitivity, about.category, about.owner)
        told = {a for a in told if may_be_told(desk, a, *seeing)}
    return sorted(told)


def may_be_told(
    desk: Desk, address: str, sensitivity: str, category: str | None, owner: str
) -> bool:
    """Say whether somebody may hear of such a case: not even by its number, else."""
    sight = sight_of(desk, desk.directory.person(address))
    return sight.sees(sensitivity, category, owner)


def write(
    desk: Desk,
    tx: Connection,
    addresses: Iterable[str],
    *,
    key: str,
    subject: Text,
    body: Text,
    now: datetime,
) -> list[int | None]:
    """Queue a notice to each of these addresses, once for a key; returns the jobs."""
    language = desk.settings.office.language
    following: list[int | None] = []
    for address in addresses:
        notice_id = sends.add_notice(
            tx, key=f"{key}:{address}", to=address, subject=say(subject, language),
            body=say(body, language), now=now,
        )  # fmt: skip
        if notice_id is not None:
            following.append(jobs.add(tx, "notice", notice_id, now=now))
    return following


def send_notice(desk: Desk, job: Job, *, clock: Callable[[], datetime]) -> list[int]:
    """Send one notice, at most once: one in doubt is not sent again.

    Raises TemporaryMailError, PermanentMailError, LeaseLostError, and MailroomError
    where it was refused, or where nobody knows whether it arrived: a person is to tell
    its reader.
    """
    account = desk.settings.accounts[0]
    row, following = _begin(desk, job, account, clock())
    if row is None:
        return following
    if row.state in _IN_DOUBT:
        raise MailroomError(_doubt(row))

    def commit() -> None:
        # Up to the dot a server forgets everything: nothing is in doubt till now.
        with desk.database.write() as tx:
            jobs.hold(tx, job, now=clock(), lease=_patience(account))
            sends.note_notice(tx, row.id, state="sending")

    try:
        state, words = _handed_over(desk, account, row, clock(), commit)
    except MailError as error:
        with desk.database.write() as tx:
            sends.note_notice(tx, row.id, state="due")
        raise error from None
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=clock())
        sends.note_notice(tx, row.id, state=state, sent_at=clock())
        if state == "sent":
            jobs.finish(tx, job, now=clock())
    if state == "uncertain":
        raise MailroomError(_doubt(row))
    if state == "refused":
        raise MailroomError(text("the SMTP server said {words}", words=words))
    return []


def _begin(
    desk: Desk, job: Job, account: Account, now: datetime
) -> tuple[AnyRow | None, list[int]]:
    """Give the notice that is due or in doubt; else None, and the jobs to follow."""
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        row = sends.notice_row(tx, job.subject_id)
        if row.state in _IN_DOUBT:  # a crash after the dot
            sends.note_notice(tx, row.id, state="uncertain")
            return row, []
        if row.state not in _UNSENT or account.smtp is None:
            jobs.finish(tx, job, now=now)
            return None, []
        if row.until is not None and row.until <= now:
            # A reminder that could not leave in office hours.
            sends.note_notice(tx, row.id, state="late")
            again = jobs.add(tx, "retell", row.id, now=now, key=f"retell:{row.id}")
            jobs.finish(tx, job, now=now)
            return None, [again] if again is not None else []
        if sends.brake(tx):
            jobs.put_back(tx, job, due_at=now + LOOK_AGAIN)
            return None, []
        return row, []


def _doubt(row: AnyRow) -> Text:
    return text(
        "it is not known whether this notice reached {to}, and it is not sent again:"
        " {subject}",
        to=row.to,
        subject=row.subject,
    )


def _patience(account: Account) -> timedelta:
    seconds = account.smtp.timeout * DOT_PATIENCE if account.smtp else 0
    return jobs.LEASE + timedelta(seconds=seconds)


def _handed_over(
    desk: Desk,
    account: Account,
    row: AnyRow,
    now: datetime,
    commit: Callable[[], None],
) -> tuple[str, str]:
    """Say what became of it, and the server's words; "later" is raised, and retried.

    `commit` is called before the final dot.
    """
    if account.smtp is None:
        return "refused", ""
    letter = Letter(
        message_id=make_msgid(domain=account.address.rpartition("@")[2]),
        date=now.astimezone(desk.settings.office.zone),
        sender=Address(account.display, account.address),
        to=(Address("", row.to),),
        subject=row.subject,
        text=row.body,
        # RFC 3834, 5: made by a machine, so that no machine answers it.
        extra_headers=(
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "OOF, AutoReply"),
            ("X-Mailroom-Loop", desk.loop_mark),
        ),
    )
    password = desk.settings.secret(account.name, "smtp") if account.smtp.user else None
    smtp = Smtp(account.smtp, password)
    try:
        answers = smtp.envelope(account.address, [row.to])
        answer, words = answers[row.to]
        if answer == "accepted":
            smtp.body(build(letter))
            try:
                commit()
            except MailroomError:
                smtp.leave()  # no dot: the server forgets it
                raise
            reply = smtp.final_dot()
            answer, words = reply.answer, reply.words
        if answer == "deferred":
            said = text("the SMTP server said {words}", words=words)
            raise TemporaryMailError(said)
        return _STATES[answer], words
    finally:
        smtp.quit()
