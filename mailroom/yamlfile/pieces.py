"""Cuts a file into its rules, so that each of them can be read alone."""

import re
from collections.abc import Sequence

_BEGINS = re.compile(r"( *)- +id *[:：]")
_TOP = re.compile(r"[A-Za-z_]+ *[:：]")  # a key of the file itself


def rules_of(lines: Sequence[str]) -> list[slice]:
    """Give the lines of each rule; one begins where the first does: “- id:”.

    What stands between a key of the file and the next rule belongs to none.
    """
    found: list[slice] = []
    start: int | None = None
    indent: str | None = None
    for number, line in enumerate(lines):
        begins = _BEGINS.match(line)
        if begins and indent is None:
            indent = begins[1]
        new = begins is not None and begins[1] == indent
        if (new or _TOP.match(line)) and start is not None:
            found.append(slice(start, number))
            start = None
        if new:
            start = number
    if start is not None:
        found.append(slice(start, len(lines)))
    return found
