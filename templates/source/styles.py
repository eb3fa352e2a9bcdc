"""Describes how paragraphs and letters look, as a Word style sheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from templates.source.package import W

TWIPS = 20  # twentieths of a point, Word's unit of length
MM = 1440 / 25.4  # twips in a millimetre
LATIN = "Times New Roman"

Align = Literal["left", "center", "right", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A line above or below a paragraph."""

    side: Literal["top", "bottom"]
    width: float  # millimetres
    gap: int = 0  # points between the line and the letters
    color: str = "000000"

    def xml(self) -> str:
        """Return the border; its width is in eighths of a point there."""
        eighths = max(2, round(self.width / 25.4 * 72 * 8))
        return (
            f'<w:{self.side} w:val="single" w:sz="{eighths}" w:space="{self.gap}"'
            f' w:color="{self.color}"/>'
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A named look; None, and what is empty, is as in the style it is based on."""

    name: str
    on: str = "Normal"
    letters: bool = False  # of some letters in a paragraph, not of paragraphs
    font: str | None = None  # for Chinese letters
    latin: str | None = None
    size: float | None = None  # points
    bold: bool | None = None
    color: str | None = None
    squeeze: float | None = None  # points between letters
    align: Align | None = None
    line: float | None = None  # points from line to line, exactly
    spread: float | None = None  # lines, where the distance is not exact
    before: float | None = None  # points
    after: float | None = None
    first: float | None = None  # letters the first line stands in
    left: float | None = None  # letters
    right: float | None = None
    hang: float | None = None  # letters by which the first line stands out
    sides: tuple[float, float] | None = None  # millimetres beyond the text, left, right
    tab: int | None = None  # a stop for what ends there, twips
    rules: tuple[Rule, ...] = ()
    together: bool = False  # on one page with the next
    no_grid: bool = False  # no extra space between Chinese and Latin letters


def write_styles(defaults: Style, styles: Iterable[Style]) -> str:
    """Return the style sheet; `defaults` are the document's letters, its size."""
    size = round((defaults.size or 12) * 2)
    english = "en-US" if defaults.name == "zh" else "en-GB"
    run = (
        f'{_fonts(defaults)}{_size(size)}<w:lang w:val="{english}" w:eastAsia="zh-CN"/>'
    )
    written = "".join(_style(style, size / 2) for style in styles)
    return (
        f"<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>{run}</w:rPr>"
        f"</w:rPrDefault><w:pPrDefault/></w:docDefaults>{written}{_TABLE}</w:styles>"
    )


_TABLE = (
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
    '<w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
    '<w:tblCellMar><w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr></w:style>"
)


def _style(style: Style, size: float) -> str:
    kind = "character" if style.letters else "paragraph"
    default = ' w:default="1"' if style.name == "Normal" else ""
    based = "" if style.letters or default else f'<w:basedOn w:val="{style.on}"/>'
    paragraph = "" if style.letters else f"<w:pPr>{_paragraph(style, size)}</w:pPr>"
    run = _run(style)
    # Word knows its own header and footer by these names in small letters.
    name = style.name.lower() if style.name in {"Header", "Footer"} else style.name
    return (
        f'<w:style w:type="{kind}"{default} w:styleId="{style.name}">'
        f'<w:name w:val="{name}"/>{based}<w:qFormat/>{paragraph}'
        f"{f'<w:rPr>{run}</w:rPr>' if run else ''}</w:style>"
    )


def _paragraph(style: Style, size: float) -> str:
    rules = "".join(rule.xml() for rule in style.rules)
    tab = f'<w:tab w:val="right" w:pos="{style.tab}"/>' if style.tab else ""
    parts = (
        "<w:keepNext/>" if style.together else "",
        '<w:widowControl w:val="0"/>' if style.name == "Normal" else "",
        f"<w:pBdr>{rules}</w:pBdr>" if rules else "",
        f"<w:tabs>{tab}</w:tabs>" if tab else "",
        '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>' if style.no_grid else "",
        '<w:snapToGrid w:val="0"/>' if style.no_grid else "",
        _element("spacing", _spacing(style)),
        _element("ind", _indent(style, style.size or size)),
        f'<w:jc w:val="{style.align}"/>' if style.align else "",
    )
    return "".join(parts)


def _run(style: Style) -> str:
    parts = (
        _fonts(style) if style.font or style.latin else "",
        "" if style.bold is None else f'<w:b w:val="{int(style.bold)}"/>',
        f'<w:color w:val="{style.color}"/>' if style.color else "",
        ""
        if style.squeeze is None
        else f'<w:spacing w:val="{round(style.squeeze * TWIPS)}"/>',
        _size(round(style.size * 2)) if style.size else "",
    )
    return "".join(parts)


def _fonts(style: Style) -> str:
    latin = style.latin or LATIN
    asian = f' w:eastAsia="{style.font}"' if style.font else ""
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}"{asian} w:cs="{latin}"/>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _spacing(style: Style) -> dict[str, int | str]:
    said: dict[str, int | str] = {}
    for name, points in (("before", style.before), ("after", style.after)):
        if points is not None:
            said[name] = round(points * TWIPS)
    if style.line is not None:
        said |= {"line": round(style.line * TWIPS), "lineRule": "exact"}
    elif style.spread is not None:
        said |= {"line": round(style.spread * 240), "lineRule": "auto"}
    return said


def _indent(style: Style, size: float) -> dict[str, int | str]:
    """Say an indent twice: in letters for Word and WPS, in twips for the others."""
    said: dict[str, int | str] = {}
    for name, letters in (
        ("left", style.left),
        ("right", style.right),
        ("hanging", style.hang),
        ("firstLine", style.first),
    ):
        if letters is not None:
            said[f"{name}Chars"] = round(letters * 100)
            said[name] = round(letters * size * TWIPS)
    if style.sides is not None:
        left, right = (round(-beyond * MM) for beyond in style.sides)
        said |= {"left": left, "right": right}
    return said


def _element(name: str, said: dict[str, int | str]) -> str:
    attributes = " ".join(f'w:{key}="{value}"' for key, value in said.items())
    return f"<w:{name} {attributes}/>" if attributes else ""
