"""How values for a template are read from JSON."""

import json
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.cli.field_values import STDIN, read_values
from mailroom.errors import ConfigError
from mailroom.words.rich import Picture


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (b'{"a": 1,\n "b" 2}', ":2:6", "missing comma, quote or bracket"),
        (b'{"a": 1,\n}', ":", "missing comma, quote or bracket"),
        (b"", ":1:1", "missing comma, quote or bracket"),
        (b'["a"]', ":1:1", '{"case_no": "HY-2026-0001"}'),
        (b'{"a": 1, "a": 2}', ":", "“a” stands twice"),
        (b'{"a": NaN}', ":", "NaN is no number"),
        (b'{"a": ' + b"9" * 5000 + b"}", ":", "too long"),
        (b'{"a": ' + b"[" * 100_000, ":", "nested too deep"),
        ('{"a":\n "函"}'.encode("gb18030"), ":2", "save the file as UTF-8"),
    ],
)
def test_values_that_are_wrong_are_named_with_their_place(
    content: bytes, place: str, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "f.json"
    file.write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        read_values(file)

    assert str(caught.value).startswith(f"{file}{place}")
    assert words in str(caught.value)


def test_a_picture_is_read_from_beside_the_file(tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    (tmp_path / "seal.png").write_bytes(b"png")
    file.write_text('{"seals": [{"picture": "seal.png", "width_mm": 40, "alt": "印"}]}')

    assert read_values(file) == {"seals": [Picture(b"png", width_mm=40, alt="印")]}


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        ({"picture": "none.png"}, "cannot read none.png: No such file"),
        ({"picture": "a\0b"}, "cannot read a"),
        ({"picture": 1}, "write a picture as in"),
        ({"picture": "f.json", "width_mm": "40"}, "write a picture as in"),
        ({"picture": "f.json", "width_mm": 0}, "write a picture as in"),
        ({"picture": "f.json", "height_mm": True}, "write a picture as in"),
        ({"picture": "f.json", "alt": 1}, "write a picture as in"),
        ({"picture": "f.json", "width": 40}, "write a picture as in"),
    ],
    ids=str,
)
def test_a_picture_that_is_none_is_named(
    picture: object, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "f.json"
    file.write_text(json.dumps({"seal": picture}))

    with pytest.raises(ConfigError) as caught:
        read_values(file)

    assert words in str(caught.value)


def test_an_amount_keeps_its_last_figure(tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    file.write_text('{"amount": 12300.50, "rows": 3}')

    values = read_values(file)

    assert {name: str(value) for name, value in values.items()} == {
        "amount": "12300.50", "rows": "3",
    }  # fmt: skip


def test_values_saved_by_windows_are_read(tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    file.write_text('{"a": "三"}', "utf-8-sig")

    assert read_values(file) == {"a": "三"}


def test_missing_values_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_values(tmp_path / "none.json")


NAMES = st.text().filter(lambda name: name != "picture")
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
    max_leaves=10,
)


@given(held=st.dictionaries(NAMES, JSON))
def test_any_values_come_back_as_they_were_written(held: dict[str, Any]) -> None:
    raw = BytesIO(json.dumps(held).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", TextIOWrapper(raw))

        assert read_values(STDIN) == held


def test_values_come_from_the_standard_input_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = BytesIO('{"floor": "三"}'.encode())
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(raw))

    assert read_values(STDIN) == {"floor": "三"}
