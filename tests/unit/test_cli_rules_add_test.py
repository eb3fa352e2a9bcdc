"""What `mailroom rules add-test` writes, and what it refuses to write."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.command_line import Run, Said, runner
from tests.unit.small_office import SmallOffice, letter
from tests.unit.test_cli_rules import GOOD

STUCK = letter(
    "3号楼困梯",
    "各位好！\n刘刚 13812345678 在3号楼困梯。\n",
    sender="刘刚 <lg@client.org>",
)


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "lifts.yaml").write_text(GOOD + "# the end\n", "utf-8")
    return runner(monkeypatch, capsys, tmp_path)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    made = SmallOffice(tmp_path, reviewers={"xuting": "徐婷"})
    yield made
    made.close()


def add(run: Run, folder: Path, raw: bytes, *options: str, stdin: str = "") -> Said:
    (folder / "mail.eml").write_bytes(raw)
    return run(
        "rules", "add-test", "mail.eml", "--rule", "lift-stuck", "--rules", "rules",
        *options, stdin=stdin,
    )  # fmt: skip


def written(folder: Path) -> str:
    return (folder / "rules" / "lifts.yaml").read_text("utf-8")


def test_the_example_is_shown_and_written_after_a_yes(run: Run, tmp_path: Path) -> None:
    said = add(run, tmp_path, STUCK, stdin="y\n")

    before, after = (GOOD + "# the end\n").splitlines(), written(tmp_path).splitlines()
    (line,) = [line for line in after if line not in before]
    assert said.code == 0
    assert line.strip() in said.out
    assert line.startswith("        - {subject: 3号楼困梯, from: ")
    assert after.index(line) == 13
    for secret in ("刘刚", "13812345678", "client.org", "各位好"):
        assert secret not in line
    assert [each for each in after if each != line] == before
    assert run("rules", "test", "--rules", "rules").code == 0


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_without_a_yes_nothing_is_written(
    run: Run, tmp_path: Path, answer: str
) -> None:
    said = add(run, tmp_path, STUCK, stdin=answer)

    assert said.code == 130
    assert written(tmp_path) == GOOD + "# the end\n"


def test_a_dry_run_only_shows_it(run: Run, tmp_path: Path) -> None:
    said = add(run, tmp_path, STUCK, "--dry-run")

    assert (said.code, "困梯" in said.out) == (0, True)
    assert written(tmp_path) == GOOD + "# the end\n"


def test_one_to_let_pass_goes_to_no_match(run: Run, tmp_path: Path) -> None:
    said = add(run, tmp_path, letter("电梯年检", "周五年检。"), "--no-match", "--yes")

    assert said.code == 0
    assert written(tmp_path).splitlines()[15].startswith("        - {subject: 电梯年检")


def test_what_the_rule_does_not_match_is_no_match_of_it(
    run: Run, tmp_path: Path
) -> None:
    wrong = add(run, tmp_path, letter("年检", "周五"), "--yes")
    other = add(run, tmp_path, STUCK, "--no-match", "--yes")

    assert (wrong.code, "`rules explain` says why" in wrong.err) == (1, True)
    assert (other.code, "mend the rule first" in other.err) == (1, True)
    assert written(tmp_path) == GOOD + "# the end\n"


def test_a_rule_that_is_not_there_is_answered_with_the_nearest(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "mail.eml").write_bytes(STUCK)

    said = run(
        "rules", "add-test", "mail.eml", "--rule", "lift-stick", "--rules", "rules"
    )

    assert said.code == 2
    assert "Did you mean “lift-stuck”?" in said.err


def test_a_mark_before_the_first_word_and_the_mode_of_the_file_stay(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "rules" / "lifts.yaml"
    file.write_text(GOOD, "utf-8-sig")
    file.chmod(0o640)

    add(run, tmp_path, STUCK, "--yes")

    assert file.read_bytes().startswith(b"\xef\xbb\xbfmailroom")
    assert file.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in file.parent.iterdir()] == ["lifts.yaml"]


def test_rules_that_cannot_be_read_take_no_example(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rules" / "lifts.yaml").write_text(
        GOOD.replace("when", "wehn"), "utf-8"
    )

    assert add(run, tmp_path, STUCK, "--yes").code == 4


# ── cases of the register ────────────────────────────────────────────────


def test_a_case_gives_an_example(office: SmallOffice, run: Run, tmp_path: Path) -> None:
    office.sort(STUCK)
    (case,) = office.cases()

    said = run(
        "rules", "add-test", case.number, "--rule", "lift-stuck", "--rules", "rules",
        "--yes",
    )  # fmt: skip

    assert said.code == 0
    assert written(tmp_path).count("困梯") == GOOD.count("困梯") + 1


def test_what_is_restricted_does_not_go_into_a_file_that_is_not(
    office: SmallOffice, run: Run, tmp_path: Path
) -> None:
    office.sort(letter("3号楼困梯", "My payslip is wrong, the lift is stuck."))
    (case,) = office.cases()
    command = (
        "rules", "add-test", case.number, "--rule", "lift-stuck", "--rules", "rules",
        "--yes",
    )  # fmt: skip

    stranger, mapped = run(*command), run(*command, user="xuting")

    assert (stranger.code, "there is no case" in stranger.err) == (1, True)
    assert (mapped.code, "this mail is restricted" in mapped.err) == (1, True)
    assert written(tmp_path) == GOOD + "# the end\n"
