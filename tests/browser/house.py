"""A whole office for browsers: the real program, its mail servers, its letters."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from itertools import count
from pathlib import Path

from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select

from mailroom import office
from mailroom.cases import Outcome
from mailroom.demo.box import sample_mail
from mailroom.demo.imap_server import ImapServer
from mailroom.demo.smtp_server import SmtpSink
from mailroom.drafts import DraftState
from mailroom.register import drafts, logins
from mailroom.register.drafts import Held
from mailroom.register.logins import Role
from mailroom.register.schema import draft, message
from mailroom.register.schema_calendar import appointment, itinerary
from mailroom.settings import Settings
from mailroom.workflow.desk import Desk
from tests.integration.office import Program, until
from tests.unit.small_office import OWN, ROOT, shipped_papers

SETTINGS = """\
[office]
name = "恒远集团办公室"
name_en = "Hengyuan Group Office"
code = "HY"
addresses = ["office@hengyuan.example"]
mode = "send"

[web]
port = {web}

[folders]
rules = "{root}/rules"
templates = "{root}/templates"

[limits]
grace = {grace}
letters_per_hour = 500

[[accounts]]
name = "office"
address = "office@hengyuan.example"
since = "all"

[accounts.imap]
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "office"
poll = 1

[accounts.smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
"""
GRACE = 8  # seconds: time to press u, and not long to wait for the letter
PATIENCE = 60.0  # seconds; the machine may be busy
READY_LIMIT = 180.0  # likewise: the program tries every rule's examples first
_numbers = count(1)


class House:
    """The office, its two mail servers, and the program that runs on them."""

    def __init__(self, folder: Path, imap: ImapServer, sink: SmtpSink) -> None:
        self.folder = folder
        self.imap = imap
        self.sink = sink
        self.file = folder / "mailroom.toml"
        self._samples: set[str] = set()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.place = f"http://127.0.0.1:{port}"
        self.file.write_text(
            SETTINGS.format(
                web=port, root=ROOT, grace=GRACE, imap=imap.port, smtp=sink.port
            ),
            encoding="utf-8",
        )
        secret = folder / "secrets" / "office_imap_password"
        secret.parent.mkdir()
        secret.touch(mode=0o600)
        secret.write_text("secret", encoding="utf-8")
        self.desk: Desk = office.open_desk(Settings.load(self.file), shipped_papers())

    # ── who comes ────────────────────────────────────────────────────────

    def set_up_link(self, name: str, role: Role, person: str = "") -> str:
        """Add a login as the operator does; return the link that was printed."""
        said = subprocess.run(
            [
                *(sys.executable, "-m", "mailroom", "-c", str(self.file), "user"),
                *("add", name, "--role", role.value, "--person", person),
            ],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        return said.stdout.strip()

    def let_in(
        self, context: BrowserContext, name: str, role: Role = Role.APPROVER
    ) -> Page:
        """Open a page for somebody who has logged in; they are added where new."""
        now = datetime.now(UTC)
        with self.desk.database.write() as tx:
            one = logins.named(tx, name) or logins.add(
                tx, name, person="", role=role, now=now, actor="test"
            )
            token = logins.begin_session(tx, one, now=now)
        context.add_cookies([{"name": "mailroom", "value": token, "url": self.place}])
        return context.new_page()

    # ── letters ──────────────────────────────────────────────────────────

    def letters(
        self, number: int = 1, *, name: str = "Wang Li", reply_to: str = ""
    ) -> list[Held]:
        """Deliver letters that report a fault; return their drafts, oldest first."""
        ids = [self._deliver(name, reply_to) for _ in range(number)]

        def waiting() -> list[Held]:
            found = self.drafts_for(ids)
            return found if len(found) == number else []

        # Several hands sort at once: the drafts' order is not that of the letters.
        return sorted(until(waiting, PATIENCE), key=lambda held: held.id)

    def letter(self, **how: str) -> Held:
        """Deliver one letter; return its draft."""
        return self.letters(**how)[0]  # type: ignore[arg-type]  # its words

    def samples(self, *names: str) -> list[Held]:
        """Deliver mails of the demo, each once; return the drafts that answer them."""
        ids = []
        for name, raw in sample_mail():
            if name not in names:
                continue
            head = BytesParser().parsebytes(raw, headersonly=True)
            ids.append(str(head["Message-ID"]))
            if name not in self._samples:
                self._samples.add(name)
                self.imap.deliver(raw)

        def sorted_out() -> bool:
            with self.desk.database.read() as tx:
                done = select(message.c.id).where(
                    message.c.rfc_id.in_(ids), message.c.outcome != Outcome.RECEIVED
                )
                return len(tx.execute(done).all()) == len(ids)

        until(sorted_out, PATIENCE)
        return until(lambda: self.drafts_for(ids), PATIENCE)

    def day_sheet(self, title: str) -> int:
        """Enter an appointment of today, and a leader's sheet; return its number."""
        now = datetime.now(UTC)
        stop = {
            "hours": "09:30–11:00", "was": "", "what": title, "place": title,
            "way": "MU5101", "number": "",
        }  # fmt: skip
        with self.desk.database.write() as tx:
            known = tx.execute(select(itinerary.c.id)).scalars().first()
            if known is not None:
                return int(known)
            tx.execute(
                appointment.insert().values(
                    id=900, kind="meeting", begins_at=now, zone="Asia/Shanghai",
                    title=title, room=title, people=[title[:20]], standing="stands",
                    made_by="test", made_at=now,
                )
            )  # fmt: skip
            tx.execute(
                itinerary.insert().values(
                    id=900, person="周广川", day="2030-01-01", edition=1,
                    state="waiting", content={"stops": [stop], "clashes": [title]},
                    appointments=[900], filled={}, missing=["sign_in"],
                    sha256="0" * 64, name="a.docx", made_at=now, due_at=now,
                )
            )  # fmt: skip
        return 900

    def _deliver(self, name: str, reply_to: str) -> str:
        number = next(_numbers)
        mail = EmailMessage()
        mail["From"] = f"{name} <reader{number}@client{number}.example>"
        mail["To"] = OWN
        mail["Subject"] = f"Heating on level {number} stuck at 27 degrees"
        mail["Date"] = datetime.now(UTC)
        mail["Message-ID"] = f"<fault.{number}@client{number}.example>"
        if reply_to:
            mail["Reply-To"] = reply_to
        mail.set_content(
            f"Hello,\n\nLevel {number} north has been 27C since Friday. Can somebody"
            f" come today please?\n\n{name}\n"
        )
        self.imap.deliver(mail.as_bytes().replace(b"\n", b"\r\n"))
        return str(mail["Message-ID"])

    def drafts_for(self, ids: Sequence[str]) -> list[Held]:
        """Return the drafts that answer these letters, in the order of the letters."""
        with self.desk.database.read() as tx:
            rows = tx.execute(
                select(draft.c.id, message.c.rfc_id)
                .join(message, message.c.id == draft.c.message_id)
                .where(message.c.rfc_id.in_(ids))
            ).all()
            by_id = {row.rfc_id: drafts.held(tx, row.id) for row in rows}
        found = [by_id.get(each) for each in ids]
        return [held for held in found if held is not None]

    def state(self, held: Held) -> DraftState:
        """Say how a draft stands now."""
        return self.now(held).state

    def now(self, held: Held) -> Held:
        """Return a draft as it stands."""
        with self.desk.database.read() as tx:
            found = drafts.held(tx, held.id)
        assert found is not None
        return found

    def url(self, held: Held, query: str = "") -> str:
        """Say where a draft's page is."""
        return f"{self.place}/drafts/{held.id}{query}"

    # ── the program ──────────────────────────────────────────────────────

    @contextmanager
    def running(self) -> Iterator[Program]:
        """Run `mailroom run` until the block ends."""
        log = self.folder / "program.log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "mailroom", "-c", str(self.file), "run"],
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        program = Program(process, log)
        try:
            until(
                lambda: program.said("ready") or process.poll() is not None, READY_LIMIT
            )
            assert program.said("ready"), log.read_text(encoding="utf-8")
            yield program
            assert process.poll() is None, log.read_text(encoding="utf-8")
        finally:
            process.terminate()
            try:
                process.wait(15)
            finally:
                process.kill()
                process.wait()
