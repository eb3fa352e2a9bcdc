"""Writes and counts the time from one day to another."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache

from mailroom.calendar import FIRST_YEAR, MONTHS, Calendar, Region
from mailroom.errors import text
from mailroom.words.filters.dates import (
    cn_date,
    cn_when,
    en_date,
    en_when,
    weekday_cn,
    weekday_en,
)
from mailroom.words.filters.facts import Filter, day, day_of, moment, whole

_MOST_DAYS = 500  # that are counted on, two years of working days


def cn_until(start: object, end: object) -> object:
    """2026年3月5日至7日; 2026年3月5日（星期四）14:30—17:30: what both share, once.

    With an `end` of "" it is the start alone; None where the end is no date or comes
    before the start.
    """
    return _until(start, end, _cn_span)


def en_until(start: object, end: object) -> object:
    """5 to 7 March 2026; Thursday 5 March 2026, 14:30 to 17:30: what both share, once.

    With an `end` of "" it is the start alone; None where the end is no date or comes
    before the start.
    """
    return _until(start, end, _en_span)


def days_until(start: object, end: object) -> int | None:
    """Count the days from one to the other; below 0 for an earlier end."""
    since, until = day(start), day(end)
    return (until - since).days if since and until else None


def add_days(start: object, count: object) -> date | None:
    """Return the day that is so many days later; below 0: earlier."""
    since, days = day(start), whole(count)
    if since is None or days is None or abs(days) > _MOST_DAYS:
        return None
    try:
        return since + timedelta(days=days)
    except OverflowError:
        return None


def working_days_until(start: object, end: object, calendar: object) -> int | None:
    """Count the working days after `start` up to `end`; below 0 for an earlier end.

    `calendar` is "CN" or "UK": the public schedule, without the days of the office's
    own file (the field `due` already counts by those). None where one of the days is
    beyond the years whose schedule is certain.
    """
    known, since, until = _calendar(calendar), day(start), day(end)
    if known is None or since is None or until is None:
        return None
    if not (_certain(known, since) and _certain(known, until)):
        return None
    return known.working_days_between(since, until)


def add_working_days(start: object, count: object, calendar: object) -> date | None:
    """Return the working day that is so many working days after `start`.

    Day 1 is the next working day; 0 the day itself, or the next one worked. The
    calendar is that of `working_days_until`; None likewise.
    """
    known, since, days = _calendar(calendar), day(start), whole(count)
    if known is None or since is None or days is None:
        return None
    if abs(days) > _MOST_DAYS or not _certain(known, since):
        return None
    reached = known.add_working_days(since, days)
    return reached if _certain(known, reached) else None


def _until(start: object, end: object, write: Callable[[date, date], str]) -> object:
    since = moment(start)
    if since is None:
        return start
    until = day_of(since) if end == "" else moment(end)
    if until is None or not _in_order(since, until):
        return None
    return write(since, until)


def _in_order(since: date, until: date) -> bool:
    if not (isinstance(since, datetime) and isinstance(until, datetime)):
        return day_of(since) <= day_of(until)
    if (since.utcoffset() is None) != (until.utcoffset() is None):
        return since.replace(tzinfo=None) <= until.replace(tzinfo=None)
    return since <= until


def _cn_span(since: date, until: date) -> str:
    timed = isinstance(since, datetime) or isinstance(until, datetime)
    first = str(cn_when(since) if timed else cn_date(since))
    clock = f"{until:%H:%M}" if isinstance(until, datetime) else ""
    if day_of(since) == day_of(until):
        joint = "—" if isinstance(since, datetime) else "至"
        return first + (joint + clock if clock else "")
    last = f"{until.day}日"
    if (since.year, since.month) != (until.year, until.month):
        last = f"{until.month}月{last}"
    if since.year != until.year:
        last = f"{until.year}年{last}"
    return f"{first}至{last}" + (f"（{weekday_cn(until)}）{clock}" if timed else "")


def _en_span(since: date, until: date) -> str:
    timed = isinstance(since, datetime) or isinstance(until, datetime)
    if day_of(since) == day_of(until):
        if not isinstance(until, datetime):
            return str(en_when(since) if timed else en_date(since))
        clock = f", {since:%H:%M} to" if isinstance(since, datetime) else " until"
        return f"{en_when(day_of(since))}{clock} {until:%H:%M}"
    first = str(since.day)
    if timed or (since.year, since.month) != (until.year, until.month):
        first += f" {MONTHS[since.month - 1]}"
    if since.year != until.year:
        first += f" {since.year}"
    if not timed:
        return f"{first} to {en_date(until)}"
    clock = f" at {since:%H:%M}" if isinstance(since, datetime) else ""
    return f"{weekday_en(since)} {first}{clock} to {en_when(until)}"


def _calendar(name: object) -> Calendar | None:
    if name == "CN":
        return _public("CN")
    return _public("UK") if name == "UK" else None


@cache
def _public(region: Region) -> Calendar:
    return Calendar.load(region)


def _certain(calendar: Calendar, when: date) -> bool:
    return FIRST_YEAR <= when.year <= calendar.known_until


SPANS = (
    Filter(
        cn_until,
        text("from a day or moment to another, in Chinese"),
        "'2026-03-05'|cn_until('2026-03-07')",
        "2026年3月5日至7日",
    ),
    Filter(
        en_until,
        text("from a day or moment to another, in English"),
        "'2026-03-05T14:30'|en_until('2026-03-05T17:30')",
        "Thursday 5 March 2026, 14:30 to 17:30",
    ),
    Filter(
        days_until,
        text("how many days it is to another day"),
        "'2026-03-05'|days_until('2026-03-15')",
        "10",
    ),
    Filter(
        add_days,
        text("the day so many days later"),
        "'2026-03-05'|add_days(10)|cn_date",
        "2026年3月15日",
    ),
    Filter(
        working_days_until,
        text("how many working days it is to another day, by the calendar CN or UK"),
        "'2026-09-30'|working_days_until('2026-10-10', 'CN')",
        "3",
    ),
    Filter(
        add_working_days,
        text("the day so many working days later, by the calendar CN or UK"),
        "'2026-09-30'|add_working_days(3, 'CN')|cn_date",
        "2026年10月10日",
    ),
)
