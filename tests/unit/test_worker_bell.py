"""Hints may be lost, doubled or late, whatever becomes of Huey's file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from mailroom.register import jobs
from mailroom.register.schema import job
from mailroom.worker.bell import HUEY_FILE, Bell
from mailroom.worker.perform import clock
from tests.unit.small_office import REPAIR, SmallOffice


@pytest.fixture
def small_office(tmp_path: Path) -> Iterator[SmallOffice]:
    made = SmallOffice(tmp_path)
    yield made
    made.close()


def test_the_bell_rings_though_its_file_was_deleted_before_the_first_hint(
    small_office: SmallOffice,
) -> None:
    bell = Bell(small_office.desk, "somebody")
    try:
        for path in small_office.settings.folder("data").glob(HUEY_FILE + "*"):
            path.unlink()

        bell.ring([1])

        assert bell.huey.storage.queue_size() == 1
    finally:
        bell.huey.storage.close()


def test_a_start_forgets_the_hints_that_died_with_another_worker(
    small_office: SmallOffice,
) -> None:
    small_office.receive(REPAIR)
    database = small_office.desk.database
    with database.write() as tx:
        assert len(jobs.hint(tx, now=clock(), limit=10)) == 1
        assert jobs.hint(tx, now=clock(), limit=10) == []

        jobs.forget_hints(tx)

        assert len(jobs.hint(tx, now=clock(), limit=10)) == 1


def test_new_messages_ring_for_the_jobs_that_sort_them(
    small_office: SmallOffice,
) -> None:
    small_office.sort(REPAIR)  # from here on, jobs and messages count differently
    numbers = small_office.receive(REPAIR.replace(b"repair.1", b"repair.2"))

    with small_office.desk.database.read() as tx:
        ids = jobs.of_messages(tx, numbers)
        rows = tx.execute(select(job).where(job.c.id.in_(ids))).all()

    assert ids != numbers
    assert [(row.kind, row.subject_id) for row in rows] == [("sort", numbers[0])]


@pytest.mark.parametrize("kind", ["garbage", "folder"])
def test_a_queue_file_that_is_none_is_set_aside(
    small_office: SmallOffice, kind: str
) -> None:
    data = small_office.settings.folder("data")
    if kind == "garbage":
        (data / HUEY_FILE).write_bytes(b"this was never a database" * 200)
    else:
        (data / HUEY_FILE).mkdir()

    bell = Bell(small_office.desk, "somebody")
    try:
        bell.ring([1])
        assert bell.huey.storage.queue_size() == 1
    finally:
        bell.huey.storage.close()

    assert len(list(data.glob(f"{HUEY_FILE}.aside-*"))) == 1
