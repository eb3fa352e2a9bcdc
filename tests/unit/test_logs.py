"""What the log says, and what it never says."""

import ast
import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

import mailroom
from mailroom.register.schema import job
from mailroom.worker import logs
from tests.unit.small_office import REPAIR, SmallOffice, letter

SOURCES = [
    file
    for file in sorted(Path(mailroom.__file__).parent.rglob("*.py"))
    if file.parent.name != "demo"  # its servers write logs for tests
]


def line(record: logging.LogRecord) -> dict[str, object]:
    written = logs.JsonFormatter().format(record)
    assert "\n" not in written
    found: dict[str, object] = json.loads(written)
    return found


def record(what: str, **extra: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"msg": what, "levelname": "INFO", "name": "mailroom"})
    made.__dict__.update(extra)
    return made


def test_a_line_is_one_object_with_its_ids() -> None:
    found = line(record("job done", job=7, kind="sort"))

    assert found.pop("at")
    assert found == {
        "level": "info", "by": "mailroom", "what": "job done", "job": 7, "kind": "sort",
    }  # fmt: skip


def test_of_an_error_its_kind_and_place_are_told_never_its_words() -> None:
    try:
        int("Dear Mr Wang, my salary")
    except ValueError:
        found = line(record("job failed", exc_info=sys.exc_info()))
    else:
        pytest.fail("it is a number after all")

    assert found["error"] == "ValueError"
    assert re.fullmatch(r"\['test_logs\.py:\d+'\]", str(found["place"]))
    assert "salary" not in json.dumps(found)


@pytest.mark.parametrize(
    "words",
    [
        "550 5.1.1 <wang.li@client.example>: no such user",
        "does not let wang.li@client.example in",
        "wang.li@client.example,li@client.example",
        '"wang.li"@client.example',
    ],
)
def test_nobodys_address_is_told_whole(words: str) -> None:
    for found in (line(record("put back", why=words)), line(record(words))):
        assert not re.search(r"[\w\"]@", json.dumps(found))
        assert "client.example" in json.dumps(found)


def test_a_line_end_in_a_reason_makes_no_second_line() -> None:
    assert line(record("put back", why='x\n{"level": "forged"}'))["level"] == "info"


def test_no_log_line_of_the_program_is_made_of_what_a_mail_says() -> None:
    known = {
        "account", "count", "idle", "job", "kind", "of", "roles", "why", "worker",
        "seconds", "thread", "after",
        "hash",  # of the office's own rules
    }  # fmt: skip
    seen = set()
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            ):
                continue
            named = node.func.value
            if not (isinstance(named, ast.Name) and named.id == "log"):
                continue
            where = f"{file.name}:{node.lineno}"
            assert isinstance(node.args[0], ast.Constant), where
            assert len(node.args) == 1, where  # nothing is put into the sentence
            seen.add(where)
    assert len(seen) > 10
    extras = {
        key.value
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword)
        and node.arg == "extra"
        and isinstance(node.value, ast.Dict)
        for key in node.value.keys
        if isinstance(key, ast.Constant)
    }
    assert extras <= known


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


@pytest.fixture
def log() -> Iterator[None]:
    root = logging.getLogger()
    before, levels = root.handlers[:], {
        name: logging.getLogger(name).level
        for name in ("", "mailroom", "imapclient", "huey")
    }  # fmt: skip
    yield
    root.handlers[:] = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.usefixtures("log")
def test_a_mails_way_through_the_office_leaves_none_of_its_words_in_the_log(
    office: SmallOffice, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.start(logging.DEBUG)

    office.sort(REPAIR, letter("Geheim 绝密", "salary of 王"), b"\0\xff broken")
    numbers = office.receive(letter("Geheim", "salary"))
    with office.desk.database.write() as tx:
        tx.execute(
            update(job)
            .where(job.c.subject_id == numbers[0], job.c.kind == "sort")
            .values(subject_id=4711)
        )
    office.work()

    written = capfd.readouterr().err
    lines = [json.loads(each) for each in written.splitlines()]
    assert {each["what"] for each in lines} >= {
        "job done",
        "job put back",
        "job failed",
    }
    for word in ("Heating", "Level 4", "Wang", "wangli@", "Geheim", "绝密", "salary"):
        assert word not in written
