"""Claims about conditions on who wrote, to whom, and whether that can be believed."""

from datetime import time

import pytest

from mailroom.directory import Directory, Person, Supplier
from mailroom.message.model import Address, Attachment, Zones
from tests.unit.rule_mails import faults_of, holds, mail

PEOPLE = Directory(
    people=(Person(name="徐婷", address="xu@home.example"),),
    suppliers=(Supplier(name="宏达", domains=("hongda.example",)),),
    own_domains=("firm.example",),
    vips=("leader@ministry.example",),
    government_domains=("gov.example",),
    hours=(time(9), time(17, 30)),
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("from: {local: pay}", True),
        ("from: {local: pa}", False),
        ("from: {local: {starts: pa}}", True),
        ("from: {address: {contains: '@mail.bank'}}", True),
        ("from: {domain: {is: bank.example}}", False),
        ("from: {domain: {is: mail.bank.example}}", True),
        ("from: {domain: {glob: '*.bank.*'}}", True),
        ("from: {local: pay, domain: bank.example, name: 张}", True),
        ("from: {local: pay, domain: firm.example}", False),
        ("reply_to: box.example", True),
        ("reply_to: bank.example", False),
        ("reply_to: {name: 客服}", True),
        ("to: {local: office, domain: other.example}", False),
        ("to: {local: office, domain: firm.example}", True),
    ],
)
def test_one_address_must_fit_all_that_is_asked_of_it(
    condition: str,
    expected: bool,  # noqa: FBT001  a table's column
) -> None:
    message = mail(
        senders=(Address("张三", "Pay@mail.bank.example"),),
        reply_to=(Address("客服", "x@box.example"),),
        to=(
            Address("", "office@firm.example"),
            Address("", "sales@other.example"),
        ),
    )

    assert holds(condition, message) is expected


@pytest.mark.parametrize(
    ("sender", "kinds"),
    [
        ("xu@home.example", {"own", "yes"}),
        ("a@sub.firm.example", {"own", "yes"}),
        ("cw@hongda.example", {"supplier", "yes"}),
        ("cw@hongda.example.evil.example", {"no"}),
        ("leader@ministry.example", {"vip", "yes"}),
        ("other@ministry.example", {"no"}),
        ("a@city.gov.example", {"government", "yes"}),
        ("a@mygov.example", {"no"}),
    ],
)
def test_a_known_sender_is_known_by_the_address(sender: str, kinds: set[str]) -> None:
    message = mail(senders=(Address("徐婷", sender),))
    asked = ("own", "supplier", "vip", "government", "yes", "no")

    found = {k for k in asked if holds(f"known_sender: {k}", message, directory=PEOPLE)}

    assert found == kinds


def test_of_several_senders_all_must_be_known() -> None:
    both = (Address("", "a@firm.example"), Address("", "b@outside.example"))

    message = mail(senders=both)

    assert holds("known_sender: no", message, directory=PEOPLE)
    assert holds("known_sender: no", mail(senders=()), directory=PEOPLE)


@pytest.mark.parametrize(
    ("said", "trusted"), [("yes", True), ("no", False), ("unknown", None)]
)
def test_trust_has_three_answers(
    said: str,
    trusted: bool | None,  # noqa: FBT001  a table's column
) -> None:
    others = {"yes", "no", "unknown"} - {said}

    assert holds(f"trusted: {said}", mail(), trusted=trusted)
    assert not any(holds(f"trusted: {o}", mail(), trusted=trusted) for o in others)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("list_id: dev.lists.example", True),
        ("list_id: lists.example", False),
        ("list_id: {ends: .lists.example}", True),
        ("list_id: developers", False),
    ],
)
def test_a_list_is_known_by_what_stands_in_angle_brackets(
    condition: str,
    expected: bool,  # noqa: FBT001  a table's column
) -> None:
    message = mail(headers=(("List-Id", "Developers <Dev.Lists.example>"),))

    assert holds(condition, message) is expected


def test_a_thread_is_asked_for_with_its_category_or_at_all() -> None:
    assert holds("thread: yes", mail(), thread_category="invoice")
    assert holds("thread: [quotation, invoice]", mail(), thread_category="invoice")
    assert holds("thread: no", mail())
    assert not holds("thread: yes", mail())


def test_a_zone_is_there_where_something_stands_in_it() -> None:
    message = mail(zones=Zones(new="请看", forwarded="转来", footer=" \n"))

    assert holds("zone: forwarded", message)
    assert holds("zone: [quoted, new]", message)
    assert not holds("zone: [quoted, footer]", message)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("attachment: {size: {over: 2K}}", True),
        ("attachment: {name: small, size: {over: 2K}}", False),
        ("attachment: {name: big, size: {over: 2K, under: 1M}}", True),
        ("attachment: {size: {over: 3K}}", False),
        ("attachment: {type: 'image/*', name: big}", False),
    ],
)
def test_one_attachment_must_fit_all_that_is_asked_of_it(
    condition: str,
    expected: bool,  # noqa: FBT001  a table's column
) -> None:
    message = mail(
        attachments=(
            Attachment(name="small.png", type="image/png", content=b"x"),
            Attachment(name="big.pdf", type="application/pdf", content=b"x" * 3072),
        )
    )

    assert holds(condition, message) is expected


def test_mistakes_in_addresses_are_told_with_their_place() -> None:
    assert faults_of("from: {adress: a@b.cn}")[0][0] == "R001"
    assert "address" in faults_of("from: {adress: a@b.cn}")[0][2]
    assert faults_of("reply_to: nobody")[0][0] == "R016"
    assert faults_of("known_sender: suplier")[0][0] == "R004"
    assert faults_of("trusted: maybe")[0][:2] == ("R004", 10)
    assert faults_of("from: {}")[0][0] == "R010"
