"""What a rendered Word template is: plain values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a filled field stands in the plain text."""

    start: int  # characters
    end: int
    field: str


@dataclass(frozen=True, slots=True)
class Inline:
    """A picture that the HTML shows as `cid:name`."""

    name: str
    type: str  # "image/png"
    content: bytes


@dataclass(frozen=True, slots=True)
class Html:
    """The letter as HTML, with the pictures that it shows."""

    words: str
    pictures: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Plain:
    """The letter as plain text, with what its fields filled."""

    words: str
    marks: Callable[[], tuple[Mark, ...]]  # found when asked for


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """One letter or paper, filled in; the mail is made when it is asked for."""

    docx: bytes
    template: str  # the hash of the template that made it, hex
    missing: tuple[str, ...]  # fields without a value; each shows as 【待填:…】
    _html: Callable[[], Html] = field(repr=False, compare=False)
    _plain: Callable[[], Plain] = field(repr=False, compare=False)

    @cached_property
    def _as_html(self) -> Html:
        return self._html()

    @cached_property
    def _as_plain(self) -> Plain:
        return self._plain()

    @cached_property
    def _marks(self) -> tuple[Mark, ...]:
        return self._as_plain.marks()

    @property
    def html(self) -> str:
        """The letter as HTML: styles inline, pictures as `cid:`."""
        return self._as_html.words

    @property
    def pictures(self) -> tuple[Inline, ...]:
        """The pictures of the HTML."""
        return self._as_html.pictures

    @property
    def text(self) -> str:
        """The letter as plain text."""
        return self._as_plain.words

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Where the filled fields stand in `text`."""
        return self._marks
