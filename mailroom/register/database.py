"""Opens the register's database, and hands out its transactions."""

import contextlib
import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from mailroom.errors import EnvironmentFault, text

FILE = "register.db"
LOCK = "register.lock"
REVISION = "0014"  # the newest migration; a test compares it with migrations/

# SQLite 3.7.0 to 3.51.2 can corrupt a WAL database (sqlite.org/wal.html#walresetbug);
# the fix went into 3.51.3, and into these older lines.
_WAL_FIXED = ((3, 44, 6), (3, 50, 7))


def driver() -> ModuleType:
    """Choose the SQLite module: pysqlite3, which brings its own library, if there."""
    try:
        from pysqlite3 import dbapi2  # noqa: PLC0415  not everywhere a wheel

        module: ModuleType = dbapi2
    except ImportError:
        return sqlite3
    return module


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Say whether this SQLite is free of the WAL-reset bug."""
    return version >= (3, 51, 3) or any(
        fixed[:2] == version[:2] and version >= fixed for fixed in _WAL_FIXED
    )


def _engine(file: Path) -> Engine:
    module = driver()
    engine = create_engine(
        f"sqlite+pysqlite:///{file}",
        module=module,
        poolclass=QueuePool,
        pool_size=16,
        max_overflow=16,
        # Connections travel between threads of one pool, used by one at a time.
        connect_args={"check_same_thread": False, "timeout": 30},
    )
    journal = "WAL" if wal_is_safe(module.sqlite_version_info) else "DELETE"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:  # noqa: ANN401  a DBAPI connection
        # We say BEGIN ourselves: a deferred BEGIN that turns into a write fails at
        # once with "database is locked", whatever the time-out is.
        connection.isolation_level = None
        for pragma in (
            f"journal_mode = {journal}",
            "synchronous = FULL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("mailroom_write", False)
        # Who asked to read gets an error, not a write that queued behind nobody.
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if write else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


class Database:
    """The register's file, and the two ways in: to read, and to write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._engine = _engine(folder / FILE)
        self._mutex = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(
                folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
        except OSError as error:
            raise EnvironmentFault(
                text(
                    "cannot write to {folder}: {reason}",
                    folder=folder,
                    reason=error.strerror or error,
                )
            ) from error
        try:
            self._migrate()
        except BaseException:
            self.close()
            raise

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that may write; it commits at the end of the block.

        Writers queue at a lock of our own, because SQLite's waiting is not fair: with
        four busy writers one was measured to get a single turn in four seconds.
        """
        with self._mutex:
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            try:
                options = self._engine.execution_options(mailroom_write=True)
                with _translated(), options.begin() as connection:
                    yield connection
            finally:
                fcntl.flock(self._lock, fcntl.LOCK_UN)

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the book, and changes nothing."""
        with _translated(), self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()
        with contextlib.suppress(OSError):
            os.close(self._lock)

    def sqlite_version(self) -> str:
        """Return the version of the SQLite library in use."""
        return str(driver().sqlite_version)

    def _migrate(self) -> None:
        with self.write() as connection:
            known = connection.execute(
                sql("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'")
            ).scalar_one()
            if known:
                now = connection.execute(sql("SELECT version_num FROM alembic_version"))
                if now.scalar_one_or_none() == REVISION:
                    return
            # Imported late: it takes half a second, and is needed once a version.
            from alembic import command  # noqa: PLC0415
            from alembic.config import Config  # noqa: PLC0415
            from alembic.util.exc import CommandError  # noqa: PLC0415

            config = Config()
            config.set_main_option(
                "script_location", str(Path(__file__).parent / "migrations")
            )
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise EnvironmentFault(
                    text(
                        "{file} was written by a newer mailroom; use that one",
                        file=self.folder / FILE,
                    )
                ) from error


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, driver().IntegrityError):
            raise  # a key that holds: the caller's logic, not the machine
        raise EnvironmentFault(
            text("the register cannot be used: {reason}", reason=error.orig)
        ) from error
