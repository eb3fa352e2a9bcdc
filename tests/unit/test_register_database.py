"""What holds of the register's file: its tables, its transactions, its age."""

import os
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, delete, event, insert, inspect, select, update
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError, StatementError

from mailroom.cases import CaseState
from mailroom.checks.known import REFERRED, UNIQUE
from mailroom.errors import EnvironmentFault
from mailroom.register import cases, database, events, precedents
from mailroom.register.database import Database, wal_is_safe
from mailroom.register.schema import Moment, case, metadata, notice
from mailroom.register.schema import event as event_table
from mailroom.register.schema_search import FINDABLE_WORDS
from mailroom.register.schema_service import worker
from tests.unit.small_office import new_register

NOW = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
MIGRATIONS = Path(database.__file__).parent / "migrations"


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Database]:
    opened = new_register(tmp_path / "data")
    yield opened
    opened.close()


@contextmanager
def undone(register: Database) -> Iterator[Connection]:
    """Give a transaction that fails at its end."""
    with suppress(RuntimeError), register.write() as tx:
        yield tx
        raise RuntimeError


# ── its tables ───────────────────────────────────────────────────────────


def is_ours(name: str | None, kind: str, _: object) -> bool:
    # SQLite's full-text table brings tables of its own, which no schema names.
    return kind != "table" or not str(name).startswith(FINDABLE_WORDS)


# Indexes on what a number is in a mail's answer are in the migration alone.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
def test_the_migrations_make_exactly_the_tables_of_the_schema(
    register: Database,
) -> None:
    with register.write() as tx:
        opts = {"compare_type": True, "include_name": is_ours}
        context = MigrationContext.configure(tx, opts=opts)

        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("field", sorted({*UNIQUE, *REFERRED}))
def test_a_number_is_found_by_its_index(register: Database, field: str) -> None:
    asked: list[str] = []
    with register.read() as tx:
        raw = tx.connection.driver_connection
        assert raw is not None
        raw.set_trace_callback(asked.append)
        precedents.case_naming(tx, field, "INV-7", but=1)
        raw.set_trace_callback(None)
        plan = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1]}").all()

    assert any(f"USING INDEX ix_message_{field}" in row[3] for row in plan), plan


def test_the_migrations_make_every_constraint_of_the_schema(
    register: Database,
) -> None:
    with register.read() as tx:
        found = inspect(tx)
        for name, table in metadata.tables.items():
            keys = {
                (tuple(each["constrained_columns"]), each["referred_table"])
                for each in found.get_foreign_keys(name)
            }
            wanted = {
                (tuple(each.column_keys), each.referred_table.name)
                for each in table.foreign_key_constraints
            }
            assert keys == wanted, name
            primary = found.get_pk_constraint(name)["constrained_columns"]
            assert primary == [column.name for column in table.primary_key], name


def test_the_newest_migration_is_the_one_that_the_program_expects() -> None:
    script = ScriptDirectory(str(MIGRATIONS))

    assert script.get_heads() == [database.REVISION]


def test_a_register_is_migrated_once_then_only_opened(tmp_path: Path) -> None:
    Database(tmp_path / "data").close()
    with sqlite3.connect(tmp_path / "data" / database.FILE) as plain:
        (version,) = plain.execute("SELECT version_num FROM alembic_version").fetchone()
    plain.close()
    assert version == database.REVISION

    again = Database(tmp_path / "data")

    with again.read() as tx:
        assert tx.execute(select(case)).all() == []
    again.close()


def test_a_register_with_notices_from_before_they_were_gathered_is_opened_with_them(
    tmp_path: Path,
) -> None:
    new_register(tmp_path).close()
    file = tmp_path / database.FILE
    with sqlite3.connect(file) as plain:
        plain.execute("DROP INDEX ix_notice_to_state_made_at")
        plain.execute("UPDATE alembic_version SET version_num = '0013'")
        plain.execute(
            'INSERT INTO notice (key, "to", subject, body, state, made_at) VALUES'
            " ('rule:1:ann@office.example', 'ann@office.example', 's', 'b', 'sent', ?)",
            ["2026-03-02T01:00:00.000000"],
        )
    plain.close()

    opened = Database(tmp_path)

    with opened.read() as tx:
        assert [row.state for row in tx.execute(select(notice))] == ["sent"]
        indexes = {index["name"] for index in inspect(tx).get_indexes("notice")}
    opened.close()
    assert "ix_notice_to_state_made_at" in indexes


def test_a_register_of_a_newer_mailroom_is_left_alone(tmp_path: Path) -> None:
    new_register(tmp_path).close()
    file = tmp_path / database.FILE
    with sqlite3.connect(file) as plain:
        plain.execute("UPDATE alembic_version SET version_num = '9999'")
    plain.close()

    with pytest.raises(EnvironmentFault, match=r"was written by a newer mailroom"):
        Database(tmp_path)

    with sqlite3.connect(file) as plain:
        found = plain.execute("SELECT version_num FROM alembic_version").fetchall()
    plain.close()
    assert found == [("9999",)]


def test_a_file_that_is_no_register_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / database.FILE).write_bytes(b"a letter, or something like it" * 100)

    with pytest.raises(EnvironmentFault, match="the register cannot be used"):
        Database(tmp_path)


def test_a_place_where_nothing_can_be_written_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")

    with pytest.raises(EnvironmentFault, match="cannot write to"):
        Database(tmp_path / "data")


# ── its transactions ─────────────────────────────────────────────────────


def enter(register: Database, name: str) -> None:
    with register.write() as tx:
        tx.execute(insert(worker).values(id=name, roles="", pid=1, **seen()))


def seen() -> dict[str, datetime]:
    return {"started_at": NOW, "seen_at": NOW}


def names(register: Database) -> list[str]:
    with register.read() as tx:
        return list(tx.execute(select(worker.c.id).order_by("id")).scalars())


def test_a_transaction_that_reads_cannot_write(register: Database) -> None:
    with pytest.raises(EnvironmentFault, match="readonly"), register.read() as tx:
        tx.execute(insert(worker).values(id="w", roles="", pid=1, **seen()))

    enter(register, "the next one can")
    assert names(register) == ["the next one can"]


def test_a_transaction_that_fails_leaves_nothing_behind(register: Database) -> None:
    with undone(register) as tx:
        tx.execute(insert(worker).values(id="w", roles="", pid=1, **seen()))

    assert names(register) == []


def test_a_reader_sees_one_state_however_long_it_looks(register: Database) -> None:
    with register.read() as tx:
        before = tx.execute(select(worker.c.id)).all()
        enter(register, "meanwhile")
        after = tx.execute(select(worker.c.id)).all()

    assert before == after == []
    assert names(register) == ["meanwhile"]


def test_a_key_that_holds_is_no_fault_of_the_machine(register: Database) -> None:
    enter(register, "w")

    with pytest.raises(IntegrityError):
        enter(register, "w")


def test_foreign_keys_hold(register: Database) -> None:
    with pytest.raises(IntegrityError), register.write() as tx:
        cases.join_thread(tx, 99, ["<nothing@client.example>"])


def test_everything_written_is_waited_for(register: Database) -> None:
    with register.read() as tx:
        synchronous = tx.execute(sql("PRAGMA synchronous")).scalar_one()
        journal = tx.execute(sql("PRAGMA journal_mode")).scalar_one()

    safe = wal_is_safe(database.driver().sqlite_version_info)
    assert synchronous == 2  # FULL
    assert journal == ("wal" if safe else "delete")


def test_writers_of_several_threads_take_turns(register: Database) -> None:
    turns = {f"writer {number}": 0 for number in range(4)}
    until = time.monotonic() + 1.0

    def write(name: str) -> None:
        while time.monotonic() < until:
            with register.write() as tx:
                tx.execute(sql("SELECT 1"))
                turns[name] += 1

    threads = [threading.Thread(target=write, args=(name,)) for name in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert min(turns.values()) > 0


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 6, 23), False), ((3, 40, 1), False), ((3, 44, 5), False),
        ((3, 44, 6), True), ((3, 45, 0), False), ((3, 50, 6), False),
        ((3, 50, 7), True), ((3, 51, 0), False), ((3, 51, 2), False),
        ((3, 51, 3), True), ((3, 52, 0), True), ((4, 0, 0), True),
    ],
)  # fmt: skip
def test_wal_is_used_only_where_sqlite_does_not_damage_it(
    version: tuple[int, ...],
    safe: bool,  # noqa: FBT001  one of the parameters
) -> None:
    assert wal_is_safe(version) is safe


# ── moments ──────────────────────────────────────────────────────────────


def test_a_moment_without_its_zone_is_refused(register: Database) -> None:
    naive = NOW.replace(tzinfo=None)

    with (
        pytest.raises(StatementError, match="needs its time zone"),
        register.write() as tx,
    ):
        tx.execute(
            insert(worker).values(
                id="w", roles="", pid=1, started_at=naive, seen_at=NOW
            )
        )


def test_moments_of_all_zones_are_kept_in_their_order(register: Database) -> None:
    east = timezone(timedelta(hours=8))
    moments = [
        datetime(2026, 11, 2, 1, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 11, 2, 9, 0, 0, 2, tzinfo=east),
        datetime(2026, 11, 2, 1, 0, 1, tzinfo=UTC),
        datetime(2026, 11, 2, 9, 30, tzinfo=east),
    ]
    with register.write() as tx:
        for number, moment in enumerate(reversed(moments)):
            tx.execute(
                insert(worker).values(
                    id=str(number), roles="", pid=1, started_at=moment, seen_at=moment
                )
            )

    with register.read() as tx:
        kept = list(
            tx.execute(select(worker.c.seen_at).order_by(worker.c.seen_at)).scalars()
        )
    assert kept == moments
    assert {moment.utcoffset() for moment in kept} == {timedelta(0)}


def test_a_moment_may_be_absent() -> None:
    moment = Moment()

    assert moment.process_bind_param(None, None) is None  # type: ignore[arg-type]  # the dialect is not asked
    assert moment.process_result_value(None, None) is None  # type: ignore[arg-type]  # likewise


# ── events ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "statement", [update(event_table).values(actor="nobody"), delete(event_table)]
)
def test_what_happened_can_be_neither_changed_nor_deleted(
    register: Database, statement: object
) -> None:
    with register.write() as tx:
        events.record(tx, "opened", at=NOW, entity="case", entity_id=1, actor="xuting")

    with (
        pytest.raises(IntegrityError, match="events are never rewritten"),
        register.write() as tx,
    ):
        tx.execute(statement)  # type: ignore[call-overload]  # both are statements

    with register.read() as tx:
        kept = tx.execute(select(event_table.c.what, event_table.c.actor)).all()
    assert [tuple(row) for row in kept] == [("opened", "xuting")]


def test_an_event_belongs_to_the_change_that_it_tells_of(register: Database) -> None:
    with undone(register) as tx:
        events.record(tx, "opened", at=NOW, entity="case", entity_id=1)

    with register.read() as tx:
        assert tx.execute(select(event_table)).all() == []


# ── case numbers ─────────────────────────────────────────────────────────


def open_case(register: Database, kind: str = "", year: int = 2026) -> str:
    with register.write() as tx:
        opened = cases.open_case(
            tx, code="HY", kind=kind, year=year, now=NOW, state=CaseState.ASSIGNED,
            category=None, subject="", correspondent="", owner="",
            sensitivity="normal", due_on=None, due_basis=None,
        )  # fmt: skip
    return str(opened.number)


def test_each_kind_and_year_counts_by_itself(register: Database) -> None:
    numbers = [
        open_case(register, kind, year)
        for kind, year in [("", 2026), ("D", 2026), ("", 2026), ("", 2027), ("D", 2026)]
    ]

    assert numbers == [
        "HY-2026-0001", "HY-D2026-0001", "HY-2026-0002", "HY-2027-0001",
        "HY-D2026-0002",
    ]  # fmt: skip


def test_a_transaction_that_fails_takes_no_case_number(register: Database) -> None:
    open_case(register)
    with undone(register) as tx:
        cases.open_case(
            tx, code="HY", kind="", year=2026, now=NOW, state=CaseState.ASSIGNED,
            category=None, subject="", correspondent="", owner="",
            sensitivity="normal", due_on=None, due_basis=None,
        )  # fmt: skip

    assert open_case(register) == "HY-2026-0002"


OPENER = """
import random, sys
from datetime import UTC, datetime
from pathlib import Path
from mailroom.cases import CaseState
from mailroom.register import cases
from mailroom.register.database import Database

register = Database(Path(sys.argv[1]))
chance = random.Random(int(sys.argv[2]))
for _ in range(25):
    try:
        with register.write() as tx:
            cases.open_case(
                tx, code="HY", kind="", year=2026, now=datetime.now(UTC),
                state=CaseState.ASSIGNED, category=None, subject="", correspondent="",
                owner="", sensitivity="normal", due_on=None, due_basis=None,
            )
            if chance.random() < 0.3:
                raise RuntimeError
    except RuntimeError:
        pass
"""


def test_two_processes_open_cases_without_a_gap_or_a_double(
    register: Database,
) -> None:
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(OPENER), str(register.folder), seed],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        for seed in ("1", "2")
    ]

    assert [opener.wait(60) for opener in openers] == [0, 0]
    with register.read() as tx:
        found = list(tx.execute(select(case.c.sequence).order_by(case.c.id)).scalars())
    assert found == list(range(1, len(found) + 1))
    assert 20 < len(found) < 50


def test_a_case_is_found_by_the_earliest_letter_that_it_knows(
    register: Database,
) -> None:
    for number, ids in (("HY-2026-0001", ["<a@x>"]), ("HY-2026-0002", ["<b@x>"])):
        assert open_case(register) == number
        with register.write() as tx:
            cases.join_thread(tx, int(number[-1]), [*ids, *ids])

    with register.read() as tx:
        found = [
            row.number if row else None
            for row in (
                cases.of_thread(tx, ["<b@x>", "<a@x>"]),
                cases.of_thread(tx, ["<unknown@x>", "<a@x>"]),
                cases.of_thread(tx, ["<a@x"]),
                cases.of_thread(tx, []),
            )
        ]
    assert found == ["HY-2026-0002", "HY-2026-0001", None, None]


def test_a_writer_takes_the_book_before_it_looks_into_it(register: Database) -> None:
    seen_statements: list[str] = []

    @event.listens_for(register._engine, "before_cursor_execute")
    def note(*args: object) -> None:
        seen_statements.append(str(args[2]))

    enter(register, "w")

    assert "BEGIN IMMEDIATE" in seen_statements
