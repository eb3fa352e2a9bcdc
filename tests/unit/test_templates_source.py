"""Claims about the source that the shipped Word templates are made from."""

import re
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import etree

from templates.source.notation import NotationError, Table, read_blocks, read_page
from templates.source.shipped import shipped

TEMPLATES = Path(__file__).parents[2] / "templates"
MADE = shipped()
RED = ("paper/notice.zh.docx", "paper/report.zh.docx", "paper/minutes.zh.docx")
RED_LETTERS = ("letter/letter.zh.docx", "letter/letter_reply.zh.docx")
OFFICIAL = (*RED, *RED_LETTERS)


def part(name: str, path: str) -> etree._Element:
    with zipfile.ZipFile(BytesIO(MADE[name])) as archive:
        return etree.fromstring(archive.read(path))


def style(name: str, identity: str) -> etree._Element:
    (found,) = (
        one
        for one in part(name, "word/styles.xml").iter(qn("w:style"))
        if one.get(qn("w:styleId")) == identity
    )
    return found


def said(element: etree._Element, path: str, attribute: str) -> str | None:
    found = element.find("/".join(qn(f"w:{step}") for step in path.split("/")))
    return None if found is None else found.get(qn(f"w:{attribute}"))


def edges(name: str) -> dict[str, etree._Element]:
    """Return headers and footers by what they are of, "header_first"."""
    relations = part(name, "word/_rels/document.xml.rels")
    return {
        str(one.get("Id")): part(name, f"word/{one.get('Target')}")
        for one in relations
        if str(one.get("Id")).startswith(("header", "footer"))
    }


def test_what_is_shipped_is_what_the_source_makes() -> None:
    here = {
        path.relative_to(TEMPLATES).as_posix(): path.read_bytes()
        for path in TEMPLATES.rglob("*.docx")
        if not path.name.startswith("~$")
    }

    assert set(here) == set(MADE)
    assert [name for name in MADE if here[name] != MADE[name]] == []


def test_the_source_runs_as_a_folder_and_writes_where_it_is_told(
    tmp_path: Path,
) -> None:
    subprocess.run([sys.executable, TEMPLATES / "source", tmp_path], check=True)

    assert {
        path.relative_to(tmp_path).as_posix(): path.read_bytes()
        for path in tmp_path.rglob("*.docx")
    } == MADE


@pytest.mark.parametrize("name", MADE)
def test_every_style_that_is_worn_is_in_the_style_sheet(name: str) -> None:
    there = {
        one.get(qn("w:styleId"))
        for one in part(name, "word/styles.xml").iter(qn("w:style"))
    }
    worn = {
        one.get(qn("w:val"))
        for root in (part(name, "word/document.xml"), *edges(name).values())
        for one in root.iter(qn("w:pStyle"), qn("w:rStyle"))
    }

    assert worn - there == set()


@pytest.mark.parametrize("name", MADE)
def test_a_table_is_as_wide_as_its_cells_in_every_row(name: str) -> None:
    for table in part(name, "word/document.xml").iter(qn("w:tbl")):
        width = said(table, "tblPr/tblW", "w")
        for row in table.iter(qn("w:tr")):
            cells = (str(said(cell, "tcPr/tcW", "w")) for cell in row.iter(qn("w:tc")))
            assert str(sum(map(int, cells))) == width


@pytest.mark.parametrize("name", OFFICIAL)
def test_an_official_paper_has_the_margins_of_the_standard(name: str) -> None:
    (section,) = Document(BytesIO(MADE[name])).sections

    for measured, wanted in (
        (section.page_width, Mm(210)),
        (section.page_height, Mm(297)),
        (section.top_margin, Mm(37)),
        (section.bottom_margin, Mm(35)),
        (section.left_margin, Mm(28)),
        (section.right_margin, Mm(26)),
    ):
        assert measured == pytest.approx(wanted, abs=Mm(0.1))


@pytest.mark.parametrize("name", OFFICIAL)
def test_an_official_paper_has_22_lines_of_28_letters(name: str) -> None:
    root, normal = part(name, "word/styles.xml"), style(name, "Normal")
    section = part(name, "word/document.xml").find(f".//{qn('w:sectPr')}")

    assert said(root, "docDefaults/rPrDefault/rPr/sz", "val") == "32"
    assert said(normal, "rPr/spacing", "val") == "-5"  # 28 × (16 − 0.25) pt < 156 mm
    assert said(normal, "pPr/spacing", "line") == "579"  # 22 × 28.95 pt < 225 mm
    assert said(normal, "pPr/spacing", "lineRule") == "exact"
    assert section is not None
    assert said(section, "docGrid", "linePitch") == "579"


@pytest.mark.parametrize("name", OFFICIAL)
def test_an_official_paper_wears_the_letters_of_the_standard(name: str) -> None:
    title, mark = style(name, "Title"), style(name, "Mark")

    assert said(title, "rPr/rFonts", "eastAsia") == "方正小标宋简体"
    assert said(title, "rPr/sz", "val") == "44"
    assert said(mark, "rPr/color", "val") == "FF0000"
    assert said(style(name, "Level1"), "rPr/rFonts", "eastAsia") == "黑体"
    assert said(style(name, "Level2"), "rPr/rFonts", "eastAsia") == "楷体"
    assert said(style(name, "Letter"), "pPr/ind", "firstLineChars") == "200"


@pytest.mark.parametrize("name", OFFICIAL)
def test_page_numbers_stand_outside_on_both_sides_of_a_sheet(name: str) -> None:
    found = edges(name)

    assert part(name, "word/settings.xml").find(qn("w:evenAndOddHeaders")) is not None
    for place, side in (("footer_default", "PageOdd"), ("footer_even", "PageEven")):
        assert said(found[place], "p/pPr/pStyle", "val") == side
        assert "".join(map(str, found[place].itertext())) == "—  PAGE 1 —"
    assert said(style(name, "PageOdd"), "pPr/jc", "val") == "right"
    assert said(style(name, "PageEven"), "pPr/jc", "val") == "left"
    assert said(style(name, "Page"), "rPr/sz", "val") == "28"


@pytest.mark.parametrize("name", RED_LETTERS)
def test_a_letters_first_page_has_two_red_rules_and_no_number(name: str) -> None:
    found = edges(name)

    assert "PAGE" not in "".join(map(str, found["footer_first"].itertext()))
    assert said(found["footer_first"], "p/pPr/pStyle", "val") == "Foot"
    for identity, thick, thin in (("Head", "top", "bottom"), ("Foot", "bottom", "top")):
        rule = style(name, identity)
        assert said(rule, f"pPr/pBdr/{thick}", "color") == "FF0000"
        assert int(said(rule, f"pPr/pBdr/{thick}", "sz") or 0) > int(
            said(rule, f"pPr/pBdr/{thin}", "sz") or 99
        )
        beyond = [int(said(rule, "pPr/ind", side) or 0) for side in ("left", "right")]
        # Twips: 156 mm of text with what it stands out are 170 mm.
        assert (8845 - sum(beyond)) / 1440 * 25.4 == pytest.approx(170, abs=0.1)


@pytest.mark.parametrize("name", RED)
def test_the_imprint_stands_at_the_foot_between_rules(name: str) -> None:
    *_, imprint = part(name, "word/document.xml").iter(qn("w:tbl"))

    assert said(imprint, "tblPr/tblpPr", "tblpYSpec") == "bottom"
    assert said(imprint, "tblPr/tblpPr", "vertAnchor") == "margin"
    assert [
        said(imprint, f"tblPr/tblBorders/{side}", "sz")
        for side in ("top", "insideH", "bottom")
    ] == ["8", "6", "8"]  # eighths of a point: 0.35 mm, 0.26 mm, 0.35 mm


def test_a_line_is_a_paragraph_with_its_style_or_the_bodys() -> None:
    letter, detail, tag = read_blocks("Good day\n\n[Detail] Room: 1\n{%p if a %}")

    assert [getattr(one, "style", "") for one in (letter, detail, tag)] == [
        "Letter",
        "Detail",
        "Normal",
    ]


def test_labels_and_cells_take_turns_and_a_row_says_its_height() -> None:
    (table,) = read_blocks("[table 20 80]\nRoom │ one⏎two ↕25\n[end]")

    assert isinstance(table, Table)
    ((row,),) = (table.rows,)
    assert [[part.style for part in cell] for cell in row.cells] == [
        ["Label"],
        ["Cell", "Cell"],
    ]
    assert row.height == 25


def test_a_list_has_its_labels_in_the_first_row() -> None:
    (table,) = read_blocks("[list 50 50]\nNo. │ What\n1 │ it\n[end]")

    assert isinstance(table, Table)
    assert [row.cells[1][0].style for row in table.rows] == ["Label", "Cell"]
    assert [row.head for row in table.rows] == [True, False]


def test_a_table_without_an_end_is_refused() -> None:
    with pytest.raises(NotationError, match=re.escape("[end]")):
        read_blocks("[table 50 50]\na │ b")


def test_a_text_says_its_look_and_title_and_nothing_else(tmp_path: Path) -> None:
    text = tmp_path / "x.en.txt"
    text.write_text("look: letter.en\ncolour: red\n\nGood day\n", encoding="utf-8")

    with pytest.raises(NotationError, match="look and title"):
        read_page(text, tmp_path)


def test_a_passage_stands_where_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "end.en.txt").write_text("Goodbye\n", encoding="utf-8")
    text = tmp_path / "x.en.txt"
    text.write_text("look: a\ntitle: b\n\nHello\n[use end.en]\n", encoding="utf-8")

    page = read_page(text, tmp_path)

    assert [getattr(one, "words", "") for one in page.blocks] == ["Hello", "Goodbye"]
