"""Sets up an office in a folder of its own, on the loopback mail servers."""

import contextlib
import email.utils
import json
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from mailroom import office
from mailroom.demo.imap_server import ImapServer
from mailroom.demo.smtp_server import SmtpSink
from mailroom.directory import Directory, Person
from mailroom.register import logins
from mailroom.register.logins import Role
from mailroom.settings import SETTINGS_FILE, Settings
from mailroom.web import serve
from mailroom.worker import service
from mailroom.worker.living import desk_in_force
from mailroom.workflow.desk import Desk

USUAL_PORT = 8720  # of the desk
LOGIN = "demo"
USER, PASSWORD = "office", "demo"  # of servers that only this machine reaches

SETTINGS = """\
# 演示办公室 · an office for trying things out
[office]
name = "恒远集团办公室"
name_en = "Hengyuan Group Office"
code = "HY"
addresses = ["office@hengyuan.example"]
mode = "send"

[limits]
grace = {grace}

[reviewers]
{reviewers}

[web]
port = {web}

[[accounts]]
name = "office"
address = "office@hengyuan.example"
display = "恒远集团办公室"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """The demo's office while it runs."""

    folder: Path
    desk: Desk
    imap: ImapServer
    smtp: SmtpSink

    @property
    def settings_file(self) -> Path:
        """Where its settings lie, for the other commands."""
        return self.folder / SETTINGS_FILE


def sample_mail() -> list[tuple[str, bytes]]:
    """Return the invented mails that come with the demo, in order."""
    folder = Path(str(files("mailroom.demo").joinpath("mail")))
    return [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def deliver(imap: ImapServer, raw: bytes) -> None:
    """Put a mail into the inbox, as if it had arrived on its own Date."""
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii", "replace")
    dates = [
        line[5:] for line in head.split("\r\n") if line.lower().startswith("date:")
    ]
    received = None
    with contextlib.suppress(ValueError, IndexError):
        received = email.utils.parsedate_to_datetime(dates[0].strip())
    if received is not None and received.tzinfo is None:
        received = None
    imap.deliver(raw, received=received)


@contextlib.contextmanager
def open_box(
    folder: Path, rules: Path, templates: Path, *, account: str, grace: int
) -> Iterator[Box]:
    """Write an office into `folder` (what is there stays), and open it.

    `rules` and `templates` are copied, so that they can be edited there. `account` is
    whose word counts in it, as a director's or a leader's; `grace` is in seconds.
    Raises RuleError, EnvironmentFault.
    """
    with (
        ImapServer(users={USER: PASSWORD}) as imap,
        SmtpSink(on_delivery=None) as smtp,
    ):
        folder.mkdir(parents=True, exist_ok=True)
        for source, name in ((rules, "rules"), (templates, "templates")):
            if not (folder / name).exists():
                shutil.copytree(source, folder / name)
                if name == "rules":
                    _open_today(folder / name, datetime.now(UTC).date())
        settings = SETTINGS.format(
            imap=imap.port,
            smtp=smtp.port,
            grace=grace,
            web=_port(),
            reviewers=_reviewer(account, Directory.load(folder / "rules" / "office")),
        )
        (folder / SETTINGS_FILE).write_text(settings, encoding="utf-8")
        secrets = folder / "secrets"
        secrets.mkdir(mode=0o700, exist_ok=True)
        secret = secrets / "office_imap_password"
        secret.touch(mode=0o600)
        secret.write_text(PASSWORD, encoding="utf-8")
        read = Settings.load(folder / SETTINGS_FILE)
        desk = office.open_desk(read, office.read_papers(read))
        try:
            yield Box(folder=folder, desk=desk, imap=imap, smtp=smtp)
        finally:
            office.close_desk(desk)


def _open_today(rules: Path, today: date) -> None:
    """Let the office be open whenever somebody tries it: it reminds nobody else."""
    days = rules / "days.yaml"
    if not days.exists():
        near = (today + timedelta(days=n) for n in (-1, 0, 1))
        listed = ", ".join(day.isoformat() for day in near)
        days.write_text(f"mailroom: 1\nworking: [{listed}]\n", encoding="utf-8")
    office_file = rules / "office" / "office.yaml"
    if office_file.exists():
        written = office_file.read_text(encoding="utf-8")
        always = re.sub(r"(?m)^hours:.*$", "hours: 00:00-23:59", written)
        office_file.write_text(always, encoding="utf-8")


def _port() -> int:
    """Choose a port for the desk: the usual one, or where it is taken a free one."""
    for wanted in (USUAL_PORT, 0):
        with (
            contextlib.suppress(OSError),
            socket.create_server(("127.0.0.1", wanted)) as s,
        ):
            return int(s.getsockname()[1])
    return USUAL_PORT


def _reviewer(account: str, directory: Directory) -> str:
    """Write the line of TOML that makes an account one who may see everything."""
    person = _who_sees_all(directory)
    # What JSON writes of a text, TOML reads.
    name = json.dumps(person.name, ensure_ascii=False) if person else ""
    return f"{json.dumps(account)} = {name}" if person else ""


def _who_sees_all(directory: Directory) -> Person | None:
    for person in directory.people:
        if {"director", "leader"} & set(person.roles):
            return person
    return None


def set_up_link(box: Box, now: datetime) -> str:
    """Make a login at the desk in the browser; return the link that sets its password.

    In a folder that was kept, whoever has a login gets a new link.
    """
    person = _who_sees_all(box.desk.directory)
    with box.desk.database.write() as tx:
        one = logins.named(tx, LOGIN) or logins.add(
            tx, LOGIN, person=person.name if person else "", role=Role.ADMIN, now=now,
            actor=LOGIN,
        )  # fmt: skip
        token = logins.invite(tx, one, now=now)
    web = box.desk.settings.web
    return f"http://{web.host}:{web.port}/welcome#{token}"


@contextlib.contextmanager
def open_to_browsers(box: Box) -> Iterator[None]:
    """Answer browsers. Raises EnvironmentFault where somebody has taken the port."""
    with (
        serve.listen(box.desk.settings) as listening,
        serve.serving(desk_in_force(box.desk), listening),
    ):
        yield


@contextlib.contextmanager
def running(box: Box) -> Iterator[None]:
    """Run the real service on the office: pollers, and Huey's consumer."""
    stop = threading.Event()
    thread = threading.Thread(
        target=service.run,
        args=(box.desk, ["intake", "worker"]),
        kwargs={"stop": stop},
        name="service",
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
