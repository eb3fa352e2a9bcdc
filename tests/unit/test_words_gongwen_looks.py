"""Claims about the ways in which Word, WPS and others write the same gongwen."""

from dataclasses import replace

import pytest
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from tests.unit.gongwen_papers import (
    BEYOND,
    GOOD,
    GOOD_LETTER,
    GOOD_MINUTES,
    NUMBER,
    RED,
    Says,
    broken,
    but,
    judge,
    named,
    reopened,
    saved,
    without,
    write,
)

# ── what Word may write for the same look ────────────────────────────────


@pytest.mark.parametrize("font", ["仿宋", "仿宋_GB2312", "FangSong", "方正仿宋_GBK"])
def test_the_font_of_the_text_counts_under_its_names(font: str) -> None:
    assert named(but(GOOD, "text", font=font), "font of the text").state == "met"


def test_spaces_in_the_number_or_in_the_name_at_the_head_are_no_fault() -> None:
    spaced = but(GOOD, "mark", words="江 恒 市 人 民 政 府 文 件")
    paper = but(spaced, "number", words="江恒函〔2026〕12 号")

    assert broken(paper) == set()
    assert named(paper, "form").clause == "7"


@pytest.mark.parametrize("height", [28, 28.95])
def test_exact_lines_with_condensed_letters_give_22_by_28(height: float) -> None:
    says = {
        name: replace(one, height=height) if one.height else one
        for name, one in GOOD.says.items()
    }

    assert named(replace(GOOD, says=says), "lines and").state == "met"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"spacing": 0}, "22 lines of 27 characters"),
        ({"spacing": -0.2}, "22 lines of 27 characters"),
        ({"height": 29}, "21 lines of 28 characters"),
        ({"height": 0}, "no exact height"),
    ],
)
def test_other_settings_are_left_to_the_page_with_their_sum(
    changes: dict[str, float], found: str
) -> None:
    finding = named(but(GOOD, "text", **changes), "lines and")

    assert finding.state == "needs layout"
    assert found in str(finding.found)


def test_a_grid_of_characters_is_left_to_the_page() -> None:
    assert named(replace(GOOD, grid="linesAndChars"), "lines and").state == (
        "needs layout"
    )


def test_font_and_size_come_from_the_style_of_a_style() -> None:
    document = reopened(write(GOOD))
    base = document.styles.add_style("Base of all", 1)
    base.font.size, base.font.name = Pt(16), "仿宋"
    base.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    style = document.styles.add_style("Text of it", 1)
    style.base_style = base
    for paragraph in document.paragraphs:
        if paragraph.text.startswith("为做好"):
            paragraph.style = style
            for run in paragraph.runs:
                run._r.get_or_add_rPr().clear()
    facts = judge(saved(document))

    assert facts["font of the text"].state == "met"
    assert facts["size of the text"].state == "met"


def test_the_printers_15_75_points_count_as_16() -> None:
    document = reopened(write(GOOD))
    for size in document.element.body.iter(qn("w:sz")):
        if size.get(qn("w:val")) == "32":
            size.set(qn("w:val"), "15.75pt")

    assert named(saved(document), "size of the text").state == "met"


@pytest.mark.parametrize("characters", ["200", "0"])
def test_an_indent_may_be_in_characters_or_in_spaces(characters: str) -> None:
    paper = but(GOOD, "text", first=0, words="\u3000\u3000为做好防汛工作。")
    if characters == "200":
        paper = but(GOOD, "text", first=0)
    document = reopened(write(paper))
    (paragraph,) = [p for p in document.paragraphs if "为做好" in p.text]
    indent = paragraph._p.get_or_add_pPr().find(qn("w:ind"))
    assert indent is not None
    indent.set(qn("w:firstLineChars"), characters)

    assert named(saved(document), "indent of a paragraph").state == "met"


def test_the_margins_of_every_section_are_judged() -> None:
    document = reopened(write(GOOD))
    document.add_section().left_margin = Mm(20)

    assert broken(saved(document)) == {"left margin (订口)"}


def test_a_landscape_annex_is_no_fault() -> None:
    document = reopened(write(GOOD))
    section = document.add_section()
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.left_margin = Mm(28), Mm(35)

    assert broken(saved(document)) == set()


def drawn_by_word(color: str) -> str:
    return (
        f"<w:r {nsdecls('w', 'wp', 'a')}><w:drawing><wp:anchor>"
        f'<wp:extent cx="{170 * 36_000}" cy="0"/><a:graphic><a:graphicData>'
        f'<a:prstGeom prst="line"/><a:ln w="38100" cmpd="thickThin"><a:solidFill>'
        f'<a:srgbClr val="{color}"/></a:solidFill></a:ln>'
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )


def drawn_by_wps(color: str) -> str:
    return (
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict>'
        f'<v:line from="0,0" to="481.9pt,0" strokecolor="{color}" strokeweight="3pt">'
        '<v:stroke linestyle="thickThin"/></v:line></w:pict></w:r>'
    )


@pytest.mark.parametrize(
    "drawn",
    [drawn_by_word("FF0000"), drawn_by_wps("red"), drawn_by_wps("#ff0000 [10]")],
)
def test_a_drawn_rule_is_a_rule_and_its_width_is_measured(drawn: str) -> None:
    document = reopened(write(but(GOOD_LETTER, "mark", borders={})))
    document.paragraphs[0]._p.append(parse_xml(drawn))
    facts = judge(saved(document))

    assert facts["red double rules"].state == "met"
    assert facts["width of the red rules"].state == "met"


def test_a_drawn_rule_of_another_color_is_none() -> None:
    document = reopened(write(but(GOOD_LETTER, "mark", borders={})))
    document.paragraphs[0]._p.append(parse_xml(drawn_by_word("0000FF")))

    assert named(saved(document), "red double rules").state == "not met"


def test_two_red_borders_around_nothing_are_a_double_rule() -> None:
    says = dict(GOOD_LETTER.says)
    mark = replace(says.pop("mark"), borders={})
    head = Says(
        "", size=14, height=2, left=BEYOND / 14, right=BEYOND / 14,
        borders={"top": ("single", 1, RED), "bottom": ("single", 0.35, RED)},
    )  # fmt: skip
    paper = replace(GOOD_LETTER, says={"mark": mark, "head": head} | says)

    assert judge(paper)["red double rules"].state == "met"
    assert judge(paper)["width of the red rules"].state == "met"


def test_the_number_of_a_letter_may_stand_behind_a_tab() -> None:
    paper = but(GOOD_LETTER, "number", words="000012\t江恒函〔2026〕12号", align="left")
    document = reopened(write(paper))
    stops = document.paragraphs[1].paragraph_format.tab_stops
    stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
    facts = judge(saved(document))

    assert facts["place of the number"].state == facts[NUMBER].state == "met"
    assert facts["copy number (份号)"].state == "met"


def test_labels_and_a_date_at_the_head_are_no_fault_of_minutes() -> None:
    says = dict(GOOD_MINUTES.says)
    dated = {
        "mark": says.pop("mark"), "issue": replace(says["issue"], borders={}),
        "dated": replace(
            says.pop("issue"), words="江恒市人民政府办公室\t2026年3月5日", align="left"
        ),
        "when": Says("时间：", font="黑体", left=5, first=-3, then=(Says("上午九时"),)),
    }  # fmt: skip
    facts = judge(replace(GOOD_MINUTES, says=dated | says))

    assert facts["date (成文日期)"].state == "met"
    assert not [name for name in facts if facts[name].state == "not met"]


def test_a_record_may_be_a_table() -> None:
    document = reopened(write(without(GOOD, "copies", "issued")))
    table = document.add_table(2, 1)
    borders = OxmlElement("w:tblBorders")
    for side, eighths in (("top", 8), ("bottom", 8), ("insideH", 6)):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:val"), "single")
        edge.set(qn("w:sz"), str(eighths))
        borders.append(edge)
    table._tbl.tblPr.append(borders)
    for cell, words in zip(
        table.column_cells(0),
        ("抄送：市委办公室。", "市政府办公室\t2026年3月6日印发"),
        strict=True,
    ):
        run = cell.paragraphs[0].add_run(words)
        run.font.size, run.font.name = Pt(14), "仿宋"
        run._r.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")

    assert broken(saved(document)) == set()


def test_word_numbering_is_left_to_the_page() -> None:
    paper = without(GOOD, "one", "two", "three", "four")
    document = reopened(write(paper))
    (paragraph,) = [p for p in document.paragraphs if "为做好" in p.text]
    paragraph._p.get_or_add_pPr().insert(
        0, parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="1"/></w:numPr>')
    )

    assert named(saved(document), "numbers of sections").state == "needs layout"
