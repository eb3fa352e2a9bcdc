"""Claims about the rules that come with mailroom."""

from collections import Counter
from pathlib import Path

import pytest

from mailroom.directory import Directory
from mailroom.followups.chains import Chains
from mailroom.rules.check import Known, check
from mailroom.rules.load import RuleSet
from mailroom.words.template import Template

ROOT = Path(__file__).parents[2]
LONGEST_LINE = 140  # characters
CATEGORIES = {
    "auto_reply",
    "bounce",
    "contract",
    "courier_mail",
    "data_request",
    "expense_claim",
    "incident_report",
    "invoice",
    "leave_request",
    "maintenance",
    "meeting_notice",
    "newsletter",
    "official_document",
    "other",
    "phone_message",
    "progress_report",
    "public_enquiry",
    "purchase_request",
    "quotation",
    "records_request",
    "recruitment",
    "room_booking",
    "safety_security",
    "spam_phishing",
    "staff_concern",
    "supervision_order",
    "statement",
    "supplies",
    "travel",
    "visit_event",
}


@pytest.fixture(scope="module")
def rule_set() -> RuleSet:
    return RuleSet.load(ROOT / "rules")


@pytest.fixture(scope="module")
def directory() -> Directory:
    return Directory.load(ROOT / "rules" / "office")


def test_the_drawers_of_an_office_are_shipped(rule_set: RuleSet) -> None:
    assert set(rule_set.categories) == CATEGORIES


def test_every_example_holds_with_every_template_chain_person_at_hand(
    rule_set: RuleSet, directory: Directory
) -> None:
    folder = ROOT / "templates"
    templates = {
        path.relative_to(folder).as_posix(): frozenset(Template.load(path).fields)
        for path in folder.rglob("*.docx")
    }
    known = Known(
        templates=templates,
        chains=frozenset(Chains.load(ROOT / "rules" / "chains.yaml").by_id),
        people=frozenset(person.name for person in directory.people),
        own_domains=directory.own_domains,
    )

    assert [str(fault) for fault in check(rule_set, known)] == []


def test_every_rule_has_three_examples_of_each_kind(rule_set: RuleSet) -> None:
    short = []
    for rule in rule_set.rules:
        kinds = Counter(example.matches for example in rule.examples)
        if kinds[True] < 3 or kinds[False] < 3:
            short.append(rule.id)

    assert short == []


def test_every_category_is_named_in_both_languages(rule_set: RuleSet) -> None:
    assert all(set(each.about) == {"zh", "en"} for each in rule_set.categories.values())


def test_no_rule_drafts_a_reply_to_fraud_newsletters_incidents_or_concerns(
    rule_set: RuleSet,
) -> None:
    for name in ("spam_phishing", "newsletter", "incident_report", "staff_concern"):
        category = rule_set.categories[name]
        assert not category.reply
        assert category.machine or category.draft == "never"


def test_a_concern_of_staff_is_told_to_nobody_but_the_one_who_has_it(
    rule_set: RuleSet,
) -> None:
    chain = Chains.load(ROOT / "rules" / "chains.yaml").by_id["private"]

    assert rule_set.categories["staff_concern"].chain == "private"
    assert {(step.level, step.to) for step in chain.steps} == {("friendly", "owner")}


def test_an_order_is_followed_up_until_a_person_closes_it(rule_set: RuleSet) -> None:
    chain = Chains.load(ROOT / "rules" / "chains.yaml").by_id["order"]

    assert rule_set.categories["supervision_order"].chain == "order"
    assert set(chain.ends_on) == {"closed"}


def test_every_person_of_the_sample_office_is_its_own(directory: Directory) -> None:
    assert len(directory.people) >= 12
    assert all(directory.is_own(person.address) for person in directory.people)


def test_the_sample_rooms_are_found_in_a_sentence(directory: Directory) -> None:
    room = directory.room("麻烦订一下2号楼301会议室")

    assert room is not None
    assert room.name == "2号楼301会议室"


def test_a_person_can_read_every_line_of_a_condition() -> None:
    long = []
    for path in sorted((ROOT / "rules").glob("*.yaml")):
        aside = 0  # how far examples or fields are indented, while in them
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            indent = len(line) - len(line.lstrip())
            if line.strip() and indent <= aside:
                aside = 0
            if line.strip() in {"examples:", "extract:"}:
                aside = indent or 1
            if not aside and len(line) > LONGEST_LINE:
                long.append(f"{path.name}:{number}")

    assert long == []
