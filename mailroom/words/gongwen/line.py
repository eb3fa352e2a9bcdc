"""Holds what a gongwen shows line by line, with the rules drawn between."""

import re
from dataclasses import dataclass
from typing import Literal

HOLE = "\ufffc"  # stands where a tag will be filled
PAGE = "\uf8ff"  # stands where the page number will be
Align = Literal["left", "center", "right", "justify"]
_JUDGED = re.compile(f"[\u3400-\u9fff\u3007{HOLE}]")
_RED, _NOT_RED = 0xA0, 0x60  # least of the red, most of the green and the blue


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Letters of one look."""

    words: str
    font: str = ""  # of Chinese characters; "": none is named
    latin: str = ""  # of Latin letters and figures
    size: float = 10  # points
    spacing: float = 0  # points added to the width of a character
    color: str = ""  # six hexadecimal digits; "": black
    bold: bool = False

    @property
    def is_red(self) -> bool:
        """Whether it is printed red."""
        return is_red(self.color)

    @property
    def is_judged(self) -> bool:
        """Whether it has Chinese characters, or a tag that may bring some."""
        return bool(_JUDGED.search(self.words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One paragraph that says something."""

    place: int  # from 0, among the lines of its part
    pieces: tuple[Piece, ...]
    tags: tuple[str, ...] = ()  # what stands between the braces
    align: Align = "left"
    first: float = 0  # characters the first line is further in
    left: float = 0  # characters
    right: float = 0
    height: float | None = None  # points of an exact line
    in_table: bool = False
    is_numbered: bool = False  # by Word itself
    has_right_tab: bool = False  # a tab stop where words end

    @property
    def words(self) -> str:
        """What it says, with a HOLE for each tag."""
        return "".join(piece.words for piece in self.pieces)

    @property
    def said(self) -> str:
        """What it says, without the space around it."""
        return self.words.strip()

    @property
    def judged(self) -> tuple[Piece, ...]:
        """The pieces whose Chinese font shows; else all of them."""
        chinese = tuple(piece for piece in self.pieces if piece.is_judged)
        return chinese or self.pieces

    @property
    def size(self) -> float:
        """Points of its first letters."""
        return self.judged[0].size

    @property
    def is_red(self) -> bool:
        """Whether all of it is printed red."""
        return all(piece.is_red for piece in self.judged)

    @property
    def indent(self) -> float:
        """How many characters its beginning is further in, spaces counted."""
        spaces = len(self.words) - len(self.words.lstrip("\u3000"))
        return self.first + self.left + spaces


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A horizontal rule."""

    above: int  # how many lines stand above it
    thickness: float  # mm
    color: str = ""
    is_double: bool = False
    width: float | None = None  # mm, where it is drawn; None: as the text is wide
    beyond: float = 0  # mm that it is wider than the text

    @property
    def is_red(self) -> bool:
        """Whether it is printed red."""
        return is_red(self.color)


def is_red(color: str) -> bool:
    """Ask whether six hexadecimal digits are a red."""
    if not color:
        return False
    red, green, blue = (int(color[at : at + 2], 16) for at in (0, 2, 4))
    return red >= _RED and green <= _NOT_RED and blue <= _NOT_RED
