"""Finds what Word says of a paragraph or a run, in it or in its styles.

The looks of `mailroom.words.looks` are those of a mail; a gongwen is judged by what
a mail has no use for: exact lines, condensed letters, borders, frames.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docx.oxml.ns import qn

from mailroom.words.runs import Element

Levels = Sequence[Element]  # <w:pPr> or <w:rPr>, the strongest first
TWIPS = 20  # of a point
_UNITS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0}  # points
_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)(pt|mm|cm|in)?")


@dataclass(frozen=True, slots=True)
class Cascade:
    """The styles of a document, by what each is based on."""

    styles: dict[str, Element]
    normal: str  # id of the style of paragraphs that name none
    defaults: tuple[Element, ...]

    def of_paragraph(self, paragraph: Element) -> Levels:
        """Return what speaks of a <w:p>: itself, its styles, the defaults."""
        own = paragraph.find(qn("w:pPr"))
        return [*_present(own), *self._styled(own, "pStyle", "w:pPr")]

    def of_run(self, run: Element, paragraph: Element) -> Levels:
        """Return what speaks of a <w:r> in this paragraph."""
        own = run.find(qn("w:rPr"))
        around = paragraph.find(qn("w:pPr"))
        named = value((own,) if own is not None else (), "rStyle") or ""
        return [
            *_present(own),
            *self._lineage(named, "w:rPr"),
            *self._styled(around, "pStyle", "w:rPr"),
        ]

    def _styled(self, own: Element | None, name: str, kind: str) -> Iterator[Element]:
        style = value(tuple(_present(own)), name) or ""
        yield from self._lineage(style if style in self.styles else self.normal, kind)
        for default in self.defaults:
            if default.tag == qn(kind):
                yield default

    def _lineage(self, style: str, kind: str) -> Iterator[Element]:
        seen = set()
        while style in self.styles and style not in seen:
            seen.add(style)
            yield from _present(self.styles[style].find(qn(kind)))
            style = value((self.styles[style],), "basedOn") or ""


def read_cascade(root: Element | None) -> Cascade:
    """Read a styles part."""
    if root is None:
        return Cascade({}, "", ())
    styles = {str(s.get(qn("w:styleId"))): s for s in root.iter(qn("w:style"))}
    normal = next(
        (
            name
            for name, style in styles.items()
            if style.get(qn("w:type")) == "paragraph"
            and style.get(qn("w:default")) in {"1", "true", "on"}
        ),
        "",
    )
    found = root.find(qn("w:docDefaults"))
    defaults = () if found is None else tuple(found.iter(qn("w:pPr"), qn("w:rPr")))
    return Cascade(styles, normal, defaults)


def _present(element: Element | None) -> Iterator[Element]:
    if element is not None:
        yield element


def value(levels: Levels, name: str, attribute: str = "val") -> str | None:
    """Return an attribute of the strongest <w:name> that has it."""
    for level in levels:
        element = level.find(qn(f"w:{name}"))
        said = None if element is None else element.get(qn(f"w:{attribute}"))
        if said is not None:
            return str(said)
    return None


def switch(levels: Levels, name: str) -> bool:
    """Return whether the strongest <w:name> switches it on."""
    for level in levels:
        element = level.find(qn(f"w:{name}"))
        if element is not None:
            return is_on(element)
    return False


def is_on(element: Element | None) -> bool:
    """Ask whether a switch stands there that is not turned off."""
    off = {"0", "false", "off", "none"}
    return element is not None and element.get(qn("w:val"), "1") not in off


def points(said: str | None, unit: float = TWIPS) -> float | None:
    """Read a length as points: a figure with its unit, else so many a point."""
    match = _LENGTH.fullmatch(said or "")
    if match is None:
        return None
    figure = float(match[1])
    return figure * _UNITS[match[2]] if match[2] else figure / unit


def indent(levels: Levels, names: Sequence[str], size: float) -> float:
    """Return an indent in characters of `size` points, by its strongest word.

    Word counts characters where it can ("firstLineChars"), else twips ("firstLine").
    """
    for level in levels:
        element = level.find(qn("w:ind"))
        for name in names if element is not None else ():
            characters = value((level,), "ind", f"{name}Chars")
            if characters and characters.lstrip("-").isdigit() and int(characters):
                return int(characters) / 100
            length = points(value((level,), "ind", name))
            if length is not None:
                return length / size
    return 0


def border(levels: Levels, side: str) -> Element | None:
    """Return the strongest border of that side; None where none is drawn."""
    for level in levels:
        found = level.find(f"{qn('w:pBdr')}/{qn(f'w:{side}')}")
        if found is not None:
            return found
    return None
