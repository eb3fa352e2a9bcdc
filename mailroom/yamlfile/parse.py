"""Reads the YAML files that office people edit, with the place of every word.

Every scalar stays text (`no`, `007`, `12:30` mean what they look like). What YAML
answers with a riddle is recognised by its cause: a full-width colon, curly quotes,
a TAB, a missing space, a file saved as GBK or UTF-16.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

import yaml

from mailroom.errors import Fault, Text, text
from mailroom.yamlfile.encoding import decode
from mailroom.yamlfile.mending import (
    COLON_TYPO,
    CURLY,
    SPACE,
    STRAIGHT,
    WIDE,
    mend,
    mend_brackets,
    no_parting,
)
from mailroom.yamlfile.nodes import Block, Listing, Node, Scalar
from mailroom.yamlfile.pieces import rules_of
from mailroom.yamlfile.sayings import STAR, explain

try:
    from yaml import CBaseLoader as _Yaml
except ImportError:  # PyYAML built without libyaml: slower, same answers
    from yaml import BaseLoader as _Yaml  # type: ignore[assignment]  # same methods

LARGEST = 2_000_000  # bytes; a file beyond this was not typed by a person
MOST_REPAIRS = 60  # faults shown for one file before we stop mending and reading on

# {subject：发票}: YAML takes all of it for a key.
_INSIDE = re.compile(r"([A-Za-z_][\w-]*)\s*(：|:)\s*(.+)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_WHERE_IT_BEGINS = ("quoted", "flow", "alias", "anchor", "block scalar")
_YAML = "tag:yaml.org,2002:"
# What each kind of node is called where nobody has written a tag.
_TAGS: Mapping[type[yaml.Node], str] = {
    yaml.ScalarNode: f"{_YAML}str",
    yaml.SequenceNode: f"{_YAML}seq",
    yaml.MappingNode: f"{_YAML}map",
}


class _Loader(_Yaml):
    """Composes nodes; what a value is, the schema says, and not its spelling."""

    def resolve(self, kind: type[yaml.Node], value: object, implicit: object) -> str:
        """Name the kind alone, as the loader does at greater length."""
        del value, implicit
        return _TAGS[kind]


Setting = Literal["line", "brackets", "pair"]  # a list's line · [a, b] · key: value


def read_yaml(path: Path, name: str) -> tuple[Node | None, tuple[Fault, ...]]:
    """Read one file; give its content and every fault found, best effort.

    `name` is what the faults call the file. The content is None where nothing could
    be understood, or the file is empty. An unreadable file is a fault, not an error.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        sentence = text("This file cannot be read: {why}.", why=why)
        return None, (Fault(file=name, code="Y001", text=sentence),)
    return parse_yaml(raw, name)


def parse_yaml(raw: bytes, name: str) -> tuple[Node | None, tuple[Fault, ...]]:
    """Read the bytes of one file; see `read_yaml`."""
    source = _Source(name)
    if len(raw) > LARGEST:
        source.note(0, 0, "Y002", text("This file is too large to be a list of rules."))
        return None, tuple(source.faults)
    content, misread = decode(raw)
    for one in misread:
        source.note(one.line, one.column, one.code, one.why)
    if content is None:
        return None, tuple(source.faults)
    tree = source.compose(content)
    node = source.convert(tree) if tree is not None else None
    faults = sorted(source.faults, key=lambda fault: (fault.line, fault.column))
    return node, tuple(faults)


class _Source:
    """One file on its way from bytes to nodes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.seen: set[int] = set()
        self.lines: list[str] = []  # as they were parsed, with what has been mended

    def note(self, line: int, column: int, code: str, sentence: Text) -> None:
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
                return yaml.compose(_joined(lines), Loader=_Loader), None
            except yaml.MarkedYAMLError as error:
                if not self._mend(lines, error, above):
                    return None, error
            except yaml.YAMLError:
                if not self._without_control_characters(lines, above):
                    return None, None
            except RecursionError:
                self.note(0, 0, "Y006", text("This file is nested too deeply."))
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
        return ((mark.line + 1, mark.column + 1) for mark in marks if mark)

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
        suspects = [n for mark in marks for n in (mark.line, mark.line - 1)]
        for look in (mend, mend_brackets) if _in_brackets(error) else (mend,):
            for number in dict.fromkeys(suspects):
                mended = look(lines[number]) if 0 <= number < len(lines) else None
                if mended is not None:
                    line = above + number + 1
                    self.note(line, mended.column, mended.code, mended.why)
                    lines[number] = mended.line
                    return True
        return False

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
        self.note(
            above + mark.line + 1 if mark else 0,
            mark.column + 1 if mark else 0,
            "Y010",
            explain(f"{error.context or ''} {error.problem or ''}", before),
        )

    def convert(self, node: yaml.Node, setting: Setting = "line") -> Node:
        """Turn PyYAML's nodes into ours; `setting` is what the node stands in."""
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        if id(node) in self.seen:  # an alias: the one way to make a small file huge
            line, column = next(self.aliases)
            self.note(line, column, "Y014", STAR)
            return Scalar(value="", line=line, column=column, told=True)
        self.seen.add(id(node))
        if node.tag != _TAGS[type(node)]:
            self._note_tag(node, line, column)
        if isinstance(node, yaml.MappingNode):
            return self._block(node, line, column)
        if isinstance(node, yaml.SequenceNode):
            inner: Setting = "brackets" if node.flow_style else "line"
            entries = tuple(self.convert(entry, inner) for entry in node.value)
            return Listing(entries=entries, line=line, column=column)
        return self._scalar(node, line, column, setting)

    def _note_tag(self, node: yaml.Node, line: int, column: int) -> None:
        """Tell of a tag: it would change what a value is, and nothing here reads it."""
        ours = node.tag.startswith("!")
        tag = node.tag if ours else "!!" + node.tag.removeprefix(_YAML)
        sentence = text(
            "“{tag}” is a tag of YAML, which has no meaning here. Delete it; a text"
            " that begins with “!” needs quotes around it.",
            tag=tag,
        )
        self.note(line, column, "Y018", sentence)

    def _block(self, node: yaml.MappingNode, line: int, column: int) -> Block:
        block: dict[str, tuple[Scalar, Node]] = {}
        for key_node, value_node in node.value:
            key = self.convert(key_node, "pair")
            value = self.convert(value_node, "pair")
            if isinstance(key, Scalar) and isinstance(value, Scalar):
                key, value = self._parted(key, value)
            if not isinstance(key, Scalar):
                self.note(key.line, key.column, "Y015", text("A key must be one word."))
            elif key.value in block:
                sentence = text(
                    "“{key}” is written twice here; the first one would be lost.",
                    key=key.value,
                )
                self.note(key.line, key.column, "Y016", sentence)
            else:
                block[key.value] = (key, value)
        return Block(entries=block, line=line, column=column)

    def _parted(self, key: Scalar, value: Scalar) -> tuple[Scalar, Scalar]:
        """Part what is written as one for want of a colon and a space between."""
        both = _INSIDE.fullmatch(key.value)
        if value.value or not key.plain or not both or "/" in both[3][:1]:
            return key, value
        column = key.column + both.start(2)
        self.note(key.line, column, "Y012", WIDE if both[2] == "：" else SPACE)
        return (
            Scalar(value=both[1], line=key.line, column=key.column),
            Scalar(value=both[3], line=key.line, column=key.column + both.start(3)),
        )

    def _scalar(
        self, node: yaml.Node, line: int, column: int, setting: Setting
    ) -> Scalar:
        value = str(node.value)
        plain = not getattr(node, "style", None)
        if plain and value[:1] in CURLY and value[-1:] in CURLY and value:
            self.note(line, column, "Y013", STRAIGHT)
            value = value.strip(CURLY)
        comma = re.search("[，、]", value) if plain and setting == "brackets" else None
        if comma:
            self.note(line, column + comma.start(), "Y017", no_parting(comma[0]))
        colon = COLON_TYPO.match(value) if plain and setting == "line" else None
        if colon:
            wide = colon[2].startswith("：")
            self.note(line, column + colon.start(2), "Y012", WIDE if wide else SPACE)
        return Scalar(value=value, line=line, column=column, plain=plain)


def _joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _in_brackets(error: yaml.MarkedYAMLError) -> bool:
    return "flow" in (error.context or "")
