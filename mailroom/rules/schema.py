"""Writes the JSON Schema of rule files, from the tables that their readers go by."""

from collections.abc import Collection, Mapping
from typing import Any

from mailroom.i18n import say
from mailroom.rules.conditions import OPERATORS, ZONES
from mailroom.rules.extraction import TYPES
from mailroom.rules.mail_types import MAIL_TYPES
from mailroom.rules.model import DRAFTINGS, SENSITIVITIES
from mailroom.rules.read_actions import ARGUMENTS, DRAFT_REPLY_KEYS, MARKS, VERBS
from mailroom.rules.read_addresses import ADDRESS_KEYS, KNOWN_SENDERS
from mailroom.rules.read_conditions import (
    ATTACHMENT_KEYS,
    FRAUD,
    GROUPS,
    LANGUAGES,
    MACHINES,
    TRUST,
    YES_NO,
    ConditionReader,
)
from mailroom.rules.read_examples import EXAMPLE_KEYS
from mailroom.rules.read_moments import DATE_KEYS, SIZE_KEYS, WEEKDAYS
from mailroom.rules.read_rules import (
    CATEGORY_KEYS,
    FILE_KEYS,
    ONLY,
    RULE_KEYS,
    TRADITIONAL,
)
from mailroom.rules.read_words import PLACES, TEXT_KEYS
from mailroom.rules.schema_words import WORDS
from mailroom.yamlfile import Proofreader
from mailroom.yamlfile.proofread import NO, YES

Schema = dict[str, Any]
DRAFT = "http://json-schema.org/draft-07/schema#"  # what YAML editors understand

# Every scalar is text to the readers; an editor's YAML has numbers and true, too.
_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_FLAG: Schema = {"enum": [True, False, *sorted(YES | NO)]}
_PLACES: Schema = {
    "type": "string",
    "pattern": "^ *({0})( *\\+ *({0}))* *$".format("|".join(PLACES)),
}


def _number(low: float, high: float) -> Schema:
    return {"type": "number", "minimum": low, "maximum": high}


def _some(one: Schema) -> Schema:
    """One of them, or a list."""
    return {"anyOf": [one, {"type": "array", "items": one}]}


def _list(one: Schema) -> Schema:
    return {"type": "array", "items": one}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _word(known: Collection[object]) -> Schema:
    return {"enum": [*known]}


def _block(table: str, keys: Collection[str], shapes: Mapping[str, Schema]) -> Schema:
    """Describe a block with these keys and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {key: _key(table, key, shapes.get(key, _TEXT)) for key in keys},
    }


def _key(table: str, key: str, shape: Schema) -> Schema:
    said = WORDS[table].get(key)
    if said is None:  # a key that nobody has described yet is still a key
        return shape
    both = f"{say(said, 'zh-CN')}\n{say(said, 'en')}"
    # Beside a $ref, draft-07 reads nothing else.
    return {"description": both, **({"allOf": [shape]} if "$ref" in shape else shape)}


def _by_name(shape: Schema) -> Schema:
    return {"type": "object", "additionalProperties": shape}


def rule_file_schema() -> Schema:
    """Give the schema of a rule file, as JSON Schema draft-07.

    It knows every key that the readers know, and their kinds of values; what a value
    means (an id that exists, a pattern that works) only `mailroom rules check` knows.
    """
    return {
        "$schema": DRAFT,
        "title": "mailroom rules",
        "required": ["mailroom"],
        **_file(),
        "definitions": {
            "words": _some(_TEXT),
            **_definitions_of_words(),
            **_definitions_of_conditions(),
            "field": _block(
                "field",
                ("in", "regex", "type", "last"),
                {
                    "in": _some(_PLACES),
                    "regex": _ref("words"),
                    "type": _word(TYPES),
                    "last": _FLAG,
                },
            ),
            "then": _then(),
            "example": _example(),
            "rule": _rule(),
        },
    }


def _file() -> Schema:
    return _block(
        "file",
        FILE_KEYS,
        {
            "mailroom": {"enum": [1, "1"]},
            "category": _category(),
            "extract": _by_name(_some(_ref("field"))),
            "rules": _list(_ref("rule")),
        },
    )


def _category() -> Schema:
    languages = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"zh": _TEXT, "en": _TEXT},
    }
    shapes = {
        "about": languages,
        "fields": _ref("words"),
        "sensitivity": _word(SENSITIVITIES),
        "clearance": _word((0, 1, 2, 3)),
        "readers": _ref("words"),
        "reply": languages,
        "attach": _ref("words"),
        "papers": _ref("words"),
        "by_hand": _ref("words"),
        "days": _number(0, 400),
        "draft": _word(DRAFTINGS),
        "machine": _FLAG,
        "needs_reply": _FLAG,
    }
    return {**_block("category", CATEGORY_KEYS, shapes), "required": ["id"]}


def _rule() -> Schema:
    shapes = {
        "priority": _number(-1000, 1000),
        "enabled": _FLAG,
        "only": _word(ONLY),
        "traditional": _word(TRADITIONAL),
        "when": _ref("condition"),
        "cues": _some(_ref("cue")),
        "not": _some(_ref("cue")),
        "extract": _by_name(_some(_ref("field"))),
        "confidence": _number(0, 1),
        "then": _list(_ref("then")),
        "stop": _FLAG,
        "examples": _block(
            "examples",
            ("match", "no_match"),
            dict.fromkeys(("match", "no_match"), _list(_ref("example"))),
        ),
    }
    either = [{"required": ["when"]}, {"required": ["cues"]}]
    return {**_block("rule", RULE_KEYS, shapes), "required": ["id"], "anyOf": either}


def _example() -> Schema:
    attached = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"name": _TEXT, "text": _TEXT},
        "required": ["name"],
    }
    shapes: dict[str, Schema] = {
        "to": _ref("words"),
        "cc": _ref("words"),
        "headers": _by_name(_TEXT),
        "attachments": _some({"anyOf": [_TEXT, attached]}),
        "trusted": _FLAG,
        "expect": _by_name(_TEXT),
    }
    return _block("example", EXAMPLE_KEYS, shapes)


def _definitions_of_words() -> Schema:
    shapes = {
        **{str(operator): _ref("words") for operator in OPERATORS},
        "near": {"type": "array", "items": _ref("words"), "minItems": 2, "maxItems": 2},
        "within": _number(0, 1000),
        "count": _ref("words"),
        "at_least": _number(1, 100),
        "quoted": _FLAG,
        "in": _some(_PLACES),
    }

    def search(*more: str) -> Schema:
        return {"anyOf": [_ref("words"), _block("words", (*TEXT_KEYS, *more), shapes)]}

    return {
        "search": search(),
        "search_body": search("quoted"),
        "search_places": search("in"),
        "test": {"anyOf": [_ref("words"), _block("words", OPERATORS, shapes)]},
    }


def _definitions_of_conditions() -> Schema:
    names = ConditionReader(Proofreader("", "R")).readers
    shapes = _shapes_of_conditions()
    group = _some(_ref("condition"))
    keys = (*names, *sorted(GROUPS), "always")
    shapes |= {**dict.fromkeys(GROUPS, group), "always": {}}
    block = _block("condition", keys, shapes)
    cue = _block("condition", (*keys, "weight"), shapes | {"weight": _number(0, 1)})
    return {
        "condition": {"anyOf": [{"const": "always"}, block]},
        "cue": cue,
        "address": {
            "anyOf": [
                _ref("words"),
                _block(
                    "address",
                    ADDRESS_KEYS,
                    {**dict.fromkeys(ADDRESS_KEYS, _ref("test")), "own": _FLAG},
                ),
            ]
        },
        "size": _block("size", SIZE_KEYS, {}),
    }


def _shapes_of_conditions() -> dict[str, Schema]:
    search = _ref("search")
    return {
        **dict.fromkeys(("subject", "new", "forwarded", "quoted", "footer"), search),
        "body": _ref("search_body"),
        "text": _ref("search_places"),
        **dict.fromkeys(("from", "to", "cc", "reply_to"), _ref("address")),
        "known_sender": _some(_word(KNOWN_SENDERS)),
        "header": _by_name(search),
        "header_exists": _ref("words"),
        "list_id": search,
        "attachment": _block(
            "attachment",
            ATTACHMENT_KEYS,
            {
                "name": _ref("test"),
                "type": _ref("words"),
                "size": _ref("size"),
                "text": _ref("test"),
            },
        ),
        **dict.fromkeys(YES_NO, _FLAG),
        "machine": _some(_word(MACHINES)),
        "language": _some(_word(LANGUAGES)),
        "trusted": _some(_word(TRUST)),
        "zone": _some(_word(ZONES)),
        "mail_type": _some(_word(MAIL_TYPES)),
        "fraud": _some(_word(FRAUD)),
        "thread": _ref("words"),
        "size": _ref("size"),
        "date": _block(
            "date",
            DATE_KEYS,
            {
                "weekday": _some(_word(tuple(WEEKDAYS))),
                "working_day": _FLAG,
                "office_hours": _FLAG,
            },
        ),
    }


def _then() -> Schema:
    shapes: dict[str, Schema] = {
        "also": _ref("words"),
        "tag": _ref("words"),
        "sensitivity": _word(SENSITIVITIES),
        "needs_reply": _FLAG,
        "draft_reply": {
            "anyOf": [
                _TEXT,
                _block(
                    "argument",
                    DRAFT_REPLY_KEYS,
                    dict.fromkeys(DRAFT_REPLY_KEYS, _ref("words")),
                ),
            ]
        },
    }
    for verb, names in ARGUMENTS.items():
        first = _word(MARKS) if verb == "mark" else _TEXT
        block = _block("argument", names, {names[0]: first})
        shapes[verb] = {"anyOf": [first, {**block, "required": [names[0]]}]}
    return _block("then", VERBS, shapes)
