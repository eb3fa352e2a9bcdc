"""Puts on a table's cell what a tag in it asks for: colour, width, merging."""

from dataclasses import replace

from docx.oxml.ns import qn
from lxml import etree

from mailroom.words.runs import Element, says_anything
from mailroom.words.steering import Tag, in_attribute, wrap

_TC, _TCPR, _P, _PPR, _R = (qn(f"w:{n}") for n in ("tc", "tcPr", "p", "pPr", "r"))
_SPAN, _MERGE, _SHADE = (qn(f"w:{n}") for n in ("gridSpan", "vMerge", "shd"))
_VAL = qn("w:val")
# The order in which a <w:tcPr> holds its parts (ECMA-376, CT_TcPr).
_ORDER = tuple(
    qn(f"w:{name}")
    for name in (
        *("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd"),
        *("noWrap", "tcMar", "textDirection", "tcFitText", "vAlign", "hideMark"),
    )
)


def has_cell(instruction: Element) -> bool:
    """Ask whether an instruction stands in a cell."""
    return next(instruction.iterancestors(_TC), None) is not None


def put_on_cell(instruction: Element, tag: Tag, tags: list[Tag]) -> None:
    """Carry out `cellbg colour`, `colspan n`, `vm` or `hm` on the cell.

    `vm` merges the cell downwards over the turns of its loop, `hm` across them. The
    instruction itself goes.
    """
    cell = next(instruction.iterancestors(_TC))
    verb = tag.words.verb if tag.words else ""
    rest = tag.words.rest if tag.words else ""
    _take_out(instruction)
    if verb == "cellbg":
        shade = _property(cell, _SHADE)
        shade.set(_VAL, "clear")
        shade.set(qn("w:color"), "auto")
        colour = replace(tag, jinja=rest, kind="colour", words=None)
        shade.set(qn("w:fill"), in_attribute(tags, colour))
    elif verb == "colspan":
        columns = replace(tag, jinja=rest, kind="columns", words=None)
        _property(cell, _SPAN).set(_VAL, in_attribute(tags, columns))
    elif verb == "vm":
        state = "'restart' if loop.first else 'continue'"
        merged = replace(tag, jinja=state, kind="plain", words=None)
        _property(cell, _MERGE).set(_VAL, in_attribute(tags, merged))
        for paragraph in cell.iter(_P):
            inside = [child for child in paragraph if child.tag != _PPR]
            if inside:
                wrap(tags, tag, "if loop.first", inside[0], inside[-1])
    elif verb == "hm":
        span = _property(cell, _SPAN)
        width = str(span.get(_VAL, "1"))
        each = int(width) if width.isdigit() else 1
        merged = replace(tag, jinja=f"{each} * loop.length", kind="columns", words=None)
        span.set(_VAL, in_attribute(tags, merged))
        wrap(tags, tag, "if loop.first", cell, cell)


def _take_out(instruction: Element) -> None:
    parent = instruction.getparent()
    if parent is None:
        return
    before, tail = instruction.getprevious(), instruction.tail or ""
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    instruction.tail = None
    parent.remove(instruction)
    run = parent.getparent()
    if run is not None and run.tag == _R and not says_anything(run):
        holder = run.getparent()
        if holder is not None:
            holder.remove(run)


def _property(cell: Element, name: str) -> Element:
    """Return that part of the cell's properties, made in its place if not there."""
    properties = cell.find(_TCPR)
    if properties is None:
        properties = etree.Element(_TCPR)
        cell.insert(0, properties)
    found = properties.find(name)
    if found is None:
        found = etree.Element(name)
        later = _ORDER[_ORDER.index(name) + 1 :]
        before = (n for n, child in enumerate(properties) if child.tag in later)
        properties.insert(next(before, len(properties)), found)
    return found
