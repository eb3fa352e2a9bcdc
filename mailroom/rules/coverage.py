"""Counts which conditions of the rules their examples have put to the test."""

from collections.abc import Iterable
from dataclasses import dataclass

from mailroom.rules.examples import Tried
from mailroom.rules.explain import Step, try_condition
from mailroom.rules.page import Page
from mailroom.rules.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """The conditions of one rule, and those that no example of it has met."""

    rule: Rule
    matched: bool  # an example makes the whole rule match
    conditions: int
    unmet: tuple[str, ...]  # as a person would say them


def cover(rules: Iterable[Rule], tried: Iterable[Tried]) -> tuple[Covered, ...]:
    """Say of each rule that is on which conditions held in one of its examples.

    A condition under `none` counts as well: an exclusion that no example meets may
    exclude nothing, or too much.
    """
    steps: dict[str, list[Step]] = {}
    for each in tried:
        if each.message is not None and each.context is not None:
            page = Page(each.message, each.context)
            step = try_condition(each.rule.when, page)
            steps.setdefault(each.rule.id, []).append(step)
    return tuple(
        _covered(rule, steps.get(rule.id, [])) for rule in rules if rule.enabled
    )


def _covered(rule: Rule, steps: list[Step]) -> Covered:
    if not steps:
        return Covered(rule=rule, matched=False, conditions=1, unmet=("",))
    # The trees of one rule have the same shape, whatever the mail.
    columns = list(zip(*(step.tests() for step in steps), strict=True))
    return Covered(
        rule=rule,
        matched=any(step.held for step in steps),
        conditions=len(columns),
        unmet=tuple(
            column[0].condition
            for column in columns
            if not any(test.held for test in column)
        ),
    )


def percent(covered: Iterable[Covered]) -> int:
    """Give the share of conditions that were met, in whole percent, rounded down."""
    whole = list(covered)
    conditions = sum(each.conditions for each in whole)
    met = conditions - sum(len(each.unmet) for each in whole)
    return 100 * met // conditions if conditions else 100
