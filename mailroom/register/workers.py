"""Which workers live: each holds a lock file, which the system frees when it dies."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from mailroom.register.schema_service import worker

FOLDER = "run"


@contextlib.contextmanager
def identity(data: Path) -> Iterator[str]:
    """Be a worker for the length of the block: yields its name, held by a lock."""
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{os.getpid()}-{secrets.token_hex(6)}"
    path = folder / f"{name}.lock"
    # Locked under another name first: `living` must never see it unlocked.
    fresh = folder / f"{name}.new"
    file = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        fresh.rename(path)
        yield name
    finally:
        path.unlink(missing_ok=True)
        os.close(file)


def living(data: Path) -> frozenset[str]:
    """Return the names of the workers whose lock is held; dead ones' files go."""
    alive = set()
    for path in (data / FOLDER).glob("*.lock"):
        with contextlib.suppress(FileNotFoundError):
            file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                alive.add(path.stem)
            else:
                path.unlink(missing_ok=True)
            finally:
                os.close(file)
    return frozenset(alive)


def enter(tx: Connection, name: str, roles: str, now: datetime) -> None:
    """Note that a worker is there, or still there."""
    tx.execute(
        insert(worker)
        .values(id=name, roles=roles, pid=os.getpid(), started_at=now, seen_at=now)
        .on_conflict_do_update(index_elements=["id"], set_={"seen_at": now})
    )


def forget(tx: Connection, alive: frozenset[str]) -> None:
    """Strike out the workers that have died."""
    known = set(tx.execute(select(worker.c.id)).scalars())
    if known - alive:
        tx.execute(delete(worker).where(worker.c.id.in_(known - alive)))
