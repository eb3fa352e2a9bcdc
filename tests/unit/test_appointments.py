"""Which two appointments cannot both be kept, and which can."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailroom.appointments import Appointment, Kind, Standing, clashes, is_at

CHINA, LONDON = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London")


NINE = datetime(2026, 4, 23, 9, tzinfo=CHINA)
HOUR = timedelta(hours=1)
MEETING = Appointment(
    id=1, kind=Kind.MEETING, begins_at=NINE, ends_at=NINE + HOUR, people=("甲",),
    room="301", site="A", zone="Asia/Shanghai", case_id=1,
)  # fmt: skip
TRIP = Appointment(
    id=9, kind=Kind.TRAVEL, begins_at=NINE - HOUR, ends_at=NINE + 30 * HOUR,
    people=("甲",), destination="北京首都", case_id=9,
)  # fmt: skip


def other(**values: object) -> Appointment:
    return replace(MEETING, **({"id": 2, "case_id": 2} | values))  # type: ignore[arg-type]  # fields of the value


def why(first: Appointment, second: Appointment) -> list[str]:
    return [clash.why for clash in clashes([first, second])]


def test_one_room_cannot_hold_two_meetings() -> None:
    assert why(MEETING, other(people=(), begins_at=NINE + HOUR / 2)) == ["room"]


def test_what_begins_when_the_other_ends_does_not_clash() -> None:
    assert why(MEETING, other(begins_at=NINE + HOUR, ends_at=NINE + 2 * HOUR)) == []


def test_a_meeting_and_the_booking_of_its_room_are_one_thing() -> None:
    booking = other(kind=Kind.ROOM, people=())
    assert why(MEETING, booking) == []
    assert why(MEETING, replace(booking, begins_at=NINE + HOUR / 4)) == ["room"]


def test_nobody_is_in_two_places() -> None:
    assert why(MEETING, other(room="", venue="市政府")) == ["person"]
    assert why(MEETING, other(room="", venue="市政府", people=("乙",))) == []


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"room": "302", "site": "A"}, []),  # upstairs
        ({"room": "", "site": "", "venue": "市政府"}, ["way"]),
        ({"room": "", "site": "", "venue": "腾讯会议 123"}, []),  # from anywhere
        ({"room": "", "site": "", "venue": ""}, []),  # nobody knows where
    ],
)
def test_there_is_a_way_between_places(
    place: dict[str, str], expected: list[str]
) -> None:
    begins = NINE + HOUR + timedelta(minutes=15)
    assert why(MEETING, other(begins_at=begins, ends_at=None, **place)) == expected


def test_between_two_towns_lies_a_flight() -> None:
    there = other(
        room="Thames", site="London", zone=str(LONDON), begins_at=NINE + 5 * HOUR,
        ends_at=NINE + 6 * HOUR,
    )  # fmt: skip
    assert why(MEETING, there) == ["way"]


def test_a_meeting_at_home_is_missed_by_who_travels() -> None:
    assert why(TRIP, MEETING) == ["travel"]
    assert why(TRIP, replace(MEETING, people=("乙",))) == []


def test_a_meeting_where_the_journey_goes_clashes_with_the_way_there_alone() -> None:
    there = other(room="", site="", venue="北京国际饭店")
    assert why(TRIP, replace(there, begins_at=NINE + 24 * HOUR, ends_at=None)) == []
    assert why(TRIP, there) == ["travel"], "an hour after the departure"


def test_who_departs_later_that_day_is_not_there_yet() -> None:
    there = other(room="", site="", venue="北京国际饭店")
    assert why(replace(there, begins_at=NINE - 4 * HOUR, ends_at=None), TRIP) == [
        "travel"
    ]
    day_before = replace(there, begins_at=NINE - 24 * HOUR, ends_at=None)
    assert why(day_before, TRIP) == []


def test_who_travels_leaves_an_hour_before_the_departure() -> None:
    before = replace(MEETING, begins_at=NINE - 3 * HOUR, ends_at=NINE - HOUR * 3 / 2)
    assert why(before, TRIP) == ["travel"]
    assert why(replace(before, ends_at=NINE - 2 * HOUR), TRIP) == []


def test_what_belongs_to_one_case_is_one_matter() -> None:
    assert why(TRIP, replace(MEETING, case_id=TRIP.case_id)) == []


def test_what_stands_no_longer_clashes_with_nothing() -> None:
    for standing in (Standing.MOVED, Standing.CANCELLED):
        assert why(MEETING, other(standing=standing)) == []


def test_a_day_without_an_hour_clashes_in_a_room_but_for_nobody_else() -> None:
    midnight = NINE.replace(hour=0)
    day = other(begins_at=midnight, ends_at=midnight + 24 * HOUR, whole_day=True)
    assert why(MEETING, day) == ["room"]
    assert why(MEETING, replace(day, room="")) == []
    three = replace(day, room="", ends_at=midnight + 72 * HOUR)
    assert why(MEETING, three) == ["person"]


def test_a_town_is_known_by_its_name() -> None:
    assert is_at("北京首都", "北京国际饭店")
    assert is_at("Berlin", "Hotel Adlon, Berlin")
    assert not is_at("", "北京国际饭店")
    assert not is_at("上海", "北京国际饭店")
