"""Looks for words in the texts of a message."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from mailroom.rules.conditions.hit import Hit, Hits, Passage
from mailroom.rules.page import Page, Strip
from mailroom.rules.patterns import Pattern
from mailroom.rules.spelling import simplified
from mailroom.rules.vocabulary import Vocabulary

Operator = Literal["contains", "words", "is", "starts", "ends", "glob", "regex"]
OPERATORS: tuple[Operator, ...] = (
    "contains",
    "words",
    "is",
    "starts",
    "ends",
    "glob",
    "regex",
)

_MISSES = 50  # of one word inside longer ones; more are no letter but an attack
_SPELT = r"[^\W\u2e80-\ufaff\ufe00-\U0010ffff]"  # what `_spelt` says


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTest:
    """One operator with the words of which one is enough."""

    operator: Operator
    words: tuple[str, ...]  # as the rule has them, for the reason
    folded: tuple[str, ...] = ()  # as `Strip.flat` has them
    # For "regex" and "glob"; the words say which.
    patterns: tuple[Pattern, ...] = field(default=(), compare=False)
    exact: bool = False  # 发票 does not find 發票
    union: Pattern | None = field(default=None, repr=False, compare=False)
    # Finds what any of several patterns finds, in one pass; None: there is one.
    # Knows the words of a long list; None: each is looked for.
    among: Vocabulary | None = field(default=None, repr=False, compare=False)

    def find(self, strip: Strip) -> tuple[str, Passage] | None:
        """Give the rule's word that is there, and where."""
        if self.operator == "regex":
            return self._find_pattern(strip)
        flat = strip.exact if self.exact else strip.flat
        for place in self.likely(strip):
            span = self._span(place, flat)
            if span is not None:
                return self.words[place], Passage(strip, *span)
        return None

    def likely(self, strip: Strip) -> Iterable[int]:
        """Give the numbers of those words that may be there, the others being not."""
        if self.among is None:
            return range(len(self.words))
        met = strip.met(self.among)
        keys = tuple(map(simplified, self.folded)) if self.exact else self.folded
        if met.isdisjoint(keys):
            return ()
        return [place for place, key in enumerate(keys) if key in met]

    def _find_pattern(self, strip: Strip) -> tuple[str, Passage] | None:
        if self.union and strip.find(self.union, exact=self.exact) is None:
            return None
        for word, pattern in zip(self.words, self.patterns, strict=True):
            found = strip.find(pattern, exact=self.exact)
            if found is not None:
                return word, Passage(strip, *found, flat=False)
        return None

    def _span(self, place: int, flat: str) -> tuple[int, int] | None:
        """Find one of the words; (0, 0) is an empty text, which has no place."""
        if self.operator == "glob":
            return (0, len(flat)) if self.patterns[place].search(flat) else None
        word = self.folded[place]
        start = _place(self.operator, word, flat)
        return None if start is None else (start, start + len(word))


def _place(operator: Operator, word: str, flat: str) -> int | None:
    # There is no white space at the ends of `flat`, nor of `word`.
    if operator == "contains":
        place = flat.find(word)
    elif operator == "words":
        place = next(whole(word, flat), -1)
    elif operator == "ends":
        place = len(flat) - len(word) if flat.endswith(word) else -1
    elif operator == "is":
        place = 0 if flat == word else -1
    else:
        place = 0 if flat.startswith(word) else -1
    return place if place >= 0 else None


def whole(word: str, flat: str, begin: int = 0) -> Iterator[int]:
    """Find a word as a whole word, from a place on.

    Chinese has no spaces: a boundary is needed only between two letters or figures
    that both are not Han, kana or hangul.
    """
    place = flat.find(word, begin)
    misses = 0
    while place >= 0:
        end = place + len(word)
        before = flat[place - 1] if place else " "
        after = flat[end] if end < len(flat) else " "
        if not (_spelt(before) and _spelt(word[0])) and not (
            _spelt(after) and _spelt(word[-1])
        ):
            yield place
        else:
            misses += 1
        if misses < _MISSES:
            place = flat.find(word, place + 1)
        else:
            found = _alone(word).search(flat, place + 1)
            place = found.start() if found else -1


@lru_cache
def _alone(word: str) -> re.Pattern[str]:
    """Say the same as a pattern: dear to make, but it passes over misses quickly.

    The word comes first, for that is what `re` looks for without its machine.
    """
    before = rf"(?<!{_SPELT}{re.escape(word)})" if _spelt(word[0]) else ""
    after = rf"(?!{_SPELT})" if _spelt(word[-1]) else ""
    return re.compile(re.escape(word) + after + before)


def _spelt(letter: str) -> bool:
    """Say whether a character belongs to a script that puts spaces between words."""
    if not (letter.isalnum() or letter == "_"):
        return False
    # Kana, CJK, hangul and what lies between; everything below is spelt.
    return letter < "\u2e80" or "\ufb00" <= letter <= "\ufdff"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCondition:
    """Looks for words in places of the message; all its tests must hold."""

    name: str  # "subject", "body", "header List-Id"
    places: tuple[str, ...]  # names that `Page.strips` knows
    tests: tuple[TextTest, ...]

    def hits(self, page: Page) -> Hits | None:
        """Give one hit for each test."""
        found: list[Hit] = []
        for test in self.tests:
            hit = self._hit(page, test)
            if hit is None:
                return None
            found.append(hit)
        return tuple(found)

    def _hit(self, page: Page, test: TextTest) -> Hit | None:
        for place in self.places:
            for strip in page.strips(place):
                found = test.find(strip)
                if found is not None:
                    word, passage = found
                    return Hit(
                        condition=f"{self.name} {test.operator} {word}",
                        zone=strip.zone,
                        passage=passage,
                    )
        return None
