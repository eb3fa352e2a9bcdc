"""Claims about what a document may have once, in letters that repeat it."""

from pathlib import Path

import pytest
from docx.opc.constants import RELATIONSHIP_TYPE as KIND
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from mailroom.words.model import Rendered
from mailroom.words.rich import Picture, RichText, Span
from mailroom.words.template import Template
from tests.unit.drawn import png
from tests.unit.word_files import blank, read

WORDS = nsdecls("w", "wp", "a", "pic", "r")


def looped(folder: Path, *inside: str, name: str = "a.zh.docx") -> Template:
    document = blank()
    body = document.element.body
    for at, xml in enumerate(
        (
            "<w:r><w:t>{%p for x in xs %}</w:t></w:r>",
            *inside,
            "<w:r><w:t>{%p endfor %}</w:t></w:r>",
        )
    ):
        body.insert(at, parse_xml(f"<w:p {WORDS}>{xml}</w:p>"))
    document.save(str(folder / name))
    return Template.load(folder / name)


def found(rendered: Rendered, tag: str, attribute: str) -> list[str]:
    body = read(rendered).element.body
    return [str(one.get(attribute)) for one in body.iter(qn(tag))]


def test_drawings_in_a_loop_have_numbers_of_their_own(tmp_path: Path) -> None:
    drawing = (
        "<w:r><w:drawing><wp:inline><wp:extent cx='9' cy='9'/>"
        "<wp:docPr id='4' name='x'/></wp:inline></w:drawing></w:r>"
    )

    numbers = found(
        looped(tmp_path, drawing).render({"xs": [1, 2, 3]}), "wp:docPr", "id"
    )

    assert len(numbers) == len(set(numbers)) == 3


@pytest.mark.parametrize(
    "mark",
    ["bookmarkStart", "commentRangeStart", "commentReference", "permStart"],
)
def test_a_mark_that_a_document_has_once_stays_the_first_time(
    tmp_path: Path, mark: str
) -> None:
    inside = f"<w:{mark} w:id='5'/><w:r><w:t>{{{{ x }}}}</w:t></w:r>"

    rendered = looped(tmp_path, inside).render({"xs": ["甲", "乙"]})

    assert found(rendered, f"w:{mark}", qn("w:id")) == ["5"]
    assert rendered.text.split() == ["甲", "乙"]


def test_pictures_of_fields_are_kept_once_and_shown_each_time(tmp_path: Path) -> None:
    tag = "<w:r><w:t>{{ x }}</w:t></w:r>"
    seal, other = Picture(png(5), width_mm=20), Picture(png(9), width_mm=20)

    rendered = looped(tmp_path, tag).render({"xs": [seal, other, seal]})

    document = read(rendered)
    shown = [
        document.part.related_parts[one.get(qn("r:embed"))].blob
        for one in document.element.body.iter(qn("a:blip"))
    ]
    assert shown == [png(5), png(9), png(5)]
    assert len({one.content for one in rendered.pictures}) == 2
    assert rendered.html.count("<img ") == 3
    numbers = found(rendered, "wp:docPr", "id")
    assert len(set(numbers)) == 3


def test_a_letter_that_is_used_as_a_template_keeps_its_own_pictures(
    tmp_path: Path,
) -> None:
    tag = "<w:r><w:t>{{ x }}</w:t></w:r>"
    first = looped(tmp_path, tag).render({"xs": [Picture(png(5), width_mm=20)]})
    body = tmp_path / "b.zh.docx"
    body.write_bytes(first.docx)
    document = read(first)
    document.add_paragraph("{{ y }}")
    document.save(str(body))

    second = Template.load(body).render({"y": Picture(png(9), width_mm=20)})

    filled = read(second)
    shown = [
        filled.part.related_parts[one.get(qn("r:embed"))].blob
        for one in filled.element.body.iter(qn("a:blip"))
    ]
    assert shown == [png(5), png(9)]


def test_each_link_of_a_loop_leads_to_its_own_address(tmp_path: Path) -> None:
    document = blank()
    address = "https://a.example/%7B%7B x %7D%7D"
    relation = document.part.relate_to(address, KIND.HYPERLINK, is_external=True)
    words = "<w:r><w:t>{{ x }}</w:t></w:r>"
    link = f"<w:hyperlink r:id='{relation}'>{words}</w:hyperlink>"
    body = document.element.body
    for at, xml in enumerate(
        (
            "<w:r><w:t>{%p for x in xs %}</w:t></w:r>",
            link,
            "<w:r><w:t>{%p endfor %}</w:t></w:r>",
        )
    ):
        body.insert(at, parse_xml(f"<w:p {WORDS}>{xml}</w:p>"))
    document.save(str(tmp_path / "a.zh.docx"))

    rendered = Template.load(tmp_path / "a.zh.docx").render({"xs": ["a/b", "c&d"]})

    filled = read(rendered)
    addresses = [
        filled.part.rels[one.get(qn("r:id"))].target_ref
        for one in filled.element.body.iter(qn("w:hyperlink"))
    ]
    assert addresses == ["https://a.example/a%2Fb", "https://a.example/c%26d"]
    assert 'href="https://a.example/a%2Fb"' in rendered.html


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "x y"]
)
def test_a_link_out_of_a_value_leads_to_no_unsafe_place(
    tmp_path: Path, address: str
) -> None:
    value = RichText(Span("看", link=address))

    rendered = looped(tmp_path, "<w:r><w:t>{{r x }}</w:t></w:r>").render(
        {"xs": [value]}
    )

    filled = read(rendered)
    (link,) = filled.element.body.iter(qn("w:hyperlink"))
    assert filled.part.rels[link.get(qn("r:id"))].target_ref == "about:blank"
    assert address not in rendered.html


def test_a_content_control_with_a_tag_becomes_ordinary_text(tmp_path: Path) -> None:
    control = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/><w:dataBinding w:xpath='/x'/></w:sdtPr>"
        "<w:sdtContent><w:r><w:t>{{ x }}</w:t></w:r></w:sdtContent></w:sdt>"
    )

    rendered = looped(tmp_path, control).render({"xs": ["甲"]})

    body = read(rendered).element.body
    assert not list(body.iter(qn("w:showingPlcHdr"), qn("w:dataBinding")))
    assert rendered.text == "甲\n"
