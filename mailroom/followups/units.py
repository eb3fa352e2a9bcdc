"""Reads which of the office's units an order names, and what part each has in it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from mailroom.directory import Unit

Part = Literal["lead", "assist"]  # 主办 · 协办

_FLAGS = re.IGNORECASE | re.ASCII
_LEADS_AFTER = re.compile(
    r"(?:为)?(?:牵头|主办|负责|为主|主责|抓总|承办|会同)"
    r"|\s?(?:to lead|leads?|is to lead"
    r"|will lead|owns?|is responsible)\b",
    _FLAGS,
)
_ASSISTS_AFTER = re.compile(
    r"(?:予以|做好)?(?:配合|协办|协助|参与|参加|支持|会签)"
    r"|\s?(?:to )?(?:assists?|helps?"
    r"|supports?)\b",
    _FLAGS,
)
_LEADS_BEFORE = re.compile(
    r"(?:牵头|主办|责任|承办)(?:单位|部门|科室|处室)?\s*[:：为是]?\s*$"
    r"|\b(?:led by|owner|lead|owned by)\s*[:：]?\s*(?:the )?$",
    _FLAGS,
)
_ASSISTS_BEFORE = re.compile(
    r"(?:协办|配合|参与)(?:单位|部门|科室|处室)?\s*[:：为是]?\s*$|(?:会同|协同|联合|商)\s*$"
    r"|\b(?:with|assisted by|supported by|assist|together with)\s*[:：]?\s*(?:the )?$",
    _FLAGS,
)
_BETWEEN = re.compile(r"(?:\s|[、,，和与及/]|以及|and\b|同志|两家|各)*", _FLAGS)
_NEAR = 14  # characters before a name in which its part may stand


@dataclass(frozen=True, slots=True)
class Named:
    """A unit with its part."""

    unit: Unit
    part: Part


def read_units(text: str, units: Sequence[Unit]) -> tuple[Named, ...]:
    """Give the units whose part a text tells, each once, in its order.

    A name whose part is not told gives nothing: a person says so.
    """
    found: dict[str, Named] = {}
    places = list(_places(text, units))
    for number, (start, end, unit) in enumerate(places):
        part = _part(text, start, end, places[number + 1 :], places[:number])
        if part is not None and unit.name not in found:
            found[unit.name] = Named(unit, part)
    return tuple(found.values())


def _places(text: str, units: Iterable[Unit]) -> Iterator[tuple[int, int, Unit]]:
    names = {name.casefold(): unit for unit in units for name in unit.names if name}
    if not names:
        return
    longest_first = sorted(names, key=len, reverse=True)
    pattern = "|".join(
        rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name)
        for name in longest_first
    )
    for match in re.finditer(pattern, text, _FLAGS):
        yield match.start(), match.end(), names[match[0].casefold()]


def _part(
    text: str,
    start: int,
    end: int,
    later: Sequence[tuple[int, int, Unit]],
    earlier: Sequence[tuple[int, int, Unit]],
) -> Part | None:
    """Say what part a name has: by the words after it, else by those before it.

    Names in a row have one part: 财务部、法务部配合.
    """
    begins, reach = start, end
    for first, last, _ in later:
        gap = _BETWEEN.match(text, reach)
        if gap is None or gap.end() != first:
            break
        reach = last
    for first, last, _ in reversed(earlier):
        gap = _BETWEEN.match(text, last)
        if gap is None or gap.end() != begins:
            break
        begins = first
    if _LEADS_AFTER.match(text, reach):
        return "lead"
    if _ASSISTS_AFTER.match(text, reach):
        return "assist"
    before = text[max(0, begins - _NEAR) : begins]
    if _ASSISTS_BEFORE.search(before):
        return "assist"
    return "lead" if _LEADS_BEFORE.search(before) else None
