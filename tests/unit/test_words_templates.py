"""Claims about a folder of templates that people change while letters are made."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailroom.errors import TemplateError
from mailroom.words.templates import Templates
from tests.unit.word_files import paragraphs, write


def said(templates: Templates, name: str = "reply/a.zh.docx") -> list[str]:
    return paragraphs(templates[name].render({"a": "1"}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "reply").mkdir()
    write(tmp_path / "reply" / "a.zh.docx", ["one {{ a }}"])
    return tmp_path


def test_a_template_is_compiled_once_as_long_as_its_file_stays(folder: Path) -> None:
    templates = Templates(folder)

    assert templates["reply/a.zh.docx"] is templates["reply/a.zh.docx"]
    assert list(templates) == ["reply/a.zh.docx"]


def test_a_file_that_is_only_touched_is_not_compiled_again(folder: Path) -> None:
    templates = Templates(folder)
    before = templates["reply/a.zh.docx"]

    os.utime(folder / "reply" / "a.zh.docx", ns=(1, 1))

    assert templates["reply/a.zh.docx"] is before


def test_a_file_that_was_replaced_is_picked_up(folder: Path) -> None:
    templates = Templates(folder)

    write(folder / "new.docx", ["two {{ a }}"]).replace(folder / "reply" / "a.zh.docx")

    assert said(templates) == ["two 1"]


def test_a_template_that_was_added_is_there(folder: Path) -> None:
    templates = Templates(folder)

    write(folder / "reply" / "b.zh.docx", ["b {{ a }}"])

    assert "reply/b.zh.docx" in templates
    assert said(templates, "reply/b.zh.docx") == ["b 1"]


@pytest.mark.parametrize("part", [0, 1, 100, 2000])
def test_while_a_file_is_half_saved_the_last_good_one_serves(
    folder: Path, part: int
) -> None:
    path = folder / "reply" / "a.zh.docx"
    templates = Templates(folder)
    whole = write(folder / "new.docx", ["two {{ a }}"]).read_bytes()

    path.write_bytes(whole[:part])
    assert said(templates) == ["one 1"]
    assert list(templates.broken) == ["reply/a.zh.docx"]

    path.write_bytes(whole)
    assert said(templates) == ["two 1"]
    assert templates.broken == {}


def test_a_file_that_vanished_serves_on_until_the_next_start(folder: Path) -> None:
    templates = Templates(folder)

    (folder / "reply" / "a.zh.docx").unlink()

    assert said(templates) == ["one 1"]
    assert list(Templates(folder)) == []


def test_a_template_that_was_never_good_says_what_is_wrong(folder: Path) -> None:
    write(folder / "reply" / "bad.zh.docx", ["{{ a b }}"])
    templates = Templates(folder)

    with pytest.raises(TemplateError) as caught:
        templates["reply/bad.zh.docx"]

    assert [fault.code for fault in caught.value.faults] == ["W030"]
    assert "reply/bad.zh.docx" not in templates
    assert list(templates) == ["reply/a.zh.docx"]


def test_words_own_file_beside_an_open_one_is_none_of_ours(folder: Path) -> None:
    (folder / "reply" / "~$a.zh.docx").write_bytes(b"\x05Wang")

    assert list(Templates(folder)) == ["reply/a.zh.docx"]
    assert Templates(folder).broken == {}


@pytest.mark.parametrize("name", ["../secret.docx", "/etc/passwd", "reply/a.zh", ""])
def test_only_files_of_the_folder_are_templates(folder: Path, name: str) -> None:
    inside = folder / "in"
    shutil.copytree(folder / "reply", inside / "reply")
    write(folder / "secret.docx", ["secret"])

    with pytest.raises(KeyError):
        Templates(inside)[name]


def test_threads_that_ask_while_it_changes_get_one_of_the_two(folder: Path) -> None:
    templates = Templates(folder)
    versions = [write(folder / f"{n}.docx", [f"v{n} {{{{ a }}}}"]) for n in range(2)]

    def change(turn: int) -> list[str]:
        copy = folder / f"copy{turn}.docx"
        shutil.copy(versions[turn % 2], copy)
        copy.replace(folder / "reply" / "a.zh.docx")
        return said(templates)

    with ThreadPoolExecutor(4) as pool:
        letters = list(pool.map(change, range(40)))

    assert {line for letter in letters for line in letter} <= {"v0 1", "v1 1"}
