"""Claims about reading the chains of reminders."""

from pathlib import Path

import pytest

from mailroom.errors import RuleError
from mailroom.followups.chains import Chains
from mailroom.followups.check import against_office

SHIPPED = Path(__file__).parents[2] / "rules" / "chains.yaml"
TEMPLATES = Path(__file__).parents[2] / "templates"


def faults_of(tmp_path: Path, content: str) -> list[tuple[int, str]]:
    path = tmp_path / "chains.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        Chains.load(path)
    return sorted((fault.line, fault.code) for fault in caught.value.faults)


def test_the_shipped_chains_load_with_the_names_the_rules_use() -> None:
    chains = Chains.load(SHIPPED)

    of_the_study = {
        "official_document", "order", "progress", "data_request", "meeting", "room",
        "visit", "travel", "expenses", "invoice", "statement", "quotation", "contract",
        "purchase", "supplies", "parcel", "call_back", "repair", "safety", "incident",
        "leave", "recruitment", "private", "enquiry", "records", "bounce",
    }  # fmt: skip
    of_our_letters = {"promised_answer", "promised", "asked_by"}
    general = {"reply_due", "answer_awaited", "at_once", "supervision"}
    assert of_the_study | of_our_letters | general == set(chains.by_id)
    assert all(
        chain.about["zh"] and chain.about["en"] for chain in chains.by_id.values()
    )


def test_every_template_a_shipped_chain_names_is_shipped() -> None:
    named = {
        file
        for chain in Chains.load(SHIPPED).by_id.values()
        for step in chain.steps
        for file in step.template.values()
    }

    assert named
    assert [name for name in sorted(named) if not (TEMPLATES / name).is_file()] == []


def test_a_step_before_the_due_day_has_days_below_zero() -> None:
    first, on_the_day, *_ = Chains.load(SHIPPED).by_id["reply_due"].steps

    assert (first.basis, first.days) == ("due", -1)
    assert (on_the_day.basis, on_the_day.days) == ("due", 0)


def test_a_chain_needs_a_due_day_where_no_step_counts_from_another_one() -> None:
    chains = Chains.load(SHIPPED).by_id

    assert chains["reply_due"].needs_due
    assert not chains["meeting"].needs_due  # by the day of the meeting, too
    assert not chains["at_once"].needs_due  # by the day of the letter


def test_every_fault_of_the_file_is_named_in_one_run(tmp_path: Path) -> None:
    content = """mailroom: 1
chains:
  a:
    starts: sometimes
    steps:
      - {after: 1, before_due: 2, level: friendly, to: owner}
      - {after: two, level: freindly, to: owner}
      - {after: 1, level: friendly, to: correspondent}
      - {after: 1.5, level: friendly}
    ends_on: [answer, moon]
  b:
    starts: sent
    steps: []
    ends_on: closed
"""

    assert faults_of(tmp_path, content) == [
        (4, "F004"),
        (6, "F011"),
        (7, "F002"),
        (7, "F004"),
        (8, "F013"),
        (9, "F003"),
        (9, "F012"),
        (10, "F004"),
        (13, "F010"),
    ]


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as caught:
        Chains.load(tmp_path / "chains.yaml")

    assert len(caught.value.faults) == 1


def test_a_file_without_chains_is_a_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "mailroom: 1\n") == [(1, "F003")]


def test_a_changed_file_has_another_hash(tmp_path: Path) -> None:
    path = tmp_path / "chains.yaml"
    path.write_bytes(SHIPPED.read_bytes() + b"# a word\n")

    assert Chains.load(path).hash != Chains.load(SHIPPED).hash


def test_a_degree_of_urgency_is_known_by_each_of_its_words() -> None:
    chains = Chains.load(SHIPPED)

    days = {word: chains.degree(word) for word in ("特提", "特急", "急件", "plain")}

    assert [degree and degree.days for degree in days.values()] == [0, 1, 3, 3]
    assert chains.degree("不急") is None


def test_a_chain_is_held_against_templates_people_and_fields(tmp_path: Path) -> None:
    path = tmp_path / "chains.yaml"
    path.write_text(
        """mailroom: 1
chains:
  visit:
    starts: registered
    steps:
      - {before_due: 1, of: stard, level: friendly, to: owner, tell: [directer]}
      - after: 3
        level: friendly
        to: correspondent
        template: {zh: reminder/freindly.zh.docx}
    ends_on: [closed]
""",
        encoding="utf-8",
    )

    faults = list(
        against_office(
            Chains.load(path),
            templates={"reminder/friendly.zh.docx"},
            people={"徐婷"},
            fields={"visit": {"start", "end"}},
        )
    )

    assert sorted((fault.line, fault.code) for fault in faults) == [
        (6, "F021"),
        (6, "F022"),
        (10, "F020"),
    ]
    said = " ".join(str(fault.text) for fault in faults)
    for meant in ("“start”", "“director”", "reminder/friendly.zh.docx?"):
        assert meant in said
