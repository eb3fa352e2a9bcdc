"""Knows the fonts and sizes of a gongwen by the names that files give them."""

import re
from dataclasses import dataclass

from mailroom.errors import Text, text
from mailroom.words.gongwen.line import Piece

_NEAR = 0.26  # points: 15.75, the printers' 3号, counts as Word's 16


@dataclass(frozen=True, slots=True)
class Font:
    """A face of letters under the names that foundries give it."""

    names: re.Pattern[str]

    def fits(self, name: str) -> bool:
        """Ask whether a font's name says that it is this face."""
        return bool(self.names.match(name.casefold().replace(" ", "")))


@dataclass(frozen=True, slots=True)
class Size:
    """A size of letters in points."""

    points: float

    def fits(self, points: float) -> bool:
        """Ask whether letters of so many points are of this size."""
        return abs(points - self.points) < _NEAR


FANGSONG = Font(re.compile(r"(?:方正|华文|fz|st)?(?:仿宋|fangsong)"))
HEITI = Font(re.compile(r"(?:方正|fz)?(?:黑体|heiti|simhei)"))
KAITI = Font(re.compile(r"(?:方正|华文|fz|st)?(?:楷体|kaiti|simkai)"))
SONGTI = Font(re.compile(r"(?:新?宋体|n?simsun)"))
XIAOBIAOSONG = Font(re.compile(r".*(?:小标宋|xiaobiaosong|xbs)"))
TWO, THREE, FOUR = Size(22), Size(16), Size(14)  # Word's 二号, 三号, 四号


def look(piece: Piece) -> Text:
    """Say which font and size letters have."""
    if not piece.font:
        return text("no Chinese font named, {size} pt", size=f"{piece.size:g}")
    return text("{font}, {size} pt", font=piece.font, size=f"{piece.size:g}")
