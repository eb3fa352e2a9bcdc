"""Works out which lines a table of a letter has, for its mail."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from docx.oxml.ns import qn

from mailroom.words.runs import Element

Lines = Mapping[str, str]  # the side of a table or cell: its line as CSS, "" for none
NO_LINES: Lines = MappingProxyType({})

SIDES = ("top", "right", "bottom", "left")
_INSIDE = {"top": "insideH", "bottom": "insideH", "left": "insideV", "right": "insideV"}
_NAMES = {"start": "left", "end": "right"}  # as newer programs write them
_NONE = frozenset(("nil", "none"))
_LOOKS = {"double": "double", "dotted": "dotted", "dashed": "dashed"}
_EIGHTHS_A_PIXEL = 6  # Word measures in 1/8 point; a pixel is 3/4 point
_THICKEST = 6  # pixels
_BLACK = "000"


def lines_of(borders: Iterable[Element | None]) -> Lines:
    """Read <w:tblBorders> and <w:tcBorders>, each over what stands before it."""
    lines: dict[str, str] = {}
    for holder in borders:
        for border in () if holder is None else holder:
            name = str(border.tag).rpartition("}")[2]
            lines[_NAMES.get(name, name)] = _line(border)
    return lines


def table_css(lines: Lines) -> str:
    """Give the outer lines of a table, where those of its cells are not the same."""
    outer = {side: lines.get(side, "") for side in SIDES}
    if all(outer[side] == lines.get(_INSIDE[side], "") for side in SIDES):
        return ""
    return _css(outer)


def cell_css(table: Lines, own: Lines) -> str:
    """Give the lines of a cell: its own, else those between the table's cells."""
    return _css({side: own.get(side, table.get(_INSIDE[side], "")) for side in SIDES})


def _css(lines: Lines) -> str:
    if len(set(lines.values())) == 1:
        line = lines["top"]
        return f";border:{line}" if line else ""
    return "".join(f";border-{side}:{line}" for side, line in lines.items() if line)


def _line(border: Element) -> str:
    kind = str(border.get(qn("w:val"), "nil"))
    if kind in _NONE:
        return ""
    size, color = str(border.get(qn("w:sz"), "")), str(border.get(qn("w:color"), ""))
    pixels = round(int(size[:4]) / _EIGHTHS_A_PIXEL) if size.isdecimal() else 1
    look = _LOOKS.get(kind, "solid")
    least = 3 if look == "double" else 1
    is_color = len(color) == len("000000") and color.isalnum() and color.isascii()
    shown = color if is_color and color != "000000" else _BLACK
    return f"{min(max(pixels, least), _THICKEST)}px {look} #{shown}"
