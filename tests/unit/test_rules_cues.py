"""Claims about rules that weigh several hints."""

from pathlib import Path

import pytest

from mailroom.errors import RuleError
from mailroom.message.model import Message
from mailroom.rules.examples import try_examples
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Classification, Context
from tests.unit.rule_mails import NOW, mail

CONTEXT = Context(now=NOW, own_domains=("firm.example",))
FILE = """
mailroom: 1
category: {id: invoice, about: {zh: 发票, en: Invoice}}
rules:
  - id: invoice
    cues:
      - {text: 发票, weight: 0.4}
      - {body: {regex: '[0-9]{8}'}, weight: 0.4}
      - {attachment: {name: {ends: .pdf}}, weight: 0.3}
    not:
      - {text: 代开}
      - {text: 报价, weight: 0.5}
"""


def rules(tmp_path: Path, content: str = FILE) -> RuleSet:
    (tmp_path / "rules.yaml").write_text(content, encoding="utf-8")
    return RuleSet.load(tmp_path)


def answer(tmp_path: Path, message: Message) -> Classification:
    return rules(tmp_path).classify(message, CONTEXT)


def test_two_independent_cues_decide(tmp_path: Path) -> None:
    found = answer(tmp_path, mail(subject="发票", body="号码12345678"))

    assert (found.category, found.confidence) == ("invoice", 0.8)
    assert [reason.condition for reason in found.why] == [
        "text contains 发票 (+0.4)",
        "body regex [0-9]{8} (+0.4)",
    ]


@pytest.mark.parametrize(("subject", "body"), [("发票", "您好"), ("", "12345678")])
def test_one_cue_alone_is_unsorted_with_its_name(
    tmp_path: Path, subject: str, body: str
) -> None:
    found = answer(tmp_path, mail(subject=subject, body=body))

    assert found.category is None
    assert found.candidates == (("invoice", 0.4),)


def test_a_cue_counts_once_however_often_it_is_there(tmp_path: Path) -> None:
    found = answer(tmp_path, mail(subject="发票", body="发票发票，发票。"))

    assert found.confidence == 0.4


def test_the_sum_is_capped_at_one(tmp_path: Path) -> None:
    content = FILE.replace("0.4", "0.9")

    found = rules(tmp_path, content).classify(
        mail(subject="发票", body="12345678"), CONTEXT
    )

    assert found.confidence == 1


def test_a_not_cue_with_a_weight_subtracts_after_the_cap(tmp_path: Path) -> None:
    content = FILE.replace("0.4", "0.9")

    found = rules(tmp_path, content).classify(
        mail(subject="发票", body="12345678，报价"), CONTEXT
    )

    assert found.confidence == 0.5
    assert found.candidates == (("invoice", 0.5),)
    assert "not: text contains 报价 (-0.5)" in [r.condition for r in found.why]


def test_a_not_cue_without_a_weight_excludes(tmp_path: Path) -> None:
    found = answer(tmp_path, mail(subject="代开发票", body="12345678"))

    assert found.candidates == ()


def test_a_rule_outweighed_does_not_match(tmp_path: Path) -> None:
    assert answer(tmp_path, mail(subject="发票报价")).candidates == ()


def test_when_must_hold_beside_the_cues(tmp_path: Path) -> None:
    content = FILE.replace("    cues:", "    when: {has_attachment: yes}\n    cues:")

    found = rules(tmp_path, content).classify(
        mail(subject="发票", body="12345678"), CONTEXT
    )

    assert found.candidates == ()


def test_weights_that_reach_the_threshold_exactly_decide(tmp_path: Path) -> None:
    content = FILE.replace("weight: 0.4", "weight: 0.3")

    found = rules(tmp_path, content).classify(
        mail(subject="发票", body="12345678"), CONTEXT
    )

    assert found.category == "invoice"


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (("weight: 0.3", "weight: 0"), "R068", 9),
        (("weight: 0.3", "weight: 2"), "R005", 9),
        ((", weight: 0.3", ""), "R003", 9),
        (("    cues:", "    confidence: 0.9\n    cues:"), "R024", 6),
        (("    cues:", "    when: always\n    extra:"), "R023", 12),
        (("{text: 代开}", "{weight: 0.3}"), "R010", 11),
        (("{text: 代开}", "{txt: 代开}"), "R001", 11),
    ],
)
def test_what_is_wrong_with_cues_is_told_with_its_line(
    tmp_path: Path, change: tuple[str, str], code: str, line: int
) -> None:
    with pytest.raises(RuleError) as caught:
        rules(tmp_path, FILE.replace(*change))

    assert (code, line) in [(f.code, f.line) for f in caught.value.faults]


def test_a_rule_below_the_threshold_asks_for_nothing(tmp_path: Path) -> None:
    content = FILE + "    then: [{tag: bill}, {assign: Tom}, {also: invoice}]\n"
    message = mail(subject="发票", body="12345678")

    weak = rules(tmp_path, content).classify(mail(subject="发票"), CONTEXT)
    sure = rules(tmp_path, content).classify(message, CONTEXT)

    assert (weak.tags, weak.also, weak.actions) == ((), (), ())
    assert (sure.tags, [a.verb for a in sure.actions]) == (("bill",), ["assign"])


def test_an_example_may_say_that_one_cue_is_not_enough(tmp_path: Path) -> None:
    examples = "    examples:\n      no_match:\n        - {subject: 发票}\n"
    enough = examples.replace("发票", "发票, body: '12345678'")

    assert list(try_examples(rules(tmp_path, FILE + examples), ())) == []
    assert [f.code for f in try_examples(rules(tmp_path, FILE + enough), ())] == [
        "R051"
    ]
