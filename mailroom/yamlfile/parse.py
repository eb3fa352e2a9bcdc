"""Reads the YAML files that office people edit, with the place of every word.

Every scalar stays text (`no`, `007`, `12:30` mean what they look like). What YAML
answers with a riddle is recognised by its cause: a full-width colon, curly quotes,
a TAB, a missing space, a file saved as GBK or UTF-16.
"""

import re
from pathlib import Path
from typing import Literal

import yaml

from mailroom.errors import Fault, text
from mailroom.yamlfile.encoding import decode
from mailroom.yamlfile.mending import (
    COLON_TYPO,
    CORNERS,
    CURLY,
    NO_QUOTES,
    SPACE,
    STRAIGHT,
    WIDE,
    no_parting,
)
from mailroom.yamlfile.nodes import Block, Listing, Node, Scalar
from mailroom.yamlfile.sayings import STAR
from mailroom.yamlfile.source import TAGS, YAML, Source

LARGEST = 2_000_000  # bytes; a file beyond this was not typed by a person

# {subject：发票}: YAML takes all of it for a key.
_INSIDE = re.compile(r"([A-Za-z_][\w-]*|[\u4e00-\u9fff]{1,8}(?=\s*：))\s*(：|:)\s*(.+)")
_NEXT_KEY = re.compile(r"[，；、]\s*[A-Za-z_]+\s*[：:]")
_QUOTED = re.compile(rf"[{CURLY}].*[{CURLY}]|[“‘＂＇].*[\"']", re.DOTALL)

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
    source = Source(name)
    if len(raw) > LARGEST:
        source.note(0, 0, "Y002", text("This file is too large to be a list of rules."))
        return None, tuple(source.faults)
    content, misread = decode(raw)
    for one in misread:
        source.note(one.line, one.column, one.code, one.why)
    if content is None:
        return None, tuple(source.faults)
    tree = source.compose(content)
    node = _Nodes(source).convert(tree) if tree is not None else None
    faults = sorted(source.faults, key=lambda fault: (fault.line, fault.column))
    return node, tuple(faults)


class _Nodes:
    """Turns what YAML has read of one file into our nodes."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.seen: set[int] = set()

    def convert(self, node: yaml.Node, setting: Setting = "line") -> Node:
        """Turn PyYAML's nodes into ours; `setting` is what the node stands in."""
        line = node.start_mark.line + 1
        column = self.source.typed(line, node.start_mark.column + 1)
        if id(node) in self.seen:  # an alias: the one way to make a small file huge
            line, column = next(self.source.aliases)
            self.source.note(line, column, "Y014", STAR)
            return Scalar(value="", line=line, column=column, told=True)
        self.seen.add(id(node))
        if node.tag != TAGS[type(node)]:
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
        tag = node.tag if ours else "!!" + node.tag.removeprefix(YAML)
        sentence = text(
            "“{tag}” is a tag of YAML, which has no meaning here. Delete it; a text"
            " that begins with “!” needs quotes around it.",
            tag=tag,
        )
        self.source.note(line, column, "Y018", sentence)

    def _block(self, node: yaml.MappingNode, line: int, column: int) -> Block:
        block: dict[str, tuple[Scalar, Node]] = {}
        for key_node, value_node in node.value:
            key = self.convert(key_node, "pair")
            value = self.convert(value_node, "pair")
            if isinstance(key, Scalar) and isinstance(value, Scalar):
                key, value = self._parted(key, value)
            if not isinstance(key, Scalar):
                self.source.note(
                    key.line, key.column, "Y015", text("A key must be one word.")
                )
            elif key.value in block:
                sentence = text(
                    "“{key}” is written twice here; the first one would be lost.",
                    key=key.value,
                )
                self.source.note(key.line, key.column, "Y016", sentence)
            else:
                block[key.value] = (key, value)
        return Block(entries=block, line=line, column=column)

    def _parted(self, key: Scalar, value: Scalar) -> tuple[Scalar, Scalar]:
        """Part what is written as one for want of a colon and a space between."""
        both = _INSIDE.fullmatch(key.value)
        if value.value or not key.plain or not both or "/" in both[3][:1]:
            return key, value
        column = key.column + both.start(2)
        self.source.note(key.line, column, "Y012", WIDE if both[2] == "：" else SPACE)
        comma = _NEXT_KEY.search(both[3])
        if comma:
            at = key.column + both.start(3) + comma.start()
            self.source.note(key.line, at, "Y017", no_parting(comma[0][0]))
        return (
            Scalar(value=both[1], line=key.line, column=key.column),
            Scalar(value=both[3], line=key.line, column=key.column + both.start(3)),
        )

    def _scalar(
        self, node: yaml.Node, line: int, column: int, setting: Setting
    ) -> Scalar:
        value = str(node.value)
        plain = not getattr(node, "style", None)
        if plain and (_QUOTED.fullmatch(value) or value in {*CURLY}):
            self.source.note(line, column, "Y013", STRAIGHT)
            value = value.strip(f"{CURLY}'\"")
        elif plain and CORNERS.fullmatch(value):
            self.source.note(line, column, "Y013", NO_QUOTES)
            value = value[1:-1]
        comma = re.search("[，、]", value) if plain and setting == "brackets" else None
        if comma:
            self.source.note(line, column + comma.start(), "Y017", no_parting(comma[0]))
        colon = COLON_TYPO.match(value) if plain and setting == "line" else None
        if colon:
            wide = colon[2].startswith("：")
            self.source.note(
                line, column + colon.start(2), "Y012", WIDE if wide else SPACE
            )
        return Scalar(value=value, line=line, column=column, plain=plain)
