"""Turns a part whose tags were lifted out into a program."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from mailroom.errors import Fault, Text, text
from mailroom.words.expressions import (
    Expression,
    LoopHead,
    TagError,
    read_condition,
    read_fill,
    read_loop,
)
from mailroom.words.places import Place, fault
from mailroom.words.runs import Element
from mailroom.words.tags import MARK, Tag, of_another_kind

_INSTRUCTION = re.compile(rf"<\?{MARK} (\d+)\?>")
_LOOP_NAME = "loop"  # what a loop knows of itself, as in Jinja


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """A place that a value fills."""

    expression: Expression
    fields: tuple[str, ...]  # the fields it draws on, even through a loop's name
    look: str  # <w:rPr> as XML
    gap_look: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One way of a branch; the last may have no condition."""

    condition: Expression | None
    body: "tuple[Node, ...]"
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """The first arm whose condition holds."""

    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A body once for each value of a list."""

    head: LoopHead
    fields: tuple[str, ...]
    body: "tuple[Node, ...]"
    place: Place


Node = str | Fill | Branch | Loop


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One part of a Word file, ready to be filled any number of times."""

    part: str
    nodes: tuple[Node, ...]
    fields: frozenset[str]


def compile_part(
    root: Element, tags: Sequence[Tag], part: str, file: str
) -> tuple[Program, list[Fault]]:
    """Compile the part; the program is only good where there are no faults."""
    xml = etree.tostring(root, encoding="unicode")
    reading = _Reading(_INSTRUCTION.split(xml), tags, file)
    nodes = reading.read_until_end()
    program = Program(part=part, nodes=nodes, fields=frozenset(reading.fields))
    return program, reading.faults


@dataclass(slots=True)
class _Open:
    """An `if` or a `for` that is not closed yet."""

    tag: Tag
    arms: list[Arm]
    condition: Expression | None = None
    head: LoopHead | None = None
    over: tuple[str, ...] = ()
    has_else: bool = False


class _Reading:
    """Reads the pieces of a part once, from first to last."""

    def __init__(self, pieces: list[str], tags: Sequence[Tag], file: str) -> None:
        self.pieces, self.tags, self.file = pieces, tags, file
        self.faults: list[Fault] = []
        self.fields: dict[str, None] = {}
        self.open: list[_Open] = []
        self.bodies: list[list[Node]] = [[]]
        self.scopes: list[Mapping[str, tuple[str, ...]]] = [{}]

    def read_until_end(self) -> tuple[Node, ...]:
        """Return the nodes of the whole part."""
        for number, piece in enumerate(self.pieces):
            if number % 2 == 0:
                self.bodies[-1].append(piece)
            else:
                tag = self.tags[int(piece)]
                try:
                    self._take(tag)
                except TagError as error:
                    self._fault(tag, "W030", error.reason)
        for left in self.open:
            self._fault(left.tag, "W031", text("this is never closed"))
        return tuple(self.bodies[0])

    def _fault(self, tag: Tag, code: str, reason: Text) -> None:
        self.faults.append(fault(self.file, tag.place, code, reason, tag.source))

    def _take(self, tag: Tag) -> None:
        if tag.kind == "fill":
            self.bodies[-1].append(self._fill(tag))
            return
        verb, _, rest = tag.words.partition(" ")
        rest = rest.strip()
        if verb == "if":
            self._begin(_Open(tag, []), {})
            self.open[-1].condition = read_condition(rest)
            self._note(self.open[-1].condition)
        elif verb == "for":
            self._begin_loop(tag, rest)
        elif verb in {"elif", "else"}:
            self._next_arm(tag, verb, rest)
        elif verb in {"endif", "endfor"}:
            self._end(tag, verb)
        else:
            raise TagError(
                text(
                    "“{word}” is not understood; there are if, elif, else, endif,"
                    " for, endfor",
                    word=verb,
                )
            )

    def _fill(self, tag: Tag) -> Fill:
        try:
            expression = read_fill(tag.source)
        except TagError as error:
            if of_another_kind(tag.source):
                raise TagError(
                    text("pictures, sub-documents and rich text are not understood")
                ) from error
            raise
        return Fill(
            expression=expression,
            fields=self._note(expression),
            look=tag.look,
            gap_look=tag.gap_look,
            place=tag.place,
        )

    def _note(self, expression: Expression) -> tuple[str, ...]:
        """Return the fields an expression draws on, and remember them."""
        scope = self.scopes[-1]
        drawn: dict[str, None] = {}
        for name in expression.names:
            drawn.update(dict.fromkeys(scope.get(name, (name,))))
        self.fields.update(drawn)
        return tuple(drawn)

    def _begin(self, opening: _Open, scope: Mapping[str, tuple[str, ...]]) -> None:
        self.open.append(opening)
        self.bodies.append([])
        self.scopes.append({**self.scopes[-1], **scope})

    def _begin_loop(self, tag: Tag, rest: str) -> None:
        opening = _Open(tag, [])
        try:
            opening.head = read_loop(rest)
            opening.over = self._note(opening.head.over)
        finally:  # opened all the same, so that its end is no second fault
            targets = opening.head.targets if opening.head else ()
            names = dict.fromkeys(targets, opening.over)
            self._begin(opening, {**names, _LOOP_NAME: ()})

    def _closable(self, tag: Tag, verbs: tuple[str, ...]) -> _Open:
        if not self.open or not self.open[-1].tag.words.startswith(verbs):
            raise TagError(text("there is nothing here that this goes with"))
        opening = self.open[-1]
        if opening.tag.block != tag.block:
            raise TagError(
                text(
                    "this begins in one cell or list of paragraphs and ends in another:"
                    " “{opening}”",
                    opening=opening.tag.source,
                )
            )
        return opening

    def _next_arm(self, tag: Tag, verb: str, rest: str) -> None:
        opening = self._closable(tag, ("if",))
        if opening.has_else:
            raise TagError(text("nothing follows “else” but “endif”"))
        condition = None
        if verb == "elif":
            condition = read_condition(rest)
            self._note(condition)
        self._close_arm(opening)
        opening.condition, opening.has_else = condition, verb == "else"
        self.bodies.append([])

    def _close_arm(self, opening: _Open) -> None:
        body = tuple(self.bodies.pop())
        opening.arms.append(
            Arm(condition=opening.condition, body=body, place=opening.tag.place)
        )

    def _end(self, tag: Tag, verb: str) -> None:
        opening = self._closable(tag, (verb.removeprefix("end"),))
        if opening.head is not None:
            body = tuple(self.bodies.pop())
            node: Node = Loop(
                head=opening.head,
                fields=opening.over,
                body=body,
                place=opening.tag.place,
            )
        else:
            self._close_arm(opening)
            node = Branch(arms=tuple(opening.arms))
        self.open.pop()
        self.scopes.pop()
        self.bodies[-1].append(node)
