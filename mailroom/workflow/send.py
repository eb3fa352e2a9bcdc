"""Send: one SMTP transaction for an approved letter, written down before and after.

Up to the final dot everything can be called back and tried again. Between the dot and
the server's answer lies the only doubt; it is written down first, and a letter in
doubt is never sent again by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailroom.cases import CaseState
from mailroom.drafts import ASIDE, DraftState
from mailroom.errors import (
    MailError,
    MailroomError,
    PermanentMailError,
    SettingsError,
    Text,
    text,
)
from mailroom.mailbox.smtp import DOT_PATIENCE, Answer, Declined, Reply, Smtp
from mailroom.register import cases, drafts, events, jobs, messages, reminders, sends
from mailroom.register.drafts import Held
from mailroom.register.jobs import Job
from mailroom.register.texts import pack
from mailroom.settings import Account
from mailroom.workflow import limits
from mailroom.workflow.desk import Desk
from mailroom.workflow.follow_up import end_for, promise
from mailroom.workflow.hold import lead_case, still_ours, withdraw
from mailroom.workflow.notify import notify
from mailroom.workflow.unit_rounds import noticed

Clock = Callable[[], datetime]
FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(hours=1)
GIVE_UP_AFTER = 24  # attempts, about a day


class Called(MailroomError):  # noqa: N818  not a failure: somebody called it back
    """The letter was called back before the final dot."""

    def __init__(self, why: Text, *, waits: bool) -> None:
        """Say why, and whether it `waits` for a person; else it is overtaken."""
        super().__init__(why)
        self.waits = waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt under way."""

    send_id: int
    number: int  # from 1
    last_event: int  # of the book, when it began
    held: Held
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an attempt ended."""

    whole: Answer  # of the letter; `deferred` where somebody still has to get it
    words: str  # the server's own
    answers: Mapping[str, tuple[Answer, str]]  # of each recipient
    left: bool = False  # somebody has got it


def send(desk: Desk, job: Job, *, clock: Clock) -> list[int]:
    """Send an approved letter; returns the jobs that follow.

    Raises LeaseLostError, EnvironmentFault. What the mail server says is written into
    the journal, never raised.
    """
    attempt = _begin(desk, job, clock())
    if attempt is None:
        return []
    try:
        ending = _hand_over(desk, job, attempt, clock)
    except Called as why:
        return _call_back(desk, job, attempt, why, clock())
    return _end(desk, job, attempt, ending, clock())


def _hand_over(desk: Desk, job: Job, attempt: Attempt, clock: Clock) -> Ending:
    """Talk to the mail server. Raises Called and LeaseLostError, before the dot."""
    held = attempt.held
    account = desk.settings.account(held.account)
    answers: Mapping[str, tuple[Answer, str]] = {}
    smtp: Smtp | None = None
    try:
        smtp = _connect(desk, account)
        answers = smtp.envelope(account.address, attempt.recipients)
        if not _has(answers, "accepted"):
            whole: Answer = "deferred" if _has(answers, "deferred") else "refused"
            return Ending(whole=whole, words=_first_words(answers), answers=answers)
        smtp.body(desk.letters.read(held.letter_sha256 or ""))
        _commit_doubt(desk, job, attempt, answers, clock())
        return _understood(answers, smtp.final_dot())
    except Declined as error:
        return _nobody_got_it("refused", str(error), attempt)
    except (MailError, SettingsError) as error:
        # A refused login, a missing password or mailbox says nothing of the letter,
        # and may be mended by a person at any time.
        return _nobody_got_it("deferred", str(error), attempt)
    finally:
        # Before the dot this calls the letter back, after it the answer is known.
        if smtp is not None:
            smtp.leave()


def _connect(desk: Desk, account: Account) -> Smtp:
    if account.smtp is None:
        raise PermanentMailError(text("account {name} has no SMTP", name=account.name))
    password = desk.settings.secret(account.name, "smtp") if account.smtp.user else None
    return Smtp(account.smtp, password)


def _nobody_got_it(whole: Answer, words: str, attempt: Attempt) -> Ending:
    answers = dict.fromkeys(attempt.recipients, (whole, words))
    return Ending(whole=whole, words=words, answers=answers)


def _first_words(answers: Mapping[str, tuple[Answer, str]]) -> str:
    return next(iter(answers.values()))[1]


def _understood(answers: Mapping[str, tuple[Answer, str]], reply: Reply) -> Ending:
    """Combine what was said to each recipient with what was said to the dot."""
    if reply.answer == "accepted":
        whole: Answer = "deferred" if _has(answers, "deferred") else "accepted"
        return Ending(whole=whole, words=reply.words, answers=answers, left=True)
    # What it said counts for everybody whom it had accepted.
    last = {
        address: (reply.answer, reply.words)
        if answer == "accepted"
        else (answer, words)
        for address, (answer, words) in answers.items()
    }
    return Ending(whole=reply.answer, words=reply.words, answers=last)


def _has(answers: Mapping[str, tuple[Answer, str]], wanted: Answer) -> bool:
    return any(answer == wanted for answer, _ in answers.values())


# -- before ---------------------------------------------------------------------------


def _begin(desk: Desk, job: Job, now: datetime) -> Attempt | None:
    """Write that an attempt begins; None where there is nothing to do now."""
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        held = drafts.held(tx, job.subject_id)
        if held is None or held.state not in {
            DraftState.APPROVED,
            DraftState.DEFERRED,
            DraftState.SENDING,
        }:
            jobs.finish(tx, job, now=now)
            return None
        if held.state == DraftState.APPROVED and held.send_at and held.send_at > now:
            # This job's approval was taken back; the later one has its own job.
            jobs.finish(tx, job, now=now)
            return None
        if held.state == DraftState.SENDING and _after_crash(desk, tx, job, held, now):
            return None
        pause = limits.pause(desk, tx, held, now)
        if pause is not None:
            drafts.note(tx, held.id, reason=pack(pause.why))
            jobs.put_back(tx, job, due_at=now + pause.length, tried=False)
            return None
        known = _settled(tx, held)
        recipients = tuple(
            dict.fromkeys(a for a in held.says.content.recipients if a not in known)
        )
        send_id, number = sends.begin(
            tx, held.id, rfc_id=held.says.rfc_id, recipients=recipients, now=now
        )
        if held.state != DraftState.SENDING:
            drafts.move(tx, held, DraftState.SENDING, now=now)
        current = drafts.held(tx, held.id)
        return Attempt(
            send_id=send_id,
            number=number,
            last_event=events.last(tx),
            held=current or held,
            recipients=recipients,
        )


def _settled(tx: Connection, held: Held) -> Mapping[str, str]:
    return sends.settled_recipients(
        tx, held.id, rfc_id=held.says.rfc_id, approved_at=held.decided_at
    )


def _after_crash(
    desk: Desk, tx: Connection, job: Job, held: Held, now: datetime
) -> bool:
    """Look at an attempt that nobody ended; True where the letter is in doubt."""
    last = sends.last(tx, held.id)
    if last is None or last.state != "committing":
        if last is not None:  # no dot was sent: the server has forgotten it
            sends.note(tx, last.id, "abandoned", ended_at=now)
        return False
    sends.note(tx, last.id, "uncertain", ended_at=now)
    _doubt(desk, tx, held, now)
    jobs.finish(tx, job, now=now)
    return True


# -- the moment of doubt --------------------------------------------------------------


def _patience(desk: Desk, held: Held) -> timedelta:
    server = desk.settings.account(held.account).smtp
    seconds = server.timeout * DOT_PATIENCE if server else 0
    return jobs.LEASE + timedelta(seconds=seconds)


def _commit_doubt(
    desk: Desk,
    job: Job,
    attempt: Attempt,
    answers: Mapping[str, tuple[Answer, str]],
    now: datetime,
) -> None:
    """Look once more, then write that the letter may have left from now on.

    Raises Called where it must not leave after all, and LeaseLostError.
    """
    with desk.database.read() as tx:
        got_it = bool(_settled(tx, attempt.held))
    with desk.connections.lend(attempt.held.account) as imap:
        overtaken = still_ours(desk, imap, attempt.held, left=got_it)
    if overtaken is not None:
        raise Called(overtaken, waits=False)
    with desk.database.write() as tx:
        # The answer to the dot may take its time: nobody else may take over till then.
        jobs.hold(tx, job, now=now, lease=_patience(desk, attempt.held))
        held = drafts.held(tx, attempt.held.id)
        if (
            held is None
            or held.state != DraftState.SENDING
            or held.seal != attempt.held.seal
            or held.letter_sha256 != attempt.held.letter_sha256
        ):
            raise Called(text("the draft was changed"), waits=False)
        about = {held.case_id, *reminders.cases_of_draft(tx, held.id)}
        if any(
            events.happened_since(tx, attempt.last_event, case_id, "sorted")
            for case_id in about
        ):
            raise Called(text("they wrote again; look once more"), waits=True)
        if sends.brake(tx):
            raise Called(text("the brake is on"), waits=True)
        # A quick answer to it must find its case.
        for case_id in about:
            cases.join_thread(tx, case_id, [held.says.rfc_id])
        sends.note(
            tx, attempt.send_id, "committing",
            recipients={a: list(answer) for a, answer in answers.items()},
        )  # fmt: skip


# -- after ----------------------------------------------------------------------------


def _end(
    desk: Desk, job: Job, attempt: Attempt, ending: Ending, now: datetime
) -> list[int]:
    """Write how an attempt ended, and what follows from it."""
    following: list[int | None] = []
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        held = drafts.held(tx, attempt.held.id) or attempt.held
        sends.note(
            tx, attempt.send_id, "accepted" if ending.left else ending.whole,
            ended_at=now, server_reply=ending.words,
            recipients={a: list(answer) for a, answer in ending.answers.items()},
        )  # fmt: skip
        if ending.whole == "deferred" and attempt.number < GIVE_UP_AFTER:
            _put_off(tx, job, attempt, ending.words, now)
            return []
        somebody_has_it = "accepted" in _settled(tx, held).values()
        if ending.whole == "accepted" or (
            ending.whole != "uncertain" and somebody_has_it
        ):
            following += sent(desk, tx, held, now=now, actor="mailroom")
        elif ending.whole == "uncertain":
            following += _doubt(desk, tx, held, now)
        else:
            drafts.move(
                tx, held, DraftState.REFUSED, now=now,
                reason=text("the mail server refused it: {words}", words=ending.words),
            )  # fmt: skip
            lead_case(tx, held, CaseState.SCREENING, now=now, why="refused")
        jobs.finish(tx, job, now=now)
    return [number for number in following if number is not None]


def _put_off(
    tx: Connection, job: Job, attempt: Attempt, words: str, now: datetime
) -> None:
    drafts.move(
        tx, attempt.held, DraftState.DEFERRED, now=now,
        reason=text("the mail server said later: {words}", words=words),
    )  # fmt: skip
    wait = min(LAST_RETRY, FIRST_RETRY * 2 ** min(attempt.number - 1, 10))
    jobs.put_back(tx, job, due_at=now + wait, error=words)


def sent(
    desk: Desk, tx: Connection, held: Held, *, now: datetime, actor: str
) -> list[int | None]:
    """Write that a letter has left; returns the jobs that follow."""
    without = [who for who, how in _settled(tx, held).items() if how == "refused"]
    drafts.move(
        tx, held, DraftState.SENT, now=now, actor=actor, copy="due",
        reason=text(
            "the mail server refused it for {addresses}", addresses=", ".join(without)
        )
        if without
        else None,
    )  # fmt: skip
    for case_id in {held.case_id, *reminders.cases_of_draft(tx, held.id)}:
        cases.join_thread(tx, case_id, [held.says.rfc_id])
    lead_case(tx, held, CaseState.WAITING, now=now, actor=actor)
    if held.kind not in {*ASIDE, "reminder"}:  # who asks has not answered
        end_for(desk, tx, held.case_id, "sent", reason="our letter has left", now=now)
    if held.kind == "reply" and held.message_id is not None:
        chains = messages.chains(messages.row(tx, held.message_id).answer)
        promise(
            desk, tx, cases.row(tx, held.case_id), chains, starts="sent",
            occasion=f"sent:{held.id}", since=now, now=now,
        )  # fmt: skip
    noticed(desk, tx, held, now=now)
    kinds = ("copy", "promises") if held.kind == "reply" else ("copy",)
    return [jobs.add(tx, kind, held.id, now=now) for kind in kinds]


def _doubt(desk: Desk, tx: Connection, held: Held, now: datetime) -> list[int | None]:
    """Write that nobody knows; look in Sent, and tell a person."""
    drafts.move(
        tx, held, DraftState.UNCERTAIN, now=now,
        reason=text(
            "the mail server did not answer after the letter was handed over; look in"
            " Sent or ask the correspondent, then: mailroom review settle {id}",
            id=held.id,
        ),
    )  # fmt: skip
    last = sends.last(tx, held.id)
    attempt = last.attempt if last else 0
    told = notify(
        desk, tx, key=f"uncertain:{held.id}:{attempt}",
        subject=text("[{case}] a letter is in doubt", case=held.case_number),
        body=text(
            "It is not known whether a letter of case {case} was delivered. It is not"
            " sent again by itself.\nLook at it: mailroom review show {id}",
            case=held.case_number, id=held.id,
        ),
        now=now,
    )  # fmt: skip
    # A colleague must not send it from the mail client while nobody knows.
    tidying = jobs.add(
        tx, "tidy", held.id, now=now, key=f"tidy:{held.id}:doubt:{attempt}"
    )
    looking = jobs.add(
        tx, "settle", held.id, now=now, key=f"settle:{held.id}:attempt:{attempt}"
    )
    return [looking, tidying, *told]


def _call_back(
    desk: Desk, job: Job, attempt: Attempt, why: Called, now: datetime
) -> list[int]:
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        sends.note(
            tx, attempt.send_id, "abandoned", ended_at=now, server_reply=str(why)
        )
        held = drafts.held(tx, attempt.held.id)
        if held is not None and held.state == DraftState.SENDING:
            if why.waits:
                drafts.move(
                    tx, held, DraftState.WAITING, now=now, reason=why.text,
                    approvals=[], send_at=None, letter_sha256=None,
                )  # fmt: skip
                lead_case(tx, held, CaseState.DRAFTED, now=now, why=str(why))
            else:
                withdraw(tx, held, why.text, now=now)
                lead_case(tx, held, CaseState.ASSIGNED, now=now, why=str(why))
        jobs.finish(tx, job, now=now)
    return []
