"""What a letter promises or asks by a day is read with the words that say so."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from mailroom.calendar import Calendar
from mailroom.rules.fields.found import Context
from mailroom.rules.promises import Promise, read_promises

CHINA = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 3, 3, 10, tzinfo=CHINA)


def read(words: str, sent: datetime = TUESDAY) -> tuple[Promise, ...]:
    context = Context(sent=sent, zone=CHINA, calendar=Calendar.load("CN"))
    return read_promises(words, context)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("我们将于下周三前答复。", date(2026, 3, 11)),
        ("由徐婷核对，于2026年3月6日前将核对结果函告贵方；", date(2026, 3, 6)),
        ("本件由沈默然办理，将于3月20日前再次函复；", date(2026, 3, 20)),
        ("我校教务处将在3个工作日内与您联系。", date(2026, 3, 6)),
        ("We will come back to you by 12 March.", date(2026, 3, 12)),
        (
            "Ms Reyes is checking it and will tell you the outcome by 16 March.",
            date(2026, 3, 16),
        ),
        ("You will hear from us by Friday.", date(2026, 3, 6)),
        ("I'll call you tomorrow.", date(2026, 3, 4)),
    ],
)
def test_a_promise_to_answer_is_read_with_its_day_and_its_sentence(
    words: str, day: date
) -> None:
    (found,) = read(f"您好，来信收悉。\n{words}\n此致")

    assert (found.who, found.by_letter, found.day) == ("writer", True, day)
    assert found.sentence == words


@pytest.mark.parametrize(
    "words",
    ["我司将在3月10日前发货。", "We'll send you the signed copy by 19 March."],
)
def test_a_promise_to_do_something_is_not_kept_by_a_letter(words: str) -> None:
    (found,) = read(words)

    assert (found.who, found.by_letter) == ("writer", False)


@pytest.mark.parametrize(
    "words",
    ["烦请于2026年3月13日前回复，以便后续办理。", "Please let us have it by 13 March."],
)
def test_what_is_asked_of_the_reader_is_theirs(words: str) -> None:
    (found,) = read(words)

    assert (found.who, found.day) == ("reader", date(2026, 3, 13))


@pytest.mark.parametrize(
    "words",
    [
        "如3月15日前未收到，我们将视为放弃。",
        "会议定于3月18日召开，届时将通知各单位。",
        "供应商将于3月9日送货。",
        "我方无法在3月11日前提供。",
        "我们将在3月5日的会议上说明。",
        "要求时限：2026年3月30日",
        "我们已于2026年3月2日答复。",
        "If we do not hear from you by 14 March, we will close it.",
        "The courier will deliver the parcel on 9 March.",
        "We will not reply by 9 March.",
        "The board will meet on 20 March.",
    ],
)
def test_what_only_looks_like_a_promise_is_none(words: str) -> None:
    assert read(words) == ()


def test_the_day_counts_from_the_letter_s_own_date() -> None:
    later = datetime(2026, 3, 10, 10, tzinfo=CHINA)

    assert read("我们将于明天答复。")[0].day == date(2026, 3, 4)
    assert read("我们将于明天答复。", later)[0].day == date(2026, 3, 11)
