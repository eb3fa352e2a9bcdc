"""What a careful clerk points at in a letter of ours, and what they pass over."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mailroom.calendar import Calendar
from mailroom.checks import Facts, Letter, examine
from mailroom.directory import Directory, Person, Supplier
from mailroom.drafts import Content, Enclosure, Finding
from mailroom.message.model import Message
from mailroom.message.parse import parse
from mailroom.rules.fields.found import Context
from mailroom.workflow.clerk import our_words

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # a Wednesday
OFFICE = "office@school.example"
WRITER = "liqiang@parents.example"
CALENDAR = Calendar.load("CN")
DIRECTORY = Directory(
    people=(Person(name="陈雪", also=("Chen Xue",), address="chenxue@school.example"),),
    suppliers=(
        Supplier(
            name="蓝天校车", also=("Bluesky Coaches",), domains=("bluesky.example",)
        ),
        Supplier(name="明德印刷", domains=("mingde.example",)),
    ),
    own_addresses=(OFFICE,),
    own_domains=("school.example",),
    mail_servers=("mx.school.example",),
)
FORM = Enclosure(name="登记表.docx", type="application/msword", sha256="0" * 64, size=9)


def mail(
    body: str = "请问春游哪天出发？\n李强",
    *,
    sender: str = f"李强 <{WRITER}>",
    headers: Mapping[str, str] | None = None,
) -> Message:
    written = EmailMessage()
    written["From"] = sender
    written["To"] = OFFICE
    written["Subject"] = "春游"
    written["Date"] = NOW
    written["Message-ID"] = "<1@parents.example>"
    for name, value in (headers or {}).items():
        written[name] = value
    written.set_content(body)
    return parse(written.as_bytes())


def letter(words: str, **changed: Any) -> Letter:  # noqa: ANN401  fields of a Letter
    made = Letter(
        content=Content(
            sender=OFFICE, to=(WRITER,), subject="Re: 春游", text=words, html=""
        ),
        words=words,
        case_no="SC-2026-0007",
        original=mail(),
        directory=DIRECTORY,
        own_addresses=frozenset({OFFICE}),
        context=Context(sent=NOW.astimezone(ZONE), zone=ZONE, calendar=CALENDAR),
    )
    return replace(made, **changed)


def sent_to(
    made: Letter, *to: str, cc: tuple[str, ...] = (), files: tuple[Enclosure, ...] = ()
) -> Letter:
    content = replace(made.content, to=to or made.content.to, cc=cc, enclosures=files)
    return replace(made, content=content)


def found(made: Letter, code: str, facts: Facts | None = None) -> list[Finding]:
    return [one for one in examine(made, facts or Facts()) if one.code == code]


def level(made: Letter, code: str, facts: Facts | None = None) -> str:
    return " ".join(one.level for one in found(made, code, facts))


def test_a_plain_answer_has_nothing_to_be_pointed_at() -> None:
    for words in (
        "尊敬的李强：\n来信收悉，编号为 SC-2026-0007。由陈雪办理。\n此复。",
        "Dear Li Qiang,\nThank you. Your letter has the reference SC-2026-0007.",
        "您好：\n来信收悉。",
    ):
        assert examine(letter(words), Facts(people=frozenset({WRITER}))) == ()


# ── what the letter says ─────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words",
    [
        "尊敬的：\n来信收悉。",
        "Dear ,\nthank you.",
        "时间为【待填:start】。",
        "It is on [to fill: start].",
        "Dear {{ name }},",
        "请联系×××老师。",
        "集合地点：______",
        "Room: TBC",
    ],
)
def test_a_place_left_open_blocks(words: str) -> None:
    assert level(letter(words), "left-open") == "blocks"


@pytest.mark.parametrize(
    "words",
    [
        "尊敬的李强：",
        "Dear Ann,",
        "5 x 3",
        "8×8 米",
        "snake_case",
        "我们将再次来信。",
        "xx",
    ],
)
def test_what_only_looks_open_is_passed_over(words: str) -> None:
    assert found(letter(words), "left-open") == []


ENCLOSING = [
    "随函附上报名表。",
    "现附上行程安排，请核对。",
    "附上名单一份。",
    "详见附件。",
    "请查收附件。",
    "附件：报名表",
    "Please find the form attached.",
    "The form is attached.",
    "I attach the timetable.",
    "We have enclosed two copies.",
    "See the attached list.",
]


@pytest.mark.parametrize("words", ENCLOSING)
def test_an_attachment_that_is_named_and_missing_blocks(words: str) -> None:
    assert level(letter(f"您好：\n{words}"), "no-attachment") == "blocks"
    assert found(sent_to(letter(words), files=(FORM,)), "no-attachment") == []


@pytest.mark.parametrize(
    "words",
    [
        "您的附件已收到。",
        "来函未见附件，请补发。",
        "请随函附上身份证明。",
        "Your attachment could not be opened.",
        "Please attach a copy of the receipt.",
        "There was no attachment to your letter.",
        "We have read the report that is attached to your letter.",
        "Could you send us the form you attached again?",
        "学校附近可以停车。",
        "She has become attached to the place.",
    ],
)
def test_their_attachment_is_not_ours(words: str) -> None:
    assert found(letter(words), "no-attachment") == []


@pytest.mark.parametrize(
    ("words", "weight"),
    [
        ("2026年3月13日（星期四）出发。", "blocks"),
        ("2026年3月13日星期一", "blocks"),
        ("on Thursday, 13 March 2026", "blocks"),
        ("on Monday 13 March 2026", "blocks"),
        ("2026-03-13(周日)集合", "blocks"),
        ("3月13日（星期四）出发。", "risk"),
        ("on Thursday 13 March", "risk"),
        ("2026年3月13日（星期五）出发。", ""),
        ("on Friday, 13 March 2026", ""),
        ("3月13日周五", ""),
        ("on Friday 13 March", ""),
        ("2026年3月13日出发，星期一休息。", ""),
        ("3月13日至15日，周末返回", ""),
        ("The Friday Club meets on 14 March 2026.", ""),
    ],
)
def test_a_day_with_the_weekday_of_another_is_found(words: str, weight: str) -> None:
    assert level(letter(words), "weekday") == weight


def test_a_day_without_a_year_that_is_theirs_is_repeated_as_it_stands() -> None:
    theirs = mail("Could we have the hall on Thursday 13 March?")
    made = letter("Your request “the hall on Thursday 13 March”.", original=theirs)
    assert found(made, "weekday") == []


@pytest.mark.parametrize(
    "words",
    [
        "请于2026年3月2日前交回。",
        "我们将于2026年3月1日答复您。",
        "You will hear from us by 2 March 2026.",
        "Please return it before 3 March 2026.",
    ],
)
def test_a_day_to_come_that_has_passed_is_a_risk(words: str) -> None:
    assert level(letter(words), "past-day") == "risk"


@pytest.mark.parametrize(
    "words",
    [
        "您2026年3月2日的来信收悉。",
        "Thank you for your letter of 2 March 2026.",
        "请于2026年3月4日前交回。",
        "We will write by 20 March 2026.",
        "2026年2月的活动已经结束。",
    ],
)
def test_a_day_that_may_be_past_is_passed_over(words: str) -> None:
    assert found(letter(words), "past-day") == []


def test_a_promise_whose_day_has_passed_is_a_risk() -> None:
    assert level(letter("您好", promised=date(2026, 3, 3)), "past-promise") == "risk"
    assert found(letter("您好", promised=date(2026, 3, 4)), "past-promise") == []
    told = letter("将于2026年3月3日答复。", promised=date(2026, 3, 3))
    assert [one.code for one in examine(told, Facts())] == ["past-day"]


@pytest.mark.parametrize(
    ("code", "words", "weight"),
    [
        ("bank-details", "账号：6222 0212 3456", "risk"),
        ("bank-details", "开户行：城市银行", "risk"),
        ("bank-details", "Sort code 20-00-00", "risk"),
        ("bank-details", "Account number: 12345678", "risk"),
        ("bank-details", "IBAN GB82 WEST 1234 5698 7654 32", "risk"),
        ("bank-details", "我方不以邮件更改收款账户。", ""),
        ("bank-details", "on account of the weather", ""),
        ("law", "本校将追究法律责任。", "risk"),
        ("law", "This letter is without prejudice.", "risk"),
        ("law", "We accept liability.", "risk"),
        ("law", "The clerk is reliable.", ""),
        ("law", "请按合同办理。", ""),
        ("money", "费用为¥120.00。", "note"),
        ("money", "The fee is £12.50.", "note"),
        ("money", "共12人", ""),
        ("days", "3月13日出发", "note"),
        ("days", "We leave on 13 March 2026.", "note"),
        ("days", "随时联系", ""),
    ],
)
def test_words_with_consequences_are_pointed_at(
    code: str, words: str, weight: str
) -> None:
    assert level(letter(words), code) == weight


# ── figures ──────────────────────────────────────────────────────────────────

DIFFERENT = [
    "金额¥12,300.00（大写：壹万贰仟叁佰零伍元整）",
    "合计：12,300.00元\n大写：壹万叁仟贰佰元整",
]
EQUAL = [
    "金额¥12,300.00（大写：壹万贰仟叁佰元整）",
    "大写：壹万贰仟叁佰元整",  # no figure to hold against
    "小写 12,300.00\n人民币壹万贰仟叁佰元整，押金¥100.00",
    "金额¥12,300.00",
]


@pytest.mark.parametrize("words", DIFFERENT)
def test_capitals_that_differ_from_the_figures_block(words: str) -> None:
    assert level(letter(words), "capitals") == "blocks"


@pytest.mark.parametrize("words", EQUAL)
def test_capitals_that_agree_are_passed_over(words: str) -> None:
    assert found(letter(words), "capitals") == []


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("不含税金额1000.00元，税额60.00元，价税合计1060.00元", True),
        ("不含税金额1000.00元，税额60.00元，价税合计1600.00元", False),
        ("Net £1,000.00\nVAT (20%) £200.00\nTotal due £1,200.00", True),
        ("Net £1,000.00\nVAT (20%) £200.00\nTotal due £1,220.00", False),
        ("Subtotal: 90.00, tax: 9.01, total: 99.00", True),  # rounded line by line
        ("Total due £1,220.00", True),
        ("Net 5.00, net 6.00, VAT 1.00, total 9.00", True),  # which of the two?
    ],
)
def test_net_and_tax_make_the_gross_amount(words: str, *, right: bool) -> None:
    ours, theirs = letter(words), letter("您好", original=mail(words))
    assert level(ours, "sum") == ("" if right else "blocks")
    assert level(theirs, "sum") == ("" if right else "risk")


def test_what_was_read_from_a_mail_is_held_against_itself() -> None:
    wrong = letter("您好", fields={"amount": "1600.00", "net": "1000", "tax": "60"})
    assert [(f.level, f.place) for f in found(wrong, "sum")] == [
        ("risk", "field:amount")
    ]
    capitals = letter("您好", fields={"amount": "1600.00", "capitals": "1060.00"})
    assert level(capitals, "capitals") == "risk"
    right = letter("您好", fields={"amount": "1060.00", "net": "1000", "tax": "60"})
    assert found(right, "sum") == []


def test_their_capitals_are_a_risk_and_no_reason_to_block() -> None:
    assert level(letter("您好", original=mail(DIFFERENT[0])), "capitals") == "risk"


# ── who reads it ─────────────────────────────────────────────────────────────


def test_a_reader_who_had_no_part_is_a_risk() -> None:
    made = letter("您好")
    assert level(sent_to(made, "other@x.example"), "not-in-thread") == "risk"
    assert level(sent_to(made, cc=("other@x.example",)), "not-in-thread") == "risk"


def test_a_reader_whom_the_matter_names_is_none() -> None:
    asked = letter("您好", original=mail("请回复至 head@parents.example，谢谢"))
    for made in (
        letter("您好"),
        sent_to(letter("您好"), WRITER.upper()),
        sent_to(letter("您好"), cc=("chenxue@school.example",)),
        sent_to(asked, "head@parents.example"),
    ):
        assert found(made, "not-in-thread") == []
    known = Facts(people=frozenset({"other@x.example"}))
    assert (
        found(sent_to(letter("您好"), "other@x.example"), "not-in-thread", known) == []
    )


def test_the_first_letter_to_somebody_outside_is_told() -> None:
    new = Facts(strangers=frozenset({WRITER, "chenxue@school.example"}))
    assert level(letter("您好"), "first-letter", new) == "note"
    own = sent_to(letter("您好"), "chenxue@school.example")
    assert found(own, "first-letter", new) == []
    assert found(letter("您好"), "first-letter") == []


@pytest.mark.parametrize(
    ("results", "weight"),
    [
        ("mx.school.example; dmarc=fail header.from=parents.example", "risk"),
        ("mx.school.example; dmarc=pass header.from=parents.example", ""),
        ("mx.stranger.example; dmarc=fail header.from=parents.example", ""),
    ],
)
def test_a_sender_whom_our_own_server_found_forged_is_a_risk(
    results: str, weight: str
) -> None:
    original = mail(headers={"Authentication-Results": results})
    assert level(letter("您好", original=original), "forged") == weight


def test_an_answer_that_goes_elsewhere_is_a_risk_until_a_person_chooses() -> None:
    original = mail(headers={"Reply-To": "elsewhere@x.example"})
    goes = sent_to(letter("您好", original=original), "elsewhere@x.example")
    assert level(goes, "reader") == "risk"
    assert found(sent_to(goes, WRITER), "reader") == []


def test_a_file_that_leaves_the_office_is_told() -> None:
    made = sent_to(letter("随函附上登记表。"), files=(FORM,))
    assert level(made, "sent-outside") == "note"
    inside = sent_to(made, "chenxue@school.example", files=(FORM,))
    assert found(inside, "sent-outside") == []


def test_the_number_of_another_case_is_a_risk() -> None:
    assert level(letter("编号为 SC-2026-0008。"), "other-case") == "risk"
    assert found(letter("编号为 SC-2026-0007。"), "other-case") == []
    asked = letter("关于 SC-2026-0008", original=mail("SC-2026-0008 怎么样了？"))
    assert found(asked, "other-case") == []


@pytest.mark.parametrize(
    "words",
    [
        "尊敬的王芳老师：\n您好",
        "Dear Ms Wang,\nThank you",
        "Dear Wang Fang,",
        "蓝天校车的报价更低。",
        "Bluesky Coaches offered less.",
    ],
)
def test_the_name_of_somebody_else_is_a_risk(words: str) -> None:
    assert level(letter(words), "other-name") == "risk"


@pytest.mark.parametrize(
    "words",
    [
        "尊敬的李强先生：\n您好",
        "尊敬的家长：",
        "尊敬的客户：",
        "Dear Sir or Madam,",
        "Dear Li Qiang,",
        "Dear colleagues,",
        "Hello,\nthank you",
    ],
)
def test_whoever_wrote_may_be_named(words: str) -> None:
    original = mail(sender=f"Li Qiang 李强 <{WRITER}>")
    assert found(letter(words, original=original), "other-name") == []


def test_a_supplier_whom_the_mail_names_or_who_wrote_it_may_be_named() -> None:
    named = letter("蓝天校车已定。", original=mail("蓝天校车几点到？"))
    assert found(named, "other-name") == []
    theirs = mail(sender="x <x@bluesky.example>")
    made = letter("蓝天校车：\n您好", original=theirs)
    assert found(sent_to(made, "x@bluesky.example"), "other-name") == []


def test_a_word_that_is_spelt_like_a_supplier_is_none() -> None:
    firm = Supplier(name="Metro", domains=("metro.example",))
    office = replace(DIRECTORY, suppliers=(firm,))
    for words, weight in (
        ("Metro offered less.", "risk"),
        ("Walk from the metro station.", ""),
        ("Metropolitan", ""),
    ):
        assert level(letter(words, directory=office), "other-name") == weight


def test_the_address_of_somebody_else_is_a_risk() -> None:
    made = letter("请联系 wang@elsewhere.example。")
    assert level(made, "other-address") == "risk"
    for words in ("请联系 chenxue@school.example。", f"已发至 {WRITER}。", "没有地址"):
        assert found(letter(words), "other-address") == []


# ── what the book knows ──────────────────────────────────────────────────────


def test_an_invoice_that_was_received_before_is_a_risk() -> None:
    made = letter("您好", fields={"invoice_no": "26312000000123456789"})
    (one,) = found(made, "seen-before", Facts(seen_in={"invoice_no": "SC-2026-0002"}))
    assert (one.level, one.place) == ("risk", "field:invoice_no")
    assert "SC-2026-0002" in str(one.text)
    assert found(made, "seen-before") == []


def test_an_order_that_no_other_letter_names_is_told() -> None:
    made = letter("您好", fields={"po_no": "PO-778"})
    assert level(made, "unknown-number", Facts(unknown=frozenset({"po_no"}))) == "note"
    assert found(made, "unknown-number") == []


@pytest.mark.parametrize(
    ("since", "weight"),
    [(date(2026, 3, 1), "note"), (date(2026, 2, 25), ""), (None, "")],
)
def test_a_template_changed_this_week_is_told(since: date | None, weight: str) -> None:
    assert level(letter("您好"), "new-template", Facts(template_since=since)) == weight


# ── the whole ────────────────────────────────────────────────────────────────


def test_what_blocks_comes_first_and_places_are_lines() -> None:
    made = letter("您好：\n费用¥10.00，3月13日交。\n随函附上名单。")
    findings = examine(made, Facts())
    assert [(f.code, f.level, f.place) for f in findings] == [
        ("no-attachment", "blocks", "text:3"),
        ("money", "note", "text:2"),
        ("days", "note", "text:2"),
    ]


def test_what_is_quoted_below_is_not_ours() -> None:
    original = mail("账号：6222 0212 3456，随函附上名单，2026年3月13日（星期四）")
    ours = "您好：\n来信收悉。"
    heading = "在 2026年3月4日 02:00，李强 <liqiang@parents.example> 写道："
    whole = f"{ours}\n\n{heading}\n> 账号：6222 0212 3456\n随函附上名单"
    assert our_words(whole, original) == ours
    assert our_words(f"{ours}\n> 随函附上名单", None) == ours


def test_a_long_hostile_letter_is_read_in_a_moment() -> None:
    for piece in (
        "附上",
        "账号 ",
        "尊敬的",
        "net 1 ",
        "Dear x ",
        "3月13日周",
        "a@b.c ",
        "_",
    ):
        made = letter(piece * (50_000 // len(piece)))
        began = time.process_time()
        examine(made, Facts())
        assert time.process_time() - began < 2.0, piece
