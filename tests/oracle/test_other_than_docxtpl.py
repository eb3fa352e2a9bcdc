"""Claims on what docxtpl 0.20.2 does wrong, and what mailroom makes of it instead."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import jinja2
import pytest
from docxtpl import DocxTemplate
from docxtpl import RichText as TheirRichText
from lxml import etree

from mailroom.errors import TemplateError
from mailroom.words.rich import RichText, Span
from tests.oracle.canonical import W, canonical, plain
from tests.oracle.features_text import BOLD, RED
from tests.oracle.twins import loaded, ours, theirs
from tests.oracle.word import (
    Word,
    cell,
    lines,
    paragraph,
    paragraphs,
    row,
    run,
    table,
)


def letter(*texts: str) -> Word:
    return Word(body=paragraphs(*texts))


def body(docx: bytes) -> Any:  # noqa: ANN401  lxml's elements
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def refused(word: Word, folder: Path) -> list[tuple[str, int]]:
    """Return the codes and paragraphs of the faults that loading it tells."""
    with pytest.raises(TemplateError) as caught:
        loaded(word, folder)
    return [(fault.code, fault.line) for fault in caught.value.faults]


# ── values ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "theirs_says"),
    [("Smith & Co", "To Smith  Co."), ("a <b> c", "To a "), ("</w:p>", "To ")],
)
def test_by_default_docxtpl_loses_words_at_special_characters(
    value: str, theirs_says: str, tmp_path: Path
) -> None:
    word = letter("To {{ a }}.")

    (line,) = plain(theirs(word, {"a": value}, autoescape=False))[:1]

    assert line.startswith(theirs_says)
    assert value not in line
    assert plain(ours(word, {"a": value}, tmp_path).docx) == [f"To {value}."]


def test_a_lone_surrogate_costs_docxtpl_the_rest_of_the_paragraph(
    tmp_path: Path,
) -> None:
    word = letter("To {{ a }}, and the rest.")
    fields = {"a": "x\ud800y"}

    with_docxtpl = "".join(plain(theirs(word, fields)))

    assert "and the rest" not in with_docxtpl
    assert plain(ours(word, fields, tmp_path).docx) == ["To xy, and the rest."]


@pytest.mark.parametrize(
    ("value", "theirs_says", "ours_says"),
    [
        ("one\ftwo", ["[one", "\n", "two]"], ["[one\ntwo]"]),  # a page break
        ("one\atwo", ["[one", "two]"], ["[onetwo]"]),
    ],
)
def test_a_control_character_of_a_mail_is_an_order_in_docxtpl_and_none_here(
    value: str, theirs_says: list[str], ours_says: list[str], tmp_path: Path
) -> None:
    word, fields = letter("[{{ a }}]"), {"a": value}

    assert plain(theirs(word, fields)) == theirs_says
    assert plain(ours(word, fields, tmp_path).docx) == ours_says


def test_the_line_ends_of_mail_leave_a_carriage_return_in_docxtpl(
    tmp_path: Path,
) -> None:
    word, fields = letter("{{ a }}"), {"a": "one\r\ntwo"}

    assert plain(theirs(word, fields)) != ["one\ntwo"]
    assert plain(ours(word, fields, tmp_path).docx) == ["one\ntwo"]


def test_docxtpl_escapes_a_title_twice_and_leaves_other_properties(
    tmp_path: Path,
) -> None:
    properties = {
        "dc:title": "{{ a }}", "cp:keywords": "{{ a }}", "cp:category": "{{ a }}",
    }  # fmt: skip
    word, fields = Word(body=paragraph("x"), properties=properties), {"a": "A & B"}

    with_docxtpl = canonical(theirs(word, fields))
    with_ours = canonical(ours(word, fields, tmp_path).docx)

    assert with_docxtpl["core title"] == "A &amp; B"
    assert with_docxtpl["core keywords"] == "{{ a }}"
    assert [
        with_ours[f"core {name}"] for name in ("title", "keywords", "category")
    ] == ["A & B"] * 3


def test_docxtpl_leaves_endnotes_and_comments(tmp_path: Path) -> None:
    notes = (paragraph("Note {{ a }}"),)
    word = Word(body=paragraph("x"), endnotes=notes, comments=notes)
    fields = {"a": "A & B"}

    with_docxtpl, with_ours = theirs(word, fields), ours(word, fields, tmp_path).docx

    for part in ("word/endnotes.xml", "word/comments.xml"):
        assert plain(with_docxtpl, part) == ["Note {{ a }}"]
        assert plain(with_ours, part) == ["Note A & B"]


@pytest.mark.parametrize("fields", [{}, {"naem": None}, {"naem": ""}])
def test_a_missing_field_is_a_blank_or_none_in_docxtpl_and_a_gap_here(
    fields: dict[str, object], tmp_path: Path
) -> None:
    word = letter("Dear {{ naem }},")

    rendered = ours(word, fields, tmp_path)

    assert plain(theirs(word, fields)) in (["Dear ,"], ["Dear None,"])
    assert plain(rendered.docx) == ["Dear [to fill: naem],"]
    assert rendered.missing == ("naem",)


def test_a_font_of_rich_text_is_meant_for_chinese_letters_too(tmp_path: Path) -> None:
    word = letter("{{r a }}")

    def font(docx: bytes) -> object:
        return body(docx).find(f".//{W}rFonts").get(f"{W}eastAsia")

    with_docxtpl = theirs(word, {"a": TheirRichText("王", font="仿宋")})
    with_ours = ours(word, {"a": RichText(Span("王", font="仿宋"))}, tmp_path).docx
    assert font(with_docxtpl) is None
    assert font(with_ours) == "仿宋"


# ── tags ─────────────────────────────────────────────────────────────────


def test_words_behind_a_split_tag_keep_their_own_look_here(tmp_path: Path) -> None:
    word = Word(body=paragraph(run("{{ na", BOLD), run("me }} and more", RED)))
    fields = {"name": "Ada"}

    def looks(docx: bytes) -> list[tuple[str, list[str]]]:
        return [
            (
                "".join(one.itertext()),
                [etree.QName(x).localname for x in one.find(f"{W}rPr")],
            )
            for one in body(docx).iter(f"{W}r")
            if "".join(one.itertext())
        ]

    assert looks(theirs(word, fields)) == [("Ada and more", ["b"])]
    assert looks(ours(word, fields, tmp_path).docx) == [
        ("Ada", ["b"]), (" and more", ["color"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "condition", ["{%p if a % 2 == 1 %}", "{%p if a in {1: 2} %}", "{%p if '}' < b %}"]
)
def test_a_percent_sign_or_brace_in_a_paragraphs_tag_is_no_end_of_it(
    condition: str, tmp_path: Path
) -> None:
    word, fields = letter(condition, "x", "{%p endif %}"), {"a": 1, "b": "~"}

    with pytest.raises(jinja2.TemplateSyntaxError, match="unknown tag 'p'"):
        theirs(word, fields)
    assert plain(ours(word, fields, tmp_path).docx) == ["x"]


@pytest.mark.parametrize(
    "word",
    [
        letter("Please note: {%p if a %} and pay", "x", "{%p endif %}"),
        Word(
            body=lines(
                "{%tr for x in a %} | and pay", "{{ x }} | y", "{%tr endfor %} | ",
                columns=2,
            )
        ),
    ],
)  # fmt: skip
def test_words_beside_a_block_tag_vanish_in_docxtpl_and_are_a_fault_here(
    word: Word, tmp_path: Path
) -> None:
    assert "pay" not in "".join(plain(theirs(word, {"a": [1]})))
    assert refused(word, tmp_path)


def test_plain_words_in_a_tag_for_rich_text_can_be_read_here(tmp_path: Path) -> None:
    word, fields = letter("Dear {{r name }},"), {"name": "Ada"}

    assert plain(theirs(word, fields)) == ["Dear ,"]  # outside of any run
    assert plain(ours(word, fields, tmp_path).docx) == ["Dear Ada,"]


def test_quotes_within_a_chinese_literal_stay_what_they_are(tmp_path: Path) -> None:
    word = letter('{{ "他说：‘好’" }}', "{{ '“好”' }}")

    assert plain(theirs(word, {})) == ["他说：'好'", '"好"']
    assert plain(ours(word, {}, tmp_path).docx) == ["他说：‘好’", "“好”"]


@pytest.mark.parametrize("tag", ["｛｛姓名｝｝", "｛{姓名}｝", "｛％p if a ％｝"])
def test_full_width_braces_are_printed_by_docxtpl_and_a_fault_here(
    tag: str, tmp_path: Path
) -> None:
    word = letter("x", tag)

    assert plain(theirs(word, {"姓名": "王芳"})) == ["x", tag]
    assert [line for _, line in refused(word, tmp_path)] == [2]


def test_a_fault_in_a_tag_has_no_place_in_docxtpl_and_each_has_one_here(
    tmp_path: Path,
) -> None:
    word = letter("fine", "{{ a + }}", "fine", "{% if %}", "{{ b|nothing }}")

    with pytest.raises(jinja2.TemplateSyntaxError) as caught:
        theirs(word, {})

    assert "{{ a" not in str(caught.value)
    places = [line for _, line in refused(word, tmp_path)]
    assert set(places) >= {2, 4, 5}


def test_a_value_that_does_not_fit_is_told_with_its_place_here(tmp_path: Path) -> None:
    word, fields = letter("fine", "{{ a + 1 }}"), {"a": "x"}

    with pytest.raises(TypeError):
        theirs(word, fields)
    with pytest.raises(TemplateError) as caught:
        ours(word, fields, tmp_path)
    assert [fault.line for fault in caught.value.faults] == [2]


def test_a_template_runs_any_program_in_docxtpl_and_none_here(tmp_path: Path) -> None:
    word = letter("{{ cycler.__init__.__globals__.os.sep }}")

    assert plain(theirs(word, {})) == ["/"]
    try:
        said = plain(ours(word, {}, tmp_path).docx)
    except TemplateError:
        said = []
    assert "/" not in said


@pytest.mark.parametrize(
    "tag", ["{{ 'a' * 10**6 }}", "{% for x in range(1000000) %}a{% endfor %}"]
)
def test_a_template_may_not_swell_a_letter_here(tag: str, tmp_path: Path) -> None:
    word = letter(tag)

    assert len(plain(theirs(word, {}))[0]) == 10**6
    try:
        said = plain(ours(word, {}, tmp_path).docx)[0]
    except TemplateError:
        said = ""
    assert len(said) < 100


def test_a_template_of_docxtpl_used_twice_puts_one_name_into_anothers_letter(
    tmp_path: Path,
) -> None:
    word = letter("Dear {{ name }},")
    one = DocxTemplate(BytesIO(word.save()))
    ours_too = loaded(word, tmp_path)

    # What two threads do to each other, in the order in which it hurts.
    one.render({"name": "Ada"})
    one.render({"name": "Eve"})
    adas = BytesIO()
    one.save(adas)
    first, second = (ours_too.render({"name": name}) for name in ("Ada", "Eve"))

    assert plain(adas.getvalue()) == ["Dear Eve,"]
    assert plain(first.docx) == ["Dear Ada,"]
    assert plain(second.docx) == ["Dear Eve,"]


@pytest.mark.parametrize(
    ("tag", "theirs_says"),
    [
        ("{% raw %}{{ a }}{% endraw %}", "{{ a }}"),
        ("{{ '<b>'|safe }}", ""),
    ],
)
def test_what_a_template_needs_no_more_is_refused_here(
    tag: str, theirs_says: str, tmp_path: Path
) -> None:
    word = letter(tag)

    assert plain(theirs(word, {})) == [theirs_says]
    with pytest.raises(TemplateError):
        ours(word, {}, tmp_path)


# ── the structure ────────────────────────────────────────────────────────


def test_an_empty_loop_leaves_a_cell_that_word_cannot_read_in_docxtpl(
    tmp_path: Path,
) -> None:
    loop = cell("{%p for x in xs %}", "{{ x }}", "{%p endfor %}")
    word, fields = Word(body=table(row(loop, "b"), columns=2)), {"xs": ()}

    def first(docx: bytes) -> int:
        return len(body(docx).find(f".//{W}tc").findall(f"{W}p"))

    assert first(theirs(word, fields)) == 0
    assert first(ours(word, fields, tmp_path).docx) == 1


def test_a_table_without_rows_stays_in_docxtpl_and_goes_here(tmp_path: Path) -> None:
    rows = lines("{%tr for x in xs %}", "{{ x }}", "{%tr endfor %}", columns=1)
    word, fields = Word(body=rows + paragraph("x")), {"xs": ()}

    assert len(body(theirs(word, fields)).findall(f".//{W}tbl")) == 1
    assert body(ours(word, fields, tmp_path).docx).findall(f".//{W}tbl") == []


def test_a_bookmark_in_a_loop_stays_the_first_time_only_here(tmp_path: Path) -> None:
    marked = (
        '<w:bookmarkStart w:id="3" w:name="here"/>', "{{ x }}",
        '<w:bookmarkEnd w:id="3"/>',
    )  # fmt: skip
    loop = paragraph("{%p for x in xs %}"), paragraph("{%p endfor %}")
    word = Word(body=paragraph(*marked).join(loop))
    fields = {"xs": ("a", "b", "c")}

    def numbers(docx: bytes, edge: str) -> list[str]:
        return [one.get(f"{W}id") for one in body(docx).iter(f"{W}bookmark{edge}")]

    assert numbers(theirs(word, fields), "Start") == ["3", "3", "3"]
    # Its name is one, too: what refers to it means the first.
    docx = ours(word, fields, tmp_path).docx
    assert numbers(docx, "Start") == numbers(docx, "End") == ["3"]


def test_a_bookmark_within_a_cut_tag_is_kept_here(tmp_path: Path) -> None:
    mark = '<w:bookmarkStart w:id="3" w:name="here"/><w:bookmarkEnd w:id="3"/>'
    word = Word(body=paragraph(run("{{ na"), mark, run("me }}")))
    fields = {"name": "Ada"}

    def names(docx: bytes) -> list[str]:
        return [one.get(f"{W}name") for one in body(docx).iter(f"{W}bookmarkStart")]

    assert names(theirs(word, fields)) == []
    assert names(ours(word, fields, tmp_path).docx) == ["here"]


def test_a_links_target_is_filled_here(tmp_path: Path) -> None:
    linked = '<w:hyperlink r:id="rIdFar"><w:r><w:t>see</w:t></w:r></w:hyperlink>'
    word = Word(
        body=paragraph(linked),
        links={"rIdFar": "https://example.org/?q={{ a }}"},
    )

    def target(docx: bytes) -> str:
        with zipfile.ZipFile(BytesIO(docx)) as archive:
            return archive.read("word/_rels/document.xml.rels").decode()

    fields = {"a": "x&y"}
    assert "{{ a }}" in target(theirs(word, fields))
    assert "{{" not in target(ours(word, fields, tmp_path).docx)
    assert "example.org/?q=x" in target(ours(word, fields, tmp_path).docx)


def test_a_deleted_tag_does_not_put_its_value_into_the_history(tmp_path: Path) -> None:
    deleted = (
        '<w:del w:id="1" w:author="A"><w:r><w:delText>{{ a }}</w:delText></w:r></w:del>'
    )
    word, fields = Word(body=paragraph("x ", deleted)), {"a": "secret"}

    assert "secret" in "".join(body(theirs(word, fields)).itertext())
    try:
        said = "".join(body(ours(word, fields, tmp_path).docx).itertext())
    except TemplateError:
        said = ""
    assert "secret" not in said
