"""Reads a template as it was typed: its paragraphs, their runs, their tags."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from re import Match

from docx.opc.constants import RELATIONSHIP_TYPE as KIND
from docx.oxml.ns import qn
from lxml import etree

from mailroom.words.compiling import Compiling
from mailroom.words.dialect import TAG, Words, read_words
from mailroom.words.gongwen.cascade import Cascade, read_cascade
from mailroom.words.package import Package, parse_part
from mailroom.words.places import Place, places_of
from mailroom.words.runs import Element, atoms_of, said

VALUE = "\ufffc"  # stands for a value among the words that a letter shows
_NOTHING = "\0"  # stands for the rest of a tag, so that places stay the same
# What Word 2007 would show instead: the same text box a second time.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SHAPES = (qn("w:drawing"), qn("w:pict"), qn("w:object"))


@dataclass(frozen=True, slots=True)
class Piece:
    """The words of one run, or a part of them."""

    run: Element
    start: int  # characters from the beginning of the paragraph
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph, as it was typed."""

    element: Element
    place: Place
    words: str
    shown: str  # as long as `words`; of a tag only VALUE is left, if it gives one
    pieces: tuple[Piece, ...]
    tags: tuple["Typed", ...]

    @property
    def shows_more(self) -> bool:
        """Whether a picture, a text box or a page break stands in it, too."""
        breaks = self.element.iter(qn("w:br"))
        return next(self.element.iter(*_SHAPES), None) is not None or any(
            one.get(qn("w:type")) in {"page", "column"} for one in breaks
        )

    @property
    def is_alone(self) -> bool:
        """Whether its cell, header or text box has no other paragraph."""
        p, element = qn("w:p"), self.element
        beside = (element.itersiblings(p), element.itersiblings(p, preceding=True))
        return all(next(siblings, None) is None for siblings in beside)


@dataclass(frozen=True, slots=True)
class Typed:
    """A tag where it was typed."""

    words: Words
    start: int  # characters from the beginning of the paragraph
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """A whole template, as it was typed."""

    file: str  # as people know it
    package: Package
    compiling: Compiling  # what the engine made of it
    roots: Mapping[str, Element]  # the parts that are filled
    paragraphs: tuple[Paragraph, ...]  # of all parts, the text of the letter first
    cascade: Cascade

    def part(self, kind: str) -> Element | None:
        """Return the part of that kind that the main part points at."""
        return _part_of(self.compiling, kind)


def read_manuscript(compiling: Compiling) -> Manuscript:
    """Read the parts anew: compiling takes the tags out of its own."""
    package = compiling.package
    names = (package.main, *package.filled)
    roots = {name: parse_part(package.parts[name]) for name in names}
    return Manuscript(
        file=compiling.file,
        package=package,
        compiling=compiling,
        roots=roots,
        paragraphs=tuple(
            _paragraph(element, place)
            for name, root in roots.items()
            for element, place in places_of(root, name)
            if next(element.iterancestors(_FALLBACK), None) is None
        ),
        cascade=read_cascade(_part_of(compiling, KIND.STYLES)),
    )


def _part_of(compiling: Compiling, kind: str) -> Element | None:
    content = compiling.package.parts.get(compiling.pointed_at(kind))
    try:
        return None if content is None else parse_part(content)
    except etree.XMLSyntaxError:
        return None  # Word's own affair, where the engine does not read it


def _paragraph(element: Element, place: Place) -> Paragraph:
    pieces = tuple(_pieces(element))
    words = "".join(said(atom) for atom in atoms_of(element))
    return Paragraph(
        element=element,
        place=place,
        words=words,
        shown=TAG.sub(_masked, words),
        pieces=pieces,
        tags=tuple(
            Typed(read_words(found[0]), found.start(), found.end())
            for found in TAG.finditer(words)
        ),
    )


def _pieces(element: Element) -> Iterator[Piece]:
    end = 0
    for atom in atoms_of(element):
        start, end = end, end + len(said(atom))
        run = atom.getparent()
        if run is not None and end > start:
            yield Piece(run, start, end)


def _masked(tag: Match[str]) -> str:
    first = VALUE if tag[0].startswith("{{") else _NOTHING
    return first + _NOTHING * (len(tag[0]) - 1)
