"""The dialogue with an SMTP server, up to the final dot and after it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailroom.demo.smtp_server import SmtpSink
from mailroom.errors import PermanentMailError, TemporaryMailError
from mailroom.mailbox.smtp import Smtp
from mailroom.settings import Secret, SmtpServer

SENDER = "office@hengyuan.example"
READER = "guest@client.example"
RAW = b"Message-ID: <1@hengyuan.example>\r\nSubject: Re: Lift\r\n\r\nDear guest,\r\n"


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server


@contextmanager
def connected(sink: SmtpSink, *, timeout: float = 5) -> Iterator[Smtp]:
    server = SmtpServer(host=sink.host, port=sink.port, tls="none", timeout=timeout)
    smtp = Smtp(server, None)
    try:
        yield smtp
    finally:
        smtp.leave()


def waited(claim: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not claim():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def answers_at(sink: SmtpSink, at: tuple[str, ...], reply: str) -> None:
    """Let the server give this reply at a stage, or at a stage to one address."""
    sink.fault = lambda stage, subject: (
        reply if at in {(stage,), (stage, subject)} else None
    )


# ── what goes well ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "raw",
    [
        RAW,
        RAW + b".a line that opens with a dot\r\n..with two\r\n.\r\n",
        b".at the very start\r\n\r\n.\r\n",
        RAW + b"no line end",
        RAW + (b".x" * 300 + b"\r\n") * 2000,
        RAW + b"8 bit: \xe4\xb8\xad\r\n",
    ],
    ids=["plain", "dots", "first", "open end", "long", "8 bit"],
)
def test_what_arrives_is_what_was_sent(sink: SmtpSink, raw: bytes) -> None:
    with connected(sink) as smtp:
        assert smtp.envelope(SENDER, [READER]) == {
            READER: ("accepted", "250 2.1.5 recipient ok")
        }
        smtp.body(raw)
        reply = smtp.final_dot()
        smtp.quit()

    assert (reply.answer, reply.words) == ("accepted", "250 2.0.0 kept")
    (kept,) = sink.received
    assert kept.data == raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    assert (kept.mail_from, kept.rcpt_to) == (SENDER, (READER,))


def test_before_the_final_dot_nothing_is_kept(sink: SmtpSink) -> None:
    with connected(sink) as smtp:
        smtp.envelope(SENDER, [READER])
        smtp.body(RAW)
        smtp.leave()

        with pytest.raises(TemporaryMailError, match="is gone"):
            smtp.final_dot()
    with connected(sink) as smtp:  # the server has finished with the first by then
        smtp.envelope(SENDER, [READER])
    assert sink.received == []


def test_a_login_is_tried_with_the_password(sink: SmtpSink) -> None:
    sink.users["office"] = "secret"
    server = SmtpServer(host=sink.host, port=sink.port, tls="none", user="office")

    smtp = Smtp(server, Secret("secret"))
    smtp.envelope(SENDER, [READER])
    smtp.quit()
    with pytest.raises(PermanentMailError, match="does not let office in") as caught:
        Smtp(server, Secret("geheim"))

    assert "geheim" not in str(caught.value)


# ── what is refused ──────────────────────────────────────────────────────


def test_each_recipient_has_an_answer_of_its_own(sink: SmtpSink) -> None:
    said = {"a@x.example": "550 5.1.1 no such user", "b@x.example": "451 4.7.1 later"}
    sink.fault = lambda stage, subject: said.get(subject) if stage == "rcpt" else None

    with connected(sink) as smtp:
        answers = smtp.envelope(SENDER, ["a@x.example", "b@x.example", READER])
        smtp.body(RAW)
        reply = smtp.final_dot()

    assert {address: answer for address, (answer, _) in answers.items()} == {
        "a@x.example": "refused", "b@x.example": "deferred", READER: "accepted",
    }  # fmt: skip
    assert answers["a@x.example"][1] == "550 5.1.1 no such user"
    assert reply.answer == "accepted"
    assert [kept.rcpt_to for kept in sink.received] == [(READER,)]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ("550 5.7.1 not from you", PermanentMailError),
        ("451 4.3.0 later", TemporaryMailError),
    ],
)
@pytest.mark.parametrize("stage", ["mail", "data"])
def test_a_sender_or_a_letter_may_be_refused_before_the_dot(
    sink: SmtpSink, stage: str, reply: str, error: type[Exception]
) -> None:
    answers_at(sink, (stage,), reply)

    with connected(sink) as smtp, pytest.raises(error, match=reply.split(" ")[1]):  # noqa: PT012  either step may be the one
        smtp.envelope(SENDER, [READER])
        smtp.body(RAW)

    assert sink.received == []


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("550 5.7.1 spam", "refused"), ("554 5.6.0 no", "refused"),
        ("451 4.3.0 later", "deferred"), ("452 4.3.1 full", "deferred"),
        ("250 2.6.0 queued as 7", "accepted"),
    ],
)  # fmt: skip
def test_the_answer_to_the_dot_is_told_by_its_first_digit(
    sink: SmtpSink, reply: str, answer: str
) -> None:
    answers_at(sink, ("dot",), reply)

    with connected(sink) as smtp:
        smtp.envelope(SENDER, [READER])
        smtp.body(RAW)
        end = smtp.final_dot()

    assert (end.answer, end.words) == (answer, reply)


# ── what breaks ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
def test_a_connection_that_ends_before_the_letter_is_tried_again(
    sink: SmtpSink, stage: str
) -> None:
    answers_at(sink, (stage,), "drop")

    with connected(sink) as smtp, pytest.raises(TemporaryMailError):
        smtp.envelope(SENDER, [READER])

    assert sink.received == []


def test_a_connection_that_ends_in_the_letter_has_not_delivered_it(
    sink: SmtpSink,
) -> None:
    answers_at(sink, ("data",), "drop")

    with connected(sink) as smtp:
        smtp.envelope(SENDER, [READER])
        with pytest.raises(TemporaryMailError):  # noqa: PT012  the end may be noticed late
            for _ in range(50):
                smtp.body(RAW + b"x" * 1_000_000)

    assert sink.received == []


def test_an_answer_lost_after_the_dot_leaves_a_doubt(sink: SmtpSink) -> None:
    answers_at(sink, ("dot",), "drop")

    with connected(sink) as smtp:
        smtp.envelope(SENDER, [READER])
        smtp.body(RAW)
        end = smtp.final_dot()

    assert end.answer == "uncertain"
    assert waited(lambda: len(sink.received) == 1)  # it had been kept


def test_a_server_that_says_nothing_after_the_dot_leaves_a_doubt(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailroom.mailbox.smtp.DOT_PATIENCE", 1)
    sink.delay = (30.0, 30.0)

    with connected(sink, timeout=1) as smtp:
        smtp.envelope(SENDER, [READER])
        smtp.body(RAW)
        began = time.monotonic()
        end = smtp.final_dot()

    assert (end.answer, time.monotonic() - began < 20) == ("uncertain", True)


def test_a_server_that_cannot_be_reached_is_tried_again() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    server = SmtpServer(host="127.0.0.1", port=port, tls="none")

    with pytest.raises(TemporaryMailError, match=f"127.0.0.1:{port}: .*refused"):
        Smtp(server, None)


def test_a_server_that_is_no_mail_server_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def greet() -> None:
            client, _ = listener.accept()
            client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            client.close()

        thread = threading.Thread(target=greet)
        thread.start()
        with pytest.raises(TemporaryMailError):
            Smtp(SmtpServer(host="127.0.0.1", port=port, tls="none"), None)
        thread.join()


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(
    sink: SmtpSink, tmp_path: Path
) -> None:
    (tmp_path / "empty.pem").write_text("")
    server = SmtpServer(
        host=sink.host, port=sink.port, tls="tls", ca_file=tmp_path / "empty.pem"
    )

    with pytest.raises(TemporaryMailError, match="cannot connect to the SMTP server"):
        Smtp(server, None)
