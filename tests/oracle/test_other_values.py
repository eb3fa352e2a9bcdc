"""Claims on values that docxtpl 0.20.2 loses or spoils, and on what we do."""

from pathlib import Path

import pytest
from docxtpl import RichText as TheirRichText

from mailroom.words.rich import RichText, Span
from tests.oracle.canonical import W, body, canonical, plain
from tests.oracle.twins import ours, theirs
from tests.oracle.word import (
    Word,
    letter,
    paragraph,
)


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
