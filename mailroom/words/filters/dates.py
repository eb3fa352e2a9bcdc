"""Writes dates and times the way office people write them."""

from datetime import datetime, time

from mailroom.calendar import MONTHS, WEEKDAYS
from mailroom.errors import text
from mailroom.words.filters.facts import Filter, clock_of, moment
from mailroom.words.filters.numerals import chinese, digit_by_digit

_NOON = time(12)
_MIDNIGHT = time(0)
# From which hour on a part of the day is called so; the last that fits counts.
_PARTS_OF_DAY = ((0, "凌晨"), (5, "上午"), (12, "中午"), (13, "下午"), (18, "晚上"))


def cn_date(value: object) -> object:
    """2026年3月5日: Arabic figures, the full year, no zeros (GB/T 9704-2012, 7.3)."""
    day = moment(value)
    return f"{day.year}年{day.month}月{day.day}日" if day else value


def cn_date_numerals(value: object) -> object:
    """二〇二六年三月五日: for plaques and certificates; official papers use figures."""
    day = moment(value)
    if day is None:
        return value
    return f"{digit_by_digit(day.year)}年{chinese(day.month)}月{chinese(day.day)}日"


def en_date(value: object) -> object:
    """5 March 2026."""
    day = moment(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else value


def cn_month(value: object) -> object:
    """2026年3月."""
    day = moment(value)
    return f"{day.year}年{day.month}月" if day else value


def en_month(value: object) -> object:
    """March 2026."""
    day = moment(value)
    return f"{MONTHS[day.month - 1]} {day.year}" if day else value


def weekday_cn(value: object) -> object:
    """星期四."""
    day = moment(value)
    return "星期" + "一二三四五六日"[day.weekday()] if day else value


def weekday_en(value: object) -> object:
    """Thursday."""
    day = moment(value)
    return str(WEEKDAYS[day.weekday()]) if day else value


def cn_when(value: object) -> object:
    """2026年3月5日（星期四）14:30; without a time where there is none."""
    at = moment(value)
    if at is None:
        return value
    clock = f"{at:%H:%M}" if isinstance(at, datetime) else ""
    return f"{cn_date(at)}（{weekday_cn(at)}）{clock}"


def en_when(value: object) -> object:
    """Thursday 5 March 2026 at 14:30; without a time where there is none."""
    at = moment(value)
    if at is None:
        return value
    clock = f" at {at:%H:%M}" if isinstance(at, datetime) else ""
    return f"{weekday_en(at)} {en_date(at)}{clock}"


def clock(value: object) -> object:
    """14:30; None for a day that has no time."""
    at = clock_of(value)
    return f"{at:%H:%M}" if at else _timeless(value)


def cn_time(value: object) -> object:
    """下午2:30; None for a day that has no time."""
    at = clock_of(value)
    if at is None:
        return _timeless(value)
    part = [name for since, name in _PARTS_OF_DAY if at.hour >= since][-1]
    return f"{part}{_hour(at) if at >= _NOON else at.hour}:{at:%M}"


def en_time(value: object) -> object:
    """2:30 pm; 12 noon and 12 midnight; None for a day that has no time."""
    at = clock_of(value)
    if at is None:
        return _timeless(value)
    if at.minute == 0 and at.hour in (_NOON.hour, _MIDNIGHT.hour):
        return "12 noon" if at.hour else "12 midnight"
    minutes = f":{at:%M}" if at.minute else ""
    return f"{_hour(at)}{minutes} {'pm' if at >= _NOON else 'am'}"


def _hour(at: time) -> int:
    return at.hour % 12 or 12


def _timeless(value: object) -> object:
    return None if moment(value) else value  # a date for a time would be wrong


DATES = (
    Filter(
        cn_date,
        text("a date in Arabic figures, without zeros"),
        "'2026-03-05'|cn_date",
        "2026年3月5日",
    ),
    Filter(
        cn_date_numerals,
        text("a date in Chinese numerals"),
        "'2026-03-05'|cn_date_numerals",
        "二〇二六年三月五日",
    ),
    Filter(en_date, text("a date in English"), "'2026-03-05'|en_date", "5 March 2026"),
    Filter(
        cn_month,
        text("year and month in Chinese"),
        "'2026-03-05'|cn_month",
        "2026年3月",
    ),
    Filter(
        en_month,
        text("month and year in English"),
        "'2026-03-05'|en_month",
        "March 2026",
    ),
    Filter(
        weekday_cn,
        text("the day of the week in Chinese"),
        "'2026-03-05'|weekday_cn",
        "星期四",
    ),
    Filter(
        weekday_en,
        text("the day of the week in English"),
        "'2026-03-05'|weekday_en",
        "Thursday",
    ),
    Filter(
        cn_when,
        text("day, day of the week and time in Chinese"),
        "'2026-03-05T14:30'|cn_when",
        "2026年3月5日（星期四）14:30",
    ),
    Filter(
        en_when,
        text("day, day of the week and time in English"),
        "'2026-03-05T14:30'|en_when",
        "Thursday 5 March 2026 at 14:30",
    ),
    Filter(
        clock,
        text("the time by the 24-hour clock"),
        "'2026-03-05T14:30'|clock",
        "14:30",
    ),
    Filter(
        cn_time,
        text("the time of day in Chinese"),
        "'2026-03-05T14:30'|cn_time",
        "下午2:30",
    ),
    Filter(
        en_time,
        text("the time of day in English"),
        "'2026-03-05T14:30'|en_time",
        "2:30 pm",
    ),
)
