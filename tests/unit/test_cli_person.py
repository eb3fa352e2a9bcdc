"""Who is at the terminal, and what they may see and end."""

import os
import pwd
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from mailroom import office as office_module
from mailroom.cli.person import account_at
from mailroom.cli.talk import clean, program
from mailroom.drafts import DraftState
from mailroom.register.schema import case, event, followup
from tests.unit.command_line import Run, runner_in
from tests.unit.small_office import REPAIR, ROOT, SmallOffice

READ = office_module.read_what_is_whole
NAMES = {0: "root", 990: "mailroom", 1000: "xuting", 1001: "wangwei"}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    monkeypatch.delenv("SUDO_UID", raising=False)
    monkeypatch.setattr(
        pwd, "getpwuid", lambda uid: SimpleNamespace(pw_name=NAMES[uid])
    )
    return monkeypatch


def be(machine: pytest.MonkeyPatch, uid: int, sudo: str = "") -> None:
    machine.setattr(os, "getuid", lambda: uid)
    if sudo:
        machine.setenv("SUDO_UID", sudo)


class Owned:
    """A data folder that belongs to somebody."""

    def __init__(self, uid: int) -> None:
        self.uid = uid

    def stat(self) -> SimpleNamespace:
        return SimpleNamespace(st_uid=self.uid)


def who(uid: int) -> str:
    return account_at(Owned(uid))  # type: ignore[arg-type]  # only its owner is asked


def test_nobody_names_themselves(machine: pytest.MonkeyPatch) -> None:
    be(machine, 1000)

    assert who(990) == "xuting"


def test_sudo_says_who_is_behind_root_and_behind_the_owner_of_the_data(
    machine: pytest.MonkeyPatch,
) -> None:
    be(machine, 0, sudo="1000")
    assert who(990) == "xuting"
    be(machine, 990, sudo="1000")
    assert who(990) == "xuting"


def test_anybody_else_who_sets_sudo_uid_stays_who_they_are(
    machine: pytest.MonkeyPatch,
) -> None:
    be(machine, 1001, sudo="1000")

    assert who(990) == "wangwei"


@pytest.mark.parametrize("nonsense", ["-1", "x", "１０００", " 1000"])
def test_a_sudo_uid_that_is_no_number_counts_for_nothing(
    machine: pytest.MonkeyPatch, nonsense: str
) -> None:
    be(machine, 0, sudo=nonsense)

    assert who(990) == "root"


@pytest.mark.parametrize("uid", ["4242", "99999999999999999999"])
def test_an_account_without_a_name_is_told_by_its_number(
    machine: pytest.MonkeyPatch, uid: str
) -> None:
    be(machine, 0, sudo=uid)

    assert who(990) == f"uid {uid}"


def test_a_folder_that_is_not_there_yet_will_be_ones_own(
    machine: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    be(machine, 1001, sudo="1000")

    assert account_at(tmp_path / "data") == "xuting"


# ── what is restricted ───────────────────────────────────────────────────


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path, reviewers={"xuting": "徐婷"})
    small.sort(REPAIR)
    with small.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential"))
    yield small
    small.close()


@pytest.fixture
def run(
    office: SmallOffice,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    return runner_in(office, monkeypatch, capsys)


def test_promises_of_a_restricted_case_are_counted_for_strangers(
    office: SmallOffice, run: Run
) -> None:
    promised = len(office.rows(select(followup)))

    for command in (["followups", "list"], ["followups", "list", "--json"]):
        stranger, known = run(*command), run(*command, user="xuting")
        assert promised > 0
        assert "HY-2026-0001" not in stranger.out
        assert f"{promised} restricted items" in stranger.err
        assert "HY-2026-0001" in known.out


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (["followups", "done", "1"], "there is no follow-up 1"),
        (["followups", "cancel", "1", "--reason", "x"], "there is no follow-up 1"),
        (["cases", "close", "HY-2026-0001"], "there is no case HY-2026-0001"),
        (["cases", "show", "HY-2026-0001"], "there is no case HY-2026-0001"),
    ],
    ids=" ".join,
)
def test_who_may_not_see_a_case_cannot_end_it_either(
    office: SmallOffice, run: Run, command: list[str], answer: str
) -> None:
    before = len(office.rows(select(event)))

    refused = run(*command)

    assert (refused.code, refused.out) == (1, "")
    assert refused.err == f"mailroom: {answer}\n"
    assert len(office.rows(select(event))) == before
    assert run(*command, user="xuting").code == 0


def test_a_follow_up_that_never_was_is_said_to_be_none(run: Run) -> None:
    said = run("followups", "cancel", "999", "--reason", "x", user="xuting")

    assert (said.code, said.err) == (1, "mailroom: there is no follow-up 999\n")


# ── while somebody edits the rules ───────────────────────────────────────


@pytest.fixture
def broken(
    office: SmallOffice,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> SmallOffice:
    """Give the office rules that nobody can read."""
    request.getfixturevalue("run")  # which reads no files, until now
    monkeypatch.setattr(office_module, "read_what_is_whole", READ)
    rules = office.file.parent / "rules"
    (rules / "office").mkdir(parents=True)
    (rules / "a.yaml").write_text("mailroom: 1\nrulez: [\n")
    (rules / "chains.yaml").write_text("mailroom: 1\nchains: 7\n")
    for name in ("people.yaml", "office.yaml"):
        facts = (ROOT / "rules" / "office" / name).read_bytes()
        (rules / "office" / name).write_bytes(facts)
    # Of the letters those of this drawer are enough: all are read with each command.
    letters = rules.parent / "templates" / "reply"
    letters.mkdir(parents=True)
    for file in (ROOT / "templates" / "reply").glob("maintenance.*"):
        (letters / file.name).write_bytes(file.read_bytes())
    source = office.file.read_text("utf-8").replace(f"{ROOT}/", "")
    office.file.write_text(source, encoding="utf-8")
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="normal"))
    return office


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["brake", "on"], 0), (["status"], 1), (["review", "list"], 0),
        (["review", "show", "1"], 0), (["review", "reject", "1", "--reason", "x"], 0),
        (["cases", "list"], 0), (["cases", "show", "HY-2026-0001"], 0),
        (["cases", "held"], 0), (["cases", "ignored"], 0), (["followups", "list"], 0),
        (["followups", "done", "1"], 0), (["cases", "close", "HY-2026-0001"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
@pytest.mark.usefixtures("broken")
def test_looking_stopping_and_ending_need_no_rules(
    run: Run, command: list[str], code: int
) -> None:
    said = run(*command)

    assert said.code == code
    assert "rules/a.yaml:" in said.err
    assert "going on without" in said.err
    assert "Traceback" not in said.err


@pytest.mark.usefixtures("broken")
def test_what_needs_rules_says_so(run: Run) -> None:
    for command in (["review", "approve", "1"], ["review", "revise", "1"], ["once"]):
        assert run(*command).code == 4


def test_an_approval_is_taken_back_while_rules_are_broken(
    office: SmallOffice, run: Run, request: pytest.FixtureRequest
) -> None:
    seal = office.draft(1).seal
    assert run("review", "approve", "1", "--seal", seal, user="xuting").code == 0
    request.getfixturevalue("broken")

    back = run("review", "undo", "1")

    assert back.code == 0
    assert office.draft(1).state == DraftState.WAITING


def test_where_people_are_broken_nobody_sees_what_is_restricted(
    office: SmallOffice, broken: SmallOffice, run: Run
) -> None:
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential"))
    assert "HY-2026-0001" in run("cases", "list", user="xuting").out
    people = broken.file.parent / "rules" / "office" / "people.yaml"
    people.write_text("mailroom: 1\npeople: [\n")

    said = run("cases", "list", user="xuting")

    assert said.code == 0
    assert "HY-2026-0001" not in said.out
    assert "1 restricted items" in said.err
    assert "people.yaml:" in said.err


# ── the terminal ─────────────────────────────────────────────────────────


def test_signs_that_steer_a_terminal_are_taken_out_chinese_spaces_stay() -> None:
    steering = "a\x1b[2J\x9b1m\u202eb\x7f\r\ud800c"

    assert clean(steering) == "a [2J 1m b   c"
    assert clean("\u3000\u3000您好\n12\xa0cm") == "\u3000\u3000您好\n12\xa0cm"


def test_the_program_is_named_so_that_any_folder_can_start_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["my bin/mailroom"])
    assert program() == f"'{tmp_path}/my bin/mailroom'"

    monkeypatch.setattr(sys, "argv", ["/somewhere/mailroom/__main__.py"])
    assert program().endswith(" -m mailroom")
