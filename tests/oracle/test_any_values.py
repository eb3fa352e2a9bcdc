"""Claims that whatever a field holds, it can be read in the letter and the mail."""

import math
import os
import shutil
import subprocess
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailroom.words.template import Template
from mailroom.words.values import clean
from tests.oracle.canonical import plain, squeezed, words_of_html
from tests.oracle.twins import loaded
from tests.oracle.word import Word, lines, paragraph, paragraphs

# What mail holds and files break at.
ODD = (
    "\x00", "\x01", "\x0b", "\x0c", "\r\n", "\r", "\n", "\t", "\x85", "\u2028",
    "\ud800", "\udfff", "\ufffe", "\uffff", "\u202e", "\u00ad", "\u200b", "\xa0",
    "&", "<", ">", '"', "'", "]]>", "&amp;", "&#x41;", "<w:p/>", "</w:t>", "<!--",
    "{{ text }}", "{%p if x %}", "{#", "}}", "%}", "{_{", "\\n", "\a", "\x1b[0m",
    "王芳", "〔2026〕12号", "😀", "👨‍👩‍👧", "é", "e\u0301", "ﬁ", "ا", "\U0010ffff", "",
)  # fmt: skip
texts = st.lists(
    st.one_of(st.sampled_from(ODD), st.text(st.characters(codec=None), max_size=12)),
    max_size=8,
).map("".join)
filled = texts.filter(lambda value: bool(clean(value).strip()))
numbers = st.one_of(
    st.integers(), st.floats(min_value=-1e300, max_value=1e300, allow_nan=False)
)
things = st.lists(
    st.fixed_dictionaries(
        {"name": filled, "held": st.fixed_dictionaries({"x": filled})}
    ),
    max_size=4,
)
SETTINGS = settings(
    max_examples=60,
    deadline=None,
    # The template is compiled once; no example changes it.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Template:
    body = (
        paragraphs("[{{ text }}]", "{{ number }}", "{{ day }}")
        + paragraphs("{%p for x in things %}", "({{ x.name }}|{{ x.held.x }})")
        + paragraph("{%p endfor %}")
        + lines(
            "Name | Held",
            "{%tr for x in things %} | ",
            "<{{ x.name }}> | {{ x.held.x }}",
            "{%tr endfor %} | ",
            columns=2,
        )
        + paragraph("end")
    )
    word = Word(
        body=body,
        headers={"default": paragraph("^{{ text }}$")},
        properties={"dc:title": "{{ text }}"},
    )
    return loaded(word, tmp_path_factory.mktemp("any"))


@SETTINGS
@given(text=texts, number=numbers, day=st.dates(), things=things)
def test_any_value_can_be_read_in_the_file_and_in_the_mail(
    letter: Template, text: str, number: float, day: date, things: list[dict[str, Any]]
) -> None:
    fields = {"text": text, "number": number, "day": day, "things": things}

    rendered = letter.render(fields)

    read = Document(BytesIO(rendered.docx))
    said = [one.text for one in read.paragraphs]
    words = clean(text) if clean(text).strip() else "[to fill: text]"
    assert said[0] == f"[{words}]"
    if isinstance(number, int):
        assert said[1] == str(number)
    else:  # without the noise in the last digits of 0.1 + 0.2
        assert math.isclose(float(said[1]), number, rel_tol=1e-14)
    assert said[2] == f"{day.day} {day:%B} {day.year}"
    rows = [(clean(x["name"]), clean(x["held"]["x"])) for x in things]
    if things:  # an empty list is a gap
        assert said[3:-1] == [f"({name}|{held})" for name, held in rows]
        (table,) = read.tables
        assert [tuple(cell.text for cell in row.cells) for row in table.rows[1:]] == [
            (f"<{name}>", held) for name, held in rows
        ]
    header = read.sections[0].header.paragraphs[0].text
    assert header == f"^{words}$"
    in_file = "".join(plain(rendered.docx))
    assert squeezed(rendered.text) == squeezed(in_file)
    assert squeezed(words_of_html(rendered.html)) == squeezed(in_file)
    for mark in rendered.marks:
        assert rendered.text[mark.start : mark.end].strip()


# ── by LibreOffice ───────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def soffice() -> str:
    program = shutil.which("soffice")
    if program is None:
        missing = "needs LibreOffice: apt-get install libreoffice-writer-nogui"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return program


@pytest.mark.slow
@settings(
    max_examples=3, deadline=None, suppress_health_check=list(HealthCheck)
)  # a start of LibreOffice takes seconds, so each example holds many values
@given(values=st.lists(filled, min_size=150, max_size=200))
def test_libreoffice_reads_any_values_as_they_went_in(
    soffice: str, tmp_path_factory: pytest.TempPathFactory, values: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("many")
    body = paragraphs("{%p for x in xs %}", "[{{ loop.index }}: {{ x }}]")
    word = Word(body=body + paragraph("{%p endfor %}"))
    many = loaded(word, folder)

    (folder / "filled.docx").write_bytes(many.render({"xs": values}).docx)
    subprocess.run(
        [
            soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless", "--convert-to", "txt:Text (encoded):UTF8",
            "--outdir", folder, folder / "filled.docx",
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    read = (folder / "filled.txt").read_text(encoding="utf-8-sig")
    expected = "".join(
        f"[{number}: {clean(value)}]" for number, value in enumerate(values, 1)
    )
    assert squeezed(read) == squeezed(expected)
