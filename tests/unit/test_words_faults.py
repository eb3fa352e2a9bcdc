"""Claims about the faults found in Word templates."""

from pathlib import Path

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from mailroom.errors import Fault, TemplateError
from mailroom.words.template import Template
from tests.unit.word_files import SHIPPED, blank, with_part, write


def faults(path: Path) -> list[Fault]:
    with pytest.raises(TemplateError) as caught:
        Template.load(path)
    return list(caught.value.faults)


@pytest.mark.parametrize(
    ("paragraph", "code"),
    [
        ("｛｛姓名｝｝", "W010"),
        ("{{姓名｝}", "W010"),
        ("｛%p if a %｝", "W010"),
        ("{{ a", "W011"),
        ("a }}", "W011"),
        ("{% if", "W011"),
        ("words {%p if a %}", "W020"),
        ("{%p if a %}{%p endif %}", "W020"),
        ("{%tr for x in xs %}", "W021"),
        ("{%tc for x in xs %}", "W021"),
        ("{% if a %}", "W031"),
        ("{%r if a %}", "W031"),
        ("{% if a %}b", "W031"),
        ("{% if a %}{% endfor %}", "W030"),
        ("{% for x in xs %}{% if x %}{% endfor %}{% endif %}", "W030"),
        ("{%p macro m() %}", "W031"),
        ("{% filter upper %}", "W030"),
        ("{% raw %}", "W030"),
        ("{%p set a %}", "W030"),
        ("{%p set = 1 %}", "W030"),
        ("{% vm %}", "W032"),
        ("{% cellbg 'FF0000' %}", "W032"),
        ("{% restart_list %}", "W034"),
        ("{{ a|cn_date(1, 2) }}", "W030"),
        ("{{ a is odder }}", "W030"),
        ("{{ a b }}", "W030"),
        ("{{ }}", "W030"),
        ("{{ a｜money }}", "W030"),
        ("{{ a|safe }}", "W030"),
        ("{{ a|monye }}", "W030"),
        ("{{p a }}", "W030"),
        ("{%p include 'a.docx' %}", "W030"),
        ("{%p import 'a.docx' as a %}", "W030"),
        ("{%p endif %}", "W030"),
        ("{%p else %}", "W030"),
        ("{%p if a %}", "W031"),
        ("{%p for x in xs %}", "W031"),
    ],
)
def test_each_fault_is_found_at_its_paragraph(
    tmp_path: Path, paragraph: str, code: str
) -> None:
    path = write(tmp_path / "a.zh.docx", ["好的 {{ fine }}", paragraph])

    found = faults(path)

    assert {fault.line for fault in found} == {2}
    assert found[0].code == code


def test_every_fault_of_a_file_is_found_in_one_run(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.zh.docx",
        ["｛｛a｝｝", "{{ b c }}", "{%p if d %}", "{{ e|safe }}", "{% if f %}"],
    )

    assert [fault.line for fault in faults(path)] == [1, 2, 3, 4, 5]


def test_a_fault_in_a_table_or_a_page_header_says_so(tmp_path: Path) -> None:
    document = blank()
    document.add_table(rows=2, cols=2).cell(1, 0).text = "{{ a b }}"
    document.sections[0].header.paragraphs[0].text = "{{ c d }}"
    document.save(str(tmp_path / "a.zh.docx"))

    said = [str(fault) for fault in faults(tmp_path / "a.zh.docx")]

    assert any("table 1, row 2, cell 1" in one for one in said)
    assert any("page header, paragraph 1" in one for one in said)


def test_a_loop_that_ends_in_another_cell_is_a_fault(tmp_path: Path) -> None:
    document = blank()
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "{%p for x in xs %}"
    table.cell(0, 1).text = "{%p endfor %}"
    document.save(str(tmp_path / "a.zh.docx"))

    assert {fault.code for fault in faults(tmp_path / "a.zh.docx")} == {"W030"}


def test_words_beside_a_row_tag_are_a_fault_and_not_lost(tmp_path: Path) -> None:
    document = blank()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text = "{%tr for x in xs %}"
    table.cell(0, 1).text = "{{ x }}"
    table.cell(1, 0).text = "{%tr endfor %}"
    document.save(str(tmp_path / "a.zh.docx"))

    assert "W021" in {fault.code for fault in faults(tmp_path / "a.zh.docx")}


@pytest.mark.parametrize(
    "seen", ["<w:drawing/>", "<w:pict/>", "<w:footnoteReference w:id='2'/>"]
)
def test_what_is_seen_beside_a_tag_that_takes_its_paragraph_is_not_lost(
    tmp_path: Path, seen: str
) -> None:
    document = blank()
    words = f"<w:r><w:t>{{%p if a %}}</w:t>{seen}</w:r>"
    for at, inside in enumerate((words, "<w:r><w:t>{%p endif %}</w:t></w:r>")):
        paragraph = parse_xml(f"<w:p {nsdecls('w')}>{inside}</w:p>")
        document.element.body.insert(at, paragraph)
    document.save(str(tmp_path / "a.zh.docx"))

    assert "W020" in {fault.code for fault in faults(tmp_path / "a.zh.docx")}


def test_a_section_break_is_not_joined_away(tmp_path: Path) -> None:
    document = blank()
    section = "<w:pPr><w:sectPr/></w:pPr>"
    for at, inside in enumerate(
        (
            "<w:r><w:t>a {% if a -%}</w:t></w:r>",
            f"{section}<w:r><w:t>b{{% endif %}}</w:t></w:r>",
        )
    ):
        paragraph = parse_xml(f"<w:p {nsdecls('w')}>{inside}</w:p>")
        document.element.body.insert(at, paragraph)
    document.save(str(tmp_path / "a.zh.docx"))

    assert "W022" in {fault.code for fault in faults(tmp_path / "a.zh.docx")}


def test_the_engines_own_signs_in_a_template_are_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zh.docx", ["x\U0010fff03\U0010fff1y {{ a }}"])

    assert Template.load(path).render({"a": "1"}).text == "x3y 1\n"


def test_a_tag_in_a_tracked_change_is_a_fault(tmp_path: Path) -> None:
    document = blank()
    moved = (
        f"<w:p {nsdecls('w')}><w:moveFrom w:id='1' w:author='x'>"
        "<w:r><w:t>{{ a }}</w:t></w:r></w:moveFrom></w:p>"
    )
    document.element.body.insert(0, parse_xml(moved))
    document.save(str(tmp_path / "a.zh.docx"))

    assert [fault.code for fault in faults(tmp_path / "a.zh.docx")] == ["W012"]


@pytest.mark.parametrize(
    "inside",
    [
        "<w:r><w:instrText>MERGEFIELD {{ a }}</w:instrText></w:r>",
        "<w:r><w:delText>{{ a }}</w:delText></w:r>",
        "<w:bookmarkStart w:id='1' w:name='{{ a }}'/>",
    ],
)
def test_a_tag_that_nothing_would_fill_is_a_fault(tmp_path: Path, inside: str) -> None:
    document = blank()
    paragraph = parse_xml(f"<w:p {nsdecls('w')}>{inside}</w:p>")
    document.element.body.insert(0, paragraph)
    document.save(str(tmp_path / "a.zh.docx"))

    assert [fault.code for fault in faults(tmp_path / "a.zh.docx")] == ["W015"]


def test_a_tag_in_a_part_that_nothing_fills_is_a_fault(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zh.docx", ["{{ a }}"])
    with_part(path, "word/settings.xml", (b"<w:zoom ", b"<w:zoom w:x='{{ b }}' "))

    assert [fault.code for fault in faults(path)] == ["W016"]


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", b"<html></html>"])
def test_what_is_no_word_file_is_a_fault(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(content)

    assert [fault.code for fault in faults(path)] == ["W002"]


@pytest.mark.parametrize(
    "part", ["[Content_Types].xml", "word/document.xml", "word/styles.xml"]
)
def test_a_damaged_part_is_a_fault(tmp_path: Path, part: str) -> None:
    path = write(tmp_path / "a.zh.docx", ["x"])
    with_part(path, part, (b"<", b""))

    assert [fault.code for fault in faults(path)] == ["W002"]


def test_a_file_damaged_anywhere_is_a_fault_or_none(tmp_path: Path) -> None:
    whole = (SHIPPED / "reply" / "room_booking.zh.docx").read_bytes()
    path = tmp_path / "a.zh.docx"
    outcomes = set()
    for place in range(0, len(whole), 97):
        path.write_bytes(whole[:place] + b"\x5a\xa5" + whole[place + 2 :])
        try:
            Template.load(path)
            outcomes.add("loaded")
        except TemplateError as error:
            outcomes.update(fault.code for fault in error.faults)

    assert "W002" in outcomes


def test_a_file_with_macros_is_a_fault(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zh.docx", ["x"])
    plain = b"openxmlformats-officedocument.wordprocessingml.document.main+xml"
    macros = b"ms-word.document.macroEnabled.main+xml"
    with_part(path, "[Content_Types].xml", (plain, macros))

    assert [fault.code for fault in faults(path)] == ["W002"]


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert [fault.code for fault in faults(tmp_path / "a.docx")] == ["W001"]
