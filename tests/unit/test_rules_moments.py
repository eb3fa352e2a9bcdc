"""Claims about dates, deadlines, amounts in letters."""

from datetime import date

import pytest

from mailroom.rules.amounts import read_amount, read_currency
from mailroom.rules.deadlines import find_deadline
from mailroom.rules.moments import find_moments

WEDNESDAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("2026年3月5日", "2026-03-05", None),
        ("3月5日(星期四)下午2点到4点半", "2026-03-05T14:00", "2026-03-05T16:30"),
        ("二〇二六年三月十五日", "2026-03-15", None),
        ("2026-03-05 14:30", "2026-03-05T14:30", None),
        ("2026.3.5", "2026-03-05", None),
        ("5月22日至23日", "2026-05-22", "2026-05-23"),
        ("4月18日7:00—13:00", "2026-04-18T07:00", "2026-04-18T13:00"),
        ("5th March 2026", "2026-03-05", None),
        ("March 5, 2026 at 3pm", "2026-03-05T15:00", None),
        ("13-17 July", "2026-07-13", "2026-07-17"),
        ("Monday 13 to Friday 17 July", "2026-07-13", "2026-07-17"),
        ("Tuesday 24 March, 2-5pm", "2026-03-24T14:00", "2026-03-24T17:00"),
        ("24 March, 10-1pm", "2026-03-24T10:00", "2026-03-24T13:00"),
        ("at 10.30 on Wednesday 24 June 2026", "2026-06-24T10:30", None),
        ("2 April from 15.00 to 17.00", "2026-04-02T15:00", "2026-04-02T17:00"),
        ("3月5日中午12点", "2026-03-05T12:00", None),
        ("12am on 5 March", "2026-03-05T00:00", None),
    ],
)
def test_a_date_is_read_as_it_is_meant(
    text: str, begins: str, ends: str | None
) -> None:
    moment = find_moments(text, WEDNESDAY)[0]

    assert (moment.begins(), moment.ends()) == (begins, ends)


@pytest.mark.parametrize(
    "text",
    [
        "3月5万元",
        "2026-014",
        "3:6:1",
        "6-2-1055",
        "31 February 2026",
        "1962-1968",
        "G20",
    ],
)
def test_figures_that_are_no_date_are_left_alone(text: str) -> None:
    assert find_moments(text, WEDNESDAY) == ()


def test_a_day_without_year_is_the_next_one_within_half_a_year() -> None:
    ahead, behind = find_moments("4月1日,1月5日", WEDNESDAY)

    assert (ahead.day, ahead.sure) == (date(2026, 4, 1), True)
    assert (behind.day, behind.sure) == (date(2026, 1, 5), False)


def test_a_day_in_december_said_in_november_of_next_january_is_next_year() -> None:
    moment = find_moments("1月5日", date(2026, 11, 20))[0]

    assert moment.day == date(2027, 1, 5)


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("请于3月20日前反馈", "2026-03-20"),
        ("请于3月20日(周五)17:00前报送", "2026-03-20T17:00"),
        ("3月20日下班前", "2026-03-20"),
        ("最迟3月20日", "2026-03-20"),
        ("by noon on Friday 20 March", "2026-03-20T12:00"),
        ("no later than 5pm on 9 June", "2026-06-09T17:00"),
        ("due on 5 April 2026", "2026-04-05"),
        ("4月3日前初稿,3月9日前提纲", "2026-03-09"),
    ],
)
def test_a_deadline_is_the_earliest_day_asked_for(text: str, deadline: str) -> None:
    found = find_deadline(text, WEDNESDAY)

    assert found is not None
    assert found.begins() == deadline


@pytest.mark.parametrize(
    "text", ["3月10日开会", "The forum is on 10 March", "2025年3月1日前已完成"]
)
def test_a_day_that_nobody_asks_for_is_no_deadline(text: str) -> None:
    assert find_deadline(text, WEDNESDAY) is None


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("¥12,300.00", "12300.00", "CNY"),
        ("4.75万元", "47500.00", "CNY"),
        ("2万8", "28000.00", None),
        ("EUR 752,40", "752.40", "EUR"),
        ("1.752,40 €", "1752.40", "EUR"),
        ("HK$99", "99.00", "HKD"),
        ("none", None, None),
    ],
)
def test_an_amount_is_read_with_its_currency(
    text: str, amount: str | None, currency: str | None
) -> None:
    assert (read_amount(text), read_currency(text)) == (amount, currency)
