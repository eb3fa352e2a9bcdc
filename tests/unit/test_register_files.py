"""What holds of the files that the register names."""

import hashlib
import os
import threading
from pathlib import Path

import pytest

from mailroom.errors import EnvironmentFault, UnreadableMessageError
from mailroom.register.files import Files, fingerprint

RAW = b"From: a@client.example\r\n\r\nHello.\r\n" * 100


@pytest.fixture
def mail(tmp_path: Path) -> Files:
    return Files(tmp_path / "data" / "mail", ".eml")


def test_a_file_is_named_by_its_bytes_and_readable_without_us(mail: Files) -> None:
    (name,) = mail.keep([RAW])

    assert name == hashlib.sha256(RAW).hexdigest() == fingerprint(RAW)
    file = mail.folder / name[:2] / f"{name}.eml"
    assert mail.path(name) == file
    assert file.read_bytes() == RAW
    assert mail.read(name) == RAW


def test_nobody_else_may_read_it(mail: Files) -> None:
    (name,) = mail.keep([RAW])

    assert mail.path(name).stat().st_mode & 0o077 == 0


def test_names_come_in_the_order_of_the_bytes_equal_ones_once(mail: Files) -> None:
    names = mail.keep(iter([b"one", b"two", b"one", b""]))

    assert names == [fingerprint(each) for each in (b"one", b"two", b"one", b"")]
    assert [mail.read(name) for name in names] == [b"one", b"two", b"one", b""]
    assert len(list(mail.folder.rglob("*.eml"))) == 3
    assert mail.keep([]) == []


def test_bytes_and_the_way_to_them_are_on_the_disk_before_it_returns(
    mail: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    written_then: list[int] = []

    def note(file: int) -> None:
        path = Path(f"/proc/self/fd/{file}").readlink()
        synced.append(path)
        if path.suffix == ".eml":
            written_then.append(path.stat().st_size)

    monkeypatch.setattr(os, "fsync", note)

    names = mail.keep([b"one", b"second"])

    ways = {mail.path(name).parent for name in names}
    assert {mail.path(name) for name in names} | ways | {mail.folder} <= {*synced}
    assert sorted(written_then) == [3, 6]


@pytest.mark.parametrize(
    "torn", [b"", RAW[:40], b"\0" * len(RAW), RAW + b"and more"], ids=len
)
def test_a_file_that_a_crash_left_torn_is_written_again(
    mail: Files, torn: bytes
) -> None:
    path = mail.path(fingerprint(RAW))
    path.parent.mkdir()
    path.write_bytes(torn)

    (name,) = mail.keep([RAW])

    assert mail.read(name) == RAW


def test_a_file_that_was_changed_is_found_out(mail: Files) -> None:
    (name,) = mail.keep([RAW])
    mail.path(name).write_bytes(RAW.replace(b"Hello", b"Hullo"))

    with pytest.raises(UnreadableMessageError, match="has changed"):
        mail.read(name)


def test_a_file_that_is_missing_is_told_as_such(mail: Files) -> None:
    with pytest.raises(UnreadableMessageError, match="is missing"):
        mail.read(fingerprint(RAW))


def test_a_disk_that_is_not_mounted_is_no_fault_of_one_message(mail: Files) -> None:
    mail.folder.rmdir()

    with pytest.raises(EnvironmentFault, match="cannot be read"):
        mail.read(fingerprint(RAW))


def test_a_folder_that_cannot_be_written_is_told_as_such(mail: Files) -> None:
    mail.folder.rmdir()
    mail.folder.write_text("no folder")

    with pytest.raises(EnvironmentFault, match="cannot write to"):
        mail.keep([RAW])
    with pytest.raises(EnvironmentFault, match="cannot write to"):
        Files(mail.folder, ".eml")


def test_a_full_disk_is_told_as_such(
    mail: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)

    with pytest.raises(EnvironmentFault, match="No space left on device"):
        mail.keep([RAW])


def test_several_threads_may_keep_the_same_bytes_at_once(mail: Files) -> None:
    contents = [b"mail %d" % number * 500 for number in range(20)]
    found: list[list[str]] = []

    threads = [
        threading.Thread(target=lambda: found.append(mail.keep(contents)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 4
    assert all(names == found[0] for names in found)
    assert [mail.read(name) for name in found[0]] == contents


def test_no_file_stays_open(mail: Files) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))

    mail.keep([b"%d" % number for number in range(50)])
    mail.keep([b"%d" % number for number in range(50)])

    assert len(list(Path("/proc/self/fd").iterdir())) == before
