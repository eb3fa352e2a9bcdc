"""Writes a template's letter once as HTML and as plain text, its tags still in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from docx.oxml.ns import qn

from mailroom.words.borders import Lines, cell_css, lines_of, table_css
from mailroom.words.css import dress, is_name, paragraph_css
from mailroom.words.lists import base_of, list_of
from mailroom.words.looks import RunLook, Styles
from mailroom.words.numbering import Numbering
from mailroom.words.package import Relations
from mailroom.words.pens import SAFE_SCHEMES, Slot
from mailroom.words.places import Place
from mailroom.words.plain import (
    CELL,
    INDENT,
    LINE,
    PARAGRAPH,
    PARAGRAPH_END,
    ROW,
    TABLE,
    TABLE_END,
)
from mailroom.words.runs import Element, is_instruction, is_tag, said
from mailroom.words.steering import IN_ATTRIBUTE, Kind, Tag, in_attribute, number_of

_P, _R, _T, _TBL, _TR, _TC = (qn(f"w:{n}") for n in ("p", "r", "t", "tbl", "tr", "tc"))
_PPR, _RPR, _VAL, _LINK = qn("w:pPr"), qn("w:rPr"), qn("w:val"), qn("w:hyperlink")
_RUBY, _RUBY_BASE, _RUBY_SAID = (qn(f"w:{n}") for n in ("ruby", "rubyBase", "rt"))
_BOX, _DRAWING = qn("w:txbxContent"), qn("w:drawing")
_NOTES = {qn("w:footnoteReference"): "footnote", qn("w:endnoteReference"): "endnote"}
_UNSEEN = (
    *(qn(f"w:{name}") for name in ("pPr", "rPr", "tcPr", "trPr", "tblPr", "sdtPr")),
    *(qn(f"w:{name}") for name in ("del", "moveFrom", "instrText", "delText")),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_EMU_A_PIXEL = 9525  # at 96 pixels an inch
SHOWN_KINDS = ("png", "jpg", "jpeg", "gif")
_APART = 3.0  # points between paragraphs from which plain text has an empty line
_INDENTED = 1.5  # characters
_WIDEST = 640  # pixels; seen in practice: mail clients cut what is wider
_RED = "#C00000"
_HOLLOW = re.compile(r'(<p style="[^"]*">(?:</?(?:span|[bius]|su[bp])\b[^>]*>)*)</p>')


@dataclass(slots=True, kw_only=True)
class Letter:
    """A template's parts as far as a mail shows them."""

    body: Element
    tags: list[Tag]
    styles: Styles
    numbering: Numbering
    relations: Relations
    notes: Mapping[tuple[str, str], Element] = field(default_factory=dict)  # kind, id
    zh: bool


class Twins:
    """One template being written as a mail; used once."""

    def __init__(self, source: Letter) -> None:
        self.source = source
        self.tags = source.tags
        self.html: list[str] = []
        self.text: list[str] = []
        self.html_slots: dict[int, Slot] = {}  # by the number of the tag
        self.text_slots: dict[int, Slot] = {}
        self.pictures: dict[str, str] = {}  # content id → part
        self.paragraph_open = ""
        self.apart = ""
        self.boxes: list[Element] = []
        self.noted: dict[str, Element] = {}  # by kind and id
        self.branching = False  # whether a tag steers what the paragraph holds
        self.lines: list[Lines] = []  # of the tables around, the innermost last

    def write(self) -> None:
        """Fill `html`, `text`, their slots, `pictures`."""
        self._blocks(self.source.body)
        if self.noted:
            self._both(self._own("if ''|mr_noted", "steer"))
            self.html.append(f'<hr style="width:30%;margin-left:0">{LINE}')
            self._say(LINE)
            self._both(self._own("endif", "steer"))
        for key, note in self.noted.items():
            # A note goes with the words that it is about, if a branch leaves them out.
            self._both(self._own(f"if '{key}'|mr_noted", "steer"))
            self._blocks(note, self._own(f"'{key}'|mr_note", "plain"))
            self._both(self._own("endif", "steer"))
        base = self.source.styles.runs[""]
        fonts = ", ".join(
            f"'{name}'" for name in (base.font, base.asian_font) if is_name(name)
        )
        style = f"font-family:{fonts + ', ' if fonts else ''}serif;"
        style += (
            f"font-size:{base.size or 12:g}pt;line-height:1.6;max-width:{_WIDEST}px"
        )
        language = "zh-CN" if self.source.zh else "en"
        self.html.insert(0, f'<div lang="{language}" style="{escape(style)}">{LINE}')
        self.html.append(f"</div>{LINE}")

    def _say(self, words: str) -> None:
        self.text.append(words)

    def _both(self, words: str) -> None:
        self.html.append(words)
        self.text.append(words)

    def _steer(self, standing: Element) -> None:
        if is_tag(standing):
            self._both(IN_ATTRIBUTE.format(number_of(standing)))

    def _blocks(self, container: Element, sign: str = "") -> None:
        for child in container:
            if is_instruction(child):
                self._steer(child)
            elif child.tag == _P:
                self._paragraph(child, sign)
                sign = ""
            elif child.tag == _TBL:
                self._table(child)
            elif child.tag not in _UNSEEN:
                self._blocks(child)  # content controls: <w:sdt><w:sdtContent>

    def _paragraph(self, paragraph: Element, sign: str = "") -> None:
        look, run_look = self.source.styles.of_paragraph(paragraph.find(_PPR))
        indented = (look.first_line or 0) >= _INDENTED and self.source.zh
        # A paragraph that Chinese letters indent begins so in plain text, too.
        self._say(PARAGRAPH + (INDENT if indented else ""))
        self.apart = LINE * (1 + ((look.after or 0) >= _APART))
        label = self._label(paragraph)
        self.paragraph_open = f'<p style="{paragraph_css(look)}">'
        self.html.append(self.paragraph_open)
        self._both(f"{label} " if label else "")
        self._both(f"{sign} " if sign else "")
        self.branching = any(
            next(one.iterancestors(_T), None) is None for one in _tags_in(paragraph)
        )
        self._inline(paragraph, run_look)
        self.html.append(f"</p>{LINE}")
        self._say(PARAGRAPH_END + self.apart)
        self._put_boxes()

    def _put_boxes(self) -> None:
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            self._blocks(box)

    def _put_boxes_here(self) -> None:
        """Put text boxes into the branch or loop of a paragraph that they stand in."""
        opened, apart = self.paragraph_open, self.apart
        self.html.append(f"</p>{LINE}")
        self._say(PARAGRAPH_END + apart)
        self._put_boxes()
        self.paragraph_open, self.apart, self.branching = opened, apart, True
        self.html.append(opened)
        self._say(PARAGRAPH)

    def _label(self, paragraph: Element) -> str:
        """Return what stands for the number that Word gives to a paragraph."""
        listed = list_of(paragraph, self.source.styles)
        if listed is None:
            return ""
        number, anew = base_of(listed[0], self.tags)
        found = self.source.numbering.get(number)
        if found is None:
            return ""
        made = "mr_label_anew" if anew else "mr_label"
        return self._own(f"'{number} {listed[1]}'|{made}", "plain")

    def _own(self, jinja: str, kind: Kind) -> str:
        """Return what stands for a tag of the mail's own."""
        tag = Tag(source="", jinja=jinja, kind=kind, place=Place(part=""))
        return in_attribute(self.tags, tag)

    def _inline(self, parent: Element, around: RunLook) -> None:
        for child in parent:
            if is_instruction(child):
                self._steer(child)
            elif child.tag == _R:
                self._run(child, around)
            elif child.tag == _LINK:
                self._link(child, around)
            elif child.tag not in _UNSEEN:
                self._inline(child, around)

    def _link(self, element: Element, around: RunLook) -> None:
        identity = str(element.get(qn("r:id"), ""))
        relation = self.source.relations.get(identity)
        address = ""
        if IN_ATTRIBUTE[0] in identity:
            address = identity  # the pen sees to it that it is safe
        elif relation and relation.target.lower().startswith(SAFE_SCHEMES):
            address = escape(relation.target)
        if address:
            self.html.append(f'<a href="{address}">')
        self._inline(element, around)
        if address:
            self.html.append("</a>")

    def _run(self, run: Element, around: RunLook) -> None:
        look = self.source.styles.of_run(run.find(_RPR), around)
        if look.hidden:
            self._set_in_the_dark(run)
            return
        begin, end = dress(look, self.source.styles.runs[""])
        inside: list[str] = []
        for atom in run:
            if atom.tag == _T:
                inside.append(self._words(atom, begin, end))
            elif atom.tag in _NOTES:
                inside.append(self._note(atom))
            elif atom.tag == _RUBY:
                self.html.append(begin + "".join(inside) + end if any(inside) else "")
                inside = []
                self._ruby(atom, around)
            elif atom.tag == _DRAWING or atom.tag not in (_RPR, *_UNSEEN):
                words = said(atom)
                self._say(words.replace("\n", LINE))
                inside.append(words.replace("\n", "<br>").replace("\t", "\u2003"))
                inside.append(self._drawn(atom))
        if any(inside):
            self.html.append(begin + "".join(inside) + end)
        if self.boxes and self.branching:
            self._put_boxes_here()

    def _set_in_the_dark(self, hidden: Element) -> None:
        """Keep what hidden words set; the words that use it may be seen."""
        for standing in _tags_in(hidden):
            if self.tags[number_of(standing)].jinja.startswith("set "):
                self._steer(standing)

    def _ruby(self, ruby: Element, around: RunLook) -> None:
        """Write words with how they are said: 王(wáng)."""
        for words in ruby.iterchildren(_RUBY_BASE):
            self._inline(words, around)
        for words in ruby.iterchildren(_RUBY_SAID):
            self._both("(")
            self._inline(words, around)
            self._both(")")

    def _words(self, atom: Element, begin: str, end: str) -> str:
        """Say the words of a <w:t>; return them as HTML, both with their tags."""
        made = [self._plain(atom.text or "")]
        for child in atom:
            if is_instruction(child) and is_tag(child):
                number = number_of(child)
                self._keep_slots(number, begin, end)
                made.append(IN_ATTRIBUTE.format(number))
                self._say(made[-1])
            made.append(self._plain(child.tail or ""))
        return "".join(made)

    def _plain(self, words: str) -> str:
        words = words.replace("\n", " ").replace("\t", " ")
        self._say(words)
        return escape(words, quote=False)

    def _keep_slots(self, number: int, begin: str, end: str) -> None:
        tag = self.tags[number]
        apart = f"{end}</p>{LINE}{self.paragraph_open}{begin}"
        self.html_slots[number] = Slot(
            number=number, kind=tag.kind, source=tag.source,
            before_gap=f'<span style="color:{_RED}">', after_gap="</span>",
            line="<br>", tab="\u2003", paragraph=apart, page=apart,
        )  # fmt: skip
        between = f"{PARAGRAPH_END}{self.apart}{PARAGRAPH}"
        self.text_slots[number] = Slot(
            number=number, kind=tag.kind, source=tag.source,
            paragraph=between, page=between,
        )  # fmt: skip

    def _note(self, reference: Element) -> str:
        key = (_NOTES[str(reference.tag)], str(reference.get(qn("w:id"))))
        note = self.source.notes.get(key)
        if note is None:
            return ""
        name = f"{key[0]} {len(self.noted)}"
        sign = self._own(f"'{name}'|mr_note", "plain")
        self.noted[name] = note
        self._say(sign)
        return f"<sup>{sign}</sup>"

    def _drawn(self, atom: Element) -> str:
        """Return a picture as HTML; keep a text box for after its paragraph."""
        self.boxes += [
            box
            for box in atom.iter(_BOX)
            if not any(one.tag in _UNSEEN for one in box.iterancestors())
        ]
        made = []
        for inline in (*atom.iter(f"{_WP}inline"), *atom.iter(f"{_WP}anchor")):
            blip = next(inline.iter(f"{_A}blip"), None)
            shown = inline.find(f"{_WP}docPr")
            alt = "" if shown is None else str(shown.get("descr", ""))
            extent = inline.find(f"{_WP}extent")
            relation = None
            if blip is not None:
                relation = self.source.relations.get(str(blip.get(qn("r:embed"), "")))
            kind = relation.target.rpartition(".")[2].lower() if relation else ""
            if blip is None or relation is None or relation.external:
                continue
            self._say(f"[{alt}]" if alt else "")
            if kind not in SHOWN_KINDS:
                made.append(escape(f"[{alt}]" if alt else "", quote=False))
                continue
            pixels = 0
            if extent is not None and str(extent.get("cx")).isdecimal():
                pixels = min(int(str(extent.get("cx"))) // _EMU_A_PIXEL, _WIDEST)
            identity = relation.target.rpartition("/")[2]
            self.pictures[identity] = relation.target
            width = f' width="{pixels}"' if pixels else ""
            made.append(
                f'<img src="cid:{escape(identity)}"{width} alt="{escape(alt)}">'
            )
        return "".join(made)

    def _table(self, table: Element) -> None:
        lines = self.source.styles.of_table(table.find(qn("w:tblPr")))
        css = f"border-collapse:collapse;margin:6pt 0;max-width:{_WIDEST}px"
        css += table_css(lines)
        self.html.append(f'<table style="{css}">{LINE}')
        self._say(TABLE)
        self.lines.append(lines)
        self._rows(table)
        self.lines.pop()
        self._say(TABLE_END)
        self.html.append(f"</table>{LINE}")

    def _rows(self, holder: Element) -> None:
        for child in holder:
            if is_instruction(child):
                self._steer(child)
            elif child.tag == _TR:
                self.html.append("<tr>")
                self._say(ROW)
                self._cells(child)
                self.html.append(f"</tr>{LINE}")
            elif child.tag not in _UNSEEN:
                self._rows(child)

    def _cells(self, row: Element) -> None:
        for child in row:
            if is_instruction(child):
                self._steer(child)
            elif child.tag == _TC:
                self._cell(child)
            elif child.tag not in _UNSEEN:
                self._cells(child)

    def _cell(self, cell: Element) -> None:
        properties = cell.find(qn("w:tcPr"))
        span = _property(properties, "gridSpan", _VAL)
        columns = f' colspan="{span}"' if span else ""
        borders = None if properties is None else properties.find(qn("w:tcBorders"))
        css = "padding:3pt 6pt;vertical-align:top"
        css += cell_css(self.lines[-1], lines_of([borders]))
        fill = _property(properties, "shd", qn("w:fill"))
        if fill and fill != "auto":
            css += f";background:#{fill}"
        self.html.append(f'<td{columns} style="{css}">')
        self._say(CELL)
        self._blocks(cell)
        self.html.append("</td>")


def finish(html: str) -> str:
    """Return HTML that was filled in, its empty paragraphs as high as a line."""
    return _HOLLOW.sub(r"\1<br></p>", html).replace(LINE, "\n")


def _tags_in(element: Element) -> list[Element]:
    return [one for one in element.iter() if is_instruction(one) and is_tag(one)]


def _property(properties: Element | None, name: str, attribute: str) -> str:
    found = None if properties is None else properties.find(qn(f"w:{name}"))
    value = "" if found is None else str(found.get(attribute, ""))
    return value if value.isalnum() or IN_ATTRIBUTE[0] in value else ""
