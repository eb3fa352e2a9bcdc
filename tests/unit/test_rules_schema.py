"""Claims about the JSON Schema of rule files, by a validator of what it uses."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mailroom.rules import schema_words
from mailroom.rules.load import RuleSet
from mailroom.rules.read_actions import ARGUMENTS, DRAFT_REPLY_KEYS, VERBS
from mailroom.rules.read_addresses import ADDRESS_KEYS
from mailroom.rules.read_conditions import ATTACHMENT_KEYS, GROUPS, ConditionReader
from mailroom.rules.read_examples import EXAMPLE_KEYS
from mailroom.rules.read_moments import DATE_KEYS, SIZE_KEYS
from mailroom.rules.read_rules import (
    CATEGORY_KEYS,
    FILE_KEYS,
    RULE_KEYS,
)
from mailroom.rules.read_words import TEXT_KEYS
from mailroom.rules.schema import DRAFT, rule_file_schema
from mailroom.yamlfile import Proofreader

ROOT = Path(__file__).parents[2]
SCHEMA = rule_file_schema()
TYPES = {
    "object": dict, "array": list, "string": str, "number": (int, float),
    "boolean": bool,
}  # fmt: skip


class EditorLoader(yaml.CSafeLoader):
    """Reads YAML 1.2 as editors do: yes is a word, a day is a word."""


EditorLoader.yaml_implicit_resolvers = {
    sign: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag.rpartition(":")[2] in {"int", "float", "null", "merge"}
    ]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
EditorLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf")
)


def read(source: str) -> Any:  # noqa: ANN401  what YAML says
    return yaml.load(source, EditorLoader)  # noqa: S506  a SafeLoader


def is_a(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, TYPES[name])  # type: ignore[arg-type]


KEYWORDS = {
    "$ref", "$schema", "additionalProperties", "allOf", "anyOf", "const", "definitions",
    "description", "enum", "items", "maxItems", "maximum", "minItems", "minimum",
    "pattern", "properties", "required", "title", "type",
}  # fmt: skip


def faults(schema: dict[str, Any], value: Any, place: str = "") -> Iterator[str]:  # noqa: ANN401, C901, PLR0912
    """Yield what a draft-07 validator would say."""
    assert schema.keys() <= KEYWORDS, schema.keys() - KEYWORDS
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/definitions/")
        yield from faults(SCHEMA["definitions"][name], value, place)
        return
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(is_a(value, each) for each in types):
        yield f"{place}: not {types}"
        return
    if "enum" in schema and not any(
        value == each and isinstance(value, bool) == isinstance(each, bool)
        for each in schema["enum"]
    ):
        yield f"{place}: {value!r} is none of the known words"
    if "const" in schema and value != schema["const"]:
        yield f"{place}: not {schema['const']}"
    for each in schema.get("allOf", []):
        yield from faults(each, value, place)
    if "anyOf" in schema:
        told = [list(faults(each, value, place)) for each in schema["anyOf"]]
        if all(told):
            yield min(told, key=len)[0]
    if isinstance(value, dict):
        known = schema.get("properties", {})
        for key in schema.get("required", []):
            if key not in value:
                yield f"{place}: {key} is missing"
        for key, inner in value.items():
            rest = schema.get("additionalProperties", {})
            if key in known:
                yield from faults(known[key], inner, f"{place}.{key}")
            elif rest is False:
                yield f"{place}: {key} is not known"
            else:
                yield from faults(rest, inner, f"{place}.{key}")
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 10**9):
            yield f"{place}: {len(value)} entries"
        for number, inner in enumerate(value):
            yield from faults(schema.get("items", {}), inner, f"{place}[{number}]")
    if is_a(value, "number"):
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield f"{place}: out of range"
    elif isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{place}: does not fit"


FILES = sorted((ROOT / "rules").glob("*.yaml"))
RULES = [file for file in FILES if file.name not in {"chains.yaml", "days.yaml"}]


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.name)
def test_every_shipped_rule_file_fits(file: Path) -> None:
    assert list(faults(SCHEMA, read(file.read_text("utf-8")))) == []


WHOLE = """
mailroom: 1
category:
  id: whole
  about: {zh: 全, en: Whole}
  fields: [a, b]
  sensitivity: internal
  clearance: 2
  days: 3
  draft: never
  machine: no
extract:
  a: {in: subject+body, regex: '(x)', last: yes}
  b: [{type: date}, {regex: ['(1)', '(2)']}]
rules:
  - id: one
    priority: -5
    enabled: yes
    until: 2026-12-24
    traditional: exact
    when:
      all:
        - subject: 发票
        - body: {words: [a, b], quoted: yes, near: [[x, y], z], within: 5}
        - text: {in: subject + new, count: [a, b, c], at_least: 2}
        - any: [{from: {domain: firm.cn, name: {starts: A}, own: no}}, {to: a@b.cn}]
        - header: {X-A: {glob: 'a*'}}
        - attachment: {name: {ends: .pdf}, type: [image/*], size: {over: 5M}}
        - size: {under: 20}
        - date: {weekday: [mon, 周五], hours: 09:00-17:30, working_day: yes}
        - {machine: [list, no], language: zh, trusted: yes, zone: new, thread: [whole]}
        - {known_sender: [supplier, vip], list_id: x, header_exists: X-B}
      none: {is_reply: yes}
    confidence: 0.9
    then:
      - {category: other, also: [whole], tag: y, sensitivity: internal, needs_reply: no}
      - draft_reply: {zh: a.docx, en: b.docx, attach: [c.docx]}
      - draft_reply: a.docx
      - {follow_up: {chain: room}, assign: 徐婷, mark: read, ignore: why}
      - save_attachment: {folder: 发票, type: application/pdf}
    stop: yes
    examples:
      match:
        - {subject: 1, body: x, from: a, to: [b], headers: {X-A: 7}, expect: {a: 1}}
      no_match:
        - {category: '', date: 2026-03-04, attachments: a.pdf, why: so}
        - {trusted: no, thread: whole}
  - id: cued
    cues:
      - {subject: 发票, weight: 0.4}
      - {any: [{body: a}, always: yes], weight: 0.2}
    not: [{body: 样张}, {body: 草稿, weight: 0.1}]
"""


def test_a_file_with_every_kind_of_value_fits(tmp_path: Path) -> None:
    (tmp_path / "whole.yaml").write_text(WHOLE.replace("other", "whole"), "utf-8")
    RuleSet.load(tmp_path)  # the readers take it, too

    assert list(faults(SCHEMA, read(WHOLE))) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("mailroom: 1", "mailroom: 2"), ("category:\n  id", "categorie:\n  id"),
        ("  fields:", "  feilds:"),
        ("sensitivity: internal\n", "sensitivity: secret\n"),
        ("clearance: 2", "clearance: 4"), ("days: 3", "days: soon"),
        ("machine: no", "machine: never"), ("in: subject+body", "in: subject+bodies"),
        ("type: date", "type: dates"), ("priority: -5", "priority: -5000"),
        ("traditional: exact", "traditional: never"), ("all:\n", "al:\n"),
        ("subject: 发票\n", "subjct: 发票\n"), ("words: [a, b]", "wrds: [a, b]"),
        ("quoted: yes", "quoted: maybe"), ("[[x, y], z]", "[x, y, z]"),
        ("domain: firm.cn", "domian: firm.cn"), ("{glob:", "{globe:"),
        ("type: [image/*]", "typ: [image/*]"), ("over: 5M", "above: 5M"),
        ("[mon, 周五]", "[moon]"), ("trusted: yes", "trusted: perhaps"),
        ("[supplier, vip]", "[friend]"), ("confidence: 0.9", "confidence: 9"),
        ("tag: y", "tagg: y"), ("zh: a.docx", "cn: a.docx"),
        ("{chain: room}", "{chian: room}"), ("mark: read", "mark: seen"),
        ("match:\n", "matches:\n"), ("why: so", "because: so"),
        ("weight: 0.4", "weight: 4"), ("- id: one", "- name: one"),
        ("    cues:\n", "    clues:\n"),
    ],
)  # fmt: skip
def test_a_slip_is_seen_where_the_readers_see_it(
    before: str, after: str, tmp_path: Path
) -> None:
    assert before in WHOLE
    source = WHOLE.replace(before, after, 1)
    (tmp_path / "whole.yaml").write_text(source, "utf-8")

    assert list(faults(SCHEMA, read(source))) != []
    with pytest.raises(Exception, match="error"):
        RuleSet.load(tmp_path)


def test_every_key_of_the_readers_is_described_in_both_languages() -> None:
    readers = ConditionReader(Proofreader("", "R")).readers
    tables = {
        "file": FILE_KEYS,
        "category": CATEGORY_KEYS,
        "rule": RULE_KEYS,
        "examples": ("match", "no_match"),
        "example": EXAMPLE_KEYS,
        "condition": (*readers, *GROUPS, "always", "weight"),
        "words": (*TEXT_KEYS, "quoted", "in"),
        "address": ADDRESS_KEYS,
        "attachment": ATTACHMENT_KEYS,
        "size": SIZE_KEYS,
        "date": DATE_KEYS,
        "field": ("in", "regex", "type", "last"),
        "then": VERBS,
        "argument": {
            *DRAFT_REPLY_KEYS,
            *(n for names in ARGUMENTS.values() for n in names),
        },
    }

    assert {name: set(words) for name, words in schema_words.WORDS.items()} == {
        name: set(keys) for name, keys in tables.items()
    }
    rule = SCHEMA["definitions"]["rule"]["properties"]["stop"]["description"]
    assert rule == "yes：此后的规则不再试\nyes: no rule after this one is tried"


def test_it_is_draft_07_and_plain_json() -> None:
    assert SCHEMA["$schema"] == DRAFT
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_reference_leads_somewhere_and_every_definition_is_used() -> None:
    used = {each.removeprefix("#/definitions/") for each in references(SCHEMA)}

    assert used == SCHEMA["definitions"].keys()
