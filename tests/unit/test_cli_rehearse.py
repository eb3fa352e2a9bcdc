"""Claims about showing what changed rules would have made of the kept mail."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from mailroom.register.rule_files import LastGood, read_files
from mailroom.register.schema import event, message
from tests.unit.command_line import Run, runner
from tests.unit.small_office import REPAIR, SmallOffice, letter

PEOPLE = """\
mailroom: 1
people: [{name: Xu Ting, address: xuting@hengyuan.example}]
confidential_readers: [Xu Ting]
"""
CHAINS = "mailroom: 1\nchains: {}\n"
RULES = """\
mailroom: 1
category: {{id: {id}, sensitivity: {sensitivity}}}
rules:
  - id: {id}
    when: {when}
    examples: {{match: [{{subject: {word}, body: {word}}}]}}
"""


def rule(
    folder: Path,
    id_: str,
    word: str,
    *,
    when: str = "",
    sensitivity: str = "normal",
) -> None:
    source = RULES.format(
        id=id_, word=word, sensitivity=sensitivity, when=when or f"{{text: {word}}}"
    )
    (folder / f"{id_}.yaml").write_text(source, encoding="utf-8")


class Rehearsing:
    """An office with few rules, in force as they are at first."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.rules = folder / "rules"
        (self.rules / "office").mkdir(parents=True)
        (self.rules / "office" / "people.yaml").write_text(PEOPLE, encoding="utf-8")
        (self.rules / "chains.yaml").write_text(CHAINS, encoding="utf-8")
        self.office = SmallOffice(folder, reviewers={"xu": "Xu Ting"})
        lines = self.office.file.read_text(encoding="utf-8").splitlines()
        lines = ['rules = "rules"' if x.startswith("rules =") else x for x in lines]
        self.office.file.write_text("\n".join(lines), encoding="utf-8")
        rule(self.rules, "repair", "heating")
        rule(self.rules, "parking", "parking")
        self.run = run
        self.enforce()

    def enforce(self) -> None:
        store = LastGood(self.office.settings.folder("data"))
        files = read_files(self.rules)
        store.keep(files)
        store.enforce(files, datetime.now(UTC))

    def __call__(self, *arguments: str, user: str = "anybody") -> list[dict[str, Any]]:
        said = self.run("rules", "rehearse", "--json", *arguments, user=user)
        assert said.code == 0, said.err
        return [json.loads(line) for line in said.out.splitlines()]


@pytest.fixture
def rehearsing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Rehearsing]:
    made = Rehearsing(tmp_path, runner(monkeypatch, capsys, tmp_path))
    yield made
    made.office.close()


def test_rules_as_they_are_in_force_change_nothing(rehearsing: Rehearsing) -> None:
    rehearsing.office.sort(REPAIR, letter("Parking", "parking for guests"))

    (summary,) = rehearsing()

    assert (summary["mails"], summary["unchanged"], summary["changed"]) == (2, 2, 0)
    assert summary["never_held"] == []


def test_mail_is_marked_that_a_person_has_put_elsewhere(
    rehearsing: Rehearsing,
) -> None:
    rehearsing.office.sort(REPAIR)
    with rehearsing.office.desk.database.write() as tx:
        tx.execute(update(message).values(category="parking", answer={"by_hand": "xu"}))
    rule(rehearsing.rules, "repair", "lift")

    (changed, _) = rehearsing()

    assert (changed["old"], changed["by_hand"]) == ("repair", "parking")
    assert changed["rejected"] is None
    said = rehearsing.run("rules", "rehearse")
    assert "a person has put it into parking" in said.out


def test_each_mail_that_would_change_is_shown_with_both_answers_and_why(
    rehearsing: Rehearsing,
) -> None:
    rehearsing.office.sort(
        REPAIR, letter("Parking", "parking for guests"), letter("Lift", "the lift")
    )
    rule(rehearsing.rules, "repair", "lift")
    rule(rehearsing.rules, "guests", "guests", when="{body: guests}")
    (rehearsing.rules / "parking.yaml").unlink()
    rule(rehearsing.rules, "unused", "unheard-of")

    *changed, summary = rehearsing()

    assert [(m["message"], m["old"], m["new"]) for m in changed] == [
        (1, "repair", None), (2, "parking", "guests"), (3, None, "repair"),
    ]  # fmt: skip
    assert changed[1]["why"] == [
        {"rule": "guests", "condition": "body contains guests", "words": "guests"}
    ]
    assert summary["changed"] == 3
    assert {"old": None, "new": "repair", "count": 1} in summary["moves"]
    assert summary["never_held"] == ["unused"]


def test_people_read_it_line_by_line(rehearsing: Rehearsing) -> None:
    rehearsing.office.sort(letter("Lift", "the lift"))
    rule(rehearsing.rules, "repair", "lift")

    said = rehearsing.run("rules", "rehearse")

    assert "unsorted → repair  Lift" in said.out
    assert "rules – → repair; text contains lift: “Lift”" in said.out
    assert "mails of the last days (30): 1; unchanged: 0, changed: 1" in said.out
    assert said.code == 0


def test_only_new_rules_that_never_held_are_named(rehearsing: Rehearsing) -> None:
    rehearsing.office.sort(letter("Lift", "the lift"))
    rule(rehearsing.rules, "unused", "nothing-says-this")

    said = rehearsing.run("rules", "rehearse")

    assert "new rules that never held: unused\n" in said.out
    assert "rules that never held: 3 of 3 (--json names them)\n" in said.out


def test_edited_rules_that_never_hold_now_are_named_by_whether_they_held_before(
    rehearsing: Rehearsing,
) -> None:
    rehearsing.office.sort(REPAIR, letter("Lift", "the lift"))
    rule(rehearsing.rules, "repair", "heatign")  # it held for REPAIR
    rule(rehearsing.rules, "parking", "parkign")

    said = rehearsing.run("rules", "rehearse")
    *_, summary = rehearsing()

    assert "edited rules that held before, and as edited never: repair\n" in said.out
    assert "neither before nor as edited: parking\n" in said.out
    assert "new rules" not in said.out
    assert "--json names them" not in said.out  # all of them are named
    assert summary["never_held"] == ["parking", "repair"]
    assert summary["edited_held_before"] == ["repair"]
    assert summary["edited_never_held"] == ["parking"]


def test_a_rule_is_edited_where_its_conditions_say_something_else(
    rehearsing: Rehearsing,
) -> None:
    patterns = "{all: [{text: {regex: 'lift|stairs'}}, {text: {words: [x, y]}}]}"
    near = "{text: {near: [lift, stairs], within: 9}}"
    rule(rehearsing.rules, "patterns", "x lift", when=patterns)
    rule(rehearsing.rules, "near", "lift stairs", when=near)
    rehearsing.enforce()
    rehearsing.office.sort(letter("Lunch", "at noon"))
    rule(rehearsing.rules, "patterns", "x lift ", when=patterns.replace(" [x", "   [x"))
    source = rehearsing.rules / "near.yaml"
    source.write_text(source.read_text("utf-8") + "    priority: 7\n", "utf-8")
    rule(rehearsing.rules, "repair", "heatign")

    (summary,) = rehearsing()

    assert summary["edited_never_held"] == ["repair"]
    assert set(summary["never_held"]) == {"near", "parking", "patterns", "repair"}


def test_an_edited_rule_that_still_holds_is_not_named(rehearsing: Rehearsing) -> None:
    rehearsing.office.sort(letter("Lift", "the lift"))
    rule(rehearsing.rules, "repair", "lift")

    said = rehearsing.run("rules", "rehearse")

    assert "edited rules" not in said.out


def test_more_changes_than_allowed_are_a_finding(rehearsing: Rehearsing) -> None:
    rehearsing.office.sort(letter("Lift", "the lift"))
    rule(rehearsing.rules, "repair", "lift")

    assert rehearsing.run("rules", "rehearse", "--max-change", "1").code == 0
    assert rehearsing.run("rules", "rehearse", "--max-change", "0").code == 1


def test_what_is_restricted_is_a_number_only_but_for_who_may_see_it(
    rehearsing: Rehearsing,
) -> None:
    rule(rehearsing.rules, "secret", "salary", sensitivity="confidential")
    rehearsing.enforce()
    rehearsing.office.sort(letter("My salary", "salary"))
    # An edit that makes it plain does not open it.
    rule(rehearsing.rules, "secret", "salary")

    (summary,) = rehearsing()
    shown, _ = rehearsing(user="xu")

    assert (summary["changed"], summary["restricted"]) == (1, 1)
    assert summary["moves"] == []
    assert shown["differs"] == ["sensitivity"]


def test_a_reply_is_sorted_in_the_case_that_the_same_rules_would_have_opened(
    rehearsing: Rehearsing,
) -> None:
    first = letter("Lift", "the lift", message_id="<lift.1@client.example>")
    second = letter("Re: Lift", "any news?", answers="<lift.1@client.example>")
    rehearsing.office.sort(first)
    rehearsing.office.sort(second)
    rule(rehearsing.rules, "repair", "lift", when="{any: [{text: lift}]}")
    rule(rehearsing.rules, "news", "news", when="{body: news, thread: repair}")
    source = (rehearsing.rules / "news.yaml").read_text(encoding="utf-8")
    bare = source.partition("    examples")[0]
    (rehearsing.rules / "news.yaml").write_text(bare, encoding="utf-8")
    rule(rehearsing.rules, "repair", "lift", when="{new: [the lift]}")
    source = (rehearsing.rules / "repair.yaml").read_text(encoding="utf-8")
    (rehearsing.rules / "repair.yaml").write_text(source.partition("    exam")[0])

    *changed, _ = rehearsing()

    assert [(m["old"], m["new"]) for m in changed] == [(None, "repair"), (None, "news")]


def test_a_second_delivery_is_no_mail_of_its_own(rehearsing: Rehearsing) -> None:
    rehearsing.office.sort(REPAIR)
    rehearsing.office.sort(REPAIR)

    (summary,) = rehearsing()

    assert (summary["unchanged"], summary["apart"]) == (1, 1)


def test_rules_are_compared_with_a_folder_or_with_a_revision(
    rehearsing: Rehearsing, tmp_path: Path
) -> None:
    rehearsing.office.sort(letter("Lift", "the lift"))
    shutil.copytree(rehearsing.rules, tmp_path / "before")
    git = ("git", "-C", tmp_path, "-c", "user.name=x", "-c", "user.email=x@y.example")
    for command in (("init", "-q"), ("add", "rules"), ("commit", "-qm", "Rules")):
        subprocess.run([*git, *command], check=True)
    rule(rehearsing.rules, "repair", "lift")
    rehearsing.enforce()

    (same,) = rehearsing()
    *by_folder, _ = rehearsing("--against", str(tmp_path / "before"))
    *by_revision, _ = rehearsing("--against", "HEAD")

    assert same["changed"] == 0
    assert [m["new"] for m in by_folder] == ["repair"]
    assert by_revision == by_folder


@pytest.mark.parametrize("revision", ["nowhere", "--output={folder}/made-by-git"])
def test_a_revision_that_is_none_is_said(
    rehearsing: Rehearsing, tmp_path: Path, revision: str
) -> None:
    named = revision.format(folder=tmp_path)

    said = rehearsing.run("rules", "rehearse", f"--against={named}")

    assert said.code == 3
    assert "neither a folder nor a revision" in said.err
    assert not (tmp_path / "made-by-git").exists()


def test_edited_rules_with_faults_are_told_first(rehearsing: Rehearsing) -> None:
    rule(rehearsing.rules, "repair", "lift", when="{wenn: lift}")

    said = rehearsing.run("rules", "rehearse")

    assert said.code == 4
    assert "repair.yaml:5" in said.err


def test_nothing_is_written(rehearsing: Rehearsing) -> None:
    rehearsing.office.sort(letter("Lift", "the lift"))
    rule(rehearsing.rules, "repair", "lift")
    before = [rehearsing.office.rows(table.select()) for table in (message, event)]

    rehearsing()

    after = [rehearsing.office.rows(table.select()) for table in (message, event)]
    assert after == before
