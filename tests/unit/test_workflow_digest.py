"""What everybody should know: the strip on each page, and the morning's digest."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from mailroom.calendar import Calendar
from mailroom.register import logins, sends
from mailroom.register.logins import Role
from mailroom.register.schema import AnyRow, case, draft, job, mailbox, notice
from mailroom.worker import perform
from mailroom.workflow import digest, health
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import REPAIR, SmallOffice

NOW = datetime.now(UTC)
# A Monday on which China works: 00:30 in Shanghai's morning of work is 8:30.
MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


def polled(office: SmallOffice, at: datetime) -> None:
    with office.desk.database.write() as tx:
        tx.execute(update(mailbox).values(last_ok_at=at))


def words(office: SmallOffice) -> str:
    return "\n".join(str(one.words) for one in health.troubles(office.desk, NOW))


# ── the strip ────────────────────────────────────────────────────────────


def test_a_desk_that_is_well_says_nothing(office: SmallOffice) -> None:
    polled(office, datetime.now(UTC))  # the page has a clock of its own

    assert words(office) == ""
    assert 'class="strip"' not in Visitor(office, "xu").get("/").text


def test_a_mailbox_that_is_no_longer_read_is_told_on_every_page(
    office: SmallOffice,
) -> None:
    polled(office, NOW - timedelta(hours=2))

    assert "office/INBOX is not being read" in words(office)
    for path in ("/", "/cases", "/outbox", "/none"):
        assert "is not being read" in Visitor(office, "xu").get(path).text
    assert "is not being read" not in Visitor(office).get("/login").text


def test_the_brake_letters_in_doubt_and_old_drafts_are_told(
    office: SmallOffice,
) -> None:
    polled(office, NOW)
    office.sort(REPAIR)
    with office.desk.database.write() as tx:
        sends.turn_brake(tx, on=True, by="x", now=NOW)
        tx.execute(update(draft).values(created_at=NOW - timedelta(days=2)))
        tx.execute(update(job).where(job.c.kind == "place").values(state="dead"))

    said = words(office)

    assert "the brake is on" in said
    assert "waiting for over a day" in said
    assert "1 jobs are dead" in said


# ── the digest ───────────────────────────────────────────────────────────


def planned(office: SmallOffice, now: datetime) -> AnyRow:
    with office.desk.database.write() as tx:
        tx.execute(delete(job).where(job.c.kind == "digest"))
        digest.plan(office.desk, tx, now=now)
    (row,) = office.rows(select(job).where(job.c.kind == "digest"))
    return row


def morning(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> list[AnyRow]:
    """Let the digest of Monday run; returns the notices."""
    row = planned(office, MONDAY)
    monkeypatch.setattr(perform, "clock", lambda: row.due_at)
    perform.perform(office.desk, row.id, "test")
    return office.rows(select(notice).order_by(notice.c.id))


def login(office: SmallOffice, name: str, person: str, role: Role) -> None:
    with office.desk.database.write() as tx:
        logins.add(tx, name, person=person, role=role, now=NOW, actor="test")


def test_the_digest_comes_when_the_office_opens_on_a_working_day(
    office: SmallOffice,
) -> None:
    opens, _ = office.desk.directory.hours
    zone = office.desk.settings.office.zone

    before = planned(office, MONDAY).due_at.astimezone(zone)
    assert (before.date().isoformat(), before.time()) == ("2026-11-23", opens)
    after = planned(office, MONDAY + timedelta(hours=9)).due_at.astimezone(zone)
    assert after.date().isoformat() == "2026-11-24"
    friday = planned(office, MONDAY - timedelta(days=2)).due_at.astimezone(zone)
    assert friday.date().isoformat() == "2026-11-23"
    assert Calendar.load("CN").is_working_day(friday.date())


def test_a_reviewer_is_told_how_many_drafts_wait_and_nothing_of_them(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.sort(REPAIR)
    with office.desk.database.write() as tx:
        created = MONDAY - timedelta(hours=2)
        tx.execute(update(draft).values(created_at=created))
    login(office, "xuting", "徐婷", Role.APPROVER)
    login(office, "reader", "沈默然", Role.VIEWER)
    login(office, "temp", "", Role.ADMIN)

    (told,) = morning(office, monkeypatch)

    person = office.desk.directory.person("徐婷")
    assert person is not None
    assert told.to == person.address
    assert told.subject == "有 1 件拟稿待审"
    assert "最早的已等 2 小时" in told.body
    assert "approve" not in told.body
    assert "Heating" not in told.subject + told.body
    (next_one,) = office.rows(
        select(job).where(job.c.kind == "digest", job.c.state == "ready")
    )
    assert next_one.due_at > MONDAY + timedelta(hours=20)


def test_restricted_drafts_are_not_even_counted_for_others(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.sort(REPAIR)
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential", owner=""))
    login(office, "boss", "周广川", Role.ADMIN)

    assert morning(office, monkeypatch) == []


def test_nobody_is_told_twice_a_day_nor_on_a_day_off(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.sort(REPAIR)
    login(office, "xuting", "徐婷", Role.APPROVER)
    assert len(morning(office, monkeypatch)) == 1
    assert len(morning(office, monkeypatch)) == 1
    with office.desk.database.write() as tx:
        tx.execute(delete(notice))
    row = planned(office, MONDAY)

    monkeypatch.setattr(perform, "clock", lambda: row.due_at - timedelta(days=1))
    perform.perform(office.desk, row.id, "test")

    assert office.rows(select(notice)) == []
