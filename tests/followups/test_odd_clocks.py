"""A clock that jumps, a worker that was away, a change of clocks: nobody is flooded."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from mailroom.register import followups, workers
from mailroom.register.schema import AnyRow, case, notice
from mailroom.worker import service
from mailroom.workflow import follow_up
from tests.scenarios.office import Office, at, mail

OURS = ("order", "private", "reply_due", "supplies", "parcel")
LONDON = 'timezone = "Europe/London"\ncalendar = "UK"\n'


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path) as office:
        yield office


def promise(office: Office, chains: tuple[str, ...], *, sent: str) -> AnyRow:
    """Let a letter come that everybody forgets, and start chains for it."""
    (row,) = office.arrive(
        mail(
            "李娜 <lina@client.example>",
            "会议室空调漏水报修",
            "您好，三号会议室空调漏水，请派人来看。",
            sent=sent,
        )
    )
    with office.desk.database.write() as tx:
        for running in followups.running(tx, row.case_id):
            followups.end(tx, running.id, state="done", reason="", now=office.now)
        its_case = tx.execute(select(case).where(case.c.id == row.case_id)).one()
        for chain_id in chains:
            follow_up.promise(
                office.desk, tx, its_case, [chain_id], occasion="odd",
                starts=office.desk.chains.by_id[chain_id].starts, since=office.now,
                now=office.now,
            )  # fmt: skip
    return its_case


def work(office: Office, when: datetime) -> None:
    """Do all that is due at a moment, and what is put back for seconds."""
    office.now = when
    with workers.identity(office.desk.settings.folder("data")) as owner:
        for _ in range(4):
            service.work(office.desk, owner)
            office.now += timedelta(seconds=3)


def reminders(office: Office) -> list[AnyRow]:
    with office.desk.database.read() as tx:
        rows = tx.execute(select(notice).order_by(notice.c.id)).all()
    return [row for row in rows if row.key.startswith("reminder:")]


def test_a_worker_that_was_away_for_a_week_reminds_everybody_once(
    office: Office,
) -> None:
    its_case = promise(office, OURS, sent="2026-03-09 10:00")

    work(office, at("2026-03-30 10:30"))
    work(office, at("2026-03-30 16:30"))  # London has opened, too
    work(office, at("2026-03-30 17:10"))

    told = Counter(row.to for row in reminders(office))
    assert len(told) > 1
    assert set(told.values()) == {1}
    assert all(its_case.number in row.body for row in reminders(office))


# The owner sits in London, which opens at 17:00 of the office's time.


def test_a_clock_that_goes_back_an_hour_reminds_nobody_again(office: Office) -> None:
    promise(office, OURS, sent="2026-03-09 10:00")
    work(office, at("2026-03-11 18:30"))
    told = reminders(office)
    assert told

    work(office, at("2026-03-11 17:30"))
    work(office, at("2026-03-11 18:30"))

    assert reminders(office) == told


def test_a_clock_that_jumps_a_week_ahead_and_comes_back_loses_no_reminder(
    office: Office,
) -> None:
    its_case = promise(office, ("private",), sent="2026-03-09 10:00")

    work(office, at("2026-03-18 18:30"))
    work(office, at("2026-03-11 18:30"))
    work(office, at("2026-03-18 19:30"))

    told = reminders(office)
    assert Counter(row.to for row in told) == {told[0].to: 1}
    states = {row.state for row in office.reminders(its_case.id)}
    assert "active" not in states


def test_nine_oclock_is_nine_oclock_on_the_monday_after_the_clocks_change(
    tmp_path: Path,
) -> None:
    london = ZoneInfo("Europe/London")
    with Office(tmp_path, more=LONDON) as office:
        its_case = promise(office, ("private",), sent="2027-03-25 18:00")
        (due,) = [
            row.due_at for row in office.reminders(its_case.id) if row.state == "active"
        ]
        # Thursday; Easter takes Friday, 26, and Monday, 29 March; the clocks change on
        # Sunday, 28 March.
        assert due == datetime(2027, 3, 31, 9, tzinfo=london)

        work(office, due - timedelta(minutes=1))
        assert reminders(office) == []
        work(office, due)
        assert len(reminders(office)) == 1
        left = reminders(office)[0].sent_at.astimezone(london)
        assert (left.date(), left.hour) == (date(2027, 3, 31), 9)
