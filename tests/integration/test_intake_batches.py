"""Batches of mail are fetched ahead of the disk, and entered in their order."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from mailroom.demo.imap_server import ImapServer
from mailroom.errors import EnvironmentFault
from mailroom.mailbox.imap import Imap
from mailroom.register import mailboxes, workers
from mailroom.register.files import Files
from mailroom.register.schema import message
from mailroom.settings import ImapServer as Address
from mailroom.settings import Secret
from mailroom.worker.perform import clock
from mailroom.workflow import receive
from mailroom.workflow.opening import Box
from mailroom.workflow.receive import collect
from tests.unit.small_office import SmallOffice, letter

MAILS = 10


@pytest.fixture
def small_office(tmp_path: Path) -> Iterator[SmallOffice]:
    made = SmallOffice(tmp_path)
    yield made
    made.close()


def read(small_office: SmallOffice, server: ImapServer) -> None:
    """Collect the Inbox in batches of two."""
    desk = small_office.desk
    address = Address(host=server.host, port=server.port, tls="none", user="office")
    imap = Imap(address, Secret("secret"))
    box = Box(
        id=small_office.inbox,
        account=desk.settings.accounts[0],
        name="INBOX",
        role="in",
        careful=2,
    )
    data = desk.settings.folder("data")
    try:
        with workers.identity(data) as owner:
            alive = workers.living(data)
            collect(desk, imap, box, owner=owner, living=alive, now=clock())
    finally:
        imap.close()


def test_nothing_after_a_batch_that_was_not_stored_is_entered_before_it(
    small_office: SmallOffice,
    imap_server: ImapServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(MAILS):
        imap_server.deliver(letter(f"Question {number}", "Hello.\n"))
    monkeypatch.setattr(receive, "BATCH_MESSAGES", 2)
    real, calls = Files.keep, 0

    def full_for_once(files: Files, contents: Iterable[bytes]) -> list[str]:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise EnvironmentFault
        return real(files, contents)

    monkeypatch.setattr(Files, "keep", full_for_once)

    with pytest.raises(EnvironmentFault):
        read(small_office, imap_server)
    with small_office.desk.database.read() as tx:
        before = mailboxes.state(tx, small_office.inbox).last_uid
    entered = len(small_office.rows(select(message.c.id)))
    read(small_office, imap_server)

    assert (before, entered) == (2, 2)
    assert len(small_office.rows(select(message.c.id))) == MAILS
    with small_office.desk.database.read() as tx:
        assert mailboxes.state(tx, small_office.inbox).last_uid == MAILS
