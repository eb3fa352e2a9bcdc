"""The day's work, one phase after another: `python -m tests.benchmarks.phases FILE`."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from mailroom import office
from mailroom.register import workers
from mailroom.register.schema import draft, job
from mailroom.worker.perform import clock, perform
from mailroom.worker.poll import boxes_of
from mailroom.workflow.desk import Desk
from mailroom.workflow.receive import collect
from tests.benchmarks import offices

JOBS = ("sort", "draft", "place")


class Phases:
    """How often each phase was gone through, how long it took, and how much CPU."""

    def __init__(self) -> None:
        self.took: dict[str, dict[str, float]] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[dict[str, float]]:
        """Measure the block; it says in `count` how often it was done."""
        entry = self.took.setdefault(name, {"count": 0, "seconds": 0.0, "cpu": 0.0})
        began, worked = time.perf_counter(), time.process_time()
        yield entry
        entry["seconds"] += time.perf_counter() - began
        entry["cpu"] += time.process_time() - worked


def _due(desk: Desk, kind: str) -> list[int]:
    with desk.database.read() as tx:
        found = select(job.c.id).where(job.c.kind == kind, job.c.state == "ready")
        return list(tx.execute(found.order_by(job.c.id)).scalars())


def main(file: Path) -> None:
    """Do everything once in this one thread; print the phases as JSON."""
    desk = offices.enter(file)
    data = desk.settings.folder("data")
    phases = Phases()
    with workers.identity(data) as owner:
        (box,) = boxes_of(desk, desk.settings.accounts[0])
        imap = office.connect(desk.settings, "office")
        with phases.phase("receive") as entry:
            collected = collect(
                desk, imap, box, owner=owner, living=workers.living(data), now=clock()
            )
            entry["count"] = len(collected.numbers)
        imap.close()
        for kind in JOBS:
            with phases.phase(kind) as entry:
                for job_id in _due(desk, kind):
                    perform(desk, job_id, owner)
                    entry["count"] += 1
    with desk.database.read() as tx:
        placed = select(func.count()).where(draft.c.placement == "placed")
        lying = tx.execute(placed).scalar_one()
        undone = select(func.count()).where(job.c.kind.in_(JOBS), job.c.state != "done")
        left = tx.execute(undone).scalar_one()
    office.close_desk(desk)
    print(json.dumps({"phases": phases.took, "placed": lying, "left": left}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
