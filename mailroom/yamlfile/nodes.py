"""What a YAML file says, word by word, with places: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A single word or text."""

    value: str
    line: int  # from 1
    column: int  # from 1
    plain: bool = True  # written without quotes


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
