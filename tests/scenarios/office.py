"""The sample office with a clock of its own, on mail servers that live in the test."""

import pwd
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, redirect_stdout, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, parsedate_to_datetime
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Self
from unittest.mock import patch
from zoneinfo import ZoneInfo

from docx import Document
from docx.document import Document as Page
from sqlalchemy import select

from mailroom import office
from mailroom.cli import main
from mailroom.demo.imap_server import ImapServer
from mailroom.demo.smtp_server import Delivery, SmtpSink
from mailroom.i18n import Language, say
from mailroom.register import cases, drafts, events, messages, papers
from mailroom.register.drafts import Held
from mailroom.register.schema import AnyRow, followup, message, notice
from mailroom.register.texts import unpack
from mailroom.settings import Settings
from mailroom.worker import perform, poll, service
from mailroom.workflow import decide
from mailroom.workflow.desk import Desk
from tests.unit.small_office import ROOT, lay_register, shipped_papers

OWN = "office@hengyuan.example"
RULES = ROOT / "rules"
CHINA = ZoneInfo("Asia/Shanghai")
DIRECTOR = "shenmoran"
LEADER = "zhouguangchuan"

SETTINGS = """\
[office]
name = "恒远集团办公室"
name_en = "Hengyuan Group Office"
code = "HY"
addresses = ["{own}"]
mode = "send"
{more}
[folders]
rules = "{rules}"
templates = "{root}/templates"

[limits]
grace = 0

[reviewers]
shenmoran = "沈默然"
zhouguangchuan = "周广川"
zouxin = "邹欣"

[[accounts]]
name = "office"
address = "{own}"
since = "all"

[accounts.imap]
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "office"

[accounts.smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
"""


def at(words: str) -> datetime:
    """Read `2026-03-04 09:00` as the office's own time."""
    return datetime.fromisoformat(words).replace(tzinfo=CHINA)


def mail(
    sender: str,
    subject: str,
    body: str,
    *,
    sent: str,
    message_id: str = "",
    answers: str = "",
    headers: Mapping[str, str] | None = None,
    files: Sequence[tuple[str, bytes]] = (),
    to: str = OWN,
) -> bytes:
    """Write a mail to the office; `sent` is the office's time, "2026-03-04 09:00"."""
    written = EmailMessage(policy=policy.SMTP)
    written["From"] = sender
    written["To"] = to
    written["Subject"] = subject
    written["Date"] = format_datetime(at(sent))
    stamp = "".join(c for c in sent if c.isdigit())
    name = abs(hash((sender, subject))) % 10**8
    written["Message-ID"] = message_id or f"<{stamp}.{name}@scenario.example>"
    if answers:
        written["In-Reply-To"] = written["References"] = answers
    for header, value in (headers or {}).items():
        written[header] = value
    written.set_content(body)
    for filename, content in files:
        written.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=filename
        )
    return written.as_bytes()


def report(
    action: str, original: str, *, sent: str, recipient: str, status: str
) -> bytes:
    """Write the report of a mail server on a letter of ours."""
    return (
        f"From: Mail Delivery <MAILER-DAEMON@mx.elsewhere.example>\r\nTo: {OWN}\r\n"
        f"Subject: Delivery status\r\nDate: {format_datetime(at(sent))}\r\n"
        f"Message-ID: <{action}.{sent[:10]}@mx.elsewhere.example>\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n"
        "\r\n--b\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.elsewhere.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\n"
        f"Status: {status}\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {original}\r\n\r\n--b--\r\n"
    ).encode()


class _SameRules:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def begin(self, _: datetime) -> Desk:
        return self._desk


class Office:
    """The sample office at work; a context manager.

    Its time is what `now` says, and stands still while it works.
    """

    def __init__(self, folder: Path, *, more: str = "", rules: Path = RULES) -> None:
        """`more` are further settings of [office], in TOML."""
        self.folder = folder
        self.more = more
        self.rules = rules
        self.now = at("2026-01-05 09:00")
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self.imap = self._open.enter_context(ImapServer(users={"office": "secret"}))
        self.smtp = self._open.enter_context(SmtpSink())
        self.file = self.folder / "mailroom.toml"
        self.file.write_text(
            SETTINGS.format(
                own=OWN,
                root=ROOT,
                rules=self.rules,
                more=self.more,
                imap=self.imap.port,
                smtp=self.smtp.port,
            ),
            encoding="utf-8",
        )
        password = self.folder / "secrets" / "office_imap_password"
        password.parent.mkdir()
        password.touch(mode=0o600)
        password.write_text("secret", encoding="utf-8")
        settings = Settings.load(self.file)
        lay_register(settings.folder("data"))
        days = office.read_calendar(settings)
        papers = replace(shipped_papers(), calendar=days)
        self.desk = office.open_desk(settings, papers)
        self._open.callback(office.close_desk, self.desk)
        for module in (perform, service, poll):
            self._open.enter_context(patch.object(module, "clock", lambda: self.now))
        # The rules stay as they are; reading them anew takes seconds.
        self._open.enter_context(patch.object(service, "LivingRules", _SameRules))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    # ── the day ──────────────────────────────────────────────────────────

    def arrive(self, *mails: bytes) -> list[AnyRow]:
        """Let mail arrive on its own Dates and be worked on; return its rows."""
        for raw in mails:
            written = message_from_bytes(raw, policy=policy.default)
            received = parsedate_to_datetime(str(written["Date"]))
            self.imap.deliver(raw, received=received)
            self.now = max(self.now, received + timedelta(minutes=2))
        self.work()
        with self.desk.database.read() as tx:
            theirs = select(message.c.id).where(message.c.direction == "in")
            rows = tx.execute(theirs.order_by(message.c.id)).scalars()
            numbers = list(rows)[-len(mails) :]
            return [messages.row(tx, number) for number in numbers]

    def work(self, when: str = "") -> None:
        """Poll, and do all that is due, now or at another time."""
        if when:
            self.now = at(when)
        service.once(self.desk)

    def approve(self, draft_id: int, who: str = DIRECTOR) -> None:
        """Look at a draft, approve it, and let it leave."""
        decide.show(self.desk, draft_id, who=who, now=self.now)
        decide.approve(self.desk, draft_id, who=who, now=self.now)
        self.work()

    def close(self, number: str, who: str = DIRECTOR) -> None:
        """Close a case, as a person does."""
        decide.close(self.desk, number, who=who, now=self.now)

    def archive(self, number: str, who: str = DIRECTOR) -> None:
        """File a closed case."""
        decide.archive(self.desk, number, who=who, now=self.now)

    @property
    def sent(self) -> Sequence[Delivery]:
        """What has left the office."""
        return self.smtp.received

    # ── the book ─────────────────────────────────────────────────────────

    def cases(self) -> list[AnyRow]:
        """Return the cases, the oldest first."""
        with self.desk.database.read() as tx:
            return list(reversed(cases.listed(tx, open_only=False)))

    def case(self, case_id: int) -> AnyRow:
        """Return a case."""
        with self.desk.database.read() as tx:
            return cases.row(tx, case_id)

    def message(self, number: int) -> AnyRow:
        """Return a message by its intake number."""
        with self.desk.database.read() as tx:
            return messages.row(tx, number)

    def drafts(self, case_id: int) -> list[Held]:
        """Return the drafts of a case."""
        with self.desk.database.read() as tx:
            return drafts.of_case(tx, case_id)

    def papers(self, case_id: int) -> list[AnyRow]:
        """Return the papers of a case."""
        with self.desk.database.read() as tx:
            return list(papers.of_case(tx, case_id))

    def paper(self, case_id: int, template: str) -> AnyRow:
        """Return the newest paper of a case that is made from a template."""
        return [p for p in self.papers(case_id) if p.template == template][-1]

    def file_of(self, paper: AnyRow) -> BytesIO:
        """Return the bytes of a paper."""
        return BytesIO(self.desk.enclosures.read(paper.sha256))

    def words_of(self, sha256: str) -> str:
        """Return all words of a Word file that goes with a letter."""
        page = Document(BytesIO(self.desk.enclosures.read(sha256)))
        cells = [c.text for t in page.tables for row in t.rows for c in row.cells]
        return "\n".join([*(p.text for p in page.paragraphs), *cells])

    def page(self, paper: AnyRow) -> Page:
        """Open a paper as Word would."""
        return Document(self.file_of(paper))

    def words(self, paper: AnyRow) -> str:
        """Return all words of a paper."""
        page = self.page(paper)
        lines = [paragraph.text for paragraph in page.paragraphs]
        for table in page.tables:
            lines += [cell.text for row in table.rows for cell in row.cells]
        return "\n".join(lines)

    def cells(self, paper: AnyRow) -> dict[str, str]:
        """Return what stands beside each label of a form."""
        found: dict[str, str] = {}
        for table in self.page(paper).tables:
            for row in table.rows:
                texts = [cell.text.strip() for cell in row.cells]
                for label, value in zip(texts[::2], texts[1::2], strict=False):
                    found.setdefault(label.replace("　", "").replace(" ", ""), value)
        return found

    def story(self, case_id: int) -> list[AnyRow]:
        """Return what has happened to a case, in its order."""
        with self.desk.database.read() as tx:
            return list(events.of_case(tx, case_id))

    def told(self, number: str, *, who: str = DIRECTOR) -> str:
        """Return what `mailroom cases show` tells somebody of a case, in Chinese."""
        return self.command("cases", "show", number, who=who)

    def command(self, *words: str, who: str = DIRECTOR) -> str:
        """Run a command of the program; return what it prints, in Chinese."""
        said = StringIO()
        typed = ["mailroom", "-c", str(self.file), "--lang", "zh", *words]
        with (
            patch.object(sys, "argv", typed),
            # By the machine this is one account; a scenario is about several.
            patch.object(pwd, "getpwuid", lambda _: SimpleNamespace(pw_name=who)),
            redirect_stdout(said),
            suppress(SystemExit),
        ):
            main()
        return said.getvalue()

    def reminders(self, case_id: int) -> list[AnyRow]:
        """Return the follow-ups of a case."""
        question = select(followup).where(followup.c.case_id == case_id)
        with self.desk.database.read() as tx:
            return list(tx.execute(question.order_by(followup.c.due_at)))

    def notices(self) -> list[AnyRow]:
        """Return the notices to our own people."""
        with self.desk.database.read() as tx:
            return list(tx.execute(select(notice).order_by(notice.c.id)))


def reason(row: AnyRow, language: Language = "en") -> str:
    """Say why a message was held, ignored or merged."""
    return say(unpack(row.reason), language)


def value(row: AnyRow, name: str) -> str:
    """Return a field that was read from a message; "" where it was not."""
    found = messages.fields(row.answer).get(name, "")
    return str(found)


def red(page: Page) -> Iterator[str]:
    """Yield the words of a page that stand in red."""
    for table in page.tables:
        for row in table.rows:
            for cell in row.cells:
                for paragraph in cell.paragraphs:
                    for run in paragraph.runs:
                        color = run.font.color
                        if color is not None and str(color.rgb or "").startswith(
                            ("C0", "FF", "E0", "B0")
                        ):
                            yield run.text
