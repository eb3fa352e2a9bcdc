"""Puts an example into the text of a rule file, leaving all else as it was typed."""

import re
from collections.abc import Mapping
from typing import Literal

import yaml

from mailroom.rules.rule import Example

try:
    from yaml import CBaseLoader as _Loader
except ImportError:  # PyYAML built without libyaml: slower, same answers
    from yaml import BaseLoader as _Loader  # type: ignore[assignment]  # same methods

Kind = Literal["match", "no_match"]
_PLAIN = re.compile(
    r"[A-Za-z0-9\u4e00-\u9fff](?:[\w \u4e00-\u9fff./+@-]*[\w\u4e00-\u9fff])?"
)


def write_line(example: Example) -> str:
    """Write an example as one line: {subject: …, body: …, expect: {…}}."""
    plain = Example(line=0, column=0, matches=example.matches)
    texts = {
        "subject": (example.subject, plain.subject),
        "from": (example.sender, plain.sender),
        "date": (example.date, plain.date),
        "body": (example.body, plain.body),
    }
    trusted = {True: "yes", False: "no", None: ""}[example.trusted]
    written = {
        **{k: _quoted(value) for k, (value, usual) in texts.items() if value != usual},
        "to": _listed(example.to) if example.to != plain.to else "",
        "cc": _listed(example.cc),
        "headers": _mapped(example.headers),
        "attachments": _listed(example.attachments),
        "trusted": trusted,
        "thread": _quoted(example.thread) if example.thread else "",
        "expect": _mapped(example.expect),
        "why": _quoted(example.why) if example.why else "",
    }
    return (
        "{" + ", ".join(f"{k}: {value}" for k, value in written.items() if value) + "}"
    )


def _listed(words: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(_quoted, words)) + "]" if words else ""


def _mapped(words: Mapping[str, str]) -> str:
    pairs = ", ".join(f"{_quoted(key)}: {_quoted(word)}" for key, word in words.items())
    return f"{{{pairs}}}" if words else ""


def _quoted(words: str) -> str:
    if _PLAIN.fullmatch(words):
        return words
    if "\n" not in words and words.isprintable():
        return "'" + words.replace("'", "''") + "'"
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return (
        '"'
        + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped)
        + '"'
    )


def insert(content: str, rule: str, kind: Kind, line: str) -> str | None:
    """Give the text of a rule file with one more example of a rule.

    None where the rule is not in it, or its examples are no list. Comments, order and
    line ends stay as they are.
    """
    root = yaml.compose(content, Loader=_Loader)
    node = next((n for n in _rules(root) if _value(_child(n, "id")) == rule), None)
    if node is None:
        return None
    return _Typed(content, line).into(node, kind)


def _rules(root: yaml.Node | None) -> list[yaml.MappingNode]:
    rules = _child(root, "rules")
    entries = rules.value if isinstance(rules, yaml.SequenceNode) else []
    return [each for each in entries if isinstance(each, yaml.MappingNode)]


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _value(node: yaml.Node | None) -> str | None:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else None


class _Typed:
    """The text of one file, and the line that goes into it."""

    def __init__(self, content: str, line: str) -> None:
        self.content = content
        self.line = line
        self.lines = content.splitlines(keepends=True)
        self.end = "\r\n" if "\r\n" in content else "\n"

    def into(self, rule: yaml.MappingNode, kind: Kind) -> str | None:
        examples = _child(rule, "examples")
        if examples is None:
            return self._add(rule, "examples", kind)
        if not isinstance(examples, yaml.MappingNode):
            return None
        listed = _child(examples, kind)
        if listed is None:
            return self._add(examples, kind)
        if not isinstance(listed, yaml.SequenceNode):
            return None
        if listed.flow_style:
            comma = ", " if listed.value else ""
            return self._within(listed, comma + self.line)
        return self._below(listed, [f"{' ' * listed.start_mark.column}- {self.line}"])

    def _add(self, block: yaml.MappingNode, *keys: str) -> str:
        """Add a key with a list of this one line to a block."""
        if block.flow_style:
            words = self.line
            for depth, key in enumerate(reversed(keys)):
                words = f"{key}: [{words}]" if depth == 0 else f"{key}: {{{words}}}"
            return self._within(block, (", " if block.value else "") + words)
        indent = block.value[0][0].start_mark.column
        rows = [f"{' ' * (indent + 2 * n)}{key}:" for n, key in enumerate(keys)]
        rows.append(f"{' ' * (indent + 2 * len(keys))}- {self.line}")
        return self._below(block, rows)

    def _within(self, node: yaml.Node, words: str) -> str:
        """Put words before the bracket that closes a list or block."""
        mark = node.end_mark
        row = self.lines[mark.line]
        before = row[: mark.column - 1].rstrip(" ")
        rest = row[len(before) :] if not before.strip() else row[mark.column - 1 :]
        self.lines[mark.line] = before + words + rest
        return "".join(self.lines)

    def _below(self, node: yaml.Node, rows: list[str]) -> str:
        number = _last_line(node)
        while not self.lines[number].strip():  # below a text that | begins
            number -= 1
        if not self.lines[number].endswith(("\n", "\r")):
            self.lines[number] += self.end
        self.lines[number + 1 : number + 1] = [row + self.end for row in rows]
        return "".join(self.lines)


def _last_line(node: yaml.Node) -> int:
    """Find the last line of a node; what follows it may be a comment on the next."""
    if isinstance(node, yaml.ScalarNode):
        # A text after | ends where the next line begins.
        begun = node.style in {"|", ">"} and node.end_mark.column == 0
        return int(node.end_mark.line) - begun
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.line)
    last = node.value[-1]
    return _last_line(last[1] if isinstance(last, tuple) else last)
