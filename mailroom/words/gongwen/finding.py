"""Says what was found of one fact, beside what the standard wants."""

from dataclasses import dataclass
from typing import Literal

from mailroom.errors import Text, text
from mailroom.words.gongwen.line import HOLE

State = Literal["met", "not met", "needs layout", "not there"]
_SHOWN = 24  # characters of a document's own words in a finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fact: "not met" is a fault, the two last states are none.

    "needs layout": the file alone cannot tell; look at the printed page, or at the
    letter that was made from the template. "not there": the paper does without.
    """

    fact: Text
    clause: str  # of GB/T 9704-2012: "7.3.1"
    state: State
    found: Text | None = None
    wanted: Text | None = None


def judged(
    fact: Text, clause: str, *, met: bool, found: Text | None, wanted: Text
) -> Finding:
    """Say that a fact is met or not."""
    state: State = "met" if met else "not met"
    return Finding(fact=fact, clause=clause, state=state, found=found, wanted=wanted)


def missing(fact: Text, clause: str, wanted: Text) -> Finding:
    """Say that what every such paper must have was not found."""
    found = text("nothing of the kind was found")
    return judged(fact, clause, met=False, found=found, wanted=wanted)


def absent(fact: Text, clause: str, wanted: Text) -> Finding:
    """Say that the paper does without what it need not have."""
    return Finding(fact=fact, clause=clause, state="not there", wanted=wanted)


def on_paper(
    fact: Text, clause: str, wanted: Text, found: Text | None = None
) -> Finding:
    """Say that only the page itself shows it."""
    return Finding(
        fact=fact, clause=clause, state="needs layout", found=found, wanted=wanted
    )


def filled(fact: Text, clause: str, wanted: Text) -> Finding:
    """Say that a tag stands there: the words come when the template is filled."""
    return on_paper(fact, clause, wanted, text("a tag that is filled later"))


def worded(fact: Text, clause: str, words: str, *, met: bool, wanted: Text) -> Finding:
    """Judge by words of the paper; met words that a tag completes are left open."""
    if HOLE in words and met:
        return filled(fact, clause, wanted)
    return judged(fact, clause, met=met, found=quoted(words), wanted=wanted)


def quoted(words: str) -> Text:
    """Quote the document, shortened, as printable characters."""
    plain = "".join(
        letter if letter.isprintable() else " " for letter in words.replace(HOLE, "…")
    )
    plain = plain.strip()
    return text("“{words}”", words=plain[:_SHOWN] + "…" * (len(plain) > _SHOWN))
