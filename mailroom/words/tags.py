"""Finds the tags of a part and puts an instruction where each stands."""

import re
from collections.abc import Iterator
from copy import deepcopy
from re import Match

from docx.oxml.ns import qn

from mailroom.errors import Text, text
from mailroom.words.dialect import TAG, TagError, Words, check_verb, read_words
from mailroom.words.places import Place, WordFault, fault, places_of
from mailroom.words.runs import (
    ATOMS,
    Element,
    as_xml,
    atoms_of,
    cut,
    reddened,
    said,
)
from mailroom.words.steering import Tag, instruction

_BRACES = re.compile(r"[{｛][{｛%％]|[}｝%％][}｝]")
_FULL_WIDTH = re.compile("[｛｝％]")
_ESCAPE = re.compile(r"\{_[{%]|[}%]_\}")  # docxtpl's, for braces that are words
_SHOWN = 60  # characters of a paragraph shown with a fault

_P, _R, _TR, _TC = (qn(f"w:{name}") for name in ("p", "r", "tr", "tc"))
_PPR, _RPR, _SECTPR = qn("w:pPr"), qn("w:rPr"), qn("w:sectPr")
_REVISED = tuple(qn(f"w:{name}") for name in ("del", "moveFrom"))
# What is seen in a letter and holds no words of its paragraph.
_SEEN = tuple(
    qn(f"w:{name}")
    for name in ("drawing", "pict", "object", "footnoteReference", "endnoteReference")
)
_LEVELS = {"tr": _TR, "tc": _TC}


class Lifting:
    """One part whose tags are being lifted; `root` is changed."""

    def __init__(self, root: Element, part: str, file: str, tags: list[Tag]) -> None:
        self.root, self.part, self.file, self.tags = root, part, file, tags
        self.faults: list[WordFault] = []
        self.places = dict(places_of(root, part))
        self.changed = False  # beyond the tags: a comment went, an escape was solved

    def lift(self) -> None:
        """Put an instruction `<?mailroom N?>` where tag N of the list stands."""
        for level in ("tr", "tc"):
            for element in list(self.root.iter(_LEVELS[level])):
                self._lift_whole(element, level)
        self._join_trimmed()
        for paragraph, place in self.places.items():
            if self._is_there(paragraph):
                self._lift_paragraph(paragraph, place)

    def _is_there(self, element: Element) -> bool:
        return element is self.root or self.root in element.iterancestors()

    def _fault(self, place: Place, code: str, reason: Text, near: str = "") -> None:
        near = near if len(near) <= _SHOWN else near[:_SHOWN] + "…"
        self.faults.append(fault(self.file, place, code, reason, near))

    def _lift_whole(self, element: Element, level: str) -> None:
        """Put the tag that takes a row or a cell in its place."""
        atoms = list(element.iter(*ATOMS))
        words = "".join(map(said, atoms)).strip()
        if "{" not in words or not self._is_there(element):
            return
        # What lies in a table inside this one is that table's affair.
        own = (a for a in atoms if next(a.iterancestors(element.tag)) is element)
        every = [
            read_words(found[0]) for found in TAG.finditer("".join(map(said, own)))
        ]
        wanted = [one for one in every if one.level == level and one.sign != "{"]
        if not wanted:
            return
        place = self.places.get(next(element.iter(_P)))
        if place is None:
            return  # a fault of the table around this one took it along
        if len(wanted) > 1 or wanted[0].source != words:
            reason = (
                text(
                    "a {%tr …%} tag must be alone in a row of its own;"
                    " whatever else the row says would be lost"
                )
                if level == "tr"
                else text(
                    "a {%tc …%} tag must be alone in a cell of its own;"
                    " whatever else the cell says would be lost"
                )
            )
            self._fault(place, "W021", reason, words)
            for paragraph in element.iter(_P):  # said once is enough
                self.places.pop(paragraph, None)
            return
        self._stand_in(element, wanted[0], place)

    def _join_trimmed(self) -> None:
        """Join the paragraphs that `-%}` at an end or `{%-` at a beginning joins."""
        for paragraph in list(self.places):
            if not self._is_there(paragraph):
                continue
            while (follower := paragraph.getnext()) is not None and follower.tag == _P:
                mine, theirs = self._words(paragraph), self._words(follower)
                ends, begins = list(TAG.finditer(mine)), TAG.match(theirs.lstrip())
                after = bool(ends) and ends[-1].end() == len(mine.rstrip())
                if not (
                    (after and _trims(ends[-1][0], after=True))
                    or (begins and _trims(begins[0], after=False))
                ):
                    break
                if next(follower.iter(_SECTPR), None) is not None:
                    reason = text(
                        "a section ends in the paragraph that this tag joins to its own"
                    )
                    self._fault(self.places[paragraph], "W022", reason, mine)
                    break
                for child in list(follower):
                    if child.tag != _PPR:
                        paragraph.append(child)
                parent = follower.getparent()
                if parent is not None:
                    parent.remove(follower)

    def _words(self, paragraph: Element) -> str:
        return "".join(said(atom) for atom in atoms_of(paragraph))

    def _lift_paragraph(self, paragraph: Element, place: Place) -> None:
        atoms = atoms_of(paragraph)
        words = "".join(said(atom) for atom in atoms)
        if not any(sign in words for sign in "{}｛｝"):
            return
        found = list(TAG.finditer(words))
        self._check_braces(_ESCAPE.sub("", TAG.sub("", words)), words, place)
        if found and self._lies_badly(paragraph, place, words):
            return
        if len(found) == 1 and found[0][0] == words.strip():
            only = read_words(found[0][0])
            if only.level == "p" and only.sign != "{":
                if next(paragraph.iter(_SECTPR), None) is not None:
                    reason = text(
                        "a section ends in this paragraph, which the tag removes"
                    )
                    self._fault(place, "W022", reason, words)
                self._stand_in(paragraph, only, place)
                return
        look = self._paragraph_look(paragraph)
        escapes = list(_ESCAPE.finditer(TAG.sub(lambda tag: "·" * len(tag[0]), words)))
        for match in sorted((*found, *escapes), key=Match.start, reverse=True):
            if match.re is _ESCAPE:  # {_{ is {{, once it is no tag
                cut(atoms, match.start() + 1, match.end() - 1, None)
                self.changed = True
            else:
                self._lift_inline(atoms, match, place, look)

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
            reason = text(
                "deleted words around a tag; accept or reject the changes first"
            )
            self._fault(place, "W012", reason, words)
            return True
        return False

    def _paragraph_look(self, paragraph: Element) -> str:
        look = paragraph.find(_PPR)
        if look is None:
            return ""
        copy = deepcopy(look)
        for section in copy.findall(_SECTPR):
            copy.remove(section)
        return as_xml(copy, self.root)

    def _stand_in(self, element: Element, words: Words, place: Place) -> None:
        parent = element.getparent()
        if parent is None:
            return
        if next(element.iter(*_SEEN), None) is not None:
            reason = text(
                "a picture, a text box or a note stands beside this tag and would be"
                " lost; put the tag alone"
            )
            self._fault(place, "W020", reason, words.source)
            return
        if words.sign == "#":
            parent.remove(element)
            self.changed = True
            return
        if self._is_refused(words, place):
            return
        tag = Tag(
            source=words.source,
            jinja=f"{words.verb} {words.rest}".strip(),
            kind="steer",
            place=place,
            words=words,
        )
        standing = instruction(self.tags, tag)
        standing.tail = None
        parent.replace(element, standing)

    def _is_refused(self, words: Words, place: Place) -> bool:
        try:
            check_verb(words)
        except TagError as error:
            self._fault(place, "W030", error.reason, words.source)
            return True
        return False

    def _lift_inline(
        self, atoms: list[Element], match: Match[str], place: Place, look: str
    ) -> None:
        words = read_words(match[0])
        if words.level in {"p", "tr", "tc"} and words.sign != "{":
            self._misplaced(words, place)
            return
        if self._is_refused(words, place):
            return
        start, end = _with_trimmed_spaces(match, words)
        if words.sign == "#":
            cut(atoms, start, end, None)
            self.changed = True
            return
        run = _run_at(atoms, start)
        dress = run.find(_RPR)
        holder = run.getparent()
        tag = Tag(
            source=words.source,
            jinja=words.rest if words.sign == "{" else f"{words.verb} {words.rest}",
            kind="fill" if words.sign == "{" else "steer",
            place=place,
            words=words,
            look=as_xml(dress, self.root),
            gap_look=as_xml(reddened(dress), self.root),
            paragraph_look=look if holder is not None and holder.tag == _P else None,
        )
        cut(atoms, start, end, instruction(self.tags, tag))

    def _misplaced(self, words: Words, place: Place) -> None:
        if words.level == "p":
            reason = text(
                "a {%p …%} tag must be alone in a paragraph of its own;"
                " whatever else the paragraph says would be lost"
            )
            self._fault(place, "W020", reason, words.source)
        else:
            reason = text(
                "a {%tr …%} or {%tc …%} tag stands in a table, alone in its row or cell"
            )
            self._fault(place, "W021", reason, words.source)


def _trims(source: str, *, after: bool) -> bool:
    words = read_words(source)
    if words.sign != "%" or words.level in {"p", "tr", "tc"}:
        return False
    return words.trims_after if after else words.trims_before


def _with_trimmed_spaces(match: Match[str], words: Words) -> tuple[int, int]:
    """Return where the tag lies, with the spaces that its hyphens take away."""
    start, end = match.span()
    around = match.string
    while words.trims_before and start and around[start - 1] == " ":
        start -= 1
    while words.trims_after and end < len(around) and around[end] == " ":
        end += 1
    return start, end


def _run_at(atoms: list[Element], start: int) -> Element:
    position = 0
    for atom in atoms:
        position += len(said(atom))
        if position > start and (run := atom.getparent()) is not None:
            return run
    raise AssertionError  # a match lies in the atoms it was found in


def strays(root: Element, part: str, file: str) -> Iterator[WordFault]:
    """Find tags where nothing fills them: field codes, formulas, deleted words."""
    for element in root.iter("*"):
        held = [str(value) for value in element.attrib.values()]
        if element.tag not in ATOMS:
            held.append(element.text or "")
        for words in held:
            if "{{" in words or "{%" in words:
                reason = text("a tag in a place that nothing fills")
                near = words.strip()[:_SHOWN]
                yield fault(file, Place(part=part), "W015", reason, near)
