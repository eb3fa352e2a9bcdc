"""Tells in which encoding a file was saved that ought to be UTF-8."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass

from mailroom.errors import Text, text

_UTF_16 = text(
    "This file is saved as UTF-16 (Windows calls it “Unicode”). "
    "Save it again with the encoding UTF-8."
)
_GBK = text(
    "This file is saved as GBK (Windows calls it ANSI). "
    "Save it again with the encoding UTF-8."
)
_BIG5 = text(
    "This file is saved as Big5 (traditional Chinese Windows calls it ANSI). "
    "Save it again with the encoding UTF-8."
)
_GBK_OR_BIG5 = text(
    "This file is saved as GBK or Big5 (Windows calls either of them ANSI). "
    "Save it again with the encoding UTF-8."
)
_UNKNOWN = text("This file is not UTF-8 text. Save it with the encoding UTF-8.")
_DAMAGED = text(
    "Here stands a sign that is not UTF-8, as the rest of the file is. Delete it and"
    " write it again."
)

# The first bytes of what is in every text: marks, and the common characters, which
# both sets of characters have put before the rare ones.
_OF_GBK = ("gb18030", "gb2312", frozenset({0xA1, 0xA3, *range(0xB0, 0xD8)}))
_OF_BIG5 = ("big5hkscs", "big5", frozenset(range(0xA1, 0xC7)))
# By which one share of common characters must lead. Of words from rules none is taken
# for the other encoding so; one of four characters may stay open, ten lines do not.
_LEAD = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Misread:
    """Why the bytes of a file are not what they should be."""

    line: int  # from 1; 0: all of them
    column: int = 0  # from 1; 0: the whole line
    code: str
    why: Text


def decode(raw: bytes) -> tuple[str | None, tuple[Misread, ...]]:
    """Give the text of a file as far as it can be read, with what is wrong with it."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in raw[:200]:
        return _read(raw, "utf-16"), (Misread(line=0, code="Y003", why=_UTF_16),)
    raw = raw.removeprefix(BOM_UTF8)
    try:
        return raw.decode(), ()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
    lines = raw.split(b"\n")
    damaged = tuple(_damaged(lines))
    # A line in another encoding is hardly ever UTF-8 by chance: most lines tell.
    if 2 * len(damaged) < sum(not one.isascii() for one in lines):
        return raw.decode(errors="replace"), damaged
    content, why = _chinese(raw)
    code = "Y005" if content is None else "Y004"
    return content, (Misread(line=line, code=code, why=why),)


def _damaged(lines: list[bytes]) -> Iterator[Misread]:
    """Yield the first place in each line that is not UTF-8."""
    for number, line in enumerate(lines, 1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            column = len(line[: error.start].decode()) + 1
            yield Misread(line=number, column=column, code="Y005", why=_DAMAGED)


def _chinese(raw: bytes) -> tuple[str | None, Text]:
    """Read the older encodings of Chinese, as which of them has more common words."""
    gbk, big5 = _read(raw, _OF_GBK[0]), _read(raw, _OF_BIG5[0])
    if gbk is None or big5 is None:
        if gbk is None and big5 is None:
            return None, _UNKNOWN
        return (gbk, _GBK) if gbk is not None else (big5, _BIG5)
    lead = _share(big5, *_OF_BIG5[1:]) - _share(gbk, *_OF_GBK[1:])
    if lead > _LEAD:
        return big5, _BIG5
    return gbk, _GBK if lead < -_LEAD else _GBK_OR_BIG5


def _read(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _share(content: str, encoding: str, common: frozenset[int]) -> float:
    """Say which share of a text, but for its ASCII, is common in an encoding."""
    signs = [sign for sign in content if not sign.isascii()]
    firsts = (sign.encode(encoding, "ignore")[:1] for sign in signs)
    return sum(first[0] in common for first in firsts if first) / max(1, len(signs))
