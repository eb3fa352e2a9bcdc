"""Doubts rules for which the attachments of every mail must be read."""

from collections.abc import Iterable, Iterator

from mailroom.errors import Fault, text
from mailroom.rules.check.walk import doubt, parts
from mailroom.rules.conditions import AttachmentCondition, TextCondition
from mailroom.rules.matching.triggers import Word, cheapest, clauses
from mailroom.rules.rule import Rule

_INSIDE = "attachment_text"


def reading_all_attachments(rules: Iterable[Rule]) -> Iterator[Fault]:
    """Yield a warning for each rule with no other word to be found first."""
    for rule in rules:
        first = cheapest(clauses(rule.when))
        met = first or ()
        only_inside = any(
            isinstance(each, Word) and each.place == _INSIDE for each in met
        )
        if rule.enabled and (only_inside or (first is None and _looks_inside(rule))):
            sentence = text(
                "For this rule the attachments of every mail are opened and read."
                " Ask for a sender, a word of the letter or a file name as well, if you"
                " can."
            )
            yield doubt(rule, "R108", sentence)


def _looks_inside(rule: Rule) -> bool:
    return any(
        (isinstance(part, TextCondition) and _INSIDE in part.places)
        or (isinstance(part, AttachmentCondition) and bool(part.text))
        for part in parts(rule.when)
    )
