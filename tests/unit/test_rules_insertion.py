"""Claims about putting an example into a rule file that people have typed."""

from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.rules.insertion import insert, write_line
from mailroom.rules.load import RuleSet
from mailroom.rules.read_rules import FileReader
from mailroom.rules.rule import Example
from mailroom.yamlfile import parse_yaml

HEAD = "# 电梯\nmailroom: 1\ncategory: {id: lifts}\nrules:\n"
LINE = "{subject: new}"


def rule(examples: str) -> str:
    return (
        f"{HEAD}  - id: first   # keep me\n    when: {{subject: x}}\n{examples}"
        "\n  # about the next\n  - id: second\n    when: {subject: y}\n"
    )


def added(content: str, kind: str = "match", id_: str = "first") -> tuple[str, ...]:
    """Insert a line and give the lines that are new; all others must be there still."""
    after = insert(content, id_, kind, LINE)  # type: ignore[arg-type]
    assert after is not None
    old, new = content.splitlines(), after.splitlines()
    rest = list(new)
    for line in old:
        if line in rest:
            rest.remove(line)
    node, flaws = parse_yaml(after.encode(), "x")
    reader = FileReader("x")
    _, rules = reader.read(node)
    assert (flaws, reader.proof.faults) == ((), [])
    found = {r.id: r.examples for r in rules}
    assert any(
        e.subject == "new" and e.matches == (kind == "match") for e in found[id_]
    )
    return tuple(rest)


BLOCK = """\
    examples:
      match:
        - {subject: a}   # why a
        # more to come
      no_match:
        - subject: b
          body: |
            c

            d
"""


def test_a_line_goes_below_the_last_one_of_its_list() -> None:
    content = rule(BLOCK)

    after = insert(content, "first", "match", LINE)

    assert added(content) == ("        - {subject: new}",)
    assert after is not None
    assert "# why a\n        - {subject: new}\n        # more to come" in after


def test_a_text_over_several_lines_is_not_cut() -> None:
    content = rule(BLOCK)

    after = insert(content, "first", "no_match", LINE)

    assert added(content, "no_match") == ("        - {subject: new}",)
    assert after is not None
    assert "            d\n        - {subject: new}\n\n  # about the next" in after


@pytest.mark.parametrize(
    ("examples", "kind", "lines"),
    [
        ("", "match", ("    examples:", "      match:", f"        - {LINE}")),
        ("    examples:\n      match:\n        - {subject: a}\n", "no_match",
         ("      no_match:", f"        - {LINE}")),
        ("    examples:\n      match:\n      - {subject: a}\n", "match",
         (f"      - {LINE}",)),
        ("    examples: {match: [{subject: a}]}\n", "match",
         (f"    examples: {{match: [{{subject: a}}, {LINE}]}}",)),
        ("    examples: {match: [{subject: a}]}\n", "no_match",
         (f"    examples: {{match: [{{subject: a}}], no_match: [{LINE}]}}",)),
        ("    examples: {match: []}\n", "match",
         (f"    examples: {{match: [{LINE}]}}",)),
        ("    examples:\n      match: [{subject: a}, {subject: b}]\n", "match",
         (f"      match: [{{subject: a}}, {{subject: b}}, {LINE}]",)),
    ],
)  # fmt: skip
def test_each_way_of_writing_examples_is_kept(
    examples: str, kind: str, lines: tuple[str, ...]
) -> None:
    assert added(rule(examples), kind) == lines


def test_the_last_rule_of_a_file_without_a_last_line_end() -> None:
    content = rule(BLOCK).rstrip("\n")

    assert added(content, "match", "second") == (
        "    examples:",
        "      match:",
        "        - {subject: new}",
    )


def test_a_rule_on_one_line_gets_its_examples_there() -> None:
    content = HEAD + "  - {id: first, when: always}\n"

    assert added(content) == (
        "  - {id: first, when: always, examples: {match: [{subject: new}]}}",
    )


def test_windows_line_ends_stay() -> None:
    after = insert(rule(BLOCK).replace("\n", "\r\n"), "first", "match", LINE)

    assert after is not None
    assert after.count("\n") == after.count("\r\n")


def test_a_rule_that_is_not_there_gets_nothing() -> None:
    assert insert(rule(BLOCK), "third", "match", LINE) is None
    assert insert("", "third", "match", LINE) is None


words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"),
    min_size=1,
    max_size=30,
).map(str.strip).filter(bool)  # fmt: skip


@given(words, words, st.dictionaries(st.sampled_from(["a", "b_c"]), words), words)
def test_any_words_are_read_back_as_they_are(
    subject: str, body: str, expect: dict[str, str], name: str
) -> None:
    example = Example(
        line=0, column=0, matches=True, subject=subject, body=f"{body}\n{name}",
        sender=name, to=(name, subject), attachments=(name,),
        trusted=False, thread=subject, expect=MappingProxyType(expect),
        headers=MappingProxyType({"X-A": body}),
    )  # fmt: skip

    after = insert(rule(BLOCK), "first", "match", write_line(example))

    assert after is not None
    node, flaws = parse_yaml(after.encode(), "x")
    reader = FileReader("x")
    _, rules = reader.read(node)
    assert (flaws, reader.proof.faults) == ((), [])
    read = rules[0].examples[1]
    assert (read.subject, read.body, read.sender) == (subject, f"{body}\n{name}", name)
    assert (read.to, read.attachments) == ((name, subject), (name,))
    assert (read.trusted, read.thread) == (False, subject)
    assert (dict(read.expect), dict(read.headers)) == (expect, {"X-A": body})


def test_every_rule_that_ships_can_take_an_example(tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "rules"
    for each in RuleSet.load(folder).rules:
        content = (folder / Path(each.file).name).read_text("utf-8")
        after = insert(content, each.id, "no_match", "{body: 九九八十一}")
        assert after is not None
        (tmp_path / Path(each.file).name).write_text(after, "utf-8")
        assert len(after.splitlines()) == len(content.splitlines()) + 1
