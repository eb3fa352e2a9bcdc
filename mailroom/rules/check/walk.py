"""Goes through what a condition is made of, whatever its kind."""

from collections.abc import Iterator
from dataclasses import replace

from mailroom.errors import Fault, Text
from mailroom.rules.rule import Rule
from mailroom.yamlfile import Word


def parts(condition: object) -> Iterator[object]:
    """Yield a condition and all that stands in it, from the outside in."""
    if isinstance(condition, tuple):
        for each in condition:
            yield from parts(each)
        return
    # `dataclasses.fields` says the same, and makes a tuple of it each time.
    names = getattr(condition, "__dataclass_fields__", None)
    if names is not None:
        yield condition
        for name in names:
            yield from parts(getattr(condition, name))


def doubt(rule: Rule, code: str, sentence: Text, word: str = "") -> Fault:
    """Make a warning at the place of a word of a rule, else of its id."""
    return replace(fault_at(rule, code, sentence, word), severity="warning")


def fault_at(rule: Rule, code: str, sentence: Text, word: str = "") -> Fault:
    """Make an error at the place of a word of a rule, else of its id."""
    words = (each for each in (word, rule.id) if isinstance(each, Word))
    placed: Word | Rule = next(words, rule)
    return Fault(
        file=rule.file,
        line=placed.line,
        column=placed.column,
        code=code,
        text=sentence,
    )
