"""One intake in a process of its own: `python -m tests.benchmarks.collecting FILE`."""

import gc
import json
import sys
import time
from pathlib import Path

from mailroom import office
from mailroom.register import workers
from mailroom.worker.perform import clock
from mailroom.worker.poll import boxes_of
from mailroom.workflow.receive import collect
from tests.benchmarks import memory, offices


def main(file: Path) -> None:
    """Collect everything from the Inbox, and print what it took as JSON."""
    desk = offices.enter(file)
    data = desk.settings.folder("data")
    with workers.identity(data) as owner:
        (box,) = boxes_of(desk, desk.settings.accounts[0])
        gc.collect()
        memory.forget_peak()
        before = memory.resident()
        began, worked = time.perf_counter(), time.process_time()
        imap = office.connect(desk.settings, "office")
        collected = collect(
            desk, imap, box, owner=owner, living=workers.living(data), now=clock()
        )
        seconds = time.perf_counter() - began
        cpu = time.process_time() - worked
        grown = memory.peak() - before
        imap.close()
    office.close_desk(desk)
    print(
        json.dumps(
            {
                "mails": len(collected.numbers),
                "seconds": seconds,
                "cpu": cpu,
                "grown": grown,
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
