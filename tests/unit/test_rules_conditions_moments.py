"""Claims about conditions on when a message was written and how large it is."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from mailroom.calendar import Calendar
from tests.unit.rule_mails import faults_of, holds, mail

CHINA = Calendar.load("CN")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def written(moment: str, condition: str) -> bool:
    date = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return holds(condition, mail(date=date), calendar=CHINA, zone=SHANGHAI)


@pytest.mark.parametrize(
    ("condition", "moment", "expected"),
    [
        ("date: {weekday: [wed, 周五]}", "2026-03-04T09:00", True),
        ("date: {weekday: 星期四}", "2026-03-04T09:00", False),
        ("date: {weekday: thu}", "2026-03-04T17:00", True),  # 01:00 in Shanghai
        ("date: {after: 2026-03-03}", "2026-03-04T09:00", True),
        ("date: {after: 2026-03-04}", "2026-03-04T09:00", False),
        ("date: {before: 2026-03-05}", "2026-03-04T09:00", True),
        ("date: {before: 2026-03-05}", "2026-03-04T17:00", False),
        ("date: {after: 2026-03-01, before: 2026-03-31}", "2026-03-04T09:00", True),
        ("date: {hours: 09:00-17:30}", "2026-03-04T09:29", True),  # 17:29
        ("date: {hours: 09:00-17:30}", "2026-03-04T09:30", False),  # 17:30
        ("date: {hours: 22:00-06:00}", "2026-03-04T15:00", True),  # 23:00
        ("date: {hours: 22:00-06:00}", "2026-03-04T21:00", True),  # 05:00
        ("date: {hours: 22:00-06:00}", "2026-03-04T04:00", False),  # noon
        ("date: {working_day: yes}", "2026-03-04T09:00", True),
        ("date: {working_day: yes}", "2026-10-01T04:00", False),  # a holiday
        ("date: {working_day: no}", "2026-10-01T04:00", True),
        ("date: {working_day: yes}", "2026-02-28T04:00", True),  # a worked Saturday
        ("date: {office_hours: yes}", "2026-03-04T04:00", True),
        ("date: {office_hours: yes}", "2026-03-04T12:00", False),  # 20:00
        ("date: {office_hours: no}", "2026-10-01T04:00", True),
    ],
)
def test_a_date_is_the_messages_own_in_the_offices_zone(
    condition: str,
    moment: str,
    expected: bool,  # noqa: FBT001  a table's column
) -> None:
    assert written(moment, condition) is expected


def test_a_message_without_a_date_fits_no_date() -> None:
    message = mail(date=None)

    assert not holds("date: {working_day: yes}", message)
    assert not holds("date: {working_day: no}", message)
    assert holds("none: [{date: {after: 2000-01-01}}]", message)


def test_without_a_calendar_saturday_is_free() -> None:
    saturday = datetime(2026, 2, 28, 4, tzinfo=UTC)

    assert holds("date: {working_day: no}", mail(date=saturday))


@pytest.mark.parametrize(
    ("condition", "size", "expected"),
    [
        ("size: {over: 1K}", 1025, True),
        ("size: {over: 1K}", 1024, False),
        ("size: {under: 1K}", 1023, True),
        ("size: {under: 1K}", 1024, False),
        ("size: {over: 1M, under: 2 MB}", 1_500_000, True),
        ("size: {over: 100}", 101, True),
    ],
)
def test_a_bound_of_size_belongs_to_neither_side(
    condition: str,
    size: int,
    expected: bool,  # noqa: FBT001  a table's column
) -> None:
    assert holds(condition, mail(size=size)) is expected


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("date: {weekday: someday}", "R004"),
        ("date: {after: 2026-13-01}", "R065"),
        ("date: {after: tomorrow}", "R065"),
        ("date: {hours: 9 to 5}", "R064"),
        ("date: {hours: 09:00-25:00}", "R064"),
        ("date: {hours: 09:00-09:00}", "R064"),
        ("date: {after: 2026-03-02, before: 2026-03-03}", "R063"),
        ("date: {}", "R010"),
        ("size: {over: big}", "R067"),
        ("size: {over: 5M, under: 1M}", "R066"),
        ("size: 5M", "R002"),
    ],
)
def test_what_can_be_no_date_or_size_is_told(condition: str, code: str) -> None:
    assert [fault[0] for fault in faults_of(condition)] == [code]
