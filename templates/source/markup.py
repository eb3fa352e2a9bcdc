"""Writes paragraphs, tables and the page in WordprocessingML."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from xml.sax.saxutils import escape

from templates.source.look import A4, Look
from templates.source.notation import Block, Paragraph, Row, Table, TableKind
from templates.source.package import R, W
from templates.source.styles import MM

_PIECES = re.compile(r"(\*\*.+?\*\*|__.+?__|⇥|⟨page⟩)")
_FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
_PAGE = (
    _FIELD.format("begin")
    + '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
    + _FIELD.format("separate")
    + "<w:r><w:t>1</w:t></w:r>"
    + _FIELD.format("end")
)
_LOWEST = 10  # millimetres of a ruled row
_TOP_FROM = 3  # paragraphs: a cell with so many starts at its top
_RULED = ("table", "list")


def _borders(**sizes: int) -> str:
    """Return lines, their widths in eighths of a point."""
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
        for side, size in sizes.items()
    )
    return f"<w:tblBorders>{lines}</w:tblBorders>"


# At the foot of the page's text, however long the text is. The left place is in
# figures: a table as wide as the text and put in its middle stays in LibreOffice.
_FLOATING = (
    '<w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin"'
    ' w:horzAnchor="page" w:tblpX="{left}" w:tblpYSpec="bottom"/>'
)
_FLUSH = (
    '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
    "</w:tblCellMar>"
)
_BOX = _borders(top=8, left=8, bottom=8, right=8, insideH=4, insideV=4)
_TABLES: Mapping[TableKind, tuple[str, str, str]] = MappingProxyType(
    {  # where it stands, its lines, its cells' margins
        "table": ("", _BOX, ""),
        "list": ("", _BOX, ""),
        "plain": ("", "", _FLUSH),
        # 0.35 mm outside, 0.25 mm inside (GB/T 9704-2012, 7.4)
        "imprint": (_FLOATING, _borders(top=8, bottom=8, insideH=6), _FLUSH),
        "foot": (_FLOATING, "", _FLUSH),
    }
)


@dataclass(frozen=True, slots=True)
class Markup:
    """Writes for one look."""

    look: Look

    def main_part(self, blocks: Iterable[Block]) -> str:
        """Return the main part, with references named after the edges' places."""
        body = "".join(map(self._block, blocks))
        section = _section(self.look)
        return f"<w:document {W} {R}><w:body>{body}{section}</w:body></w:document>"

    def edge(self, kind: str, blocks: Iterable[Block]) -> str:
        """Return a header or footer, as `kind` says."""
        name = {"header": "hdr", "footer": "ftr"}[kind]
        return f"<w:{name} {W}>{''.join(map(self._block, blocks))}</w:{name}>"

    def _block(self, block: Block) -> str:
        if isinstance(block, Paragraph):
            return self._paragraph(block)
        return self._table(block)

    def _paragraph(self, paragraph: Paragraph) -> str:
        pieces = _PIECES.split(paragraph.words)
        runs = "".join(self._run(piece) for piece in pieces if piece)
        style = f'<w:pStyle w:val="{paragraph.style}"/>'
        return f"<w:p><w:pPr>{style}</w:pPr>{runs}</w:p>"

    def _run(self, piece: str) -> str:
        if piece == "⇥":
            return "<w:r><w:tab/></w:r>"
        if piece == "⟨page⟩":
            return _PAGE
        style = {"**": "Strong", "__": "Emphasis"}.get(piece[:2], "")
        words = piece[2:-2] if style else piece
        looks = f'<w:rStyle w:val="{style}"/>' if style else ""
        if self.look.zh:  # signs that both scripts have, “” … —, are Chinese then
            looks += '<w:rFonts w:hint="eastAsia"/>'
        looks = f"<w:rPr>{looks}</w:rPr>" if looks else ""
        return f'<w:r>{looks}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'

    def _table(self, table: Table) -> str:
        columns = [round(self.look.width * part / 100) for part in table.widths]
        grid = "".join(f'<w:gridCol w:w="{column}"/>' for column in columns)
        rows = "".join(self._row(row, columns, table) for row in table.rows)
        left = round(self.look.margins.left * MM)
        place, lines, margins = _TABLES[table.kind]
        return (
            f"<w:tbl><w:tblPr>{place.format(left=left)}"
            f'<w:tblW w:w="{sum(columns)}" w:type="dxa"/>'
            f'<w:jc w:val="center"/>{lines}<w:tblLayout w:type="fixed"/>{margins}'
            f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
        )

    def _row(self, row: Row, columns: Sequence[int], table: Table) -> str:
        ruled = table.kind in _RULED
        height = max(row.height, _LOWEST if ruled else 0)
        tall = f'<w:trHeight w:val="{round(height * MM)}" w:hRule="atLeast"/>'
        cells = []
        for number, cell in enumerate(row.cells):
            last = number == len(row.cells) - 1
            spanned = columns[number:] if last else columns[number : number + 1]
            span = f'<w:gridSpan w:val="{len(spanned)}"/>' if len(spanned) > 1 else ""
            middle = ruled and len(cell) < _TOP_FROM
            place = '<w:vAlign w:val="center"/>' if middle else ""
            inner = "".join(map(self._paragraph, cell))
            cells.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{sum(spanned)}" w:type="dxa"/>{span}{place}'
                f"</w:tcPr>{inner}</w:tc>"
            )
        return (
            f"<w:tr><w:trPr><w:cantSplit/>{tall if height else ''}"
            f"{'<w:tblHeader/>' if row.head else ''}</w:trPr>{''.join(cells)}</w:tr>"
        )


def _section(look: Look) -> str:
    references = "".join(
        f'<w:{kind}Reference w:type="{pages}" r:id="{place}"/>'
        for place in look.edges
        for kind, _, pages in [place.partition("_")]
    )
    first = any(place.endswith("_first") for place in look.edges)
    grid = f'<w:docGrid w:type="lines" w:linePitch="{look.grid}"/>' if look.grid else ""
    width, height = reversed(A4) if look.lying else A4
    lying = ' w:orient="landscape"' if look.lying else ""
    return (
        f'<w:sectPr>{references}<w:pgSz w:w="{width}" w:h="{height}"{lying}/>'
        f'<w:pgMar {look.margins.xml()} w:gutter="0"/>'
        f"{'<w:titlePg/>' if first else ''}{grid}</w:sectPr>"
    )
