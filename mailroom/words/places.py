"""Says where in a Word file something stands, as a person would look for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from docx.oxml.ns import qn

from mailroom.errors import Fault, Text, text
from mailroom.words.runs import Element

_SHOWN = 80  # characters of a tag
_P, _TR, _TC, _TBL = (qn(f"w:{name}") for name in ("p", "tr", "tc", "tbl"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A paragraph of a part of the file."""

    part: str  # "word/header1.xml"
    paragraph: int = 0  # from 1, those in tables counted too; 0: the part as a whole
    cell: tuple[int, int, int] | None = None  # table, row, cell in that part, from 1

    @property
    def text(self) -> Text:
        """The place in words."""
        part = _part(self.part)
        if self.cell:
            table, row, cell = self.cell
            return text(
                "{part}, paragraph {paragraph} (table {table}, row {row}, cell {cell})",
                part=part,
                paragraph=self.paragraph,
                table=table,
                row=row,
                cell=cell,
            )
        if self.paragraph:
            return text(
                "{part}, paragraph {paragraph}", part=part, paragraph=self.paragraph
            )
        return part


@dataclass(frozen=True, slots=True, kw_only=True)
class WordFault(Fault):
    """One thing wrong in a Word file; `text` says all of it in one sentence."""

    where: Place | None = None  # None: the file as a whole
    near: str = ""  # the tag or the words by which a person finds it
    reason: Text  # what is wrong, and what would be right, without the place


def places_of(root: Element, part: str) -> Iterator[tuple[Element, Place]]:
    """Yield every paragraph of a part with its place."""
    tables = {table: n for n, table in enumerate(root.iter(_TBL), 1)}
    for number, paragraph in enumerate(root.iter(_P), 1):
        cell = next(paragraph.iterancestors(_TC), None)
        where = None
        if cell is not None:
            row = next(cell.iterancestors(_TR))
            table = next(row.iterancestors(_TBL))
            where = (tables[table], _nth(row, table, _TR), _nth(cell, row, _TC))
        yield paragraph, Place(part=part, paragraph=number, cell=where)


def _nth(element: Element, ancestor: Element, tag: str) -> int:
    """Return which child of that tag this one is among its siblings, from 1."""
    return next(
        (n for n, sibling in enumerate(ancestor.iter(tag), 1) if sibling is element), 0
    )


def fault(
    file: str,
    place: Place | None,
    code: str,
    reason: Text,
    near: str = "",
    *,
    severity: Literal["error", "warning"] = "error",
) -> WordFault:
    """Make the fault for `reason` at a place of the template `file`.

    `near` is the tag or the words by which a person finds it; the paragraph's number
    serves as the line.
    """
    whole = reason
    if place is not None:
        where = place.text
        shown = near if len(near) <= _SHOWN else near[:_SHOWN] + "…"
        whole = (
            text(
                "{where}, at “{near}”: {reason}", where=where, near=shown, reason=reason
            )
            if near
            else text("{where}: {reason}", where=where, reason=reason)
        )
    return WordFault(
        file=file,
        line=place.paragraph if place else 0,
        code=code,
        severity=severity,
        text=whole,
        where=place,
        near=near,
        reason=reason,
    )


def _part(name: str) -> Text:
    base = name.rpartition("/")[2]
    if base.startswith("header"):
        return text("page header")
    if base.startswith("footer"):
        return text("page footer")
    if base.startswith(("footnotes", "endnotes")):
        return text("notes below the text")
    if base.startswith("comments"):
        return text("comments in the margin")
    if base.startswith("document"):
        return text("text of the letter")
    return text("part {name}", name=name)
