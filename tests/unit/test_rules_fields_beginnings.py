"""Claims that no pattern of a field is kept from a place where it may begin."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

from mailroom.rules import fields

# How `re` itself reads a pattern; there is no public way to ask what one begins with.
PARSER = importlib.import_module("re._parser")
COMPILER = importlib.import_module("re._compiler")
Parsed = Any  # a part of a pattern, as these have it

LETTERS = [chr(code) for code in (*range(0xD800), *range(0xE000, 0x10000))]


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for module in pkgutil.iter_modules(fields.__path__):
        read = importlib.import_module(f"{fields.__name__}.{module.name}")
        for name, value in vars(read).items():
            for number, pattern in enumerate(_within(value)):
                yield f"{module.name}.{name}.{number}", pattern


def _within(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _within(each)


def _guarded(tree: Parsed) -> Iterator[tuple[Parsed, list[Parsed]]]:
    """Yield each "(?=[…])" before something, with what follows it."""
    signs = list(tree)
    for place, (kind, value) in enumerate(signs):
        rest = signs[place + 1 :]
        if str(kind) == "ASSERT" and value[0] == 1 and len(value[1]) == 1 and rest:
            (sign,) = value[1]
            if str(sign[0]) in {"IN", "LITERAL"}:
                yield sign, rest
        for inner in _inner(str(kind), value):
            yield from _guarded(inner)


def _inner(kind: str, value: Parsed) -> list[Parsed]:
    if kind == "BRANCH":
        return list(value[1])
    if kind == "SUBPATTERN":
        return [value[3]]
    return [value[2]] if kind in {"MAX_REPEAT", "MIN_REPEAT"} else []


def _first(tree: Parsed) -> tuple[list[Parsed], bool]:
    """Give the signs that may stand first, and whether there may be none at all."""
    found: list[Parsed] = []
    for kind, value in tree:
        name = str(kind)
        if name in {"IN", "LITERAL", "NOT_LITERAL", "ANY"}:
            return [*found, (kind, value)], False
        if name in {"AT", "ASSERT", "ASSERT_NOT", "GROUPREF"}:
            continue  # they take up no room
        each = [_first(inner) for inner in _inner(name, value)]
        assert each, f"what does {name} begin with?"
        found += [sign for signs, _ in each for sign in signs]
        skipped = "REPEAT" in name and value[0] == 0
        if not skipped and not any(empty for _, empty in each):
            return found, False
    return found, True


def _matched(tree: Parsed, sign: Parsed, flags: int) -> set[str]:
    one = COMPILER.compile(PARSER.SubPattern(tree.state, [sign]), flags)
    return {letter for letter in LETTERS if one.match(letter)}


GUARDED = [
    pytest.param(pattern, id=name)
    for name, pattern in _patterns()
    if "(?=[" in pattern.pattern
]


@pytest.mark.parametrize("pattern", GUARDED)
def test_what_a_pattern_says_it_begins_with_is_all_it_begins_with(
    pattern: re.Pattern[str],
) -> None:
    tree = PARSER.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    for guard, rest in _guarded(tree):
        signs, empty = _first(rest)
        allowed = _matched(tree, guard, pattern.flags)
        kinds = {repr(sign): sign for sign in signs}.values()
        begins = set[str]().union(
            *(_matched(tree, each, pattern.flags) for each in kinds)
        )

        assert not empty
        assert not begins - allowed
