"""Makes any value fit to stand in a letter as plain text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from mailroom.words.rich import UNDERLINES, Listing, Picture, RichText, Span

DEEPEST = 6  # lists in lists in lists …: no letter needs more

# What XML 1.0 cannot hold (its "Char" production), lone surrogates among them; line
# ends of other systems; overrides of the writing direction, with which a stranger's
# name can make an amount read backwards.
ODD = (
    "[^\t\n\x20-\x84\x86-\u2027\u202f-\u2065\u206a-\ud7ff"
    "\ue000-\ufffd\U00010000-\U0010ffff]"
)
_ODD = re.compile(ODD)
_ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# CR LF of mail, the line ends of Unicode; a form feed would start a page in Word.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_COLOUR = re.compile("#?([0-9A-Fa-f]{6})")
_SIZES = (1, 1638)  # points; what Word takes
_PLAIN = (bool, int, float, Decimal, date)  # a datetime is a date


def clean(words: str) -> str:
    r"""Return the words without what a Word file or a mail cannot carry.

    Line ends become "\n"; characters that XML 1.0 forbids (lone surrogates are
    among them) are left out, as are overrides of the writing direction.
    """
    if not _ODD.search(words):
        return words
    return _OVERRIDES.sub("", _ILLEGAL.sub("", _LINE_ENDS.sub("\n", words)))


def _bare(words: object) -> str:
    """Return cleaned words of no class but str: a caller's markup is words here."""
    cleaned = clean(words if isinstance(words, str) else str(words))
    return cleaned if cleaned.__class__ is str else "".join((*cleaned,))


def settle(value: object, depth: int = 0) -> object:
    """Return the value in plain types, cleaned all through; None where it is empty.

    Empty are None, text of nothing but spaces, and what is nested too deep.
    A list keeps its empty places, for its length is a fact; a mapping loses them.
    Dates, numbers and truth values stay what they are; anything else becomes text.
    """
    if isinstance(value, str):
        words = _bare(value)
        return words if words and not words.isspace() else None
    if isinstance(value, _PLAIN) or value is None or depth > DEEPEST:
        return value if depth <= DEEPEST else None
    if isinstance(value, Mapping):
        return MappingProxyType(
            {
                str(key): kept
                for key, held in value.items()
                if (kept := settle(held, depth + 1)) is not None
            }
        )
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return tuple([settle(held, depth + 1) for held in value])
    if isinstance(value, RichText | Listing | Picture):
        return _settled_rich(value)
    return settle(_plainer(value), depth)


def _plainer(value: object) -> list[object] | str:
    """Return a list or words for what is neither."""
    if isinstance(value, bytes | bytearray):
        return value.decode(errors="replace")
    if isinstance(value, AbstractSet):  # in one order: the same fields, the same letter
        return sorted(value, key=str)
    return list(value) if isinstance(value, Iterable) else str(value)


def _settled_rich(value: RichText | Listing | Picture) -> object:
    if isinstance(value, RichText):
        return RichText(*map(_settled_span, value.spans))
    if isinstance(value, Listing):
        pieces = re.split("([\a\f])", value.text.replace("\r\n", "\n"))
        return Listing(
            "".join(one if one in {"\a", "\f"} else _bare(one) for one in pieces)
        )
    return replace(value, alt=_bare(value.alt))


def _settled_span(span: Span) -> Span:
    """Return the span as Word can carry it: a dress that is none is left out."""
    line = span.underline
    return replace(
        span,
        text=_bare(span.text),
        underline=line if line in UNDERLINES else None if line is None else bool(line),
        color=_settled_colour(span.color),
        highlight=_settled_colour(span.highlight),
        size=_settled_size(span.size),
        font=None if span.font is None else _bare(span.font),
        style=None if span.style is None else _bare(span.style),
        link=None if span.link is None else _bare(span.link).strip(),
    )


def _settled_colour(colour: object) -> str | None:
    found = _COLOUR.fullmatch(str(colour))
    return found[1] if found else None


def _settled_size(size: object) -> float | None:
    least, most = _SIZES
    if isinstance(size, int | float) and least <= size <= most:
        return float(size)
    return None


def fill_in(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields that have a value, settled."""
    return {
        str(name): kept
        for name, value in fields.items()
        if (kept := settle(value)) is not None
    }
