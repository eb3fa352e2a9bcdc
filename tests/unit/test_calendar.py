"""Claims about working days."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from mailroom.calendar import Calendar
from mailroom.errors import ConfigError

CHINA = Calendar.load("CN")
ENGLAND = Calendar.load("UK")


def days(first: str, last: str) -> set[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return {start + timedelta(days=n) for n in range((end - start).days + 1)}


# The State Council's notice for 2026, as published in November 2025.
OFF_2026 = set().union(
    days("2026-01-01", "2026-01-03"),
    days("2026-02-15", "2026-02-23"),
    days("2026-04-04", "2026-04-06"),
    days("2026-05-01", "2026-05-05"),
    days("2026-06-19", "2026-06-21"),
    days("2026-09-25", "2026-09-27"),
    days("2026-10-01", "2026-10-07"),
)
WORKED_2026 = {
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
}


def test_every_day_of_2026_is_as_the_state_council_says() -> None:
    for day in days("2026-01-01", "2026-12-31"):
        worked = day in WORKED_2026 or (day.weekday() < 5 and day not in OFF_2026)

        assert CHINA.is_working_day(day) is worked, day


def test_china_is_certain_up_to_the_last_notice() -> None:
    assert CHINA.known_until >= 2026
    assert CHINA.known_until < ENGLAND.known_until


def test_england_keeps_its_bank_holidays_in_2026() -> None:
    off = {
        day
        for day in days("2026-01-01", "2026-12-31")
        if day.weekday() < 5 and not ENGLAND.is_working_day(day)
    }

    assert off == {
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 4),
        date(2026, 5, 25),
        date(2026, 8, 31),
        date(2026, 12, 25),
        date(2026, 12, 28),
    }


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        ("2026-11-20", 1, "2026-11-23"),  # a Friday
        ("2026-11-21", 1, "2026-11-23"),  # a Saturday: day 1 is the same Monday
        ("2026-02-13", 1, "2026-02-14"),  # before the Spring Festival a worked Saturday
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-10-09", 1, "2026-10-10"),  # after National Day another
        ("2026-11-24", -1, "2026-11-23"),
        ("2026-11-23", -1, "2026-11-20"),
        ("2026-11-21", 0, "2026-11-23"),
        ("2026-11-20", 0, "2026-11-20"),
    ],
)
def test_working_days_are_counted_from_the_next_one(
    day: str, count: int, then: str
) -> None:
    found = CHINA.add_working_days(date.fromisoformat(day), count)

    assert found == date.fromisoformat(then)


@pytest.mark.parametrize("calendar", [CHINA, ENGLAND])
@pytest.mark.parametrize("count", [1, 2, 5, 20, 60])
def test_counting_back_finds_what_was_added(calendar: Calendar, count: int) -> None:
    for day in days("2026-01-25", "2026-02-25"):
        then = calendar.add_working_days(day, count)

        assert calendar.working_days_between(day, then) == count
        assert calendar.working_days_between(then, day) == -count


def test_a_deadline_on_a_sunday_moves_back_to_friday() -> None:
    assert CHINA.back_to_working_day(date(2026, 11, 22)) == date(2026, 11, 20)
    assert CHINA.back_to_working_day(date(2026, 9, 20)) == date(2026, 9, 20)


def test_the_offices_own_file_is_right_where_it_differs(tmp_path: Path) -> None:
    own = tmp_path / "calendar.yaml"
    own.write_text(
        "holidays:\n  2026-11-25: 公司周年庆\n  2026-10-10: 不调休\n"
        "working: [2026-11-28, 2026-10-07]\nknown_until: 2030\n",
        encoding="utf-8",
    )

    calendar = Calendar.load("CN", own)

    assert not calendar.is_working_day(date(2026, 11, 25))
    assert calendar.days_off[date(2026, 11, 25)] == "公司周年庆"
    assert not calendar.is_working_day(date(2026, 10, 10))
    assert calendar.is_working_day(date(2026, 11, 28))
    assert calendar.is_working_day(date(2026, 10, 7))
    assert calendar.known_until == 2030


def test_every_fault_of_the_offices_file_is_named_with_its_line(tmp_path: Path) -> None:
    own = tmp_path / "calendar.yaml"
    own.write_text(
        "holidays:\n  2026-13-01: no such month\nworking:\n  - Saturday\nholiday: x\n",
        encoding="utf-8",
    )

    with pytest.raises(ConfigError) as caught:
        Calendar.load("UK", own)

    assert sorted(fault.line for fault in caught.value.faults) == [2, 4, 5]


def test_an_office_that_never_works_is_a_fault_and_no_endless_search() -> None:
    closed = {date(2026, 1, 1) + timedelta(days=n): "" for n in range(400)}
    calendar = Calendar(
        region="UK", known_until=2026, days_off=closed, make_up=frozenset()
    )

    with pytest.raises(ConfigError):
        calendar.add_working_days(date(2026, 3, 1), 1)
