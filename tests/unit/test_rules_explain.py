"""Claims about explaining what each rule made of a message."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailroom.rules.conditions import TextCondition, TextTest
from mailroom.rules.explain import Explanation, describe, explain, try_condition
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Context
from mailroom.rules.page import Page, fold
from tests.unit.rule_mails import NOW, mail

SHIPPED = RuleSet.load(Path(__file__).parents[2] / "rules")
RULES = """
mailroom: 1
category: {id: lifts}
rules:
  - id: urgent
    priority: 9
    when:
      all:
        - subject: [困梯, 电梯]
        - any: [{body: {words: [help]}}, {body: 救命}]
      none:
        - text: {contains: [演练]}
    stop: yes
  - id: off
    when: {subject: 电梯}
    enabled: no
  - id: plain
    when: {subject: 电梯}
"""


def told(tmp_path: Path, subject: str, body: str, rules: str = RULES) -> Explanation:
    (tmp_path / "lifts.yaml").write_text(rules, encoding="utf-8")
    return explain(RuleSet.load(tmp_path), mail(subject, body), Context(now=NOW))


def outcomes(explanation: Explanation) -> dict[str, str]:
    return {trial.rule.id: trial.outcome for trial in explanation.trials}


def test_each_rule_says_what_became_of_it(tmp_path: Path) -> None:
    stopped = told(tmp_path, "电梯坏了", "救命")
    going_on = told(tmp_path, "电梯坏了", "没事")

    assert outcomes(stopped) == {
        "urgent": "matched",
        "off": "off",
        "plain": "not tried",
    }
    assert outcomes(going_on) == {"urgent": "missed", "off": "off", "plain": "matched"}
    assert stopped.answer.rule == "urgent"


def test_every_condition_is_tried_even_where_the_first_decides(tmp_path: Path) -> None:
    trial = told(tmp_path, "会议", "救命，这是演练").trials[0]

    held = [(test.condition, test.held) for test in trial.step.tests()]

    assert held == [
        ("subject contains 困梯 | 电梯", False), ("body words help", False),
        ("body contains 救命", True), ("text contains 演练", True),
    ]  # fmt: skip
    assert trial.outcome == "missed"


def test_a_condition_that_failed_says_what_it_looked_at(tmp_path: Path) -> None:
    step = told(tmp_path, "会议", "救命").trials[0].step

    first = next(step.tests())

    assert first.looked_at == (("subject", "会议"),)


def test_a_long_text_is_shown_by_its_beginning(tmp_path: Path) -> None:
    step = told(tmp_path, "电梯", "一" * 5000).trials[0].step

    (looked, *_) = [test.looked_at[0][1] for test in step.tests() if not test.held]

    assert len(looked) < 100
    assert looked.endswith("…")


def test_a_condition_that_held_has_the_words_and_their_place(tmp_path: Path) -> None:
    step = told(tmp_path, "关于电梯", "救命").trials[0].step

    (hit,) = next(step.tests()).hits

    assert (hit.words, hit.zone, hit.span) == ("电梯", "subject", (2, 4))


def test_lists_within_all_are_one_list(tmp_path: Path) -> None:
    step = told(tmp_path, "x", "y").trials[0].step

    assert [part.kind for part in step.parts] == ["test", "any", "none"]


def test_several_operators_of_one_place_are_conditions_of_their_own(
    tmp_path: Path,
) -> None:
    rules = RULES.replace("subject: [困梯, 电梯]", "subject: {starts: 电, ends: 梯}")

    step = told(tmp_path, "电灯", "x", rules).trials[0].step

    tests = list(step.tests())
    assert [(t.condition, t.held) for t in tests[:2]] == [
        ("subject starts 电", True), ("subject ends 梯", False),
    ]  # fmt: skip


def test_a_rule_is_near_where_a_word_speaks_for_it_not_where_one_is_missing(
    tmp_path: Path,
) -> None:
    near = told(tmp_path, "会议", "救命").trials[0]
    far = told(tmp_path, "会议", "议程").trials[0]

    assert (near.near, far.near) == (True, False)
    assert [part.held for part in far.step.parts] == [False, False, True]


class Broken:
    """A condition that cannot be asked."""

    def hits(self, page: Page) -> None:
        raise ZeroDivisionError(page)


def test_a_condition_that_cannot_be_asked_names_the_mishap_without_its_words() -> None:
    step = try_condition(Broken(), Page(mail("secret"), Context(now=NOW)))

    assert (step.held, step.mishap) == (False, "ZeroDivisionError")
    assert "secret" not in repr(step)


def test_a_condition_of_an_unknown_kind_is_named_by_its_class() -> None:
    assert describe(Broken()) == "broken"


def test_many_words_are_shortened() -> None:
    words = tuple(f"w{n}" for n in range(30))
    test = TextTest(operator="contains", words=words, folded=tuple(map(fold, words)))

    said = describe(TextCondition(name="body", places=("new",), tests=(test,)))

    assert said.startswith("body contains w0 | w1 ")
    assert said.endswith("… +22")


@pytest.mark.parametrize("rule", SHIPPED.rules, ids=lambda rule: rule.id)
def test_every_shipped_condition_can_be_said(rule: object) -> None:
    page = Page(mail("x", "y"), Context(now=NOW))

    step = try_condition(rule.when, page)  # type: ignore[attr-defined]

    assert all(
        test.condition and "object at" not in test.condition for test in step.tests()
    )


@settings(deadline=None)  # whoever asks first waits for all patterns to be made
@given(
    st.sampled_from(
        ["发票", "会议室", "维修", "invoice", "room for 12 people at 10:00"]
    ),
    st.lists(
        st.sampled_from(
            [
                "打印机坏了",
                "请报价",
                "明天下午",
                "广告",
                "please book",
                "on 3 March",
                "谢谢",
            ]
        ),
        max_size=6,
    ),
)
def test_the_tree_says_matched_of_just_the_rules_that_the_worker_matches(
    subject: str, lines: list[str]
) -> None:
    """The plain evaluation and the worker's matcher agree."""
    message, context = mail(subject, "\n".join(lines)), Context(now=NOW)

    explanation = explain(SHIPPED, message, context)

    answer = SHIPPED.classify(message, context)
    matched = {t.rule.id for t in explanation.trials if t.outcome == "matched"}
    page = Page(message, context)
    plainly = {
        r.id for r in SHIPPED.rules if r.enabled and r.when.hits(page) is not None
    }
    assert explanation.answer == answer
    assert matched <= plainly
    assert {reason.rule for reason in answer.why} <= matched


CUED = """
mailroom: 1
category: {id: lifts}
rules:
  - id: cued
    cues:
      - {subject: 电梯, weight: 0.4}
      - {body: 救命, weight: 0.4}
      - {body: 停电, weight: 0.3}
    not:
      - {body: 也许, weight: 0.1}
      - {body: 演练}
"""


@pytest.mark.parametrize(
    ("body", "outcome", "score"),
    [
        ("救命", "matched", 0.8), ("救命，也许", "matched", 0.7),
        ("救命，演练", "missed", 0.0), ("救命，停电了", "matched", 1.0),
    ],
)  # fmt: skip
def test_cues_are_shown_with_their_weights_and_the_score_they_make(
    tmp_path: Path, body: str, outcome: str, score: float
) -> None:
    (trial,) = told(tmp_path, "电梯", body, CUED).trials

    assert trial.outcome == outcome
    assert trial.score == pytest.approx(score)
    assert trial.step.kind == "cues"
    assert [part.weight for part in trial.step.parts] == [0.4, 0.4, 0.3, -0.1, None]
    assert [part.excludes for part in trial.step.parts] == [False] * 4 + [True]


def test_a_rule_past_its_last_day_is_off(tmp_path: Path) -> None:
    rules = RULES.replace("    priority: 9", "    priority: 9\n    until: 2026-03-03")

    assert outcomes(told(tmp_path, "电梯", "救命", rules))["urgent"] == "off"


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("from: a@b.cn", "from address a@b.cn"),
        ("body: {near: [发票, [号码, no]]}", "body near 发票 ⋯ 号码 | no, within 20"),
        ("body: {count: [甲, 乙]}", "body count 甲 | 乙, at_least 2"),
        ("attachment: {size: {over: 5K}}", "attachment size over 5120"),
        ("from: {domain: b.cn, own: no}", "from domain b.cn, own no"),
        ("to: {local: {starts: office}}", "to local starts office"),
        ("attachment: {name: {ends: .pdf}, type: image/*}",
         "attachment type image/*, ends .pdf"),
        ("is_reply: no", "is_reply no"), ("known_sender: vip", "known_sender vip"),
        ("language: [zh, en]", "language en | zh"),
        ("size: {over: 1K}", "size over 1024"),
        ("header: {X-A: {is: b}}", "header X-A is b"),
        ("list_id: staff", "list_id is staff"), ("always: yes", "always"),
    ],
)  # fmt: skip
def test_each_kind_of_condition_is_said_as_rules_write_it(
    tmp_path: Path, when: str, said: str
) -> None:
    rules = f"mailroom: 1\ncategory: {{id: x}}\nrules: [{{id: a, when: {{{when}}}}}]"

    (test,) = told(tmp_path, "x", "y", rules).trials[0].step.tests()

    assert test.condition == said
