"""Runs an office in a box: no account, no network, invented mail."""

import itertools
import logging
import re
import secrets
import shlex
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import click

from mailroom.cli.init import shipped
from mailroom.cli.person import account_at
from mailroom.cli.talk import Talk, program
from mailroom.demo.box import (
    LOGIN,
    PASSWORD,
    USER,
    Box,
    deliver,
    open_box,
    open_to_browsers,
    running,
    sample_mail,
    set_up_link,
)
from mailroom.demo.story import settled, until, walk, what_happened
from mailroom.errors import Text, text
from mailroom.register.logins import LINK_LIVES
from mailroom.register.texts import unpack
from mailroom.worker import logs

NEW_MAIL_EVERY = 20.0  # seconds
GRACE, GRACE_ONCE = 30, 2  # seconds: time to try `review undo`, and none to waste


@click.command()
@click.option("--once", is_flag=True, help="Walk the whole way on its own, and end.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the office here; otherwise in a temporary folder.",
)
@click.pass_obj
def demo(talk: Talk, folder: Path | None, *, once: bool) -> None:
    """Try mailroom with invented mail; nothing leaves this machine. 演示。"""
    logs.start(logging.ERROR)
    # The same clean end as Ctrl-C: what is temporary goes.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    with _folder(folder) as place:
        opened = open_box(
            place,
            shipped("rules"),
            shipped("templates"),
            account=account_at(place / "data"),
            grace=GRACE_ONCE if once else GRACE,
        )
        with opened as box, running(box):
            for _, raw in sample_mail():
                deliver(box.imap, raw)
            talk.tell(text("delivering {n} invented mails …", n=len(sample_mail())))
            until(lambda: settled(box), text("all mail is sorted"))
            _table(talk, box, seen=0)
            if once:
                _tell_story(talk, box)
            else:
                # Who reads "Ctrl-C ends it" may press it at once.
                with suppress(KeyboardInterrupt), open_to_browsers(box):
                    _go_on(talk, box)


@contextmanager
def _folder(named: Path | None) -> Iterator[Path]:
    if named is not None:
        yield named.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="mailroom-demo-") as made:
        yield Path(made)


def _table(talk: Talk, box: Box, seen: int) -> int:
    """Show what happened to each mail above `seen`, and why; returns the last one."""
    rows = [(row, case) for row, case in what_happened(box) if row.id > seen]
    if not rows:
        return seen
    talk.table(
        [
            text("message"), text("from"), text("subject"), text("outcome"),
            text("category"), text("case"), text("why"),
        ],
        [
            (
                row.id, row.sender, row.subject, Text(row.outcome), row.category, case,
                _why(row.reason, row.answer),
            )
            for row, case in rows
        ],
    )  # fmt: skip
    return int(rows[-1][0].id)


def _why(reason: list[object] | None, answer: dict[str, object] | None) -> Text | str:
    if reason:
        return unpack(reason)
    answer = answer or {}
    why = answer.get("why")
    if isinstance(why, list) and answer.get("category"):
        words = [f"“{w['words']}”" for w in why if w["words"]]
        return f"{answer.get('rule')}: {', '.join(words[:3])}"
    candidates = answer.get("candidates")
    if isinstance(candidates, list) and candidates:
        names = ", ".join(str(name) for name, _ in candidates[:2])
        return text("perhaps {names}", names=names)
    return text("no rule matched")


def _tell_story(talk: Talk, box: Box) -> None:
    for number, scene in enumerate(walk(box), 1):
        talk.out()
        talk.out(f"{number}. {talk.say(scene.title)}")
        for line in scene.lines:
            talk.out(f"   {talk.say(line)}")


def _go_on(talk: Talk, box: Box) -> None:
    """Say what can be tried, and deliver new mail until somebody ends it."""
    talk.tell(
        text(
            "\nThe office is open. In a browser, for {minutes} minutes, to set a"
            " password; the name is {login}:\n"
            "  {link}\n"
            "Or in another terminal:\n"
            "  {mailroom} -c {file} review list\n"
            "  {mailroom} -c {file} review show 1\n"
            "  {mailroom} -c {file} review approve 1\n"
            "  {mailroom} -c {file} status\n"
            "Or look with a mail client: IMAP 127.0.0.1:{imap}, user {user}, password"
            " {password}, no TLS. Ctrl-C ends it.",
            minutes=LINK_LIVES // timedelta(minutes=1),
            login=LOGIN,
            link=set_up_link(box, datetime.now(UTC)),
            mailroom=program(),
            file=shlex.quote(str(box.settings_file)),
            imap=box.imap.port,
            user=USER,
            password=PASSWORD,
        )
    )
    last = len(what_happened(box))
    pause = threading.Event()
    mails = [raw for _, raw in sample_mail()]
    for raw in itertools.cycle(mails):
        pause.wait(NEW_MAIL_EVERY)
        box.imap.deliver(_as_new(raw))
        until(lambda: settled(box), text("all mail is sorted"))
        last = _table(talk, box, seen=last)


def _as_new(raw: bytes) -> bytes:
    """Make a fresh mail of a sample: its own Message-ID, and the Date of now."""
    head, blank, body = raw.partition(b"\r\n\r\n")
    fresh = f"<{secrets.token_hex(12)}@demo.example>".encode()
    now = format_datetime(datetime.now(UTC)).encode()
    head = re.sub(
        rb"(?im)^(message-id:)[^\r\n]*(\r\n[ \t][^\r\n]*)*", rb"\1 " + fresh, head
    )
    head = re.sub(rb"(?im)^(date:)[^\r\n]*", rb"\1 " + now, head)
    return head + blank + body
