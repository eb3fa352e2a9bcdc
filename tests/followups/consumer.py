"""Starts consumers quickly, to be killed: `python -m tests.followups.consumer FOLDER`.

The rules are read once; a line on standard input forks a consumer, whose number is
answered. All of them go by the clock in the folder's file `clock`.
"""

import os
import signal
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from mailroom import office
from mailroom.office import Papers
from mailroom.settings import Settings
from mailroom.worker import bell, logs, perform, service
from mailroom.workflow import day_papers, digest, itinerary
from mailroom.workflow.desk import Desk

CLOCK = "clock"
QUICKER = 20  # how much faster their time goes than ours


def set_clock(folder: Path, moment: datetime) -> None:
    """Let the clock of a folder show a moment, and go on from there."""
    fresh = folder / f"{CLOCK}.new"
    fresh.write_text(f"{moment.isoformat()} {time.time()}", "ascii")
    fresh.replace(folder / CLOCK)


def read_clock(folder: Path) -> datetime:
    """Say what the clock of a folder shows."""
    moment, since = (folder / CLOCK).read_text("ascii").split()
    passed = timedelta(seconds=(time.time() - float(since)) * QUICKER)
    return datetime.fromisoformat(moment) + passed


class _SameRules:
    """The rules as they are; to look at them anew takes seconds."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def begin(self, _: datetime) -> Desk:
        return self.desk

    def look(self, _: datetime) -> bool:
        return False


def _consume(folder: Path, settings: Settings, papers: Papers) -> None:
    def clock() -> datetime:
        return read_clock(folder)

    for module in (bell, perform, service):
        setattr(module, "clock", clock)  # noqa: B010  mypy knows no such assignment
    setattr(service, "LivingRules", _SameRules)  # noqa: B010  likewise
    for module in (day_papers, digest, itinerary):  # the day's papers: not on trial
        setattr(module, "plan", lambda *_, **__: None)  # noqa: B010  likewise
    service.run(office.open_desk(settings, papers), ["worker"])


def main(folder: Path) -> None:
    """Fork a consumer for every line, until there are no more."""
    logs.start()
    settings = Settings.load(folder / "mailroom.toml")
    papers = office.read_papers(settings)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    print("ready", flush=True)
    for _ in sys.stdin:
        number = os.fork()
        if number == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                _consume(folder, settings, papers)
            finally:
                os._exit(0)
        print(number, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
