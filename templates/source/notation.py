"""Reads the plain text in which the words of a template are kept.

    look: letter.en                 which of the looks in looks.py it wears
    title: Reply to an invoice      the title in the file's properties

    Thank you for your invoice.     a line is a paragraph of the style Letter
    [Detail] Number: {{ number }}   or of the style named
    {%p if amount %}                a tag alone in its line
    **Total:** {{ amount|money }}   Strong; __so__ is Emphasis
    Left⇥right, page ⟨page⟩         a tab stop, the number of the page
    [use closing.en]                the lines of shared/closing.en.txt

    [table 20 30 20 30]             a table, its widths in hundredths of the text's
    Room │ {{ room }} │ Date │      labels and cells take turns; ⏎ starts a paragraph,
    Notes │                  ↕25    the last cell spans the rest; a row 25 mm high
    [end]

In `[list …]` the first row has the labels; `[plain …]` is a table without lines;
`[imprint …]` stands at the foot of the page between rules, `[foot …]` without.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

BODY = "Letter"
TAG = "Normal"  # of a line that holds nothing but a tag
_STYLED = re.compile(r"\[(\w+)\] ?(.*)")
_USE = re.compile(r"\[use ([\w.]+)\]")
_TABLE = re.compile(r"\[(table|list|plain|imprint|foot) ([\d ]+)\]")
_HEIGHT = re.compile(r"(.*?)\s*↕(\d+)")
_END = "[end]"

TableKind = Literal["table", "list", "plain", "imprint", "foot"]
_KINDS: dict[str, TableKind] = {kind: kind for kind in get_args(TableKind)}


class NotationError(Exception):
    """The text of a template is not written as it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph: a style with words, which may have tags and marks."""

    style: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table; the last cell spans what is left of the width."""

    cells: tuple[tuple[Paragraph, ...], ...]
    height: int  # millimetres, at least
    head: bool  # repeated on every page


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with fixed widths."""

    kind: TableKind
    widths: tuple[int, ...]  # hundredths of the text's width
    rows: tuple[Row, ...]


Block = Paragraph | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that the text of a template says."""

    look: str
    title: str
    blocks: tuple[Block, ...]


def read_page(path: Path, shared: Path) -> Page:
    """Read a template's text, with passages of `shared`. Raises NotationError."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    said = dict(line.split(": ", 1) for line in head.splitlines())
    if set(said) != {"look", "title"}:
        raise NotationError(f"{path}: the head says look and title, nothing else")
    lines = []
    for line in body.splitlines():
        use = _USE.fullmatch(line)
        passage = shared / f"{use[1]}.txt" if use else None
        lines.append(passage.read_text(encoding="utf-8") if passage else line)
    return Page(
        look=said["look"], title=said["title"], blocks=read_blocks("\n".join(lines))
    )


def read_blocks(words: str) -> tuple[Block, ...]:
    """Read paragraphs with tables among them. Raises NotationError."""
    blocks: list[Block] = []
    lines = iter(line for line in words.splitlines() if line.strip())
    for line in lines:
        opening = _TABLE.fullmatch(line)
        if not opening:
            blocks.append(_paragraph(line, BODY))
            continue
        kind, widths = _KINDS[opening[1]], tuple(map(int, opening[2].split()))
        rows: list[Row] = []
        for row in iter(lambda: next(lines, None), _END):
            if row is None:
                raise NotationError(f"{line}: the table has no {_END}")
            rows.append(_row(row, kind, first=not rows))
        blocks.append(Table(kind=kind, widths=widths, rows=tuple(rows)))
    return tuple(blocks)


def _paragraph(line: str, style: str) -> Paragraph:
    styled = _STYLED.fullmatch(line)
    if styled:
        return Paragraph(style=styled[1], words=styled[2])
    return Paragraph(style=TAG if line.startswith("{%p") else style, words=line)


def _row(line: str, kind: TableKind, *, first: bool) -> Row:
    high = _HEIGHT.fullmatch(line)
    words, height = (high[1], int(high[2])) if high else (line, 0)
    head = kind == "list" and first
    cells = []
    for number, cell in enumerate(words.split("│")):
        label = head if kind == "list" else number % 2 == 0
        if cell.lstrip().startswith("{%tr"):
            label = False
        style = "Label" if label else "Cell"
        cells.append(
            tuple(_paragraph(part.strip(" "), style) for part in cell.split("⏎"))
        )
    return Row(cells=tuple(cells), height=height, head=head)
