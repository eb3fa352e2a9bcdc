"""Tells in one pass what kinds of phrases the text of a letter may hold."""

from types import MappingProxyType

from mailroom.message.gates import Gate, Gates
from mailroom.rules.asking_words import (
    APPLIES,
    ASKS,
    COURTESY,
    NOTHING,
    TELLS,
    THANKS,
    WARES,
)
from mailroom.rules.mail_type_words import (
    CANCEL,
    CHANGE,
    CHASE,
    COMPLETION,
    CONFIRM,
    QUESTION,
)

LONGEST = 6_000  # characters; what a letter is for, and asks, stands before

# What is looked for in single sentences is looked for anywhere in the text.
GATES = MappingProxyType(
    {
        "cancel": Gate(CANCEL),
        "change": Gate(CHANGE),
        "chase": Gate(CHASE),
        "completion": Gate(COMPLETION),
        "confirm": Gate(CONFIRM),
        "question": Gate(QUESTION),
        "thanks": Gate(THANKS),
        "asks": Gate(APPLIES, ASKS, anywhere=True),
        "applies": Gate(APPLIES, anywhere=True),
        "courtesy": Gate(COURTESY, anywhere=True),
        "nothing": Gate(NOTHING, anywhere=True),
        "tells": Gate(TELLS, anywhere=True),
        "wares": Gate(WARES),
    }
)
_ALL = Gates(GATES)


class Wording:
    """The beginning of a text, with the kinds of phrases that it may hold."""

    __slots__ = ("_open", "text")

    def __init__(self, simple: str) -> None:
        self.text = simple[:LONGEST]
        self._open = _ALL.open(self.text)

    def may_hold(self, kind: str) -> bool:
        """Say whether a phrase of a kind may be there; where not, none is."""
        return kind in self._open

    def first(self, kind: str) -> int:
        """Give the place before which no phrase of a kind stands; -1: there is none."""
        return GATES[kind].first(self.text) if kind in self._open else -1
