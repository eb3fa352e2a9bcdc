"""Claims about reading rule files."""

import os
from pathlib import Path

import pytest

from mailroom.errors import RuleError
from mailroom.register.rule_files import read_files
from mailroom.rules.load import RuleSet
from mailroom.rules.read_folder import rule_files

GOOD = """
mailroom: 1
category: {id: invoice, about: {zh: 发票, en: Invoice}, fields: [invoice_no]}
rules:
  - id: invoice-zh
    when: {subject: 发票}
"""


def folder(tmp_path: Path, **files: str) -> Path:
    target = tmp_path / "rules"
    target.mkdir(exist_ok=True)
    for name, content in files.items():
        (target / f"{name}.yaml").write_text(content, encoding="utf-8")
    return target


def codes(tmp_path: Path, **files: str) -> list[tuple[str, str]]:
    with pytest.raises(RuleError) as caught:
        RuleSet.load(folder(tmp_path, **files))
    return [(fault.place, fault.code) for fault in caught.value.faults]


def test_rules_are_tried_by_priority_then_file_then_place(tmp_path: Path) -> None:
    def rules(*lines: str) -> str:
        return "mailroom: 1\nrules:\n" + "".join(
            f"  - {{when: always, {line}}}\n" for line in lines
        )

    files = {
        "10-late": rules("id: c"),
        "2-early": rules("id: a", "id: b", "id: top, priority: 5"),
        "last": rules("id: below, priority: -1"),
    }

    rule_set = RuleSet.load(folder(tmp_path, **files))

    assert [rule.id for rule in rule_set.rules] == ["top", "a", "b", "c", "below"]


def test_a_rule_sorts_into_the_category_of_its_file(tmp_path: Path) -> None:
    more = GOOD + "  - {id: second, when: always, then: [{tag: money}]}\n"

    rule_set = RuleSet.load(folder(tmp_path, invoice=more))

    assert [rule.category for rule in rule_set.rules] == ["invoice", "invoice"]


def test_chains_with_what_lies_below_the_folder_are_no_rules(tmp_path: Path) -> None:
    target = folder(tmp_path, invoice=GOOD, chains="nonsense: yes\n")
    (target / "office").mkdir()
    (target / "office" / "people.yaml").write_text("people: []\n", encoding="utf-8")
    (target / ".invoice.yaml.swp.yaml").write_text("%", encoding="utf-8")

    assert len(RuleSet.load(target).rules) == 1


def test_a_name_that_leads_to_no_file_is_a_fault_and_no_drawer_less(
    tmp_path: Path,
) -> None:
    (tmp_path / "invoice.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "linked.yaml").symlink_to(tmp_path / "gone.yaml")
    (tmp_path / "unpacked.yaml").mkdir()

    with pytest.raises(RuleError) as caught:
        RuleSet.load(tmp_path)

    assert [(Path(each.file).name, each.code) for each in caught.value.faults] == [
        ("linked.yaml", "Y001"),
        ("unpacked.yaml", "Y001"),
    ]


def test_the_hash_changes_with_any_file(tmp_path: Path) -> None:
    first = RuleSet.load(folder(tmp_path, invoice=GOOD)).hash
    again = RuleSet.load(folder(tmp_path, invoice=GOOD)).hash
    changed = RuleSet.load(folder(tmp_path, invoice=GOOD + "# note\n")).hash

    assert first == again
    assert first != changed


def test_every_fault_of_every_file_is_shown(tmp_path: Path) -> None:
    one = """
mailroom: 1
rules:
  - id: a
    when: {subjct: 发票}
    confidence: 2
  - id: b
    when: {subject: {word: x}}
  - id: a
    when: always
    then: [{category: invoce}]
"""
    two = "mailroom: 2\ncategory: {id: invoice}\nrules: []\n"

    assert codes(tmp_path, one=one, two=two) == [
        ("rules/one.yaml:5:12", "R001"),
        ("rules/one.yaml:6:17", "R005"),
        ("rules/one.yaml:8:22", "R001"),
        ("rules/one.yaml:9:9", "R031"),
        ("rules/one.yaml:11:23", "R032"),
        ("rules/two.yaml:1:11", "R020"),
    ]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("{id: a, when: {}}", "R010"),
        ("{id: a, when: {subject: {contains: []}}}", "R013"),
        ("{id: a, when: {subject: {contains: ['\u200b']}}}", "R013"),
        ("{id: a, when: {subject: {words: ['\u200b']}}}", "R013"),
        ("{id: a, when: {subject: {regex: '(a'}}}", "R014"),
        ("{id: a, when: {subject: {regex: '(?!a)b'}}}", "R014"),
        ("{id: a, when: {from: {address: nobody}}}", "R015"),
        ("{id: a, when: {from: bank}}", "R016"),
        ("{id: a, when: {all: [{any: [{all: [{any: [always]}]}]}]}}", "R011"),
        ("{id: a}", "R003"),
        ("{when: always}", "R003"),
        ("{id: 发票, when: always}", "R022"),
        ("{id: a, when: always, extract: {x: {type: code}}}", "R018"),
        ("{id: a, when: always, extract: {x: {regex: x, type: mony}}}", "R004"),
        ("{id: a, when: always, then: [{draft_reply: {attach: x}}]}", "R003"),
        ("{id: a, when: always, then: {tag: x}}", "R002"),
        ("{id: a, when: always, then: [{also: nothing}]}", "R032"),
        ("{id: a, when: {machine: robot}}", "R004"),
        ("{id: a, when: always, examples: {match: [{sbject: x}]}}", "R001"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_code(
    tmp_path: Path, rule: str, code: str
) -> None:
    found = codes(tmp_path, one=f"mailroom: 1\nrules:\n  - {rule}\n")

    assert [each for _, each in found] == [code]


def test_a_fault_in_shared_extracts_is_shown_once(tmp_path: Path) -> None:
    source = GOOD.replace("rules:", "extract: {x: {regex: '('}}\nrules:")
    source += "  - {id: second, when: always}\n"

    assert [code for _, code in codes(tmp_path, invoice=source)] == ["R014"]


def test_a_folder_without_rules_is_a_fault(tmp_path: Path) -> None:
    assert [code for _, code in codes(tmp_path)] == ["R030"]


def test_two_files_cannot_describe_one_category(tmp_path: Path) -> None:
    other = "mailroom: 1\ncategory: {id: invoice}\nrules: []\n"

    assert [code for _, code in codes(tmp_path, a=GOOD, b=other)] == ["R031"]


def test_what_can_be_read_without_end_is_no_rule_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("mailroom: 1\nrules: []\n", encoding="utf-8")
    (tmp_path / "endless.yaml").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.yaml")

    assert [path.name for path in rule_files(tmp_path)] == ["a.yaml"]
    assert list(read_files(tmp_path).contents) == ["a.yaml"]


def test_files_whose_names_count_alike_have_one_order_in_every_process(
    tmp_path: Path,
) -> None:
    names = [f"{'0' * zeros}1-{rest}.yaml" for zeros in range(4) for rest in "aA"]
    for name in names:
        (tmp_path / name).write_text("rules: []\n", encoding="utf-8")

    # What has no order of its own has another one in each process.
    assert [path.name for path in rule_files(tmp_path)] == sorted(names)
