"""Claims about when a condition holds."""

import pytest

from mailroom.message.model import Address, Attachment, Machine, Zones
from tests.unit.rule_mails import hits, holds, mail


@pytest.mark.parametrize(
    ("condition", "subject", "expected"),
    [
        ("subject: 发票", "请开发票给我", True),
        ("subject: INVOICE", "Ｉｎｖｏｉｃｅ　１２", True),
        ("subject: purchase order", "Purchase\u3000 Order 7", True),
        ("subject: invoice", "In\u00advoi\u200bce", True),
        ("subject: {words: art}", "please start", False),
        ("subject: {words: art}", "the art of", True),
        ("subject: {words: PO}", "请查收PO单", True),
        ("subject: {words: PO}", "PO2026", False),
        ("subject: {words: 发票}", "请开发票给我", True),
        ("subject: {is: 请假}", " 请假 ", True),
        ("subject: {is: 请假}", "请假条", False),
        ("subject: {starts: 关于}", "关于会议", True),
        ("subject: {ends: 通知}", "会议通知", True),
        ("subject: {starts: 通知}", "会议通知", False),
        ("subject: {regex: '第\\d+期'}", "纪要第６期", True),
        ("subject: {regex: '（密）'}", "通知(密)", True),
        ("subject: {contains: a, regex: b}", "only a", False),
        ("subject: {contains: [x, 会议]}", "会议", True),
    ],
)
def test_words_meet_the_subject_in_one_form(
    condition: str,
    subject: str,
    expected: bool,  # noqa: FBT001  a table's column
) -> None:
    assert holds(condition, mail(subject=subject)) is expected


def test_prefixes_are_no_part_of_the_subject() -> None:
    reply = mail(subject="回复：关于会议", base_subject="关于会议", is_reply=True)

    found = hits("subject: {starts: 关于}", reply)

    assert found is not None
    assert reply.subject[slice(*found[0].span)] == "关于"
    assert holds("is_reply: yes", reply)
    assert not holds("is_reply: no", reply)


def test_quoted_text_counts_only_where_a_rule_says_so() -> None:
    message = mail(zones=Zones(new="好的", quoted="请开发票", forwarded="转来的会议"))

    assert not holds("body: 发票", message)
    assert holds("body: {contains: 发票, quoted: yes}", message)
    assert holds("text: {in: quoted, contains: 发票}", message)
    assert holds("body: 会议", message)
    assert not holds("new: 会议", message)


def test_words_inside_addresses_are_not_found() -> None:
    message = mail(body="see https://firm.example/invoice or invoice@firm.example 。")

    assert not holds("body: invoice", message)
    assert holds("body: {regex: 'invoice@'}", message)


def test_a_hit_leads_back_to_what_was_written() -> None:
    message = mail(body="㈱ＡＢＣ的　ＩＮＶＯＩＣＥ①  已附")

    found = hits("body: {contains: invoice1}", message)

    assert found is not None
    assert found[0].words == "ＩＮＶＯＩＣＥ①"
    assert message.zones.new[slice(*found[0].span)] == found[0].words


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("from: bank.example", True),
        ("from: {domain: ank.example}", False),
        ("from: {domain: '@bank.example'}", True),
        ("from: Pay@Mail.Bank.example", True),
        ("from: {name: {contains: 张}}", True),
        ("from: {own: yes}", False),
        ("from: {own: no, domain: bank.example}", True),
        ("to: {own: yes}", True),
        ("cc: office@firm.example", False),
    ],
)
def test_addresses_match_exactly_or_below_a_domain(
    condition: str,
    expected: bool,  # noqa: FBT001  a table's column
) -> None:
    message = mail(
        senders=(Address("张三", "pay@mail.bank.example"),),
        to=(Address("", "office@firm.example"),),
    )

    assert holds(condition, message, own_domains=("firm.example",)) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("has_attachment: yes", True),
        ("attachment: {type: 'application/*'}", True),
        ("attachment: {name: {ends: .pdf}, type: image/png}", False),
        ("attachment: {name: 发票}", True),
        ("header: {X-Shop: 旺铺}", True),
        ("header: {X-Other: 旺铺}", False),
        ("header_exists: list-id", True),
        ("machine: [list, bulk]", True),
        ("machine: no", False),
        ("auto_reply: no", True),
        ("language: zh", True),
        ("language: en", False),
        ("thread: invoice", True),
        ("none: [{subject: 会议}, {subject: 报价}]", True),
        ("none: [{subject: 会议}, always]", False),
        ("any: [{subject: 会议}, {body: 您好}]", True),
        ("all: [{subject: 会议}, {body: 您好}]", False),
        ("{body: 您好, is_forward: no}", True),
    ],
)
def test_facts_of_a_message_can_be_asked(
    condition: str,
    expected: bool,  # noqa: FBT001  a table's column
) -> None:
    message = mail(
        subject="三月发票",
        body="您好",
        attachments=(Attachment(name="发票.pdf", type="application/pdf", content=b""),),
        headers=(("X-Shop", "旺铺"), ("List-Id", "<a.example>")),
        machine=Machine(kind="list", reason="List-Id"),
        language="zh-Hant",
    )

    assert holds(condition, message, thread_category="invoice") is expected


def test_a_hostile_pattern_answers_at_once() -> None:
    message = mail(body="a" * 50_000 + "b")

    assert not holds("body: {regex: '(a+)+$c'}", message)


def test_no_condition_reads_beyond_the_limit() -> None:
    message = mail(body="x" * 200_001 + "发票")

    assert not holds("body: 发票", message)
