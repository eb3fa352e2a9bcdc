"""A small office on a test's own mail servers, with the real program at its side."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import monotonic, sleep, time_ns
from types import TracebackType
from typing import Any, Self, TypeVar
from unittest.mock import patch

from sqlalchemy import Select, select, update

from mailroom import office
from mailroom.demo.smtp_server import SmtpSink
from mailroom.drafts import DraftState
from mailroom.mailbox.imap import Imap
from mailroom.register import drafts, sends, workers
from mailroom.register.database import LOCK
from mailroom.register.drafts import Held
from mailroom.register.schema import (
    AnyRow,
    case,
    followup,
    intake,
    job,
    mailbox,
    message,
    send,
)
from mailroom.register.status import Status
from mailroom.register.status import status as look
from mailroom.settings import Settings
from mailroom.worker import perform, service
from mailroom.worker.poll import boxes_of
from mailroom.workflow import decide, receive
from mailroom.workflow.desk import Desk
from mailroom.workflow.receive import Collected
from tests.integration.servers import MailAccount
from tests.unit.small_office import lay_register
from tests.unit.word_files import write

RULES = Path(__file__).parent / "papers" / "rules"
OWN = "office@hengyuan.example"
OF_MORNINGS = ("digest", "day_papers", "itineraries")  # jobs that wait for one
PATIENCE = 60.0  # seconds until it counts as a fault; the machine may be busy
READY_LIMIT = 120.0  # likewise, until the program must be ready
THEIRS = "<theirs@client.example>"  # the Message-ID of their question
REVIEWER = "tester"  # an account of the machine that nobody is mapped to


def letter(
    subject: str,
    *,
    body: str = "Could you tell us more?",
    sender: str = "Wang Li <wangli@client.example>",
    to: str = OWN,
    message_id: str | None = "",
    answers: str = "",
    headers: Sequence[str] = (),
) -> bytes:
    """Write a letter; without `message_id` it has one of its own, None leaves it out.

    `answers` is the Message-ID that it answers.
    """
    own_id = message_id
    if message_id == "":
        own_id = f"<{time_ns()}@client.example>"
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}"]
    lines.append("Date: Mon, 02 Mar 2026 09:15:00 +0800")
    if own_id is not None:
        lines.append(f"Message-ID: {own_id}")
    if answers:
        lines += [f"In-Reply-To: {answers}", f"References: {answers}"]
    lines += [*headers, "MIME-Version: 1.0"]
    lines += ["Content-Type: text/plain; charset=utf-8", "", body, ""]
    return "\r\n".join(lines).encode()


BOUNCE = b"""\
From: MAILER-DAEMON@client.example\r
To: office@hengyuan.example\r
Subject: Undelivered Mail Returned to Sender\r
Message-ID: <bounce@client.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary=b\r
\r
--b\r
\r
Sorry.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; client.example\r
\r
Final-Recipient: rfc822; wangli@client.example\r
Action: failed\r
Status: 5.1.1\r
--b\r
Content-Type: message/rfc822\r
\r
Message-ID: %s\r
Subject: Re: Question\r
\r
--b--\r
"""


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def colleague_answers(mail: MailAccount) -> None:
    """Put into Sent what a colleague sent from Outlook."""
    mail.deliver(
        letter("Re: Question about the lift", sender=OWN, answers=THEIRS), "Sent"
    )


T = TypeVar("T")


def until(question: Callable[[], T], seconds: float = PATIENCE) -> T:
    """Ask until the answer is true, and return it; fail when the time is over."""
    deadline = monotonic() + seconds
    while True:
        answer = question()
        if answer or monotonic() > deadline:
            assert answer, f"not so within {seconds} s"
            return answer
        sleep(0.02)


def _write_templates(folder: Path) -> None:
    folder.mkdir()
    write(folder / "question.en.docx", ["{{ salutation }}", "Answer to {{ subject }}."])
    write(
        folder / "question.zh.docx",
        ["{{ salutation }}", "关于{{ subject }}，答复如下。"],
    )
    write(folder / "booking.en.docx", ["{{ salutation }}", "Room: {{ room }}."])
    write(folder / "reminder.en.docx", ["Reminder of {{ matter }}, {{ case_no }}."])
    (folder / "damaged.en.docx").write_bytes(b"no Word file")


class Program:
    """The real program, running."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def pid(self) -> int:
        """Its process number."""
        return self.process.pid

    def log(self) -> list[dict[str, Any]]:
        """Return what it logged so far, without a line that is half written."""
        lines = self._log.read_text(encoding="utf-8").split("\n")[:-1]
        return [json.loads(line) for line in lines if line.startswith("{")]

    def said(self, what: str) -> list[dict[str, Any]]:
        """Return the lines of its log that say this."""
        return [line for line in self.log() if line["what"] == what]

    def stop(self, number: int = signal.SIGTERM) -> float:
        """End it; return after how many seconds it had gone."""
        began = monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        return monotonic() - began


class Office:
    """An office on one mail account, its register in a folder; a context manager.

    `office`, `limits`, `account`, `imap` and `smtp` change settings in the table of
    that name; `reviewers` maps accounts of the machine to people.
    """

    def __init__(
        self,
        mail: MailAccount,
        sink: SmtpSink,
        folder: Path,
        *,
        office: dict[str, Any] | None = None,
        limits: dict[str, Any] | None = None,
        account: dict[str, Any] | None = None,
        imap: dict[str, Any] | None = None,
        smtp: dict[str, Any] | None = None,
        reviewers: dict[str, str] | None = None,
    ) -> None:
        self.mail = mail
        self.sink = sink
        self.folder = folder
        self._open = ExitStack()
        self._desk: Desk | None = None
        self._programs = 0
        folder.mkdir(parents=True, exist_ok=True)
        _write_templates(folder / "templates")
        secrets = folder / "secrets"
        secrets.mkdir()
        password = secrets / "office_imap_password"
        password.touch(mode=0o600)
        password.write_text(mail.password)
        tables: list[tuple[str, dict[str, Any]]] = [
            (
                "[office]",
                {
                    "name": "恒远办公室",
                    "name_en": "Hengyuan Office",
                    "code": "HY",
                    "addresses": [OWN],
                    "mode": "send",
                }
                | (office or {}),
            ),
            ("[folders]", {"rules": str(RULES)}),
            ("[limits]", {"grace": 0} | (limits or {})),
            ("[reviewers]", reviewers or {}),
            (
                "[[accounts]]",
                {"name": "office", "address": OWN, "since": "all"} | (account or {}),
            ),
            (
                "[accounts.imap]",
                {"host": mail.host, "port": mail.port, "tls": "none"}
                | {"user": mail.user, "poll": 1}
                | (imap or {}),
            ),
            (
                "[accounts.smtp]",
                {"host": sink.host, "port": sink.port, "tls": "none", "timeout": 10}
                | (smtp or {}),
            ),
        ]
        self.file = folder / "mailroom.toml"
        self.file.write_text(
            "\n".join(
                "\n".join(
                    [
                        name,
                        *(
                            # For words, numbers and lists, TOML writes what JSON does.
                            f"{key} = {json.dumps(value, ensure_ascii=False)}"
                            for key, value in values.items()
                        ),
                    ]
                )
                for name, values in tables
            ),
            encoding="utf-8",
        )
        lay_register(self.data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    @property
    def data(self) -> Path:
        """Where its register and its files lie."""
        return self.folder / "data"

    @property
    def desk(self) -> Desk:
        """Its desk, opened with the first use."""
        if self._desk is None:
            settings = Settings.load(self.file)
            self._desk = office.open_desk(settings, office.read_papers(settings))
            self._open.callback(office.close_desk, self._desk)
        return self._desk

    @contextmanager
    def second_desk(self) -> Iterator[Desk]:
        """Open the same office once more, as another worker would."""
        settings = Settings.load(self.file)
        desk = office.open_desk(settings, office.read_papers(settings))
        try:
            yield desk
        finally:
            office.close_desk(desk)

    # ── work ─────────────────────────────────────────────────────────────

    def once(self) -> None:
        """Poll once, and do all that is due."""
        service.once(self.desk)

    def collect(self, imap: Imap | None = None) -> Collected:
        """Read the first mailbox into the register, and do nothing else."""
        account = self.desk.settings.accounts[0]
        (box, *_) = boxes_of(self.desk, account)
        with ExitStack() as stack:
            owner = stack.enter_context(workers.identity(self.data))
            if imap is None:
                imap = stack.enter_context(self.desk.connections.lend(account.name))
            living = workers.living(self.data)
            return receive.collect(
                self.desk, imap, box, owner=owner, living=living, now=now()
            )

    def work(self, *, at: datetime | None = None) -> None:
        """Do all that is due, or that will be due `at` another time (aware)."""
        with ExitStack() as stack:
            if at is not None:
                for module in (perform, service):
                    stack.enter_context(patch.object(module, "clock", lambda: at))
            with workers.identity(self.data) as owner:
                service.work(self.desk, owner)

    def approve(self, draft_id: int, *, who: str = REVIEWER) -> Held:
        """Look at a draft and approve it."""
        decide.show(self.desk, draft_id, who=who, now=now())
        return decide.approve(self.desk, draft_id, who=who, now=now())

    @contextmanager
    def running(self, *arguments: str) -> Iterator[Program]:
        """Run `mailroom run` with these arguments; it is ready when this begins."""
        self._programs += 1
        log = self.folder / f"program{self._programs}.log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "mailroom", "-c", str(self.file)),
                    *("run", *arguments),
                ],
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        program = Program(process, log)
        try:
            until(
                lambda: program.said("ready") or process.poll() is not None, READY_LIMIT
            )
            assert program.said("ready"), log.read_text()
            yield program
        finally:
            process.kill()
            process.wait()

    def put_to_sleep(self, pid: int) -> None:
        """Stop a program, not while it writes: it would hold the register all along.

        Its threads write now and then; none does while the lock is ours. The signal
        reaches them a little later, so the lock is kept until the last one stands.
        """
        with (self.data / LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            os.kill(pid, signal.SIGSTOP)
            _, stopped = os.waitpid(pid, os.WUNTRACED)
            assert os.WIFSTOPPED(stopped)

    # ── what the book says ───────────────────────────────────────────────

    def rows(self, question: Select[Any]) -> list[AnyRow]:
        """Ask the register."""
        with self.desk.database.read() as tx:
            return list(tx.execute(question).all())

    def messages(self, direction: str = "in") -> list[AnyRow]:
        """Return the messages in the order of intake."""
        return self.rows(
            select(message)
            .where(message.c.direction == direction)
            .order_by(message.c.id)
        )

    def outcomes(self) -> list[str]:
        """Return what became of the received messages, in the order of intake."""
        return [row.outcome for row in self.messages()]

    def places(self) -> list[AnyRow]:
        """Return what was listed in the mailboxes, in the order of UID."""
        return self.rows(
            select(intake).order_by(intake.c.mailbox_id, intake.c.epoch, intake.c.uid)
        )

    def fences(self, name: str) -> list[int]:
        """Return the fence of a mailbox."""
        rows = self.rows(select(mailbox.c.fence).where(mailbox.c.name == name))
        return [row.fence for row in rows]

    def cases(self) -> list[AnyRow]:
        """Return the cases in the order of their opening."""
        return self.rows(select(case).order_by(case.c.id))

    def followups(self) -> list[AnyRow]:
        """Return the follow-ups in the order of their beginning."""
        return self.rows(select(followup).order_by(followup.c.id))

    def attempts(self) -> list[AnyRow]:
        """Return the journal of sending."""
        return self.rows(select(send).order_by(send.c.id))

    def unfinished(self) -> list[AnyRow]:
        """Return the jobs that are neither done nor called off.

        What the next working mornings bring is always still to come.
        """
        open_ = job.c.state.not_in(["done", "cancelled"])
        return self.rows(select(job).where(open_, job.c.kind.not_in(OF_MORNINGS)))

    def drafts(self, *states: DraftState) -> list[Held]:
        """Return the drafts in these states, or all of them."""
        with self.desk.database.read() as tx:
            return drafts.in_states(tx, states or tuple(DraftState))

    def draft(self, draft_id: int = 1) -> Held:
        """Return one draft as it stands."""
        with self.desk.database.read() as tx:
            held = drafts.held(tx, draft_id)
        assert held is not None
        return held

    def status(self) -> Status:
        """Look at everything that a person should know of."""
        local = datetime.now(self.desk.settings.office.zone)
        midnight = datetime.combine(local, time.min, local.tzinfo)
        with self.desk.database.read() as tx:
            return look(tx, local, midnight=midnight)

    def lying(self, mailbox: str) -> list[str]:
        """Return the Message-IDs that lie in a mailbox, in the order of UID."""
        found = []
        for mail in self.mail.messages(mailbox):
            head = mail.raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
            ids = [
                line.partition(":")[2].strip()
                for line in head.replace("\r\n ", " ").split("\r\n")
                if line.lower().startswith("message-id:")
            ]
            found += ids or [""]
        return found

    # ── what a test does to the book ─────────────────────────────────────

    def brake(self, *, on: bool) -> None:
        """Turn the brake."""
        with self.desk.database.write() as tx:
            sends.turn_brake(tx, on=on, by=REVIEWER, now=now())

    def end_leases(self) -> None:
        """Let every lease be over, as when its owner had slept for long."""
        past = now() - timedelta(hours=1)
        with self.desk.database.write() as tx:
            for table in (job, mailbox):
                tx.execute(
                    update(table)
                    .where(table.c.owner.is_not(None))
                    .values(lease_until=past)
                )

    def hurry(self) -> None:
        """Make every waiting job due now."""
        with self.desk.database.write() as tx:
            tx.execute(update(job).where(job.c.state == "ready").values(due_at=now()))
