"""A small office without mail servers: its desk in a folder, mail put in by hand."""

import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Select

from mailroom import office
from mailroom.office import Papers
from mailroom.register import (
    cases,
    database,
    drafts,
    intake,
    mailboxes,
    messages,
    workers,
)
from mailroom.register.drafts import Held
from mailroom.register.intake import Arrival
from mailroom.register.schema import AnyRow
from mailroom.settings import Settings
from mailroom.worker import perform, service
from mailroom.workflow.desk import Desk

ROOT = Path(__file__).parents[2]
NOBODY = 1  # a port where nobody listens
OWN = "office@hengyuan.example"

SETTINGS = """\
[office]
name = "恒远集团办公室"
name_en = "Hengyuan Group Office"
code = "HY"
addresses = ["office@hengyuan.example"]
mode = "{mode}"

[folders]
rules = "{root}/rules"
templates = "{root}/templates"

[limits]
grace = {grace}

[reviewers]
{reviewers}

[[accounts]]
name = "office"
address = "office@hengyuan.example"
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


def settle(
    folder: Path,
    *,
    mode: str = "send",
    grace: int = 30,
    reviewers: Mapping[str, str] | None = None,
    imap: int = NOBODY,
    smtp: int = NOBODY,
) -> Path:
    """Write the settings of an office with the shipped rules; return their file."""
    people = "\n".join(f'"{who}" = "{name}"' for who, name in (reviewers or {}).items())
    file = folder / "mailroom.toml"
    file.write_text(
        SETTINGS.format(
            root=ROOT, mode=mode, grace=grace, reviewers=people, imap=imap, smtp=smtp
        ),
        encoding="utf-8",
    )
    password = folder / "secrets" / "office_imap_password"
    password.parent.mkdir(exist_ok=True)
    password.touch(mode=0o600)
    password.write_text("secret", encoding="utf-8")
    return file


@cache
def shipped_papers() -> Papers:
    """Read the shipped rules and templates, once for all tests."""
    return office.read_papers(
        Settings.model_validate(
            {
                "office": {"name": "恒远", "addresses": [OWN]},
                "folders": {"rules": ROOT / "rules", "templates": ROOT / "templates"},
                "accounts": [
                    {"name": "a", "address": OWN, "imap": {"host": "mail.example"}}
                ],
            }
        )
    )


def letter(
    subject: str,
    body: str,
    *,
    sender: str = "Wang Li <wangli@client.example>",
    message_id: str = "",
    answers: str = "",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """Write a letter to the office; `answers` is the Message-ID that it answers."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = OWN
    mail["Subject"] = subject
    mail["Date"] = datetime.now(UTC)
    mail["Message-ID"] = message_id or f"<{time.time_ns()}@client.example>"
    if answers:
        mail["In-Reply-To"] = answers
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content(body)
    return mail.as_bytes()


REPAIR = letter(
    "Heating on level 4 stuck at 27 degrees",
    "Hello,\n\nLevel 4 north has been 27C since Friday. Can somebody come today"
    " please?\n\nWang Li\n",
    message_id="<repair.1@client.example>",
)


@cache
def empty_register() -> bytes:
    """Return the file of a new register; to make one takes half a second."""
    with tempfile.TemporaryDirectory() as folder:
        database.Database(Path(folder)).close()
        return (Path(folder) / database.FILE).read_bytes()


def lay_register(folder: Path) -> None:
    """Put a register with nothing in it into a folder, where there is none yet."""
    file = folder / database.FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(empty_register())


def new_register(folder: Path) -> database.Database:
    """Open a register with nothing in it, in a folder that may not be there yet."""
    lay_register(folder)
    return database.Database(folder)


class SmallOffice:
    """An office of its own in a folder; close it at the end."""

    def __init__(
        self,
        folder: Path,
        *,
        mode: str = "send",
        grace: int = 30,
        reviewers: Mapping[str, str] | None = None,
        imap: int = NOBODY,
        smtp: int = NOBODY,
    ) -> None:
        """`imap` and `smtp` are the ports of its mail servers, where it has any."""
        self.file = settle(
            folder, mode=mode, grace=grace, reviewers=reviewers, imap=imap, smtp=smtp
        )
        self.settings = Settings.load(self.file)
        lay_register(self.settings.folder("data"))
        self.desk: Desk = office.open_desk(self.settings, shipped_papers())
        with self.desk.database.write() as tx:
            self.inbox = mailboxes.enter(tx, "office", "INBOX", "in")
            self.sent = mailboxes.enter(tx, "office", "Sent", "sent")
        self._uid = 0

    def close(self) -> None:
        """Let go of the register."""
        office.close_desk(self.desk)

    def change(self, **values: object) -> None:
        """Change settings under [office]."""
        changed = self.desk.settings.office.model_copy(update=values)
        settings = self.desk.settings.model_copy(update={"office": changed})
        self.desk = replace(self.desk, settings=settings)

    def receive(
        self, *mails: bytes, history: bool = False, sent: bool = False
    ) -> list[int]:
        """Enter mail as the worker does after fetching it; nothing is sorted yet."""
        names = self.desk.mail.keep(mails)
        now = datetime.now(UTC)
        arrivals = []
        for raw, name in zip(mails, names, strict=True):
            self._uid += 1
            arrivals.append(
                Arrival(
                    uid=self._uid,
                    sha256=name,
                    size=len(raw),
                    internaldate=now,
                    history=history,
                )
            )
        with self.desk.database.write() as tx:
            return intake.store(
                tx,
                self.sent if sent else self.inbox,
                0,
                arrivals,
                direction="out" if sent else "in",
                now=now,
            )

    def work(self, *, at: datetime | None = None) -> None:
        """Do all that is due, now or `at` another time (aware).

        What needs a mail server, and finds none, is put back.
        """
        with ExitStack() as stack:
            if at is not None:
                for module in (perform, service):
                    stack.enter_context(patch.object(module, "clock", lambda: at))
            data = self.desk.settings.folder("data")
            owner = stack.enter_context(workers.identity(data))
            service.work(self.desk, owner)

    def sort(self, *mails: bytes, **how: bool) -> list[AnyRow]:
        """Enter mail and do all that follows; return its rows."""
        numbers = self.receive(*mails, **how)
        self.work()
        with self.desk.database.read() as tx:
            return [messages.row(tx, number) for number in numbers]

    def rows(self, question: Select[Any]) -> list[AnyRow]:
        """Ask the register."""
        with self.desk.database.read() as tx:
            return list(tx.execute(question).all())

    def cases(self) -> list[AnyRow]:
        """Return the cases, the oldest first."""
        with self.desk.database.read() as tx:
            return list(reversed(cases.listed(tx, open_only=False)))

    def drafts(self, case_id: int) -> list[Held]:
        """Return the drafts of a case."""
        with self.desk.database.read() as tx:
            return drafts.of_case(tx, case_id)

    def draft(self, draft_id: int) -> Held:
        """Return a draft as it stands."""
        with self.desk.database.read() as tx:
            held = drafts.held(tx, draft_id)
        assert held is not None
        return held
