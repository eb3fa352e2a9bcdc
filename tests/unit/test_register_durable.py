"""What is waited for before mail counts as safe."""

import ctypes
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mailroom.errors import EnvironmentFault
from mailroom.register import durable
from mailroom.register.files import Files

MANY = [b"mail %d" % number for number in range(durable.MANY)]


@pytest.fixture
def mail(tmp_path: Path) -> Files:
    return Files(tmp_path / "mail", ".eml")


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what is synced: the suffixes of files, and whole file systems."""
    seen: list[str] = []

    def noting(real: Callable[[int], None], what: str) -> Callable[[int], None]:
        def note(file: int) -> None:
            seen.append(what or Path(f"/proc/self/fd/{file}").readlink().suffix)
            real(file)

        return note

    monkeypatch.setattr(os, "fsync", noting(os.fsync, ""))
    monkeypatch.setattr(durable, "_syncfs", noting(durable._syncfs, "all"))
    return seen


def trust(monkeypatch: pytest.MonkeyPatch, *kinds: str) -> None:
    monkeypatch.setattr(durable, "_TRUSTED", frozenset(kinds))
    durable._can_sync_at_once.cache_clear()


@pytest.fixture(autouse=True)
def forget() -> None:
    durable._can_sync_at_once.cache_clear()


def test_a_batch_waits_for_the_file_system_once(
    mail: Files, synced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(monkeypatch, durable._kind(mail.folder.stat().st_dev))

    names = mail.keep(MANY)

    assert synced == ["all", ""]
    assert [mail.read(name) for name in names] == MANY


def test_a_few_files_are_waited_for_one_by_one(
    mail: Files, synced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(monkeypatch, durable._kind(mail.folder.stat().st_dev))

    mail.keep(MANY[1:])

    assert "all" not in synced
    assert synced.count(".eml") == len(MANY) - 1


def test_where_the_file_system_is_not_trusted_each_file_is_waited_for(
    mail: Files, synced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(monkeypatch, "fuse.somewhere")

    mail.keep(MANY)

    assert "all" not in synced
    assert synced.count(".eml") == len(MANY)


def test_a_disk_that_fails_at_the_end_of_a_batch_is_told_as_such(
    mail: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing:
        def syncfs(self, _file: int) -> int:
            ctypes.set_errno(5)
            return -1

    trust(monkeypatch, durable._kind(mail.folder.stat().st_dev))
    durable._can_sync_at_once(mail.folder.stat().st_dev)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: Failing())

    with pytest.raises(EnvironmentFault, match="Input/output error"):
        mail.keep(MANY)


@pytest.mark.parametrize(("release", "can"), [("5.7.19", False), ("6.1.0-28", True)])
def test_an_old_linux_that_hides_write_errors_is_not_trusted(
    release: str, *, can: bool, mail: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = mail.folder.stat().st_dev
    trust(monkeypatch, durable._kind(device))
    monkeypatch.setattr("platform.release", lambda: release)

    assert durable._can_sync_at_once(device) is can
