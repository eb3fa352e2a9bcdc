"""Claims about what the filters of a template write."""

import inspect
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Undefined

from mailroom.calendar import Calendar
from mailroom.errors import Text
from mailroom.i18n import say
from mailroom.words.filters import FILTERS, HELP, TABLE
from mailroom.words.filters.dates import (
    clock,
    cn_date,
    cn_date_numerals,
    cn_month,
    cn_time,
    cn_when,
    en_date,
    en_month,
    en_time,
    en_when,
    weekday_cn,
    weekday_en,
)
from mailroom.words.filters.money import (
    cn_capital_amount,
    cn_money,
    cn_wan,
    en_amount_in_words,
    money,
    percent,
    thousands,
)
from mailroom.words.filters.numerals import cn_digits, cn_number, en_number
from mailroom.words.filters.people import (
    cn_list,
    en_list,
    salutation_cn,
    salutation_en,
)
from mailroom.words.filters.phones import mask, phone
from mailroom.words.filters.signs import cn_doc_number, cn_punctuation, half_width
from mailroom.words.filters.spans import (
    add_days,
    add_working_days,
    cn_until,
    days_until,
    en_until,
    working_days_until,
)
from mailroom.words.sandbox import SANDBOX, Missing, name_of

# ── every filter ─────────────────────────────────────────────────────────

NAMES = sorted(FILTERS)
CHINA = timezone(timedelta(hours=8))
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(10**13), 10**13),
    st.floats(),
    st.decimals(),
    st.sampled_from([Decimal("1e999999"), Decimal("-1E-999999"), Decimal("sNaN")]),
    st.dates(),
    st.datetimes(timezones=st.sampled_from([None, UTC, CHINA])),
    st.dates().map(str),
    st.datetimes().map(str),
    st.text(max_size=60),
    st.text("0123456789,.-+", max_size=40),
    st.text("0123456789 -()+x转#", max_size=45),
    st.sampled_from(
        ["", "CN", "UK", "GBP", "王芳", "Smith, Jane", "a@b.cn", "x" * 9999]
    ),
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


def arguments(name: str) -> tuple[int, int]:
    """Return how many arguments a filter needs and takes, beside its value."""
    taken = list(inspect.signature(FILTERS[name]).parameters.values())[1:]
    return sum(one.default is one.empty for one in taken), len(taken)


def room(value: object) -> int:
    """Return how many characters a value could fill as it stands."""
    if isinstance(value, Mapping):
        return sum(map(room, value.values()))
    if isinstance(value, tuple):
        return sum(map(room, value)) + 10
    return len(value) if isinstance(value, str) else 40


@settings(deadline=None)  # the first to ask for a calendar waits for it
@given(name=st.sampled_from(NAMES), drawn=st.data())
def test_no_value_makes_a_filter_fail_or_write_without_end(
    name: str, drawn: st.DataObject
) -> None:
    least, most = arguments(name)
    value, *more = (
        drawn.draw(VALUES) for _ in range(1 + drawn.draw(st.integers(least, most)))
    )

    made = FILTERS[name](value, *more)

    assert made is value or made is None or isinstance(made, str | int | date)
    if isinstance(made, str) and made is not value:
        assert len(made) <= 4 * room(value) + 500


@pytest.mark.parametrize("name", NAMES)
def test_a_number_too_long_to_print_is_handed_back_or_a_gap(name: str) -> None:
    least, most = arguments(name)
    huge = 10**5000

    assert FILTERS[name](huge, *["CN"] * least) in {huge, None}
    assert FILTERS[name]((huge, huge), *["CN"] * least) in {(huge, huge), None}
    if most:
        FILTERS[name]("2026-03-05", *[huge] * most)  # raises nothing


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("missing", [Missing(name="due"), Undefined(name="due")])
def test_what_is_missing_comes_back_as_it_is(name: str, missing: Undefined) -> None:
    least, most = arguments(name)

    assert FILTERS[name](missing, *["CN"] * least) is missing
    for place in range(most):
        more = ["CN"] * max(least, place + 1)
        more[place] = missing  # type: ignore[call-overload]
        assert FILTERS[name]("2026-03-05", *more) is missing


@pytest.mark.parametrize("name", NAMES)
def test_nothing_stays_nothing(name: str) -> None:
    assert FILTERS[name](None, *["CN"] * arguments(name)[0]) is None


def value(expression: str, **fields: object) -> object:
    made = SANDBOX.compile_expression(expression, undefined_to_none=False)
    return made(**fields)


@pytest.mark.parametrize("name", NAMES)
def test_the_example_in_the_help_makes_what_the_help_says(name: str) -> None:
    made = value(TABLE[name].example)

    assert str(made) == TABLE[name].gives
    assert name in TABLE[name].example


@pytest.mark.parametrize("name", NAMES)
def test_the_help_is_one_line_in_both_languages(name: str) -> None:
    english, chinese = str(HELP[name]), say(HELP[name], "zh-CN")

    assert "\n" not in english + chinese
    assert TABLE[name].gives in english
    assert TABLE[name].gives in chinese
    assert isinstance(HELP[name], Text)
    assert say(TABLE[name].about, "zh-CN") != str(TABLE[name].about)


def test_a_missing_end_is_the_gap_unless_the_tag_says_otherwise() -> None:
    fields = {"start": "2026-03-05"}

    gap = value("start|cn_until(end)", **fields)
    alone = value("start|cn_until(end or '')", **fields)

    assert isinstance(gap, Missing)
    assert name_of(gap) == "end"
    assert alone == "2026年3月5日"


# ── dates ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "value", ["2026-03-05", date(2026, 3, 5), datetime(2026, 3, 5, 14, 30, tzinfo=UTC)]
)
def test_a_date_has_no_zeros_and_its_full_year(value: object) -> None:
    assert cn_date(value) == "2026年3月5日"
    assert en_date(value) == "5 March 2026"
    assert cn_month(value) == "2026年3月"
    assert en_month(value) == "March 2026"
    assert weekday_cn(value) == "星期四"
    assert weekday_en(value) == "Thursday"


@pytest.mark.parametrize("value", ["2026-03-05T14:30", "2026-03-05 14:30:00+08:00"])
def test_a_moment_keeps_its_time(value: str) -> None:
    assert cn_when(value) == "2026年3月5日（星期四）14:30"
    assert en_when(value) == "Thursday 5 March 2026 at 14:30"
    assert clock(value) == "14:30"


def test_a_day_without_a_time_gets_none() -> None:
    assert cn_when("2026-03-05") == "2026年3月5日（星期四）"
    assert en_when("2026-03-05") == "Thursday 5 March 2026"
    for timed in (clock, cn_time, en_time):
        assert timed("2026-03-05") is None


@pytest.mark.parametrize("value", ["下周三下午", "2026-02-30", "2026-3-5", "", None, 5])
def test_what_is_no_date_stays_as_it_was_written(value: object) -> None:
    for filtered in (
        cn_date, en_date, cn_month, en_month, cn_when, en_when, weekday_cn, weekday_en,
        cn_date_numerals, clock, cn_time, en_time,
    ):  # fmt: skip
        assert filtered(value) is value


@pytest.mark.parametrize(
    ("day", "numerals"),
    [
        ("2026-03-05", "二〇二六年三月五日"),
        ("2010-10-20", "二〇一〇年十月二十日"),
        ("1999-12-31", "一九九九年十二月三十一日"),
    ],
)
def test_chinese_numerals_name_the_year_digit_by_digit(day: str, numerals: str) -> None:
    assert cn_date_numerals(day) == numerals


@pytest.mark.parametrize(
    ("at", "chinese", "english"),
    [
        ("00:00", "凌晨0:00", "12 midnight"),
        ("04:59", "凌晨4:59", "4:59 am"),
        ("09:00", "上午9:00", "9 am"),
        ("12:00", "中午12:00", "12 noon"),
        ("12:30", "中午12:30", "12:30 pm"),
        ("14:30:59", "下午2:30", "2:30 pm"),
        ("18:05", "晚上6:05", "6:05 pm"),
        ("25:00", "25:00", "25:00"),
    ],
)
def test_a_time_names_its_part_of_the_day(at: str, chinese: str, english: str) -> None:
    assert cn_time(at) == chinese
    assert en_time(at) == english


# ── spans ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("start", "end", "chinese", "english"),
    [
        ("2026-03-05", "2026-03-05", "2026年3月5日", "5 March 2026"),
        ("2026-03-05", "2026-03-07", "2026年3月5日至7日", "5 to 7 March 2026"),
        (
            "2026-03-30", "2026-04-02",
            "2026年3月30日至4月2日", "30 March to 2 April 2026",
        ),
        (
            "2026-12-30", "2027-01-02",
            "2026年12月30日至2027年1月2日", "30 December 2026 to 2 January 2027",
        ),
        (
            "2026-03-05T14:30", "2026-03-05T17:30",
            "2026年3月5日（星期四）14:30—17:30",
            "Thursday 5 March 2026, 14:30 to 17:30",
        ),
        (
            "2026-03-05T14:30", "2026-03-07T12:00",
            "2026年3月5日（星期四）14:30至7日（星期六）12:00",
            "Thursday 5 March at 14:30 to Saturday 7 March 2026 at 12:00",
        ),
        (
            "2026-12-31T20:00", "2027-01-01",
            "2026年12月31日（星期四）20:00至2027年1月1日（星期五）",
            "Thursday 31 December 2026 at 20:00 to Friday 1 January 2027",
        ),
        (
            "2026-03-05", "2026-03-05T17:30",
            "2026年3月5日（星期四）至17:30", "Thursday 5 March 2026 until 17:30",
        ),
        (
            "2026-03-05T14:30", "2026-03-05",
            "2026年3月5日（星期四）14:30", "Thursday 5 March 2026 at 14:30",
        ),
        (
            "2026-03-05T14:30", "",
            "2026年3月5日（星期四）14:30", "Thursday 5 March 2026 at 14:30",
        ),
        ("2026-03-05", "", "2026年3月5日", "5 March 2026"),
        (
            "2026-03-05T14:30+08:00", "2026-03-05T15:00",
            "2026年3月5日（星期四）14:30—15:00",
            "Thursday 5 March 2026, 14:30 to 15:00",
        ),
        ("下周三", "2026-03-05", "下周三", "下周三"),
    ],
)  # fmt: skip
def test_a_span_says_once_what_both_ends_share(
    start: str, end: str, chinese: str, english: str
) -> None:
    assert cn_until(start, end) == chinese
    assert en_until(start, end) == english


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-05", "2026-03-04"),
        ("2026-03-05T14:30", "2026-03-05T09:00"),
        ("2026-03-05T14:30+08:00", "2026-03-05T14:30+09:00"),
        ("2026-03-05", "周五"),
        ("2026-03-05", None),
    ],
)
def test_a_span_that_ends_before_it_starts_or_never_is_a_gap(
    start: str, end: object
) -> None:
    assert cn_until(start, end) is None
    assert en_until(start, end) is None


@given(start=st.dates(), length=st.integers(0, 400))
def test_a_span_of_days_names_both_ends(start: date, length: int) -> None:
    end = add_days(start, length)
    if end is None:  # past the last day there is
        return

    chinese, english = str(cn_until(start, end)), str(en_until(start, end))

    assert chinese.startswith(str(cn_date(start)))
    assert chinese.endswith(f"{end.day}日")
    assert english.startswith(f"{start.day} ")
    assert english.endswith(str(en_date(end)))


def test_days_are_counted_in_both_directions() -> None:
    assert days_until("2026-03-05", "2026-03-15T09:00") == 10
    assert days_until(date(2026, 3, 15), "2026-03-05") == -10
    assert add_days("2026-03-05T09:00", "3") == date(2026, 3, 8)
    assert add_days(date(2026, 3, 5), -5.0) == date(2026, 2, 28)


def test_working_days_leave_out_holidays_and_count_worked_weekends() -> None:
    # 1 to 7 October 2026 are off, Saturday the 10th is worked (State Council notice).
    assert working_days_until("2026-09-30", "2026-10-10", "CN") == 3
    assert add_working_days("2026-09-30", 3, "CN") == date(2026, 10, 10)
    assert working_days_until("2026-10-10", "2026-09-30", "CN") == -3
    # Good Friday and Easter Monday.
    assert add_working_days("2026-04-02", 1, "UK") == date(2026, 4, 7)


@settings(deadline=None)  # as above
@given(
    start=st.dates(date(2024, 1, 1), date(2025, 1, 1)),
    count=st.integers(1, 200),
    calendar=st.sampled_from(["CN", "UK"]),
)
def test_counting_and_adding_working_days_agree(
    start: date, count: int, calendar: str
) -> None:
    end = add_working_days(start, count, calendar)

    assert working_days_until(start, end, calendar) == count


def test_a_count_that_is_not_certain_is_a_gap() -> None:
    beyond = Calendar.load("CN").known_until + 1

    assert working_days_until("2026-03-05", f"{beyond}-01-08", "CN") is None
    assert working_days_until(f"{beyond}-01-08", "2026-03-05", "CN") is None
    assert add_working_days(f"{beyond - 1}-12-31", 3, "CN") is None
    assert add_working_days(f"{beyond}-01-08", 3, "CN") is None


@pytest.mark.parametrize("calendar", ["", "cn", "FR", None, 3, ("CN",)])
def test_working_days_of_no_known_calendar_are_a_gap(calendar: object) -> None:
    assert working_days_until("2026-03-05", "2026-03-09", calendar) is None
    assert add_working_days("2026-03-05", 2, calendar) is None


@pytest.mark.parametrize("count", ["", "三", 1.5, True, None, 10_000, -10_000])
def test_days_that_are_no_number_of_days_are_a_gap(count: object) -> None:
    assert add_days("2026-03-05", count) is None
    assert add_working_days("2026-03-05", count, "CN") is None


def test_a_day_beyond_the_last_one_is_a_gap() -> None:
    assert add_days("9999-12-31", 1) is None
    assert add_days("0001-01-01", -1) is None


# ── money and figures ────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("12300", "12,300.00"),
        ("12,300.5", "12,300.50"),
        (Decimal(-7), "-7.00"),
        (0.1 + 0.2, "0.30"),
        ("2.345", "2.35"),
        ("-0.001", "0.00"),
        ("约三万", "约三万"),
        ("NaN", "NaN"),
        ("1e400", "1e400"),
        ("1,5", "1,5"),
        ("1_000", "1_000"),
    ],
)
def test_money_has_two_places_and_groups_of_three(value: object, written: str) -> None:
    assert money(value) == written


def test_money_bears_the_sign_of_its_currency() -> None:
    assert money("1200", "GBP") == "£1,200.00"
    assert money("1200", " cny ") == "¥1,200.00"
    assert money("-1200", "SEK") == "-SEK 1,200.00"
    assert money("1200", "not a code") == "1,200.00"


def test_money_in_chinese_has_its_currency_behind_it() -> None:
    assert cn_money("12300", "CNY") == "12,300.00元"
    assert cn_money("-12.3", "HKD") == "-12.30港元"
    assert cn_money("12300", "SEK") == "12,300.00 SEK"
    assert cn_money("12300", "") is None
    assert cn_money("约三万", "CNY") == "约三万"


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
    assert en_amount_in_words(value, "GBP") is None


@given(amount=st.decimals(-(10**11), 10**11, allow_nan=False, places=3))
def test_figures_and_capitals_of_an_amount_agree(amount: Decimal) -> None:
    again = str(money(amount)).replace(",", "")

    assert cn_capital_amount(amount) == cn_capital_amount(again)
    assert en_amount_in_words(amount, "EUR") == en_amount_in_words(again, "EUR")


@pytest.mark.parametrize(
    ("value", "currency", "words"),
    [
        ("12.50", "GBP", "twelve pounds and fifty pence"),
        ("1.01", "GBP", "one pound and one penny"),
        ("0.5", "usd", "fifty cents"),
        ("0", "EUR", "zero euros"),
        (1200, "CNY", "one thousand two hundred yuan"),
        ("-3", "HKD", "minus three Hong Kong dollars"),
    ],
)
def test_an_amount_in_english_words_names_pounds_and_pence(
    value: object, currency: str, words: str
) -> None:
    assert en_amount_in_words(value, currency) == words


def test_an_amount_in_words_of_an_unknown_currency_is_a_gap() -> None:
    assert en_amount_in_words("12", "SEK") is None
    assert en_amount_in_words("12", 5) is None


@pytest.mark.parametrize(
    ("value", "wan"),
    [
        ("47500", "4.75万"),
        (28000, "2.8万"),
        ("9999.50", "9999.5"),
        (Decimal("1E+5"), "10万"),
        ("-12345.67", "-1.234567万"),
        ("三万", "三万"),
    ],
)
def test_ten_thousands_are_exact(value: object, wan: str) -> None:
    assert cn_wan(value) == wan


def test_thousands_keep_the_places_they_have() -> None:
    assert thousands(12300) == "12,300"
    assert thousands("1234567.8") == "1,234,567.8"
    assert thousands("十二") == "十二"


@pytest.mark.parametrize(
    ("ratio", "places", "written"),
    [
        (0.185, "", "18.5%"),
        (1, "", "100%"),
        ("0.33333", "", "33.33%"),
        ("0.125", 0, "13%"),
        ("0.5", 1, "50.0%"),
        ("-0.00001", "", "0%"),
        ("18%", "", "18%"),
        ("0.5", 99, "50%"),
    ],
)
def test_a_ratio_is_told_in_per_cent(
    ratio: object, places: object, written: str
) -> None:
    assert percent(ratio, places) == written


# ── numbers in words ─────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("number", "chinese", "english"),
    [
        (0, "零", "zero"),
        (10, "十", "ten"),
        (13, "十三", "thirteen"),
        (20, "二十", "twenty"),
        (105, "一百零五", "one hundred and five"),
        (110, "一百一十", "one hundred and ten"),
        (123, "一百二十三", "one hundred and twenty-three"),
        (1005, "一千零五", "one thousand and five"),
        (1050, "一千零五十", "one thousand and fifty"),
        (10_000, "一万", "ten thousand"),
        (107_000, "十万七千", "one hundred and seven thousand"),
        (100_500, "十万零五百", "one hundred thousand five hundred"),
        (
            100_010_001, "一亿零一万零一",
            "one hundred million ten thousand and one",
        ),
        (-3.5, "负三点五", "minus three point five"),
        ("0.05", "零点零五", "zero point zero five"),
        ("2.50", "二点五", "two point five"),
        ("第三", "第三", "第三"),
    ],
)  # fmt: skip
def test_a_number_is_read_aloud(number: object, chinese: str, english: str) -> None:
    assert cn_number(number) == chinese
    assert en_number(number) == english


def test_a_year_is_read_digit_by_digit() -> None:
    assert cn_digits("2026") == "二〇二六"
    assert cn_digits(-1) == -1
    assert cn_digits("2.5") == "2.5"


# ── people ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("names", "chinese", "english"),
    [
        (("王芳",), "王芳", "王芳"),
        (("甲", "乙"), "甲和乙", "甲 and 乙"),
        (("甲", "乙", "丙"), "甲、乙和丙", "甲, 乙 and 丙"),
        ((date(2026, 3, 5), 3), "2026年3月5日和3", "5 March 2026 and 3"),
        ("王芳", "王芳", "王芳"),
    ],
)
def test_a_list_is_joined_as_it_is_spoken(
    names: object, chinese: str, english: str
) -> None:
    assert cn_list(names) == chinese
    assert en_list(names) == english


def test_one_part_of_each_in_a_list_can_be_joined() -> None:
    people = ({"name": "王芳", "unit": "财务部"}, {"name": "李明"})

    assert cn_list(people, "name") == "王芳和李明"
    assert cn_list(people, "unit") is None


@pytest.mark.parametrize(
    "hole", [None, "", " ", True, Missing(name="x"), {"name": "王芳"}, ()]
)
def test_a_list_with_a_hole_is_a_gap(hole: object) -> None:
    assert cn_list(("王芳", hole)) is None
    assert en_list((hole, "王芳")) is None


@pytest.mark.parametrize(
    ("name", "title", "line"),
    [
        ("王芳", "处长", "尊敬的王芳处长："),
        ("王芳处长", "处长", "尊敬的王芳处长："),
        ("王芳", "Ms", "尊敬的王芳女士："),
        ("Jane Smith", "Dr.", "尊敬的Jane Smith博士："),
        ("王芳", "", "尊敬的王芳："),
        (("王芳", "李明"), "", "尊敬的王芳和李明："),
        ("", "处长", "您好："),
    ],
)
def test_a_chinese_letter_greets_by_name_and_title(
    name: object, title: str, line: str
) -> None:
    assert salutation_cn(name, title) == line


@pytest.mark.parametrize(
    ("name", "title", "line"),
    [
        ("Smith", "Ms", "Dear Ms Smith,"),
        ("Jane Smith", "Ms", "Dear Ms Jane Smith,"),
        ("Smith, Jane", "Ms", "Dear Ms Smith,"),
        ("Smith, Jane", "", "Dear Jane Smith,"),
        ("Dr Smith", "Dr", "Dear Dr Smith,"),
        ("Jane Smith, PhD", "Dr", "Dear Dr Jane Smith,"),
        ("Jane Smith, PhD", "", "Dear Jane Smith, PhD,"),
        ("Acme, Inc.", "", "Dear Acme, Inc.,"),
        ("Wang Fang", "女士", "Dear Ms Wang Fang,"),
        ("王芳", "处长", "Dear 王芳,"),
        (("Ann", "Bob", "Eve"), "", "Dear Ann, Bob and Eve,"),
        ("", "Ms", "Dear Sir or Madam,"),
    ],
)
def test_an_english_letter_greets_by_name_and_title(
    name: object, title: str, line: str
) -> None:
    assert salutation_en(name, title) == line


@pytest.mark.parametrize("greet", [salutation_cn, salutation_en])
@pytest.mark.parametrize("name", [None, 5, "x" * 81, ("王芳", None), {"name": "王芳"}])
def test_a_greeting_of_what_is_no_name_is_a_gap(
    greet: Callable[..., object], name: object
) -> None:
    assert greet(name) is None
    assert greet("王芳", None) is None


def test_a_name_never_brings_a_second_line_into_the_greeting() -> None:
    assert salutation_en("Jane\nPay now") == "Dear Jane Pay now,"


# ── phones ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("number", "country", "grouped"),
    [
        ("13800138000", "", "138 0013 8000"),
        ("+8613800138000", "", "+86 138 0013 8000"),
        ("008613800138000", "", "+86 138 0013 8000"),
        ("010-88886666", "", "010-8888 6666"),
        ("010-88886666-8000", "", "010-8888 6666-8000"),
        ("01088886666转8000", "CN", "010-8888 6666转8000"),
        ("0440-83100110", "", "0440-8310 0110"),
        ("04408310011", "CN", "0440-831 0011"),
        ("+86 10 88886666 ext. 12", "", "+86 10 8888 6666 ext. 12"),
        ("4008108888", "CN", "400-810-8888"),
        ("+442079460122", "", "+44 20 7946 0122"),
        ("+44 (0)20 7946 0122", "", "+44 20 7946 0122"),
        ("07700900461", "UK", "07700 900461"),
        ("02079460122", "UK", "020 7946 0122"),
        ("02079460122", "CN", "020-7946 0122"),
        ("01214960000", "UK", "0121 496 0000"),
    ],
)
def test_a_phone_number_is_grouped_as_its_country_does(
    number: object, country: str, grouped: str
) -> None:
    assert phone(number, country) == grouped


@pytest.mark.parametrize(
    "number",
    ["02079460122", "0207-9460122", "07700900461", "138****8000", "+1 202 555 0143",
     "83119000", "010-88886666、010-88886667", "请打总机", "", 5, True, None, "1" * 60],
)  # fmt: skip
def test_a_number_that_does_not_say_where_it_divides_is_left_alone(
    number: object,
) -> None:
    assert phone(number) == number


@pytest.mark.parametrize(
    ("private", "covered"),
    [
        ("13800138000", "138****8000"),
        ("+86 138-0013-8000", "138****8000"),
        ("11010119900307123X", "110***********123X"),
        ("6222 0212 3456 7890 123", "622************0123"),
        ("88886666", "****6666"),
        ("1234", "****"),
        ("wang.fang@example.cn", "w***@example.cn"),
    ],
)
def test_the_middle_of_a_private_number_is_covered(
    private: object, covered: str
) -> None:
    assert mask(private) == covered
    assert mask(covered) == covered


@pytest.mark.parametrize(
    "value", ["我的电话是13800138000", "", "1" * 60, (), 1.5, True]
)
def test_what_cannot_be_covered_is_a_gap(value: object) -> None:
    assert mask(value) is None


def test_a_number_of_figures_counts_as_one_of_text() -> None:
    assert phone(13800138000) == "138 0013 8000"
    assert mask(13800138000) == "138****8000"


@given(number=st.text("0123456789", min_size=4, max_size=30))
def test_no_private_number_shows_more_than_seven_places(number: str) -> None:
    covered = str(mask(number))

    assert len(covered.replace("*", "")) <= 7
    assert covered.count("*") >= 3


# ── signs ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "set_right"),
    [
        ("收到,谢谢.", "收到，谢谢。"),
        ("时间:下午(周四); 地点:301室", "时间：下午（周四）；地点：301室"),
        ("金额3.5万元, 见a.b@example.cn!", "金额3.5万元，见a.b@example.cn!"),
        ("他说:“好”,见《规定》.", "他说：“好”，见《规定》。"),
        ("稍后...", "稍后..."),
        ("见 www.example.cn (see below).", "见 www.example.cn (see below)."),
        ("Dear Ann, hello.", "Dear Ann, hello."),
    ],
)
def test_punctuation_after_chinese_is_chinese(written: str, set_right: str) -> None:
    assert cn_punctuation(written) == set_right
    assert cn_punctuation(set_right) == set_right


def test_figures_of_a_chinese_keyboard_become_plain() -> None:
    assert half_width("２０２６年，Ａｂ　３５％") == "2026年，Ab 35%"


@pytest.mark.parametrize(
    "number", ["江政办发[2026]12号", "江政办发（2026）12号", " 江政办发【 2026 】12号"]
)
def test_the_year_of_a_document_number_stands_in_its_own_brackets(number: str) -> None:
    assert cn_doc_number(number) == "江政办发〔2026〕12号"


def test_a_document_number_without_a_year_in_brackets_stays() -> None:
    assert cn_doc_number("第6期(总第12期)") == "第6期(总第12期)"
