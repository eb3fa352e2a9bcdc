"""`mailroom cases search`: found at the terminal, within one's sight."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from mailroom.register.schema import case
from mailroom.workflow import find
from tests.unit.command_line import Run, runner_in
from tests.unit.small_office import REPAIR, SmallOffice


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path, reviewers={"xuting": "徐婷"})
    small.sort(REPAIR)
    yield small
    small.close()


@pytest.fixture
def run(
    office: SmallOffice,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    return runner_in(office, monkeypatch, capsys)


def test_a_case_is_found_by_words_once_the_search_knows_it(
    office: SmallOffice, run: Run
) -> None:
    before = run("cases", "search", "27C", "friday")
    assert "not in the search yet" in before.err
    while find.catch_up(office.desk):
        pass

    found = run("cases", "search", "27C", "friday", "--json")

    (hit,) = json.loads(found.out)
    assert hit["case"] == office.cases()[0].number
    assert "27C since Friday" in hit["found"]
    assert found.err == ""
    assert office.cases()[0].number in run("cases", "search", "27C").out


def test_what_is_restricted_is_not_found_by_others(
    office: SmallOffice, run: Run
) -> None:
    while find.catch_up(office.desk):
        pass
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential", owner=""))

    assert json.loads(run("cases", "search", "27C", "--json").out) == []
