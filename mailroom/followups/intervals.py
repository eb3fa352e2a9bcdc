"""Works out when a matter is to be reported on next: 每周五, every Friday, monthly."""

import re
from datetime import date, timedelta

from mailroom.calendar import Calendar

_FLAGS = re.IGNORECASE | re.ASCII
_WEEKDAY = re.compile(
    r"周(?P<zh>[一二三四五六日天])|\b(?P<en>mon|tues|wednes|thurs|fri|satur|sun)day",
    _FLAGS,
)
_MONTH_DAY = re.compile(r"每月(?P<day>\d{1,2})")
_LENGTHS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern, _FLAGS), days)
    for pattern, days in (
        (r"每天|每日|\bdaily\b|every day", 1),
        (r"每?(?:两|2|双)周|半月|\bfortnight|every two weeks", 14),
        (r"每旬", 10),
        (r"每周|\bweekly\b|every week", 7),
        (r"每月|\bmonthly\b|every month", 30),
        (r"每季|\bquarterly\b|every quarter", 91),
    )
)
_ZH, _EN = "一二三四五六日", ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
_LAST_SURE_DAY = 28  # that every month has


def next_report(interval: str, after: date, calendar: Calendar) -> date | None:
    """Give the first day after another on which a report is due; None where none is.

    One on a day off is due on the working day before it, which may be `after` itself
    no more: then it is the next one.
    """
    for _ in range(2):
        day = _following(interval, after)
        if day is None:
            return None
        worked = calendar.back_to_working_day(day)
        if worked > after:
            return worked
        after = day
    return calendar.add_working_days(after, 1)


def _following(interval: str, after: date) -> date | None:
    weekday = _WEEKDAY.search(interval)
    if weekday is not None:
        wanted = (
            _ZH.index(weekday["zh"].replace("天", "日"))
            if weekday["zh"]
            else _EN.index(weekday["en"].lower())
        )
        return after + timedelta(days=(wanted - after.weekday() - 1) % 7 + 1)
    month_day = _MONTH_DAY.search(interval)
    if month_day is not None:
        wanted = min(max(int(month_day["day"]), 1), _LAST_SURE_DAY)
        this = after.replace(day=wanted)
        return (
            this
            if this > after
            else (after.replace(day=28) + timedelta(days=4)).replace(day=wanted)
        )
    for pattern, days in _LENGTHS:
        if pattern.search(interval):
            return after + timedelta(days=days)
    return None
