"""Claims that the rule language is as the README tells it."""

import re
from pathlib import Path

import pytest

from mailroom.errors import RuleError
from mailroom.rules import read_rules
from mailroom.rules.conditions import OPERATORS
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Context
from mailroom.rules.read_actions import VERBS
from mailroom.rules.read_addresses import ADDRESS_KEYS
from mailroom.rules.read_conditions import ATTACHMENT_KEYS, GROUPS, ConditionReader
from mailroom.rules.read_moments import DATE_KEYS, SIZE_KEYS
from mailroom.rules.read_words import SEVERAL_KEYS
from mailroom.yamlfile import Proofreader
from tests.unit.rule_mails import NOW, mail

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
SECTION = README.split("## The rule language")[1].split("\n## ")[0]
CONTEXT = Context(now=NOW)


def tags(
    tmp_path: Path, *lines: str, subject: str = "发票", file: str = "a.yaml"
) -> tuple[str, ...]:
    listed = "".join(f"  - {line}\n" for line in lines)
    (tmp_path / file).write_text(f"mailroom: 1\nrules:\n{listed}", encoding="utf-8")
    return RuleSet.load(tmp_path).classify(mail(subject=subject), CONTEXT).tags


@pytest.mark.parametrize(
    "word",
    sorted(  # in one order, for each process that runs a part of the tests
        {
            *ConditionReader(Proofreader("", "R")).readers,
            *GROUPS,
            *OPERATORS,
            *SEVERAL_KEYS,
            *ADDRESS_KEYS,
            *ATTACHMENT_KEYS,
            *DATE_KEYS,
            *SIZE_KEYS,
            *VERBS,
            *read_rules.RULE_KEYS,
        }
    ),
)
def test_every_word_of_the_language_is_in_the_readme(word: str) -> None:
    assert re.search(rf"(?<![a-z_]){word}(?![a-z_])", SECTION)


def test_the_rules_of_the_readme_are_rules(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", SECTION, re.DOTALL)
    for number, block in enumerate(blocks):
        (tmp_path / f"{number}.yaml").write_text(block, encoding="utf-8")

    found = RuleSet.load(tmp_path).classify(
        mail(subject="快递到了", body="SF123456789012"), CONTEXT
    )

    assert found.tags == ("parcel",)


def test_rules_are_tried_by_priority_then_file_then_place(tmp_path: Path) -> None:
    plain = "{{id: {0}, when: always, then: [{{tag: {0}}}]}}"
    high = "{id: d, priority: 1, when: always, then: [{tag: d}]}"
    tags(tmp_path, plain.format("c"), file="10-x.yaml")

    found = tags(tmp_path, plain.format("a"), plain.format("b"), high, file="2-x.yaml")

    assert found == ("d", "a", "b", "c")


def test_every_matching_rule_counts_until_stop(tmp_path: Path) -> None:
    found = tags(
        tmp_path,
        "{id: a, when: always, then: [{tag: a}]}",
        "{id: b, when: {subject: 会议}, then: [{tag: b}], stop: yes}",
        "{id: c, when: {subject: 发票}, then: [{tag: c}], stop: yes}",
        "{id: d, when: always, then: [{tag: d}]}",
    )

    assert found == ("a", "c")


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{subject: [会议, 发票]}", True),
        ("{subject: [会议, 报价]}", False),
        ("{subject: 发票, is_reply: no}", True),
        ("{subject: 发票, is_reply: yes}", False),
        ("{subject: {contains: 发, ends: 票}}", True),
        ("{subject: {contains: 发, ends: 发}}", False),
        ("{none: [{subject: 会议}, {subject: 报价}]}", True),
        ("{none: [{subject: 会议}, {subject: 发票}]}", False),
        ("{subject: 发票, none: [{is_reply: yes}]}", True),
    ],
)
def test_lists_are_or_keys_are_and_none_is_none_of_these(
    tmp_path: Path,
    when: str,
    expected: bool,  # noqa: FBT001  a table's column
) -> None:
    found = tags(tmp_path, f"{{id: a, when: {when}, then: [{{tag: a}}]}}")

    assert (found == ("a",)) is expected


@pytest.mark.parametrize(
    "when",
    ["{not: {subject: a}}", "{subject: {not_contains: a}}", "{subject: {none: a}}"],
)
def test_there_is_no_other_negation(tmp_path: Path, when: str) -> None:
    with pytest.raises(RuleError, match="R001"):
        tags(tmp_path, f"{{id: a, when: {when}}}")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("until: 2026-03-04", True),  # the day itself
        ("until: 2026-03-03", False),
        ("enabled: no", False),
        ("enabled: yes", True),
    ],
)
def test_a_rule_may_be_off_or_have_had_its_time(
    tmp_path: Path,
    key: str,
    expected: bool,  # noqa: FBT001  a table's column
) -> None:
    found = tags(tmp_path, f"{{id: a, {key}, when: always, then: [{{tag: a}}]}}")

    assert (found == ("a",)) is expected


@pytest.mark.parametrize(
    "how",
    ["contains: 發票", "regex: '發票'", "glob: '發*'", "near: [發, 票]"],
)
def test_traditional_exact_keeps_characters_apart_for_one_rule(
    tmp_path: Path, how: str
) -> None:
    when = f"when: {{subject: {{{how}}}}}"

    found = tags(
        tmp_path,
        f"{{id: a, {when}, then: [{{tag: a}}]}}",
        f"{{id: b, traditional: exact, {when}, then: [{{tag: b}}]}}",
        f"{{id: c, {when}, then: [{{tag: c}}]}}",
    )
    written = tags(
        tmp_path,
        f"{{id: b, traditional: exact, {when}, then: [{{tag: b}}]}}",
        subject="發票",
    )

    assert found == ("a", "c")
    assert written == ("b",)


def test_keys_of_a_rule_that_are_wrong_are_told(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as caught:
        tags(tmp_path, "{id: a, untill: x, traditional: no, until: 2026-02-30}")

    codes = sorted(fault.code for fault in caught.value.faults)

    assert codes == ["R001", "R003", "R004", "R065"]


def test_a_thread_of_a_category_that_is_not_there_is_told_at_its_place(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.yaml").write_text(
        "mailroom: 1\ncategory: {id: invoice, about: {zh: 甲}}\nrules:\n"
        "  - {id: a, when: {thread: [yes, invioce]}}\n",
        encoding="utf-8",
    )

    with pytest.raises(RuleError) as caught:
        RuleSet.load(tmp_path)

    (fault,) = caught.value.faults
    assert (fault.code, fault.line, fault.column) == ("R032", 4, 34)
    assert "“invoice”" in str(fault.text)
