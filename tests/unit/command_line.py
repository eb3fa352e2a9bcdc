"""Runs `mailroom` in this process, as a person would type it."""

import io
import os
import pwd
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from mailroom import office as office_module
from mailroom.cli import main
from tests.unit.small_office import SmallOffice, shipped_papers

_ASKED = {"LC_ALL", "LC_MESSAGES", "LANG", "SUDO_UID"}


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


def runner(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> Run:
    """Give a function that runs a command in `folder`, in English unless asked."""
    for name in list(os.environ):
        if name.startswith("MAILROOM_") or name in _ASKED:
            monkeypatch.delenv(name)
    monkeypatch.chdir(folder)

    def run(*arguments: str | Path, user: str = "anybody", stdin: str = "") -> Said:
        monkeypatch.setattr(sys, "argv", ["mailroom", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        # By the machine this is one account; a test is about several.
        monkeypatch.setattr(pwd, "getpwuid", lambda _: SimpleNamespace(pw_name=user))
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return Said(code=int(end.value.code or 0), out=said.out, err=said.err)

    return run


def runner_in(
    office: SmallOffice,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Give a function that runs a command in an office with the shipped papers."""
    # Each command would read the shipped rules again.
    whole = shipped_papers(), ()
    monkeypatch.setattr(office_module, "read_what_is_whole", lambda _: whole)
    return runner(monkeypatch, capsys, office.file.parent)
