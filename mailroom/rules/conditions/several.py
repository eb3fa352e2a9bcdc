"""Looks for several words at once: near each other, or so many of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from mailroom.rules.conditions.hit import Hit, Hits, Passage
from mailroom.rules.conditions.words import TextTest, whole
from mailroom.rules.page import HEAD, TAIL, Page, Strip

_Place = tuple[int, int]  # start and end in `Strip.flat`


@dataclass(frozen=True, slots=True, kw_only=True)
class NearCondition:
    """Holds where two words stand near each other, in either order, in one text."""

    name: str  # "body"
    places: tuple[str, ...]  # names that `Page.strips` knows
    one: TextTest  # "words": of each, one is enough
    other: TextTest
    within: int  # characters between them at most

    def hits(self, page: Page) -> Hits | None:
        """Give the text from the one to the other."""
        for place in self.places:
            for strip in page.strips(place):
                found = self._pair(strip)
                if found is not None:
                    return (
                        Hit(
                            condition=f"{self.name} near {_said(self.one)}"
                            f" · {_said(self.other)}",
                            zone=strip.zone,
                            passage=Passage(strip, *found),
                        ),
                    )
        return None

    def _pair(self, strip: Strip) -> _Place | None:
        ones, others = _places(self.one, strip), _places(self.other, strip)
        starts = [start for start, _ in others]
        ends = sorted(end for _, end in others)
        for start, end in ones:
            after = bisect_left(starts, end)
            if after < len(starts) and starts[after] - end <= self.within:
                return start, others[after][1]
            before = bisect_right(ends, start) - 1
            if before >= 0 and start - ends[before] <= self.within:
                first = min(s for s, e in others if e == ends[before])
                return first, end
        return None


def _places(test: TextTest, strip: Strip) -> Sequence[_Place]:
    flat = strip.exact if test.exact else strip.flat
    words = [test.folded[number] for number in test.likely(strip)]
    found = ((place, place + len(word)) for word in words
             for place in _in_window(word, flat))  # fmt: skip
    return sorted(found)


def _in_window(word: str, flat: str) -> Iterator[int]:
    yield from takewhile(HEAD.__gt__, whole(word, flat))
    yield from whole(word, flat, max(HEAD, len(flat) - TAIL))


def _said(test: TextTest) -> str:
    return "/".join(test.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCondition:
    """Holds where at least so many different words of a list are there."""

    name: str
    places: tuple[str, ...]
    tests: tuple[TextTest, ...]  # "words", one word each
    at_least: int

    def hits(self, page: Page) -> Hits | None:
        """Give one hit for each of the words, as far as they are needed."""
        strips = [strip for place in self.places for strip in page.strips(place)]
        found: list[Hit] = []
        for test in self.tests:
            hit = next((h for s in strips if (h := self._hit(test, s))), None)
            if hit is not None:
                found.append(hit)
            if len(found) == self.at_least:
                return tuple(found)
        return None

    def _hit(self, test: TextTest, strip: Strip) -> Hit | None:
        found = test.find(strip)
        if found is None:
            return None
        word, passage = found
        return Hit(
            condition=f"{self.name} count {word}",
            zone=strip.zone,
            passage=passage,
        )
