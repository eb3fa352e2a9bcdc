"""Lays out a letter as plain text: paragraphs, tables in columns, marks of fields."""

import re
from collections.abc import Mapping
from unicodedata import east_asian_width

from mailroom.words.model import Mark

# Signs that no value and no template can hold (XML 1.0 forbids them); they tell the
# structure until the text is laid out.
LINE = "\x02"
MARK, NAMED, MARK_END = "\x03", "\x04", "\x05"
TABLE, TABLE_END, ROW, CELL = "\x0e", "\x0f", "\x10", "\x11"
PARAGRAPH, PARAGRAPH_END = "\x12", "\x13"
INDENT = "\u3000\u3000"
WIDEST = 78  # columns of a line; wider tables would be folded by the reader's program

_EMPTY = re.compile(f"{PARAGRAPH}\u3000*{PARAGRAPH_END}\n+")
_NEWLINES = re.compile("\n+")
_APART = re.compile("\n{3,}")
_MARKS = re.compile(f"{MARK}(\\d+){NAMED}|{MARK_END}")


def lay_out(written: str) -> str:
    """Lay out a letter's text, in which the signs of this module tell the structure.

    Columns of tables stand under each other as far as they fit. The signs of marks
    stay in it, for `without_marks` and `marks_of`.
    """
    text = written.replace(LINE, "\n")
    while (end := text.find(TABLE_END)) >= 0:
        begin = text.rfind(TABLE, 0, end)
        table = _table(text[begin + 1 : end])
        text = text[:begin] + table + text[end + 1 :]
    text = _tidy(text)
    if "\n\n\n" in text:
        text = _APART.sub("\n\n", text)
    return text.strip("\n") + "\n"


def _tidy(text: str) -> str:
    text = _EMPTY.sub("\n", text)
    return text.replace(PARAGRAPH, "").replace(PARAGRAPH_END, "")


def _table(inside: str) -> str:
    rows = [
        [_tidy(cell).strip("\n") for cell in row.split(CELL)[1:]]
        for row in inside.split(ROW)[1:]
    ]
    # A cell's lines go into one, so that the words keep their order; a cell that is a
    # row by itself frames a piece of the letter and keeps its lines.
    rows = [
        row if len(row) == 1 else [_NEWLINES.sub(" ", one) for one in row]
        for row in rows
    ]
    columns = max(map(len, rows), default=0)
    widths = [
        max((width(row[n]) for row in rows if n < len(row) - 1), default=0)
        for n in range(columns)
    ]
    lasting = max((width(row[-1]) for row in rows if len(row) > 1), default=0)
    fits = sum(widths) + 2 * len(widths) + lasting <= WIDEST
    lines = (_row(row, widths if fits else None) for row in rows if row)
    return "".join(f"{line}\n" for line in lines) + "\n"


def _row(row: list[str], widths: list[int] | None) -> str:
    if widths is None:
        return "\t".join(row)
    *others, last = row
    made = (cell + " " * (widths[n] - width(cell) + 2) for n, cell in enumerate(others))
    return "".join((*made, last)).rstrip(" ")


def width(line: str) -> int:
    """Return how many columns a line takes; a Chinese sign takes two."""
    line = _MARKS.sub("", line)
    if line.isascii():
        return len(line)
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line)


def without_marks(text: str) -> str:
    """Return a laid out text without the signs of its marks."""
    return _MARKS.sub("", text)


def marks_of(text: str, names: Mapping[int, str]) -> tuple[Mark, ...]:
    """Return the marks of a laid out text, as places in what `without_marks` returns.

    `names` says which field a mark's number is.
    """
    marks: list[Mark] = []
    signs = begun = 0
    field = ""
    for found in _MARKS.finditer(text):
        place = found.start() - signs
        signs += len(found[0])
        if found[1]:
            begun, field = place, names[int(found[1])]
        elif place > begun:
            marks.append(Mark(begun, place, field))
    return tuple(marks)
