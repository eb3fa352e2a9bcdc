"""The mail servers that integration tests talk to."""

import itertools
import os
from collections.abc import Iterator

import pytest

from mailroom.demo.imap_server import ImapServer
from mailroom.demo.smtp_server import SmtpSink
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
