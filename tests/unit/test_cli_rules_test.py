"""What `mailroom rules test` says of the examples of rules."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.command_line import Run, Said, runner
from tests.unit.test_cli_rules import GOOD

GREEDY = """\
mailroom: 1
category: {id: greedy}
rules:
  - id: all-of-it
    priority: 30
    when: {body: 电梯}
    examples: {match: [{body: 电梯}]}
"""
FIELDS = GOOD.replace(
    "    examples:\n      match:\n        - {subject: 1号楼困梯}",
    "    extract: {floor: {regex: '(\\d+)层'}}\n    examples:\n      match:\n"
    "        - {subject: 困梯, body: 8层, expect: {floor: '9'}}",
)


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    (tmp_path / "rules").mkdir()
    return runner(monkeypatch, capsys, tmp_path)


Try = Callable[..., Said]


@pytest.fixture
def tried(run: Run, tmp_path: Path) -> Try:
    """Try the examples of a file with these words."""

    def trying(source: str, *options: str) -> Said:
        (tmp_path / "rules" / "lifts.yaml").write_text(source, "utf-8")
        return run("rules", "test", "--rules", "rules", *options)

    return trying


def test_examples_that_hold_are_counted_file_by_file(tried: Try) -> None:
    said = tried(GOOD)

    assert (said.code, said.out) == (0, "✓ rules/lifts.yaml  examples: 2\n")
    assert "rules: 1, examples: 2, failed: 0;" in said.err


def test_an_example_that_does_not_match_shows_which_condition_failed_and_on_what(
    tried: Try,
) -> None:
    said = tried(GOOD.replace("1号楼困梯", "1号楼电梯停运"))

    assert said.code == 1
    assert "✗ rules/lifts.yaml" in said.out
    assert "✗ 13:11 match “1号楼电梯停运”" in said.out
    assert (
        "✗ subject contains 困梯 | lift stuck – not in subject “1号楼电梯停运”"
        in said.out
    )


def test_an_example_that_should_pass_shows_the_words_that_caught_it(tried: Try) -> None:
    said = tried(GOOD.replace("会议通知", "困梯演练通知"))

    assert said.code == 1
    assert "✗ 15:11 no_match “困梯演练通知”" in said.out
    assert "✓ subject contains 困梯 | lift stuck: “困梯” (subject)" in said.out


def test_an_example_is_tried_against_all_rules_and_the_winner_is_shown(
    tried: Try, tmp_path: Path
) -> None:
    (tmp_path / "rules" / "greedy.yaml").write_text(GREEDY, "utf-8")

    said = tried(GOOD.replace("1号楼困梯}", "1号楼困梯, body: 电梯停在3层}"))

    assert said.code == 1
    assert "sort this example into “greedy” (rule “all-of-it”), not “lifts”" in said.out
    assert "✓ all-of-it  rules/greedy.yaml:4" in said.out
    assert "✓ lift-stuck  rules/lifts.yaml:6" in said.out


def test_a_field_that_reads_otherwise_shows_both_values(tried: Try) -> None:
    said = tried(FIELDS)

    assert said.code == 1
    assert "The field “floor” reads “8” here, not “9”" in said.out


def test_a_rule_or_a_file_can_be_tried_alone_still_against_all_rules(
    tried: Try, tmp_path: Path
) -> None:
    (tmp_path / "rules" / "greedy.yaml").write_text(GREEDY, "utf-8")

    for word in ("all-of-it", "greedy.yaml", "rules/greedy.yaml"):
        said = tried(GOOD.replace("1号楼困梯", "别的"), word)
        assert (said.code, said.out) == (0, "✓ rules/greedy.yaml  examples: 1\n")


def test_a_rule_that_is_not_there_is_answered_with_the_nearest(tried: Try) -> None:
    said = tried(GOOD, "lift-stick")

    assert said.code == 2
    assert "Did you mean “lift-stuck”?" in said.err


def test_rules_that_cannot_be_read_are_faults_with_their_place(tried: Try) -> None:
    said = tried(GOOD.replace("when:", "wehn:"))

    assert (said.code, said.out) == (4, "")
    assert "rules/lifts.yaml:9:5: error" in said.err


# ── coverage ─────────────────────────────────────────────────────────────

EXCLUDING = GOOD.replace(
    "    when: {subject: [困梯, lift stuck]}",
    "    when:\n      subject: 困梯\n      none: [{body: 演练}, {from: {own: yes}}]",
)


def test_conditions_that_no_example_meets_are_named(tried: Try) -> None:
    said = tried(EXCLUDING, "--coverage")

    assert said.code == 0
    assert "no example meets: body contains 演练" in said.out
    assert "no example meets: from own yes" in said.out
    assert "subject contains" not in said.out
    assert "conditions met: 33 %" in said.err


def test_an_exclusion_is_met_by_the_example_that_it_lets_pass(tried: Try) -> None:
    source = EXCLUDING.replace("会议通知", "困梯, body: 演练")

    assert "66 %" in tried(source, "--coverage").err


def test_a_rule_that_no_example_matches_is_named(tried: Try) -> None:
    said = tried(GOOD[: GOOD.index("    examples:")], "--coverage", "--min", "1")

    assert said.code == 1
    assert "no example makes this rule match" in said.out


@pytest.mark.parametrize(("least", "code"), [("33", 0), ("34", 1)])
def test_too_little_coverage_is_a_finding_where_a_least_is_asked_for(
    tried: Try, least: str, code: int
) -> None:
    assert tried(EXCLUDING, "--min", least).code == code


def test_programs_get_every_example_and_the_coverage(tried: Try) -> None:
    told = json.loads(tried(FIELDS, "--json").out)

    (match, no_match) = told["examples"]
    assert (match["kind"], match["holds"], match["fields"]) == (
        "match", False, {"floor": "8"},
    )  # fmt: skip
    assert [fault["code"] for fault in match["faults"]] == ["R053"]
    assert match["when"]["held"] is True
    assert (no_match["holds"], no_match["faults"]) == (True, [])
    assert told["coverage"]["percent"] == 100


KNOWN = GOOD.replace("when: {subject: [困梯, lift stuck]}", "when: {known_sender: vip}")
PEOPLE = "mailroom: 1\nvips: [boss@client.example]\n"


def test_examples_know_the_people_that_the_check_knows(
    tried: Try, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "rules" / "office").mkdir()
    (tmp_path / "rules" / "office" / "people.yaml").write_text(PEOPLE, "utf-8")

    said = tried(KNOWN.replace("1号楼困梯}", "x, from: boss@client.example}"))

    assert said.code == 0
    assert run("rules", "check", "--rules", "rules").code == 0


@pytest.mark.parametrize(("trusted", "code"), [("yes", 0), ("no", 1)])
def test_an_example_says_whether_its_sender_is_proved(
    tried: Try, trusted: str, code: int
) -> None:
    source = GOOD.replace("困梯, lift stuck]}", "困梯, lift stuck], trusted: yes}")

    said = tried(source.replace("1号楼困梯}", f"1号楼困梯, trusted: {trusted}}}"))

    assert said.code == code


def test_an_example_says_to_which_case_it_belongs(tried: Try) -> None:
    source = GOOD.replace("{subject: [困梯, lift stuck]}", "{thread: lifts}")

    assert tried(source.replace("1号楼困梯}", "x, thread: lifts}")).code == 0
    assert tried(source).code == 1
