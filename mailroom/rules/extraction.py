"""Reads the values a rule asks for out of a message, with the place of each."""

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import cache, lru_cache
from itertools import islice

from mailroom.calendar import Calendar
from mailroom.message.moment import sent_at
from mailroom.rules.fields.found import HEAD, TAIL, Flat, Found, language_of
from mailroom.rules.fields.found import Context as Known
from mailroom.rules.fields.readers import READERS
from mailroom.rules.model import Field
from mailroom.rules.page import Page, Strip
from mailroom.rules.patterns import Match, Pattern
from mailroom.rules.spelling import simplified

AS_WRITTEN = ("text", "code")  # whatever a pattern cuts out; a code has no spaces
TYPES = (*AS_WRITTEN, *READERS)
# Values of these are words of the letter, in its own characters. The others are figures
# and days: to be read, traditional characters are written the simplified way.
_WORDS_OF_THE_LETTER = frozenset(
    {
        "person", "contact", "place", "room", "address", "doc_no", "ref_doc_no",
        "security_level", "security_term", "urgency", "plate",
    }
)  # fmt: skip
MOST_PIECES = 100  # of one pattern in one text; a letter with more is a table
Look = tuple[str, str, tuple[str, ...], bool, tuple[Pattern, ...]]
_EDGE = 50  # characters, of which \b and ^ need one
LONGEST_VALUE = 200  # characters; a longer one is no field of a letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Where a field of a letter is found.

    Without patterns the place is searched for the first value of the type. A pattern
    gives its group of the field's name, else its first group, else all of it: there the
    value stands, though the reader sees the text round it as well.
    """

    field: str
    places: tuple[str, ...]  # names that `Page.strips` knows, in this order
    patterns: tuple[Pattern, ...] = ()
    sources: tuple[str, ...] = ()  # of the patterns, as the rule has them
    type: str = "text"  # one of TYPES
    last: bool = False  # the last match, as with totals
    rule: str = ""

    @property
    def look(self) -> Look:
        """Return what is looked for, and where: the same for all rules of a file."""
        return (self.field, self.type, self.places, self.last, self.patterns)

    def read(self, page: Page, known: Callable[[], Known]) -> Field | None:
        """Give the value; None where the message does not name it.

        `known` is asked only by types that need more than the text.
        """
        values = self._values(page, known)
        first = next(values, None)
        if first is None or self.type != "datetime" or "T" in first.value:
            return first
        # The subject often names the day alone, the body the same day with its time.
        same_day = (each for each in values if each.value.startswith(first.value))
        return next((each for each in same_day if "T" in each.value), first)

    def _values(self, page: Page, known: Callable[[], Known]) -> Iterator[Field]:
        reader = READERS.get(self.type)
        for place in self.places:
            for strip in page.strips(place):
                if reader is None:
                    yield from self._as_written(strip)
                    continue
                pieces = tuple(self._pieces(strip)) if self.patterns else None
                if pieces == ():
                    continue
                text = _shown(strip, known(), self.type in _WORDS_OF_THE_LETTER)
                if text is None:
                    continue
                for one in self._wanted(reader(text, known()), strip, pieces):
                    yield _field(one, strip)

    def _wanted(
        self,
        found: Sequence[Found],
        strip: Strip,
        pieces: tuple[tuple[int, int], ...] | None,
    ) -> Iterator[Found]:
        """Give what stands in the pieces that the patterns cut out, piece by piece."""
        if pieces is None:
            yield from reversed(found) if self.last else found
            return
        by_place = sorted(found, key=lambda one: one.start)
        starts = [one.start + strip.shift for one in by_place]
        # The longest value that may begin before a piece and reach into it.
        reach = max((one.end - one.start for one in found), default=0)
        for start, end in pieces:
            first, last = strip.span(start, end)
            begin = bisect_left(starts, first - reach)
            for one in by_place[begin : bisect_left(starts, last)]:
                if first < one.end + strip.shift:
                    yield one

    def _as_written(self, strip: Strip) -> Iterator[Field]:
        plain = _code if self.type == "code" else _text
        for start, end in self._pieces(strip):
            value = plain(strip.nfkc[start:end])
            if value and len(value) <= LONGEST_VALUE:
                span = strip.span(start, end)
                yield Field(value=value, zone=strip.zone, span=span)

    def _pieces(self, strip: Strip) -> Iterator[tuple[int, int]]:
        for pattern in self.patterns:
            matches = _within_reach(pattern, strip)
            wanted = (
                reversed(deque(matches, MOST_PIECES))
                if self.last
                else islice(matches, MOST_PIECES)
            )
            groups = _groups(pattern, self.field)
            for match, place in wanted:
                # "(a)|(b)": whichever took part
                group = next((n for n in groups if match.start(n) >= 0), groups[-1])
                start, end = match.start(group), match.end(group)
                if start < end:
                    yield place(start), place(end)


@lru_cache(maxsize=4096)
def _groups(pattern: Pattern, field: str) -> tuple[int, ...]:
    """Give the group of the field's name; without one, every group, then the whole."""
    named = pattern.groupindex.get(field)
    return (*range(1, pattern.groups + 1), 0) if named is None else (named,)


def known_to_readers(page: Page) -> Known:
    """Give what readers may know beside the text.

    One for each message: the days of a text are read once for all fields that ask.
    """
    context, message = page.context, page.message
    sent = sent_at(message) or context.now
    zone = context.zone or sent.tzinfo or UTC
    return Known(
        sent=sent,
        zone=zone,
        calendar=context.calendar or _public_days(),
        language=language_of(message.language),
        rooms=context.directory.rooms,
        people=context.directory.people,
    )


@cache
def _public_days() -> Calendar:
    return Calendar.load("CN")


def _shown(strip: Strip, known: Known, as_written: bool) -> str | None:  # noqa: FBT001  a key
    """Give a text as readers see it; None where the letter was long enough before."""
    key = (strip, as_written)
    if key not in known.shown:
        text = strip.original[strip.shift :]
        space = known.space(strip, len(text))
        if space and not as_written:
            # Of a long text no more is rewritten than is read.
            middle = text[HEAD:-TAIL]
            text = (
                f"{simplified(text[:HEAD])}{middle}{simplified(text[-TAIL:])}"
                if middle
                else simplified(text)
            )
        if space and text not in known.flat:
            known.flat[text] = Flat.of(text, space)
        known.shown[key] = text if space else None
    return known.shown[key]


def _within_reach(
    pattern: Pattern, strip: Strip
) -> Iterator[tuple[Match, Callable[[int], int]]]:
    """Find a pattern where readers look, at the head and the tail.

    Gives each match with what tells the place in `Strip.simple` of a place of it. RE2
    is shown no more of a long text than that, and what stands at the edges.
    """
    text = strip.simple
    if len(text) <= HEAD + TAIL:
        for match in pattern.finditer(strip.coded):
            yield match, strip.letters
        return
    for match in pattern.finditer(text[: HEAD + _EDGE], 0, HEAD):
        yield match, int
    shift = len(text) - TAIL - _EDGE
    for match in pattern.finditer(text[shift:], _EDGE):
        yield match, shift.__add__


def _field(one: Found, strip: Strip) -> Field:
    return Field(
        value=one.value,
        zone=strip.zone,
        span=(one.start + strip.shift, one.end + strip.shift),
        sure=one.sure,
        basis=one.basis,
        unit=one.unit,
        others=one.others,
    )


def _text(piece: str) -> str:
    return " ".join(piece.split()).strip(" ,;:.，。；：、")


def _code(piece: str) -> str:
    return "".join(piece.split()).strip(".,;:，。；：")
