"""Says what a condition is, and what made it hold."""

from dataclasses import dataclass
from typing import Protocol

from mailroom.message.model import Zone
from mailroom.rules.page import Page

LONGEST_HIT = 120  # characters of the message shown in a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What made a condition hold."""

    condition: str  # as a person would say it: "subject contains 发票"
    words: str = ""  # of the message, as written
    zone: Zone = "header"
    span: tuple[int, int] = (0, 0)
    weight: float = 0.0  # of the cue that it is the first hit of; below 0: it speaks
    # against the rule


Hits = tuple[Hit, ...]


class Condition(Protocol):
    """A question about a message."""

    def hits(self, page: Page) -> Hits | None:
        """Give what made it hold; None where it does not hold."""
