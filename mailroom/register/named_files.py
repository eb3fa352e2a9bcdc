"""Keeps files under the names by which people know them; none is ever overwritten."""

import contextlib
import os
from pathlib import Path
from threading import get_ident

from mailroom.register import durable
from mailroom.register.files import fingerprint

LONGEST = 255  # bytes of a name


def keep_named(folder: Path, name: str, content: bytes) -> Path:
    """Write a file durably; returns its path.

    Where the name is taken by other bytes, it gets a number: `name (2).pdf`. The same
    bytes under the same name are one file. `name` must be a file's name, without any
    path. Raises EnvironmentFault.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _keep(folder, name, content)
    except OSError as error:
        raise durable.cannot_write(folder, error) from error


def _keep(folder: Path, name: str, content: bytes) -> Path:
    if not name or Path(name).name != name or name.startswith("."):
        raise ValueError(f"not the name of a file: {name!r}")
    # Whole before it has its name: a kill leaves no half of a file for people to open.
    part = folder / f".{fingerprint(content)}.{os.getpid()}.{get_ident()}.part"
    with contextlib.ExitStack() as stack:
        stack.callback(part.unlink, missing_ok=True)
        with part.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path = _free(part, folder, name, content)
    durable.sync_folder(folder)
    return path


def _free(part: Path, folder: Path, name: str, content: bytes) -> Path:
    """Give the file the first name that is free, or that the same bytes have."""
    number = 1
    while True:
        path = folder / _numbered(name, number)
        try:
            os.link(part, path)
        except FileExistsError:
            if path.is_file() and path.read_bytes() == content:
                return path
            number += 1
        else:
            return path


def _numbered(name: str, number: int) -> str:
    """Write the name with its number, 1 being the name itself; still a file's name."""
    if number == 1:
        return name
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (name, "")
    mark = f" ({number}){ending}"
    room = LONGEST - len(mark.encode())
    return stem.encode()[:room].decode(errors="ignore") + mark
