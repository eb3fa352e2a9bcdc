"""Whatever a mail does to the worker, the other mail goes on."""

import shutil
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select, update

from mailroom.i18n import say
from mailroom.register import jobs
from mailroom.register.schema import job
from mailroom.register.status import held, status
from mailroom.words.templates import Templates
from mailroom.worker.perform import MOST_CLAIMS, clock
from tests.unit.small_office import REPAIR, SmallOffice, letter

OTHER = letter("Lift stuck in the London building", "Please report it.\n\nTom\n")


def test_a_letter_whose_template_is_broken_is_made_when_it_is_mended(
    tmp_path: Path,
) -> None:
    office = SmallOffice(tmp_path)
    try:
        folder = tmp_path / "templates"
        shutil.copytree(office.desk.settings.folder("templates"), folder)
        broken = folder / "reply" / "maintenance.en.docx"
        whole = broken.read_bytes()
        broken.write_bytes(whole[:100])
        office.desk = replace(office.desk, templates=Templates(folder))

        office.sort(REPAIR)

        with office.desk.database.read() as tx:
            (found,) = held(tx)
            state = status(tx, clock(), midnight=clock())
        assert found.kind == "job"
        assert "maintenance.en.docx" in say(found.reason, "zh-CN")
        assert "这不是 Word 文档" in say(found.reason, "zh-CN")
        assert (state.signs.jobs_to_mend, state.signs.dead_jobs) == (1, 0)

        broken.write_bytes(whole)
        with office.desk.database.write() as tx:
            tx.execute(update(job).values(due_at=clock()))
        office.work()

        with office.desk.database.read() as tx:
            assert held(tx) == []
            assert status(tx, clock(), midnight=clock()).drafts == {"waiting": 1}
    finally:
        office.close()


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
