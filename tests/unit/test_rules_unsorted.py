"""Claims about what nobody could sort: it is watched more closely than the rest."""

from pathlib import Path

import pytest

from mailroom.errors import RuleError
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Classification
from tests.unit.rule_mails import mail
from tests.unit.test_rules_decision import CONTEXT, rule, rules

WATCH = "{id: w, when: always, only: unsorted, then: [{sensitivity: confidential}]}"
CUE = (
    "{{id: q, cues: [{{subject: 发票, weight: {weight}}}],"
    " then: [{{category: quotation}}]}}"
)


def answer(rule_set: RuleSet) -> Classification:
    return rule_set.classify(mail(subject="发票", body="您好"), CONTEXT)


def test_a_rule_for_unsorted_mail_counts_where_nothing_sorted_it(
    tmp_path: Path,
) -> None:
    assert answer(rules(tmp_path, WATCH)).sensitivity == "confidential"


def test_it_does_not_count_for_sorted_mail(tmp_path: Path) -> None:
    found = answer(rules(tmp_path, rule("a", "invoice"), WATCH))

    assert (found.category, found.sensitivity) == ("invoice", "normal")


@pytest.mark.parametrize(
    ("weight", "level"), [("0.3", "confidential"), ("0.5", "internal")]
)
def test_a_rule_for_unknown_mail_does_not_count_where_a_drawer_is_near(
    tmp_path: Path, weight: str, level: str
) -> None:
    watch = WATCH.replace("unsorted", "unknown")
    near = rules(
        tmp_path, CUE.format(weight=weight), watch, quotation="sensitivity: internal"
    )

    assert answer(near).sensitivity == level


@pytest.mark.parametrize(
    "then", ["then: [{category: invoice}]", "stop: yes, then: [{tag: x}]"]
)
def test_it_may_neither_sort_nor_stop(tmp_path: Path, then: str) -> None:
    with pytest.raises(RuleError) as raised:
        rules(tmp_path, f"{{id: w, when: always, only: unsorted, {then}}}")

    assert [fault.code for fault in raised.value.faults] == ["R026"]


@pytest.mark.parametrize(
    ("weight", "level"), [("0.3", "internal"), ("0.4", "confidential")]
)
def test_unsorted_mail_is_as_confidential_as_a_drawer_it_may_well_belong_to(
    tmp_path: Path, weight: str, level: str
) -> None:
    line = CUE.format(weight=weight)

    found = answer(rules(tmp_path, line, quotation="sensitivity: confidential"))

    assert (found.category, found.sensitivity) == (None, level)


def test_of_unsorted_mail_is_read_what_its_likeliest_drawer_asks_for(
    tmp_path: Path,
) -> None:
    likely, other = (
        f"{{id: {name}, cues: [{{subject: 发票, weight: {weight}}}],"
        f" then: [{{category: {category}}}], extract: {{{field}: {{type: money}}}}}}"
        for name, weight, category, field in (
            ("q", 0.4, "quotation", "amount"),
            ("i", 0.2, "invoice", "net"),
        )
    )
    found = rules(tmp_path, likely, other).classify(
        mail(subject="发票", body="共 300 元"), CONTEXT
    )

    assert found.category is None
    assert {name: field.value for name, field in found.fields.items()} == {
        "amount": "300.00"
    }


@pytest.mark.parametrize(("weight", "level"), [("0.1", "internal"), ("0.3", "normal")])
def test_unsorted_mail_that_may_only_belong_to_an_open_drawer_is_as_open(
    tmp_path: Path, weight: str, level: str
) -> None:
    line = CUE.format(weight=weight)

    found = answer(rules(tmp_path, line, quotation="sensitivity: normal"))

    assert (found.category, found.sensitivity) == (None, level)


def test_what_a_machine_wrote_is_as_its_drawer_whatever_words_it_borrows(
    tmp_path: Path,
) -> None:
    raising = "{id: w, when: always, then: [{sensitivity: confidential}]}"
    machines = rules(
        tmp_path, rule("a", "newsletter"), raising, newsletter="machine: yes"
    )

    assert answer(machines).sensitivity == "normal"


def test_fields_of_a_letter_in_traditional_characters_are_read(tmp_path: Path) -> None:
    line = (
        "{id: q, when: always, then: [{category: quotation}],"
        " extract: {until: {type: date, regex: '将于([^。]+)届满'},"
        " what: {regex: '(合同[0-9]+)'}}}"
    )
    found = rules(tmp_path, line).classify(
        mail(subject="續期", body="合約、合同33將於2026年12月31日屆滿"), CONTEXT
    )

    assert {name: field.value for name, field in found.fields.items()} == {
        "until": "2026-12-31",
        "what": "合同33",
    }
