"""What a rendered Word template is: plain values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a filled field stands in the plain text."""

    start: int  # characters
    end: int
    field: str


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """One letter or paper, filled in."""

    docx: bytes
    html: str
    text: str
    missing: tuple[str, ...]  # fields without a value; each shows as 【待填:…】
    marks: tuple[Mark, ...]
