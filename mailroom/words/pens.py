"""Writes values into a letter: as Word's runs, as HTML, as plain text."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, KeysView, Mapping, Sequence, ValuesView
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from math import isfinite
from typing import Any
from urllib.parse import quote

from jinja2 import pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from markupsafe import escape

from mailroom.words.filters import cn_date, en_date
from mailroom.words.rich import Listing, Picture, RichText
from mailroom.words.sandbox import (
    LONGEST,
    MOST_TURNS,
    PEN,
    SANDBOX,
    Missing,
    NoValueError,
    Written,
    name_of,
)
from mailroom.words.steering import Kind
from mailroom.words.values import DEEPEST, ODD, clean

SAFE_SCHEMES = ("http://", "https://", "mailto:")
NOWHERE = "about:blank"  # where a link goes whose address is missing or unsafe
MOST_CHARACTERS = 20_000_000  # of a letter: some hundred pages of XML
_LONG = 1_000  # characters of a value from which they are counted
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")
_MOST_FIGURES = 400  # before or behind the point
_MOST_COLUMNS = 63  # of a table in Word
# Not words alone: a blank, a sign of markup, a line end, what `clean` takes away.
_SPECIAL = re.compile(f"^\\s*$|[&<>\"'\n\t]|{ODD}")


def leads_somewhere(address: str) -> bool:
    """Ask whether a link may lead to this address."""
    return address.lower().startswith(SAFE_SCHEMES) and len(address.split()) == 1


class NoListError(Exception):
    """A loop goes over something that is no list."""


class TooLongError(Exception):
    """A letter grows too long with these values."""


class TooManyTurnsError(Exception):
    """The loops of a letter take too many turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The place that a value fills: what stands round it, what breaks it."""

    number: int  # of its tag
    kind: Kind
    source: str  # the tag, as it was typed
    names: tuple[str, ...] = ()  # the fields it draws on
    blank_is_meant: bool = False
    before_gap: str = ""
    after_gap: str = ""
    line: str = "\n"
    tab: str = "\t"
    paragraph: str = "\n"
    page: str = "\n"
    out: str = ""  # ends the words round the place, for what is more than words
    back: str = ""  # begins them again

    def drawing_on(self, names: tuple[str, ...], *, blank: bool) -> "Slot":
        """Return the slot of a tag that draws on these fields."""
        return replace(self, names=names, blank_is_meant=blank)

    def broken(self, words: str) -> str:
        """Put what this writing has for them in the place of line ends and the like."""
        for sign, written in (
            ("\n", self.line),
            ("\t", self.tab),
            ("\a", self.paragraph),
            ("\f", self.page),
        ):
            if sign in words:
                words = words.replace(sign, written)
        return words


@dataclass(slots=True)
class Letter:
    """What is found out while one letter is written, in all its writings."""

    fields: Mapping[str, object]
    zh: bool
    missing: dict[str, None] = field(default_factory=dict)


class Pen(ABC):
    """Writes the values of one letter in one writing; used once, by one thread."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        self.slots: Sequence[Slot] = ()
        self.part = 0
        self.turns = 0
        self.length = 0
        self.once: set[int] = set()
        self.numbers = 50_000  # beyond what Word gives to drawings

    def put(self, value: object, number: int) -> str:
        """Return what is to stand in the slot with that number."""
        slot = self.slots[number]
        if slot.kind != "fill":
            return self._put_plain(value, slot)
        # Most values are a few plain words: nothing to clean, escape or break.
        if value.__class__ is str and len(value) < _LONG and not _SPECIAL.search(value):
            return self._bare(value, slot)
        if isinstance(value, RichText | Listing | Picture):
            return self._put_rich(value, slot)
        return value.whole if isinstance(value, Written) else self._put(value, slot)

    def _put(self, value: object, slot: Slot) -> str:
        words = None if isinstance(value, Missing) else self._words(value)
        if not words or words.isspace():
            if not slot.blank_is_meant:
                return self._gap(self._name(value, slot), slot)
            if words is None:
                return ""
        elif len(words) >= _LONG:
            self.grow(len(words))
        return self._written(words, slot)

    def begin_part(self, number: int) -> None:
        """Begin that part of the file, which may point at things of its own."""
        self.part = number

    def _bare(self, words: str, slot: Slot) -> str:  # noqa: ARG002  some pens mark it
        """Return words that stand as they are in any writing."""
        return words

    def _put_plain(self, value: object, slot: Slot) -> str:
        words = None if isinstance(value, Missing) else self._words(value)
        if slot.kind == "link":
            return self._link(words or "", slot, value)
        if slot.kind == "colour":
            named = (words or "").removeprefix("#")
            fits = len(named) == len("C00000") and set(named) <= _HEXADECIMAL
            return named if fits else "auto"
        if slot.kind == "columns":
            count = int(words) if words and words.isdecimal() else 1
            return str(max(1, min(count, _MOST_COLUMNS)))
        if words is None and not slot.blank_is_meant:
            words = self.gap_words(self._name(value, slot))
        return self._labelled((words or "").replace("\n", " "))

    def _labelled(self, words: str) -> str:
        """Return words that have no look, in an attribute or a property."""
        return str(escape(words))

    def _link(self, words: str, slot: Slot, value: object) -> str:
        if not words:
            self._name(value, slot)
        address = words.strip()
        return self.address(address if leads_somewhere(address) else NOWHERE)

    def address(self, address: str) -> str:
        """Return what a link to a safe address is written with."""
        return str(escape(address))

    @abstractmethod
    def _written(self, words: str, slot: Slot) -> str:
        """Return the words as they stand among others."""

    def _gap(self, name: str, slot: Slot) -> str:
        return f"{slot.before_gap}{escape(self.gap_words(name))}{slot.after_gap}"

    @abstractmethod
    def _put_rich(self, value: RichText | Listing | Picture, slot: Slot) -> str:
        """Return what is more than words as it stands among words."""

    def gap_words(self, name: str) -> str:
        """Return what stands for a value that is missing."""
        return f"【待填:{name}】" if self.letter.zh else f"[to fill: {name}]"

    def _name(self, value: object, slot: Slot) -> str:
        """Return the name of what is missing, noted down."""
        fields = self.letter.fields
        names = slot.names or (slot.source,)
        tops = (name.partition(".")[0] for name in names)
        name = next((top for top in tops if top not in fields), "")
        if not name:
            part = name_of(value) if isinstance(value, Missing) else ""
            ends = (one for one in names if part and one.endswith(f".{part}"))
            name = next(ends, names[0])
        self.letter.missing[name] = None
        return name

    def _words(self, value: object, depth: int = 0) -> str | None:
        """Return the value as it stands in a letter; None where it is empty."""
        if isinstance(value, str):
            return clean(value)
        if value is None or isinstance(value, Mapping) or depth > DEEPEST:
            return None
        if isinstance(value, Iterator | KeysView | ValuesView):  # what a filter makes
            value = tuple(islice(value, MOST_TURNS))
        if not isinstance(value, Sequence):
            return self._word(value)
        self.count(len(value))
        each = [self._words(one, depth + 1) for one in value]
        if not each or None in each:
            return None
        words = ("、" if self.letter.zh else ", ").join(map(str, each))
        if len(words) > LONGEST:
            raise SecurityError("too long for a letter")
        return words

    def _word(self, value: object) -> str | None:
        zh = self.letter.zh
        if isinstance(value, bool):
            return ("是" if value else "否") if zh else ("yes" if value else "no")
        if isinstance(value, date):
            shown = str(cn_date(value) if zh else en_date(value))
            return f"{shown} {value:%H:%M}" if isinstance(value, datetime) else shown
        if isinstance(value, float):
            return _figure(value)
        if isinstance(value, Decimal):
            return _exact(value)
        if isinstance(value, int | time | timedelta | RichText | Listing | Picture):
            return clean(str(value))
        if isinstance(value, Written):
            raise NoValueError
        return None  # a function, a namespace …: no word of a letter

    def go_over(self, over: Any, number: int) -> Any:  # noqa: ANN401
        """Return the list that a loop goes over, its turns counted.

        A missing one is gone over once, so that its places show as gaps.
        Raises NoListError, TooManyTurnsError.
        """
        if isinstance(over, Missing):
            self._name(over, self.slots[number])
            return (over,)
        if isinstance(over, str | bytes) or not hasattr(over, "__iter__"):
            raise NoListError
        lasts = hasattr(over, "__len__")
        every = over if lasts else list(islice(over, MOST_TURNS + 1))
        self.count(len(every))
        return every

    def count(self, turns: int) -> None:
        """Count turns of loops and macros. Raises TooManyTurnsError."""
        self.turns += turns
        if self.turns > MOST_TURNS:
            raise TooManyTurnsError

    def grow(self, length: int) -> None:
        """Count long words, and those that tags make. Raises TooLongError."""
        self.length += length
        if self.length > MOST_CHARACTERS:
            raise TooLongError


def _figure(value: float) -> str | None:
    """Write a number as people do, without an exponent; None where it is none."""
    if not isfinite(value):
        return None
    if value.is_integer():
        return str(int(value))
    # Beyond 15 places a float shows how it is kept: 0.30000000000000004.
    return f"{Decimal(f'{value:.15g}'):f}"


def _exact(value: Decimal) -> str | None:
    """Write a number of exact places without an exponent; None where it is none."""
    if not value.is_finite():
        return None
    return f"{value:f}" if abs(value.adjusted()) <= _MOST_FIGURES else str(value)


def _pen(context: Context) -> Pen:
    pen: Pen = context.parent[PEN]
    return pen


@pass_context
def _fill(context: Context, value: object, number: int) -> str:
    return _pen(context).put(value, number)


@pass_context
def _list(context: Context, over: object, number: int) -> object:
    return _pen(context).go_over(over, number)


@pass_context
def _concat(context: Context, pieces: Sequence[object]) -> object:
    """Put words together; a missing one is a gap as a whole."""
    words = []
    for piece in pieces:
        if isinstance(piece, Missing):
            return piece
        words.append(_pen(context)._words(piece) or "")  # noqa: SLF001
    length = sum(map(len, words))
    if length > LONGEST:
        raise SecurityError("too long for a letter")
    _pen(context).grow(length)
    return "".join(words)


@pass_context
def _once(context: Context, number: int) -> bool:
    pen = _pen(context)
    first = number not in pen.once
    pen.once.add(number)
    return first


@pass_context
def _number(context: Context, _: object) -> int:
    pen = _pen(context)
    pen.numbers += 1
    return pen.numbers


@pass_context
def _quoted(context: Context, value: object) -> object:
    if isinstance(value, Missing):
        return value
    return quote(_pen(context)._words(value) or "", safe="@")  # noqa: SLF001


@pass_context
def _address(context: Context, value: object) -> object:
    """Return an address that a value is as a whole; only safe ones lead anywhere."""
    if isinstance(value, Missing):
        return value
    words = (_pen(context)._words(value) or "").strip()  # noqa: SLF001
    if not words.lower().startswith(SAFE_SCHEMES):
        return NOWHERE
    return quote(words, safe=":/?#[]@!$&'()*+,;=%")


@pass_context
def _part(context: Context, number: int) -> str:
    _pen(context).begin_part(number)
    return ""


SANDBOX.filters.update(
    mr_part=_part,
    mr_fill=_fill,
    mr_list=_list,
    mr_concat=_concat,
    mr_once=_once,
    mr_number=_number,
    mr_quoted=_quoted,
    mr_address=_address,
)
