"""Claims about when reminders are due."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from mailroom.calendar import Calendar
from mailroom.followups.chains import Chain, Step
from mailroom.followups.due import Matter, days_late, due_at, ends, next_step

CHINA = Calendar.load("CN")
SHANGHAI = ZoneInfo("Asia/Shanghai")
LONDON = ZoneInfo("Europe/London")


def step(number: int, basis: str, days: int) -> Step:
    assert basis in {"start", "due"}
    return Step(
        number=number,
        basis="start" if basis == "start" else "due",
        days=days,
        level="friendly",
        to="owner",
    )


def chain(*steps: Step) -> Chain:
    return Chain(
        id="one",
        about=MappingProxyType({}),
        starts="registered",
        steps=steps,
        ends_on=("answer",),
    )


def matter(start: datetime, due: date | None = None) -> Matter:
    return Matter(start=start, due=due, calendar=CHINA, zone=SHANGHAI)


def at(words: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("days", "start", "then"),
    [
        (3, "2026-11-20T16:00", "2026-11-25T09:00"),  # Friday → Wednesday
        (1, "2026-02-13T10:00", "2026-02-14T09:00"),  # to a worked Saturday
        (1, "2026-09-30T10:00", "2026-10-08T09:00"),  # over National Day
    ],
)
def test_a_step_counts_working_days_from_the_start(
    days: int, start: str, then: str
) -> None:
    found = due_at(step(1, "start", days), matter(at(start)))

    assert found == at(then)


def test_the_day_of_the_start_is_the_offices_day_not_utc() -> None:
    late = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)  # already Friday in Shanghai

    found = due_at(step(1, "start", 1), matter(late))

    assert found == at("2026-11-23T09:00")


@pytest.mark.parametrize(
    ("days", "due", "then"),
    [
        (-1, date(2026, 11, 25), "2026-11-24T09:00"),
        (0, date(2026, 11, 22), "2026-11-20T09:00"),  # a Sunday: the Friday before
        (-1, date(2026, 11, 22), "2026-11-19T09:00"),
        (2, date(2026, 11, 20), "2026-11-24T09:00"),
    ],
)
def test_a_step_counts_working_days_from_the_due_day(
    days: int, due: date, then: str
) -> None:
    found = due_at(step(1, "due", days), matter(at("2026-11-02T10:00"), due))

    assert found == at(then)


def test_nine_oclock_stays_nine_oclock_over_the_change_of_the_clocks() -> None:
    england = Calendar.load("UK")

    found = due_at(
        step(1, "start", 1),
        Matter(
            start=at("2026-10-23T10:00", LONDON),
            due=None,
            calendar=england,
            zone=LONDON,
        ),
    )

    assert found is not None
    assert found.isoformat() == "2026-10-26T09:00:00+00:00"


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        matter(datetime(2026, 11, 2))  # noqa: DTZ001  what is claimed


def test_steps_follow_one_another_to_the_end() -> None:
    both = chain(step(1, "start", 3), step(2, "start", 5))
    start = at("2026-11-02T10:00")

    found = [next_step(both, done, matter(start)) for done in range(3)]

    assert [one and (one.step.number, one.at) for one in found] == [
        (1, at("2026-11-05T09:00")),
        (2, at("2026-11-09T09:00")),
        None,
    ]


def test_a_step_that_needs_a_due_day_is_passed_over_without_one() -> None:
    mixed = chain(step(1, "due", -1), step(2, "start", 2))

    found = next_step(mixed, 0, matter(at("2026-11-02T10:00")))

    assert found is not None
    assert found.step.number == 2


def test_of_steps_already_past_only_the_last_counts_at_once() -> None:
    three = chain(step(1, "due", -3), step(2, "due", -1), step(3, "due", 2))
    start = at("2026-11-25T15:00")

    found = next_step(three, 0, matter(start, date(2026, 11, 25)))

    assert found is not None
    assert (found.step.number, found.at) == (2, start)


def test_what_is_overdue_on_a_day_off_waits_for_the_next_morning_of_work() -> None:
    one = chain(step(1, "due", -1))

    found = next_step(one, 0, matter(at("2026-11-21T20:00"), date(2026, 11, 20)))

    assert found is not None
    assert found.at == at("2026-11-23T09:00")


def test_what_is_most_urgent_is_due_at_once_in_a_holiday_at_night() -> None:
    night = at("2026-05-02T21:40")
    both = chain(step(1, "start", 0), step(2, "start", 1))
    urgent = replace(matter(night), any_hour=True)

    first, second = (next_step(both, done, urgent) for done in range(2))

    assert first is not None
    assert second is not None
    assert first.at == night
    assert second.at == at("2026-05-06T09:00")


def test_closing_the_case_ends_every_chain() -> None:
    one = chain(step(1, "start", 1))

    assert ends(one, "closed")
    assert ends(one, "answer")
    assert not ends(one, "sent")


def test_lateness_counts_working_days_only() -> None:
    assert days_late(date(2026, 11, 20), date(2026, 11, 24), CHINA) == 2
    assert days_late(date(2026, 11, 20), date(2026, 11, 20), CHINA) == 0
    assert days_late(date(2026, 11, 24), date(2026, 11, 20), CHINA) == 0


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(1, 1, 1)])
def test_a_day_at_the_end_of_all_years_stops_no_other_step(day: date) -> None:
    mixed = chain(
        replace(step(1, "due", -3), if_long=-9), step(2, "due", 2), step(3, "start", 1)
    )

    found = next_step(mixed, 0, matter(at("2026-11-02T10:00"), day))

    assert found is not None


def test_a_due_day_in_centuries_is_not_counted_day_by_day() -> None:
    far = replace(step(1, "due", -1), if_long=-3)

    found = due_at(far, matter(at("2026-11-02T10:00"), date(2999, 1, 4)))

    assert found is not None
    assert found.date() == CHINA.add_working_days(date(2999, 1, 4), -3)
