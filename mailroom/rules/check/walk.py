"""Goes through what a condition is made of, whatever its kind."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from mailroom.errors import Fault, Text
from mailroom.rules.rule import Rule


def parts(condition: object) -> Iterator[object]:
    """Yield a condition and all that stands in it, from the outside in."""
    if isinstance(condition, tuple):
        for each in condition:
            yield from parts(each)
    elif is_dataclass(condition):
        yield condition
        for field in fields(condition):
            yield from parts(getattr(condition, field.name))


def doubt(rule: Rule, code: str, sentence: Text) -> Fault:
    """Make a warning at the place of a rule."""
    return Fault(
        file=rule.file,
        line=rule.line,
        column=rule.column,
        code=code,
        severity="warning",
        text=sentence,
    )
