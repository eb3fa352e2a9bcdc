"""Claims that it does not matter how Word cuts a line with tags into runs."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailroom.words.rich import RichText, Span
from tests.oracle.canonical import canonical
from tests.oracle.twins import ours, theirs
from tests.oracle.word import Word, cell, paragraph, row, split, table

LINES = (
    "Dear {{ name }},",
    "{{name}}{{ b|upper }} {{ 'x' if a else \"y\" }}{{ name ~ '-' }}",
    "{% if a > 0 and a < 3 %}one {{ b }}{% elif b %}{% else %}two{% endif %}.",
    "{% for x in xs %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "a {# nobody #}b{% set c = a + 1 %} {{ c }}",
    "100 % {a} {{ '{' }} } {_{ b }_}",
    "{%p if a %}",
    "in a {{ b }}",
    "{%p endif %}",
    "{{r rich }}",
    "a {%r if a %}",
    "b",
    "{%r endif %} c",
)
ROWS = ("{%tr for x in xs %}", "{{ loop.index }}: {{ x }}", "{%tr endfor %}")
FIELDS = {
    "name": "Ada & Co", "a": 1, "b": "bé王", "xs": ("p", "q", "r"),
    "rich": RichText(Span("bold", bold=True)),
}  # fmt: skip


def line(pieces: list[str]) -> str:
    return paragraph(split(*pieces))


def word(lines: list[list[str]]) -> Word:
    rows = [row(cell(line(pieces))) for pieces in lines[len(LINES) :]]
    body = "".join(map(line, lines[: len(LINES)]))
    return Word(body=body + table(*rows, columns=1))


@st.composite
def cut(draw: st.DrawFn, text: str) -> list[str]:
    places = draw(st.sets(st.integers(1, max(1, len(text) - 1)), max_size=6))
    edges = [0, *sorted(places), len(text)]
    return [text[a:b] for a, b in pairwise(edges)]


# The letter to compare with is the one that nobody cut: docxtpl does not see an escape
# such as {_{ that Word has cut.
@pytest.fixture(scope="module")
def whole() -> dict[str, str]:
    return canonical(theirs(word([[text] for text in (*LINES, *ROWS)]), FIELDS))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lines=st.tuples(*(cut(text) for text in (*LINES, *ROWS))).map(list))
def test_a_line_means_the_same_however_it_is_cut(
    whole: dict[str, str], tmp_path: Path, lines: list[list[str]]
) -> None:
    assert canonical(ours(word(lines), FIELDS, tmp_path).docx) == whole
