"""What `mailroom rules explain` shows of a mail, and to whom."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from mailroom.register.schema import event
from tests.unit.command_line import Run, runner
from tests.unit.small_office import REPAIR, SmallOffice, letter
from tests.unit.test_cli_rules import GOOD


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "lifts.yaml").write_text(GOOD, "utf-8")
    return runner(monkeypatch, capsys, tmp_path)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    made = SmallOffice(tmp_path, reviewers={"xuting": "徐婷"})
    yield made
    made.close()


def put(folder: Path, raw: bytes) -> str:
    (folder / "mail.eml").write_bytes(raw)
    return "mail.eml"


def test_a_file_is_explained_with_rules_alone(run: Run, tmp_path: Path) -> None:
    file = put(tmp_path, letter("2号楼困梯", "请派人来。"))

    said = run("rules", "explain", file, "--rules", "rules")

    assert said.code == 0
    assert "category: lifts (lift-stuck)" in said.out
    assert "confidence: lifts 1.00  (threshold 0.60, margin 0.10)" in said.out
    assert "✓ lift-stuck 困梯 [20] → lifts 1 rules/lifts.yaml:6 – matches" in said.out
    assert "✓ subject contains 困梯 | lift stuck: “困梯” (subject)" in said.out


def test_it_is_explained_in_chinese(run: Run, tmp_path: Path) -> None:
    file = put(tmp_path, letter("会议", "困梯"))

    said = run("--lang", "zh", "rules", "explain", file, "--rules", "rules", "--all")

    assert "类别：未分类 – 没有规则命中" in said.out
    assert "未见于 主题 “会议”" in said.out


NESTED = """\
mailroom: 1
rules:
  - id: outside
    when:
      all: [{body: 困梯}, {is_reply: yes}]
      none:
        - all: [{body: 困梯}, {from: {own: yes}}]
    then: [{tag: outside}]
"""


def test_below_none_of_these_a_group_reads_as_what_must_not_be(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "rules" / "lifts.yaml").write_text(NESTED, "utf-8")
    file = put(tmp_path, letter("会议", "困梯"))

    said = run("--lang", "zh", "rules", "explain", file, "--rules", "rules", "--all")

    assert "✓ 不得全部成立" in said.out
    assert said.out.count("✗ 全部成立") == 1  # the rule itself
    assert "✓ 全部成立" not in said.out


def test_a_fact_that_is_otherwise_is_told_as_it_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rules" / "lifts.yaml").write_text(NESTED, "utf-8")
    file = put(tmp_path, letter("会议", "困梯"))

    said = run("--lang", "zh", "rules", "explain", file, "--rules", "rules", "--all")

    assert "✗ is_reply yes – 实为“no”" in said.out


def test_rules_that_no_word_speaks_for_are_counted_and_shown_when_asked_for(
    run: Run, tmp_path: Path
) -> None:
    file = put(tmp_path, letter("会议", "议程"))
    command = ("rules", "explain", file, "--rules", "rules")

    assert "1 more rules: --all, or --rule ID" in run(*command).out
    for more in (["--all"], ["--rule", "lift-stuck"]):
        assert "✗ lift-stuck" in run(*command, *more).out


def test_a_rule_that_is_not_there_is_answered_with_the_nearest(
    run: Run, tmp_path: Path
) -> None:
    file = put(tmp_path, letter("会议", "议程"))

    said = run("rules", "explain", file, "--rules", "rules", "--rule", "lift-stick")

    assert said.code == 2
    assert "Did you mean “lift-stuck”?" in said.err


def test_machine_mail_is_explained_by_its_structure(run: Run, tmp_path: Path) -> None:
    raw = letter("Out of office", "困梯", headers={"Auto-Submitted": "auto-replied"})

    said = run("rules", "explain", put(tmp_path, raw), "--rules", "rules")

    assert "known by its structure" in said.out
    assert "Auto-Submitted: auto-replied" in said.out


def test_words_of_a_mail_are_neither_markup_nor_commands_to_the_terminal(
    run: Run, tmp_path: Path
) -> None:
    raw = letter("[red]困梯[/red]", "x").replace(b"Subject:", b"Subject: \x1b[2J", 1)

    said = run("rules", "explain", put(tmp_path, raw), "--rules", "rules")

    assert "\x1b" not in said.out
    assert "[red]" in said.out


def test_programs_get_the_whole_tree(run: Run, tmp_path: Path) -> None:
    file = put(tmp_path, letter("2号楼困梯", "请派人来。"))

    said = run("rules", "explain", file, "--rules", "rules", "--json")

    told = json.loads(said.out)
    assert (told["mail"], told["answer"]["category"]) == ("mail.eml", "lifts")
    (rule,) = told["rules"]
    assert (rule["rule"], rule["outcome"]) == ("lift-stuck", "matched")
    assert rule["when"]["hits"] == [
        {"words": "困梯", "zone": "subject", "span": [3, 5]}
    ]


def test_what_is_no_mail_is_a_finding(run: Run, tmp_path: Path) -> None:
    said = run("rules", "explain", put(tmp_path, b""), "--rules", "rules")

    assert (said.code, said.out) == (1, "")


def test_a_word_that_is_neither_file_nor_case_is_a_slip(run: Run) -> None:
    said = run("rules", "explain", "nothing.eml", "--rules", "rules")

    assert said.code == 2
    assert "there is no file nothing.eml" in said.err


# ── cases of the register ────────────────────────────────────────────────


def test_the_mails_of_a_case_are_explained(office: SmallOffice, run: Run) -> None:
    office.sort(REPAIR)
    (case,) = office.cases()

    said = run("rules", "explain", case.number)

    assert said.code == 0
    assert f"{case.number} · 1" in said.out
    assert f"category: {case.category}" in said.out


def test_a_case_may_be_explained_by_rules_that_are_not_in_use(
    office: SmallOffice, run: Run
) -> None:
    office.sort(REPAIR)
    (case,) = office.cases()

    said = run("rules", "explain", case.number, "--rules", "rules")

    assert "category: unsorted – no rule matches" in said.out


def test_a_file_that_is_not_there_is_not_taken_for_a_case(
    office: SmallOffice, run: Run
) -> None:
    office.sort(REPAIR)

    said = run("rules", "explain", "nothing.eml")

    assert said.code == 2
    assert "there is no file nothing.eml" in said.err


def test_a_restricted_case_is_as_none_for_others_and_a_look_into_it_is_noted(
    office: SmallOffice, run: Run
) -> None:
    office.sort(letter("My payslip", "My payslip is wrong, the lift is stuck."))
    (case,) = office.cases()

    stranger = run("rules", "explain", case.number)
    seen = run("rules", "explain", case.number, user="xuting")

    assert (stranger.code, stranger.out) == (1, "")
    assert "there is no case" in stranger.err
    assert "payslip" in seen.out
    looks = office.rows(select(event.c.actor).where(event.c.what == "opened to read"))
    assert [look.actor for look in looks] == ["xuting"]


def test_what_the_edited_rules_would_restrict_is_restricted_already(
    office: SmallOffice, run: Run, tmp_path: Path
) -> None:
    office.sort(letter("The lift stuck", "We wait for somebody."))
    (case,) = office.cases()
    file = tmp_path / "rules" / "lifts.yaml"
    file.write_text(
        GOOD.replace("  about:", "  sensitivity: confidential\n  about:"), "utf-8"
    )

    stranger = run("rules", "explain", case.number, "--rules", "rules")

    assert (stranger.code, stranger.out) == (1, "")
