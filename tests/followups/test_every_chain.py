"""Every shipped chain runs its course to its last step where nobody does anything."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailroom.register import followups
from mailroom.register.schema import case, message
from mailroom.workflow import follow_up
from tests.followups.half_year import CHAINS, HalfYear
from tests.scenarios.office import Office, mail

DUE = "2026-04-22"
LETTER = mail(
    "李娜 <lina@client.example>",
    "三号会议室空调漏水报修",
    "您好，三号会议室的空调漏水，请派人来看。",
    sent="2026-03-18 10:00",
)


@pytest.mark.slow
def test_every_shipped_chain_runs_its_course_on_the_right_days(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        case_id = neglected(office)
        life = HalfYear(office, "CN", idle=True)

        seen = life.live(date(2026, 3, 18), date(2026, 7, 31))

        written = {
            (chain, number)
            for chain, entry in CHAINS["chains"].items()
            for number, _ in enumerate(entry["steps"], 1)
        }
        running = {
            row.chain for row in office.reminders(case_id) if row.state == "active"
        }
    assert seen.wrong == []
    assert written - seen.steps == set()
    assert running == set()


def neglected(office: Office) -> int:
    """Let a letter come that tells every day, and start every chain for it."""
    (row,) = office.arrive(LETTER)
    fields = sorted(
        {
            step["of"]
            for chain in CHAINS["chains"].values()
            for step in chain["steps"]
            if "of" in step
        }
    )
    # Each day by itself: of steps that fall on one moment only the last counts.
    named = {}
    for count, name in enumerate(fields):
        day = str(date(2026, 5, 13) + timedelta(weeks=count))
        named[name] = {"value": day, "zone": "new", "sure": True, "words": day}
    with office.desk.database.write() as tx:
        for running in followups.running(tx, row.case_id):
            followups.end(tx, running.id, state="done", reason="", now=office.now)
        tx.execute(
            update(message)
            .where(message.c.id == row.id)
            .values(answer={**row.answer, "fields": named})
        )
        tx.execute(update(case).where(case.c.id == row.case_id).values(due_on=DUE))
        its_case = tx.execute(select(case).where(case.c.id == row.case_id)).one()
        for chain in office.desk.chains.by_id.values():
            follow_up.promise(
                office.desk, tx, its_case, [chain.id], starts=chain.starts,
                occasion="every", since=office.now, now=office.now,
            )  # fmt: skip
    return int(row.case_id)
