"""Judges how the sections of a gongwen are numbered (clause 7.3.3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailroom.errors import text
from mailroom.words.gongwen.finding import Finding, absent, judged, on_paper, quoted
from mailroom.words.gongwen.fonts import FANGSONG, HEITI, KAITI, Font, look
from mailroom.words.gongwen.line import HOLE, Line
from mailroom.words.gongwen.paper import Paper

_CHINESE = "[一二三四五六七八九十百]{1,4}"


@dataclass(frozen=True, slots=True)
class _Level:
    right: re.Pattern[str]  # as the standard writes it
    near: re.Pattern[str]  # as it is often written
    font: Font


_LEVELS = (
    _Level(re.compile(rf"{_CHINESE}、"), re.compile(rf"{_CHINESE}[、.．,，]"), HEITI),
    _Level(
        re.compile(rf"（{_CHINESE}）(?![、.．])"),
        re.compile(rf"[（(]{_CHINESE}[）)]"),
        KAITI,
    ),
    _Level(
        re.compile(r"[1-9]\d?\.(?!\d)"),
        re.compile(r"[\d０-９]{1,2}[.．、](?!\d)"),
        FANGSONG,
    ),
    _Level(
        re.compile(r"（[1-9]\d?）(?![、.．])"),
        re.compile(r"[（(][\d０-９]{1,2}[）)]"),
        FANGSONG,
    ),
)


def is_heading(line: Line) -> bool:
    """Ask whether a line begins as the two upper levels do, whose fonts are others."""
    return any(level.near.match(line.said) for level in _LEVELS[:2])


def ladder_facts(paper: Paper) -> Iterator[Finding]:
    """Judge the signs of the four levels, and their fonts."""
    signs, fonts = text("numbers of sections"), text("fonts of sections")
    wanted_signs = text("一、 then （一） then 1. then （1）")
    wanted_fonts = text("黑体, 楷体, 仿宋, 仿宋")
    numbered = [
        (line, level)
        for line in paper.body
        for level in _LEVELS
        if level.near.match(line.said)
    ]
    if not numbered:
        if any(line.is_numbered for line in paper.body):
            found = text("Word numbers them itself")
            yield on_paper(signs, "7.3.3", wanted_signs, found)
            yield on_paper(fonts, "7.3.3", wanted_fonts, found)
        elif any(line.said == HOLE for line in paper.body):
            found = text("a tag that is filled later")
            yield on_paper(signs, "7.3.3", wanted_signs, found)
            yield on_paper(fonts, "7.3.3", wanted_fonts, found)
        else:
            yield absent(signs, "7.3.3", wanted_signs)
            yield absent(fonts, "7.3.3", wanted_fonts)
        return
    odd = next(
        (line for line, level in numbered if not level.right.match(line.said)), None
    )
    shown = odd or numbered[0][0]
    yield judged(
        signs, "7.3.3", met=odd is None, found=quoted(shown.said), wanted=wanted_signs
    )
    other = next((line for line, level in numbered if not _is_set(line, level)), None)
    shown = other or numbered[0][0]
    found = text(
        "{look} at {words}", look=look(shown.judged[0]), words=quoted(shown.said)
    )
    yield judged(fonts, "7.3.3", met=other is None, found=found, wanted=wanted_fonts)


def _is_set(line: Line, level: _Level) -> bool:
    return level.font.fits(line.judged[0].font)
