"""Finds the rules of a page: borders of paragraphs and tables, drawn lines."""

import re
from collections.abc import Iterator
from dataclasses import replace

from docx.oxml.ns import qn
from lxml import etree

from mailroom.words.gongwen.cascade import Levels, border, points, value
from mailroom.words.gongwen.line import Rule
from mailroom.words.runs import Element

MM = 25.4 / 72  # of a point
_EMU = 12_700  # of a point
_EIGHTHS = 8  # of a point: the unit of borders
_NO_RULE = {"nil", "none"}
_COLOR = re.compile("#?([0-9A-Fa-f]{6})")
_NAMED = {"red": "FF0000"}  # VML says colours in words, too
_P, _TC, _TR, _TBL = (qn(f"w:{name}") for name in ("p", "tc", "tr", "tbl"))
_SIDES = (("start", "left"), ("end", "right"))
_DRAWN_LINES = {"line", "straightConnector1"}


def paragraph_rule(
    levels: Levels, beside: Levels, side: str, above: int
) -> Iterator[Rule]:
    """Find the border of a paragraph on one side.

    Word draws none between neighbours that have all borders alike.
    """
    found = border(levels, side)
    if found is None or (beside and _borders(levels) == _borders(beside)):
        return
    inside = sum(_inside(levels, *names) for names in _SIDES)
    for rule in _rule(found, above):
        yield replace(rule, beyond=-inside * MM)


def _inside(levels: Levels, *names: str) -> float:
    said = (points(value(levels, "ind", name)) for name in names)
    return next((inside for inside in said if inside is not None), 0)


def _borders(levels: Levels) -> list[tuple[str, str] | None]:
    sides = (border(levels, side) for side in ("top", "bottom", "left", "right"))
    return [
        None if side is None else (str(side.tag), str(sorted(side.attrib.items())))
        for side in sides
    ]


def table_rules(paragraph: Element, above: int, below: int) -> Iterator[Rule]:
    """Find the borders of the table row that this paragraph begins or ends.

    `above` and `below` are how many lines stand before and after the paragraph.
    """
    cell = paragraph.getparent()
    if cell is None or cell.tag != _TC:
        return
    row = next(cell.iterancestors(_TR))
    table = next(row.iterancestors(_TBL))
    if next(row.iter(_P)) is paragraph:
        is_first = next(row.itersiblings(_TR, preceding=True), None) is None
        outer = "top" if is_first else "insideH"
        yield from _edge(table, cell, "top", outer, above)
    is_last = next(row.itersiblings(_TR), None) is None
    if is_last and list(row.iter(_P))[-1] is paragraph:
        yield from _edge(table, cell, "bottom", "bottom", below)


def _edge(
    table: Element, cell: Element, side: str, outer: str, above: int
) -> Iterator[Rule]:
    found = cell.find(f"{qn('w:tcPr')}/{qn('w:tcBorders')}/{qn(f'w:{side}')}")
    if found is None:
        borders = f"{qn('w:tblPr')}/{qn('w:tblBorders')}/{qn(f'w:{outer}')}"
        found = table.find(borders)
    if found is not None:
        yield from _rule(found, above)


def _rule(found: Element, above: int) -> Iterator[Rule]:
    kind = str(found.get(qn("w:val")))
    thickness = points(found.get(qn("w:sz")), _EIGHTHS)
    if kind in _NO_RULE or not thickness:
        return
    yield Rule(
        above=above,
        thickness=thickness * MM,
        color=_color(found.get(qn("w:color"))),
        is_double=kind.startswith(("double", "thick", "thin")) and kind != "thick",
    )


def drawn_rules(paragraph: Element, above: int) -> Iterator[Rule]:
    """Find the lines drawn in a paragraph, by DrawingML (Word) or VML (WPS)."""
    for anchor in paragraph.iter(qn("wp:anchor"), qn("wp:inline")):
        if next(anchor.iterancestors(_P)) is paragraph:
            yield from _drawing(anchor, above)
    for line in paragraph.iter("{urn:schemas-microsoft-com:vml}line"):
        fallback = any(_name(parent) == "Fallback" for parent in line.iterancestors())
        if next(line.iterancestors(_P)) is paragraph and not fallback:
            weight = points(line.get("strokeweight") or "0.75pt", 1) or 0
            style = next((s.get("linestyle") for s in line if _name(s) == "stroke"), "")
            yield Rule(
                above=above,
                thickness=weight * MM,
                color=_color(line.get("strokecolor")),
                is_double=bool(style) and style != "single",
                width=_vml_width(line),
            )


def _drawing(anchor: Element, above: int) -> Iterator[Rule]:
    shape = next(anchor.iter(qn("a:prstGeom")), None)
    stroke = next(anchor.iter(qn("a:ln")), None)
    extent = anchor.find(qn("wp:extent"))
    if shape is None or stroke is None or extent is None:
        return
    if shape.get("prst") not in _DRAWN_LINES:
        return
    color = next(stroke.iter(qn("a:srgbClr")), None)
    yield Rule(
        above=above,
        thickness=(points(stroke.get("w"), _EMU) or 0) * MM,
        color=_color(None if color is None else color.get("val")),
        is_double=stroke.get("cmpd", "sng") != "sng",
        width=(points(extent.get("cx"), _EMU) or 0) * MM,
    )


def _vml_width(line: Element) -> float | None:
    ends = [points((line.get(end) or "").split(",")[0], 1) for end in ("from", "to")]
    if ends[0] is None or ends[1] is None:
        return None
    return abs(ends[1] - ends[0]) * MM


def _color(said: str | None) -> str:
    match = _COLOR.match(said or "")
    return match[1] if match else _NAMED.get(said or "", "")


def _name(element: Element) -> str:
    return etree.QName(element).localname
