"""The page for rule editors says what the rule language is, and nothing else."""

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest

from mailroom.cli import cli
from mailroom.errors import Fault, RuleError
from mailroom.i18n import say
from mailroom.message.model import Zones
from mailroom.rules.check import Known, check
from mailroom.rules.conditions import OPERATORS, ZONES
from mailroom.rules.extraction import AS_WRITTEN, TYPES
from mailroom.rules.load import RuleSet
from mailroom.rules.mail_types import MAIL_TYPES
from mailroom.rules.model import DRAFTINGS, SENSITIVITIES, Context
from mailroom.rules.page import Page
from mailroom.rules.read_actions import MARKS, VERBS, ActionReader
from mailroom.rules.read_addresses import ADDRESS_KEYS, KNOWN_SENDERS
from mailroom.rules.read_conditions import (
    ATTACHMENT_KEYS,
    FRAUD,
    GROUPS,
    LANGUAGES,
    MACHINES,
    TRUST,
    ConditionReader,
)
from mailroom.rules.read_examples import EXAMPLE_KEYS
from mailroom.rules.read_folder import rule_files
from mailroom.rules.read_moments import DATE_KEYS, SIZE_KEYS
from mailroom.rules.read_rules import (
    CATEGORY_KEYS,
    FILE_KEYS,
    ONLY,
    RULE_KEYS,
    TRADITIONAL,
)
from mailroom.rules.read_words import PLACES, TEXT_KEYS
from mailroom.yamlfile import Block, Listing, Node, Proofreader, parse_yaml
from tests.unit.command_line import runner
from tests.unit.field_letters import JIANGZHOU, values
from tests.unit.rule_mails import mail

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "rules" / "README.zh-CN.md").read_text("utf-8")
FENCES = re.findall(r"^```(\w*)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
FILES = [source for kind, source in FENCES if kind == "yaml"]
CODE = re.findall(
    r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", GUIDE, flags=re.MULTILINE | re.DOTALL)
)
LONGEST = 400  # lines: an afternoon's reading

# What the mistakes of section 9 are compared with.
KNOWN = Known(
    chains=frozenset({"reply_due"}),
    people=frozenset({"徐婷"}),
    today=date(2026, 3, 4),
)
MISTAKE = """\
mailroom: 1
category: {id: invoice}
rules:
  - id: mistake
"""


def section(number: int) -> str:
    return GUIDE.partition(f"\n## {number}. ")[2].partition("\n## ")[0]


def rows(number: int) -> list[list[str]]:
    """Give the rows of a section's tables, without heads and headings."""
    lines = re.findall(r"^\| (.*) \|$", section(number), re.MULTILINE)
    return [line.split(" | ") for line in lines if "`" in line.split(" | ")[0]]


def keys_in(node: Node | None) -> Iterator[str]:
    """Yield the key of every block below a node."""
    if isinstance(node, Block):
        for key, (_, value) in node.entries.items():
            yield key
            yield from keys_in(value)
    elif isinstance(node, Listing):
        for entry in node.entries:
            yield from keys_in(entry)


def parsed(source: str) -> Node:
    node, faults = parse_yaml(source.encode(), "README.zh-CN.md")
    assert node is not None
    assert not faults
    return node


CONDITIONS = [row[0].strip("`") for row in rows(3)]
# Above them stand the keys of a category, below them further ones of a rule.
ACTIONS = [
    row[0].strip("`")
    for row in rows(6)
    if f"\n| {row[0]} |" in section(6).partition("`then:`")[2].partition("规则里还")[0]
]


def test_the_page_can_be_read_in_an_afternoon() -> None:
    assert len(GUIDE.splitlines()) <= LONGEST


def test_no_program_takes_the_page_for_rules() -> None:
    assert ROOT / "rules" / "README.zh-CN.md" not in rule_files(ROOT / "rules")


def test_every_file_of_the_page_is_in_order_beside_the_shipped_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("rules", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for number, source in enumerate(FILES):
        (tmp_path / "rules" / f"guide_{number}.yaml").write_text(source, "utf-8")
    run = runner(monkeypatch, capsys, tmp_path)

    said = run("rules", "check", "--rules", "rules")
    tried = run("rules", "test", "--rules", "rules", "meal-order")

    assert len(FILES) == 3
    # Errors and warnings: none, and no example that a shipped drawer takes.
    assert "all in order" in said.out + said.err
    assert "guide_" not in said.out + said.err
    assert tried.code == 0, tried.out + tried.err


@pytest.mark.parametrize("source", FILES)
def test_every_rule_of_the_page_shows_both_kinds_of_examples(
    source: str, tmp_path: Path
) -> None:
    (tmp_path / "one.yaml").write_text(source, "utf-8")

    (rule,) = RuleSet.load(tmp_path).rules

    assert {example.matches for example in rule.examples} == {True, False}


# ── each word of the language ────────────────────────────────────────────


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_of_the_page_is_one(condition: str) -> None:
    proof = Proofreader("README.zh-CN.md", "R")

    ConditionReader(proof).read(parsed(condition))

    named = {fault.code for fault in proof.faults}
    assert named == set(), [str(fault.text) for fault in proof.faults]


def test_the_page_shows_every_condition_and_operator() -> None:
    shown = {key for each in CONDITIONS for key in keys_in(parsed(each))}
    wanted = {
        *ConditionReader(Proofreader("", "R")).readers, *GROUPS, "always", *OPERATORS,
        *TEXT_KEYS, *ADDRESS_KEYS, *ATTACHMENT_KEYS, *DATE_KEYS, *SIZE_KEYS, "in",
        "quoted",
    }  # fmt: skip

    assert wanted - shown == set()


@pytest.mark.parametrize("line", ACTIONS)
def test_every_action_of_the_page_is_one(line: str) -> None:
    proof = Proofreader("README.zh-CN.md", "R")
    action = ActionReader(proof, "guide")

    action.read(parsed(line))

    assert [str(fault.text) for fault in proof.faults] == []


def test_the_page_shows_every_action() -> None:
    assert set(VERBS) - {line.partition(":")[0] for line in ACTIONS} == set()


KEYS = {
    "file": (FILE_KEYS, FILES[0]),
    "category": (CATEGORY_KEYS, section(6)),
    "rule": (RULE_KEYS, "\n".join(FILES) + section(6) + section(7)),
    "example": (EXAMPLE_KEYS, section(8)),
    "examples": (("match", "no_match"), section(8)),
    "field": (("in", "regex", "type", "last"), section(5)),
    "place": (PLACES, section(3)),
    "only": (ONLY, section(6)),
    "traditional": (TRADITIONAL, section(6)),
    "sensitivity": (SENSITIVITIES, section(6)),
    "draft": (DRAFTINGS, section(6)),
    "mark": (MARKS, section(6)),
    "known_sender": (KNOWN_SENDERS, section(3)),
    "machine": (MACHINES, section(3)),
    "mail_type": (MAIL_TYPES, section(3)),
    "fraud": (FRAUD, section(3)),
    "trusted": (TRUST, section(3)),
    "language": (LANGUAGES, section(3)),
    "zone": (ZONES, section(3)),
}


@pytest.mark.parametrize("table", KEYS)
def test_the_page_explains_every_word_in_its_section(table: str) -> None:
    words, where = KEYS[table]
    # In the text a word stands between `…`, in a file before a colon.
    told = {
        word
        for code in re.findall(r"`([^`\n]+)`", where)
        for word in re.findall(r"[A-Za-z_-]+", code)
    } | set(re.findall(r"(\w+):", where))

    assert set(words) - told == set()


def test_every_value_between_marks_is_a_word_that_there_is() -> None:
    """A word of the language that has gone must not stay in the page."""
    vocabulary = {
        word
        for words, _ in KEYS.values()
        for word in words
    } | {
        *TYPES, *VERBS, *ConditionReader(Proofreader("", "R")).readers, *GROUPS,
        *TEXT_KEYS, *ADDRESS_KEYS, *ATTACHMENT_KEYS, *DATE_KEYS, *SIZE_KEYS,
        "always", "quoted", "weight", "cues",
    }  # fmt: skip
    plain = {code for code in CODE if re.fullmatch(r"[a-z][a-z_]*", code)}

    assert plain - vocabulary == {"phone", "true", "false"} - vocabulary


# ── fields ───────────────────────────────────────────────────────────────


def readings() -> Iterator[tuple[str, str, str, str]]:
    """Yield type, text, pattern, value as the table of fields has them."""
    for row in rows(5):
        kinds = re.findall(r"`([^`]+)`", row[0])
        if "` → `" not in row[-1]:  # keys, and the table's head
            continue
        told = re.findall(r"`([^`]+)`(?:，`regex: '([^`]+)'`)? → `([^`]+)`", row[-1])
        assert len(told) == len(kinds), row
        for kind, (text, pattern, value) in zip(kinds, told, strict=True):
            yield kind, text, pattern, value


READINGS = list(readings())


@pytest.mark.parametrize(("kind", "text", "pattern", "value"), READINGS)
def test_a_field_is_read_as_the_page_says(
    kind: str, text: str, pattern: str, value: str
) -> None:
    if kind in AS_WRITTEN:
        proof = Proofreader("README.zh-CN.md", "R")
        source = f"{{one: {{type: {kind}, regex: '{pattern}'}}}}"
        (extract,) = ConditionReader(proof).extracts(parsed(source), "guide")
        message = mail("", text, zones=Zones(new=text))
        read = extract.read(
            Page(message, Context(now=JIANGZHOU.sent)), lambda: JIANGZHOU
        )
        assert read is not None
        assert read.value == value
    else:
        # Both calendars are those of the office in Jiangzhou, whatever the language.
        assert next(iter(values(kind, text, JIANGZHOU)), None) == value


def test_the_page_shows_every_type_of_field() -> None:
    assert sorted(kind for kind, _, _, _ in READINGS) == sorted(TYPES)


# ── mistakes ─────────────────────────────────────────────────────────────


def told_of(line: str, folder: Path) -> list[Fault]:
    """Give what the check says of a rule with this line."""
    plain = "" if "when" in line else "    when: {subject: 收据}\n"
    written = f"\t{line[1:]}" if line.startswith("⇥") else f"    {line}"
    (folder / "one.yaml").write_text(f"{MISTAKE}{plain}{written}\n", "utf-8")
    try:
        return list(check(RuleSet.load(folder), KNOWN))
    except RuleError as error:
        return list(error.faults)


MISTAKES = [
    (wrong.strip("`"), said[:4], said[5:], right.strip("`"))
    for wrong, said, right in rows(9)
]


@pytest.mark.parametrize(("wrong", "code", "said", "right"), MISTAKES)
def test_a_mistake_is_told_as_the_page_quotes_it_and_mended_as_it_says(
    wrong: str, code: str, said: str, right: str, tmp_path: Path
) -> None:
    told = {
        (fault.code, say(fault.text, "zh-CN")) for fault in told_of(wrong, tmp_path)
    }
    mended = told_of(right, tmp_path)

    assert (code, said) in told
    assert code not in {fault.code for fault in mended}
    assert [fault for fault in mended if fault.severity == "error"] == []


def test_a_fault_code_stands_only_where_its_sentence_is_tried() -> None:
    quoted = re.findall(r"\b[A-Z]\d{3}\b(?!-)", section(9))

    assert len(MISTAKES) == len(quoted) > 20
    assert not re.search(r"\b[RYCD]\d{3}\b", GUIDE.replace(section(9), ""))


# ── commands ─────────────────────────────────────────────────────────────

TYPED = sorted(
    {
        code
        for code in (*CODE, *"".join(s for kind, s in FENCES if not kind).splitlines())
        if code.startswith("mailroom ")
    }
)


@pytest.mark.parametrize("typed", TYPED)
def test_every_command_of_the_page_exists(typed: str) -> None:
    words = typed.partition(" > ")[0].split()[1:]
    context = click.Context(cli)

    command: click.Command = cli
    while words:
        options = {name for each in command.params for name in each.opts}
        if words[0].startswith("-"):
            assert words[0] in options, f"{command.name} has no {words[0]}"
            words = words[2:]
        elif isinstance(command, click.Group):
            found = command.get_command(context, words[0])
            assert found is not None, f"{command.name} has no {words[0]}"
            command, words = found, words[1:]
        else:
            assert any(isinstance(each, click.Argument) for each in command.params)
            words = words[1:]
    assert not isinstance(command, click.Group)


def test_every_file_that_the_page_names_is_there() -> None:
    named = {code for code in CODE if re.fullmatch(r"(?:office/)?\w+\.yaml", code)}
    shipped = {
        str(p.relative_to(ROOT / "rules")) for p in (ROOT / "rules").rglob("*.yaml")
    }

    # An office writes this one itself, if it has days of its own.
    assert named - shipped == {"days.yaml"}
    assert {f for f in shipped if f.startswith("office/")} <= named


def test_every_button_of_the_desk_is_called_as_the_page_calls_it() -> None:
    catalogue = (ROOT / "mailroom" / "locale" / "zh_CN.po").read_text("utf-8")
    pressed = re.findall(r"点“([^”]+)”", section(2))

    assert len(pressed) >= 5
    assert [name for name in pressed if f'msgstr "{name}"' not in catalogue] == []
