"""Keeps a part one that Word opens without a word, whatever is left out or repeated."""

import re
from collections.abc import Iterator
from dataclasses import replace

from docx.oxml.ns import qn
from lxml import etree

from mailroom.errors import text
from mailroom.words.columns import with_columns
from mailroom.words.dialect import CLOSED_BY
from mailroom.words.places import WordFault, fault
from mailroom.words.runs import Element, is_instruction, is_tag
from mailroom.words.steering import IN_ATTRIBUTE, Tag, in_attribute, number_of, wrap

GUARD = "mailroom-guard"  # target of the instructions that `mend` answers
_CELL_END = f"<?{GUARD} cell?>"
_TABLE, _TABLE_END = f"<?{GUARD} table?>", f"<?{GUARD} end?>"
_GUARDED_END = re.compile(r"(</w:p>|<w:p(?: [^<>]*)?/>)?" + re.escape(_CELL_END))

_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_VML = "urn:schemas-microsoft-com:vml"
_P, _TBL, _TR, _SPAN = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:gridSpan")
_VAL = qn("w:val")
# What must end with a paragraph, or is "unreadable content" to Word.
_HOLDERS = tuple(
    qn(f"w:{name}")
    for name in ("tc", "hdr", "ftr", "txbxContent", "footnote", "endnote", "comment")
)
# What a document has once, told apart by its w:id.
_ONCE = tuple(
    qn(f"w:{name}")
    for name in (
        *("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd"),
        *("commentReference", "permStart", "permEnd"),
    )
)
_NOTES = (qn("w:footnoteReference"), qn("w:endnoteReference"))
_NUMBERED = (f"{{{_WP}}}docPr", f"{{{_VML}}}shape")


def put_guards(root: Element, tags: list[Tag]) -> None:
    """Put instructions where a branch or loop may leave out what must be there."""
    for table in list(root.iter(_TBL)):
        rows = [child for child in table if child.tag == _TR]
        certain = any(_is_certain(row, tags) for row in rows)
        if not certain or _has_moving_columns(table):
            table.addprevious(etree.ProcessingInstruction(GUARD, "table"))
            tail, table.tail = table.tail, None
            end = etree.ProcessingInstruction(GUARD, "end")
            table.addnext(end)
            end.tail = tail
    for holder in root.iter(*_HOLDERS):
        blocks = [child for child in holder if not is_instruction(child)]
        last = blocks[-1] if blocks else None
        if last is None or last.tag != _P or not _is_certain(last, tags):
            holder.append(etree.ProcessingInstruction(GUARD, "cell"))


def mend(xml: str) -> str:
    """Answer the guards of a filled part.

    A table without cells goes, a holder without a last paragraph gets an empty one.
    """
    while (end := xml.find(_TABLE_END)) >= 0:
        begin = xml.rfind(_TABLE, 0, end)
        inside = xml[begin + len(_TABLE) : end]
        has_cells = "<w:tc>" in inside or "<w:tc " in inside
        kept = with_columns(inside) if has_cells else ""
        xml = xml[:begin] + kept + xml[end + len(_TABLE_END) :]
    return _GUARDED_END.sub(lambda found: found[1] or "<w:p/>", xml)


def _has_moving_columns(table: Element) -> bool:
    """Ask whether a table's columns are counted only when it is written."""
    return any(
        is_tag(child)
        for row in table.iter(_TR)
        for child in row
        if is_instruction(child)
    ) or any(IN_ATTRIBUTE[0] in str(one.get(_VAL)) for one in table.iter(_SPAN))


def has_guards(xml: str) -> bool:
    """Ask whether `mend` has anything to do in a part."""
    return f"<?{GUARD} " in xml


def keep_unique(root: Element, tags: list[Tag], file: str) -> Iterator[WordFault]:
    """See to what a loop would repeat and a document may have once.

    A bookmark or comment stays the first time only; a drawing gets a number of its
    own. A footnote cannot be repeated: Word has one text for one sign.
    """
    for element, loop in list(_in_loops(root, tags)):
        if element.tag in _NOTES:
            reason = text("a note below the text cannot stand in what a loop repeats")
            yield fault(file, loop.place, "W033", reason, loop.source)
        elif element.tag in _ONCE:
            wrap(tags, loop, f"if {len(tags)}|mr_once", element, element)
        elif element.tag in _NUMBERED:
            made = replace(loop, jinja="0|mr_number", kind="plain", words=None)
            element.set("id", in_attribute(tags, made))


def _in_loops(root: Element, tags: list[Tag]) -> Iterator[tuple[Element, Tag]]:
    """Yield the elements that a loop repeats, each with the innermost loop."""
    loops: list[Tag] = []
    for element in root.iter():
        if is_instruction(element) and is_tag(element):
            tag = tags[number_of(element)]
            verb = tag.jinja.partition(" ")[0] if tag.kind == "steer" else ""
            if verb == "for":
                loops.append(tag)
            elif verb == "endfor" and loops:
                loops.pop()
        elif loops and isinstance(element.tag, str):
            yield element, loops[-1]


def _is_certain(element: Element, tags: list[Tag]) -> bool:
    """Ask whether an element stands in no branch or loop of its siblings."""
    depth = 0
    for sibling in element.itersiblings(preceding=True):
        if is_instruction(sibling) and is_tag(sibling):
            verb = tags[number_of(sibling)].jinja.partition(" ")[0]
            depth += (verb in CLOSED_BY) - (verb in CLOSED_BY.values())
    return depth == 0
