"""The calendar at the desk: days, clashes, what is busy, and the leaders' sheets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from mailroom.appointments import Appointment, Kind, Standing
from mailroom.cases import Sight
from mailroom.register.logins import Role
from mailroom.register.schema import event
from mailroom.register.schema_calendar import appointment, itinerary
from mailroom.workflow import itinerary as sheet_jobs
from mailroom.workflow.calendar_by_hand import add_by_hand
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import SmallOffice

NOW = datetime.now(UTC)
# In the office's day, and never to come: what is entered then is due now.
TODAY = min(NOW, NOW.replace(hour=6, minute=0, second=0, microsecond=0))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


def put(
    office: SmallOffice, title: str, hours: int, *, restricted: bool = False
) -> int:
    begins = TODAY + timedelta(hours=hours)
    told = Appointment(
        id=0, kind=Kind.MEETING, begins_at=begins, ends_at=begins + timedelta(hours=2),
        title=title, people=("周广川",), zone="Asia/Shanghai",
    )  # fmt: skip
    return add_by_hand(
        office.desk, told, restricted=restricted, who="xuting",
        sight=Sight(others=True), now=TODAY,
    )  # fmt: skip


def reader(office: SmallOffice) -> Visitor:
    return Visitor(office, "xuting", person="徐婷", role=Role.APPROVER)


def of_today(office: SmallOffice) -> str:
    return f"/calendar?day={office.desk.today(TODAY)}"


def test_a_day_shows_what_somebody_may_see_and_busy_for_the_rest(
    office: SmallOffice,
) -> None:
    put(office, "Open talk", 0)
    put(office, "Secret talk", 1, restricted=True)

    seen = reader(office).get(of_today(office)).text
    assert "Open talk" in seen
    assert "Secret talk" in seen
    viewer = Visitor(office, "zouxin", person="邹欣", role=Role.VIEWER)
    for path in (of_today(office), of_today(office) + "&view=week&print=1"):
        shown = viewer.get(path).text
        assert "Open talk" in shown
        assert "Secret talk" not in shown
        assert "busy" in shown
        assert "one person" in shown, "the clash is seen, and not with what"


def test_what_comes_from_a_mail_is_shown_as_text(office: SmallOffice) -> None:
    put(office, "<b>bold</b>", 0)
    assert "<b>bold" not in reader(office).get(of_today(office)).text


def test_a_reviewer_enters_and_strikes(office: SmallOffice) -> None:
    visitor = reader(office)
    day = office.desk.today(TODAY)
    form = {
        "title": "Budget", "kind": "meeting", "on": day, "begins": "09:30",
        "ends": "10:30", "person": "林佩仪", "room": "2号楼301会议室", "venue": "",
    }  # fmt: skip
    assert visitor.post("/calendar/add", form).status_code == 303
    (row,) = office.rows(select(appointment))
    assert (row.title, row.people, row.room) == ("Budget", ["林佩仪"], form["room"])

    assert visitor.post(f"/calendar/{row.id}/cancel", {}).status_code == 409
    answer = visitor.post(f"/calendar/{row.id}/cancel", {"reason": "off"})
    assert answer.status_code == 303
    (row,) = office.rows(select(appointment))
    assert (row.standing, row.reason) == (Standing.CANCELLED, "off")
    assert visitor.post("/calendar/add", form | {"begins": "x"}).status_code == 409


def test_a_sheet_is_filled_in_approved_and_handed_over(office: SmallOffice) -> None:
    put(office, "Open talk", 30)
    office.work()
    (row,) = office.rows(select(itinerary))
    visitor, path = reader(office), f"/sheets/{row.id}"
    stranger = Visitor(office, "zouxin", person="邹欣", role=Role.APPROVER)
    for place in (path, f"{path}/file"):
        assert stranger.get(place).status_code == 404
    assert stranger.post(f"{path}/fill", {"phone": "1"}).status_code == 404

    assert "Open talk" in visitor.get(path).text
    given = dict.fromkeys(sheet_jobs.BY_HAND, "无")
    assert visitor.post(f"{path}/fill", given).status_code == 303
    old = {"seal": row.sha256}
    assert visitor.post(f"{path}/approve", old).status_code == 409
    (row,) = office.rows(select(itinerary))
    for step in ("approve", "handed"):
        assert visitor.post(f"{path}/{step}", {"seal": row.sha256}).status_code == 303
    assert visitor.get(f"{path}/file").content.startswith(b"PK")
    (row,) = office.rows(select(itinerary))
    assert (row.state, row.handed_by) == ("handed over", "xuting")
    looks = office.rows(select(event).where(event.c.what == "opened to read"))
    assert {(look.entity, look.actor) for look in looks} == {("itinerary", "xuting")}


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "0001-01-03"])
def test_a_day_from_which_nobody_can_count_on_is_none(
    office: SmallOffice, day: str
) -> None:
    visitor = Visitor(office, "xu", role=Role.REVIEWER)
    for view in ("day", "week"):
        assert visitor.get(f"/calendar?day={day}&view={view}").status_code == 200
    form = {"on": day, "kind": "meeting", "title": "x"}
    assert visitor.post("/calendar/add", form).status_code == 409
    assert visitor.get(f"/registers/R18?from={day}&to={day}").status_code == 200
    paper = {"medium": "paper", "subject": "x", "correspondent": "y", "due": day}
    assert visitor.post("/cases/add", paper).status_code == 409
