"""What a reader of typed fields is told, and what it hands back.

A reader is written on plain text: full-width signs half-width, nothing invisible, web
and mail addresses blanked out. `reader` makes it one on a letter's own text: places
lead back to what was written.
"""

import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeVar

from mailroom.calendar import Calendar
from mailroom.directory import Person, Room

if TYPE_CHECKING:
    from mailroom.rules.fields.moments import Moment

# Characters that are looked at: what was written first, and the end, where people
# sign. What is longer is a report; its fields stand at its head, its totals at its end.
HEAD, TAIL = 6_000, 2_000
MOST_READ = 10_000  # characters of all texts of a letter together
_LEAST = 50  # characters that a text counts for at least: a letter may have many names
_SEAM = 200  # characters before the cut in which a line or a word may end
MOST_FOUND = 500  # in one text; a letter with more values is a table
Language = Literal["zh", "en", ""]
T = TypeVar("T")


def language_of(written: str) -> Language:
    """Give the language of a letter as readers know it; "" where it is mixed."""
    return "en" if written == "en" else "" if written == "mixed" else "zh"


Basis = Literal[
    "stated",  # as written
    "year",  # the year is not written: the nearest one that makes sense
    "relative",  # worked out from the day of the message: 明天, next Friday
    "counted",  # days or working days counted from a day: 3个工作日内
    "ambiguous",  # written so that it can be read in two ways
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A value, and where the text says so."""

    value: str  # normalised: ISO 8601, decimal text, a number as its owner writes it
    start: int  # characters of the text given to the reader
    end: int
    sure: bool = True  # False: a person should check it
    basis: Basis = "stated"
    unit: str = ""  # ISO 4217 code of an amount, issuer of a number …
    others: tuple[str, ...] = ()  # what it could mean as well, where it is not sure


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a reader may know beside the text, one for each message; time comes in."""

    sent: datetime  # aware: the message's own Date
    zone: tzinfo  # the office's
    calendar: Calendar
    language: Language = ""
    rooms: Sequence[Room] = field(default=())
    people: Sequence[Person] = field(default=())
    # What several fields and rules ask for, once read: the plain text, what a reader
    # found in it, its days, its amounts.
    flat: "dict[str, Flat]" = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    found: "dict[tuple[Find, str], Sequence[Found]]" = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    amounts: "dict[str, Sequence[tuple[Found, bool]]]" = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    moments: "dict[str, Sequence[Moment]]" = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    worked: "dict[date, date]" = field(
        default_factory=dict, init=False, compare=False, repr=False
    )  # the working day after a day
    # Its texts as readers of words, and of figures, are shown them, and how many
    # characters of each; None and 0 where enough was read before.
    shown: "dict[tuple[object, bool], str | None]" = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    spaces: dict[object, int] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @property
    def today(self) -> date:
        """The writer's day: what 今天 and tomorrow count from.

        Read off the Date in its own zone. A Date in UTC on a Chinese letter is its
        server's, not its writer's; the office's zone is nearer to the truth.
        """
        if not self.sent.utcoffset() and self.language != "en":
            return self.sent.astimezone(self.zone).date()
        return self.sent.date()

    @property
    def day_first(self) -> bool | None:
        """Say whether 03/04/2026 is the third of April; None where nobody knows."""
        place = str(self.zone)
        if place.startswith(("America/", "US/")):
            return False
        return True if place.startswith("Europe/") and self.language == "en" else None

    def space(self, piece: object, length: int) -> int:
        """Say how many characters of a text of the letter are read: those left of it.

        `piece` stands for the text; asked again, it gives the same answer.
        """
        if piece not in self.spaces:
            left = MOST_READ - sum(self.spaces.values())
            wanted = min(max(length, _LEAST), HEAD + TAIL)
            self.spaces[piece] = min(wanted, left)
        return self.spaces[piece]


Reader = Callable[[str, Context], Sequence[Found]]
Find = Callable[[str, Context], Iterable[Found]]

# Where an address begins is decided by the look-behind, so that this stays linear.
ADDRESSES = re.compile(
    r"(?=[\w.+-])(?:(?<![a-z])(?:https?://|ftp://|www\.)[!#-;=?-~]{1,2000}"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})",
    re.IGNORECASE | re.ASCII,
)
_BLANK = "\x00"  # stands for each character of an address
_HALF_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0xA0: 0x20,
    0x2003: 0x20,
    0x2002: 0x20,
    0x2009: 0x20,
    0x202F: 0x20,
}
_INVISIBLE = re.compile("[\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_ODD = re.compile(r".?[^\x00-\x7f\u3400-\u4dbf\u4e00-\u9fff\u3001-\u3017]+", re.DOTALL)
# ①3月5日 is not 13月5日, 12² is not 122, 3½ not 31/2.
_NOT_A_DIGIT = ("<circle>", "<super>", "<sub>", "<fraction>")


@dataclass(frozen=True, slots=True)
class Flat:
    """A text as readers see it."""

    whole: str  # full-width signs half-width, nothing invisible
    plain: str  # the same with its web and mail addresses blanked out
    back: Sequence[int] | None  # places in the text; None: the same ones

    @classmethod
    def of(cls, text: str, space: int = HEAD + TAIL) -> "Flat":
        """Flatten a text, but for the middle of one that is longer than `space`."""
        whole, back = flatten(text) if len(text) <= space else _ends(text, space)
        plain = ADDRESSES.sub(lambda match: _BLANK * len(match[0]), whole)
        return cls(whole, plain, back)


def reader(find: Find, *, addresses: bool = False, best_first: bool = False) -> Reader:
    """Make a reader of a function on plain text.

    `addresses`: web and mail addresses are to be seen. `best_first`: the order is the
    function's own; otherwise it is that of the text.
    """

    def read(text: str, context: Context) -> Sequence[Found]:
        known = context.found.get((find, text))
        if known is not None:
            return known
        flat = context.flat.get(text)
        if flat is None:
            flat = context.flat[text] = Flat.of(text)
        plain, back = (flat.whole if addresses else flat.plain), flat.back
        found: list[Found] = []
        for one in find(plain, context):
            found.append(one if back is None else _put_back(one, back))
            if len(found) == MOST_FOUND:
                break
        if not best_first:
            found.sort(key=lambda one: one.start)
        context.found[find, text] = found
        return found

    return read


def _ends(text: str, space: int) -> tuple[str, Sequence[int]]:
    """Flatten the head and the tail of a long text, which an empty line parts."""
    stop = space * HEAD // (HEAD + TAIL)
    seam = max(0, stop - _SEAM)
    cut = max(text.rfind("\n", seam, stop), text.rfind(" ", seam, stop))
    head = text[: cut if cut > 0 else stop]
    rest = len(text) - (space - stop)
    line = text.find("\n", rest, rest + _SEAM)
    rest = line if line > 0 else rest
    whole, back = flatten(head)
    tail, tail_back = flatten(text[rest:])
    places = list(back or range(len(head) + 1))
    places.append(len(head))
    places.extend(rest + place for place in tail_back or range(len(tail) + 1))
    return f"{whole}\n\n{tail}", places


def flatten(text: str) -> tuple[str, Sequence[int] | None]:
    """Give the text in NFKC without invisible characters, and the way back.

    The second value names for each place its place in `text`, with one more for the
    end; None where places are the same.
    """
    if text.isascii():
        return text, None
    text = text.translate(_HALF_WIDTH)
    if unicodedata.is_normalized("NFKC", text) and not _INVISIBLE.search(text):
        return text, None
    pieces: list[str] = []
    back: list[int] = []
    done = 0
    for run in _ODD.finditer(text):
        pieces.append(text[done : run.start()])
        back.extend(range(done, run.start()))
        _flatten_run(text, run.start(), run.end(), pieces, back)
        done = run.end()
    pieces.append(text[done:])
    back.extend(range(done, len(text) + 1))
    return "".join(pieces), back


def _flatten_run(
    text: str, start: int, stop: int, pieces: list[str], back: list[int]
) -> None:
    while start < stop:
        end = start + 1
        # A letter and its accents are normalised together, as NFKC composes them.
        while end < stop and unicodedata.combining(text[end]):
            end += 1
        # More than a few accents are no writing, and each makes composing dearer.
        piece = _flat_piece(text[start : min(end, start + 8)])
        pieces.append(piece)
        back.extend([start] * len(piece))
        start = end


@lru_cache(maxsize=4096)
def _flat_piece(piece: str) -> str:
    if _INVISIBLE.match(piece):
        return ""
    if unicodedata.decomposition(piece[0]).startswith(_NOT_A_DIGIT):
        return piece
    return unicodedata.normalize("NFKC", piece)


def _put_back(found: Found, back: Sequence[int]) -> Found:
    # One character may have become several: take all of the last one.
    last = back[found.end - 1]
    end = next(
        (place for place in back[found.end : found.end + 20] if place > last), back[-1]
    )
    return replace(found, start=back[found.start], end=end)


def has_any(text: str, signs: Sequence[str]) -> bool:
    """Say whether a text holds one of the signs: a quick look before a long search.

    Both are expected in lower case.
    """
    return any(sign in text for sign in signs)


def spread(found: Iterable[Found]) -> Iterable[Found]:
    """Leave out what lies within something found before it; order by place."""
    reached = -1
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= reached:
            yield one
            reached = one.end


def days(count: int) -> timedelta:
    """Give so many days."""
    return timedelta(days=count)


def ends_of(matches: Iterable[T], most: int) -> Iterator[T]:
    """Give all matches, or of very many those of the beginning and of the end.

    What a letter asks for stands above its table or under it.
    """
    coming = iter(matches)
    yield from islice(coming, most // 2)
    yield from deque(coming, most - most // 2)
