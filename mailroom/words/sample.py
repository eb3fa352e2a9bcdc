"""Makes up values for a template, so that it can be looked at without a case."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from mailroom.words.names import Manner
from mailroom.words.template import Use

LINES = 3  # of a list


@dataclass(slots=True)
class _Branch:
    """A field, and what is asked of it: `order` in `order.lines`."""

    manners: set[Manner] = field(default_factory=set)
    below: dict[str, "_Branch"] = field(default_factory=dict)


def sample(uses: Iterable[Use], *, zh: bool) -> dict[str, object]:
    """Give every field a value: its own name in brackets, a list of three such, yes.

    In Chinese 〔case_no〕, else [case_no].
    """
    root = _Branch()
    for use in uses:
        at = root
        for step in use.field.split("."):
            at = at.below.setdefault(step, _Branch())
        at.manners |= use.manners
    pattern = "〔{}〕" if zh else "[{}]"
    return {name: _value(branch, name, pattern) for name, branch in root.below.items()}


def _value(branch: _Branch, name: str, pattern: str, number: str = "") -> object:
    if "list" in branch.manners:
        numbers = (f"{number} {line}" for line in range(1, LINES + 1))
        return [_one(branch, name, pattern, each) for each in numbers]
    return _one(branch, name, pattern, number)


def _one(branch: _Branch, name: str, pattern: str, number: str) -> object:
    if branch.below:
        return {
            step: _value(below, f"{name}.{step}", pattern, number)
            for step, below in branch.below.items()
        }
    if branch.manners == {"condition"}:
        return True
    return pattern.format(name + number)
