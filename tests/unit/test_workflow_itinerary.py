"""A leader's day sheet: two working days ahead, approved, handed over, issued anew."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from sqlalchemy import select, update

from mailroom.appointments import Appointment, Kind
from mailroom.cases import NOBODY, Sight
from mailroom.errors import ReviewError
from mailroom.register import appointments, itineraries
from mailroom.register.schema import AnyRow, notice
from mailroom.register.schema_calendar import itinerary
from mailroom.worker import perform, service
from mailroom.workflow import itinerary as sheet_jobs
from mailroom.workflow import itinerary_decide as decide
from mailroom.workflow.calendar_by_hand import add_by_hand, cancel_by_hand
from mailroom.workflow.gather import AT_ONCE
from tests.unit.small_office import SmallOffice

CHINA = ZoneInfo("Asia/Shanghai")
READER = Sight(others=True)
LEADER = "周广川"
GIVEN = dict.fromkeys(sheet_jobs.BY_HAND, "无")


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=CHINA)


class Days(SmallOffice):
    """A small office whose time stands where a test puts it."""

    def at(self, words: str) -> None:
        """Do all that is due by then."""
        now = at(words)
        with (
            patch.object(perform, "clock", lambda: now),
            patch.object(service, "clock", lambda: now),
        ):
            with self.desk.database.write() as tx:
                sheet_jobs.plan(self.desk, tx, now=now - timedelta(days=4))
                sheet_jobs.calendar_changed(self.desk, tx, now=now)
            self.work()

    def meets(self, when: str, title: str = "班子例会", person: str = LEADER) -> int:
        """Enter a meeting of the leader's."""
        told = Appointment(
            id=0, kind=Kind.MEETING, begins_at=at(when), ends_at=None, title=title,
            people=(person,), zone="Asia/Shanghai",
        )  # fmt: skip
        return add_by_hand(
            self.desk, told, restricted=False, who="xuting", sight=READER,
            now=at("2026-04-01 09:00"),
        )  # fmt: skip

    def sheets(self) -> list[AnyRow]:
        """Return all editions."""
        return self.rows(select(itinerary).order_by(itinerary.c.id))

    def words(self, row: AnyRow) -> str:
        """Read a sheet as Word would."""
        page = Document(BytesIO(self.desk.enclosures.read(row.sha256)))
        cells = (c.text for t in page.tables for r in t.rows for c in r.cells)
        return "\n".join((*(p.text for p in page.paragraphs), *cells))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Days]:
    small = Days(tmp_path)
    yield small
    small.close()


def test_a_sheet_is_made_two_working_days_ahead_and_not_before(office: Days) -> None:
    office.meets("2026-05-11 09:30")  # a Monday; Saturday the 9th is worked
    office.at("2026-05-07 18:00")
    assert office.sheets() == []

    office.at("2026-05-08 09:00")
    (sheet,) = office.sheets()
    assert (sheet.person, sheet.day, sheet.edition) == (LEADER, "2026-05-11", 1)
    assert sheet.due_at == at("2026-05-09 17:00")
    assert set(sheet.missing) == set(sheet_jobs.BY_HAND)
    assert "班子例会" in office.words(sheet)
    assert "【待填:dinner_first】" in office.words(sheet)

    office.at("2026-05-08 12:00")
    assert len(office.sheets()) == 1, "what has not changed is not issued anew"


def test_who_is_no_leader_has_no_sheet(office: Days) -> None:
    office.meets("2026-04-23 09:30", person="段鹏")
    office.at("2026-04-22 09:00")
    assert office.sheets() == []


def test_it_is_approved_without_a_gap_then_handed_over(office: Days) -> None:
    office.meets("2026-04-23 09:30")
    office.at("2026-04-21 09:00")
    (sheet,) = office.sheets()
    now = at("2026-04-22 10:00")
    how: dict[str, Any] = {"who": "shenmoran", "sight": READER, "now": now}

    with pytest.raises(ReviewError, match="fill in first"):
        decide.approve(office.desk, sheet.id, seal=sheet.sha256, **how)
    decide.fill_in(office.desk, sheet.id, GIVEN, **how)
    (filled,) = office.sheets()
    with pytest.raises(ReviewError, match="has changed"):
        decide.approve(office.desk, sheet.id, seal=sheet.sha256, **how)
    with pytest.raises(ReviewError, match="approve"):
        decide.hand_over(office.desk, sheet.id, seal=filled.sha256, **how)
    decide.approve(office.desk, sheet.id, seal=filled.sha256, **how)
    decide.hand_over(office.desk, sheet.id, seal=filled.sha256, **how)

    (done,) = office.sheets()
    assert (done.state, done.handed_by) == (itineraries.HANDED, "shenmoran")


@pytest.mark.parametrize(("approved", "told"), [(False, True), (True, False)])
def test_at_three_the_office_is_told_of_what_nobody_has_approved(
    office: Days, *, approved: bool, told: bool
) -> None:
    office.meets("2026-04-23 09:30")
    office.at("2026-04-21 09:00")
    (sheet,) = office.sheets()
    how: dict[str, Any] = {
        "who": "shenmoran",
        "sight": READER,
        "now": at("2026-04-22 10:00"),
    }
    if approved:
        decide.fill_in(office.desk, sheet.id, GIVEN, **how)
        decide.approve(office.desk, sheet.id, seal=office.sheets()[0].sha256, **how)
    office.at("2026-04-22 14:59")
    assert office.rows(select(notice)) == []

    office.at("2026-04-22 15:00")
    notices = office.rows(select(notice))
    assert bool(notices) == told
    for each in notices:
        assert LEADER not in each.subject + each.body, "notices lie about"
        assert "04-22 17:00" in each.body


def test_who_changes_the_day_again_and_again_makes_no_flood_of_notices(
    office: Days,
) -> None:
    reader = "zouxin@hengyuan.example"
    office.change(notify=(reader,))

    def told() -> int:
        with office.desk.database.write() as tx:
            tx.execute(
                update(notice).values(state="sent", sent_at=at("2026-04-22 15:05"))
            )
        return sum(row.to == reader for row in office.rows(select(notice)))

    for minute in range(AT_ONCE + 4):
        office.meets(f"2026-04-23 09:{minute:02}")
        office.at(f"2026-04-22 15:{minute:02}")
    assert told() == AT_ONCE

    office.at("2026-04-22 16:04")
    assert told() == AT_ONCE
    office.at("2026-04-22 16:30")
    assert told() == AT_ONCE + 1, "the edition that waits; the others are void"


def test_a_changed_time_marks_the_old_and_issues_the_sheet_anew(office: Days) -> None:
    old = office.meets("2026-04-23 09:30")
    office.at("2026-04-21 09:00")
    how: dict[str, Any] = {
        "who": "shenmoran",
        "sight": READER,
        "now": at("2026-04-21 10:00"),
    }
    decide.fill_in(office.desk, office.sheets()[0].id, GIVEN, **how)
    decide.approve(
        office.desk, office.sheets()[0].id, seal=office.sheets()[0].sha256, **how
    )
    new = office.meets("2026-04-23 14:00")
    with office.desk.database.write() as tx:
        row = appointments.find(tx, old)
        assert row is not None
        appointments.replace(tx, row, new, now=at("2026-04-22 09:00"))
    office.at("2026-04-22 09:00")

    first, second = office.sheets()
    assert (first.state, second.state) == (itineraries.VOID, itineraries.WAITING)
    assert second.filled == GIVEN, "what a person has filled in is not asked twice"
    words = office.words(second)
    assert "14:00（原09:30，作废）" in words
    assert "第2版，此前各版作废" in words
    with pytest.raises(ReviewError, match="has changed"):
        decide.hand_over(office.desk, first.id, seal=first.sha256, **how)


def test_what_is_off_after_a_sheet_was_made_stands_on_the_next_as_cancelled(
    office: Days,
) -> None:
    number = office.meets("2026-04-23 09:30")
    office.at("2026-04-21 09:00")
    cancel_by_hand(
        office.desk, number, reason="改期", who="xuting", sight=READER,
        now=at("2026-04-21 10:00"),
    )  # fmt: skip
    office.at("2026-04-21 10:00")

    assert "已取消：会议：班子例会" in office.words(office.sheets()[-1])


def test_a_sheet_is_for_named_eyes(office: Days) -> None:
    office.meets("2026-04-23 09:30")
    office.at("2026-04-21 09:00")
    now = at("2026-04-21 10:00")

    assert decide.sheets(office.desk, NOBODY, now=now) == ([], 1)
    own = Sight(names=frozenset({LEADER}))
    assert len(decide.sheets(office.desk, own, now=now)[0]) == 1
    with pytest.raises(ReviewError, match="there is no day sheet"):
        decide.fill_in(
            office.desk, 1, {"phone": "1"}, who="zouxin", sight=NOBODY, now=now
        )
