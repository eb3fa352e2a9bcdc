"""Makes any value fit to stand in a letter as plain text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from mailroom.words.rich import Listing, Picture, RichText

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
_PLAIN = (bool, int, float, Decimal, date)  # a datetime is a date


def clean(words: str) -> str:
    r"""Return the words without what a Word file or a mail cannot carry.

    Line ends become "\n"; characters that XML 1.0 forbids (lone surrogates are
    among them) are left out, as are overrides of the writing direction.
    """
    if not _ODD.search(words):
        return words
    return _OVERRIDES.sub("", _ILLEGAL.sub("", _LINE_ENDS.sub("\n", words)))


def settle(value: object, depth: int = 0) -> object:
    """Return the value in plain types, cleaned all through; None where it is empty.

    Empty are None, text of nothing but spaces, and what is nested too deep.
    A list keeps its empty places, for its length is a fact; a mapping loses them.
    Dates, numbers and truth values stay what they are; anything else becomes text.
    """
    if isinstance(value, str):
        words = clean(value)
        if words.__class__ is not str:
            words = "".join((*words,))  # markup of a caller's is words here
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
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return tuple([settle(held, depth + 1) for held in value])
    if isinstance(value, RichText | Listing | Picture):
        return _settled_rich(value)
    return settle(str(value), depth)


def _settled_rich(value: RichText | Listing | Picture) -> object:
    if isinstance(value, RichText):
        spans = (replace(span, text=clean(span.text)) for span in value.spans)
        return RichText(*spans)
    if isinstance(value, Listing):
        pieces = re.split("([\a\f])", value.text.replace("\r\n", "\n"))
        return Listing(
            "".join(one if one in {"\a", "\f"} else clean(one) for one in pieces)
        )
    return replace(value, alt=clean(value.alt))


def fill_in(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields that have a value, settled."""
    return {
        str(name): kept
        for name, value in fields.items()
        if (kept := settle(value)) is not None
    }
