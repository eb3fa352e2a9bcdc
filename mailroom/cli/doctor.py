"""Looks whether everything the service needs is there, and says what to do."""

import contextlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import click

from mailroom.cli.check import find_faults
from mailroom.cli.talk import Talk, now
from mailroom.errors import ConfigError, MailroomError, Text, text
from mailroom.mailbox.imap import Imap
from mailroom.mailbox.smtp import Smtp
from mailroom.register.database import driver, wal_is_safe
from mailroom.settings import Account, Settings
from mailroom.workflow import standing
from mailroom.workflow.health import LEAST_DISK, free_for

ENVIRONMENT = 3
OFFERS = ("ID", "IDLE", "UIDPLUS", "MOVE", "CONDSTORE")
CLOCK_SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing looked at."""

    what: Text
    state: Literal["ok", "warn", "FAIL"]
    words: Text | str = ""  # what was found, and what to do


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def doctor(talk: Talk, *, as_json: bool) -> None:
    """Look at settings, servers, clock, disk and programs; sends nothing. 体检。"""
    lines = []
    for line in _examine(talk):
        lines.append(line)
        if not as_json:
            what, words = talk.say(line.what), talk.say(line.words)
            talk.out(f"{line.state:<5} {what}{': ' if words else ''}{words}")
    if as_json:
        talk.json(
            [
                {"what": talk.say(x.what), "state": x.state, "words": talk.say(x.words)}
                for x in lines
            ]
        )
    if any(line.state == "FAIL" for line in lines):
        raise click.exceptions.Exit(ENVIRONMENT)


def _examine(talk: Talk) -> Iterator[Line]:
    faults = list(find_faults(talk))
    wrong = [fault for fault in faults if fault.severity == "error"]
    what = text("settings, secrets, rules, templates")
    for fault in wrong:
        place = text("{place}: {words}", place=fault.place, words=fault.text)
        yield Line(what=what, state="FAIL", words=place)
    for fault in faults:
        if fault.severity == "warning":
            place = Text(
                "{place}: {words}", {"place": fault.place, "words": fault.text}
            )
            yield Line(what=what, state="warn", words=place)
    if not wrong:
        yield Line(what=what, state="ok")
    try:
        settings = talk.settings()
    except ConfigError:
        return
    yield _rules(settings)
    for account in settings.accounts:
        yield from _imap(settings, account)
        yield _smtp(settings, account)
    yield from _machine(settings)


def _rules(settings: Settings) -> Line:
    what = text("rules in force")
    refused = standing.refusal(settings)
    if refused is not None:
        return Line(what=what, state="FAIL", words=refused)
    words = standing.told(settings) or text("none yet: the service has not begun")
    return Line(what=what, state="ok", words=words)


def _look(what: Text, look: Callable[[], Text | str]) -> Line:
    try:
        return Line(what=what, state="ok", words=look())
    except MailroomError as error:
        return Line(what=what, state="FAIL", words=_advice(error))


def _advice(error: MailroomError) -> Text:
    if isinstance(error, ConfigError):
        return error.faults[0].text
    said = str(error).lower()
    if "unsafe login" in said:
        return text(
            "{error} – NetEase wants its 授权码 instead of the password, and IMAP"
            " switched on in its web settings",
            error=error.text,
        )
    if "basic auth" in said or "basicauthblocked" in said:
        return text(
            "{error} – Microsoft 365 takes no passwords any more; it needs OAuth2",
            error=error.text,
        )
    return error.text


def _imap(settings: Settings, account: Account) -> Iterator[Line]:
    what = text("IMAP of {account}", account=account.name)
    try:
        imap = Imap(account.imap, settings.secret(account.name, "imap"))
    except MailroomError as error:
        yield Line(what=what, state="FAIL", words=_advice(error))
        return
    with contextlib.closing(imap):
        offers = [name for name in OFFERS if imap.can(name)]
        words = text(
            "connected, logged in ({tls}); {offers}",
            tls=account.imap.tls,
            offers=", ".join(offers),
        )
        yield Line(what=what, state="ok", words=words)
        if account.imap.tls == "none" and not account.imap.host.startswith("127."):
            yield Line(
                what=what, state="warn", words=text("the password travels in the clear")
            )
        for name in account.mailboxes:
            yield _look(
                text("mailbox {name}", name=name),
                lambda name=name: _opened(imap, name),  # type: ignore[misc]  # bound now
            )
        for role, named in (("drafts", account.drafts), ("sent", account.sent)):
            yield _special(imap, role, named)


def _opened(imap: Imap, name: str) -> Text:
    selected = imap.select(name, readonly=True)
    return text("opened, UIDVALIDITY {number}", number=selected.uidvalidity)


def _special(imap: Imap, role: str, named: str) -> Line:
    what = text("mailbox for {role}", role=role)
    try:
        found = imap.special(role, named)
    except MailroomError as error:
        return Line(what=what, state="FAIL", words=error.text)
    if found is None:
        return Line(
            what=what,
            state="warn",
            words=text(
                "none found; name it in mailroom.toml ({role} = …), or it is created",
                role=role,
            ),
        )
    return Line(what=what, state="ok", words=str(found))


def _smtp(settings: Settings, account: Account) -> Line:
    what = text("SMTP of {account}", account=account.name)
    server = account.smtp
    if server is None:
        return Line(what=what, state="warn", words=text("not set: nothing can be sent"))

    def look() -> Text:
        password = settings.secret(account.name, "smtp") if server.user else None
        smtp = Smtp(server, password)
        smtp.quit()
        return text("connected, logged in ({tls}); nothing was sent", tls=server.tls)

    return _look(what, look)


def _machine(settings: Settings) -> Iterator[Line]:
    version = driver().sqlite_version_info
    shown = ".".join(str(n) for n in version)
    if wal_is_safe(version):
        yield Line(what=text("SQLite"), state="ok", words=shown)
    else:
        yield Line(
            what=text("SQLite"),
            state="warn",
            words=text(
                "{version} may corrupt a WAL database; a rollback journal is used",
                version=shown,
            ),
        )
    data = settings.folder("data")
    free = free_for(settings)
    yield Line(
        what=text("disk"),
        state="ok" if free > LEAST_DISK else "FAIL",
        words=text("{n} MB free for {folder}", n=free // 2**20, folder=data),
    )
    yield _fonts()
    yield _clock(data)


def _fonts() -> Line:
    what = text("Chinese fonts")
    program = shutil.which("fc-list")
    listed = ""
    if program is not None:
        done = subprocess.run(  # noqa: S603  a fixed command
            [program, ":lang=zh", "family"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        listed = done.stdout
    if listed.strip():
        return Line(
            what=what,
            state="ok",
            words=text("{n} found", n=len(listed.split("\n")) - 1),
        )
    return Line(
        what=what,
        state="warn",
        words=text(
            "none found; pictures of letters need them: apt install fonts-noto-cjk"
        ),
    )


def _clock(data: Path) -> Line:
    """Compare the clock with the last thing that was written down."""
    what = text("clock")
    register = data / "register.db"
    if register.exists():
        written = datetime.fromtimestamp(register.stat().st_mtime, UTC)
        if written - now() > CLOCK_SLACK:
            return Line(
                what=what,
                state="FAIL",
                words=text(
                    "the clock runs behind what was written at {at}", at=written
                ),
            )
    return Line(what=what, state="ok", words=now().isoformat(timespec="seconds"))
