"""What our IMAP connection makes of a server, and of a server's faults."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from mailroom.demo.imap_server import ImapServer
from mailroom.demo.imap_session import FaultAction
from mailroom.errors import MailError, PermanentMailError, TemporaryMailError
from mailroom.mailbox import imap as module
from mailroom.mailbox.answers import Refused
from mailroom.mailbox.connections import Connections
from mailroom.mailbox.imap import Imap
from mailroom.mailbox.names import decode_name, encode_name
from mailroom.settings import ImapServer as Address
from mailroom.settings import Secret

NEVER = threading.Event()
SOON = 10.0  # seconds; the machine may be busy, and what is not soon takes a minute


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with ImapServer(users={"office": "secret", "büro": "密码"}) as running:
        yield running


def connect(server: ImapServer, user: str = "office", password: str = "secret") -> Imap:
    address = Address(host=server.host, port=server.port, tls="none", user=user)
    return Imap(address, Secret(password))


@pytest.fixture
def imap(server: ImapServer) -> Iterator[Imap]:
    with closing(connect(server)) as connection:
        yield connection


def letter(number: int, size: int = 0) -> bytes:
    return (
        f"Message-ID: <note.{number}@client.example>\r\nSubject: {number}\r\n\r\n"
    ).encode() + b"x" * size


def fails(server: ImapServer, command: str, action: FaultAction) -> None:
    server.fault = lambda name, phase: (
        action if (name, phase) == (command, "before") else None
    )


# ── logging in ───────────────────────────────────────────────────────────


def test_a_password_may_be_chinese(server: ImapServer) -> None:
    with closing(connect(server, "büro", "密码")) as imap:
        assert imap.mailboxes()


def test_a_wrong_password_is_for_a_person_and_not_shown(server: ImapServer) -> None:
    with pytest.raises(PermanentMailError, match="does not let office in") as caught:
        connect(server, password="geheim")

    assert "geheim" not in str(caught.value)
    # The server's words, without the signs of Python around them.
    assert str(caught.value).endswith(
        "in: [AUTHENTICATIONFAILED] user or password is wrong"
    )


def test_a_server_that_cannot_be_reached_is_tried_again() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]

    with pytest.raises(TemporaryMailError, match=f"127.0.0.1:{port}: .*refused"):
        Imap(Address(host="127.0.0.1", port=port, tls="none"), Secret("x"))


def test_a_server_that_says_who_it_is_is_told_who_we_are(server: ImapServer) -> None:
    asked: list[str] = []
    server.fault = lambda name, _phase: asked.append(name)

    connect(server).close()

    assert asked.index("LOGIN") < asked.index("ID")


# ── mailboxes ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "coded"),
    [
        ("INBOX", b"INBOX"),
        ("草稿箱", b"&g0l6P3ux-"),
        ("台北 & 日本語", b"&U,BTFw- &- &ZeVnLIqe-"),
        ("~peter/mail/台北", b"~peter/mail/&U,BTFw-"),
        ("R&D", b"R&-D"),
        ("Entwürfe", b"Entw&APw-rfe"),
        ("😀", b"&2D3eAA-"),
    ],
)
def test_mailbox_names_are_written_in_modified_utf_7(name: str, coded: bytes) -> None:
    assert encode_name(name) == coded
    assert decode_name(coded) == name


@pytest.mark.parametrize("raw", [b"&broken", "草稿".encode(), "草稿".encode("gbk")])
def test_a_name_that_is_coded_wrongly_hides_no_other(raw: bytes) -> None:
    assert decode_name(raw)


def test_special_mailboxes_are_found_by_their_mark(imap: Imap) -> None:
    assert imap.special("drafts") == "Drafts"
    assert imap.special("sent") == "Sent"


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("drafts", "草稿箱"), ("drafts", "Work/草稿"), ("drafts", "INBOX.Drafts"),
        ("sent", "已发送"), ("sent", "已发送邮件"), ("sent", "Sent Items"),
    ],
)  # fmt: skip
def test_without_marks_they_are_found_by_their_usual_names(
    role: str, name: str
) -> None:
    with (
        ImapServer(users={"office": "secret"}, without={"SPECIAL-USE"}) as server,
        closing(connect(server)) as imap,
    ):
        client = imap._client
        for usual in ("Drafts", "Sent"):
            client.delete_folder(usual)
        assert imap.special(role) is None

        imap.create(name)

        assert imap.special(role) == name


def test_a_mailbox_that_the_operator_names_wins_where_it_exists(imap: Imap) -> None:
    imap.create("Büro/Entwürfe")

    assert imap.special("drafts", "Büro/Entwürfe") == "Büro/Entwürfe"
    assert imap.special("drafts", "no such") is None


def test_opening_a_mailbox_tells_its_state(server: ImapServer, imap: Imap) -> None:
    before = imap.select("INBOX")
    server.deliver(letter(1))
    after = imap.select("INBOX", readonly=True)

    assert (before.uidnext, after.uidnext) == (1, 2)
    assert before.uidvalidity == after.uidvalidity > 0
    assert after.modseq > before.modseq > 0


# ── finding ──────────────────────────────────────────────────────────────


def test_only_uids_above_are_listed_where_a_range_never_is_empty(
    server: ImapServer, imap: Imap
) -> None:
    for number in range(1, 6):
        server.deliver(letter(number))
    server.remove(3)
    imap.select("INBOX")

    assert imap.uids_after(0) == [1, 2, 4, 5]
    assert imap.uids_after(4) == [5]
    assert imap.uids_after(5) == []
    assert imap.uids_after(99) == []
    assert imap.present([1, 3, 5, 9]) == {1, 5}
    assert imap.present([]) == set()


def test_a_large_mailbox_is_searched_in_windows(
    server: ImapServer, imap: Imap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "UID_WINDOW", 3)
    for number in range(1, 11):
        server.deliver(letter(number))
    imap.select("INBOX")
    asked: list[str] = []
    server.fault = lambda name, phase: asked.append(name) if phase == "before" else None

    found = {start: imap.uids_after(start, 11) for start in (0, 1, 2, 3, 9, 10)}

    assert found == {start: list(range(start + 1, 11)) for start in found}
    assert asked.count("SEARCH") > 10


def test_mail_is_found_by_the_day_of_its_arrival(
    server: ImapServer, imap: Imap
) -> None:
    for number, day in ((1, 1), (2, 20)):
        when = datetime(2026, 10, day, 12, tzinfo=UTC)
        server.deliver(letter(number), received=when)
    imap.select("INBOX")

    assert imap.uids_since(date(2026, 10, 10)) == [2]
    (first, _) = imap.describe([1, 2])
    assert first.internaldate == datetime(2026, 10, 1, 12, tzinfo=UTC)


def test_a_message_id_is_compared_whole(server: ImapServer, imap: Imap) -> None:
    for number in (11, 112, 1, 11):
        server.deliver(letter(number))
    server.deliver(b"Message-ID:\r\n <note.11@client.example>\r\n\r\nfolded")
    server.deliver(b"Message-ID: x<note.11@client.example.invalid>\r\n\r\n")
    imap.select("INBOX")

    found = imap.with_header("Message-ID", "<note.11@client.example>")

    assert found == [1, 4, 5]
    assert imap.with_header("Message-ID", "<note.2@client.example>") == []


# ── fetching ─────────────────────────────────────────────────────────────


def test_whole_messages_come_back_and_stay_unread(
    server: ImapServer, imap: Imap
) -> None:
    raws = {server.deliver(raw): raw for raw in (letter(1), letter(2, 5000))}
    imap.select("INBOX")

    assert imap.bodies(list(raws)) == raws
    assert imap.bodies([1, 77]) == {1: raws[1]}
    assert [each.uid for each in imap.describe([1, 2, 77])] == [1, 2]
    assert not any("\\Seen" in mail.flags for mail in server.messages())


@pytest.mark.parametrize("size", [0, 999, 1000, 1001, 2000, 2500])
def test_a_large_message_comes_in_pieces(
    server: ImapServer, imap: Imap, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(module, "PIECE", 1000)
    raw = letter(1)[:100] + b"y" * size
    uid = server.deliver(raw)
    imap.select("INBOX")

    assert imap.large_body(uid, 10_000) == raw
    assert imap.large_body(99, 10_000) is None


def test_a_message_over_the_limit_is_not_fetched_to_its_end(
    server: ImapServer, imap: Imap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PIECE", 1000)
    uid = server.deliver(letter(1, 50_000))
    imap.select("INBOX")
    asked: list[str] = []
    server.fault = lambda name, phase: asked.append(name) if phase == "before" else None

    assert imap.large_body(uid, 3000) is None
    assert asked.count("FETCH") <= 4


# ── changing ─────────────────────────────────────────────────────────────


def test_what_is_put_into_a_mailbox_has_its_place_told(
    server: ImapServer, imap: Imap
) -> None:
    imap.create("草稿箱")
    when = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)

    place = imap.append("草稿箱", letter(1), (b"\\Draft",), when)

    (mail,) = server.messages("草稿箱")
    assert place == (imap.select("草稿箱").uidvalidity, mail.uid)
    assert mail.raw == letter(1)
    assert "\\Draft" in mail.flags


def test_a_message_is_removed_and_nobody_elses_with_it(
    server: ImapServer, imap: Imap
) -> None:
    for number in (1, 2, 3):
        server.deliver(letter(number))
    imap.select("INBOX")
    imap._client.add_flags([2], [b"\\Deleted"])  # a colleague's

    imap.remove(1)

    assert [mail.uid for mail in server.messages()] == [2, 3]


def test_without_uidplus_a_message_is_marked_and_stays() -> None:
    with (
        ImapServer(users={"office": "secret"}, without={"UIDPLUS"}) as server,
        closing(connect(server)) as imap,
    ):
        server.deliver(letter(1))
        imap.select("INBOX")
        imap.remove(1)

        (mail,) = server.messages()
        assert "\\Deleted" in mail.flags


def test_marks_and_moves_change_only_what_they_name(
    server: ImapServer, imap: Imap
) -> None:
    for number in (1, 2, 3):
        server.deliver(letter(number))
    imap.create("已收文")
    imap.select("INBOX")

    imap.mark([1, 3], "$MailroomSeen")
    imap.move([3], "已收文")

    assert [mail.uid for mail in server.messages() if mail.flags] == [1]
    assert [mail.raw for mail in server.messages("已收文")] == [letter(3)]


# ── faults ───────────────────────────────────────────────────────────────


def test_a_no_leaves_the_connection_as_it_was(server: ImapServer, imap: Imap) -> None:
    server.deliver(letter(1))
    imap.select("INBOX")
    fails(server, "FETCH", "no")
    with pytest.raises(Refused, match="refused FETCH"):
        imap.bodies([1])
    server.fault = lambda *_: None

    assert not imap.broken
    assert imap.bodies([1]) == {1: letter(1)}
    with pytest.raises(Refused):
        imap.select("no such mailbox")


@pytest.mark.parametrize("action", ["drop", "cut"])
def test_a_connection_that_breaks_is_never_used_again(
    server: ImapServer, imap: Imap, action: FaultAction
) -> None:
    server.deliver(letter(1, 10_000))
    imap.select("INBOX")
    server.fault = lambda name, phase: (
        action
        if (name, phase) == ("FETCH", "before" if action == "drop" else "after")
        else None
    )

    with pytest.raises(TemporaryMailError, match="broke at FETCH"):
        imap.bodies([1])
    server.fault = lambda *_: None

    assert imap.broken
    with pytest.raises(TemporaryMailError, match="is gone"):
        imap.bodies([1])
    imap.close()  # as often as one likes
    imap.close()


def test_a_server_that_never_answers_is_given_up(
    server: ImapServer, imap: Imap, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails(server, "SELECT", "stall")
    command = imap._command
    monkeypatch.setattr(imap, "_command", lambda name: command(name, 0.3))

    began = time.monotonic()
    with pytest.raises(TemporaryMailError, match="broke at SELECT"):
        imap.select("INBOX")

    assert time.monotonic() - began < SOON


# ── waiting ──────────────────────────────────────────────────────────────


def took(imap: Imap, seconds: float, stop: threading.Event = NEVER) -> float:
    began = time.monotonic()
    imap.wait(seconds, stop)
    return time.monotonic() - began


def later(delay: float, what: Callable[[], object]) -> threading.Timer:
    timer = threading.Timer(delay, what)
    timer.start()
    return timer


def test_waiting_ends_when_a_mail_comes(server: ImapServer, imap: Imap) -> None:
    imap.select("INBOX")
    timer = later(0.2, lambda: server.deliver(letter(1)))

    assert 0.1 < took(imap, 60) < SOON
    timer.join()
    assert imap.uids_after(0) == [1]


def test_waiting_ends_when_its_time_is_over(imap: Imap) -> None:
    imap.select("INBOX")

    assert 0.3 < took(imap, 0.4) < SOON
    assert imap.uids_after(0) == []  # the connection serves on


def test_waiting_ends_soon_when_the_service_stops(imap: Imap) -> None:
    imap.select("INBOX")
    stop = threading.Event()
    timer = later(0.1, stop.set)

    assert took(imap, 60, stop) < SOON
    timer.join()


def test_waiting_ends_when_the_server_goes(server: ImapServer, imap: Imap) -> None:
    imap.select("INBOX")
    timer = later(0.2, server.drop_connections)

    began = time.monotonic()
    with pytest.raises(MailError):  # noqa: PT012  either may notice it first
        imap.wait(60, NEVER)
        imap.uids_after(0)

    assert time.monotonic() - began < SOON
    timer.join()
    assert imap.broken


@contextmanager
def server_that_idles_with(first: bytes) -> Iterator[int]:
    """Run a server whose answer to IDLE has this in the same segment."""
    answers = {
        b"CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE\r\n",
        b"SELECT": b"* 2 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 3] ok\r\n",
    }

    def serve(listener: socket.socket) -> None:
        client, _ = listener.accept()
        with client, client.makefile("rb") as lines:
            client.sendall(b"* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n")
            tag = b""
            for line in lines:
                if line.strip() == b"DONE":
                    client.sendall(tag + b" OK done\r\n")
                    continue
                tag, command = line.split()[:2]
                if command == b"IDLE":
                    client.sendall(b"+ idling\r\n" + first)
                else:
                    client.sendall(answers.get(command, b"") + tag + b" OK done\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("first", "at_once"),
    [(b"* 3 EXISTS\r\n", True), (b"", False)],
    ids=["news", "none"],
)
def test_news_in_the_very_answer_to_idle_are_not_slept_over(
    first: bytes,
    at_once: bool,  # noqa: FBT001  one of the parameters
) -> None:
    with server_that_idles_with(first) as port:
        address = Address(host="127.0.0.1", port=port, tls="none", user="office")
        with closing(Imap(address, Secret("x"))) as imap:
            imap.select("INBOX")

            assert (took(imap, 1.5) < 1) is at_once


@pytest.mark.parametrize("command", ["SEARCH", "NOOP", "STORE"])
def test_news_told_with_the_answer_before_idle_are_not_slept_over(
    server: ImapServer, imap: Imap, command: str
) -> None:
    # Searched was what the session had seen; what came then is told after the answer.
    server.deliver(letter(1))
    imap.select("INBOX")
    seen = imap.uids_after(0)

    def meanwhile(name: str, phase: str) -> None:
        if (name, phase) == (command, "before"):
            server.fault = lambda *_: None
            server.deliver(letter(2))

    server.fault = meanwhile
    if command == "SEARCH":
        seen = imap.uids_after(0)
    elif command == "NOOP":
        assert imap.answers()
    else:
        imap.mark([1], "$MailroomSeen")

    assert seen == [1]
    assert took(imap, 5) < 1
    assert imap.uids_after(0) == [1, 2]
    assert took(imap, 0.4) > 0.3  # what has been searched is no news


# ── lending ──────────────────────────────────────────────────────────────


def test_a_thread_keeps_its_connection_until_it_breaks(server: ImapServer) -> None:
    connections = Connections(lambda _: connect(server))
    with connections.lend("office") as first:
        first.select("INBOX")
    with connections.lend("office") as second:
        assert second is first
    server.drop_connections()
    with pytest.raises(TemporaryMailError), connections.lend("office") as broken:
        broken.select("INBOX")

    with connections.lend("office") as fresh:
        assert fresh is not first
        assert fresh.select("INBOX").uidvalidity
    connections.close()
    assert fresh.broken


def test_an_old_connection_is_replaced(server: ImapServer) -> None:
    connections = Connections(lambda _: connect(server))
    with connections.lend("office") as first:
        first.opened_at -= timedelta(hours=7)

    with connections.lend("office") as second:
        assert second is not first
        assert first.broken
    connections.close()


def test_each_thread_has_a_connection_of_its_own(server: ImapServer) -> None:
    connections = Connections(lambda _: connect(server))
    lent: list[Imap] = []

    def borrow() -> None:
        with connections.lend("office") as imap:
            lent.append(imap)

    thread = threading.Thread(target=borrow)
    thread.start()
    thread.join()
    borrow()

    assert lent[0] is not lent[1]
    connections.close()
