"""Leads a place in normalised text back to the place in what was written."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from mailroom.rules.spelling import normal

SHORT = 8  # characters: a letter with its accents

# Whatever is not sure to become one character by itself, and to leave its neighbours
# alone; the character before it may be joined with it.
_UNEVEN = re.compile(
    "(?:.?[^\x00-\x9f\xa0-\xa7\xa9-\xac\xae\xb0-\xb3\xb5-\xb7\xb9\xbb\xbf-\xff"
    "\u0391-\u03a1\u03a3-\u03ce\u0400-\u0482"
    "\u048a-\u052f\u2010-\u2016\u2018-\u2023\u2030-\u2032\u2460-\u2468"
    "\u2500-\u25ff\u2605\u2606\u3000-\u3029\u3031-\u3035"
    "\u3041-\u3096\u30a1-\u30fa\u30fc\u30fd\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    "\uff01-\uff5e\uffe5])+",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pieces of two texts that belong together; between their starts both run even."""

    places: tuple[int, ...]  # starts in the normalised text
    origins: tuple[int, ...]  # starts in the original
    ends: tuple[int, ...]  # of the piece in the original; 0: it goes on evenly

    def begin(self, place: int) -> int:
        """Give where the character at `place` begins in the original."""
        number = bisect_right(self.places, place) - 1
        if self.ends[number]:
            return self.origins[number]
        return self.origins[number] + place - self.places[number]

    def end(self, place: int) -> int:
        """Give where the character before `place` ends in the original."""
        number = bisect_right(self.places, place - 1) - 1
        return self.ends[number] or self.origins[number] + place - self.places[number]


def align(original: str) -> Alignment | None:
    """Align a text with `normal(original)`; None where each place is the same."""
    if original.isascii():
        return None
    places, origins, ends = [0], [0], [0]
    at = place = 0  # in the original, in the normalised text
    for match in _UNEVEN.finditer(original):
        place += match.start() - at
        at = match.start()
        for piece in _pieces(match[0]):
            # Long pieces are made to do harm: they are not kept.
            form = _width(piece) if len(piece) <= SHORT else len(normal(piece))
            if form:
                places.append(place)
                origins.append(at)
                ends.append(at + len(piece))
            at, place = at + len(piece), place + form
        places.append(place)
        origins.append(at)
        ends.append(0)
    return Alignment(tuple(places), tuple(origins), tuple(ends)) if at else None


def _pieces(run: str) -> Iterator[str]:
    """Cut where what is left does not act upon what is right."""
    start = 0
    for end in range(1, len(run) + 1):
        if end == len(run) or not _goes_on(run[end]):
            yield run[start:end]
            start = end


@lru_cache(maxsize=4096)
def _width(piece: str) -> int:
    return len(normal(piece))


@lru_cache(maxsize=4096)
def _goes_on(letter: str) -> bool:
    first = unicodedata.normalize("NFKD", letter)[0]
    return (
        unicodedata.category(first)[0] == "M"
        or "\u1160" <= first <= "\u11ff"  # vowels and finals of hangul
        or not normal(letter)
    )
