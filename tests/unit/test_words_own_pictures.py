"""What holds of the pictures in the settings: which are taken, and what is told."""

import os
from pathlib import Path

import pytest

from mailroom.errors import SettingsError
from mailroom.office import read_what_is_whole
from mailroom.settings import Settings
from mailroom.words.own_pictures import LARGEST, read_pictures
from mailroom.words.rich import Picture
from tests.unit.drawn import png

SETTINGS = """\
[office]
name = "恒远"
addresses = ["office@hengyuan.example"]
[[accounts]]
name = "office"
address = "office@hengyuan.example"
[accounts.imap]
host = "mail.example"
[pictures]
"""


def settings(folder: Path, *lines: str) -> Settings:
    office = folder / "office"
    office.mkdir()
    (office / "logo.png").write_bytes(png(7))
    (office / "notes.txt").write_text("no picture")
    (folder / "outside.png").write_bytes(png(8))
    file = office / "mailroom.toml"
    file.write_text(SETTINGS + "\n".join(lines), encoding="utf-8")
    return Settings.load(file)


def refused(folder: Path, *lines: str) -> list[tuple[str, str]]:
    read = settings(folder, *lines)
    with pytest.raises(SettingsError) as caught:
        read_pictures(read, {"subject"})
    return [(fault.code, str(fault.text)) for fault in caught.value.faults]


def test_a_picture_is_a_file_beside_the_settings_with_or_without_measures(
    tmp_path: Path,
) -> None:
    read = settings(
        tmp_path,
        'logo = "logo.png"',
        'seal = { file = "logo.png", width_mm = 40, alt = "公章" }',
    )

    assert read_pictures(read, ()) == {
        "logo": Picture(png(7)),
        "seal": Picture(png(7), width_mm=40, alt="公章"),
    }


def test_every_picture_that_cannot_be_used_is_told_in_one_run(tmp_path: Path) -> None:
    found = refused(
        tmp_path,
        'subject = "logo.png"',
        'outside = "../outside.png"',
        'absent = "absent.png"',
        'folder = "."',
        'notes = "notes.txt"',
        'fine = "logo.png"',
    )

    assert found == [
        ("S020", "the picture subject: every template has a field subject already"),
        ("S021", "the picture outside: it must lie in the folder of the settings file"),
        (
            "S022",
            "the picture absent: the file cannot be read: No such file or directory",
        ),
        ("S022", "the picture folder: this is no file"),
        (
            "S024",
            "the picture notes: it is no PNG, JPEG or GIF picture that can be read",
        ),
    ]


def test_a_link_does_not_lead_out_of_the_office(tmp_path: Path) -> None:
    read = settings(tmp_path, 'logo = "link.png"', 'key = "/etc/hostname"')
    (read.home / "link.png").symlink_to(tmp_path / "outside.png")

    with pytest.raises(SettingsError) as caught:
        read_pictures(read, ())

    assert [fault.code for fault in caught.value.faults] == ["S021", "S021"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    read = settings(tmp_path, 'logo = "pipe.png"')
    os.mkfifo(read.home / "pipe.png")

    with pytest.raises(SettingsError, match="this is no file"):
        read_pictures(read, ())


def test_two_megabytes_are_enough(tmp_path: Path) -> None:
    read = settings(tmp_path, 'logo = "large.png"')
    large = read.home / "large.png"

    large.write_bytes(png(7).ljust(LARGEST, b"\0"))
    assert len(read_pictures(read, ())["logo"].content) == LARGEST

    large.write_bytes(png(7).ljust(LARGEST + 1, b"\0"))
    with pytest.raises(SettingsError, match="more than 2000000 bytes"):
        read_pictures(read, ())


def test_the_fault_stands_at_the_pictures_own_file(tmp_path: Path) -> None:
    read = settings(tmp_path, 'logo = "absent.png"')

    with pytest.raises(SettingsError) as caught:
        read_pictures(read, ())

    assert caught.value.faults[0].file == str(read.home / "absent.png")


def test_the_office_does_not_open_with_a_picture_that_it_cannot_read(
    tmp_path: Path,
) -> None:
    papers, faults = read_what_is_whole(settings(tmp_path, 'logo = "absent.png"'))

    assert papers.own_pictures == {}
    assert "S022" in {fault.code for fault in faults}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("logo = 5", "pictures.logo.file is 5; it should be a path in quotes"),
        ("logo = {}", "pictures.logo.file is missing"),
        (
            'logo = { file = "logo.png", width = 4 }',
            "unknown setting pictures.logo.width; did you mean width_mm?",
        ),
        (
            'logo = { file = "logo.png", width_mm = 0 }',
            "pictures.logo.width_mm is 0; it should be 1.0 or more",
        ),
        (
            'big-logo = "logo.png"',
            "big-logo cannot be a field of a template; take letters, digits and _",
        ),
    ],
)
def test_a_mistake_in_the_settings_is_told_at_its_line(
    tmp_path: Path, line: str, says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(tmp_path, line)

    assert [(fault.line, str(fault.text)) for fault in caught.value.faults] == [
        (10, says)
    ]
