"""Claims on tags that docxtpl 0.20.2 reads wrongly, and what is made of them here."""

from io import BytesIO
from pathlib import Path

import jinja2
import pytest
from docxtpl import DocxTemplate
from lxml import etree

from mailroom.errors import TemplateError
from tests.oracle.canonical import W, body, plain
from tests.oracle.features_text import BOLD, RED
from tests.oracle.twins import loaded, ours, refused, theirs
from tests.oracle.word import (
    Word,
    letter,
    lines,
    paragraph,
    run,
)


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
def test_what_would_print_tags_or_markup_is_refused_here(
    tag: str, theirs_says: str, tmp_path: Path
) -> None:
    word = letter(tag)

    assert plain(theirs(word, {})) == [theirs_says]
    with pytest.raises(TemplateError):
        ours(word, {}, tmp_path)
