"""What a calendar part says of start, end and place."""

import pytest

from mailroom.rules.calendar_parts import calendar_fields
from tests.unit.rule_pages import page

EVENT = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:1
SUMMARY:Review
LOCATION:Room 3\\, second floor
{moments}
BEGIN:VALARM
TRIGGER:-PT15M
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""
WANTED = {"start", "end", "venue", "amount"}


@pytest.mark.parametrize(
    ("moments", "start", "end"),
    [
        (
            "DTSTART:20260310T013000Z\nDTEND:20260310T030000Z",
            "2026-03-10T09:30", "2026-03-10T11:00",
        ),
        (
            "DTSTART;TZID=China Standard Time:20260310T093000\nDURATION:PT1H",
            "2026-03-10T09:30", "2026-03-10T10:30",
        ),
        (
            "DTSTART;TZID=Europe/London:20260310T093000\nDTEND:20260310T110000Z",
            "2026-03-10T17:30", "2026-03-10T19:00",
        ),
        (
            "DTSTART;VALUE=DATE:20260310\nDTEND;VALUE=DATE:20260312",
            "2026-03-10", "2026-03-11",
        ),
    ],
)  # fmt: skip
def test_times_are_told_in_the_offices_own_zone(
    moments: str, start: str, end: str
) -> None:
    asked = page(files={"a.ics": ("calendar", EVENT.format(moments=moments))})

    found = {name: each.value for name, each in calendar_fields(asked, WANTED).items()}

    wanted = {"start": start, "end": end, "venue": "Room 3, second floor"}
    assert found == {name: value for name, value in wanted.items() if value}


def test_a_broken_or_missing_calendar_part_gives_nothing() -> None:
    assert calendar_fields(page("at 9"), WANTED) == {}
    broken = page(files={"a.ics": ("calendar", "BEGIN:VEVENT\nDTSTART:tomorrow")})
    assert calendar_fields(broken, WANTED) == {}


def test_attachments_of_a_sealed_page_stay_closed() -> None:
    moments = "DTSTART:20260310T013000Z"
    asked = page(files={"a.ics": ("calendar", EVENT.format(moments=moments))})

    assert calendar_fields(asked.sealed(), WANTED) == {}
