"""Checks a set of rules: with itself, with its examples, with what the office has."""

from collections.abc import Collection

from mailroom.errors import Fault
from mailroom.rules.check.keywords import doubtful_words
from mailroom.rules.check.known import (
    BUILT_IN,
    Known,
    against_office,
    offered,
    unread_fields,
    without_example,
)
from mailroom.rules.check.reach import never_sorted, out_of_reach
from mailroom.rules.check.regexes import doubtful_patterns
from mailroom.rules.check.unpacked import reading_all_attachments
from mailroom.rules.examples import try_examples
from mailroom.rules.load import RuleSet
from mailroom.rules.reading_order import in_order
from mailroom.rules.rule import Rule

__all__ = ["BUILT_IN", "Known", "check", "check_each", "offered"]

_OF_ALL = frozenset({"R115"})  # what only all rules together cost


def check(rule_set: RuleSet, known: Known) -> tuple[Fault, ...]:
    """Give every fault of the rules, as `in_order` has them.

    Faults of rules have their place; those of a category name its file. What may be
    meant so, or does no harm, is a warning.
    """
    faults = (
        *against_office(rule_set, known),
        *unread_fields(rule_set, known),
        *without_example(rule_set.rules),
        *doubtful_words(rule_set.rules),
        *doubtful_patterns(rule_set.rules),
        *reading_all_attachments(rule_set.rules),
        *out_of_reach(rule_set, known.today),
        *never_sorted(rule_set),
        *try_examples(rule_set, known.own_domains, known.directory, known.calendar),
    )
    return in_order(faults)


def check_each(
    rule_set: RuleSet, marred: Collection[Rule], known: Known
) -> tuple[Fault, ...]:
    """Give the faults that each rule has by itself, where not all can be read.

    Nothing is tried: what an example gives, only all rules together say. Of the
    `marred` ones no doubt is told, for what they ask is not whole.
    """
    lines = {(rule.file, rule.line) for rule in marred}
    sound = [rule for rule in rule_set.rules if (rule.file, rule.line) not in lines]
    faults = (
        *against_office(rule_set, known),
        *without_example(sound),
        *doubtful_words(sound),
        *doubtful_patterns(sound),
        *reading_all_attachments(sound),
    )
    return in_order(fault for fault in faults if fault.code not in _OF_ALL)
