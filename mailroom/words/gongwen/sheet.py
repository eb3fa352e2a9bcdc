"""Opens a .docx as the sheet it will be: its pages, lines, rules and footers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from posixpath import dirname, join, normpath

from docx.oxml.ns import qn
from lxml import etree

from mailroom.errors import text
from mailroom.words.gongwen.cascade import Cascade, is_on, points, read_cascade
from mailroom.words.gongwen.drawn import MM
from mailroom.words.gongwen.line import Line, Rule
from mailroom.words.gongwen.reading import Read, read_lines
from mailroom.words.package import NotWordError, Package, parse_part, read_package
from mailroom.words.runs import Element

_MARGINS = ("top", "left", "bottom", "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page of one section, in millimetres."""

    width: float
    height: float
    margins: Mapping[str, float]  # top, left (with the gutter), bottom, right
    grid: str = ""  # of the characters: "lines", "linesAndChars" …
    has_own_first: bool = False  # its first page has its own header and footer
    footers: Mapping[str, Read]  # by "default", "even", "first"
    headers: Mapping[str, Read]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a Word file shows, as far as it can be known without laying it out."""

    pages: tuple[Page, ...]
    lines: tuple[Line, ...]  # of the first page's header, then of the text
    rules: tuple[Rule, ...]  # likewise, then those of the first page's footer
    odd_and_even: bool  # even pages have their own footer

    @property
    def first(self) -> Page:
        """The page that the paper begins with."""
        return self.pages[0]


def read_sheet(content: bytes) -> Sheet:
    """Read a .docx. Raises NotWordError."""
    package = read_package(content)
    try:
        return _Opened(package).read()
    except etree.XMLSyntaxError as error:
        raise NotWordError(
            text("this is no Word document (.docx); save it again in Word or WPS")
        ) from error


class _Opened:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._main = self._part(package.main)
        self._links = dict(self._relations())
        self._cascade: Cascade = read_cascade(self._related("styles"))

    def read(self) -> Sheet:
        body = read_lines(self._root(), self._cascade)
        settings = self._related("settings")
        has_even = settings is not None and is_on(
            settings.find(qn("w:evenAndOddHeaders"))
        )
        pages = tuple(self._pages())
        kind = "first" if pages[0].has_own_first else "default"
        top = pages[0].headers.get(kind, Read())
        end = pages[0].footers.get(kind, Read())
        shift = len(top.lines)
        lines = (*top.lines, *(_moved(line, shift) for line in body.lines))
        return Sheet(
            pages=pages,
            lines=lines,
            rules=(
                *top.rules,
                *(_lowered(rule, shift) for rule in body.rules),
                # The second rule of a letter; black ones there are of no element.
                *(_lowered(rule, len(lines)) for rule in end.rules if rule.is_red),
            ),
            odd_and_even=has_even,
        )

    def _root(self) -> Element:
        if self._main is None:
            raise NotWordError(
                text("this is no Word document (.docx); save it again in Word or WPS")
            )
        return self._main

    def _part(self, name: str) -> Element | None:
        content = self._package.parts.get(name)
        return None if content is None else parse_part(content)

    def _relations(self) -> Iterator[tuple[str, tuple[str, str]]]:
        folder, _, base = self._package.main.rpartition("/")
        root = self._part(join(folder, "_rels", f"{base}.rels"))
        for link in root if root is not None else ():
            if link.get("TargetMode") != "External":
                kind = str(link.get("Type")).rpartition("/")[2]
                target = normpath(
                    join("/", dirname(self._package.main), str(link.get("Target")))
                )
                yield str(link.get("Id")), (kind, target.lstrip("/"))

    def _related(self, kind: str) -> Element | None:
        for each, target in self._links.values():
            if each == kind:
                return self._part(target)
        return None

    def _pages(self) -> Iterator[Page]:
        before: Mapping[str, Mapping[str, Read]] = {"header": {}, "footer": {}}
        sections = [
            section
            for section in self._root().iter(qn("w:sectPr"))
            if (parent := section.getparent()) is None
            or parent.tag != qn("w:sectPrChange")
        ]
        for section in sections or [etree.Element(qn("w:sectPr"))]:
            # A section without its own footers has those of the one before.
            before = {
                edge: {**before[edge], **dict(self._edges(section, edge))}
                for edge in ("header", "footer")
            }
            yield self._page(section, before)

    def _page(self, section: Element, edges: Mapping[str, Mapping[str, Read]]) -> Page:
        margins = {side: _mm(section, "pgMar", side) for side in _MARGINS}
        margins["left"] += _mm(section, "pgMar", "gutter")
        grid = section.find(qn("w:docGrid"))
        return Page(
            width=_mm(section, "pgSz", "w"),
            height=_mm(section, "pgSz", "h"),
            margins=margins,
            grid="" if grid is None else str(grid.get(qn("w:type"), "")),
            has_own_first=is_on(section.find(qn("w:titlePg"))),
            headers=edges["header"],
            footers=edges["footer"],
        )

    def _edges(self, section: Element, edge: str) -> Iterator[tuple[str, Read]]:
        for reference in section.iter(qn(f"w:{edge}Reference")):
            _, target = self._links.get(str(reference.get(qn("r:id"))), ("", ""))
            part = self._part(target)
            if part is not None:
                kind = str(reference.get(qn("w:type"), "default"))
                yield kind, read_lines(part, self._cascade)


def _mm(section: Element, name: str, side: str) -> float:
    found = section.find(qn(f"w:{name}"))
    said = None if found is None else found.get(qn(f"w:{side}"))
    return (points(said) or 0) * MM


def _moved(line: Line, by: int) -> Line:
    return replace(line, place=line.place + by)


def _lowered(rule: Rule, by: int) -> Rule:
    return replace(rule, above=rule.above + by)
