"""Mends one line of a file in memory, where the cause of YAML's riddle is known."""

import re
from dataclasses import dataclass

from mailroom.errors import Text, text

COLON_TYPO = re.compile(r"^(\s*(?:- +)*[A-Za-z_][\w-]*)(：\s*|:(?=[^\s:/]))")
_BRACKET = re.compile(r"\s*(?:- +)*(?:[\w-]+: +|[\[{].*)?([｛［])")
_NARROW = str.maketrans("｛｝［］", "{}[]")
_DASH = re.compile(r"\s*([－—–•·])\s+[A-Za-z_]")
CURLY = "“”‘’＂＇"
_CURLY_VALUE = re.compile(rf"\s*(?:- +)*(?:[\w-]+: +)?([{CURLY}])")

WIDE = text("This is the full-width colon “：”. Type “: ” (colon, space).")
SPACE = text("A space is missing after the colon.")
STRAIGHT = text("These are curly quotes. Type straight quotes: ' or \".")
_NOTE = text("Behind “#” stands a note only; put a text with this sign in quotes.")
_WIDE_BRACKET = text("This is a full-width bracket. Type { } or [ ].")
_HYPHEN = text("This is not the hyphen. Type “- ” before what stands in a list.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What was wrong with a line, and the line as it was meant."""

    column: int  # from 1
    code: str
    why: Text
    line: str


def mend(line: str) -> Mended | None:
    """Mend what a keyboard or an input method has done; None where it is not that."""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        why = text("There is a TAB here. Use spaces to indent.")
        return _mended(indent.index("\t"), "Y011", why, line.replace("\t", "  "))
    colon = COLON_TYPO.match(line)
    if colon:
        why = WIDE if colon[2].startswith("：") else SPACE
        meant = f"{colon[1]}: {line[colon.end() :]}"
        return _mended(colon.start(2), "Y012", why, meant)
    curly = _CURLY_VALUE.match(line)
    if curly:
        meant = re.sub(f"[{CURLY}]", '"', line)
        return _mended(curly.start(1), "Y013", STRAIGHT, meant)
    bracket = _BRACKET.match(line)
    if bracket:
        meant = line.translate(_NARROW)
        return _mended(bracket.start(1), "Y019", _WIDE_BRACKET, meant)
    dash = _DASH.match(line)
    if dash:
        meant = line.replace(dash[1], "-", 1)
        return _mended(dash.start(1), "Y020", _HYPHEN, meant)
    return None


def mend_brackets(line: str) -> Mended | None:
    """Mend a line in whose { } or [ ] YAML lost its way."""
    mark = re.search("[，；、]", line)
    if mark:
        meant = re.sub("[，；、] *", ", ", line)
        return _mended(mark.start(), "Y017", no_parting(mark[0]), meant)
    sign = re.search(r"[\[{][^'\"]*?( #)", line)
    if sign:
        return _mended(sign.start(1) + 1, "Y021", _NOTE, line.replace(" #", " ", 1))
    return None


def no_parting(mark: str) -> Text:
    """Say that a mark does not part the words of a list."""
    return text(
        "“{mark}” does not separate the words of a list. Type “, ”; "
        "where the mark belongs to the text, put the text in quotes.",
        mark=mark,
    )


def _mended(place: int, code: str, why: Text, line: str) -> Mended:
    return Mended(column=place + 1, code=code, why=why, line=line)
