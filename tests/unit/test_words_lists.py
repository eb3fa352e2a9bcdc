"""Claims about paragraphs that Word numbers: in the letter, in the mail."""

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from mailroom.errors import TemplateError
from mailroom.words.model import Rendered
from mailroom.words.numbering import written
from mailroom.words.template import Template
from tests.unit.word_files import read

LEVELS = (
    ("decimal", "%1."),
    ("lowerLetter", "(%2)"),
    ("chineseCounting", "%1.%3、"),
)


def lists() -> WordDocument:
    """Return an empty document with one list of three levels, numId 7, as 8 again."""
    document = Document()
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{words}"/></w:lvl>'
        for at, (form, words) in enumerate(LEVELS)
    )
    for xml in (
        f'<w:abstractNum w:abstractNumId="3" {nsdecls("w")}>{levels}</w:abstractNum>',
        f'<w:num w:numId="7" {nsdecls("w")}><w:abstractNumId w:val="3"/></w:num>',
        f'<w:num w:numId="8" {nsdecls("w")}><w:abstractNumId w:val="3"/></w:num>',
    ):
        numbering.append(parse_xml(xml))
    return document


def numbered(document: WordDocument, words: str, number: int = 7, at: int = 0) -> None:
    paragraph = document.add_paragraph(words)
    look = paragraph._p.get_or_add_pPr()  # python-docx knows no numbers
    look.append(
        parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{at}"/>'
            f'<w:numId w:val="{number}"/></w:numPr>'
        )
    )


def load(document: WordDocument, folder: Path) -> Template:
    document.save(str(folder / "a.zh.docx"))
    return Template.load(folder / "a.zh.docx")


def lines(rendered: Rendered) -> list[str]:
    return [line for line in rendered.text.splitlines() if line]


def num_ids(rendered: Rendered) -> list[str]:
    body = read(rendered).element.body
    return [one.get(qn("w:val")) for one in body.iter(qn("w:numId"))]


def test_the_mail_shows_the_numbers_that_word_would_print(tmp_path: Path) -> None:
    document = lists()
    numbered(document, "{%p for x in xs %}")
    numbered(document, "{{ x }}")
    numbered(document, "{%p endfor %}")
    numbered(document, "更细", at=1)
    numbered(document, "最细", at=2)
    numbered(document, "再来")
    numbered(document, "同一列表", number=8)

    rendered = load(document, tmp_path).render({"xs": ["甲", "乙"]})

    assert lines(rendered) == [
        "1. 甲", "2. 乙", "(a) 更细", "2.一、 最细", "3. 再来", "4. 同一列表",
    ]  # fmt: skip
    for words in ("1. 甲", "2. 乙", "(a) 更细"):
        assert f">{words}<" in rendered.html


def test_a_list_in_a_loop_begins_again_where_it_is_told_to(tmp_path: Path) -> None:
    document = lists()
    document.add_paragraph("{%p for x in xs %}")
    document.add_paragraph("{{ x }}")
    numbered(document, "{% restart_list %}一")
    numbered(document, "二")
    document.add_paragraph("{%p endfor %}")

    rendered = load(document, tmp_path).render({"xs": ["甲", "乙"]})

    assert lines(rendered) == [
        "甲", "1. 一", "2. 二", "乙", "1. 一", "2. 二",
    ]  # fmt: skip
    ids = num_ids(rendered)
    assert ids[0] == ids[1] != ids[2] == ids[3]
    numbering = read(rendered).part.numbering_part.element
    made = {one.get(qn("w:numId")): one for one in numbering.iter(qn("w:num"))}
    for number in ids:
        starts = [
            one.get(qn("w:val")) for one in made[number].iter(qn("w:startOverride"))
        ]
        assert starts[0] == "1"
        assert made[number].find(qn("w:abstractNumId")).get(qn("w:val")) == "3"


def test_a_filled_letter_is_numbered_in_a_mail_as_its_template_is(
    tmp_path: Path,
) -> None:
    document = lists()
    document.add_paragraph("{%p for x in xs %}")
    numbered(document, "{% restart_list %}{{ x }}")
    numbered(document, "{{ x }}", at=1)
    document.add_paragraph("{%p endfor %}")

    rendered = load(document, tmp_path).render({"xs": ["甲", "乙"]})
    again = Template.read(rendered.docx, "a.zh.docx").render({})

    assert again.text == rendered.text
    assert again.html == rendered.html


def test_a_list_can_begin_again_only_where_one_is(tmp_path: Path) -> None:
    document = lists()
    document.add_paragraph("{% restart_list %}一")

    with pytest.raises(TemplateError) as caught:
        load(document, tmp_path)

    assert [fault.code for fault in caught.value.faults] == ["W034"]


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("decimal", {1: "1", 12: "12"}),
        ("decimalZero", {3: "03", 12: "12"}),
        ("upperLetter", {1: "A", 26: "Z", 27: "AA", 53: "AAA"}),
        ("lowerRoman", {4: "iv", 9: "ix", 1999: "mcmxcix"}),
        ("chineseCounting", {1: "一", 10: "十", 11: "十一", 21: "二十一"}),
        ("chineseCountingThousand", {105: "一百零五"}),
        ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "21"}),
        ("ideographTraditional", {1: "甲", 10: "癸", 11: "11"}),
        ("decimalFullWidth", {12: "１２"}),
        ("none", {1: ""}),
        ("chicago", {2: "2"}),
    ],
)
def test_numbers_are_written_in_words_forms(form: str, numbers: dict[int, str]) -> None:
    assert {number: written(number, form) for number in numbers} == numbers


def test_a_bullet_of_a_symbol_font_is_a_dot_in_the_mail(tmp_path: Path) -> None:
    document = lists()
    numbering = document.part.numbering_part.element
    level = next(numbering.iter(qn("w:lvl")))
    level.find(qn("w:numFmt")).set(qn("w:val"), "bullet")
    level.find(qn("w:lvlText")).set(qn("w:val"), "\uf0b7")
    numbered(document, "{{ x }}")

    rendered = load(document, tmp_path).render({"x": "甲"})

    assert rendered.text == "• 甲\n"
    assert Document(BytesIO(rendered.docx)).paragraphs[0].text == "甲"
