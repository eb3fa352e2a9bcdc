"""What a YAML file says, word by word, with places: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


class Word(str):
    """A text that knows where it was written; whatever changes it makes a plain one."""

    __slots__ = ("column", "line")
    line: int
    column: int

    def __new__(cls, value: str, line: int, column: int) -> Self:
        """Give a text its place, both from 1."""
        word = super().__new__(cls, value)
        word.line, word.column = line, column
        return word

    def becomes(self, value: str) -> Self:
        """Give another text that was written at this place."""
        return type(self)(value, self.line, self.column)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Copy as plain text: what leaves the file has no place in it."""
        return str, (str(self),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A single word or text."""

    value: str
    line: int  # from 1
    column: int  # from 1
    plain: bool = True  # written without quotes
    told: bool = False  # what is wrong with it has been said; no more is


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list: lines with dashes, or [a, b]."""

    entries: "tuple[Node, ...]"
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Keys with their values, in the order of the file."""

    entries: "Mapping[str, tuple[Scalar, Node]]"
    line: int
    column: int


Node = Scalar | Listing | Block
