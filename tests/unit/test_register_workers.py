"""How workers know of each other, in one process or in several."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from mailroom.register import jobs, workers
from mailroom.register.schema_service import worker
from tests.unit.small_office import new_register

NOW = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
LIVES = """
import sys
from pathlib import Path
from mailroom.register.workers import identity

with identity(Path(sys.argv[1])) as name:
    print(name, flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(data: Path) -> Iterator["tuple[str, subprocess.Popen[str]]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", LIVES, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    with process:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process
        process.kill()


def test_a_worker_lives_as_long_as_its_block(tmp_path: Path) -> None:
    assert workers.living(tmp_path) == frozenset()

    with workers.identity(tmp_path) as first, workers.identity(tmp_path) as second:
        assert first != second
        assert workers.living(tmp_path) == {first, second}

    assert workers.living(tmp_path) == frozenset()
    assert list((tmp_path / workers.FOLDER).iterdir()) == []


def test_a_worker_of_another_process_is_seen_until_it_ends(tmp_path: Path) -> None:
    with another_process(tmp_path) as (name, process):
        assert workers.living(tmp_path) == {name}

        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)

        assert workers.living(tmp_path) == frozenset()


def test_a_worker_that_was_killed_is_dead_at_once_its_job_free(
    tmp_path: Path,
) -> None:
    register = new_register(tmp_path)
    with another_process(tmp_path) as (name, process), ExitStack() as end:
        end.callback(register.close)
        with register.write() as tx:
            workers.enter(tx, name, "worker", NOW)
            jobs.add(tx, "sort", 1, now=NOW)
            assert jobs.claim(tx, 1, owner=name, now=NOW) is not None
            living = workers.living(tmp_path)
            assert jobs.release(tx, now=NOW, living=living) == 0

        process.send_signal(signal.SIGKILL)
        process.wait(10)

        with register.write() as tx:
            living = workers.living(tmp_path)
            assert jobs.release(tx, now=NOW, living=living) == 1
            workers.forget(tx, living)
            assert tx.execute(select(worker.c.id)).all() == []


def test_a_worker_that_reports_again_is_entered_once(tmp_path: Path) -> None:
    register = new_register(tmp_path)
    later = NOW.replace(hour=10)

    with register.write() as tx:
        workers.enter(tx, "w1", "intake", NOW)
        workers.enter(tx, "w1", "intake", later)
        workers.forget(tx, frozenset({"w1"}))
        rows = tx.execute(select(worker.c.started_at, worker.c.seen_at)).all()

    register.close()
    assert [tuple(row) for row in rows] == [(NOW, later)]
