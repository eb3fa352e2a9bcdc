"""Shows what a hand has changed in a text: word by word, Chinese sign by sign."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

Piece = tuple[Literal["same", "gone", "new"], str]

# A Chinese text has no spaces: there each sign is a word of its own.
_TOKEN = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff]|[^\W\u3400-\u9fff\uf900-\ufaff]+|\s+|."
)
_REWRITTEN = 0.35  # less alike than that, and single words in common are chance
_LONGEST = 4000  # tokens on a side; what is longer is compared line by line


def word_differences(old: str, new: str) -> Iterator[Piece]:
    """Yield pieces in reading order; joined without "gone" they are `new`."""
    split = _TOKEN.findall if len(old) + len(new) < _LONGEST * 2 else _lines
    before, after = split(old), split(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < _REWRITTEN:
        if old:
            yield "gone", old
        if new:
            yield "new", new
        return
    gone, fresh = "", ""
    for tag, a, b, c, d in matcher.get_opcodes():
        words = "".join(before[a:b])
        if tag == "equal" and not (words.isspace() and (gone or fresh)):
            yield from _pair(gone, fresh)
            gone = fresh = ""
            yield "same", words
            continue
        # A space between two changed words is no island between two changes.
        gone += words
        fresh += "".join(after[c:d])
    yield from _pair(gone, fresh)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _pair(gone: str, fresh: str) -> Iterator[Piece]:
    if gone:
        yield "gone", gone
    if fresh:
        yield "new", fresh
