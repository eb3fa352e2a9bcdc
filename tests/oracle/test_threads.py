"""Claims that letters made side by side from one template never mix."""

import re
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest

from mailroom.words.template import Template
from tests.oracle.twins import loaded
from tests.oracle.word import Word, lines, paragraphs

LETTERS = 10_000
THREADS = 2
NAME = re.compile(r"Ada-[0-9]+")


@pytest.fixture
def hurried() -> Iterator[None]:
    """Have Python change between threads 100 times as often as it does."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 100)
    yield
    sys.setswitchinterval(usual)


def template(folder: Path) -> Template:
    body = paragraphs(
        "Dear {{ name }},",
        "{% set whom = name %}{% if late %}{{ whom }} is late.{% endif %}",
        "{%p for x in xs %}",
        "{{ loop.index }} {{ x }} {{ name }}",
        "{%p endfor %}",
    )
    body += lines("{%tr for x in xs %}", "{{ x }}", "{%tr endfor %}", columns=1)
    edges = {"default": paragraphs("{{ name }} {{ gone }}")}
    return loaded(Word(body=body, headers=edges, footers=edges), folder)


def names_in(docx: bytes) -> set[str]:
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        parts = (archive.read(name) for name in archive.namelist())
        return {name for part in parts for name in NAME.findall(part.decode())}


@pytest.mark.slow
@pytest.mark.usefixtures("hurried")
def test_two_threads_make_ten_thousand_letters_without_a_wrong_name(
    tmp_path: Path,
) -> None:
    one = template(tmp_path)

    def wrong(number: int) -> list[str]:
        name = f"Ada-{number}"
        late = number % 2 == 0
        rendered = one.render({"name": name, "late": late, "xs": [name] * 3})
        found = (
            names_in(rendered.docx)
            | set(NAME.findall(rendered.text))
            | set(NAME.findall(rendered.html))
        )
        right = found == {name} and rendered.missing == ("gone",)
        return [] if right and ("is late" in rendered.text) is late else [name, *found]

    with ThreadPoolExecutor(THREADS) as pool:
        mixed = [names for names in pool.map(wrong, range(LETTERS)) if names]

    assert mixed == []
