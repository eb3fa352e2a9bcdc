"""Claims about words and patterns that may not do what was meant."""

from pathlib import Path

import pytest

from mailroom.rules.check import Known, check
from mailroom.rules.load import RuleSet

HEAD = "mailroom: 1\ncategory: {id: one}\nrules:\n"


def codes(folder: Path, when: str, rest: str = "") -> list[str]:
    source = f"{HEAD}  - id: r\n    when: {when}\n{rest}"
    (folder / "one.yaml").write_text(source, encoding="utf-8")
    faults = check(RuleSet.load(folder), Known())
    return [fault.code for fault in faults if fault.code != "R046"]  # no examples


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("{subject: 票}", "R102"),
        ("{subject: {glob: 会议通知}}", "R128"),
        ("{subject: {glob: ['*通知', 会议通知]}}", "R128"),
        ("{any: [{body: {contains: [e]}}]}", "R102"),
        ("{body: {contains: [art]}}", "R103"),
        ("{body: {starts: hi}}", "R103"),
        ("{body: [ＩＮＶＯＩＣＥ]}", "R104"),
        ("{body: [invoice, Invoice]}", "R105"),
        ("{body: [发票, 發票]}", "R106"),
        ("{body: '快递、包裹'}", "R107"),
        ("{body: 快递，包裹}", "R107"),
        ("{body: {words: 'invoice, receipt'}}", "R107"),
        ("{subject: {contains: ['发票;收据']}}", "R107"),
        ("{body: 快递/包裹}", "R107"),
        ("{body: 快递 包裹}", "R107"),
        ("{body: 快递或包裹}", "R107"),
        ("{body: 快递或者包裹}", "R107"),
        ("{attachment: {text: 税号}}", "R108"),
        ("{attachment: {text: 税号, type: application/pdf}}", "R108"),
        ("{text: {in: [subject, attachment_text], contains: 税号}}", "R108"),
        ("{any: [{subject: 发票}, {attachment: {text: 税号}}]}", "R108"),
        ("{body: {regex: '[0-9]+'}}", "R111"),
        ("{body: {regex: '.*invoice.*'}}", "R112"),
        ("{body: {regex: 'no (a+)+'}}", "R113"),
        (r"{body: {regex: 'no (?:\w+\s?)*$'}}", "R113"),
        (r"{body: {regex: 'no (?:\w{1,100}\s?){1,9}z'}}", "R114"),
    ],
)
def test_a_doubtful_word_or_pattern_is_told(
    tmp_path: Path, when: str, code: str
) -> None:
    assert codes(tmp_path, when)[:1] == [code]


@pytest.mark.parametrize(
    "when",
    [
        "{body: {words: [art, PO, e]}}",  # as whole words
        "{subject: {glob: ['关于*的通知', 通知?号]}}",
        "{body: {is: e}}",
        "{body: ['Dear Sir, I am', '您好，请问贵公司是否可以', '1,000']}",
        "{body: {is: 'a, b'}}",
        "{body: [and/or, 或许, 抑或有]}",
        "{subject: 发票, attachment: {text: 税号}}",
        "{attachment: {name: 发票, text: 税号}}",
        "{subject: [发票, 发票号]}",
        "{body: [报名：, '?']}",  # signs as they are typed
        "{subject: {contains: [.pdf, 3月]}}",
        r"{body: {regex: '(?:No\. \d+, )+'}}",
        r"{body: {regex: '\d{1,3}(?:,\d{3})* yuan'}}",
        r"{body: {regex: '(?:[A-Z]+ ){1,3}Ltd'}}",
        r"{body: {regex: '\A[\s\d]*\z'}}",  # looks at one place alone
        "{subject: invoice, body: {regex: '[0-9]+'}}",  # a word gates it
        "{subject: invoice, none: [{body: {regex: '[0-9]+'}}]}",
    ],
)
def test_what_does_what_it_says_is_left_alone(tmp_path: Path, when: str) -> None:
    assert codes(tmp_path, when) == []


def test_a_doubtful_pattern_is_told_where_it_stands(tmp_path: Path) -> None:
    source = f"{HEAD}  - id: r\n    when:\n      body:\n        regex: '[0-9]+'\n"
    (tmp_path / "one.yaml").write_text(source, encoding="utf-8")

    faults = check(RuleSet.load(tmp_path), Known())

    assert [(f.line, f.column) for f in faults if f.code == "R111"] == [(7, 16)]


def test_patterns_of_fields_are_looked_at_too(tmp_path: Path) -> None:
    rest = "    extract: {no: {regex: '(?:[0-9]+)*'}}\n"

    assert codes(tmp_path, "{subject: invoice}", rest) == ["R113"]


def test_rules_that_cost_too_much_together_are_told_at_the_dearest(
    tmp_path: Path,
) -> None:
    patterns = ", ".join(f"'word{n} [0-9]'" for n in range(1800))

    assert codes(tmp_path, f"{{body: {{regex: [{patterns}]}}}}") == ["R115"]


def test_fields_that_cost_too_much_for_one_drawer_are_told(tmp_path: Path) -> None:
    patterns = ", ".join(f"'number{n} ([0-9]{{3,9}})'" for n in range(1800))
    rest = f"    then: [category: one]\n    extract: {{no: {{regex: [{patterns}]}}}}\n"

    assert codes(tmp_path, "{subject: invoice}", rest) == ["R115"]


def test_what_rules_and_fields_take_is_added_up(tmp_path: Path) -> None:
    # Each of them alone keeps to the bound.
    words = ", ".join(f"'word{n} [0-9]'" for n in range(1100))
    patterns = ", ".join(f"'number{n} ([0-9]{{3,9}})'" for n in range(900))
    when = f"{{body: {{regex: [{words}]}}}}"
    sorts = "    then: [category: one]\n"
    reads = f"{sorts}    extract: {{no: {{regex: [{patterns}]}}}}\n"

    assert codes(tmp_path, when, sorts) == []
    assert codes(tmp_path, "{subject: invoice}", reads) == []
    assert codes(tmp_path, when, reads) == ["R115"]


def test_a_rule_that_is_off_costs_nothing(tmp_path: Path) -> None:
    rest = "    enabled: no\n"

    assert codes(tmp_path, "{body: {regex: '[0-9]+'}}", rest) == []


def test_what_a_file_looks_for_in_all_its_rules_counts_once(tmp_path: Path) -> None:
    patterns = ", ".join(f"'number{n} ([0-9]{{3,9}})'" for n in range(100))
    rules = "".join(
        f"  - {{id: r{n}, when: {{subject: invoice{n}}}, then: [category: one]}}\n"
        for n in range(20)
    )
    head = HEAD.replace(
        "rules:\n", f"extract: {{no: {{regex: [{patterns}]}}}}\nrules:\n"
    )
    (tmp_path / "one.yaml").write_text(head + rules, encoding="utf-8")

    faults = check(RuleSet.load(tmp_path), Known())

    assert "extract" in head
    assert "R115" not in {fault.code for fault in faults}
