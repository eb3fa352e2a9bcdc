"""Claims about what letters ask for by when."""

from dataclasses import replace
from datetime import datetime

import pytest

from tests.unit.field_letters import JIANGZHOU, LONDON_OFFICE, SHANGHAI, read, values


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("请于3月12日前反馈", "2026-03-12"),
        ("请于3月12日之前书面回复", "2026-03-12"),
        ("请于3月20日(周五)17:00前报送", "2026-03-20T17:00"),
        ("请于3月12日上午10点前报我办", "2026-03-12T10:00"),
        ("请于3月10日反馈", "2026-03-10"),
        ("报名截止时间：3月20日", "2026-03-20"),
        ("报名截至3月20日", "2026-03-20"),
        ("最迟3月20日", "2026-03-20"),
        ("限3月10日前整改到位", "2026-03-10"),
        ("4月7日上午前送审", "2026-04-07T12:00"),
        ("请明天上午交给我", "2026-03-05T12:00"),
        ("请本周五下班前报办公室", "2026-03-06T17:30"),
        ("请在上午下班前报来", "2026-03-04T12:00"),
        ("请于本周内给个回音", "2026-03-06"),
        ("请在收到本函后5个工作日内回复", "2026-03-11"),
        ("收到后5个工作日内", "2026-03-11"),
        ("请在10日内提出书面意见", "2026-03-14"),
        ("月底前报", "2026-03-31"),
        ("4月底前完成,每周五下班前报进展", "2026-04-30"),
        ("请于节后第一个工作日前反馈", "2026-04-07"),
        ("务必今天17点前报", "2026-03-04T17:00"),
        ("请3/15前提交", "2026-03-15"),
        ("4月3日前初稿,3月9日前提纲", "2026-03-09"),
        ("借阅第12号卷宗，3月18日来取", "2026-03-18"),
        ("证明请开好，我3月9日上午10点过来拿", "2026-03-09T10:00"),
        ("讲话稿请找宣传科写，20日下班前送主任过目", "2026-03-20T17:30"),
        ("I'll collect it on 12 March", "2026-03-12"),
        ("We are picking them up on Friday", "2026-03-06"),
        ("by 12 March", "2026-03-12"),
        ("no later than 5pm on 9 June", "2026-06-09T17:00"),
        ("by noon on Friday 20 March", "2026-03-20T12:00"),
        ("by Friday morning", "2026-03-06T12:00"),
        ("Please send comments by close of play on Friday", "2026-03-06T17:30"),
        ("EOD Friday", "2026-03-06T17:30"),
        ("board pack closes Weds 4pm", "2026-03-04T16:00"),
        ("Deadline: 12 March 2026, 17:00", "2026-03-12T17:00"),
        ("10 March at the latest", "2026-03-10"),
        ("on or before 15 March", "2026-03-15"),
        ("You have until Friday to object", "2026-03-06"),
        ("please reply by next Tuesday", "2026-03-10"),
        ("within 3 working days of receipt", "2026-03-09"),
        ("Please respond within 5 working days", "2026-03-11"),
        ("If we do not hear from you within 28 days it is taken", "2026-04-01"),
        ("by the end of the month", "2026-03-31"),
        ("We need your answer by 10 March", "2026-03-10"),
        ("This request expires on 31 March 2026.", "2026-03-31"),
        ("4月28号收口", "2026-04-28"),
        ("下周二把8D交到我桌上", "2026-03-10"),
        ("敬请于三月十八日或之前赐覆", "2026-03-18"),
        ("各部门把名单周五（6日）前报给我", "2026-03-06"),
        ("with me by close on Friday 20 March please", "2026-03-20"),
        ("Please ring him before 6 our time today", "2026-03-04T18:00"),
        ("今天六点收版，请五点半前回她", "2026-03-04T17:30"),
        ("街道3月24日上午就要", "2026-03-24T12:00"),
        ("could you ring him before 11 tomorrow", "2026-03-05T11:00"),
        ("Please ring by 3 on Friday", "2026-03-06T15:00"),
    ],
)
def test_a_deadline_is_the_day_asked_for(text: str, deadline: str) -> None:
    assert values("deadline", text)[0] == deadline


@pytest.mark.parametrize(
    "text",
    [
        "3月10日开会",
        "请于3月10日参加会议",
        "3月10日前往北京",
        "3月10日就要开会",
        "又到月底啦",
        "4月10日前后",
        "截止上月底，共完成120万元",
        "截止3月10日,已完成80%",
        "截至3月5日，全市累计用电",
        "我们将在3个工作日内答复",
        "预计3月20日前到货",
        "原定3月10日前完成",
        "2025年3月1日前已完成",
        "3月20日前入职的员工可参加",
        "3月15日前缴费可享9折",
        "本报价有效期至4月10日",
        "每周五下班前报进展",
        "验收合格后5日内付款",
        "> 请于3月12日前反馈",
        "1月15日前请提交",
        "江州市商务局\n2026年3月6日",
        "The forum is on 10 March",
        "we will reply by 12 March",
        "I'll send it by Friday",
        "the parcel will arrive by Friday",
        "We aim to respond within 10 working days",
        "Register by 10 March for the early bird rate",
        "as of 31 March",
        "signed on 5 March",
        "before 5 March 2024 it was so",
        "since 3 March",
        "I am away until 12 March",
        "valid until 18 March",
        "opening hours Monday to Friday, by appointment",
        "no reply by Tunde",
    ],
)
def test_a_day_that_nobody_asks_for_is_no_deadline(text: str) -> None:
    assert values("deadline", text) == []


def test_of_several_deadlines_the_earliest_comes_first() -> None:
    text = "（1）制度修订，3月31日前\n（2）差异处理，3月20日前\n（3）方案，下周五前"

    assert values("deadline", text) == ["2026-03-13", "2026-03-20", "2026-03-31"]


def test_an_hour_without_a_day_is_today_and_a_person_checks_it() -> None:
    (found,) = read("deadline", "need this by 5pm")

    assert (found.value, found.sure) == ("2026-03-04T17:00", False)
    assert values("deadline", "need this by 8am") == []


@pytest.mark.parametrize("text", ["请于12日前提交", "请于3月10日前来我局领取"])
def test_a_doubtful_deadline_is_told_and_marked(text: str) -> None:
    assert [found.sure for found in read("deadline", text)] == [False]


def test_a_deadline_over_a_holiday_stays_the_day_that_is_stated() -> None:
    before = replace(JIANGZHOU, sent=datetime(2026, 3, 26, 11, tzinfo=SHANGHAI))

    # To move it back to a working day is the follow-up's part.
    assert values("deadline", "请于4月5日前反馈", before) == ["2026-04-05"]


def test_the_place_of_a_deadline_is_its_own_words() -> None:
    text = "各单位：\n请于３月１２日前反馈。"

    (found,) = read("deadline", text)

    assert text[found.start : found.end] == "３月１２日"


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("本报价有效期至2026年4月10日。", ["2026-04-10"]),
        ("有效期延到4月20日", ["2026-04-20"]),
        ("报价有效期30天", ["2026-04-03"]),
        ("报价自今日起30日内有效", ["2026-04-03"]),
        ("Valid 30 days. Lead time 4-5 weeks", ["2026-04-03"]),
        ("The price holds for 30 days from today.", ["2026-04-03"]),
        ("We can hold it till 31 March.", ["2026-03-31"]),
        ("valid until 18 March", ["2026-03-18"]),
        ("协议有效期2年", []),
        ("有效", []),
        ("a valid point on 18 March", []),
    ],
)
def test_an_offer_says_how_long_it_holds(text: str, until: list[str]) -> None:
    assert values("validity", text) == until


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("invoice 88410 (£512.64, due 28 February)", ["2026-02-28"]),
        ("到期还款日：2026年3月25日", ["2026-03-25"]),
        ("payable by 1 April 2026", ["2026-04-01"]),
        ("付款期限为3月20日", ["2026-03-20"]),
        ("Terms: 30 days, payment by 14 June 2026", ["2026-06-14"]),
        ("Please pay within 14 days to the usual account.", ["2026-03-18"]),
        ("We will pay within 14 days.", []),
        ("the review on 20 March", []),
        ("residue 20 March", []),
    ],
)
def test_a_payments_day_may_be_over(text: str, due: list[str]) -> None:
    assert values("due_date", text, LONDON_OFFICE) == due


@pytest.mark.parametrize(
    ("line", "asks", "day"),
    [
        ("3月{n}日 培训第{n}课\n", "请于2026年4月20日前报名。", "2026-04-20"),
        ("上午8:{n:02} 点名\n", "请于2026年4月20日17:00前报名。", "2026-04-20T17:00"),
        ("{n}个工作日内完成第{n}项\n", "请在收到之日起3个工作日内回复。", None),
    ],
)
def test_a_deadline_under_a_long_table_is_read(
    line: str, asks: str, day: str | None
) -> None:
    table = "".join(line.format(n=n % 28 + 1) for n in range(120))

    found = [
        each for each in read("deadline", table + asks) if each.start >= len(table)
    ]

    assert found
    assert day is None or found[-1].value == day
    assert read("deadline", asks)[-1].value == found[-1].value
