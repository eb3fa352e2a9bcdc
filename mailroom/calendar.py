"""Knows which days the office works."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self

from holidays import country_holidays

from mailroom.errors import ConfigError, Fault, text
from mailroom.yamlfile import Node, Proofreader, read_yaml

Region = Literal["CN", "UK"]

# In words, for letters; strftime would speak the machine's language.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

WEEKDAYS = (
    text("Monday"),
    text("Tuesday"),
    text("Wednesday"),
    text("Thursday"),
    text("Friday"),
    text("Saturday"),
    text("Sunday"),
)

FIRST_TYPED, LAST_TYPED = 1900, 2999  # years that a day may have that somebody types
FIRST_YEAR, LAST_YEAR = 2020, 2040  # what is worked out; outside only weekends count
FARTHEST = timedelta(days=100 * 366)  # a day beyond it was mistyped: year 26, 9999
LONGEST_PAUSE = 60  # days; an office closed for longer has a fault in its file
_ONE = timedelta(days=1)
_SATURDAY = 5
_KEYS = ("mailroom", "holidays", "working", "known_until")


def is_near(day: date, today: date) -> bool:
    """Ask whether somebody may mean that day, and has not mistyped its year."""
    return abs(day - today) <= FARTHEST


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The working days of one office."""

    region: Region
    known_until: int  # the last year whose schedule is certain, not worked out by rule
    days_off: Mapping[date, str] = field(repr=False)  # with the name of the holiday
    make_up: frozenset[date] = field(repr=False)  # weekend days that are worked (调休)

    @classmethod
    def load(cls, region: Region, extra: Path | None = None) -> Self:
        """Put together the public holidays of a region with the office's own file.

        CN: the State Council's yearly notices, with their working weekend days; for a
        year without a notice yet the statutory days alone, so that `known_until` is
        the year of the last notice. UK: England's bank holidays, which follow from
        law; days proclaimed once go to the office's file.

        The file `extra` may hold `holidays:` (date: name), `working:` (a list of
        dates), `known_until:` (the year up to which the office has completed it). It
        is right where it differs from the public schedule. Raises ConfigError with
        every fault of it.
        """
        years = range(FIRST_YEAR, LAST_YEAR + 1)
        if region == "CN":
            public = country_holidays("CN", years=years)
            until = max(public.special_public_holidays)
        else:
            public = country_holidays("GB", subdiv="ENG", years=years)
            until = LAST_YEAR
        own = _OwnDays()
        if extra is not None:
            own.read(extra)
        days_off = {day: str(name) for day, name in public.items()} | own.holidays
        make_up = {day for day in public.weekend_workdays if day.year in years}
        return cls(
            region=region,
            known_until=max(until, own.known_until),
            days_off=MappingProxyType(
                {day: name for day, name in days_off.items() if day not in own.working}
            ),
            make_up=frozenset((make_up - set(own.holidays)) | own.working),
        )

    def is_working_day(self, day: date) -> bool:
        """Ask whether the office works that day."""
        if day in self.make_up:
            return True
        return day.weekday() < _SATURDAY and day not in self.days_off

    def add_working_days(self, day: date, count: int) -> date:
        """Return the working day that is `count` working days later.

        Day 1 is the next working day after `day`, whatever `day` itself is; -1 is the
        one before. 0 is `day` itself where it is worked, else the next one worked.
        """
        if count == 0:
            return day if self.is_working_day(day) else self.add_working_days(day, 1)
        step = _ONE if count > 0 else -_ONE
        for _ in range(abs(count)):
            day = self._next(day + step, step)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to `end`; below 0 for one before.

        `working_days_between(day, add_working_days(day, n)) == n` for n from 1.
        """
        if end < start:
            return -self.working_days_between(end, start)
        days = (start + _ONE * n for n in range(1, (end - start).days + 1))
        return sum(map(self.is_working_day, days))

    def back_to_working_day(self, day: date) -> date:
        """Return the day itself where it is worked, else the last one worked before."""
        return self._next(day, -_ONE)

    def _next(self, day: date, step: timedelta) -> date:
        for _ in range(LONGEST_PAUSE):
            if self.is_working_day(day):
                return day
            day += step
        raise ConfigError(
            [
                Fault(
                    file="calendar",
                    code="C001",
                    text=text(
                        "no working day within {days} days of {day}",
                        days=LONGEST_PAUSE,
                        day=day.isoformat(),
                    ),
                )
            ]
        )


def typed_day(words: str) -> date:
    """Read a day that somebody types. Raises ValueError for what is none.

    One near the end of all days is none: from it nobody can count on or back.
    """
    day = date.fromisoformat(words)
    if not FIRST_TYPED <= day.year <= LAST_TYPED:
        raise ValueError(words)
    return day


class _OwnDays:
    """What the office's own file says of single days."""

    def __init__(self) -> None:
        self.holidays: dict[date, str] = {}
        self.working: frozenset[date] = frozenset()
        self.known_until = 0

    def read(self, path: Path) -> None:
        """Read the file. Raises ConfigError with every fault."""
        node, faults = read_yaml(path, str(path))
        reader = Proofreader(str(path), "C")
        reader.faults += faults
        keys = reader.block(node, _KEYS)
        named = keys.get("holidays")
        self.holidays = {
            day: reader.word(value)
            for key, value in reader.block(named, None).items()
            if (day := _day(key, value, reader))
        }
        self.working = frozenset(
            day
            for entry in reader.listing(keys.get("working"))
            if (day := _day(reader.word(entry), entry, reader))
        )
        self.known_until = int(
            reader.number(keys.get("known_until"), FIRST_YEAR, LAST_YEAR, 0)
        )
        if reader.faults:
            raise ConfigError(reader.faults)


def _day(words: str, node: Node, reader: Proofreader) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        sentence = text(
            "“{words}” is no day of the calendar; write it as 2026-12-24.", words=words
        )
        reader.note(node, "C010", sentence)
        return None
