"""Claims about whom the office's own mail server vouches for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.message.authentication import vouched
from mailroom.message.model import Address, Message

OURS = ("mx.firm.example",)


def mail(*results: str, sender: str = "a@bank.example") -> Message:
    return Message(
        sha256="0" * 64,
        size=1,
        message_id=None,
        senders=tuple(Address("", one) for one in sender.split()),
        headers=tuple(("Authentication-Results", each) for each in results),
    )


@pytest.mark.parametrize(
    ("results", "answer"),
    [
        ("mx.firm.example; dmarc=pass header.from=bank.example", True),
        ("MX.firm.example 1; dmarc=pass (p=none) header.from=bank.example", True),
        ("mx.firm.example; dmarc=fail header.from=bank.example", False),
        ("mx.firm.example; dmarc=pass header.from=evil.example", None),
        ("mx.firm.example; dmarc=pass header.from=mail.bank.example", None),
        ("mx.firm.example; dmarc=pass", True),
        (
            """mx.firm.example; dmarc=pass header.from=evil.example;
            dkim=pass header.d=bank.example""",
            True,
        ),
        ("mx.firm.example; dkim=pass header.d=bank.example", True),
        ("mx.firm.example; dkim=pass header.i=@mail.bank.example", True),
        ("mx.firm.example; dkim=pass header.d=evil.example", None),
        ("mx.firm.example; dkim=pass header.d=example", None),
        ("mx.firm.example; spf=pass smtp.mailfrom=x@bank.example", True),
        ("mx.firm.example; spf=pass smtp.mailfrom=x@evil.example", None),
        ("mx.firm.example; spf=fail smtp.mailfrom=x@bank.example", False),
        (
            """mx.firm.example; dmarc=none; spf=fail smtp.mailfrom=bank.example;
            dkim=pass header.d=bank.example""",
            True,
        ),
        ("mx.firm.example; none", None),
        ("mx.evil.example; dmarc=pass header.from=bank.example", None),
        ("mx.firm.example.evil.example; dmarc=pass", None),
        ("", None),
        (";", None),
        ('mx.firm.example; spf=none smtp.mailfrom="a; dmarc=pass"@evil.example', None),
        ("mx.firm.example; spf=none (x; dmarc=pass ) smtp.mailfrom=evil.example", None),
        ("mx.firm.example; spf=none (x\\) ; dmarc=pass", None),
        ('mx.firm.example; spf=none "x ; dmarc=pass', None),
    ],
)
def test_only_what_our_own_server_found_counts(
    results: str,
    answer: bool | None,  # noqa: FBT001  a table's column
) -> None:
    assert vouched(mail(results), OURS) is answer


def test_the_topmost_header_of_ours_counts() -> None:
    ours = "mx.firm.example; dmarc=fail header.from=bank.example"
    forged = "mx.firm.example; dmarc=pass header.from=bank.example"

    assert vouched(mail("mx.other.example; dmarc=pass", ours, forged), OURS) is False


def test_an_office_that_names_no_server_believes_nobody() -> None:
    assert vouched(mail("mx.firm.example; dmarc=pass"), ()) is None


@pytest.mark.parametrize("sender", ["", "a@bank.example b@evil.example"])
def test_without_exactly_one_sender_nobody_is_vouched_for(sender: str) -> None:
    assert vouched(mail("mx.firm.example; dmarc=pass", sender=sender), OURS) is None


@given(st.text())
def test_no_header_breaks_it(header: str) -> None:
    assert vouched(mail("mx.firm.example;" + header), OURS) in {True, False, None}
