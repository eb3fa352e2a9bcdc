"""From the Inbox to a draft that waits in Drafts: each phase, and the whole service."""

import json
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select

from mailroom.register.database import Database
from mailroom.register.schema import draft, job, message
from tests.benchmarks import offices, samples
from tests.benchmarks.claims import table
from tests.benchmarks.phases import JOBS
from tests.benchmarks.service import Service
from tests.integration.servers import NOBODY, Dovecot

LONGEST = 600.0  # seconds


def measure(dovecot: Dovecot, folder: Path, *, mails: int) -> None:
    """Measure the demo's mails, again and again with other ids; print two tables."""
    _by_phase(dovecot, folder, mails)
    _as_service(dovecot, folder, mails)


def _filled(dovecot: Dovecot, folder: Path, user: str, mails: int) -> Path:
    raws = (raw.replace(b"\r\n", b"\n") for raw in samples.office_mail(mails))
    samples.fill(dovecot.maildir(user=user), raws, NOBODY)
    return offices.settle(folder / user, port=dovecot.port, user=user)


def _by_phase(dovecot: Dovecot, folder: Path, mails: int) -> None:
    file = _filled(dovecot, folder, "phases", mails)
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.phases", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    said = json.loads(done.stdout)
    rows = [
        (
            name,
            f"{took['count']:.0f}",
            f"{took['seconds']:.2f}",
            f"{1000 * took['seconds'] / max(1, took['count']):.2f}",
            f"{1000 * took['cpu'] / max(1, took['count']):.2f}",
        )
        for name, took in said["phases"].items()
    ]
    table(
        ("", "done", "s", "ms each", "CPU ms each"),
        rows,
        f"the whole way by phase, in one thread: {mails} office mails,"
        f" {said['placed']} drafts placed, {said['left']} jobs left",
    )


def _as_service(dovecot: Dovecot, folder: Path, mails: int) -> None:
    file = _filled(dovecot, folder, "service", mails)
    register = Database(file.parent / "data")
    began = time.perf_counter()
    with Service(file) as service:
        ready, before = time.perf_counter(), service.cpu()
        while not _all_done(register, mails):
            if time.perf_counter() - began > LONGEST:
                raise TimeoutError(service.log.read_text()[-2000:])
            time.sleep(0.05)
        seconds, cpu = time.perf_counter() - ready, service.cpu() - before
    with register.read() as tx:
        placed = tx.execute(
            select(func.count()).where(draft.c.placement == "placed")
        ).scalar_one()
    register.close()
    table(
        ("", "s", "mails/s", "drafts/s", "CPU ms a mail"),
        [
            (
                "mailroom run",
                f"{seconds:.2f}",
                f"{mails / seconds:.1f}",
                f"{placed / seconds:.1f}",
                f"{1000 * cpu / mails:.1f}",
            )
        ],
        f"the whole way as a service: {mails} office mails, {placed} drafts placed",
    )


def _all_done(register: Database, mails: int) -> bool:
    with register.read() as tx:
        received = select(func.count()).select_from(message)
        undone = select(func.count()).where(
            job.c.kind.in_(JOBS), job.c.state.in_(("ready", "leased"))
        )
        return (
            tx.execute(received).scalar_one() == mails
            and tx.execute(undone).scalar_one() == 0
        )
