"""Describes the page that a template is written on."""

from collections.abc import Mapping
from dataclasses import dataclass

from templates.source.styles import MM, Style

A4 = (11906, 16838)  # twips: width and height of a page that stands upright


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """What stays white around the text, in millimetres."""

    top: float
    right: float
    bottom: float
    left: float
    header: float  # from the edge of the paper to the header
    footer: float

    def xml(self) -> str:
        """Return the attributes of <w:pgMar>."""
        said = {side: round(getattr(self, side) * MM) for side in self.__slots__}
        return " ".join(f'w:{side}="{twips}"' for side, twips in said.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Letters, paragraphs, page, headers with footers."""

    defaults: Style  # "zh" or "en": the document's own letters
    styles: tuple[Style, ...]
    margins: Margins
    # "header" or "footer", with "_default", "_first" or "_even": in the notation.
    edges: Mapping[str, str]
    grid: int = 0  # twips from line to line, where the page counts its lines
    lying: bool = False  # the page is wider than high

    @property
    def width(self) -> int:
        """Twips that the text is wide."""
        page = A4[1] if self.lying else A4[0]
        return page - round(self.margins.left * MM) - round(self.margins.right * MM)

    @property
    def zh(self) -> bool:
        """Whether it is for Chinese."""
        return self.defaults.name == "zh"

    @property
    def two_sided(self) -> bool:
        """Whether even pages have edges of their own."""
        return any(place.endswith("_even") for place in self.edges)
