"""Walks one letter through the whole office, and tells what happens on the way."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from sqlalchemy import update

from mailroom.cases import Outcome
from mailroom.demo.box import Box
from mailroom.drafts import DraftState
from mailroom.errors import EnvironmentFault, Text, text
from mailroom.message.model import Address
from mailroom.message.reply import Letter, build
from mailroom.register import cases, drafts, followups, jobs, messages, sends
from mailroom.register.drafts import Held
from mailroom.register.schema import AnyRow, job
from mailroom.register.schema import followup as followup_table
from mailroom.register.status import balance
from mailroom.workflow import decide

PATIENCE = 180.0  # seconds for each step; the machine may be busy
REVIEWER = "demo"
AWAITED = "answer_awaited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One step of the story."""

    title: Text
    lines: tuple[Text | str, ...] = ()


def until(claim: Callable[[], bool], what: Text, patience: float = PATIENCE) -> None:
    """Wait until something is true. Raises EnvironmentFault where it never is."""
    end = time.monotonic() + patience
    while not claim():
        if time.monotonic() > end:
            raise EnvironmentFault(text("waited in vain: {what}", what=what))
        time.sleep(0.05)


def settled(box: Box) -> bool:
    """Say whether every message has its outcome, and every draft its place."""
    with box.desk.database.read() as tx:
        waiting = drafts.in_states(tx, [DraftState.WAITING])
        return (
            balance(tx).in_work == 0
            and balance(tx).received > 0
            and not any(held.placement == "due" for held in waiting)
            and _no_work_due(box)
        )


def _no_work_due(box: Box) -> bool:
    with box.desk.database.read() as tx:
        counts = jobs.counts(tx)
        return (
            not counts.get("leased")
            and jobs.next_due(tx, now=datetime.now(UTC)) is None
        )


def what_happened(box: Box) -> list[tuple[AnyRow, str | None]]:
    """List every received message with its case number."""
    with box.desk.database.read() as tx:
        return [
            (row, cases.row(tx, row.case_id).number if row.case_id else None)
            for row in messages.all_of_them(tx)
        ]


def walk(box: Box) -> Iterator[Scene]:
    """Take one draft to its end: shown, approved, sent, chased, answered, closed."""
    held = _a_letter_that_asks(box)
    yield Scene(
        title=text("A reply waits in Drafts and in the register; nothing has been sent")
        if held.placement == "placed"
        else text("A reply waits in the register; nothing has been sent"),
        lines=(
            text(
                "draft {id}, case {case}, to {to}: {subject}",
                id=held.id,
                case=held.case_number,
                to=", ".join(held.says.content.to),
                subject=held.says.content.subject,
            ),
            *_own_words(held),
            *(text("the clerk: {words}", words=f.text) for f in held.says.findings),
        ),
    )
    yield _approve(box, held)
    yield _sent(box, held)
    yield _chase(box, held)
    yield _answer(box, held)
    yield _close(box, held)


def _own_words(held: Held) -> Iterator[str]:
    """Yield the lines of the letter, up to what it quotes."""
    for line in held.says.content.text.split("\n"):
        if line.startswith(">") or line.endswith(("写道：", "wrote:")):
            return
        if line.strip():
            yield f"    {line}"


def _a_letter_that_asks(box: Box) -> Held:
    """Choose a waiting reply that asks its reader for something.

    Best one that lies in Drafts, too. The samples name days of one November: later
    the clerk finds those days passed, and keeps the reply out of the mail client.
    """
    found: list[Held] = []
    with box.desk.database.read() as tx:
        for held in drafts.in_states(tx, [DraftState.WAITING]):
            answer = messages.row(tx, held.message_id).answer if held.message_id else {}
            chains = {
                a["arguments"].get("chain")
                for a in (answer or {}).get("actions", ())
                if a["verb"] == "follow_up"
            }
            blocked = any(f.level == "blocks" for f in held.says.findings)
            if AWAITED in chains and not held.says.missing and not blocked:
                found.append(held)
    if not found:
        raise EnvironmentFault(
            text("no draft of the demo asks its reader for an answer")
        )
    return min(found, key=lambda held: held.placement != "placed")


def _approve(box: Box, held: Held) -> Scene:
    decide.show(box.desk, held.id, who=REVIEWER, now=datetime.now(UTC))
    approved = decide.approve(box.desk, held.id, who=REVIEWER, now=datetime.now(UTC))
    return Scene(
        title=text("A person approves it, sealed as it was shown"),
        lines=(
            text(
                "seal {seal}; for {n} seconds it can be undone",
                seal=approved.seal[:12],
                n=box.desk.settings.limits.grace,
            ),
        ),
    )


def _sent(box: Box, held: Held) -> Scene:
    def done() -> bool:
        with box.desk.database.read() as tx:
            now = drafts.held(tx, held.id)
        return (
            now is not None
            and (now.state, now.copy) == (DraftState.SENT, "done")
            and now.placement in {"none", "removed"}
        )

    until(done, text("the letter is sent and filed"))
    with box.desk.database.read() as tx:
        (attempt,) = sends.of_draft(tx, held.id)
    named = held.says.rfc_id.encode()
    (delivery,) = [each for each in box.smtp.received if named in each.data]
    copies = [
        m for m in box.imap.messages("Sent") if held.says.rfc_id.encode() in m.raw
    ]
    return Scene(
        title=text("It leaves in one SMTP transaction; a copy lies in Sent"),
        lines=(
            text("the mail server said: {words}", words=attempt.server_reply),
            text(
                "delivered once to {to}; copies in Sent: {n}",
                to=", ".join(delivery.rcpt_to),
                n=len(copies),
            ),
        ),
    )


def _promise(box: Box, held: Held) -> AnyRow:
    with box.desk.database.read() as tx:
        return next(
            row
            for row in followups.running(tx, held.case_id)
            if row.chain == AWAITED and row.state == "active"
        )


def _chase(box: Box, held: Held) -> Scene:
    promised = _promise(box, held)
    now = datetime.now(UTC)
    with box.desk.database.write() as tx:
        # What three working days would do: its time has come.
        tx.execute(
            update(followup_table)
            .where(followup_table.c.id == promised.id)
            .values(due_at=now)
        )
        tx.execute(
            update(job)
            .where(job.c.kind == "remind", job.c.subject_id == promised.id)
            .values(due_at=now)
        )

    def reminded() -> bool:
        return _reminder(box, held) is not None

    until(reminded, text("the follow-up has made its draft"))
    reminder = _reminder(box, held)
    return Scene(
        title=text(
            "Nobody has answered; after three working days Huey runs the follow-up"
        ),
        lines=(
            text(
                "it was due on {day} (put forward for this story); a reminder waits as"
                " draft {id}, and is no letter before a person says so",
                day=promised.due_at.astimezone(box.desk.settings.office.zone).date(),
                id=reminder.id if reminder else 0,
            ),
        ),
    )


def _reminder(box: Box, held: Held) -> Held | None:
    with box.desk.database.read() as tx:
        return next(
            (d for d in drafts.of_case(tx, held.case_id) if d.kind == "reminder"), None
        )


def _answer(box: Box, held: Held) -> Scene:
    """Let the correspondent answer, as their mail client would."""
    correspondent = held.says.content.to[0]
    now = datetime.now(UTC)
    answer = Letter(
        message_id=f"<answer-{int(now.timestamp())}@{correspondent.rpartition('@')[2]}>",
        date=now,
        sender=Address("", correspondent),
        to=(Address("", box.desk.settings.office.addresses[0]),),
        subject=held.says.content.subject,
        text="收到，名单随后补上。 / Received; the list of names is attached below.\n",
        in_reply_to=held.says.rfc_id,
        references=(held.says.rfc_id,),
    )
    box.imap.deliver(build(answer), received=now + timedelta(seconds=1))

    def ended() -> bool:
        with box.desk.database.read() as tx:
            running = [
                row
                for row in followups.running(tx, held.case_id)
                if row.chain == AWAITED
            ]
        reminder = _reminder(box, held)
        return not running and (
            reminder is not None and reminder.state == DraftState.WITHDRAWN
        )

    until(ended, text("the answer has ended the follow-up"))
    return Scene(
        title=text("The answer arrives; it joins the case by its thread"),
        lines=(
            text("from {who}, at {at}", who=correspondent, at=format_datetime(now)),
            text("the follow-up has ended, and the reminder is withdrawn"),
        ),
    )


def _close(box: Box, held: Held) -> Scene:
    now = datetime.now(UTC)
    decide.close(box.desk, held.case_number, who=REVIEWER, now=now)
    with box.desk.database.read() as tx:
        b = balance(tx)
        state = cases.row(tx, held.case_id).state
        left = messages.with_outcome(tx, Outcome.RECEIVED)
    return Scene(
        title=text("A person closes the case"),
        lines=(
            text("{case}: {state}", case=held.case_number, state=Text(state)),
            text(
                "received {received} = sorted {sorted} + unsorted {unsorted} + held"
                " {held} + ignored {ignored} + merged {merged} + in work {in_work}",
                received=b.received,
                sorted=b.sorted,
                unsorted=b.unsorted,
                held=b.held,
                ignored=b.ignored,
                merged=b.merged,
                in_work=len(left),
            ),
        ),
    )
