"""Notify: fixed words to the office's own people, never any text of a mail."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import make_msgid

from sqlalchemy import Connection

from mailroom.errors import MailError, MailroomError, TemporaryMailError, Text, text
from mailroom.i18n import say
from mailroom.mailbox.smtp import Answer, Smtp
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
    own = {a for a in also if desk.directory.is_own(a)}
    language = desk.settings.office.language
    following: list[int | None] = []
    for address in sorted({*desk.settings.office.notify, *own}):
        sight = sight_of(desk, desk.directory.person(address))
        if about is not None and not sight.sees(
            about.sensitivity, about.category, about.owner
        ):
            continue
        notice_id = sends.add_notice(
            tx, key=f"{key}:{address}", to=address, subject=say(subject, language),
            body=say(body, language), now=now,
        )  # fmt: skip
        if notice_id is not None:
            following.append(jobs.add(tx, "notice", notice_id, now=now))
    return following


def send_notice(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Send one notice, at most once: one in doubt is not sent again.

    Raises TemporaryMailError, PermanentMailError, LeaseLostError, and MailroomError
    where the server takes none for its reader: it is listed for a person.
    """
    account = desk.settings.accounts[0]
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        row = sends.notice_row(tx, job.subject_id)
        if row.state == "sending":  # a crash in between
            sends.note_notice(tx, row.id, state="uncertain")
        if row.state != "due" or account.smtp is None:
            jobs.finish(tx, job, now=now)
            return []
        if row.until is not None and row.until <= now:
            # A reminder that could not leave in office hours.
            sends.note_notice(tx, row.id, state="late")
            again = jobs.add(tx, "retell", row.id, now=now, key=f"retell:{row.id}")
            jobs.finish(tx, job, now=now)
            return [again] if again is not None else []
        if sends.brake(tx):
            jobs.put_back(tx, job, due_at=now + LOOK_AGAIN)
            return []
        sends.note_notice(tx, row.id, state="sending")
    state, words = "refused", ""
    try:
        state, words = _handed_over(desk, account, row, now)
    except MailError as error:
        with desk.database.write() as tx:
            sends.note_notice(tx, row.id, state="due")
        raise error from None
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        sends.note_notice(tx, row.id, state=state, sent_at=now)
        if state != "refused":
            jobs.finish(tx, job, now=now)
    if state == "refused":
        raise MailroomError(text("the SMTP server said {words}", words=words))
    return []


def _handed_over(
    desk: Desk, account: Account, row: AnyRow, now: datetime
) -> tuple[str, str]:
    """Say what became of it, and the server's words; "later" is raised, and retried."""
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
            reply = smtp.final_dot()
            answer, words = reply.answer, reply.words
        if answer == "deferred":
            said = text("the SMTP server said {words}", words=words)
            raise TemporaryMailError(said)
        return _STATES[answer], words
    finally:
        smtp.quit()
