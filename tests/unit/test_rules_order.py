"""The order of decision: what a case, a second drawer, a machine make of a letter."""

from pathlib import Path

import pytest

from mailroom.message.parse import parse
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Classification, Context
from mailroom.workflow.reading import Own, read
from tests.unit.rule_pages import DIRECTORY, page

RULES = """
mailroom: 1
category: {id: NAME, about: {zh: 甲, en: A}}
rules:
  - id: NAME-rule
    priority: PRIORITY
    when: {text: WORD}
"""


@pytest.fixture
def rules(tmp_path: Path) -> RuleSet:
    drawers = (
        ("repair", 50, "broken"),
        ("supplies", 40, "paper"),
        ("rooms", 50, "room"),
    )
    for name, priority, word in drawers:
        written = RULES.replace("NAME", name).replace("PRIORITY", str(priority))
        (tmp_path / f"{name}.yaml").write_text(written.replace("WORD", word))
    (tmp_path / "auto_reply.yaml").write_text(
        "mailroom: 1\n"
        "category: {id: auto_reply, about: {zh: 乙, en: B}, machine: yes}\n"
        "extract:\n"
        "  away_until: {type: date, in: body, regex: 'until[^.]*'}\n"
        "rules:\n  - id: away\n    when: {text: 'I am away'}\n"
    )
    return RuleSet.load(tmp_path)


def answer(rules: RuleSet, body: str, thread: str | None = None) -> Classification:
    asked = page(body)
    known = asked.context
    context = Context(now=known.now, thread_category=thread, zone=known.zone)
    return rules.classify(asked.message, context)


def test_a_letter_that_no_rule_knows_goes_on_with_its_case_and_drafts_nothing(
    rules: RuleSet,
) -> None:
    found = answer(rules, "Any news?", thread="repair")

    assert (found.category, found.rule, found.actions) == ("repair", None, ())
    assert [why.condition for why in found.why] == [
        "It belongs to a case of this drawer."
    ]
    assert answer(rules, "Any news?").category is None


def test_a_rule_that_knows_the_letter_is_stronger_than_its_case(rules: RuleSet) -> None:
    assert answer(rules, "we need paper", thread="repair").category == "supplies"


def test_between_two_drawers_the_case_decides(rules: RuleSet) -> None:
    body = "the room lamp is broken"

    assert answer(rules, body).category is None
    assert answer(rules, body, thread="rooms").category == "rooms"
    assert answer(rules, body, thread="supplies").category is None


def test_the_drawer_that_came_second_becomes_a_further_task(rules: RuleSet) -> None:
    assert answer(rules, "the printer is broken, and we need paper").also == (
        "supplies",
    )


AWAY = (
    b"From: a@outside.example\r\nTo: office@own.example\r\nSubject: Hello\r\n"
    b"Date: Mon, 02 Mar 2026 09:00:00 +0800\r\nMessage-ID: <1@outside.example>\r\n"
)
OWN = Own(
    addresses=("office@own.example",), domains=("own.example",), directory=DIRECTORY
)


def test_an_answer_by_a_machine_tells_until_when_somebody_is_away(
    rules: RuleSet,
) -> None:
    now = page().context.now
    told = (
        AWAY + b"Auto-Submitted: auto-replied\r\n\r\nI am out until 9 March 2026.\r\n"
    )

    reading = read(told, rules, OWN, now=now)

    assert reading.answer is None
    assert reading.told["away_until"].value == "2026-03-09"


def test_what_rules_know_as_a_machines_answer_is_silent_like_one(
    rules: RuleSet,
) -> None:
    now = page().context.now
    said = AWAY + b"\r\nI am away until 9 March 2026.\r\n"

    reading = read(said, rules, OWN, now=now)

    assert reading.machine is not None
    assert (reading.machine.kind, reading.machine.reason) == ("auto_reply", "away")
    assert parse(said).machine is None
