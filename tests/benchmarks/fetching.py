"""Fetch and store durably: mailroom's intake beside mbsync, on the same server."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks import offices, samples
from tests.benchmarks.claims import Claim, table
from tests.integration.servers import NOBODY, Dovecot, logged_in

OURS, PEER, CARELESS = "mailroom", "mbsync", "mbsync, FSync no"
RUNNERS = (PEER, OURS, CARELESS)
GROWTH = 64  # MiB, whatever lies in the mailbox
GOALS = {5: (4.0, 10.0), 60: (2.0, 3.0)}  # KB → times faster than mbsync: goal, aim

_MBSYNC = """\
FSync {fsync}

IMAPStore far
Host 127.0.0.1
Port {port}
User {user}
Pass {password}
SSLType None
AuthMechs LOGIN

MaildirStore near
Path {folder}/
Inbox {folder}/INBOX

Channel intake
Far :far:INBOX
Near :near:INBOX
Create Near
Sync Pull
SyncState *
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """What there is to fetch."""

    port: int
    user: str
    mails: int


@dataclass(slots=True)
class Times:
    """What one of them took, round by round."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    grown: list[float] = field(default_factory=list)  # MiB; ours only

    @property
    def median(self) -> float:
        """The middle of the seconds."""
        return statistics.median(self.seconds)


def compare(
    dovecot: Dovecot, folder: Path, *, kilobytes: int, mails: int, rounds: int
) -> list[Claim]:
    """Measure mails of one size; print the table, and return the claims."""
    user = f"size{kilobytes}"
    letters = samples.letters(mails, kilobytes * 1000)
    samples.fill(dovecot.maildir(user=user), letters, NOBODY)
    with logged_in(dovecot, user, dovecot.password) as client:
        # So that no round pays for what Dovecot learns once of a new Maildir.
        client.select_folder("INBOX", readonly=True)
        client.fetch(client.search(), ["RFC822.SIZE", "INTERNALDATE"])
    inbox = Inbox(port=dovecot.port, user=user, mails=mails)
    times = {runner: Times() for runner in RUNNERS}
    for number in range(rounds):
        first = number % len(RUNNERS)
        for runner in (*RUNNERS[first:], *RUNNERS[:first]):
            place = folder / f"{kilobytes}-{number}-{RUNNERS.index(runner)}"
            _once(runner, times[runner], inbox, place)
    _show(times, kilobytes, mails, rounds)
    goal, _ = GOALS[kilobytes]
    return [
        Claim(
            name=f"intake_{kilobytes}kb_times_mbsync",
            measured=times[PEER].median / times[OURS].median,
            goal=goal,
        ),
        Claim(
            name=f"intake_{kilobytes}kb_memory_mib",
            measured=max(times[OURS].grown),
            goal=GROWTH,
            good="below",
        ),
    ]


def _once(runner: str, times: Times, inbox: Inbox, folder: Path) -> None:
    # What the one before has left unwritten must not be paid by this one. Nor is
    # anything deleted before the end: an ext4 without a journal passes over inodes
    # freed in the last minute, one by one, which was measured to double the time.
    os.sync()
    if runner == OURS:
        _ours(times, inbox, folder)
    else:
        _mbsync(times, inbox, folder, fsync="no" if runner == CARELESS else "yes")


def _ours(times: Times, inbox: Inbox, folder: Path) -> None:
    file = offices.settle(folder, port=inbox.port, user=inbox.user)
    said = _run([sys.executable, "-m", "tests.benchmarks.collecting", str(file)])
    took = json.loads(said)
    kept = len(list((folder / "data" / "mail").rglob("*.eml")))
    if (took["mails"], kept) != (inbox.mails, inbox.mails):
        raise RuntimeError(f"{took['mails']} rows, {kept} files of {inbox.mails} mails")
    times.seconds.append(took["seconds"])
    times.cpu.append(took["cpu"])
    times.grown.append(took["grown"])


def _mbsync(times: Times, inbox: Inbox, folder: Path, *, fsync: str) -> None:
    folder.mkdir()
    file = folder / "mbsyncrc"
    file.write_text(
        _MBSYNC.format(
            fsync=fsync, port=inbox.port, user=inbox.user,
            password=offices.PASSWORD, folder=folder,
        )
    )  # fmt: skip
    before = os.times()
    began = time.perf_counter()
    _run(["mbsync", "--quiet", "--config", str(file), "intake"])
    times.seconds.append(time.perf_counter() - began)
    after = os.times()
    times.cpu.append(
        after.children_user + after.children_system
        - before.children_user - before.children_system
    )  # fmt: skip
    folders = (folder / "INBOX" / name for name in ("new", "cur"))
    kept = sum(len(list(each.iterdir())) for each in folders)
    if kept != inbox.mails:
        raise RuntimeError(f"mbsync kept {kept} of {inbox.mails} mails")


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr}")
    return done.stdout


def _show(times: dict[str, Times], kilobytes: int, mails: int, rounds: int) -> None:
    peer = times[PEER].median
    rows = [
        (
            runner,
            f"{each.median:.2f}",
            f"{min(each.seconds):.2f}-{max(each.seconds):.2f}",
            f"{mails / each.median:.0f}",
            f"{statistics.median(each.cpu):.2f}",
            f"{peer / each.median:.2f}",
            f"{max(each.grown):.1f}" if each.grown else "",
        )
        for runner, each in times.items()
    ]
    goal, aim = GOALS[kilobytes]
    table(
        ("", "median s", "range", "mails/s", "CPU s", "x mbsync", "grown MiB"),
        rows,
        f"fetch and store: {mails} mails of {kilobytes} KB, {rounds} rounds,"
        f" interleaved (goal {goal:g}x, aim {aim:g}x)",
    )
