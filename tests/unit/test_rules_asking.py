"""Claims about who waits for an answer, and who only tells."""

from pathlib import Path

import pytest

from mailroom.message.model import Address, Machine
from mailroom.rules.asking import expects_answer
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Category, Context
from mailroom.rules.page import Page
from tests.unit.rule_mails import NOW, mail

WAITS = Category(id="one", about={"zh": "一", "en": "one"})
SILENT = Category(id="two", about={"zh": "二", "en": "two"}, needs_reply=False)


def waits(
    words: str, category: Category | None = None, subject: str = "", **more: object
) -> bool:
    page = Page(
        mail(subject=subject, body=words, **more),
        Context(now=NOW, own_domains=("own.example",)),
    )
    return expects_answer(page, category, said=None, like=())


@pytest.mark.parametrize(
    "words",
    [
        "请问下周三的家长会几点开始？",
        "贵所能否在月底前出具法律意见书",
        "烦请核实该笔费用，并尽快答复为盼。",
        "附件是本人的简历，期待您的回音。",
        "我想预约4月8日的体检，请告知空档。",
        "懇請貴處於五月底前覆函。煩請確認出席人數。",
        "隨函附上履歷，期待面試機會。",
        "妥否，请批示。",
        "孩子的校服尺码不对，麻烦帮忙换一下",
        "Could someone let me know when the surgery opens on Monday?",
        "Please confirm that the deeds have been lodged.",
        "I am writing to complain about the noise from the loading bay.",
        "We would like to book the parish hall for 12 June.",
        "Comments are due by Friday.",
        "Any news on my refund?",
        "The price is valid until 30 June. Desks £420 each.",
        "I am still waiting for the test results.",
    ],
)
def test_a_letter_that_asks_is_waiting_even_where_nobody_could_sort_it(
    words: str,
) -> None:
    assert waits(words)


@pytest.mark.parametrize(
    "words",
    [
        "各位家长：本周五下午放学提前至三点，特此通知。如有疑问请联系班主任。",
        "会议纪要已印发，请查收。",
        "快件已放前台，请知悉，无需回复。",
        "本规定自4月1日起施行，旧规定同时废止。",
        "本邮件由系统自动发送，请勿直接回复。",
        "來函收悉，謹此通知。",
        "合同已归档。",
        "The lift has been repaired. See you on Monday.",
        "For your information: the clinic is closed. Please note the new hours.",
        "Minutes attached. If you have any questions, please let us know.",
        "We confirm your booking. Please do not reply to this message.",
        "Thank you for your patience, please find attached the signed lease.",
    ],
)
def test_a_letter_that_only_tells_waits_for_nothing(words: str) -> None:
    assert not waits(words)


@pytest.mark.parametrize(
    "words",
    [
        "您的邮箱密码即将过期，请确认账号，逾期停用。",
        "代开各类发票，请加微信确认。",
        "Please verify your mailbox password and confirm here.",
        "Could you purchase gift cards for a client and send me the codes?",
        "我在开会，请马上转28万到指定账户，确认后回复。",
    ],
)
def test_shops_and_cheats_are_not_answered_where_nobody_could_sort_them(
    words: str,
) -> None:
    assert not waits(words)


def test_a_category_says_what_holds_where_the_words_are_silent() -> None:
    words = "三楼茶水间的灯坏了。"

    assert waits(words, WAITS)
    assert not waits(words, SILENT)
    assert not waits("特此通知：三楼停电。", WAITS)


def test_a_category_that_waits_for_nothing_still_answers_a_question() -> None:
    assert waits("挂号信退回来了，你看怎么处理？", SILENT)
    assert waits("Progress attached. Let me know whether to go on.", SILENT)
    assert not waits("请今天派人来签字。", SILENT)


def test_the_question_of_the_letter_that_is_answered_is_not_the_answer_s() -> None:
    assert not waits(
        "All done since Monday.", subject="RE: where are we?", is_reply=True
    )
    assert waits("All done.", subject="Where are we?")


def test_machines_wait_for_nothing_but_for_forms_of_our_own() -> None:
    bulk = Machine(kind="bulk", reason="Precedence: bulk")
    form = "Message: I was refused a refund. What are you going to do about it?"

    assert not waits(form, machine=bulk)
    ours = (Address("Website", "form@own.example"),)
    assert waits(form, machine=bulk, senders=ours)
    assert not waits(form, machine=Machine(kind="list", reason="List-Id"), senders=ours)


def test_hostile_text_is_told_from_a_letter_in_little_time() -> None:
    from time import process_time  # noqa: PLC0415

    begin = process_time()
    for piece in ("please ", "请", "if you ", "请 ", "? ", "the offer price quote "):
        waits(piece * 30_000)
    assert process_time() - begin < 1.5


def test_the_shipped_rules_keep_what_nobody_sorted_from_everybody() -> None:
    rules = RuleSet.load(Path(__file__).parents[2] / "rules")

    answer = rules.classify(mail(body="关于那件事。"), Context(now=NOW))

    assert answer.category is None
    assert answer.sensitivity == "internal"
