"""Makes any value fit to stand in a letter as plain text."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

DEEPEST = 6  # lists in lists in lists …: no letter needs more

# What XML 1.0 cannot hold (its "Char" production), lone surrogates among them.
_ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# CR LF of mail, the line ends of Unicode; a form feed would start a page in Word.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Direction overrides: with them a stranger's name can make an amount read backwards.
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean(words: str) -> str:
    r"""Return the words without what a Word file or a mail cannot carry.

    Line ends become "\n"; characters that XML 1.0 forbids (lone surrogates are
    among them) are left out, as are overrides of the writing direction.
    """
    return _OVERRIDES.sub("", _ILLEGAL.sub("", _LINE_ENDS.sub("\n", words)))


def settle(value: object, depth: int = 0) -> object:
    """Return the value in plain types, cleaned all through; None where it is empty.

    Empty are None, text of nothing but spaces, and what is nested too deep.
    A list keeps its empty places, for its length is a fact; a mapping loses them.
    Dates, numbers and truth values stay what they are; anything else becomes text.
    """
    if value is None or depth > DEEPEST:
        return None
    if isinstance(value, bool | int | float | date | datetime):
        return value
    if isinstance(value, Mapping):
        pairs = ((str(key), settle(held, depth + 1)) for key, held in value.items())
        return MappingProxyType({key: held for key, held in pairs if held is not None})
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return tuple(settle(held, depth + 1) for held in value)
    words = clean(str(value))
    return words if words.strip() else None


def fill_in(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields that have a value, settled."""
    settled = ((str(name), settle(value)) for name, value in fields.items())
    return {name: value for name, value in settled if value is not None}
