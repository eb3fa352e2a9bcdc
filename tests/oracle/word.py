"""Writes Word files piece by piece, as Word saves them."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from xml.sax.saxutils import escape

_SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
}
NAMES = " ".join(f'xmlns:{short}="{long}"' for short, long in _SPACES.items())
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_SPELLING = '<w:proofErr w:type="spellStart"/>', '<w:proofErr w:type="spellEnd"/>'


# ── pieces of a body ─────────────────────────────────────────────────────


def run(words: str, look: str = "") -> str:
    """Return a run; `look` is what stands in its w:rPr."""
    props = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{props}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def split(*pieces: str, look: str = "") -> str:
    """Return a text in several runs of one look, as the spelling check leaves them."""
    props = f"<w:rPr>{look}</w:rPr>" if look else ""
    runs = [
        f'<w:r w:rsidRPr="00AB{number:04X}">{props}'
        f'<w:t xml:space="preserve">{escape(piece)}</w:t></w:r>'
        for number, piece in enumerate(pieces)
    ]
    return runs[0] + _SPELLING[0] + _SPELLING[1].join(runs[1:])


def paragraph(*pieces: str, props: str = "") -> str:
    """Return a paragraph; a piece without markup is a run of its own."""
    held = "".join(
        one if one.startswith("<w:") and one[-1] == ">" else run(one) for one in pieces
    )
    props = f"<w:pPr>{props}</w:pPr>" if props else ""
    return f'<w:p w:rsidR="00C10001" w:rsidRDefault="00C10002">{props}{held}</w:p>'


def paragraphs(*lines: str) -> str:
    """Return a paragraph a line."""
    return "".join(paragraph(line) for line in lines)


def cell(*pieces: str, props: str = "") -> str:
    """Return a cell; a piece that is no paragraph becomes one."""
    held = "".join(
        one if one.startswith(("<w:p", "<w:tbl")) else paragraph(one) for one in pieces
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/>{props}</w:tcPr>{held}</w:tc>'
    )


def row(*cells: str) -> str:
    """Return a row; what is no cell becomes one."""
    held = "".join(one if one.startswith("<w:tc") else cell(one) for one in cells)
    return f'<w:tr w:rsidR="00D20001">{held}</w:tr>'


def table(*rows: str, columns: int) -> str:
    """Return a table of rows, with a grid of columns each 100 pt wide."""
    grid = '<w:gridCol w:w="2000"/>' * columns
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def lines(*texts: str, columns: int) -> str:
    """Return a table of rows given as texts: "a | b" is a row of two cells."""
    return table(*(row(*text.split(" | ")) for text in texts), columns=columns)


# ── whole files ──────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Word:
    """A Word file: its body, and what else it has."""

    body: str
    headers: Mapping[str, str] = field(default_factory=dict)  # default, first, even
    footers: Mapping[str, str] = field(default_factory=dict)
    footnotes: Sequence[str] = ()
    endnotes: Sequence[str] = ()
    comments: Sequence[str] = ()
    properties: Mapping[str, str] = field(default_factory=dict)  # dc:title, cp:keywords
    links: Mapping[str, str] = field(default_factory=dict)  # the body's, by id

    def save(self) -> bytes:
        """Write it."""
        parts: dict[str, tuple[str, str]] = {}  # name → content, kind
        links = [
            _link("rIdStyles", "styles", "styles.xml"),
            _link("rIdSettings", "settings", "settings.xml"),
            *(_link(key, "hyperlink", at, far=True) for key, at in self.links.items()),
        ]
        section = ""
        for edge, tag in (("header", "hdr"), ("footer", "ftr")):
            for kind, held in getattr(self, f"{edge}s").items():
                name = f"{edge}_{kind}.xml"
                parts[f"word/{name}"] = _part(tag, held), f"{_KIND}.{edge}+xml"
                links.append(_link(f"rId{edge}{kind}", edge, name))
                section += (
                    f'<w:{edge}Reference w:type="{kind}" r:id="rId{edge}{kind}"/>'
                )
        for kind in ("footnote", "endnote", "comment"):
            notes = "".join(
                f'<w:{kind} w:id="{number}">{note}</w:{kind}>'
                for number, note in enumerate(getattr(self, f"{kind}s"), 1)
            )
            if notes:
                name = f"{kind}s.xml"
                parts[f"word/{name}"] = _part(f"{kind}s", notes), f"{_KIND}.{kind}s+xml"
                links.append(_link(f"rId{kind}s", f"{kind}s", name))
        section += '<w:pgSz w:w="11906" w:h="16838"/><w:titlePg/>'
        body = f"<w:body>{self.body}<w:sectPr>{section}</w:sectPr></w:body>"
        parts |= {
            "word/document.xml": (
                _part("document", body),
                f"{_KIND}.document.main+xml",
            ),
            "word/styles.xml": (_part("styles", _STYLES), f"{_KIND}.styles+xml"),
            "word/settings.xml": (_part("settings", ""), f"{_KIND}.settings+xml"),
            "docProps/core.xml": (
                _core(self.properties),
                "application/vnd.openxmlformats-package.core-properties+xml",
            ),
        }
        return _archive(parts, {"word/_rels/document.xml.rels": "".join(links)})


def letter(*texts: str) -> Word:
    """Return a file of plain paragraphs."""
    return Word(body=paragraphs(*texts))


_STYLES = (
    "<w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Calibri" w:eastAsia="仿宋" w:hAnsi="Calibri"/>'
    '<w:sz w:val="22"/><w:lang w:val="en-GB" w:eastAsia="zh-CN"/>'
    "</w:rPr></w:rPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/></w:style>'
    '<w:style w:type="table" w:styleId="TableGrid">'
    '<w:name w:val="Table Grid"/></w:style>'
)


def _part(tag: str, held: str) -> str:
    return f"{_DECLARED}<w:{tag} {NAMES}>{held}</w:{tag}>"


def _link(key: str, kind: str, target: str, *, far: bool = False) -> str:
    mode = ' TargetMode="External"' if far else ""
    where = escape(target, {'"': "&quot;"})
    return f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{where}"{mode}/>'


def _core(properties: Mapping[str, str]) -> str:
    held = "".join(
        f"<{name}>{escape(words)}</{name}>" for name, words in properties.items()
    )
    package = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    return (
        f'{_DECLARED}<cp:coreProperties xmlns:cp="{package}"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/">{held}</cp:coreProperties>'
    )


def _archive(parts: Mapping[str, tuple[str, str]], links: Mapping[str, str]) -> bytes:
    space = "http://schemas.openxmlformats.org/package/2006"
    kinds = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        for name, (_, kind) in parts.items()
    )
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata"
    first = _link("rId1", "officeDocument", "word/document.xml") + (
        f'<Relationship Id="rId2" Type="{core}/core-properties"'
        ' Target="docProps/core.xml"/>'
    )
    listed = {"_rels/.rels": first, **links}
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'{_DECLARED}<Types xmlns="{space}/content-types">'
            '<Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{kinds}</Types>',
        )
        for name, held in listed.items():
            archive.writestr(
                name,
                f'{_DECLARED}<Relationships xmlns="{space}/relationships">{held}'
                "</Relationships>",
            )
        for name, (content, _) in parts.items():
            archive.writestr(name, content)
    return file.getvalue()
