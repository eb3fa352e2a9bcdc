"""Finds the tags of a part and lifts each out of its runs into a place of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from docx.oxml.ns import qn
from lxml import etree

from mailroom.errors import Fault, Text, text
from mailroom.words.places import Place, fault
from mailroom.words.runs import (
    ATOMS,
    Element,
    as_xml,
    atoms_of,
    cut,
    reddened,
    said,
    says_anything,
)

MARK = "mailroom"  # target of the processing instruction that stands for a tag

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_CONTROL = re.compile(r"\{%[-+]?\s*(p|tr|tc|r)\s+(.*?)\s*[-+]?%\}", re.DOTALL)
_OF_ANOTHER_KIND = re.compile(r"\{\{[-+]?(p|tr|tc|r)\s")
_BRACES = re.compile(r"[{｛][{｛%％]|[}｝%％][}｝]")
_FULL_WIDTH = re.compile("[｛｝％]")
_SHOWN = 60  # characters of a paragraph shown with a fault

_P, _TR, _TC, _TBL = (qn(f"w:{name}") for name in ("p", "tr", "tc", "tbl"))
_RPR, _SECTPR = qn("w:rPr"), qn("w:sectPr")
_REVISED = tuple(qn(f"w:{name}") for name in ("ins", "del", "moveFrom", "moveTo"))
_NOISE = tuple(qn(f"w:{name}") for name in ("proofErr", "lastRenderedPageBreak"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One tag, lifted out."""

    source: str  # with its braces
    kind: Literal["fill", "p", "tr"]
    words: str  # a control tag's words: "if room"; for a fill the source
    place: Place
    block: int  # which list of paragraphs or rows it stands in; ends must agree
    look: str = ""  # <w:rPr> of the run where it starts, as XML; "" where none
    gap_look: str = ""  # the same in red


def lift(root: Element, part: str, file: str) -> tuple[list[Tag], list[Fault]]:
    """Put a processing instruction `<?mailroom N?>` where tag N of the list stands.

    `root` is changed. A fill stands between runs, a control tag in the place of its
    paragraph or row.
    """
    lifting = _Lifting(root, part, file)
    lifting.run()
    return lifting.tags, lifting.faults


class _Lifting:
    def __init__(self, root: Element, part: str, file: str) -> None:
        self.root, self.part, self.file = root, part, file
        self.tags: list[Tag] = []
        self.faults: list[Fault] = []
        self.blocks: dict[Element, int] = {}

    def run(self) -> None:
        for noise in list(self.root.iter(*_NOISE)):
            parent = noise.getparent()
            if parent is not None:
                parent.remove(noise)
        places = dict(self._places())
        for row in list(self.root.iter(_TR)):
            self._lift_row(row, places)
        for paragraph, place in places.items():
            if self._is_there(paragraph):
                self._lift_paragraph(paragraph, place)
        self._look_for_strays()

    def _places(self) -> Iterator[tuple[Element, Place]]:
        tables = {table: n for n, table in enumerate(self.root.iter(_TBL), 1)}
        for number, paragraph in enumerate(self.root.iter(_P), 1):
            cell = next(paragraph.iterancestors(_TC), None)
            where = None
            if cell is not None:
                row = next(cell.iterancestors(_TR))
                table = next(row.iterancestors(_TBL))
                where = (tables[table], _nth(row, table, _TR), _nth(cell, row, _TC))
            yield paragraph, Place(part=self.part, paragraph=number, cell=where)

    def _is_there(self, paragraph: Element) -> bool:
        return paragraph is self.root or self.root in paragraph.iterancestors()

    def _fault(self, place: Place, code: str, reason: Text, near: str = "") -> None:
        near = near if len(near) <= _SHOWN else near[:_SHOWN] + "…"
        self.faults.append(fault(self.file, place, code, reason, near))

    def _lift_row(self, row: Element, places: dict[Element, Place]) -> None:
        words = "".join(said(atom) for atom in row.iter(*ATOMS)).strip()
        controls = [m for m in _CONTROL.finditer(words) if m[1] == "tr"]
        if not controls or not self._is_there(row):
            return
        place = places[next(row.iter(_P))]
        if len(controls) > 1 or controls[0][0] != words:
            self._fault(
                place,
                "W021",
                text(
                    "a {%tr …%} tag must be alone in a row of its own;"
                    " whatever else the row says would be lost"
                ),
                words,
            )
            return
        self._stand_in(row, controls[0], "tr", place)

    def _lift_paragraph(self, paragraph: Element, place: Place) -> None:
        atoms = atoms_of(paragraph)
        words = "".join(said(atom) for atom in atoms)
        found = list(_TAG.finditer(words))
        self._check_braces(_TAG.sub("", words), words, place)
        if found and self._lies_badly(paragraph, place, words):
            return
        if len(found) == 1 and found[0][0] == words.strip():
            control = _CONTROL.fullmatch(found[0][0])
            if control and control[1] == "p":
                if next(paragraph.iter(_SECTPR), None) is not None:
                    self._fault(
                        place,
                        "W022",
                        text("a section ends in this paragraph, which the tag removes"),
                        words,
                    )
                self._stand_in(paragraph, control, "p", place)
                return
        for match in reversed(found):
            if self._can_be_filled(match[0], place):
                self._lift_fill(atoms, match, place)

    def _check_braces(self, rest: str, words: str, place: Place) -> None:
        if not _BRACES.search(rest):
            return
        if _FULL_WIDTH.search(rest):
            reason = text(
                "full-width braces; switch the input method to English"
                " and write the tag with half-width ones"
            )
            self._fault(place, "W010", reason, words)
        else:
            reason = text("a tag is not closed in its paragraph, or closed only")
            self._fault(place, "W011", reason, words)

    def _lies_badly(self, paragraph: Element, place: Place, words: str) -> bool:
        ancestors = {ancestor.tag for ancestor in paragraph.iterancestors()}
        within = {inner.tag for inner in paragraph.iter(*_REVISED)}
        if (ancestors | within) & set(_REVISED):
            reason = text("tracked changes around a tag; accept or reject them first")
            self._fault(place, "W012", reason, words)
            return True
        if qn("w:txbxContent") in ancestors:
            reason = text("a tag in a text box; put it in the running text or a table")
            self._fault(place, "W013", reason, words)
            return True
        return False

    def _can_be_filled(self, source: str, place: Place) -> bool:
        if source.startswith("{#"):
            reason = text("comments in braces are not understood; take them out")
            self._fault(place, "W014", reason, source)
            return False
        if source.startswith("{{"):
            return True
        control = _CONTROL.fullmatch(source)
        if control and control[1] == "p":
            reason = text(
                "a {%p …%} tag must be alone in a paragraph of its own;"
                " whatever else the paragraph says would be lost"
            )
            self._fault(place, "W020", reason, source)
        elif control and control[1] == "tr":
            reason = text("a {%tr …%} tag stands in a table row of its own")
            self._fault(place, "W021", reason, source)
        elif control:
            reason = text("tags of the kinds {%tc …%}, {%r …%} are not understood")
            self._fault(place, "W023", reason, source)
        else:
            reason = text(
                "conditions and loops stand in paragraphs of their own, as {%p …%},"
                " or in rows of their own, as {%tr …%};"
                " inside a line write “{{ a if b else c }}”"
            )
            self._fault(place, "W024", reason, source)
        return False

    def _block(self, element: Element | None) -> int:
        if element is None:
            return 0
        return self.blocks.setdefault(element, len(self.blocks) + 1)

    def _stand_in(
        self,
        element: Element,
        control: re.Match[str],
        kind: Literal["p", "tr"],
        place: Place,
    ) -> None:
        parent = element.getparent()
        tag = Tag(
            source=control[0],
            kind=kind,
            words=control[2],
            place=place,
            block=self._block(parent),
        )
        instruction = self._instruction(tag)
        if parent is not None:
            parent.replace(element, instruction)

    def _instruction(self, tag: Tag) -> Element:
        self.tags.append(tag)
        return etree.ProcessingInstruction(MARK, str(len(self.tags) - 1))

    def _lift_fill(
        self, atoms: list[Element], match: re.Match[str], place: Place
    ) -> None:
        run, rest = cut(atoms, match.start(), match.end())
        look = run.find(_RPR)
        tag = Tag(
            source=match[0],
            kind="fill",
            words=match[0],
            place=place,
            block=0,
            look=as_xml(look, self.root),
            gap_look=as_xml(reddened(run), self.root),
        )
        instruction = self._instruction(tag)
        run.addnext(instruction)
        if rest is not None:
            instruction.addnext(rest)
        parent = run.getparent()
        if parent is not None and not says_anything(run):
            parent.remove(run)

    def _look_for_strays(self) -> None:
        """Find tags where nothing fills them: field codes, formulas, links."""
        for element in self.root.iter("*"):
            if element.tag in ATOMS:
                continue
            held = [str(value) for value in element.attrib.values()]
            if not len(element):  # python-docx gives runs a text of their own
                held.append(element.text or "")
            for words in held:
                if "{{" in words or "{%" in words:
                    place = Place(part=self.part)
                    reason = text("a tag in a place that nothing fills")
                    self._fault(place, "W015", reason, words.strip())


def of_another_kind(source: str) -> bool:
    """Ask whether a fill asks for something else than plain words: `{{r x }}`."""
    return _OF_ANOTHER_KIND.match(source) is not None


def _nth(element: Element, ancestor: Element, tag: str) -> int:
    """Return which child of that tag this one is among its siblings, from 1."""
    return next(
        (n for n, sibling in enumerate(ancestor.iter(tag), 1) if sibling is element), 0
    )
