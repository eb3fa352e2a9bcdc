"""Finds what YAML reads without a word, and otherwise than it was meant."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import yaml

from mailroom.yamlfile.mending import (
    Mended,
    mend,
    mend_dash,
    mend_indent,
    mend_wide_brackets,
)
from mailroom.yamlfile.other_names import is_a_name

_DASHED = re.compile(r"[－—–―−‐‑•·]{1,2}\s*\S|-[^\s\d-]")
_DASHED_KEY = re.compile(r"(?:[－—–―−‐‑•·]{1,2}\s*|-)[A-Za-z_]")
_WIDE_KEY = re.compile(r"([A-Za-z_]+)\s*：")
_SURELY_A_LIST = ("－", "•", "·", "-")  # dashes of other kinds may begin a sentence
_OPENED = {"［": "］", "｛": "｝", "【": "】"}


def look_again(tree: yaml.Node, lines: Sequence[str]) -> dict[int, Mended]:
    """Give number of a line → how it was meant, for lines of a file that was read."""
    found: dict[int, Mended] = {}
    for node, in_list, in_brackets in _texts(tree):
        number = node.start_mark.line
        if in_brackets:
            # Once for a line: a line may hold as many brackets as a file may.
            wide = number not in found and _half_a_bracket(node.value)
            mended = {number: mend_wide_brackets(lines[number])} if wide else {}
        else:
            mended = {
                n: _in_line(mend_dash(lines[n]), lines[number] if in_list else "")
                for n in _dashed(node, lines, in_list=in_list)
            }
            if _holds_a_key(node, lines):
                mended[number] = mend(lines, number)
            if node.value[:1] == "\u3000":
                mended[number] = mend_indent(lines, number)
        found |= {n: one for n, one in mended.items() if one and one.line != lines[n]}
    return found


def _in_line(mended: Mended | None, first: str) -> Mended | None:
    """Begin a line of a list where the first one begins that has its dash already."""
    if mended is None or not first.lstrip().startswith("- "):
        return mended
    indent = first[: len(first) - len(first.lstrip())]
    return replace(mended, line=indent + mended.line.lstrip())


def _texts(tree: yaml.Node) -> Iterator[tuple[yaml.ScalarNode, bool, bool]]:
    """Yield what is written without quotes: each, whether in a list, in brackets."""
    ahead: list[tuple[yaml.Node, bool, bool]] = [(tree, False, False)]
    seen: set[int] = set()
    while ahead:
        node, in_list, in_brackets = ahead.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            if not node.style:
                yield node, in_list, in_brackets
        elif isinstance(node, yaml.MappingNode):
            inside = in_brackets or bool(node.flow_style)
            for key, value in node.value:
                ahead.append((key, False, inside))
                if key.value in ("match", "no_match"):
                    seen |= _pasted(value)
                ahead.append((value, False, inside))
        elif isinstance(node, yaml.SequenceNode):
            inside = in_brackets or bool(node.flow_style)
            ahead += ((each, True, inside) for each in node.value)


def _pasted(examples: yaml.Node) -> set[int]:
    """Name what stands in the mails of examples: it may be anything a mail holds."""
    mails = examples.value if isinstance(examples, yaml.SequenceNode) else ()
    return {
        id(value)
        for mail in mails
        if isinstance(mail, yaml.MappingNode)
        for _, value in mail.value
        if isinstance(value, yaml.ScalarNode)
    }


def _dashed(
    node: yaml.ScalarNode, lines: Sequence[str], *, in_list: bool
) -> Iterator[int]:
    """Yield the lines of a text that were meant to be lines of a list."""
    first, last = node.start_mark.line, node.end_mark.line
    on_its_own = not lines[first][: node.start_mark.column].strip()
    if on_its_own and _DASHED_KEY.match(node.value) and _is_key(node, lines):
        yield first
        return
    dashed = [n for n in range(first + 1, last + 1) if _DASHED.match(lines[n].lstrip())]
    begins = on_its_own and _DASHED.match(node.value)
    if begins and (dashed or node.value.startswith(_SURELY_A_LIST)):
        yield first
    if begins or in_list:
        yield from dashed


def _holds_a_key(node: yaml.ScalarNode, lines: Sequence[str]) -> bool:
    """Say whether a text on a line of its own is a key with a full-width colon."""
    key = _WIDE_KEY.match(node.value)
    before = lines[node.start_mark.line][: node.start_mark.column]
    return key is not None and not before.strip() and is_a_name(key[1])


def _is_key(node: yaml.ScalarNode, lines: Sequence[str]) -> bool:
    end = node.end_mark
    return bool(re.match(r"\s*:(?:\s|$)", lines[end.line][end.column :]))


def _half_a_bracket(words: str) -> bool:
    """Say whether a full-width bracket is opened here that ends behind a comma."""
    return words[1:] != "" and _OPENED.get(words[0], words) not in words
