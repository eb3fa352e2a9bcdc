"""Asks whether a condition of a rule holds for a message."""

from mailroom.rules.conditions.addresses import (
    AddressCondition,
    AddressField,
    AddressPart,
    KnownSenderCondition,
)
from mailroom.rules.conditions.attachments import AttachmentCondition
from mailroom.rules.conditions.cues import Cue, Cues, most, score
from mailroom.rules.conditions.facts import ZONES, FactCondition
from mailroom.rules.conditions.groups import Always, Every, Neither, Some
from mailroom.rules.conditions.hit import LONGEST_HIT, Condition, Hit, Hits
from mailroom.rules.conditions.moment import DateCondition, SizeCondition
from mailroom.rules.conditions.several import CountCondition, NearCondition
from mailroom.rules.conditions.words import (
    OPERATORS,
    Operator,
    TextCondition,
    TextTest,
)

__all__ = [
    "LONGEST_HIT",
    "OPERATORS",
    "ZONES",
    "AddressCondition",
    "AddressField",
    "AddressPart",
    "Always",
    "AttachmentCondition",
    "Condition",
    "CountCondition",
    "Cue",
    "Cues",
    "DateCondition",
    "Every",
    "FactCondition",
    "Hit",
    "Hits",
    "KnownSenderCondition",
    "NearCondition",
    "Neither",
    "Operator",
    "SizeCondition",
    "Some",
    "TextCondition",
    "TextTest",
    "most",
    "score",
]
