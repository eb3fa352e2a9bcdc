"""Checks a set of rules: with itself, with its examples, with what the office has."""

from mailroom.errors import Fault
from mailroom.rules.check.keywords import doubtful_words
from mailroom.rules.check.known import BUILT_IN, Known, against_office, offered
from mailroom.rules.check.reach import out_of_reach
from mailroom.rules.check.regexes import doubtful_patterns
from mailroom.rules.check.unpacked import reading_all_attachments
from mailroom.rules.examples import try_examples
from mailroom.rules.load import RuleSet

__all__ = ["BUILT_IN", "Known", "check", "offered"]


def check(rule_set: RuleSet, known: Known) -> tuple[Fault, ...]:
    """Give every fault of the rules, in the order of their places.

    Faults of rules have their place; those of a category name its file. What may be
    meant so, or does no harm, is a warning.
    """
    faults = (
        *against_office(rule_set, known),
        *doubtful_words(rule_set.rules),
        *doubtful_patterns(rule_set.rules),
        *reading_all_attachments(rule_set.rules),
        *out_of_reach(rule_set, known.today),
        *try_examples(rule_set, known.own_domains, known.directory, known.calendar),
    )
    return tuple(sorted(faults, key=lambda f: (f.file, f.line, f.column, f.code)))
