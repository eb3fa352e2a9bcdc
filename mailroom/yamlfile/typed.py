"""Tells where something stands on a line as it was typed, once the line is mended."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

_LONGEST = 2_000  # characters; a longer line was not typed by a person


def typed_column(typed: str, meant: str, column: int) -> int:
    """Give the column on the line as typed, from 1, of a column on what was meant."""
    if typed == meant or max(len(typed), len(meant)) > _LONGEST:
        return column
    place = column - 1
    for _, begin, end, meant_begin, meant_end in _compared(typed, meant):
        if place < meant_end:
            return min(begin + place - meant_begin, max(begin, end - 1)) + 1
    return len(typed) + 1


@lru_cache(maxsize=8)  # asked for every word of a line, one line after the other
def _compared(typed: str, meant: str) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, typed, meant, autojunk=False).get_opcodes()
