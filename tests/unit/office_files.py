"""Makes Office files, PDFs, archives by hand, for the tests of attachments."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def archive(
    parts: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Make a zip file."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", method) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return made.getvalue()


def relations(**targets: str) -> str:
    """Make a .rels part: r1="officeDocument word/document.xml"."""
    rows = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{value.split()[0]}"'
        f' Target="{value.split()[1]}"/>'
        for key, value in targets.items()
    )
    return f'<Relationships xmlns="{_RELS}">{rows}</Relationships>'


def word(body: str, **more: str) -> bytes:
    """Make a .docx of the XML of its body; `more` are header, footer … bodies."""
    near = {f"r{kind}": f"{kind} {kind}1.xml" for kind in more}
    parts = {
        "_rels/.rels": relations(r1="officeDocument word/document.xml"),
        "word/document.xml": _word_part("document", f"<w:body>{body}</w:body>"),
        "word/_rels/document.xml.rels": relations(**near),
    }
    for kind, xml in more.items():
        parts[f"word/{kind}1.xml"] = _word_part(kind, xml)
    return archive(parts)


def paragraph(*words: str) -> str:
    """Make a paragraph, a run for each of its words."""
    runs = "".join(
        f'<w:r><w:t xml:space="preserve">{word}</w:t></w:r>' for word in words
    )
    return f"<w:p>{runs}</w:p>"


def _word_part(name: str, xml: str) -> str:
    spaces = (
        f'xmlns:w="{_W}"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    return f"<w:{name} {spaces}>{xml}</w:{name}>"


def sheets(
    *rows: str, strings: str = "", styles: str = "", book: str = "", name: str = "Sheet"
) -> bytes:
    """Make an .xlsx of one sheet from the XML of its rows."""
    data = "".join(f"<row>{row}</row>" for row in rows)
    return archive(
        {
            "_rels/.rels": relations(r1="officeDocument xl/workbook.xml"),
            "xl/workbook.xml": (
                f'<workbook xmlns="{_S}" xmlns:r="{_OFFICE}">{book}<sheets>'
                f'<sheet name="{name}" sheetId="1" r:id="s1"/></sheets></workbook>'
            ),
            "xl/_rels/workbook.xml.rels": relations(
                s1="worksheet worksheets/sheet1.xml",
                s2="sharedStrings sharedStrings.xml",
                s3="styles styles.xml",
            ),
            "xl/worksheets/sheet1.xml": (
                f'<worksheet xmlns="{_S}"><sheetData>{data}</sheetData></worksheet>'
            ),
            "xl/sharedStrings.xml": f'<sst xmlns="{_S}">{strings}</sst>',
            "xl/styles.xml": f'<styleSheet xmlns="{_S}">{styles}</styleSheet>',
        }
    )


def pdf(*lines: str) -> bytes:
    """Make a PDF of one page with a few lines of Latin text."""
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    content = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET".encode("latin-1")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources 6 0 R >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Font << /F1 4 0 R >> >>",
    )
    made = b"%PDF-1.4\n"
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    end += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return made + end + b"startxref\n%d\n%%%%EOF" % len(made)
