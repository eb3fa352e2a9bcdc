"""Writes Word files with the parts that Word 16 saves beside the text.

Word's own small files have these parts in these sizes (15 to 19 parts, 65 to 74 KB of
XML: mostly styles and the names of XML). They are made here, so that nobody's file is
used.
"""

import zipfile
from collections.abc import Sequence
from io import BytesIO

from tests.oracle.word import paragraph, split

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_MICROSOFT = "http://schemas.microsoft.com/office"
_KIND = "application/vnd.openxmlformats-officedocument"
_WORD = f"{_KIND}.wordprocessingml"
_DRAWN = "http://schemas.openxmlformats.org/drawingml/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'

# What Word 16 declares at the head of each of its parts.
_NAMES = {
    "wpc": f"{_MICROSOFT}/word/2010/wordprocessingCanvas",
    "cx": f"{_MICROSOFT}/drawing/2014/chartex",
    **{
        f"cx{number}": f"{_MICROSOFT}/drawing/{year}/{month}/{day}/chartex"
        for number, year, month, day in (
            (1, 2015, 9, 8), (2, 2015, 10, 21), (3, 2016, 5, 9), (4, 2016, 5, 10),
            (5, 2016, 5, 11), (6, 2016, 5, 12), (7, 2016, 5, 13), (8, 2016, 5, 14),
        )
    },
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "aink": f"{_MICROSOFT}/drawing/2016/ink",
    "am3d": f"{_MICROSOFT}/drawing/2017/model3d",
    "o": "urn:schemas-microsoft-com:office:office",
    "r": f"{_OFFICE}/relationships",
    "m": f"{_OFFICE}/math",
    "v": "urn:schemas-microsoft-com:vml",
    "wp14": f"{_MICROSOFT}/word/2010/wordprocessingDrawing",
    "wp": f"{_DRAWN}/wordprocessingDrawing",
    "w10": "urn:schemas-microsoft-com:office:word",
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "w14": f"{_MICROSOFT}/word/2010/wordml",
    "w15": f"{_MICROSOFT}/word/2012/wordml",
    "w16cid": f"{_MICROSOFT}/word/2016/wordml/cid",
    "w16se": f"{_MICROSOFT}/word/2015/wordml/symex",
    "wpg": f"{_MICROSOFT}/word/2010/wordprocessingGroup",
    "wpi": f"{_MICROSOFT}/word/2010/wordprocessingInk",
    "wne": f"{_MICROSOFT}/word/2006/wordml",
    "wps": f"{_MICROSOFT}/word/2010/wordprocessingShape",
}  # fmt: skip
_FEW = ("mc", "r", "w", "w14", "w15", "w16cid", "w16se")
FONTS = (
    "Calibri",
    "Calibri Light",
    "Times New Roman",
    "仿宋",
    "宋体",
    "黑体",
    "Symbol",
)


def saved(body: str, title: str) -> bytes:
    """Return the file with this body and title, with a header and a footer."""
    edges = (
        '<w:headerReference w:type="default" r:id="rId8"/><w:footerReference'
        ' w:type="default" r:id="rId9"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar'
        ' w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="708"'
        ' w:footer="708" w:gutter="0"/><w:cols w:space="708"/>'
    )
    section = f'<w:sectPr w:rsidR="00AB1234">{edges}</w:sectPr>'
    header = paragraph(split("{{ off", "ice }}"), " · ", split("{{ case", "_no }}"))
    footer = paragraph(split("{{ slo", "gan }}"))
    few = _part("webSettings", "<w:allowPNG/>", _FEW)
    beside = (
        ("styles", "styles", _styles()),
        ("settings", "settings", _settings()),
        ("webSettings", "webSettings", few),
        ("fontTable", "fontTable", _fonts()),
        ("numbering", "numbering", _numbering()),
        ("footnotes", "footnotes", _notes("footnote")),
        ("endnotes", "endnotes", _notes("endnote")),
        ("header1", "header", _part("hdr", header)),
        ("footer1", "footer", _part("ftr", footer)),
        ("theme/theme1", "theme", _theme()),
    )
    kinds = {"theme": f"{_KIND}.theme+xml"}
    overrides, links = "", ""
    for number, (name, kind, _) in enumerate(beside, 1):
        content = kinds.get(kind, f"{_WORD}.{kind}+xml")
        overrides += _override(f"word/{name}.xml", content)
        links += _link(number, f"{_OFFICE}/relationships/{kind}", f"{name}.xml")
    package = "http://schemas.openxmlformats.org/package/2006"
    first = (
        _link(1, f"{_OFFICE}/relationships/officeDocument", "word/document.xml")
        + _link(
            2, f"{package}/relationships/metadata/core-properties", "docProps/core.xml"
        )
        + _link(3, f"{_OFFICE}/relationships/extended-properties", "docProps/app.xml")
    )
    overrides += (
        _override("word/document.xml", f"{_WORD}.document.main+xml")
        + _override(
            "docProps/core.xml",
            "application/vnd.openxmlformats-package.core-properties+xml",
        )
        + _override("docProps/app.xml", f"{_KIND}.extended-properties+xml")
    )
    parts = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{package}/content-types"><Default'
        ' Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": _links(package, first),
        "word/_rels/document.xml.rels": _links(package, links),
        "word/document.xml": _part("document", f"<w:body>{body}{section}</w:body>"),
        **{f"word/{name}.xml": content for name, _, content in beside},
        "docProps/core.xml": f"{_HEAD}<cp:coreProperties xmlns:cp="
        f'"{package}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/'
        '1.1/"><dc:title>' + title + "</dc:title><dc:creator>Office</dc:creator>"
        "</cp:coreProperties>",
        "docProps/app.xml": f'{_HEAD}<Properties xmlns="{_OFFICE}/extended-properties">'
        "<Template>Normal.dotm</Template><Application>Microsoft Office Word"
        "</Application><AppVersion>16.0000</AppVersion></Properties>",
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def _part(tag: str, held: str, names: Sequence[str] = tuple(_NAMES)) -> str:
    declared = " ".join(f'xmlns:{name}="{_NAMES[name]}"' for name in names)
    return (
        f'{_HEAD}<w:{tag} {declared} mc:Ignorable="w14 w15 w16se w16cid'
        f'{" wp14" if "wp14" in names else ""}">{held}</w:{tag}>'
    )


def _styles() -> str:
    exceptions = "".join(
        f'<w:lsdException w:name="Style of table {number}" w:semiHidden="1"'
        ' w:unhideWhenUsed="1"/>'
        for number in range(330)
    )
    named = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}">'
        f'<w:name w:val="heading {level}"/><w:basedOn w:val="Normal"/>'
        '<w:next w:val="Normal"/><w:uiPriority w:val="9"/><w:qFormat/><w:pPr>'
        '<w:keepNext/><w:keepLines/><w:spacing w:before="240" w:after="0"/>'
        f'<w:outlineLvl w:val="{level - 1}"/></w:pPr><w:rPr><w:rFonts'
        ' w:asciiTheme="majorHAnsi" w:eastAsiaTheme="majorEastAsia"/>'
        f'<w:color w:val="2F5496"/><w:sz w:val="{34 - 2 * level}"/></w:rPr></w:style>'
        for level in range(1, 10)
    )
    return _part(
        "styles",
        '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri"'
        ' w:eastAsia="宋体" w:hAnsi="Calibri"/><w:sz w:val="22"/>'
        '<w:szCs w:val="22"/><w:lang w:val="en-GB" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults><w:latentStyles"
        ' w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="0"'
        f' w:defUnhideWhenUsed="0" w:defQFormat="0" w:count="375">{exceptions}'
        '</w:latentStyles><w:style w:type="paragraph" w:default="1"'
        ' w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        f'{named}<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/>'
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/>'
        '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders><w:top w:val="single"'
        ' w:sz="4"/><w:left w:val="single" w:sz="4"/><w:bottom w:val="single"'
        ' w:sz="4"/><w:right w:val="single" w:sz="4"/><w:insideH w:val="single"'
        ' w:sz="4"/><w:insideV w:val="single" w:sz="4"/></w:tblBorders></w:tblPr>'
        "</w:style>",
        _FEW,
    )


def _settings() -> str:
    rsids = "".join(f'<w:rsid w:val="00{1193046 + n:06X}"/>' for n in range(24))
    compat = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="{_MICROSOFT}/word" w:val="{value}"/>'
        for name, value in (
            ("compatibilityMode", 15),
            ("overrideTableStyleFontSizeAndJustification", 1),
            ("enableOpenTypeFeatures", 1),
            ("doNotFlipMirrorIndents", 1),
        )
    )
    return _part(
        "settings",
        '<w:zoom w:percent="100"/><w:proofState w:spelling="clean"/>'
        '<w:defaultTabStop w:val="720"/><w:characterSpacingControl'
        f' w:val="doNotCompress"/><w:compat><w:useFELayout/>{compat}</w:compat>'
        f'<w:rsids><w:rsidRoot w:val="00123456"/>{rsids}</w:rsids>'
        '<w:themeFontLang w:val="en-GB" w:eastAsia="zh-CN"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>',
        (*_FEW, "o", "m", "v", "w10"),
    )


def _theme() -> str:
    colours = "".join(
        f'<a:{name}><a:srgbClr val="{number:06X}"/></a:{name}>'
        for number, name in enumerate(
            ("dk1", "lt1", "dk2", "lt2", *(f"accent{n}" for n in range(1, 7)),
             "hlink", "folHlink"),
            start=0x1F3864,
        )
    )  # fmt: skip
    scripts = "".join(
        f'<a:font script="Scr{number}" typeface="Times New Roman"/>'
        for number in range(30)
    )
    fonts = "".join(
        f'<a:{name}><a:latin typeface="Calibri"/><a:ea typeface=""/><a:cs typeface=""/>'
        f"{scripts}</a:{name}>"
        for name in ("majorFont", "minorFont")
    )
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350" cap="flat" cmpd="sng" algn="ctr">{fill}</a:ln>'
    plain = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'{_HEAD}<a:theme xmlns:a="{_DRAWN}/main" name="Office Theme">'
        f'<a:themeElements><a:clrScheme name="Office">{colours}</a:clrScheme>'
        f'<a:fontScheme name="Office">{fonts}</a:fontScheme><a:fmtScheme name="Office">'
        f"<a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}"
        f"</a:lnStyleLst><a:effectStyleLst>{plain * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme>"
        "</a:themeElements><a:objectDefaults/><a:extraClrSchemeLst/></a:theme>"
    )


def _fonts() -> str:
    held = "".join(
        f'<w:font w:name="{name}"><w:panose1 w:val="020F0502020204030204"/>'
        '<w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/>'
        '<w:sig w:usb0="E4002EFF" w:usb1="C000247B" w:usb2="00000009" w:usb3="00000000"'
        ' w:csb0="000001FF" w:csb1="00000000"/></w:font>'
        for name in FONTS
    )
    return _part("fonts", held, _FEW)


def _numbering() -> str:
    levels = "".join(
        f'<w:lvl w:ilvl="{level}" w:tplc="0809000F"><w:start w:val="1"/>'
        f'<w:numFmt w:val="decimal"/><w:lvlText w:val="%{level + 1}."/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{720 * (level + 1)}"'
        ' w:hanging="360"/></w:pPr></w:lvl>'
        for level in range(9)
    )
    return _part(
        "numbering",
        '<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"'
        f'/>{levels}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/>'
        "</w:num>",
    )


def _notes(tag: str) -> str:
    held = "".join(
        f'<w:{tag} w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p>'
        f"</w:{tag}>"
        for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    return _part(f"{tag}s", held)


def _override(name: str, kind: str) -> str:
    return f'<Override PartName="/{name}" ContentType="{kind}"/>'


def _link(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'


def _links(package: str, held: str) -> str:
    return (
        f'{_HEAD}<Relationships xmlns="{package}/relationships">{held}</Relationships>'
    )
