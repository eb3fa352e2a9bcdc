"""Claims about amounts read from letters."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.rules.fields.capitals import capital_amount
from tests.unit.field_letters import read, values


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("¥12,300.00", "12300.00", "CNY"),
        ("￥12,300", "12300.00", "CNY"),
        ("合计：12,300元", "12300.00", "CNY"),
        ("人民币4500元", "4500.00", "CNY"),
        ("RMB 4,500", "4500.00", "CNY"),
        ("4.75万元", "47500.00", "CNY"),
        ("估算2万8左右", "28000.00", "CNY"),
        ("1.2亿元", "120000000.00", "CNY"),
        ("3块5", "3.50", "CNY"),
        ("4元5角", "4.50", "CNY"),
        ("三千元", "3000.00", "CNY"),
        ("壹万贰仟叁佰元整", "12300.00", "CNY"),
        ("HK$99", "99.00", "HKD"),
        ("HKD1,000", "1000.00", "HKD"),
        ("US$ 20.50", "20.50", "USD"),
        ("USD 4,500.00", "4500.00", "USD"),
        ("£1.5m", "1500000.00", "GBP"),
        ("-£20.00", "-20.00", "GBP"),
        ("EUR 752,40", "752.40", "EUR"),
        ("1.752,40 €", "1752.40", "EUR"),
        ("12 345,67 €", "12345.67", "EUR"),
    ],
)
def test_an_amount_is_read_with_its_currency(
    text: str, amount: str, currency: str
) -> None:
    (found,) = read("money", text)

    assert (found.value, found.unit) == (amount, currency)
    assert values("currency", text) == [currency]


@pytest.mark.parametrize(
    "text",
    [
        "15400770912",
        "30人",
        "税率13%",
        "2026元旦",
        "一元化",
        "几千元",
        "数万元",
        "1,950元/台·月",
        "1200元/人",
        "单价9,000元",
        "@ £389.00",
        "max EUR 120",
        "£19 per night",
        "C5560复印机",
        "EUROPE 2026",
        "A4",
        "3.5万人",
    ],
)
def test_what_is_no_amount_to_pay_is_left_alone(text: str) -> None:
    assert values("money", text) == []


@pytest.mark.parametrize(
    ("text", "total"),
    [
        (
            "Total ex VAT £5,180.00\nVAT £1,036.00\nTotal £6,216.00\nDeposit £50.00",
            "6216.00",
        ),
        ("Train £19.40\nHotel £138.00\n\nTotal to reimburse: £157.40", "157.40"),
        ("单价约9,000元，预算合计4.75万元", "47500.00"),
        ("不含税金额10,884.96元，税额1,415.04元，价税合计12,300.00元", "12300.00"),
        ("we owe £30.00", "30.00"),
        ("3月电费 41,337.62 元，其中力调电费 120.50 元", "41337.62"),
        ("高铁 312 元，一共 655.50。", "655.50"),
        ("年费调到7.8万", "78000.00"),
        ("本月电费 300.00 元，退费 -120.50 元", "300.00"),
        ("合计（大写）：壹万贰仟叁佰元整，定金3000元", "12300.00"),
        ("合计（大写）：壹万贰仟叁佰元整\n定金：¥3,000.00", "12300.00"),
        ("合计（大写）壹万元整，定金（大写）叁仟元整", "10000.00"),
        ("合计人民币（大写）壹万元整（小写：¥10,000.00），押金500元", "10000.00"),
        ("合计（大写）：壹万元整\n（小写）：¥10,000.00\n押金：¥500.00", "10000.00"),
        ("合计三千元，定金500元", "3000.00"),
        ("定金3000元，合计（大写）壹万元整", "10000.00"),
        ("请付定金3000元", "3000.00"),
        ("合计10,000元，其后定金（大写）叁仟元整", "10000.00"),
    ],
)
def test_the_total_counts_gross_and_last(text: str, total: str) -> None:
    (found,) = read("total", text)

    assert (found.value, found.sure) == (total, True)


def test_several_amounts_without_a_total_are_unsure() -> None:
    (found,) = read("total", "lunch £20.00, taxi £12.00")

    assert (found.value, found.sure) == ("12.00", False)


def test_a_price_for_one_is_told_only_where_there_is_nothing_else() -> None:
    (found,) = read("total", "租金1,950元/台·月，黑白0.06元/印")

    assert (found.value, found.sure) == ("1950.00", False)


def test_capitals_that_differ_from_the_figures_are_told() -> None:
    (right,) = read("total", "价税合计：¥12,300.00（大写：壹万贰仟叁佰元整）")
    (wrong,) = read("total", "价税合计：¥12,300.00（大写：壹万贰仟肆佰元整）")

    assert (right.sure, right.others) == (True, ())
    assert (wrong.value, wrong.sure, wrong.others) == (
        "12300.00",
        False,
        ("12400.00",),
    )


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("货款（大写）壹万元整，定金3000元", "10000.00"),
        ("货款10,000元，定金3,000元", "10000.00"),
        ("the hall is £6,216.00, deposit £50.00", "6216.00"),
        ("租金2,000元，押金500元，物业费300元", "300.00"),
    ],
)
def test_a_deposit_is_not_taken_for_the_total_where_another_amount_is_told(
    text: str, total: str
) -> None:
    (found,) = read("total", text)

    assert (found.value, found.sure) == (total, False)


def test_a_total_in_capitals_is_held_against_the_figures_beside_it() -> None:
    letter = "合计（大写）：壹万元整\n（小写）：¥12,000.00\n定金：¥3,000.00"
    (found,) = read("total", letter)

    assert (found.value, found.sure, found.others) == (
        "12000.00",
        False,
        ("10000.00",),
    )


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("壹万贰仟叁佰元整", "12300.00"),
        ("人民币壹拾万零伍佰圆正", "100500.00"),
        ("壹仟零伍元叁角贰分", "1005.32"),
        ("伍拾元整", "50.00"),
        ("拾元整", "10.00"),
        ("贰亿零叁万元整", "200030000.00"),
        ("壹佰元零伍分", "100.05"),
        ("伍角整", "0.50"),
        ("陸萬圓整", "60000.00"),
        ("一万贰仟元", "12000.00"),
    ],
)
def test_capitals_are_read_as_the_bank_writes_them(words: str, amount: str) -> None:
    assert values("capitals", words) == [amount]


@pytest.mark.parametrize(
    "words",
    [
        "壹贰元整",
        "拾佰元",
        "壹万",
        "三千元",
        "零",
        "元整",
        "壹号楼",
        "伍先生",
        "陆路",
        "壹拾壹拾元",
    ],
)
def test_words_that_make_no_amount_are_not_read(words: str) -> None:
    assert values("capitals", words) == []


def spoken(number: int) -> str:
    """Write a whole number in capitals, plainly."""
    words, zero = "", False
    for place in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if zero and words else "") + "零壹贰叁肆伍陆柒捌玖"[digit]
            words += ("", "拾", "佰", "仟")[place % 4]
        zero = digit == 0
        if place == 4 and number // 10_000 % 10_000:
            words, zero = words + "万", zero and number % 10_000 // 1_000 == 0
    return words


@given(st.integers(1, 99_999_999), st.integers(0, 9), st.integers(0, 9))
def test_every_amount_in_capitals_comes_back(yuan: int, jiao: int, fen: int) -> None:
    digit = "零壹贰叁肆伍陆柒捌玖"
    cents = (f"{digit[jiao]}角" if jiao else "") + (f"{digit[fen]}分" if fen else "")

    amount = capital_amount(f"{spoken(yuan)}元{cents or '整'}")

    assert amount == f"{yuan + Decimal(jiao * 10 + fen) / 100:.2f}"


@given(st.decimals(0, 10**9, places=2, allow_nan=False))
def test_every_amount_in_figures_comes_back(value: Decimal) -> None:
    assert values("money", f"pay £{value:,.2f} now") == [f"{value:.2f}"]
