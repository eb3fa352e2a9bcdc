"""Claims that the one form of two letters differs where a reader would see it."""

import pytest

from tests.oracle.canonical import canonical
from tests.oracle.features_text import BOLD, ITALIC
from tests.oracle.word import Word, paragraph, run, split


def form(body: str) -> dict[str, str]:
    return canonical(Word(body=body).save())


@pytest.mark.parametrize(
    "other",
    [
        paragraph(split("a", "b ", "c")),
        paragraph(run("a"), '<w:r w:rsidR="00AA"/>', run("b c")),
        paragraph("<w:r><w:t>a</w:t><w:t>b</w:t><w:t></w:t><w:t> c</w:t></w:r>"),
    ],
)
def test_how_word_cut_a_line_into_runs_is_no_difference(other: str) -> None:
    assert form(paragraph("ab c")) == form(other)


def test_in_which_order_the_looks_of_a_run_stand_is_no_difference() -> None:
    assert form(paragraph(run("a", BOLD + ITALIC))) == form(
        paragraph(run("a", ITALIC + BOLD))
    )


@pytest.mark.parametrize(
    "other",
    [
        paragraph("ab  c"),
        paragraph(run("ab", BOLD), " c"),
        paragraph("ab", "<w:r><w:br/></w:r>", " c"),
        paragraph("ab c", props='<w:jc w:val="right"/>'),
        paragraph("ab c") + paragraph(""),
        paragraph('<w:ins w:id="1" w:author="A">' + run("ab c") + "</w:ins>"),
    ],
)
def test_words_looks_and_paragraphs_are_differences(other: str) -> None:
    assert form(paragraph("ab c")) != form(other)
