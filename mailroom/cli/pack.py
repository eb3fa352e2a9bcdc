"""Cuts the shipped rules and templates down to the one language an office writes.

The rules stay as they were written, with their comments and their reading of mail in
both languages; what goes is the name of each template that is not in the pack.
"""

import re
from pathlib import Path
from typing import Literal, get_args

Pack = Literal["zh", "en", "both"]
PACKS: tuple[Pack, ...] = get_args(Pack)

_LANGUAGE = re.compile(r"\.(zh|en)(?:\.docx|-CN\.md)$")
# A template's name as it stands in a list, or behind its language: zh: reply/x.zh.docx
_NAMED = r"(?:(?:zh|en):[ ]*)?[\w./-]+\.{other}\.docx"
_EMPTY = re.compile(r"^\s*(?:-\s*)?(?:\w+:\s*)?(?:\[\s*\]|\{\s*\})?\s*$")


def belongs(path: Path, pack: Pack) -> bool:
    """Say whether a file of the pack is for an office that writes this language."""
    named = _LANGUAGE.search(path.name)
    return pack == "both" or named is None or named[1] == pack


def cut_rules(words: str, pack: Pack) -> str:
    """Take out of a file of rules the templates that the pack does not have."""
    if pack == "both":
        return words
    name = _NAMED.format(other="en" if pack == "zh" else "zh")
    kept = []
    for line in words.splitlines(keepends=True):
        rule, comment = _without_comment(line)
        cut = re.sub(rf"{name}\s*,\s*|,\s*{name}|{name}", "", rule)
        if cut == rule:
            kept.append(line)
        elif not _EMPTY.match(cut):
            kept.append(cut + comment)
    return "".join(kept)


def cut_settings(words: str, pack: Pack) -> str:
    """Set the office's own language to that of the pack; Chinese is what is written."""
    if pack != "en":
        return words
    return words.replace('language = "zh-CN" ', 'language = "en"    ', 1)


def _without_comment(line: str) -> tuple[str, str]:
    """Part a line from the comment behind it, which stays as it is."""
    found = re.search(r"(?:^|\s)#.*\n?$|\n$", line)
    return (line[: found.start()], line[found.start() :]) if found else (line, "")
