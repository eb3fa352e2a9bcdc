"""Doubts patterns: those that cost much, and those that say less than they seem to."""

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from re import _parser as parser  # type: ignore[attr-defined]  # its tree has no door
from typing import Any

from mailroom.errors import Fault, Text, text
from mailroom.rules.check.walk import doubt, parts
from mailroom.rules.conditions import Neither, TextCondition, TextTest
from mailroom.rules.extraction import AS_WRITTEN
from mailroom.rules.matching.triggers import clauses
from mailroom.rules.patterns import Pattern
from mailroom.rules.rule import Rule

MOST_TIME = 50.0  # ms for 100 KB of text that one pattern may take
# The same, of all rules in a letter with every word of theirs, and of the fields of the
# drawer that it comes to.
MOST_TOGETHER = 50.0
LARGEST = 5000  # instructions of one pattern; RE2 then may need that time alone
# Measured, in ms for 100 KB of Chinese: a pattern that is small, a word, and what is
# done for every letter: its zones, its spelling, what it is for and wants.
_PATTERN, _WORD, _LETTER = 0.1, 0.007, 5.5
_LIST = 0.007  # for a long list: its words are known from one look at the letter
_LOOKED_AT = 0.3  # of 100 KB of Chinese are shown to a pattern
_PER_INSTRUCTION = 0.003  # ms, where counted repeats make it lose its way
_SMALL = 2000  # instructions that cost nothing more
_ANCHORED = r"\A"  # begins a pattern that is looked for at one place alone
_BODY = frozenset({"new", "forwarded", "quoted", "footer", "attachment_text"})
_REPEATS = frozenset({parser.MAX_REPEAT, parser.MIN_REPEAT})
# （甲|乙）: full width, these are signs like any other, and group nothing.
_NO_GROUP = re.compile(r"（[^（）()\[\]]*[|｜][^（）()\[\]]*）")
_FLAGS = "(?m)"  # set before every pattern by the compiler


def doubtful_patterns(rules: Sequence[Rule]) -> Iterator[Fault]:
    """Yield a warning for each pattern, and for rules that cost too much together."""
    for rule in rules:
        if not rule.enabled:
            continue
        sentences: dict[tuple[str, str], tuple[Text, str]] = {}
        for code, sentence, word in (*_conditions(rule), *_extracts(rule)):
            sentences.setdefault((code, str(sentence)), (sentence, word))
        for (code, _), (sentence, word) in sentences.items():
            yield doubt(rule, code, sentence, word)
    yield from _too_dear(rules)


def _conditions(rule: Rule) -> Iterator[tuple[str, Text, str]]:
    for pattern, word in _patterns(rule.when):
        group = _NO_GROUP.search(word)
        if group:
            sentence = text(
                "“{group}”: brackets and | of full width are signs of the letter, and"
                " group nothing. To group, write ( | ).",
                group=group[0],
            )
            yield "R116", sentence, word
        source = _source(pattern)
        for code, sentence in _each(source, pattern):
            yield code, sentence, word
        if (
            source.startswith(".*")
            and source.endswith(".*")
            and len(source) > len(".*")
        ):
            sentence = text(
                "“{source}”: .* at both ends says nothing; leave it out.",
                source=source,
            )
            yield "R112", sentence, word
    loose = [
        (pattern, word)
        for pattern, word in _wanted(rule.when)
        if not _source(pattern).startswith(_ANCHORED)
    ]
    if loose and not clauses(rule.when):
        pattern, word = loose[0]
        sentence = text(
            "No word is needed for this rule, only patterns such as “{source}”: it is"
            " tried on every mail. Add a word that must be there.",
            source=_source(pattern),
        )
        yield "R111", sentence, word


def _patterns(condition: object) -> list[tuple[Pattern, str]]:
    """Give the patterns of a condition, each as it was written."""
    return [
        pair
        for part in parts(condition)
        if isinstance(part, TextTest) and part.operator == "regex"
        for pair in zip(part.patterns, part.words, strict=True)
    ]


def _wanted(condition: object) -> list[tuple[Pattern, str]]:
    """Give the patterns that make a rule hold: not those of a `none`."""
    unwanted = {
        id(pattern)
        for part in parts(condition)
        if isinstance(part, Neither)
        for pattern, _ in _patterns(part)
    }
    return [pair for pair in _patterns(condition) if id(pair[0]) not in unwanted]


def _extracts(rule: Rule) -> Iterator[tuple[str, Text, str]]:
    for extract in rule.extract:
        for pattern, word in zip(extract.patterns, extract.sources, strict=True):
            for code, sentence in _each(_source(pattern), pattern):
                yield code, sentence, word


def _each(source: str, pattern: Pattern) -> Iterator[tuple[str, Text]]:
    if _nested(source):
        sentence = text(
            "“{source}” repeats what is repeated already; one + or * is enough.",
            source=source,
        )
        yield "R113", sentence
    if _size(pattern) > LARGEST:
        sentence = text(
            "“{source}” is very large, for its numbers of repeats: it could take longer"
            " than {most} ms for 100 KB of text.",
            source=source,
            most=int(MOST_TIME),
        )
        yield "R114", sentence


def _source(pattern: Pattern) -> str:
    return pattern.pattern.removeprefix(_FLAGS)


def _size(pattern: Pattern) -> int:
    size: int = getattr(pattern, "programsize", 0)
    return size


def _nested(source: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = parser.parse(source)
    except (re.error, Warning, RecursionError, OverflowError):
        return False  # RE2's own signs: nothing is claimed
    return _repeats_a_repeat(tree)


def _repeats_a_repeat(tree: Iterable[tuple[Any, Any]]) -> bool:
    for kind, value in tree:
        if kind in _REPEATS:
            _, most, inner = value
            if most is parser.MAXREPEAT and _is_endless(inner):
                return True
            if _repeats_a_repeat(inner):
                return True
        elif kind is parser.SUBPATTERN:
            if _repeats_a_repeat(value[-1]):
                return True
        elif kind is parser.BRANCH and any(map(_repeats_a_repeat, value[1])):
            return True
    return False


def _is_endless(tree: Sequence[tuple[Any, Any]]) -> bool:
    """Say whether a piece is one endless repeat, but for what may be left out."""
    needed = [
        (kind, value)
        for kind, value in tree
        if not (kind in _REPEATS and value[0] == 0 and value[1] == 1)
    ]
    if len(needed) != 1:
        return False
    kind, value = needed[0]
    if kind is parser.SUBPATTERN:
        return _is_endless(value[-1])
    return kind in _REPEATS and value[1] is parser.MAXREPEAT


def _too_dear(rules: Sequence[Rule]) -> Iterator[Fault]:
    """Doubt rules that together, or with the fields of a drawer, take too long."""
    costs = [(_cost(rule), rule) for rule in rules if rule.enabled]
    tried = _LETTER + sum(cost for cost, _ in costs)
    if tried <= MOST_TOGETHER:
        yield from _too_many_fields(rules, tried)
        return
    dearest, rule = max(costs, key=lambda pair: pair[0])
    yield doubt(
        rule,
        "R115",
        text(
            "All rules together could take {total} ms for 100 KB of text that holds all"
            " their words; this one the most, {own} ms. Replace patterns by words.",
            total=round(tried),
            own=round(dearest, 1),
        ),
    )


def _cost(rule: Rule) -> float:
    """Guess the ms that a rule takes for 100 KB of body, if it looks at all of it."""
    cost = 0.0
    for part in parts(rule.when):
        if isinstance(part, TextCondition) and _BODY.intersection(part.places):
            for test in part.tests:
                cost += _LIST if test.among else _WORD * len(test.folded)
                each = sum(map(_cost_of_pattern, test.patterns))
                at_once = _cost_of_pattern(test.union) if test.union else each
                cost += _LOOKED_AT * min(each, at_once)
    return cost


# Measured likewise, for the window of a text at which readers look: laying it out, its
# days, its amounts, whatever else a type looks for.
_WINDOW = 0.4  # for a pattern of a field, which is asked for all its places
_LAYOUT, _DAYS, _AMOUNTS, _READER = 3.0, 9.0, 7.0, 0.8
# No letter holds all that is dear to rules and to readers. Of both together, the
# dearest ones that a search grew took so much.
_AT_ONCE = 0.75
_OF_DAYS = frozenset(
    {"date", "datetime", "end", "period", "deadline", "validity", "due_date", "eve"}
)
_OF_AMOUNTS = frozenset({"money", "total", "currency"})


def _too_many_fields(rules: Iterable[Rule], tried: float) -> Iterator[Fault]:
    """Doubt the drawers whose fields are too much after all rules have been tried.

    With them are read those of every letter: fields of rules without a drawer.
    """
    drawers: dict[str | None, list[Rule]] = {None: []}
    for rule in rules:
        if rule.enabled:
            drawers.setdefault(rule.category, []).append(rule)
    every = drawers.pop(None)
    for category, own in drawers.items():
        fields = _cost_of_fields([*own, *every])
        total = _AT_ONCE * (tried + fields)
        if total > MOST_TOGETHER:
            yield doubt(
                own[0],
                "R115",
                text(
                    "A letter of “{category}” could take {total} ms for 100 KB of text,"
                    " {fields} of them to read its fields. Extract fewer of them, or"
                    " with fewer patterns.",
                    category=category,
                    total=round(total),
                    fields=round(_AT_ONCE * fields),
                ),
            )


def _cost_of_fields(rules: Iterable[Rule]) -> float:
    """Guess the ms for the fields of rules; a type is read once in a text."""
    found = {each.look: each for rule in rules for each in rule.extract}
    extracts = found.values()
    types = {each.type for each in extracts} - set(AS_WRITTEN)
    cost = sum(
        _WINDOW * _cost_of_pattern(one) for each in extracts for one in each.patterns
    )
    cost += _LAYOUT * bool(types) + _READER * len(types)
    return cost + _DAYS * bool(types & _OF_DAYS) + _AMOUNTS * bool(types & _OF_AMOUNTS)


def _cost_of_pattern(pattern: Pattern) -> float:
    if _source(pattern).startswith(_ANCHORED):
        return 0.0
    return _PATTERN + _PER_INSTRUCTION * max(0, _size(pattern) - _SMALL)
