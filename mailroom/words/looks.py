"""Works out how a paragraph or a run looks, through the styles of its document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Literal, TypeVar

from docx.oxml.ns import qn

from mailroom.words.borders import NO_LINES, Lines, lines_of
from mailroom.words.runs import Element

Align = Literal["left", "center", "right", "justify"]
_ALIGNS: Mapping[str, Align] = {
    "left": "left",
    "start": "left",
    "center": "center",
    "right": "right",
    "end": "right",
    "both": "justify",
    "distribute": "justify",
}
TWIPS = 20  # twentieths of a point, Word's unit of length
_VAL = qn("w:val")
_FIGURES = re.compile("-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLook:
    """How letters look; None: as what is around them."""

    bold: bool | None = None
    italic: bool | None = None
    underline: bool | None = None
    strike: bool | None = None
    raised: str | None = None  # "superscript", "subscript"
    shade: str | None = None  # six hexadecimal digits
    hidden: bool | None = None
    color: str | None = None  # six hexadecimal digits
    size: float | None = None  # points
    font: str | None = None  # for Latin letters
    asian_font: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParagraphLook:
    """How a paragraph stands; None: as its style says."""

    align: Align | None = None
    indent: float | None = None  # points from the left
    first_line: float | None = None  # characters, further in; below 0: further out
    after: float | None = None  # points below
    before: float | None = None
    list_id: str | None = None  # numId: which list Word numbers it in; "0": none
    list_level: int | None = None  # from 0


Look = TypeVar("Look", RunLook, ParagraphLook)


def over(lower: Look, upper: Look) -> Look:
    """Return the lower look with all that the upper one says."""
    said = {
        field.name: value
        for field in fields(upper)
        if (value := getattr(upper, field.name)) is not None
    }
    return replace(lower, **said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """The looks of the styles of a document, worked out once."""

    runs: Mapping[str, RunLook]  # by style id; "" is the document's default
    paragraphs: Mapping[str, ParagraphLook]
    tables: Mapping[str, Lines]

    def of_table(self, properties: Element | None) -> Lines:
        """Return the lines of a table with this <w:tblPr>."""
        named = self.tables.get(_value(properties, "tblStyle") or "", NO_LINES)
        own = None if properties is None else properties.find(qn("w:tblBorders"))
        return {**named, **lines_of([own])}

    def of_paragraph(self, properties: Element | None) -> tuple[ParagraphLook, RunLook]:
        """Return how a paragraph with this <w:pPr> looks, with the runs in it."""
        style = _value(properties, "pStyle") or ""
        base = style if style in self.paragraphs else ""
        look = over(self.paragraphs[base], read_paragraph(properties))
        return look, self.runs[base]

    def of_run(self, properties: Element | None, around: RunLook) -> RunLook:
        """Return how a run with this <w:rPr> looks in such a paragraph."""
        style = _value(properties, "rStyle") or ""
        named = self.runs.get(style, RunLook()) if style else RunLook()
        return over(over(around, named), read_run(properties))


def read_styles(root: Element | None) -> Styles:
    """Work out every style of a styles part, each on top of what it is based on."""
    elements: dict[str, Element] = {}
    normal = ""
    defaults: tuple[ParagraphLook, RunLook] = (ParagraphLook(), RunLook())
    if root is not None:
        paragraph = root.find(f"{qn('w:docDefaults')}/{qn('w:pPrDefault')}")
        run = root.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}")
        defaults = (
            read_paragraph(None if paragraph is None else paragraph.find(qn("w:pPr"))),
            read_run(None if run is None else run.find(qn("w:rPr"))),
        )
        for element in root.iter(qn("w:style")):
            identity = str(element.get(qn("w:styleId"), ""))
            elements[identity] = element
            kind, chosen = element.get(qn("w:type")), element.get(qn("w:default"))
            if kind == "paragraph" and chosen in {"1", "true", "on"}:
                normal = identity
    paragraphs: dict[str, ParagraphLook] = {}
    runs: dict[str, RunLook] = {}
    tables: dict[str, Lines] = {}
    for identity, element in elements.items():
        is_paragraph = element.get(qn("w:type")) == "paragraph"
        look = defaults if is_paragraph else (ParagraphLook(), RunLook())
        lineage = _lineage(identity, elements)[::-1]
        if element.get(qn("w:type")) == "table":
            borders = f"{qn('w:tblPr')}/{qn('w:tblBorders')}"
            tables[identity] = lines_of(one.find(borders) for one in lineage)
        for ancestor in lineage:
            look = (
                over(look[0], read_paragraph(ancestor.find(qn("w:pPr")))),
                over(look[1], read_run(ancestor.find(qn("w:rPr")))),
            )
        paragraphs[identity], runs[identity] = look
    paragraphs[""] = paragraphs.get(normal, defaults[0])
    runs[""] = runs.get(normal, defaults[1])
    return Styles(runs=runs, paragraphs=paragraphs, tables=tables)


def _lineage(identity: str, elements: Mapping[str, Element]) -> list[Element]:
    """Return the style with what it is based on, itself first; a circle ends it."""
    line: dict[str, Element] = {}
    while identity in elements and identity not in line:
        line[identity] = elements[identity]
        identity = _value(elements[identity], "basedOn") or ""
    return list(line.values())


def read_run(properties: Element | None) -> RunLook:
    """Read a <w:rPr>."""
    if properties is None:
        return RunLook()
    color = _value(properties, "color")
    size = _value(properties, "sz")
    underline = _value(properties, "u")
    fonts = properties.find(qn("w:rFonts"))
    shading = properties.find(qn("w:shd"))
    fill = None if shading is None else str(shading.get(qn("w:fill"), ""))
    return RunLook(
        bold=_switch(properties, "b"),
        italic=_switch(properties, "i"),
        underline=None if underline is None else underline != "none",
        strike=_switch(properties, "strike"),
        raised=_value(properties, "vertAlign"),
        shade=fill if fill and _is_hexadecimal(fill) else None,
        hidden=_switch(properties, "vanish"),
        color=color if color and _is_hexadecimal(color) else None,
        size=_half(size),
        font=None if fonts is None else fonts.get(qn("w:ascii")),
        asian_font=None if fonts is None else fonts.get(qn("w:eastAsia")),
    )


def read_paragraph(properties: Element | None) -> ParagraphLook:
    """Read a <w:pPr>."""
    if properties is None:
        return ParagraphLook()
    spacing = properties.find(qn("w:spacing"))
    indent = properties.find(qn("w:ind"))
    characters = _number(indent, "firstLineChars")  # hundredths of a character
    hanging = _number(indent, "hangingChars")
    twips = _number(indent, "firstLine") or -(_number(indent, "hanging") or 0)
    first = None
    if characters is not None:
        first = characters / 100
    elif hanging is not None:
        first = -hanging / 100
    elif twips:
        first = round(twips / TWIPS / 12)  # a character taken as 12 points
    left = _number(indent, "left")
    listed = properties.find(qn("w:numPr"))
    level = _value(listed, "ilvl") or ""
    return ParagraphLook(
        align=_ALIGNS.get(_value(properties, "jc") or ""),
        indent=None if left is None else left / TWIPS,
        first_line=first,
        after=_points(spacing, "after"),
        before=_points(spacing, "before"),
        list_id=_value(listed, "numId"),
        list_level=int(level) if level.isdecimal() else None,
    )


def _half(size: str | None) -> float | None:
    return int(size) / 2 if size and _FIGURES.fullmatch(size) else None


def _points(element: Element | None, name: str) -> float | None:
    twips = _number(element, name)
    return None if twips is None else twips / TWIPS


def _number(element: Element | None, name: str) -> int | None:
    words = "" if element is None else str(element.get(qn(f"w:{name}"), ""))
    return int(words) if _FIGURES.fullmatch(words) else None


def _value(properties: Element | None, name: str) -> str | None:
    found = None if properties is None else properties.find(qn(f"w:{name}"))
    return None if found is None else str(found.get(_VAL, ""))


def _switch(properties: Element, name: str) -> bool | None:
    found = properties.find(qn(f"w:{name}"))
    if found is None:
        return None
    return str(found.get(_VAL, "true")) not in {"0", "false", "off", "none"}


def _is_hexadecimal(color: str) -> bool:
    return len(color) == len("C00000") and all(
        digit in "0123456789abcdefABCDEF" for digit in color
    )
