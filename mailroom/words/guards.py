"""Mends what branches with loops can break in the structure of a part."""

from docx.oxml.ns import qn
from lxml import etree

from mailroom.words.filling import FILLED
from mailroom.words.runs import Element

_TBL, _TR, _TC, _P = qn("w:tbl"), qn("w:tr"), qn("w:tc"), qn("w:p")
_HOLDS_BLOCKS = (_TC, qn("w:hdr"), qn("w:ftr"))
_BOOKMARKS = (qn("w:bookmarkStart"), qn("w:bookmarkEnd"))
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def mend(root: Element) -> None:
    """Make the part one that Word opens without a word.

    A table without rows goes; a cell, header or footer without a last paragraph gets
    an empty one (both are "unreadable content" to Word); a bookmark copied by a loop
    stays the first time only; drawings get numbers of their own.
    """
    for table in list(root.iter(_TBL)):
        parent = table.getparent()
        if parent is not None and next(table.iter(_TR), None) is None:
            parent.remove(table)
    for holder in root.iter(*_HOLDS_BLOCKS):
        if not len(holder) or holder[-1].tag != _P:
            etree.SubElement(holder, _P)
    for kind in _BOOKMARKS:
        seen: set[str] = set()
        for bookmark in list(root.iter(kind)):
            identity, parent = str(bookmark.get(qn("w:id"), "")), bookmark.getparent()
            if identity in seen and parent is not None:
                parent.remove(bookmark)
            seen.add(identity)
    for number, drawing in enumerate(root.iter(f"{_DRAWING}docPr"), 1):
        drawing.set("id", str(number))


def unmark(root: Element) -> None:
    """Take out the marks of filled runs, which are no part of a Word file."""
    etree.strip_attributes(root, FILLED)
