"""Whatever a mail does to the worker, the other mail goes on."""

from pathlib import Path

from sqlalchemy import select

from mailroom.register import jobs
from mailroom.register.schema import job
from mailroom.worker.perform import MOST_CLAIMS, clock
from tests.unit.small_office import REPAIR, SmallOffice, letter

OTHER = letter("Lift stuck in the London building", "Please report it.\n\nTom\n")


def test_a_mail_that_kills_each_worker_ends_on_the_list_and_the_others_are_sorted(
    tmp_path: Path,
) -> None:
    office = SmallOffice(tmp_path)
    try:
        deadly, other = office.receive(REPAIR, OTHER)
        with office.desk.database.write() as tx:
            (job_id,) = jobs.of_messages(tx, [deadly])
            for _ in range(MOST_CLAIMS):
                assert jobs.claim(tx, job_id, owner="killed", now=clock())
                jobs.release(tx, now=clock(), living=[])

        office.work()

        question = select(job.c.subject_id, job.c.state).where(job.c.kind == "sort")
        states = {row.subject_id: row.state for row in office.rows(question)}
        assert states == {deadly: "dead", other: "done"}
    finally:
        office.close()
