"""What the tests of sending may rely on: the SMTP sink and its faults."""

import json
import smtplib
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from mailroom.demo.smtp_server import Delivery, SmtpSink

SENDER = "office@hengyuan.example"
RAW = (
    b"Message-ID: <answer.1@hengyuan.example>\r\n"
    b"Subject: Re: Lift\r\n"
    b"\r\n"
    b".a line that opens with a dot\r\n"
    b"caf\xe9\r\n"
)


@contextmanager
def connected(sink: SmtpSink) -> Iterator[smtplib.SMTP]:
    client = smtplib.SMTP(sink.host, sink.port, timeout=10)
    client.ehlo("client.example")
    try:
        yield client
    finally:
        client.close()


def send(sink: SmtpSink, *recipients: str) -> dict[str, tuple[int, bytes]]:
    with connected(sink) as client:
        return client.sendmail(SENDER, recipients or ["guest@visitor.example"], RAW)


def waited(claim: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not claim():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_a_message_is_kept_byte_for_byte_with_its_envelope(smtp_sink: SmtpSink) -> None:
    before = time.time()

    send(smtp_sink, "a@visitor.example", "b@visitor.example")

    assert waited(lambda: smtp_sink.received[0].replied_at is not None)
    (kept,) = smtp_sink.received
    assert kept.data == RAW
    assert kept.mail_from == SENDER
    assert kept.rcpt_to == ("a@visitor.example", "b@visitor.example")
    assert before <= kept.dot_at <= (kept.replied_at or 0) <= time.time()


def test_the_null_sender_is_accepted(smtp_sink: SmtpSink) -> None:
    with connected(smtp_sink) as client:
        client.sendmail("", ["a@visitor.example"], RAW)

    assert [kept.mail_from for kept in smtp_sink.received] == [""]


def test_a_refused_recipient_does_not_hinder_the_others(smtp_sink: SmtpSink) -> None:
    smtp_sink.fault = lambda stage, subject: (
        "550 5.1.1 no such user"
        if (stage, subject) == ("rcpt", "a@x.example")
        else None
    )

    refused = send(smtp_sink, "a@x.example", "b@x.example")

    assert refused == {"a@x.example": (550, b"5.1.1 no such user")}
    assert [kept.rcpt_to for kept in smtp_sink.received] == [("b@x.example",)]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_a_deferred_message_is_not_kept(smtp_sink: SmtpSink, stage: str) -> None:
    smtp_sink.fault = lambda at, _: "451 4.7.1 later" if at == stage else None

    with pytest.raises(smtplib.SMTPException, match="451"):
        send(smtp_sink)

    assert smtp_sink.received == []


@pytest.mark.parametrize(
    ("stage", "kept"), [("mail", 0), ("rcpt", 0), ("data", 0), ("dot", 1)]
)
def test_a_connection_dropped_after_the_dot_keeps_the_message(
    smtp_sink: SmtpSink, stage: str, kept: int
) -> None:
    smtp_sink.fault = lambda at, _: "drop" if at == stage else None

    with pytest.raises((smtplib.SMTPException, OSError)):
        send(smtp_sink)

    assert len(smtp_sink.received) == kept
    assert [each.replied_at for each in smtp_sink.received] == [None] * kept


def test_a_message_counts_once_its_dot_is_there_though_the_sender_is_gone(
    smtp_sink: SmtpSink,
) -> None:
    with connected(smtp_sink) as client:
        client.mail(SENDER)
        client.rcpt("a@visitor.example")
        client.docmd("DATA")
        assert client.sock is not None
        client.sock.sendall(RAW + b".\r\n")

    assert waited(lambda: len(smtp_sink.received) == 1)


def test_a_message_without_its_dot_does_not_count(smtp_sink: SmtpSink) -> None:
    with connected(smtp_sink) as client:
        client.mail(SENDER)
        client.rcpt("a@visitor.example")
        client.docmd("DATA")
        assert client.sock is not None
        client.sock.sendall(RAW + b".")
        client.sock.shutdown(socket.SHUT_WR)
        with suppress(OSError):
            assert client.sock.recv(100) == b""  # the server has given up

    assert smtp_sink.received == []


def test_the_reply_comes_after_the_delay() -> None:
    with SmtpSink(delay=(0.1, 0.2)) as sink:
        send(sink)

        assert waited(lambda: sink.received[0].replied_at is not None)
        (kept,) = sink.received
        assert (kept.replied_at or 0) - kept.dot_at >= 0.1


def test_the_log_tells_dot_then_reply(tmp_path: Path) -> None:
    log = tmp_path / "smtp.log"
    with SmtpSink(log=log) as sink:
        send(sink)
        sink.fault = lambda stage, _: "451 4.7.1 later" if stage == "dot" else None
        with pytest.raises(smtplib.SMTPDataError):
            send(sink)
        sink.fault = lambda stage, _: "drop" if stage == "dot" else None
        with pytest.raises((smtplib.SMTPException, OSError)):
            send(sink)

    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["event"], line["number"], line.get("kept")) for line in lines] == [
        ("dot", 1, True),
        ("reply", 1, None),
        ("dot", 2, False),
        ("reply", 2, None),
        ("dot", 3, True),
    ]
    assert lines[0]["message_id"] == "<answer.1@hengyuan.example>"
    assert lines[3]["reply"] == "451 4.7.1 later"


def test_each_message_kept_is_handed_on_before_the_reply() -> None:
    seen: list[Delivery] = []
    with SmtpSink(on_delivery=seen.append) as sink:
        send(sink)

    assert [(each.data, each.replied_at) for each in seen] == [(RAW, None)]


def test_mail_is_taken_from_known_users_alone() -> None:
    with SmtpSink(users={"office": "secret"}) as sink, connected(sink) as client:
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail(SENDER, ["a@visitor.example"], RAW)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("office", "wrong")
        client.login("office", "secret")
        client.sendmail(SENDER, ["a@visitor.example"], RAW)

        assert len(sink.received) == 1


def test_without_users_no_login_is_offered(smtp_sink: SmtpSink) -> None:
    with connected(smtp_sink) as client:
        assert not client.has_extn("auth")


def test_a_killed_sink_listens_again_on_its_port(smtp_sink: SmtpSink) -> None:
    with connected(smtp_sink) as client:
        smtp_sink.kill()
        with pytest.raises((smtplib.SMTPException, OSError)):
            client.noop()
    smtp_sink.start()

    send(smtp_sink)

    assert len(smtp_sink.received) == 1
