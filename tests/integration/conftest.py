"""The mail servers that integration tests talk to."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailroom.demo.imap_server import ImapServer
from mailroom.demo.smtp_server import SmtpSink
from tests.integration.office import THEIRS, Office, letter
from tests.integration.servers import Dovecot, MailAccount, dovecot_program

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Give a real Dovecot; every user name is known there, so take one for yourself."""
    if dovecot_program() is None:
        missing = "Dovecot is not installed: apt-get install dovecot-imapd"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with Dovecot() as server:
        yield server


@pytest.fixture
def imap_server() -> Iterator[ImapServer]:
    """Give the demo's IMAP server with one user, `office`, password `secret`."""
    with ImapServer(users={"office": "secret"}) as server:
        yield server


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """Give an SMTP server that keeps what it is sent."""
    with SmtpSink() as sink:
        yield sink


@pytest.fixture(params=["demo", pytest.param("dovecot", marks=pytest.mark.server)])
def any_server(request: pytest.FixtureRequest) -> MailAccount:
    """Give one user's empty account on each kind of server in turn."""
    if request.param == "demo":
        demo: ImapServer = request.getfixturevalue("imap_server")
        return MailAccount(server=demo, user="office", password="secret")
    real: Dovecot = request.getfixturevalue("dovecot")
    return MailAccount(
        server=real, user=f"office{next(_numbers)}", password=real.password
    )


@pytest.fixture
def mail(any_server: MailAccount) -> MailAccount:
    """Give an inbox with one question in it."""
    any_server.deliver(letter("Question about the lift", message_id=THEIRS))
    return any_server


@pytest.fixture
def office(mail: MailAccount, smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Office]:
    """Give an office that has drafted its answer."""
    with Office(mail, smtp_sink, tmp_path) as office:
        office.once()
        yield office


@pytest.fixture
def demo_mail(imap_server: ImapServer) -> MailAccount:
    """Give an inbox with one question in it, on the demo's server."""
    imap_server.deliver(letter("Question about the lift", message_id=THEIRS))
    return MailAccount(server=imap_server, user="office", password="secret")


@pytest.fixture
def demo_office(
    demo_mail: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> Iterator[Office]:
    """Give an office on the demo's server that has drafted its answer."""
    with Office(demo_mail, smtp_sink, tmp_path) as office:
        office.once()
        yield office
