"""Reads the lines of a part of a Word file, with the rules drawn between them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import get_args

from docx.oxml.ns import qn

from mailroom.words.gongwen.cascade import (
    Cascade,
    Levels,
    indent,
    points,
    switch,
    value,
)
from mailroom.words.gongwen.drawn import drawn_rules, paragraph_rule, table_rules
from mailroom.words.gongwen.line import HOLE, PAGE, Align, Line, Piece, Rule
from mailroom.words.runs import Element

_P, _R, _T = qn("w:p"), qn("w:r"), qn("w:t")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# From each opening it looks no further than the next one: linear.
_TAG = re.compile(
    r"\{\{((?:[^{}]|\{(?!\{)|\}(?!\}))*)\}\}"
    r"|\{%(?:[^{%]|\{(?!%)|%(?!\}))*%\}|\{#(?:[^{#]|\{(?!#)|#(?!\}))*#\}"
)
_ALIGNS: dict[str, Align] = {
    "start": "left", "end": "right", "both": "justify", "distribute": "justify",
}  # fmt: skip
# Word's own frame for a page number: outside is right on odd pages, left on even.
_FRAMES = frozenset({"left", "center", "right", "inside", "outside"})


@dataclass(frozen=True, slots=True)
class Read:
    """The lines of a part that say something, the rules between them."""

    lines: tuple[Line, ...] = ()
    rules: tuple[Rule, ...] = ()


@dataclass(slots=True)
class _Field:
    """A Word field that is being read: its words are what the page shows."""

    code: str = ""
    shows: bool = False  # past its code


@dataclass(slots=True)
class _Reader:
    cascade: Cascade
    lines: list[Line] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)

    def read(self, root: Element) -> Read:
        previous: Element | None = None
        for paragraph in root.iter(_P):
            if any(True for _ in paragraph.iterancestors(_FALLBACK)):
                continue
            levels = self.cascade.of_paragraph(paragraph)
            above = len(self.lines)
            self._rule(paragraph, previous, "top", above)
            line = self._line(paragraph, levels)
            if line is not None:
                self.lines.append(line)
            self.rules.extend(drawn_rules(paragraph, len(self.lines)))
            self._rule(paragraph, paragraph.getnext(), "bottom", len(self.lines))
            self.rules.extend(table_rules(paragraph, above, len(self.lines)))
            previous = paragraph
        return Read(tuple(self.lines), tuple(self.rules))

    def _rule(
        self, paragraph: Element, neighbour: Element | None, side: str, above: int
    ) -> None:
        beside = (
            self.cascade.of_paragraph(neighbour)
            if neighbour is not None
            and neighbour.tag == _P
            and neighbour.getparent() is paragraph.getparent()
            else ()
        )
        rule = paragraph_rule(self.cascade.of_paragraph(paragraph), beside, side, above)
        self.rules.extend(rule)

    def _line(self, paragraph: Element, levels: Levels) -> Line | None:
        pieces, tags = fill_holes(list(self._pieces(paragraph)))
        if not any(piece.words.strip() for piece in pieces):
            return None
        said = value(levels, "jc") or "left"
        frame = value(levels, "framePr", "xAlign")
        align = _ALIGNS.get(said, said)
        if frame in _FRAMES:
            align = {"outside": "right", "inside": "left"}.get(frame, frame)
        line = Line(
            place=len(self.lines),
            pieces=pieces,
            tags=tags,
            align=next((a for a in get_args(Align) if a == align), "left"),
            in_table=any(True for _ in paragraph.iterancestors(qn("w:tc"))),
            is_numbered=_is_numbered(levels),
            has_right_tab=_has_right_tab(levels),
            height=_exact(levels),
        )
        return _placed(line, levels)

    def _pieces(self, paragraph: Element) -> Iterator[Piece]:
        fields: list[_Field] = []
        for run in paragraph.iter(_R):
            if next(run.iterancestors(_P)) is not paragraph:
                continue  # a text box has its own lines
            levels = self.cascade.of_run(run, paragraph)
            if switch(levels, "vanish"):
                continue
            words = _words(run, fields)
            if words:
                yield _piece(words, levels)


def read_lines(root: Element, cascade: Cascade) -> Read:
    """Read the lines of the text, of a header or of a footer."""
    return _Reader(cascade).read(root)


def _placed(line: Line, levels: Levels) -> Line:
    size = line.size
    return replace(
        line,
        first=indent(levels, ["firstLine"], size) - indent(levels, ["hanging"], size),
        left=indent(levels, ["start", "left"], size),
        right=indent(levels, ["end", "right"], size),
    )


def _has_right_tab(levels: Levels) -> bool:
    return any(
        tab.get(qn("w:val")) in {"right", "end"}
        for level in levels
        for tab in level.iterfind(f"{qn('w:tabs')}/{qn('w:tab')}")
    )


def _is_numbered(levels: Levels) -> bool:
    for level in levels:
        found = level.find(f"{qn('w:numPr')}/{qn('w:numId')}")
        if found is not None:
            return found.get(qn("w:val")) != "0"
    return False


def _exact(levels: Levels) -> float | None:
    if value(levels, "spacing", "lineRule") != "exact":
        return None
    return points(value(levels, "spacing", "line"))


def _piece(words: str, levels: Levels) -> Piece:
    color = value(levels, "color") or ""
    return Piece(
        words=words,
        font=value(levels, "rFonts", "eastAsia") or "",
        latin=value(levels, "rFonts", "ascii") or "",
        size=points(value(levels, "sz"), 2) or 10,
        spacing=points(value(levels, "spacing")) or 0,
        color=color if re.fullmatch("[0-9A-Fa-f]{6}", color) else "",
        bold=switch(levels, "b"),
    )


def _words(run: Element, fields: list[_Field]) -> str:
    simple = next(run.iterancestors(qn("w:fldSimple")), None)
    if simple is not None and _is_page(str(simple.get(qn("w:instr")))):
        return PAGE if next(simple.iter(_R)) is run else ""
    words = ""
    for part in run:
        kind = part.get(qn("w:fldCharType"))
        if kind == "begin":
            fields.append(_Field())
        elif kind == "separate" and fields:
            fields[-1].shows = True
        elif kind == "end" and fields:
            words += PAGE if _is_page(fields.pop().code) else ""
        elif part.tag == qn("w:instrText") and fields:
            fields[-1].code += part.text or ""
        elif not fields or (fields[-1].shows and not _is_page(fields[-1].code)):
            words += _letters(part)
    return words


def _letters(part: Element) -> str:
    if part.tag == _T:
        return part.text or ""
    return "\t" if part.tag in {qn("w:tab"), qn("w:br"), qn("w:cr")} else ""


def _is_page(code: str) -> bool:
    return code.split()[:1] == ["PAGE"]


def fill_holes(pieces: list[Piece]) -> tuple[tuple[Piece, ...], tuple[str, ...]]:
    """Put a HOLE where a tag fills something in; take the other tags away.

    A tag may begin in one piece and end in another: its look is that of its beginning.
    """
    raw = "".join(piece.words for piece in pieces)
    letters = list(raw)
    tags = []
    for match in _TAG.finditer(raw):
        letters[match.start() : match.end()] = [""] * len(match[0])
        if match[1] is not None:
            letters[match.start()] = HOLE
            tags.append(match[1].strip())
    filled = []
    start = 0
    for piece in pieces:
        end = start + len(piece.words)
        words = "".join(letters[start:end])
        start = end
        if words:
            filled.append(replace(piece, words=words))
    return tuple(filled), tuple(tags)
