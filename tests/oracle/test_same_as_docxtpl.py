"""Claims on each feature: it comes out as docxtpl 0.20.2 fills it, in the mail too."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from docxtpl import DocxTemplate

from mailroom.words.template import Template
from tests.benchmarks.words_letters import LETTER, letter, memo, memo_fields
from tests.oracle.canonical import (
    canonical,
    plain,
    squeezed,
    unkept_spaces,
    words_of_html,
)
from tests.oracle.features_tables import TABLES, TABLES_AND_PARTS
from tests.oracle.features_text import BLOCKS, INLINE, SPLIT, TEXT, VARIABLES
from tests.oracle.twins import ours, theirs

CASES = TEXT | TABLES_AND_PARTS
# All of whose words are in the body, and nothing but words.
WORDED = VARIABLES | SPLIT | INLINE | BLOCKS | TABLES


@pytest.mark.parametrize("feature", CASES)
def test_it_comes_out_as_docxtpl_fills_it(feature: str, tmp_path: Path) -> None:
    case = CASES[feature]

    rendered = ours(case.word, case.fields, tmp_path)

    assert canonical(rendered.docx) == canonical(theirs(case.word, case.fields))
    assert rendered.missing == ()
    assert unkept_spaces(rendered.docx) == []


@pytest.mark.parametrize("feature", WORDED)
def test_the_mail_says_each_word_of_the_letter(feature: str, tmp_path: Path) -> None:
    case = WORDED[feature]

    rendered = ours(case.word, case.fields, tmp_path)

    words = squeezed("".join(plain(rendered.docx)))
    assert squeezed(rendered.text) == words
    assert squeezed(words_of_html(rendered.html)) == words


@pytest.mark.parametrize(
    ("content", "fields"),
    [(letter(), LETTER), (memo(), memo_fields(50))],
    ids=["letter", "memo"],
)
def test_whole_papers_as_word_saves_them_come_out_the_same(
    content: bytes, fields: Mapping[str, object], tmp_path: Path
) -> None:
    path = tmp_path / "paper.en.docx"
    path.write_bytes(content)
    file = BytesIO()
    peer = DocxTemplate(path)
    peer.render(fields, autoescape=True)
    peer.save(file)

    rendered = Template.load(path).render(fields)

    assert canonical(rendered.docx) == canonical(file.getvalue())
    assert rendered.missing == ()
