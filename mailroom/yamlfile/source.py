"""Brings the lines of a file to where YAML reads them, mending what is known."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

import yaml

from mailroom.errors import Fault, Text, text
from mailroom.yamlfile.mending import (
    INDENT_CODES,
    Mended,
    is_pasted,
    mend,
    mend_brackets,
)
from mailroom.yamlfile.pieces import rules_of
from mailroom.yamlfile.sayings import explain
from mailroom.yamlfile.second_look import look_again
from mailroom.yamlfile.typed import typed_column
from mailroom.yamlfile.unclosed import close

try:
    from yaml import CBaseLoader as _Yaml
except ImportError:  # PyYAML built without libyaml: slower, same answers
    from yaml import BaseLoader as _Yaml  # type: ignore[assignment]  # same methods

MOST_REPAIRS = 60  # faults shown for one file before we stop mending and reading on

_DEEPEST = 100  # what is nested deeper was not typed by a person
_SURELY_FLAT = 1_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_WHERE_IT_BEGINS = ("quoted", "flow", "alias", "anchor", "block scalar")
YAML = "tag:yaml.org,2002:"
# What each kind of node is called where nobody has written a tag.
TAGS: Mapping[type[yaml.Node], str] = {
    yaml.ScalarNode: f"{YAML}str",
    yaml.SequenceNode: f"{YAML}seq",
    yaml.MappingNode: f"{YAML}map",
}


class _Loader(_Yaml):
    """Composes nodes; what a value is, the schema says, and not its spelling."""

    def resolve(self, kind: type[yaml.Node], value: object, implicit: object) -> str:
        """Name the kind alone, as the loader does at greater length."""
        del value, implicit
        return TAGS[kind]


class Source:
    """One file, mended where it must be, until YAML can read it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.indented: set[int] = set()  # lines told of for how they are indented
        self.lines: list[str] = []  # as they were parsed, with what has been mended
        self.mended: dict[int, tuple[str, str]] = {}  # line, from 1: as typed, as meant

    def note(self, line: int, column: int, code: str, sentence: Text) -> None:
        """Write down a fault at a place of the file as it was typed."""
        if code in INDENT_CODES:
            self.indented.add(line)
        self.faults.append(
            Fault(file=self.name, line=line, column=column, code=code, text=sentence)
        )

    def compose(self, content: str) -> yaml.Node | None:
        """Parse; where the cause of an error is known, mend it in memory, read on.

        Of an error whose cause is not known each rule is read alone: those that cannot
        be read are told of and left out, the others are read on.
        """
        lines = content.splitlines()
        tree, error = self._parsed(lines)
        if error is None:
            return tree
        pieces = rules_of(lines)
        broken = [piece for piece in pieces if not self._is_sound(lines, piece)]
        if not broken:
            self._note_riddle(lines, error)
            return None
        if len(broken) == len(pieces):
            return None
        tree, error = self._parsed(lines)
        if error is not None:
            self._note_riddle(lines, error)
        return tree

    def _is_sound(self, lines: list[str], piece: slice) -> bool:
        """Read one rule alone; what cannot be read is told and taken out."""
        own = lines[piece]
        _, error = self._parsed(own, piece.start)
        if error is not None:
            self._note_riddle(own, error, piece.start)
        lines[piece] = own if error is None else [""] * len(own)
        return error is None

    def _parsed(
        self, lines: list[str], above: int = 0
    ) -> tuple[yaml.Node | None, yaml.MarkedYAMLError | None]:
        """Parse lines, mending them; `above`: the lines of the file before them."""
        for _ in range(MOST_REPAIRS):
            self.lines = lines
            try:
                if _is_too_deep(lines):
                    self.note(0, 0, "Y006", text("This file is nested too deeply."))
                    return None, None
                tree = yaml.compose(_joined(lines), Loader=_Loader)
                if tree is None or not self._mend_again(tree, lines, above):
                    return tree, None
            except yaml.MarkedYAMLError as error:
                if not self._mend(lines, error, above):
                    return None, error
            except yaml.YAMLError:
                if not self._without_control_characters(lines, above):
                    return None, None
        return None, None

    @cached_property
    def aliases(self) -> Iterator[tuple[int, int]]:
        """The places of what repeats something else, in their order."""
        marks = (
            event.start_mark
            for event in yaml.parse(_joined(self.lines), Loader=_Loader)
            if isinstance(event, yaml.AliasEvent)
        )
        return (
            (mark.line + 1, self.typed(mark.line + 1, mark.column + 1))
            for mark in marks
            if mark
        )

    def _without_control_characters(self, lines: list[str], above: int) -> bool:
        sentence = text("There is an invisible control character here; delete it.")
        found = False
        for number, line in enumerate(lines):
            sign = _CONTROL.search(line)
            if sign:
                self.note(above + number + 1, sign.start() + 1, "Y007", sentence)
                lines[number] = _CONTROL.sub(" ", line)
                found = True
        return found

    def _mend(self, lines: list[str], error: yaml.MarkedYAMLError, above: int) -> bool:
        marks = [mark for mark in (error.problem_mark, error.context_mark) if mark]
        near = (n for mark in marks for n in (mark.line, mark.line - 1))
        inside = "block scalar" in (error.context or "")
        suspects = [
            n
            for n in near
            if 0 <= n < len(lines) and (inside or not is_pasted(lines, n))
        ]
        for look in (mend, mend_brackets) if _in_brackets(error) else (mend,):
            for number in dict.fromkeys(suspects):
                mended = look(lines, number)
                if mended is not None:
                    self._take(mended, lines, number, above)
                    return True
        closed = close(lines, error)
        if closed:
            number, mended = closed
            self._take(mended, lines, number, above)
        return closed is not None

    def _mend_again(self, tree: yaml.Node, lines: list[str], above: int) -> bool:
        """Mend what was read otherwise than meant; say whether there was any."""
        found = look_again(tree, lines)
        for number, mended in found.items():
            self._take(mended, lines, number, above)
        return bool(found)

    def _take(self, mended: Mended, lines: list[str], number: int, above: int) -> None:
        line = above + number + 1
        self.note(line, self.typed(line, mended.column), mended.code, mended.why)
        typed, _ = self.mended.get(line, (lines[number], ""))
        self.mended[line] = typed, mended.line
        lines[number] = mended.line

    def typed(self, line: int, column: int) -> int:
        """Give the column on a line of the file, of a column on the mended one."""
        typed, meant = self.mended.get(line, ("", ""))
        return typed_column(typed, meant, column)

    def _note_riddle(
        self, lines: list[str], error: yaml.MarkedYAMLError, above: int = 0
    ) -> None:
        """Tell of an error that could not be mended."""
        marks = [mark for mark in (error.problem_mark, error.context_mark) if mark]
        # What is opened and not closed is mended where it was opened, and what begins
        # with a sign where it begins.
        where = any(word in (error.context or "") for word in _WHERE_IT_BEGINS)
        mark = marks[-1 if where else 0] if marks else None
        # The place may be the end, below all lines.
        before = (
            "".join(lines[mark.line : mark.line + 1])[: mark.column] if mark else ""
        )
        line = above + mark.line + 1 if mark else 0
        if line in self.indented:
            return  # how far it is to be indented, nobody knows but who wrote it
        self.note(
            line,
            self.typed(line, mark.column + 1) if mark else 0,
            "Y010",
            explain(f"{error.context or ''} {error.problem or ''}", before),
        )


def _is_too_deep(lines: list[str]) -> bool:
    """Say whether reading on would come to the end of the stack, in C with a crash."""
    content = _joined(lines)
    # What is nested takes a bracket, or a place on its line: few files need the count.
    longest = max(map(len, lines), default=0)
    if longest + content.count("[") + content.count("{") <= _SURELY_FLAT:
        return False
    depth = 0
    for event in yaml.parse(content, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return True
    return False


def _joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _in_brackets(error: yaml.MarkedYAMLError) -> bool:
    return "flow" in (error.context or "")
