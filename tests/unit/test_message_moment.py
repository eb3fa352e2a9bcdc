"""Claims about when a letter was sent."""

from datetime import UTC, datetime

from mailroom.message.moment import sent_at
from mailroom.message.parse import parse


def letter(*lines: str) -> bytes:
    return "\r\n".join((*lines, "From: a@b.example", "", "text")).encode()


TOOK = (
    "Received: from x by mx.own.example; Sat, 02 May 2026 10:31:25 +0100",
    "Received: from y by x with SMTP; Fri, 01 May 2026 10:00:00 +0100",
)


def test_the_date_of_the_letter_counts() -> None:
    dated = letter(*TOOK, "Date: Thu, 30 Apr 2026 09:00:00 +0000")

    assert sent_at(parse(dated)) == datetime(2026, 4, 30, 9, tzinfo=UTC)


def test_without_a_date_the_last_server_says_when_it_took_it() -> None:
    assert sent_at(parse(letter(*TOOK))) == datetime(2026, 5, 2, 9, 31, 25, tzinfo=UTC)


def test_without_either_nobody_knows() -> None:
    assert sent_at(parse(letter("Received: by nobody"))) is None
    assert sent_at(parse(letter("Subject: x"))) is None
