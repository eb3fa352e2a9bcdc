"""Sees to it that every branch and loop of a part begins and ends on one level."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from docx.oxml.ns import qn

from mailroom.errors import Text, text
from mailroom.words import cells
from mailroom.words.dialect import BETWEEN, CLOSED_BY, DEEPEST, ON_CELLS
from mailroom.words.places import WordFault, fault
from mailroom.words.runs import Element, raise_out
from mailroom.words.steering import Tag, instructions_of, number_of

_P, _T, _SDT = qn("w:p"), qn("w:t"), qn("w:sdt")
_SDTPR = qn("w:sdtPr")
_BOUND = (qn("w:showingPlcHdr"), qn("w:dataBinding"))


@dataclass(slots=True)
class _Open:
    """A branch or loop that is not closed yet."""

    verb: str
    tag: Tag
    instructions: list[Element] = field(default_factory=list)
    has_else: bool = False


class Arranging:
    """One part being arranged, after its tags were lifted."""

    def __init__(self, root: Element, tags: list[Tag], file: str) -> None:
        self.root, self.tags, self.file = root, tags, file
        self.faults: list[WordFault] = []
        self.open: list[_Open] = []

    def arrange(self) -> None:
        """Match openings with closings; split runs that they cut through.

        Afterwards each branch and loop has its instructions in one list of siblings,
        or in paragraphs that are siblings; so whatever is left out or repeated, the
        part stays well-formed.
        """
        for instruction in instructions_of(self.root):
            self._free(instruction)
            tag = self.tags[number_of(instruction)]
            if tag.kind == "steer" and tag.words is not None:
                self._take(instruction, tag)
        for left in self.open:
            self._fault(left.tag, "W031", text("this is never closed"))

    def _fault(self, tag: Tag, code: str, reason: Text) -> None:
        self.faults.append(fault(self.file, tag.place, code, reason, tag.source))

    def _free(self, instruction: Element) -> None:
        """Make a content control ordinary text: its own words would cover the value."""
        for control in instruction.iterancestors(_SDT):
            for properties in control.findall(_SDTPR):
                for bound in _BOUND:
                    for one in properties.findall(bound):
                        properties.remove(one)

    def _take(self, instruction: Element, tag: Tag) -> None:
        verb = tag.words.verb if tag.words else ""
        if verb in CLOSED_BY:
            if len(self.open) == DEEPEST:
                reason = text(
                    "more than {n} branches and loops in one another", n=DEEPEST
                )
                self._fault(tag, "W035", reason)
            self.open.append(_Open(verb, tag, [instruction]))
        elif verb in BETWEEN:
            self._take_between(instruction, tag, verb)
        elif verb in CLOSED_BY.values():
            self._take_closing(instruction, tag, verb)
        elif verb in ON_CELLS:
            self._take_on_cell(instruction, tag, verb)

    def _take_between(self, instruction: Element, tag: Tag, verb: str) -> None:
        if not self.open or self.open[-1].verb not in BETWEEN[verb]:
            self._fault(tag, "W030", text("there is nothing here that this goes with"))
            return
        opening = self.open[-1]
        if opening.has_else:
            self._fault(tag, "W030", text("nothing follows “else” but its end"))
        opening.has_else = verb == "else"
        opening.instructions.append(instruction)

    def _take_closing(self, instruction: Element, tag: Tag, verb: str) -> None:
        opening = next(
            (o for o in reversed(self.open) if CLOSED_BY[o.verb] == verb), None
        )
        if opening is None:
            self._fault(tag, "W030", text("there is nothing here that this goes with"))
            return
        if opening is not self.open[-1]:
            inner = self.open[-1].tag.source
            reason = text("this crosses “{inner}”, which must end first", inner=inner)
            self._fault(tag, "W030", reason)
            self.open.remove(opening)  # what it crosses may still end
            return
        self.open.pop()
        opening.instructions.append(instruction)
        first = opening.instructions[0].getparent()
        if verb == "endmacro" and not (
            first is instruction.getparent() and first is not None and first.tag == _T
        ):
            reason = text("a macro begins and ends in one piece of plain words")
            self._fault(tag, "W030", reason)
            return
        if not _on_one_level(opening.instructions):
            self._fault(
                tag,
                "W030",
                text(
                    "this begins in one cell or list of paragraphs and ends in another:"
                    " “{opening}”",
                    opening=opening.tag.source,
                ),
            )

    def _take_on_cell(self, instruction: Element, tag: Tag, verb: str) -> None:
        in_loop = any(one.verb == "for" for one in self.open)
        if not cells.has_cell(instruction):
            self._fault(tag, "W032", text("this stands in a cell of a table"))
        elif verb in {"vm", "hm"} and not in_loop:
            self._fault(tag, "W032", text("this stands in a cell that a loop repeats"))
        else:
            cells.put_on_cell(instruction, tag, self.tags)


def _on_one_level(instructions: Iterable[Element]) -> bool:
    """Bring the instructions of a branch or loop on one level, if they can be."""
    every = list(instructions)
    parents = [one.getparent() for one in every]
    if all(parent is parents[0] for parent in parents):
        return True  # within one piece of text, too
    for one in every:
        parent = one.getparent()
        if parent is not None and parent.tag == _T:
            raise_out(one)
    parents = [one.getparent() for one in every]
    if any(parent is None for parent in parents):
        return False
    if all(parent is parents[0] for parent in parents):
        return True
    above = [None if parent is None else parent.getparent() for parent in parents]
    return all(
        parent is not None and parent.tag == _P and grand is above[0]
        for parent, grand in zip(parents, above, strict=True)
    )
