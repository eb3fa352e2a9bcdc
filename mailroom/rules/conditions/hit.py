"""Says what a condition is, and what made it hold."""

from dataclasses import dataclass
from typing import Protocol

from mailroom.message.model import Zone
from mailroom.rules.page import Page, Strip

LONGEST_HIT = 120  # characters of the message shown in a reason


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """Where words stand in a text as rules see it.

    Its place in the original is worked out when it is shown: most never are. Two are
    the same where they are the same place of the same text, however it was laid out.
    """

    strip: Strip
    start: int
    end: int
    flat: bool = True  # places are those of `Strip.flat`, else of `Strip.simple`

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Passage) and self._shown() == other._shown()

    def __hash__(self) -> int:
        return hash(self._shown())

    def _shown(self) -> tuple[str, tuple[int, int]]:
        return self.strip.original, self.span()

    def span(self) -> tuple[int, int]:
        """Give the place in the original."""
        if self.flat and not self.end:
            return (0, 0)  # an empty text has no place
        way = self.strip.flat_span if self.flat else self.strip.span
        return way(self.start, self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What made a condition hold."""

    condition: str  # as a person would say it: "subject contains 发票"
    said: str = ""  # what is shown of the message, where that is no passage of a text
    zone: Zone = "header"
    passage: Passage | None = None
    weight: float = 0.0  # of the cue that it is the first hit of; below 0: it speaks
    # against the rule

    @property
    def words(self) -> str:
        """The words of the message, as written."""
        if self.passage is None:
            return self.said
        return self.passage.strip.words(self.span)[:LONGEST_HIT]

    @property
    def span(self) -> tuple[int, int]:
        """Their place in the original; (0, 0) where they stand in no text."""
        return (0, 0) if self.passage is None else self.passage.span()


Hits = tuple[Hit, ...]


class Condition(Protocol):
    """A question about a message."""

    def hits(self, page: Page) -> Hits | None:
        """Give what made it hold; None where it does not hold."""
