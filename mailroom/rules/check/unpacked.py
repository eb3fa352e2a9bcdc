"""Doubts rules for which the attachments of every mail must be read."""

from collections.abc import Iterable, Iterator

from mailroom.errors import Fault, text
from mailroom.rules.check.walk import doubt, parts
from mailroom.rules.conditions import (
    AttachmentCondition,
    CountCondition,
    NearCondition,
    TextCondition,
)
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
        asks = next(_asked_inside(rule), None)
        if rule.enabled and asks is not None and (only_inside or first is None):
            sentence = text(
                "For this rule the attachments of every mail are opened and read."
                " Ask for a sender, a word of the letter or a file name as well, if you"
                " can."
            )
            yield doubt(rule, "R108", sentence, asks)


def _asked_inside(rule: Rule) -> Iterator[str]:
    """Yield the words by which a rule asks for the text of attachments."""
    for part in parts(rule.when):
        if isinstance(part, TextCondition | NearCondition | CountCondition):
            yield from (place for place in part.places if place == _INSIDE)
        elif isinstance(part, AttachmentCondition):
            yield from (word for test in part.text for word in test.words)
