"""Closes in memory quotes and brackets that were opened on a line and never closed."""

import re
from collections.abc import Sequence

import yaml

from mailroom.errors import text
from mailroom.yamlfile.mending import CURLY, STRAIGHT, Mended
from mailroom.yamlfile.sayings import UNCLOSED_QUOTE

_CLOSES = {"[": "]", "{": "}"}
# A key, a line of a list, a note: nothing that goes on with the line above.
_ANEW = re.compile(r"\s*(?:- |[\w-]+\s*[:：]|#|$)")
_CURLY_END = re.compile(rf"[{CURLY}」』](?=[\s\]}},]*$)")
_LONGEST = 2_000  # characters of a line; a longer one was not typed by a person
# A text in quotes, which begin where a value does; a bracket; a note.
_SIGN = re.compile(r"""(?<=[\[{:,\s])(?:"[^"]*"|'[^']*')|[\[\]{}]| #.*""")


def close(
    lines: Sequence[str], error: yaml.MarkedYAMLError
) -> tuple[int, Mended] | None:
    """Give the number of the line with the line as it was meant.

    None where it is not beyond doubt that the line should have ended it.
    """
    mark, context = error.context_mark, error.context or ""
    if mark is None or mark.line >= len(lines):
        return None
    line = lines[mark.line]
    if len(line) > _LONGEST or not _ANEW.match("".join(lines[mark.line + 1 :][:1])):
        return None
    mended = None
    if "quoted" in context and "end of stream" in (error.problem or ""):
        mended = _quote(line, mark.column)
    elif "flow" in context and not line.rstrip().endswith(","):
        mended = _bracket(line)
    return (mark.line, mended) if mended and mended.line != line else None


def _quote(line: str, place: int) -> Mended | None:
    quote, rest = line[place : place + 1], line[place + 1 :]
    if not quote or quote in rest:
        return None
    curly = _CURLY_END.search(rest)
    if curly:
        at = place + 1 + curly.start()
        meant = line[:at] + quote + line[at + 1 :]
        return Mended(column=at + 1, code="Y013", why=STRAIGHT, line=meant)
    in_brackets = re.search(r"[\[{]", line[:place])
    end = re.search(r"\s*[,\]}]|\s*$" if in_brackets else r"\s*$", rest)
    at = place + 1 + (end.start() if end else len(rest))
    meant = line[:at] + quote + line[at:]
    return Mended(column=place + 1, code="Y010", why=UNCLOSED_QUOTE, line=meant)


def _bracket(line: str) -> Mended | None:
    """Put in the first bracket that is missing."""
    opened: list[int] = []
    for sign in _SIGN.finditer(line):
        if sign[0] in _CLOSES:
            opened.append(sign.start())
        elif sign[0] in _CLOSES.values():
            if not opened:
                return None
            if _CLOSES[line[opened[-1]]] != sign[0]:
                return _closed(line, opened[-1], sign.start())
            opened.pop()
        elif sign[0].startswith(" #"):
            return _closed(line, opened[-1], sign.start()) if opened else None
    return _closed(line, opened[-1], len(line.rstrip())) if opened else None


def _closed(line: str, opened: int, at: int) -> Mended:
    sign = line[opened]
    why = text(
        "“{sign}” is opened here and never closed: type “{closing}” where it ends.",
        sign=sign,
        closing=_CLOSES[sign],
    )
    meant = line[:at] + _CLOSES[sign] + line[at:]
    return Mended(column=opened + 1, code="Y010", why=why, line=meant)
