"""The values of a field that are more than plain words."""

from dataclasses import dataclass
from typing import Literal, get_args

Underline = Literal["single", "double", "dotted", "dash", "wave", "thick"]
UNDERLINES = frozenset(get_args(Underline))


@dataclass(frozen=True, slots=True)
class Span:
    r"""Some words in a dress of their own; `\n` is a line end, `\t` a tab.

    What is None is as in the words around it.
    """

    text: str
    bold: bool | None = None
    italic: bool | None = None
    strike: bool | None = None
    underline: Underline | bool | None = None
    superscript: bool | None = None
    subscript: bool | None = None
    color: str | None = None  # six hexadecimal digits, "C00000"; others are left out
    highlight: str | None = None  # the colour behind the letters
    size: float | None = None  # points, 1 to 1638 as in Word; others are left out
    font: str | None = None  # for Latin and Chinese letters alike
    style: str | None = None  # id of a character style of the template
    link: str | None = None  # http, https or mailto; another scheme is left out


@dataclass(frozen=True, slots=True, init=False)
class RichText:
    """Words in several dresses, one after the other."""

    spans: tuple[Span, ...]

    def __init__(self, *spans: Span) -> None:
        object.__setattr__(self, "spans", spans)

    def __str__(self) -> str:
        """Return the words without their dress, for filters and joined words."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Listing:
    r"""Words that may go over paragraphs, all looking like the one they stand in.

    `\n` is a line end, `\t` a tab, `\a` a new paragraph, `\f` a new page (the signs
    are those of docxtpl).
    """

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, JPEG or GIF picture; with one measure the other follows."""

    content: bytes
    width_mm: float | None = None  # with neither, the picture's own size
    height_mm: float | None = None
    alt: str = ""  # what it shows, in words

    def __str__(self) -> str:
        return self.alt
