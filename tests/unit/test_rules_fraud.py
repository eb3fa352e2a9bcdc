"""Signs of fraud in how a letter is built, and those that are none."""

import base64

import pytest

from mailroom.message.parse import parse
from mailroom.rules.fraud import firm_to_call, fraud_signs, lookalike
from mailroom.rules.page import Page
from tests.unit.rule_pages import page


def kinds(*args: object, **named: object) -> set[str]:
    return {sign.kind for sign in fraud_signs(page(*args, **named))}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "domain",
    [
        "brightdeks.example",  # two letters swapped
        "brigthdesk.example",
        "brightdesk-uk.example",  # more behind the name
        "brlghtdesk.example",  # l for i
        "brightdesk.example.pay.example",
        "hongda-0ffice.example",
        "hongda-offlce.example",
        "hongdaoffice.example",
        "h\u043engda-office.example",  # a Cyrillic letter
        "hongda-officee.example",
    ],
)
def test_a_domain_that_imitates_a_known_one_is_seen(domain: str) -> None:
    assert lookalike(domain, page()) != ""


@pytest.mark.parametrize(
    "domain",
    [
        "brightdesk.example",
        "mail.brightdesk.example",
        "own.example",
        "qq.example",
        "desk.example",
        "bright.example",
        "rightdress.example",
        "honda.example",
        "owl.example",  # short names differ by a letter every day
        "town.example",
        "outside.example",
        "brightdesk.com",  # the same firm under another ending
    ],
)
def test_a_domain_of_another_house_is_none(domain: str) -> None:
    assert lookalike(domain, page()) == ""


def test_a_lookalike_is_told_with_what_it_imitates() -> None:
    (sign,) = fraud_signs(page(sender="Ann <ann@brightdeks.example>"))

    assert sign.words == "brightdeks.example ≈ brightdesk.example"


def test_an_answer_that_goes_to_another_house_is_a_sign() -> None:
    away = {"Reply-To": "ann@freemail.example"}
    assert kinds(sender="a@brightdesk.example", headers=away) == {"reply_to"}
    same = {"Reply-To": "ann@desk.brightdesk.example"}
    assert kinds(sender="a@brightdesk.example", headers=same) == set()
    ours = {"Reply-To": "office@own.example"}
    assert kinds(sender="noreply@outside.example", headers=ours) == set()


@pytest.mark.parametrize(
    ("sender", "wanted"),
    [
        ("周广川 <zgc88@qq.example>", {"leader"}),
        ("董事长周广川 <a@outside.example>", {"leader"}),
        ("Zhou Guangchuan <zg@mail.example>", {"leader"}),
        ("Guangchuan Zhou <zg@mail.example>", {"leader"}),
        ('"zhou@own.example" <zg@mail.example>', {"leader"}),
        ('"周总 zhou@OWN.example" <zg@mail.example>', {"leader"}),
        ('"li@own.example" <li@own.example>', set()),
        ('"zg@mail.example" <zg@mail.example>', set()),
        ("周广川 <zhou@own.example>", set()),
        ("李敏 <limin@qq.example>", set()),  # a colleague's own mailbox, no leader
        ("周明 <zm@qq.example>", set()),
    ],
)
def test_a_leaders_name_on_a_foreign_address_is_a_sign(
    sender: str, wanted: set[str]
) -> None:
    assert kinds(sender=sender) == wanted


def test_an_attached_page_that_asks_for_a_password_is_a_sign() -> None:
    form = "<form action='https://x.example'><input type=\"password\"></form>"
    assert kinds(files={"Invoice.html": ("html", form)}) == {"page"}
    table = "<table><tr><td>Password: see the letter</td></tr></table>"
    assert kinds(files={"report.html": ("html", table)}) == set()


def test_a_line_break_hidden_in_the_subject_is_a_sign() -> None:
    hidden = base64.b64encode(b"Payment\r\nBcc: x@outside.example").decode()
    raw = f"From: a@outside.example\r\nSubject: =?utf-8?B?{hidden}?=\r\n\r\nx\r\n"

    asked = Page(parse(raw.encode()), page().context)

    assert {sign.kind for sign in fraud_signs(asked)} == {"header"}


@pytest.mark.parametrize(
    ("sender", "body"),
    [
        ("a@brightdesk.example", "Our bank has changed."),
        ("a@brightdeks.example", "Our bank has changed."),
        ("a@outside.example", "On behalf of Brightdesk: our bank has changed."),
    ],
)
def test_the_firm_to_call_is_the_one_the_letter_speaks_for(
    sender: str, body: str
) -> None:
    firm = firm_to_call(page(body, sender=sender))

    assert firm is not None
    assert firm.phone == "+44 20 7946 0161"


def test_nobody_is_called_where_no_firm_is_known() -> None:
    assert firm_to_call(page("Our bank has changed.")) is None
