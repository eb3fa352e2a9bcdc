"""Reads the values a rule asks for out of a message, with the place of each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mailroom.rules.amounts import read_amount, read_currency
from mailroom.rules.deadlines import find_deadline
from mailroom.rules.model import Field
from mailroom.rules.moments import Moment, find_moments
from mailroom.rules.page import Page, Strip
from mailroom.rules.patterns import Match, Pattern

Type = Literal[
    "text",
    "code",
    "number",
    "money",
    "currency",
    "date",
    "datetime",
    "end",
    "deadline",
    "doc_no",
]
TYPES: tuple[Type, ...] = (
    "text",
    "code",
    "number",
    "money",
    "currency",
    "date",
    "datetime",
    "end",
    "deadline",
    "doc_no",
)
WITHOUT_PATTERN = frozenset({"date", "datetime", "end", "deadline"})
LONGEST_VALUE = 200  # characters; a longer one is no field of a letter
_EN_NUMBERS = tuple(
    "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905  reads as it is counted
)
_CN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "〇": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Where a field of a letter is found.

    Without patterns the place is searched for the first value of the type. A pattern
    gives its group of the field's name, else its first group, else all of it.
    """

    field: str
    places: tuple[str, ...]  # names that `Page.strips` knows, in this order
    patterns: tuple[Pattern, ...] = ()
    type: Type = "text"
    last: bool = False  # the last match, as with totals
    rule: str = ""

    def read(self, page: Page) -> Field | None:
        """Give the value; None where the message does not name it."""
        values = self._values(page)
        first = next(values, None)
        if first is None or self.type != "datetime" or "T" in first.value:
            return first
        # The subject often names the day alone, the body the same day with its time.
        same_day = (each for each in values if each.value.startswith(first.value))
        return next((each for each in same_day if "T" in each.value), first)

    def _values(self, page: Page) -> Iterator[Field]:
        reference = reference_day(page)
        for strip in self._strips(page):
            for start, end in self._pieces(strip):
                for found in _read(self.type, strip.nfkc[start:end], reference):
                    value, (first, last), sure = found
                    yield Field(
                        value=value,
                        zone=strip.zone,
                        span=strip.span(start + first, start + last),
                        sure=sure,
                    )

    def _strips(self, page: Page) -> Iterator[Strip]:
        for place in self.places:
            yield from page.strips(place)

    def _pieces(self, strip: Strip) -> Iterator[tuple[int, int]]:
        if not self.patterns:
            yield 0, len(strip.nfkc)
        for pattern in self.patterns:
            matches = list(pattern.finditer(strip.nfkc))
            for match in reversed(matches) if self.last else matches:
                group = self._group(pattern, match)
                if match.group(group):
                    yield match.start(group), match.end(group)

    def _group(self, pattern: Pattern, match: Match) -> int:
        named = pattern.groupindex.get(self.field)
        if named is not None:
            return named
        # "(a)|(b)": whichever took part
        taken = (n for n in range(1, pattern.groups + 1) if match.group(n) is not None)
        return next(taken, 0)


def reference_day(page: Page) -> date:
    """Give the day from which dates without a year count: the message's own."""
    return (page.message.date or page.context.now).date()


_Found = tuple[str, tuple[int, int], bool]  # value, its place in the piece, sure


def _read(kind: Type, piece: str, reference: date) -> Iterator[_Found]:
    if kind == "deadline":
        deadline = find_deadline(piece, reference)
        moments: tuple[Moment, ...] = (deadline,) if deadline else ()
    elif kind in {"date", "datetime", "end"}:
        moments = find_moments(piece, reference)
    else:
        value = _PLAIN[kind](piece)
        if value and len(value) <= LONGEST_VALUE:
            yield value, (0, len(piece)), True
        return
    for moment in moments:
        said = _say(kind, moment)
        if said is not None:
            yield said, (moment.start, moment.end), moment.sure


def _say(kind: Type, moment: Moment) -> str | None:
    if kind == "date":
        return moment.day.isoformat()
    return moment.ends() if kind == "end" else moment.begins()


def _text(piece: str) -> str:
    return " ".join(piece.split()).strip(" ,;:.，。；：、")


def _code(piece: str) -> str:
    return "".join(piece.split()).strip(".,;:，。；：")


def _number(piece: str) -> str | None:
    plain = piece.strip().replace(",", "")
    if plain.isascii() and plain.isdecimal():
        return str(int(plain))
    if plain.lower() in _EN_NUMBERS:
        return str(_EN_NUMBERS.index(plain.lower()))
    return _chinese_number(plain)


def _chinese_number(word: str) -> str | None:
    """Read 一 … 九十九; larger headcounts are written in figures."""
    if not word or any(letter not in _CN_DIGITS for letter in word):
        return None
    tens, ten, ones = word.partition("十")
    if not ten:
        return str(_CN_DIGITS[word]) if len(word) == 1 else None
    if len(tens) > 1 or len(ones) > 1:
        return None
    return str(
        10 * (_CN_DIGITS[tens] if tens else 1) + (_CN_DIGITS[ones] if ones else 0)
    )


def _doc_no(piece: str) -> str:
    """Write a document number the standard way: 江政办发〔2026〕3号 (GB/T 9704)."""
    pairs = str.maketrans(
        {"[": "〔", "【": "〔", "(": "〔", "]": "〕", "】": "〕", ")": "〕"}
    )
    return "".join(piece.split()).translate(pairs)


_PLAIN: Mapping[str, Callable[[str], str | None]] = {
    "text": _text,
    "code": _code,
    "number": _number,
    "money": read_amount,
    "currency": read_currency,
    "doc_no": _doc_no,
}
