"""Claims about what of GB/T 9704-2012 a .docx is judged by."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from mailroom.i18n import say
from mailroom.words.gongwen import Finding, check_gongwen
from mailroom.words.package import NotWordError
from tests.unit.gongwen_papers import (
    BEYOND,
    GOOD,
    GOOD_LETTER,
    GOOD_MINUTES,
    RED,
    THICK,
    THIN,
    Says,
    Setting,
    but,
    prose,
    reopened,
    saved,
    without,
    write,
)
from tests.unit.word_files import SHIPPED

UPWARD = replace(
    GOOD,
    says={
        "mark": GOOD.says["mark"],
        "number": Says(
            "江恒报〔2026〕3号\t签发人：", left=1, right=1,
            then=(Says("王芳", font="楷体_GB2312"),),
            borders={"bottom": ("single", 0.7, RED)},
        ),
        "title": replace(GOOD.says["title"], words="关于增拨防汛经费的请示"),
        "to": Says("省人民政府："),
        "text": prose("今年汛期提前，现请示如下。"),
        "date": GOOD.says["date"],
    },
)  # fmt: skip


def judge(paper: Setting | bytes) -> dict[str, Finding]:
    """Judge a paper; the findings by the English name of the fact."""
    content = paper if isinstance(paper, bytes) else write(paper)
    found = check_gongwen(content)
    facts = {str(finding.fact): finding for finding in found}
    assert len(facts) == len(found)  # each fact is named once
    return facts


def named(paper: Setting | bytes, fact: str) -> Finding:
    """Return the one finding whose fact begins so."""
    (found,) = [f for name, f in judge(paper).items() if name.startswith(fact)]
    return found


def broken(paper: Setting | bytes) -> set[str]:
    """Name the facts that are not met."""
    return {name for name, f in judge(paper).items() if f.state == "not met"}


# ── right papers ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("paper", [GOOD, GOOD_LETTER, GOOD_MINUTES, UPWARD])
def test_of_a_right_paper_nothing_is_not_met(paper: Setting) -> None:
    assert broken(paper) == set()


def test_of_a_paper_with_every_element_only_the_signer_is_not_there() -> None:
    states = {name: found.state for name, found in judge(GOOD).items()}

    assert [name for name in states if states[name] == "not there"] == [SIGNER]


@pytest.mark.parametrize(
    ("paper", "form", "clause"),
    [
        (GOOD, "文件格式", "7"),
        (UPWARD, "上行文", "7"),
        (GOOD_LETTER, "信函格式", "10.1"),
        (GOOD_MINUTES, "纪要格式", "10.3"),
        (but(GOOD, "mark", words="江恒市人民政府令"), "命令格式", "10.2"),
    ],
)
def test_the_first_finding_says_which_form_was_assumed(
    paper: Setting, form: str, clause: str
) -> None:
    first = check_gongwen(write(paper))[0]

    assert (first.state, first.clause) == ("met", clause)
    assert form in str(first.found)


def test_a_paper_without_a_head_is_taken_as_a_document_and_told_so() -> None:
    first = check_gongwen((SHIPPED / "reply" / "supplies.en.docx").read_bytes())[0]

    assert first.state == "not there"
    assert "文件格式" in str(first.found)


@pytest.mark.parametrize(
    "fact",
    [
        "place of the name at the head", "place of the red rule", "shape of the title",
        "text on the first page", "place of name, date and seal",
        "place of the record", "place of the page number",
    ],
)  # fmt: skip
def test_what_only_the_page_shows_is_left_to_it(fact: str) -> None:
    assert named(GOOD, fact).state == "needs layout"


# ── one thing broken ─────────────────────────────────────────────────────

NUMBER, SIGNER = "number (发文字号)", "who signed (签发人)"
ANNEX, PRESENT = "the word above an annex (附件)", "who was present (出席、请假、列席)"
BROKEN: dict[str, tuple[Setting, str]] = {
    "letter paper": (replace(GOOD, page=(216, 279)), "paper size"),
    "top 25 mm": (replace(GOOD, margins=(25, 28, 35, 26)), "top margin (天头)"),
    "left 32 mm": (replace(GOOD, margins=(37, 32, 35, 26)), "left margin (订口)"),
    "bottom 25 mm": (replace(GOOD, margins=(37, 28, 25, 26)), "bottom margin"),
    "right 28 mm": (replace(GOOD, margins=(37, 28, 35, 28)), "right margin"),
    "宋体": (but(GOOD, "text", font="宋体"), "font of the text"),
    "小四": (but(GOOD, "text", size=12), "size of the text"),
    "blue": (but(GOOD, "text", color="0000FF"), "color of the text"),
    "five figures": (but(GOOD, "copy", words="00012"), "copy number (份号)"),
    "no such secrecy": (
        but(GOOD, "secrecy", words="特密★1年"), "secrecy (密级和保密期限)",
    ),
    "a star of another kind": (
        but(GOOD, "secrecy", words="秘密*1年"), "secrecy (密级和保密期限)",
    ),
    "secrecy in 仿宋": (
        but(GOOD, "secrecy", font="仿宋"), "secrecy (密级和保密期限)",
    ),
    "急件": (but(GOOD, "urgency", words="急件"), "urgency (紧急程度)"),
    "black name": (but(GOOD, "mark", color=""), "name at the head (发文机关标志)"),
    "name at the left": (
        but(GOOD, "mark", align="left"), "name at the head (发文机关标志)",
    ),
    "square brackets": (but(GOOD, "number", words="江恒函[2026]12号"), NUMBER),
    "full-width square brackets": (
        but(GOOD, "number", words="江恒函［2026］12号"), NUMBER,
    ),
    "round brackets": (
        but(GOOD, "number", words="江恒函（2026）12号"), NUMBER,
    ),
    "short year": (but(GOOD, "number", words="江恒函〔26〕12号"), NUMBER),
    "第": (but(GOOD, "number", words="江恒函〔2026〕第12号"), NUMBER),
    "leading zero": (but(GOOD, "number", words="江恒函〔2026〕012号"), NUMBER),
    "number at the right": (but(GOOD, "number", align="right"), "place of the number"),
    "black rule": (
        but(GOOD, "number", borders={"bottom": ("single", 0.7, "000000")}),
        "red rule (分隔线)",
    ),
    "no rule": (but(GOOD, "number", borders={}), "red rule (分隔线)"),
    "title in 黑体": (but(GOOD, "title", font="黑体"), "title (标题)"),
    "small title": (but(GOOD, "title", size=18), "title (标题)"),
    "title at the left": (but(GOOD, "title", align="left"), "title (标题)"),
    "half-width colon": (
        but(GOOD, "to", words="各区县人民政府:"), "addressee (主送机关)",
    ),
    "no colon": (but(GOOD, "to", words="各区县人民政府"), "addressee (主送机关)"),
    "addressee further in": (but(GOOD, "to", first=2), "addressee (主送机关)"),
    "no indent": (but(GOOD, "text", first=0), "indent of a paragraph"),
    "indent of 4": (but(GOOD, "text", first=4), "indent of a paragraph"),
    "all lines further in": (
        but(GOOD, "text", first=0, left=2), "indent of a paragraph",
    ),
    "一.": (but(GOOD, "one", words="一．总体要求"), "numbers of sections"),
    "(一)": (but(GOOD, "two", words="(一)工作目标"), "numbers of sections"),
    "（一）、": (but(GOOD, "two", words="（一）、工作目标"), "numbers of sections"),
    "1、": (but(GOOD, "three", words="1、排查隐患"), "numbers of sections"),
    "(1)": (but(GOOD, "four", words="(1)河道"), "numbers of sections"),
    "一、 in 仿宋": (but(GOOD, "one", font="仿宋"), "fonts of sections"),
    "（一） in 黑体": (but(GOOD, "two", font="黑体"), "fonts of sections"),
    "attachment with a stop": (
        but(GOOD, "attached2", words="2.物资清单。"),
        "names of the attachments (附件说明)",
    ),
    "attachment with 1、": (
        but(GOOD, "attached", words="附件：1、防汛值班表"),
        "names of the attachments (附件说明)",
    ),
    "attachment with ;": (
        but(GOOD, "attached", words="附件：1.防汛值班表；"),
        "names of the attachments (附件说明)",
    ),
    "attachment at the edge": (
        but(GOOD, "attached", first=0), "indent of the attachments' names",
    ),
    "date of 1999": (but(GOOD, "date", words="二〇二六年三月五日"), "date (成文日期)"),
    "padded date": (but(GOOD, "date", words="2026年03月05日"), "date (成文日期)"),
    "dotted date": (but(GOOD, "date", words="2026.3.5"), "date (成文日期)"),
    "short date": (but(GOOD, "date", words="26年3月5日"), "date (成文日期)"),
    "no such month": (but(GOOD, "date", words="2026年13月5日"), "date (成文日期)"),
    "no date": (without(GOOD, "date", "issuer", "note", "annex"), "date (成文日期)"),
    "date at the left": (but(GOOD, "date", align="left", right=0), "place of the date"),
    "note without brackets": (but(GOOD, "note", words="此件公开发布"), "note (附注)"),
    "note in half-width": (but(GOOD, "note", words="(此件公开发布)"), "note (附注)"),
    "note at the edge": (but(GOOD, "note", first=0), "note (附注)"),
    "annex in 仿宋": (but(GOOD, "annex", font="仿宋"), ANNEX),
    "thin first rule": (
        but(GOOD, "copies", borders={"top": THIN}), "rules of the record (版记分隔线)",
    ),
    "thick middle rule": (
        but(GOOD, "issued", borders={"top": THICK, "bottom": THICK}),
        "rules of the record (版记分隔线)",
    ),
    "no last rule": (
        but(GOOD, "issued", borders={}), "rules of the record (版记分隔线)",
    ),
    "copies without a stop": (
        but(GOOD, "copies", words="抄送：市委办公室"), "copies to (抄送)",
    ),
    "copies with half a colon": (
        but(GOOD, "copies", words="抄送:市委办公室。"), "copies to (抄送)",
    ),
    "printed on a padded date": (
        but(GOOD, "issued", words="市政府办公室 2026年03月06日印发"),
        "printed by, on (印发机关和印发日期)",
    ),
    "record in 3号": (but(GOOD, "copies", size=16), "letters of the record"),
    "- 1 -": (
        replace(GOOD, number=replace(GOOD.number, words="- № -")), "page number (页码)",
    ),
    "a bare number": (
        replace(GOOD, number=replace(GOOD.number, words="№")), "page number (页码)",
    ),
    "small number": (
        replace(GOOD, number=replace(GOOD.number, size=9)), "page number (页码)",
    ),
    "Times": (
        replace(GOOD, number=replace(GOOD.number, font="Times New Roman")),
        "page number (页码)",
    ),
    "no page number": (
        replace(GOOD, number=Says("", height=0), odd_and_even=False),
        "page number (页码)",
    ),
    "all pages alike": (replace(GOOD, odd_and_even=False), "side of the page number"),
    "centred number": (
        replace(GOOD, number=replace(GOOD.number, align="center")),
        "side of the page number",
    ),
    "number at the very edge": (
        replace(GOOD, even=replace(GOOD.even, left=0)), "side of the page number",
    ),
    "upward without a signer": (
        but(UPWARD, "number", words="江恒报〔2026〕3号", then=()), SIGNER,
    ),
    "upward with the signer in 仿宋": (
        but(UPWARD, "number", then=(Says("王芳"),)), SIGNER,
    ),
    "upward with half a colon": (
        but(UPWARD, "number", words="江恒报〔2026〕3号\t签发人:"), SIGNER,
    ),
    "upward with a number at the edge": (
        but(UPWARD, "number", left=0), "place of the number",
    ),
    "letter with one rule": (replace(GOOD_LETTER, foot=None), "red double rules"),
    "letter numbered on page 1": (
        replace(GOOD_LETTER, foot=replace(
            GOOD_LETTER.number, left=BEYOND / 14, right=BEYOND / 14,
            borders={"top": ("double", 1, RED)},
        )),
        "page number on the first page",
    ),
    "letter with a rule in its record": (
        but(GOOD_LETTER, "copies", borders={"top": THICK}),
        "rules of the record (版记分隔线)",
    ),
    "letter that names its printer": (
        but(GOOD_LETTER, "copies", words="市政府办公室 2026年3月6日印发"),
        "printed by, on (印发机关和印发日期)",
    ),
    "letter with a centred number": (
        but(GOOD_LETTER, "number", align="center"), "place of the number",
    ),
    "letter with rules as wide as the text": (
        but(GOOD_LETTER, "mark", left=0, right=0), "width of the red rules",
    ),
    "minutes with 出席 in 仿宋": (
        but(GOOD_MINUTES, "present", font="仿宋"), PRESENT,
    ),
    "minutes without a colon": (
        but(GOOD_MINUTES, "present", words="出席"), PRESENT,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_one_thing_broken_is_the_one_fact_not_met(name: str) -> None:
    paper, fact = BROKEN[name]

    assert broken(paper) == {fact}


def test_the_order_of_the_lines_at_the_top_is_judged() -> None:
    says = dict(GOOD.says)
    urgent = {"urgency": says.pop("urgency")}

    assert broken(replace(GOOD, says=urgent | says)) == {
        "order of the lines at the top"
    }


@pytest.mark.parametrize(
    "name", ["copy", "secrecy", "urgency", "note", "annex", "copies", "issued"]
)
def test_what_a_paper_may_do_without_is_no_fault(name: str) -> None:
    lacking = judge(without(GOOD, name))

    # Without its neighbour the rules of the record are others.
    assert {f for f in lacking if lacking[f].state == "not met"} <= {
        "rules of the record (版记分隔线)"
    }
    assert sum(found.state == "not there" for found in lacking.values()) >= 2


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("title", "title (标题)"),
        ("number", NUMBER),
        ("mark", "name at the"),
    ],
)
def test_what_every_paper_has_is_missed(name: str, fact: str) -> None:
    assert named(without(GOOD, name), fact).state == "not met"


# ── what Word may write for the same look ────────────────────────────────


@pytest.mark.parametrize("font", ["仿宋", "仿宋_GB2312", "FangSong", "方正仿宋_GBK"])
def test_the_font_of_the_text_counts_under_its_names(font: str) -> None:
    assert named(but(GOOD, "text", font=font), "font of the text").state == "met"


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


# ── templates ────────────────────────────────────────────────────────────

TEMPLATE = replace(
    GOOD,
    says={
        "mark": replace(GOOD.says["mark"], words="{{ issuer }}文件"),
        "number": replace(GOOD.says["number"], words="{{ doc_no }}"),
        "title": replace(GOOD.says["title"], words="{{ title }}"),
        "to": Says("{{ addressee }}："),
        "for": Says("{%p for paragraph in paragraphs %}", font="宋体", size=9),
        "text": prose("{{ paragraph }}"),
        "end": Says("{%p endfor %}", font="宋体", size=9),
        "attached": prose("附件：{{ attachments }}"),
        "issuer": Says("{{ issuer }}", align="right", right=4),
        "date": Says("{{ issue_date|cn_date }}", align="right", right=4),
        "copies": replace(GOOD.says["copies"], words="抄送：{{ copies_to }}。"),
        "issued": replace(
            GOOD.says["issued"], words="{{ office_name }}\t{{ issue_date|cn_date }}印发"
        ),
    },
)


def test_of_a_right_template_nothing_is_not_met() -> None:
    assert broken(TEMPLATE) == set()


@pytest.mark.parametrize(
    "fact",
    [
        NUMBER,
        "date (成文日期)",
        "numbers of sections",
        "names of the attach",
    ],
)
def test_words_that_a_tag_fills_are_left_open_and_told_so(fact: str) -> None:
    finding = named(TEMPLATE, fact)

    assert finding.state == "needs layout"
    assert "filled later" in str(finding.found)


def test_the_look_of_a_tag_is_judged() -> None:
    paper = but(but(TEMPLATE, "title", size=18), "text", font="宋体")

    assert broken(paper) == {"title (标题)", "font of the text"}


def test_a_tag_in_the_letters_of_a_heading_may_be_one() -> None:
    says = dict(TEMPLATE.says)
    heading = {"heading": replace(says["text"], font="黑体")}
    at = list(says).index("text")
    mixed = dict([*list(says.items())[:at], *heading.items(), *list(says.items())[at:]])

    assert broken(replace(TEMPLATE, says=mixed)) == set()


def test_a_tag_is_known_by_its_field_where_it_may_be_anything() -> None:
    top = {
        "copy": Says("{{ copy_no }}"),
        "secrecy": Says("{{ secrecy }}", font="黑体"),
        "urgency": Says('{{ urgency or "" }}', font="黑体"),
    }
    facts = judge(replace(TEMPLATE, says=top | TEMPLATE.says))

    for fact in (
        "copy number (份号)",
        "secrecy (密级和保密期限)",
        "urgency (紧急程度)",
    ):
        assert facts[fact].state == "needs layout"


def test_words_around_a_tag_are_judged() -> None:
    right = but(TEMPLATE, "number", words="江恒函〔{{ year }}〕{{ no }}号")
    wrong = but(TEMPLATE, "number", words="江恒函[{{ year }}]{{ no }}号")

    assert named(right, "number (").state == "needs layout"
    assert named(wrong, "number (").state == "not met"


def test_a_tag_split_over_runs_is_one_tag() -> None:
    split = replace(
        TEMPLATE.says["number"], words="{{ do",
        then=(replace(TEMPLATE.says["number"], words="c_no }}"),),
    )  # fmt: skip

    assert (
        named(
            replace(TEMPLATE, says=TEMPLATE.says | {"number": split}), "number ("
        ).state
        == "needs layout"
    )


# ── other files, hostile files ───────────────────────────────────────────


def test_what_is_no_word_file_is_refused() -> None:
    with pytest.raises(NotWordError):
        check_gongwen(b"PK no")


@pytest.mark.parametrize(
    "path", sorted(SHIPPED.rglob("*.docx")), ids=lambda path: path.name
)
def test_every_shipped_template_is_judged_in_both_languages(path: Path) -> None:
    for finding in check_gongwen(path.read_bytes()):
        for said in (finding.fact, finding.found, finding.wanted):
            assert said is None or (say(said, "zh-CN") and say(said, "en"))


@pytest.mark.parametrize(
    "words",
    ["{{" * 40_000, "{% " * 30_000, "令（" * 40_000, " " * 100_000 + "印发",
     "附件：" * 30_000, "一" * 100_000, "〔1〕" * 30_000],
    ids=lambda words: words.strip()[:4],
)  # fmt: skip
def test_a_hostile_paragraph_takes_no_long_time(words: str) -> None:
    content = write(but(GOOD, "text", words=words))
    started = time.process_time()
    check_gongwen(content)

    assert time.process_time() - started < 1


@settings(deadline=None)  # a paper is written each time
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30))
def test_any_words_are_judged_and_shown_without_control_characters(words: str) -> None:
    paper = Setting(
        {"title": Says(words.replace("|", ""), size=22)}, odd_and_even=False
    )

    for finding in check_gongwen(write(paper)):
        assert str(finding.found or "").isprintable()
