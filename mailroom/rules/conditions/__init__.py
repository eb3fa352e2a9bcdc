"""Asks whether a condition of a rule holds for a message."""

from mailroom.rules.conditions.addresses import AddressCondition
from mailroom.rules.conditions.attachments import AttachmentCondition
from mailroom.rules.conditions.facts import FactCondition
from mailroom.rules.conditions.groups import Always, Every, Neither, Some
from mailroom.rules.conditions.hit import LONGEST_HIT, Condition, Hit, Hits
from mailroom.rules.conditions.words import (
    OPERATORS,
    Operator,
    TextCondition,
    TextTest,
)

__all__ = [
    "LONGEST_HIT",
    "OPERATORS",
    "AddressCondition",
    "Always",
    "AttachmentCondition",
    "Condition",
    "Every",
    "FactCondition",
    "Hit",
    "Hits",
    "Neither",
    "Operator",
    "Some",
    "TextCondition",
    "TextTest",
]
