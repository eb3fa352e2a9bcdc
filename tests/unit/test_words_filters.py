"""Claims about dates and amounts in words."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from mailroom.words.filters import (
    cn_capital_amount,
    cn_date,
    cn_when,
    en_date,
    en_when,
    money,
    weekday_cn,
    weekday_en,
)


@pytest.mark.parametrize(
    "value", ["2026-03-05", date(2026, 3, 5), datetime(2026, 3, 5, 14, 30, tzinfo=UTC)]
)
def test_a_date_has_no_zeros_and_its_full_year(value: object) -> None:
    assert cn_date(value) == "2026年3月5日"
    assert en_date(value) == "5 March 2026"
    assert weekday_cn(value) == "星期四"
    assert weekday_en(value) == "Thursday"


@pytest.mark.parametrize("value", ["2026-03-05T14:30", "2026-03-05 14:30:00+08:00"])
def test_a_moment_keeps_its_time(value: str) -> None:
    assert cn_when(value) == "2026年3月5日（星期四）14:30"
    assert en_when(value) == "Thursday 5 March 2026 at 14:30"


def test_a_day_without_a_time_gets_none() -> None:
    assert cn_when("2026-03-05") == "2026年3月5日（星期四）"
    assert en_when("2026-03-05") == "Thursday 5 March 2026"


@pytest.mark.parametrize("value", ["下周三下午", "2026-02-30", "2026-3-5", "", None, 5])
def test_what_is_no_date_stays_as_it_was_written(value: object) -> None:
    for filtered in (cn_date, en_date, cn_when, en_when, weekday_cn, weekday_en):
        assert filtered(value) is value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("12300", "12,300.00"),
        ("12,300.5", "12,300.50"),
        (Decimal(-7), "-7.00"),
        ("约三万", "约三万"),
        ("NaN", "NaN"),
        ("1e400", "1e400"),
    ],
)
def test_money_has_two_places_and_groups_of_three(value: object, written: str) -> None:
    assert money(value) == written


def test_money_bears_the_sign_of_its_currency() -> None:
    assert money("1200", "GBP") == "£1,200.00"
    assert money("1200", "CNY") == "¥1,200.00"
    assert money("-1200", "SEK") == "-SEK 1,200.00"


@pytest.mark.parametrize(
    ("value", "capitals"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.5", "伍角整"),
        ("1.05", "壹元零伍分"),
        ("10", "壹拾元整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("12,300.00", "壹万贰仟叁佰元整"),
        ("100000", "壹拾万元整"),
        ("107000.53", "壹拾万零柒仟元伍角叁分"),
        ("100010001", "壹亿零壹万零壹元整"),
        ("120000000", "壹亿贰仟万元整"),
        ("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("2.345", "贰元叁角伍分"),
        ("-12.3", "负壹拾贰元叁角整"),
        ("-0.001", "零元整"),
    ],
)
def test_capitals_follow_the_rules_for_bank_bills(value: str, capitals: str) -> None:
    assert cn_capital_amount(value) == capitals


@pytest.mark.parametrize("value", ["约三万", "", None, True, "1000000000000", "inf"])
def test_capitals_of_what_is_no_amount_are_a_gap(value: object) -> None:
    assert cn_capital_amount(value) is None
