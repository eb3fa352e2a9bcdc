"""Claims about what an example may say beside the words of a mail."""

from pathlib import Path

import pytest

from mailroom.rules.examples import try_examples
from mailroom.rules.load import RuleSet

FILE = """
mailroom: 1
category: {{id: invoice, about: {{zh: 发票, en: Invoice}}}}
rules:
  - id: a
    {keys}
    examples:
      match:
        - {{{example}}}
"""


def faults(tmp_path: Path, keys: str, example: str) -> list[str]:
    content = FILE.format(keys=keys, example=example)
    (tmp_path / "a.yaml").write_text(content, encoding="utf-8")
    return [fault.code for fault in try_examples(RuleSet.load(tmp_path), ())]


@pytest.mark.parametrize(
    ("when", "example"),
    [
        ("{trusted: yes}", "subject: a, trusted: yes"),
        ("{trusted: no}", "subject: a, trusted: no"),
        ("{trusted: unknown}", "subject: a"),
        ("{thread: invoice}", "subject: a, thread: invoice"),
        (
            "{attachment: {name: {ends: .csv}, text: 税号}}",
            "attachments: [{name: 表.csv, text: '名称,税号'}]",
        ),
        (
            "{text: {in: attachment_text, contains: 稅號}}",
            "attachments: [x.pdf, {name: 表.txt, text: 税号}]",
        ),
        ("{attachment: {name: x}}", "attachments: x.pdf"),
    ],
)
def test_an_example_says_what_a_mail_alone_cannot(
    tmp_path: Path, when: str, example: str
) -> None:
    assert faults(tmp_path, f"when: {when}", example) == []


def test_without_it_the_rule_does_not_match(tmp_path: Path) -> None:
    assert faults(tmp_path, "when: {trusted: yes}", "subject: a") == ["R051"]
    assert faults(
        tmp_path, "when: {attachment: {text: 税号}}", "attachments: [x.pdf]"
    ) == ["R051"]


def test_an_example_with_one_cue_need_not_be_sorted(tmp_path: Path) -> None:
    cues = "cues: [{subject: 发票, weight: 0.4}, {body: 金额, weight: 0.4}]"

    assert faults(tmp_path, cues, "subject: 发票") == []
    assert faults(tmp_path, cues, "subject: 发票, category: invoice") == ["R052"]
    assert faults(tmp_path, cues, "subject: 发票, body: 金额, category: ''") == ["R052"]
