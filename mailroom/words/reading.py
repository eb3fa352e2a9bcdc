"""Reads the letter out of a filled part, as HTML with its plain text."""

from collections.abc import Mapping
from html import escape

from docx.oxml.ns import qn

from mailroom.words.filling import FILLED
from mailroom.words.looks import ParagraphLook, RunLook, Styles
from mailroom.words.model import Mark
from mailroom.words.runs import Element, said

_P, _R, _TBL, _TR, _TC = (qn(f"w:{n}") for n in ("p", "r", "tbl", "tr", "tc"))
_PPR, _RPR = qn("w:pPr"), qn("w:rPr")
_UNSEEN = tuple(qn(f"w:{name}") for name in ("pPr", "rPr", "del", "moveFrom", "sdtPr"))
_SAFE_LINKS = ("http://", "https://", "mailto:")
_APART = 3.0  # points between paragraphs from which plain text has an empty line
_INDENTED = 1.5  # characters
_WIDEST = 640  # pixels; seen in practice: mail clients cut what is wider


class Reading:
    """One letter being read; used once."""

    def __init__(self, styles: Styles, links: Mapping[str, str], *, zh: bool) -> None:
        self.styles, self.links, self.zh = styles, links, zh
        self.html: list[str] = []
        self.words: list[str] = []
        self.length = 0
        self.marks: list[Mark] = []

    def read(self, body: Element) -> tuple[str, str, tuple[Mark, ...]]:
        """Return HTML, plain text, with the places in the text that a value fills."""
        self._blocks(body)
        text = "".join(self.words).rstrip("\n") + "\n"
        return self._framed("".join(self.html)), text, tuple(self.marks)

    def _framed(self, html: str) -> str:
        base = self.styles.runs[""]
        fonts = ", ".join(
            f"'{name}'" for name in (base.font, base.asian_font) if _is_name(name)
        )
        style = f"font-family:{fonts + ', ' if fonts else ''}serif;"
        style += (
            f"font-size:{base.size or 12:g}pt;line-height:1.6;max-width:{_WIDEST}px"
        )
        language = "zh-CN" if self.zh else "en"
        return f'<div lang="{language}" style="{escape(style)}">\n{html}</div>\n'

    def _say(self, words: str) -> None:
        self.words.append(words)
        self.length += len(words)

    def _blocks(self, container: Element) -> None:
        for child in container:
            if child.tag == _P:
                self._paragraph(child)
            elif child.tag == _TBL:
                self._table(child)
            elif child.tag not in _UNSEEN:
                self._blocks(child)  # content controls: <w:sdt><w:sdtContent>

    def _paragraph(self, paragraph: Element) -> None:
        look, run_look = self.styles.of_paragraph(paragraph.find(_PPR))
        begin = self.length
        indented = (look.first_line or 0) >= _INDENTED and self.zh
        if indented:
            self._say("\u3000\u3000")  # as a Chinese letter in plain text begins
        start = self.length
        self.html.append(f'<p style="{_paragraph_css(look)}">')
        self._inline(paragraph, run_look)
        if self.length == start:
            self.html.append("<br>")
            if indented:
                self.words.pop()
                self.length = begin
        self.html.append("</p>\n")
        apart = (look.after or 0) >= _APART and self.length > begin
        self._say("\n\n" if apart else "\n")

    def _inline(self, parent: Element, around: RunLook) -> None:
        for child in parent:
            if child.tag == _R:
                self._run(child, around)
            elif child.tag == qn("w:hyperlink"):
                self._link(child, around)
            elif child.tag not in _UNSEEN:
                self._inline(child, around)

    def _link(self, element: Element, around: RunLook) -> None:
        address = self.links.get(str(element.get(qn("r:id"), "")), "")
        safe = address.lower().startswith(_SAFE_LINKS)
        if safe:
            self.html.append(f'<a href="{escape(address)}">')
        self._inline(element, around)
        if safe:
            self.html.append("</a>")

    def _run(self, run: Element, around: RunLook) -> None:
        start = self.length
        inside: list[str] = []
        for atom in run:
            words = said(atom)
            self._say(words)
            inside.append(escape(words, quote=False).replace("\n", "<br>"))
        html = "".join(inside).replace("\t", "\u2003")
        if html:
            look = self.styles.of_run(run.find(_RPR), around)
            self.html.append(_dressed(html, look, self.styles.runs[""]))
        field = run.get(FILLED)
        if field is not None and self.length > start:
            self.marks.append(Mark(start, self.length, str(field)))

    def _table(self, table: Element) -> None:
        self.html.append('<table style="border-collapse:collapse;margin:6pt 0">\n')
        for row in table.iterchildren(_TR):
            self.html.append("<tr>")
            for number, cell in enumerate(_cells(row)):
                if number:
                    self._say("\t")
                self._cell(cell)
            self.html.append("</tr>\n")
            self._say("\n")
        self.html.append("</table>\n")
        self._say("\n")

    def _cell(self, cell: Element) -> None:
        spans = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
        span = "" if spans is None else str(spans.get(qn("w:val"), ""))
        columns = f' colspan="{span}"' if span.isdigit() else ""
        style = "border:1px solid #000;padding:3pt 6pt;vertical-align:top"
        self.html.append(f'<td{columns} style="{style}">')
        before = len(self.words)
        self._blocks(cell)
        # A cell ends where the next begins: its last line ends are the row's affair.
        while len(self.words) > before and not self.words[-1].strip("\n"):
            self.length -= len(self.words.pop())
        self.html.append("</td>")


def _cells(row: Element) -> list[Element]:
    """Return the cells of a row, those in content controls too."""
    return [cell for cell in row.iter(_TC) if next(cell.iterancestors(_TR)) is row]


def _is_name(font: str | None) -> bool:
    """Ask whether a font's name is one, to stand in a style attribute."""
    return bool(font and not set(font) & set("\"'\\;{}<>&"))


def _paragraph_css(look: ParagraphLook) -> str:
    parts = [f"margin:{look.before or 0:g}pt 0 {look.after or 0:g}pt"]
    if look.indent and look.indent > 0:
        parts[0] += f" {look.indent:g}pt"
    if look.align in {"center", "right"}:
        parts.append(f"text-align:{look.align}")
    if look.first_line and look.first_line > 0:
        parts.append(f"text-indent:{look.first_line:g}em")
    return ";".join(parts)


def _dressed(html: str, look: RunLook, base: RunLook) -> str:
    parts = []
    if look.color and look.color.upper() not in {"000000", base.color}:
        parts.append(f"color:#{look.color}")
    if look.size and look.size != base.size:
        parts.append(f"font-size:{look.size:g}pt")
    if look.asian_font != base.asian_font and _is_name(look.asian_font):
        parts.append(
            f"font-family:'{look.font or look.asian_font}','{look.asian_font}'"
        )
    if parts:
        html = f'<span style="{escape(";".join(parts))}">{html}</span>'
    for wanted, name in ((look.underline, "u"), (look.italic, "i"), (look.bold, "b")):
        if wanted:
            html = f"<{name}>{html}</{name}>"
    return html
