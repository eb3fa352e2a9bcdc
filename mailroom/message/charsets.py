"""Turns bytes with a claimed charset into clean text."""

import codecs
import re
from functools import lru_cache

_SURELY_UTF8 = frozenset({"utf-8", "utf8", ""})
_UTF8 = _SURELY_UTF8 | {"us-ascii", "ascii"}
# Senders say gb2312 and mean what Windows calls 936; gb18030 holds all of these
# (WHATWG Encoding, "gbk"; seen in practice: 镕, 喆, 囍 in mails labelled gb2312).
_SIMPLIFIED = frozenset(
    {
        "gb2312", "gb-2312", "gb2312-80", "gb-2312-80", "gbk", "x-gbk", "gb18030",
        "gb-18030", "gb18030-2000", "cp936", "ms936", "936", "windows-936", "x-cp936",
        "euc-cn", "euccn", "x-euc-cn", "chinese", "csgb2312", "iso-ir-58",
        "csiso58gb231280",
    }
)  # fmt: skip
_GBK = frozenset({"gbk", "cp936"})
_TRADITIONAL = frozenset(
    {
        "big5",
        "big-5",
        "x-x-big5",
        "csbig5",
        "cp950",
        "windows-950",
        "ms950",
        "big5-tw",
        "big5-eten",
    }
)
# What is called Latin-1 in mail is Windows-1252 (WHATWG Encoding, "windows-1252").
_LATIN = frozenset(
    {"iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "cp1252", "windows-1252"}
)
# Codecs that Python looks up by name but that are no charset of any mail.
_NO_CHARSET = frozenset(
    {
        "unicode-escape",
        "raw-unicode-escape",
        "idna",
        "punycode",
        "undefined",
        "mbcs",
        "oem",
    }
)

_UNCLEAN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\t\n\f\r"))
_LONG_UTF8 = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_COMMON_GB = re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")
_ANY_8BIT = re.compile(rb"[\x80-\xff]")


def decode(raw: bytes, label: str | None = None) -> tuple[str, str | None]:
    """Give the text of `raw`, and what was mended: None where the label was right.

    `label` is the charset as the sender wrote it. Never raises; what cannot be read
    becomes U+FFFD. The text holds no control character but tab, line ends and form
    feed, and no surrogate, so that it can be stored and printed.
    """
    name = _canonical(label)
    if name in _SURELY_UTF8 or (
        raw.isascii() and (name in _UTF8 or name in _SIMPLIFIED or name in _LATIN)
    ):
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return text if _is_clean(raw) else clean(text), None
    text, used = _read(raw, name)
    if used == name or _as_labelled(raw, name, text):
        return clean(text), None
    return clean(text), f"charset {_shown(label)} → {used}"


def clean(text: str) -> str:
    """Take out what can be neither stored nor printed: controls, surrogates, U+FFFE."""
    # Most texts are clean, and bytes are looked through five times as fast as signs.
    if _is_clean(text.encode("utf-8", "surrogatepass")):
        return text
    return _UNCLEAN.sub(lambda m: "\ufffd" if m[0] >= "\ud800" else "", text)


def _is_clean(coded: bytes) -> bool:
    """Say whether nothing is to be taken out of a text in UTF-8."""
    return (
        b"\xed" not in coded  # begins surrogates
        and b"\xef\xbf" not in coded
        and len(coded.translate(None, _CONTROLS)) == len(coded)
    )


def _as_labelled(raw: bytes, name: str, text: str) -> bool:
    """Ask whether the label alone would have given the same text."""
    try:
        return raw.decode(name or "utf-8") == text
    except (UnicodeError, LookupError, ValueError):
        return False


@lru_cache(maxsize=256)
def _canonical(label: str | None) -> str:
    return (
        (label or "").strip("\"' \t").lower().replace("_", "-").removeprefix("charset=")
    )


def _shown(label: str | None) -> str:
    return re.sub(r"[^\w.:+-]", "", label or "", flags=re.ASCII)[:40] or "none"


def _read(raw: bytes, name: str) -> tuple[str, str]:
    for attempt in _plan(raw, name):
        try:
            return raw.decode(attempt), attempt
        except (UnicodeError, LookupError, ValueError):
            continue
    last = "utf-8" if name in _UTF8 and not _looks_simplified(raw) else _fallback(name)
    return raw.decode(last, "replace"), last


def _plan(raw: bytes, name: str) -> tuple[str, ...]:
    if name in _SIMPLIFIED:
        # UTF-8 under a gb2312 label decodes as gb18030 without an error, to rubbish.
        # Two long sequences, all valid UTF-8, are no accident; one may be.
        if _is_utf8(raw) and len(_LONG_UTF8.findall(raw[:4096])) > 1:
            return ("utf-8", "gb18030")
        # Where gbk can read it, gb18030 reads the same.
        return (*_GBK.intersection((name,)), "gb18030", "utf-8")
    if name in _TRADITIONAL:
        return ("cp950", "big5hkscs", "utf-8")
    if name in _LATIN:
        return ("utf-8", "windows-1252")
    if name not in _UTF8 and _is_text_codec(name):
        return (name, "utf-8")
    return ("utf-8", "gb18030" if _looks_simplified(raw) else "windows-1252")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _fallback(name: str) -> str:
    if name in _SIMPLIFIED:
        return "gb18030"
    if name in _TRADITIONAL:
        return "cp950"
    return name if name not in _UTF8 and _is_text_codec(name) else "windows-1252"


def _looks_simplified(raw: bytes) -> bool:
    """Ask whether most 8-bit bytes pair up to everyday characters of GB 2312."""
    sample = raw[:4096]
    high = len(_ANY_8BIT.findall(sample))
    return high > 1 and 2 * len(_COMMON_GB.findall(sample)) >= 0.7 * high


def _is_text_codec(name: str) -> bool:
    if name in _NO_CHARSET or not name.isascii():
        return False
    try:
        found = codecs.lookup(name)
        # hex, zip, rot13 … are codecs to Python; decoding tells them apart.
        return isinstance(b"\0\0\0\0".decode(found.name, "replace"), str)
    except (LookupError, ValueError, UnicodeError):
        return False
