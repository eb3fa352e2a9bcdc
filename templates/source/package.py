"""Packs the parts of a Word file, the same bytes for the same parts."""

from collections.abc import Mapping
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_OPEN = "http://schemas.openxmlformats.org/"
_RELATION = f"{_OPEN}officeDocument/2006/relationships/"
_CORE = f"{_OPEN}package/2006/relationships/metadata/core-properties"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_TYPES = {
    "word/document.xml": f"{_WORD}document.main+xml",
    "word/styles.xml": f"{_WORD}styles+xml",
    "word/settings.xml": f"{_WORD}settings+xml",
    "word/fontTable.xml": f"{_WORD}fontTable+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
}
# What a font is called on machines that have it under another name.
_FONTS = {
    "仿宋": ("仿宋_GB2312", "modern"),
    "楷体": ("楷体_GB2312", "modern"),
    "黑体": ("SimHei", "modern"),
    "宋体": ("SimSun", "auto"),
    "方正小标宋简体": ("FZXiaoBiaoSong-B05S", "auto"),
}
_LONG_AGO = (2026, 1, 1, 0, 0, 0)  # a file's own date would change its bytes


def write_package(
    *,
    title: str,
    main: str,
    styles: str,
    edges: Mapping[str, tuple[str, str]],
    two_sided: bool,
) -> bytes:
    """Return a .docx. `edges` are headers and footers by relation: their kind, XML."""
    names = {
        relation: f"{kind}{number}.xml"
        for number, (relation, (kind, _)) in enumerate(edges.items(), 1)
    }
    parts = {
        "word/document.xml": main,
        "word/styles.xml": styles,
        "word/settings.xml": _settings(two_sided=two_sided),
        "word/fontTable.xml": _fonts(),
        **{f"word/{names[rel]}": xml for rel, (_, xml) in edges.items()},
        "docProps/core.xml": _properties(title),
    }
    types = dict(_TYPES)
    types |= {
        f"word/{names[r]}": f"{_WORD}{kind}+xml" for r, (kind, _) in edges.items()
    }
    inner = [("styles", "styles.xml"), ("settings", "settings.xml")]
    inner += [("fontTable", "fontTable.xml")]
    relations = "".join(
        _relation(f"rId{number}", f"{_RELATION}{kind}", target)
        for number, (kind, target) in enumerate(inner, 1)
    ) + "".join(
        _relation(rel, f"{_RELATION}{kind}", names[rel])
        for rel, (kind, _) in edges.items()
    )
    outer = _relation("rId1", f"{_RELATION}officeDocument", "word/document.xml")
    outer += _relation("rId2", _CORE, "docProps/core.xml")
    parts = {
        "[Content_Types].xml": _content_types(types),
        "_rels/.rels": _relations(outer),
        "word/_rels/document.xml.rels": _relations(relations),
        **parts,
    }
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            entry = ZipInfo(name, _LONG_AGO)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, HEAD + xml)
    return target.getvalue()


def _relation(identity: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identity}" Type="{kind}" Target="{target}"/>'


def _relations(inner: str) -> str:
    space = f"{_OPEN}package/2006/relationships"
    return f'<Relationships xmlns="{space}">{inner}</Relationships>'


def _content_types(types: Mapping[str, str]) -> str:
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    inner = f'<Default Extension="rels" ContentType="{relations}"/>'
    inner += '<Default Extension="xml" ContentType="application/xml"/>'
    inner += "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        for name, kind in types.items()
    )
    return f'<Types xmlns="{_OPEN}package/2006/content-types">{inner}</Types>'


def _settings(*, two_sided: bool) -> str:
    sides = "<w:evenAndOddHeaders/>" if two_sided else ""
    mode = "http://schemas.microsoft.com/office/word"
    return (
        f'<w:settings {W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/>'
        f"{sides}"
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        "<w:compat><w:useFELayout/>"
        f'<w:compatSetting w:name="compatibilityMode" w:uri="{mode}" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _fonts() -> str:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/>'
        f'<w:charset w:val="86"/><w:family w:val="{family}"/></w:font>'
        for name, (other, family) in _FONTS.items()
    )
    return f"<w:fonts {W}>{fonts}</w:fonts>"


def _properties(title: str) -> str:
    space = f"{_OPEN}package/2006/metadata/core-properties"
    return (
        f'<cp:coreProperties xmlns:cp="{space}"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title></cp:coreProperties>"
    )
