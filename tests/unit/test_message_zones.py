"""Zones: what this sender wrote now, and what was there before."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailroom.message.model import Address
from mailroom.message.zones import forwarded_sender, split

OLD = "上次的内容"

OUTLOOK = (
    "发件人: 徐婷 <xt@yuanda.example>\n发送时间: 2026年3月4日 9:18\n"
    "收件人: 韩冬\n主题: 计划\n\n"
)
OTHER = ("徐婷 <xt@yuanda.example>", "商务局 <swj@gov.example>")
GMAIL = """---------- Forwarded message ---------
From: 商务局 <swj@gov.example>
Date: Mon, 1 Jun 2026
Subject: 来函
To: Leo <leo@yuanda.example>

"""
ENGLISH = "On Wed, 4 Mar 2026 at 09:18, Xu Ting"
LISTED = """You have a new voicemail.

From:     +44 20 7946 0133
To:       extension 5501
Received: Tue 14 Apr 2026 16:58
please call"""
LETTER = (
    "请按附件通知要求，于6月12日前将报名表及产品资料报送我局外贸科，"
    "逾期视为不参加，联系人苏敏。"
)
APPLE = """FYI

Begin forwarded message:

> From: A <a@x.example>
> Subject: s
>
> The letter.
"""


@pytest.mark.parametrize(
    "opener",
    [
        OUTLOOK,
        "________________________________\n" + OUTLOOK,
        OUTLOOK.replace(":", "：", 1).replace("间:", "间："),
        "发件人: 办公室\n发送时间: 2026-03-17 09:55\n收件人: 邹欣\n主题: A4纸\n\n",
        "寄件者：徐婷 <xt@yuanda.example>\n寄件日期：2026年3月4日\n主旨：計劃\n\n",
        "*From:* Xu <xt@yuanda.example>\n*Sent:* 04 March 2026 09:18\n*To:* Han\n\n",
        "From: Hengyuan Office\nSent: 04 March 2026 09:18\nTo: Han\nSubject: Plan\n\n",
        "------------------ 原始邮件 ------------------\n发件人: x\n",
        "------------------\xa0原始邮件\xa0------------------\n",
        "-----邮件原件-----\n",
        "-----Original Message-----\nFrom: x\n",
        "---- 回复的原邮件 ----\n",
        "在 2026年3月4日，09:18，徐婷 <xt@yuanda.example> 写道：\n\n",
        '在 2026-03-04 09:18:31，"徐婷" <xt@yuanda.example> 写道：\n',
        "徐婷 <xt@yuanda.example> 于2026年3月4日周三 09:18写道：\n\n> ",
        "徐婷 于2026年3月4日周三 上午9:18写道：\n",
        "2026年3月4日 上午9:18，徐婷 <xt@yuanda.example> 寫道：\n\n",
        f"{ENGLISH} <xt@yuanda.example> wrote:\n> ",
        f"{ENGLISH} of the General Office\n<xt@yuanda.example> wrote:\n\n> ",
        'At 2026-03-04 09:18:31, "Xu Ting" <xt@yuanda.example> wrote:\n',
        "Am 04.03.2026 um 09:18 schrieb Xu Ting:\n> ",
        "> old\n> ",
    ],
)
def test_the_answer_is_new_and_what_it_answers_is_quoted(opener: str) -> None:
    zones = split(f"收到，谢谢！\n\n{opener}{OLD}", is_forward=False)
    assert zones.new == "收到，谢谢！"
    assert OLD in zones.quoted
    assert zones.forwarded == ""


@pytest.mark.parametrize(
    "prose",
    [
        "请联系发件人：张三，他会处理。\n谢谢",
        "他在信中写道：一切正常。\n请知悉。",
        "王总在2026年3月5日 10:00的会上写道：要抓紧。\n请落实。",
        LISTED,
        "Shipment 77\nFrom: Brightdesk Furniture\nTo: Yuanda\nArriving: Thursday",
        "会议通知\n时间：3月5日\n主题：安全生产\n地点：301\n请参加",
        "She wrote:\nthe lift is broken\nplease send someone",
        "温度 > 30\n需要检修",
        "From: the desk of Mr Li\nTo: all\nthe bin is full",
    ],
)
def test_prose_that_looks_like_a_heading_stays_new(prose: str) -> None:
    assert split(prose, is_forward=False).new == prose


def test_the_line_right_above_an_attribution_is_not_swallowed() -> None:
    zones = split(
        f"Thanks, agreed.\n{ENGLISH} <xt@yuanda.example> wrote:\n> old",
        is_forward=False,
    )
    assert zones.new == "Thanks, agreed."


def test_answers_between_the_quoted_lines_all_stay_new() -> None:
    zones = split(
        "See below.\n\nOn 4 March 2026, Xu wrote:\n> Is the room free?\n"
        "Yes, until noon.\n> Who pays?\nWe do.\n> Regards",
        is_forward=False,
    )
    assert zones.new == "See below.\n\nYes, until noon.\nWe do."
    assert "> Who pays?" in zones.quoted


def test_an_answer_under_the_quote_is_new() -> None:
    zones = split(
        "On 4.3.2026 Xu wrote:\n> Is it done?\n\nYes, done.", is_forward=False
    )
    assert zones.new == "Yes, done."


def test_a_form_with_a_header_block_at_its_very_top_is_new() -> None:
    text = f"{OUTLOOK}请尽快处理"
    assert split(text, is_forward=False).new == text.strip()


@pytest.mark.parametrize(
    "opener",
    [
        GMAIL,
        "------ Forwarded Message ------\nTo: x\nFrom: 商务局 <swj@gov.example>\n\n",
        "---- 转发的邮件 ----\n发件人: 商务局 <swj@gov.example>\n收件人: x\n\n",
        "________________________________\n" + OUTLOOK.replace(*OTHER),
        "From: 商务局 [mailto:swj@gov.example]\nSent: 1 June 2026 10:20\nTo: x\n\n",
    ],
)
def test_a_forwarded_letter_counts_and_its_writer_is_known(opener: str) -> None:
    zones = split(f"请处理。\n\n{opener}请于6月12日前报送报名表。", is_forward=True)
    assert zones.new == "请处理。"
    assert zones.forwarded.endswith("请于6月12日前报送报名表。")
    assert zones.quoted == ""
    assert forwarded_sender(zones.forwarded) == Address("商务局", "swj@gov.example")


def test_a_marked_forward_is_one_without_a_word_in_the_subject() -> None:
    zones = split(APPLE, is_forward=False)
    assert (zones.new, "The letter." in zones.forwarded) == ("FYI", True)
    assert forwarded_sender(zones.forwarded) == Address("A", "a@x.example")


def test_what_the_forwarded_letter_quotes_is_quoted() -> None:
    zones = split(
        f"请处理\n{OUTLOOK}{LETTER}\n\n{OUTLOOK.replace('徐婷', '某人')}{OLD}",
        is_forward=True,
    )
    assert LETTER in zones.forwarded
    assert OLD in zones.quoted
    sender = forwarded_sender(zones.forwarded)
    assert sender is not None
    assert sender.name == "徐婷"


def test_a_forward_of_a_forward_reaches_the_letter() -> None:
    inner = OUTLOOK.replace(*OTHER)
    zones = split(f"请办\n{OUTLOOK}转办。\n\n{inner}请报送报名表。", is_forward=True)
    assert "请报送报名表。" in zones.forwarded
    assert forwarded_sender(zones.forwarded) == Address("商务局", "swj@gov.example")


@pytest.mark.parametrize(
    "footer",
    [
        "-- \nPat Ng\nFacilities",
        "--\n请考虑环境保护,非必要请勿打印本邮件。",
        "本邮件及其附件含有保密信息，仅限收件人使用。如果您错收了本邮件，请删除！",
        "This e-mail is confidential.\nIf you received it in error, delete it.",
        "【声明】此邮件为机密邮件，未经许可不得转发。",
        "发自我的iPhone",
        "从我的 iPhone 发送",
        "Sent from my Galaxy",
        "Get Outlook for iOS<https://aka.example/o>",
        "________________________________________\nall mailing list\nall@x.example",
    ],
)
def test_what_programs_and_offices_add_is_a_footer(footer: str) -> None:
    zones = split(f"电梯坏了，请修。\n\n{footer}", is_forward=False)
    assert zones.new == "电梯坏了，请修。"
    assert zones.footer == footer


def test_a_warning_above_the_letter_is_a_footer() -> None:
    warning = "CAUTION: This email originated from outside the organisation."
    zones = split(f"{warning}\n\nMay I visit?", is_forward=False)
    assert (zones.new, zones.footer) == ("May I visit?", warning)


@pytest.mark.parametrize(
    "text",
    [
        "本邮件附上3月考勤表，请查收。",
        "This message is to confirm your booking of room 301.",
        "保密协议已签，请问收件人写谁？",
        "从华为采购手机20部，请审批。",
        "来自客户的反馈：打印机坏了。",
        "first part\n--\n"
        + "\n".join(f"line {n} of a long second part" for n in range(20)),
    ],
)
def test_what_only_resembles_a_footer_is_new(text: str) -> None:
    assert split(text, is_forward=False).new == text


LINES = st.sampled_from(
    [
        "发件人: a <a@x.example>", "发送时间: 2026-03-04 09:18", "主题: s", "", "> old",
        "写道：", "On 4 March 2026 at 9:18, X <x@y.example> wrote:", "-- ", "原文",
        "发自我的iPhone", "-----Original Message-----", "new words",
        "> From: b@x.example",
        "---------- Forwarded message ---------", "This e-mail is confidential",
        "________________________________",
    ]
)  # fmt: skip


@given(lines=st.lists(LINES, max_size=14), is_forward=st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_word_is_lost_and_none_is_there_twice(
    lines: list[str], *, is_forward: bool
) -> None:
    zones = split("\n".join(lines), is_forward=is_forward)
    parts = [zones.new, zones.forwarded, zones.quoted, zones.footer]
    assert letters(parts) == letters(lines)


def letters(texts: list[str]) -> list[str]:
    """Sort all letters; not >, which is taken off before a forwarded letter."""
    return sorted("".join("".join(texts).replace(">", "").split()))
