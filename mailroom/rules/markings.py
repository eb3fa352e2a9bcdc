"""Recognises the marks of secrecy that a letter bears.

A mark counts only where a mark stands: on a line of its own, with ★ and its term, after
the label 密级, in brackets before a title. 保密协议, "strictly confidential" in a
disclaimer, ★ in advertising are no marks.
"""

import re
from dataclasses import dataclass

from mailroom.message.model import Zone
from mailroom.rules.model import Sensitivity
from mailroom.rules.page import Page

_LEVEL = r"(?:绝\s*密|機\s*密|机\s*密|秘\s*密)"
_TERM = r"(?:\d{1,2}\s*[年月日]|\d{1,2}\s*个月|长期|長期)"
_CLASSIFIED = re.compile(
    rf"^[ \t]*(?:{_LEVEL}|TOP SECRET|SECRET)[ \t]*$"
    rf"|{_LEVEL}\s*[★☆]\s*{_TERM}?"
    rf"|[密]\s*[级級](?:和保密期限)?\s*[::]?\s*{_LEVEL}(?![\w]*(?:协议|文件|工作))",
    re.MULTILINE,
)
_TITLE = re.compile(
    rf"^\s*[(\[【〔<《]\s*(?P<mark>{_LEVEL})\s*(?:★.{{0,6}})?[)\]】〕>》]"
)
_RESTRICTED = re.compile(
    r"^[ \t]*OFFICIAL[- ]SENSITIVE\b.*$|^[ \t]*(?:STRICTLY )?CONFIDENTIAL[ \t]*$",
    re.MULTILINE,
)
_TEXTS: tuple[tuple[re.Pattern[str], Sensitivity], ...] = (
    (_CLASSIFIED, "classified"),
    (_RESTRICTED, "confidential"),
)
_TITLES: tuple[tuple[re.Pattern[str], Sensitivity], ...] = (
    *_TEXTS,
    (_TITLE, "classified"),
)
_EVERYWHERE = ("subject", "new", "forwarded", "quoted", "attachment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """A mark of secrecy, and where it stands."""

    level: Sensitivity
    words: str
    zone: Zone
    span: tuple[int, int]


def _may_bear(words: str) -> bool:
    """Say whether a mark may be there: most texts are passed over by this."""
    return (
        "密" in words
        or "SECRET" in words
        or "SENSITIVE" in words
        or "CONFIDENTIAL" in words
    )


def find_marking(page: Page) -> Marking | None:
    """Find the highest mark; None where the letter bears none.

    Quoted letters and the names of attachments are looked at too: what is secret stays
    so when it is passed on. GB/T 9704 (秘密★1年); UK government classifications.
    """
    found: list[Marking] = []
    for place in _EVERYWHERE:
        for strip in (each for s in page.strips(place) for each in s.stretches()):
            if not strip.original or not _may_bear(strip.nfkc):
                continue
            patterns = _TITLES if place in {"subject", "attachment"} else _TEXTS
            for pattern, level in patterns:
                match = pattern.search(strip.nfkc)
                if match:
                    span = strip.span(match.start(), match.end())
                    words = strip.words(span).strip()
                    found.append(
                        Marking(level=level, words=words, zone=strip.zone, span=span)
                    )
    if not found:
        return None
    return next((m for m in found if m.level == "classified"), next(iter(found), None))
