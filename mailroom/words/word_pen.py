"""Writes values as runs of Word."""

import re
import struct
from dataclasses import dataclass, field
from hashlib import sha256

from docx.image.exceptions import (
    InvalidImageStreamError,
    UnexpectedEndOfFileError,
    UnrecognizedImageError,
)
from docx.image.image import Image
from docx.shared import Emu, Mm
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import escape

from mailroom.words.numbering import Numbering
from mailroom.words.pens import Letter, Pen, Slot
from mailroom.words.rich import Listing, Picture, RichText, Span
from mailroom.words.sandbox import PEN, SANDBOX

TEXT, END = '<w:t xml:space="preserve">', "</w:t>"
_BREAKS = re.compile("[\n\t\a\f]")
_MARKUP = re.compile("[&<>\n\t]")
_WIDEST = Mm(170)  # a page less its margins; what is wider is made to fit
_KINDS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
_DRAWING = (
    "<w:drawing><wp:inline"
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<wp:extent cx="{x}" cy="{y}"/><wp:docPr id="{id}" name="{name}" descr="{alt}"/>'
    "<wp:cNvGraphicFramePr>"
    '<a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic><pic:nvPicPr><pic:cNvPr id="0" name="{name}"/><pic:cNvPicPr/>'
    '</pic:nvPicPr><pic:blipFill><a:blip r:embed="{rel}"/><a:stretch><a:fillRect/>'
    '</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="{x}" cy="{y}"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr>'
    "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
)

# What python-docx raises for pictures that are none, or broken; the last five seen in
# practice for headers that lie about what follows.
_NO_PICTURE = (
    InvalidImageStreamError,
    UnexpectedEndOfFileError,
    UnrecognizedImageError,
    struct.error,
    ArithmeticError,
    EOFError,
    LookupError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture ready to be shown."""

    content: bytes
    kind: str  # "png"
    width: int  # English Metric Units
    height: int
    name: str  # by its content: the same picture is kept once


def shown(picture: Picture) -> Shown | None:
    """Read a picture and its measures; None where it is none that Word shows."""
    try:
        image = Image.from_blob(picture.content)
        kind = _KINDS.get(image.content_type)
        wanted = [
            None if given is None else Mm(max(1, min(given, 1000)))
            for given in (picture.width_mm, picture.height_mm)
        ]
        width, height = image.scaled_dimensions(*wanted)
    except _NO_PICTURE:
        return None
    if kind is None or not width or not height:
        return None
    if width > _WIDEST:
        width, height = _WIDEST, Emu(int(height * _WIDEST / width))
    digest = sha256(picture.content).hexdigest()[:16]
    return Shown(picture.content, kind, int(width), int(height), f"field-{digest}")


@dataclass(slots=True)
class Additions:
    """What a filled part points at beside what its template does."""

    links: dict[str, str] = field(default_factory=dict)  # address → relation id
    pictures: dict[str, tuple[str, Shown]] = field(default_factory=dict)  # by name


class WordPen(Pen):
    """Writes the values of one part of one letter for Word."""

    def __init__(self, letter: Letter, numbering: Numbering, prefix: str) -> None:
        """Begin; `prefix` goes into the ids that are made: the template's own."""
        super().__init__(letter)
        self.prefix = prefix
        self.added = Additions()
        self.parts: dict[int, Additions] = {}
        self.lists: dict[str, str] = {}  # numId of a new list → the one it is like
        self.highest_list = max(
            (int(one) for one in numbering if one.isdecimal()), default=0
        )
        self.now: dict[str, str] = {}  # numId of the template → that of this place

    def begin_part(self, number: int) -> None:
        """Begin that part of the file, which may point at things of its own."""
        super().begin_part(number)
        self.added = self.parts[number] = Additions()

    def address(self, address: str) -> str:
        """Return the id of a relation to that address, a new one if need be."""
        links = self.added.links
        return links.setdefault(address, f"rId{self.prefix}L{len(links) + 1}")

    def new_list(self, number: str) -> str:
        """Begin a list anew; return its numId."""
        self.highest_list += 1
        new = self.now[number] = str(self.highest_list)
        self.lists[new] = number
        return new

    def _written(self, words: str, slot: Slot) -> str:
        if not _MARKUP.search(words):
            return words
        return slot.broken(str(escape(words)))

    def _put_rich(self, value: RichText | Listing | Picture, slot: Slot) -> str:
        if isinstance(value, Listing):
            return slot.broken(str(escape(value.text)))
        if isinstance(value, RichText):
            runs = "".join(self._run(span) for span in value.spans)
            return f"{slot.out}{runs}{slot.back}"
        picture = shown(value)
        if picture is None:
            return self._gap(self._name(None, slot), slot)
        relation = f"rId{self.prefix}P{len(self.added.pictures) + 1}"
        known = self.added.pictures.setdefault(picture.name, (relation, picture))
        self.numbers += 1
        drawing = _DRAWING.format(
            x=picture.width, y=picture.height, id=self.numbers,
            name=picture.name, alt=escape(value.alt), rel=known[0],
        )  # fmt: skip
        return f"{slot.out}<w:r>{drawing}</w:r>{slot.back}"

    def _run(self, span: Span) -> str:
        words = _BREAKS.sub(_sign, str(escape(span.text)))
        run = f"<w:r>{_dress(span)}{TEXT}{words}{END}</w:r>"
        if not span.link:
            return run
        relation = self._link(span.link, _NO_SLOT, span.link)
        return (
            '<w:hyperlink xmlns:r="http://schemas.openxmlformats.org/officeDocument/'
            f'2006/relationships" r:id="{relation}">{run}</w:hyperlink>'
        )


_NO_SLOT = Slot(number=-1, kind="link", source="")
_SIGNS = {"\n": "<w:br/>", "\t": "<w:tab/>", "\f": '<w:br w:type="page"/>'}


def _sign(found: re.Match[str]) -> str:
    return f"{END}{_SIGNS.get(found[0], '<w:br/>')}{TEXT}"


def _dress(span: Span) -> str:
    """Return the <w:rPr> of a span, its parts in the order of CT_RPr."""
    made = []
    if span.style:
        made.append(f'<w:rStyle w:val="{escape(span.style)}"/>')
    if span.font:
        font = escape(span.font)
        made.append(
            f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}"'
            f' w:cs="{font}"/>'
        )
    made += (
        f"<w:{name}/>" if switch else f'<w:{name} w:val="0"/>'
        for switch, name in (
            (span.bold, "b"),
            (span.italic, "i"),
            (span.strike, "strike"),
        )
        if switch is not None
    )
    if span.color:
        made.append(f'<w:color w:val="{escape(span.color.removeprefix("#"))}"/>')
    if span.size:
        half = round(span.size * 2)
        made.append(f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>')
    if span.underline:
        line = "single" if span.underline is True else span.underline
        made.append(f'<w:u w:val="{escape(line)}"/>')
    if span.highlight:
        shade = escape(span.highlight.removeprefix("#"))
        made.append(f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>')
    raised = "superscript" if span.superscript else "subscript"
    if span.superscript or span.subscript:
        made.append(f'<w:vertAlign w:val="{raised}"/>')
    return f"<w:rPr>{''.join(made)}</w:rPr>" if made else ""


def word_slot(slot: Slot, look: str, gap_look: str, paragraph_look: str | None) -> Slot:
    """Return the slot as it lies in words of a run: `<w:r>look<w:t>…`."""
    out, back = f"{END}</w:r>", f"<w:r>{look}{TEXT}"
    line = f"{END}<w:br/>{TEXT}"
    paragraph, page = line, f'{END}<w:br w:type="page"/>{TEXT}'
    if paragraph_look is not None:
        paragraph = f"{out}</w:p><w:p>{paragraph_look}{back}"
        page = (
            f'{out}</w:p><w:p><w:r><w:br w:type="page"/></w:r></w:p>'
            f"<w:p>{paragraph_look}{back}"
        )
    return Slot(
        number=slot.number, kind=slot.kind, source=slot.source,
        before_gap=f"{out}<w:r>{gap_look}{TEXT}", after_gap=f"{out}{back}",
        line=line, tab=f"{END}<w:tab/>{TEXT}", paragraph=paragraph, page=page,
        out=out, back=back,
    )  # fmt: skip


@pass_context
def _new_list(context: Context, number: str) -> str:
    pen: WordPen = context.parent[PEN]
    return pen.new_list(number)


@pass_context
def _list_id(context: Context, number: str) -> str:
    pen: WordPen = context.parent[PEN]
    return pen.now.get(number, number)


SANDBOX.filters.update(mr_new_list=_new_list, mr_list_id=_list_id)
