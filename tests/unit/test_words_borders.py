"""Claims about the lines of tables, and paragraphs that hang, in a letter's mail."""

import re
from io import BytesIO

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.table import Table

from mailroom.words.runs import Element
from mailroom.words.template import Template


def borders(name: str, **sides: str) -> Element:
    """Make borders; "single 12 FF0000" is a kind, eighths of a point, a colour."""
    holder = OxmlElement(f"w:{name}")
    for side, said in sides.items():
        line = OxmlElement(f"w:{side}")
        for attribute, value in zip(("val", "sz", "color"), said.split(), strict=False):
            line.set(qn(f"w:{attribute}"), value)
        holder.append(line)
    return holder


def table() -> tuple[Table, BytesIO]:
    document = Document()
    made = document.add_table(rows=2, cols=2)
    made.cell(0, 0).text = "{{ a }}"
    made.style = None
    return made, BytesIO()


def mail(made: Table, file: BytesIO) -> tuple[str, list[str]]:
    """Return the style of the table, and those of its cells."""
    made.part.package.save(file)
    html = Template.read(file.getvalue(), "a.docx").render({"a": "x"}).html
    (outside,) = re.findall(r'<table style="([^"]*)"', html)
    return outside, re.findall(r'<td[^>]* style="([^"]*)"', html)


def test_a_table_without_lines_has_none_in_the_mail() -> None:
    outside, cells = mail(*table())

    assert "border:" not in outside + "".join(cells)


def test_the_lines_of_a_tables_style_are_shown() -> None:
    made, file = table()
    made.style = "Table Grid"

    outside, cells = mail(made, file)

    assert "border:" not in outside
    assert all("border:1px solid #000" in cell for cell in cells)


def test_the_tables_own_lines_go_over_those_of_its_style() -> None:
    made, file = table()
    made.style = "Table Grid"
    own = borders("tblBorders", left="nil", right="none", insideV="nil", top="double 4")
    made._tbl.tblPr.append(own)

    outside, cells = mail(made, file)

    assert "border-top:3px double #000;border-bottom:1px solid #000" in outside
    assert "left" not in outside + cells[0]
    assert "border-top:1px solid #000" in cells[0]


def test_a_cell_has_lines_of_its_own_with_width_and_colour() -> None:
    made, file = table()
    properties = made.cell(0, 0)._tc.get_or_add_tcPr()
    properties.append(borders("tcBorders", bottom="single 12 FF0000", start="dashed"))

    outside, cells = mail(made, file)

    assert "border-bottom:2px solid #FF0000" in cells[0]
    assert "border-left:1px dashed #000" in cells[0]
    assert not any("border-" in style for style in (outside[30:], *cells[1:]))


@pytest.mark.parametrize(
    "hostile", ["single 12 red;x", "single 99999999999 000000", 'single " "', "x"]
)
def test_odd_lines_stay_lines(hostile: str) -> None:
    made, file = table()
    made._tbl.tblPr.append(borders("tblBorders", top=hostile))

    outside, _ = mail(made, file)

    (line,) = re.findall(r";border-top:([^;\"]*)", outside)
    assert re.fullmatch(r"[1-6]px solid #(000|[0-9A-F]{6})", line)


def test_a_paragraph_that_hangs_hangs_in_the_mail() -> None:
    document = Document()
    layout = document.add_paragraph("附件：{{ a }}").paragraph_format
    layout.left_indent, layout.first_line_indent = Pt(60), Pt(-36)
    file = BytesIO()
    document.save(file)

    html = Template.read(file.getvalue(), "a.docx").render({"a": "x"}).html

    assert "60pt;text-indent:-3em" in html
