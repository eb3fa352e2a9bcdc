"""Keeps the rule files: those that people edit, and the set that was found good.

`data/rules-last-good/` holds a folder for each set of files, named by their hash, and
`in-force.json`, which names the one that counts. What a crash leaves half-written is
not named, and is found out by its hash.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mailroom.errors import EnvironmentFault, Fault, RuleError, text
from mailroom.register import durable
from mailroom.register.rule_names import taken
from mailroom.register.texts import pack, unpack
from mailroom.rules.reading_order import lying_in

FOLDER = "rules-last-good"
MOST_KEPT = 10  # sets of files; who wants older ones has them under version control
MOST_FAULTS = 20  # of a refused set that are kept to be shown
PATTERNS = ("*.yaml", "*.yml", "office/*.yaml", "office/*.yml")
Signs = Mapping[str, tuple[int, int, int]]  # path → time of change, size, inode


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFiles:
    """All files of a rule folder at one moment."""

    name: str  # of the folder, as messages to people have it
    contents: Mapping[str, bytes]  # path in the folder → content

    @property
    def hash(self) -> str:
        """The sha256 over names and contents, hex."""
        digest = hashlib.sha256()
        for path, content in sorted(self.contents.items()):
            digest.update(f"{path}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The set of files that counts."""

    hash: str
    folder: Path  # as `folders.rules` is laid out
    at: datetime  # when it was found good


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTaken:
    """A set of files that was looked at and not taken."""

    hash: str
    at: datetime
    count: int  # of its faults
    faults: tuple[Fault, ...]  # the first of them


def read_files(folder: Path) -> RuleFiles:
    """Read every file that rules consist of. Raises RuleError for the unreadable."""
    contents: dict[str, bytes] = {}
    faults: list[Fault] = []
    for name, path in _paths(folder):
        try:
            contents[name] = path.read_bytes()
        except OSError as error:
            why = error.strerror or type(error).__name__
            sentence = text("This file cannot be read: {why}.", why=why)
            file = f"{folder.name}/{name}"
            faults.append(Fault(file=file, code="Y001", text=sentence))
    if faults:
        raise RuleError(faults)
    return RuleFiles(name=folder.name, contents=contents)


def put(folder: Path, name: str, content: bytes, *, base: bytes) -> bool:
    """Replace a file by an edited one, at once and durably.

    `name` is one of those that `read_files` gives. False, and nothing is written, where
    the file is no longer what was edited (`base`), or is gone. Raises EnvironmentFault.
    """
    path = dict(_paths(folder)).get(name)
    if path is None:
        return False
    if path.is_symlink():
        raise EnvironmentFault(
            text("{file} is a link to another file; change that one", file=path)
        )
    try:
        with _alone_in(path.parent) as spare:
            if path.read_bytes() != base:
                return False
            _write(spare, content)
            _as_before(path, spare)
            spare.replace(path)
    except OSError as error:
        raise durable.cannot_write(path, error) from error
    return True


def add(folder: Path, name: str, content: bytes) -> bool:
    """Make a file of rules that was not there, whole and durably.

    `name` is one of `new_name`. False, and nothing is written, where a file lies there
    whose name counts like it. Raises EnvironmentFault.
    """
    path = folder / name
    try:
        with _alone_in(folder) as spare:
            if taken(folder, name):
                return False
            _write(spare, content)
            beside = (path for path in lying_in(folder, PATTERNS[:2]) if path.is_file())
            if first := next(beside, None):
                _as_before(first, spare)
            # Whoever saves by another program meanwhile is not overwritten.
            path.touch(exist_ok=False)
            spare.replace(path)
    except FileExistsError:
        return False
    except OSError as error:
        raise durable.cannot_write(path, error) from error
    return True


@contextmanager
def _alone_in(folder: Path) -> Iterator[Path]:
    """Let entrances save one by one, durably; give a spare name to write to."""
    spare = folder / f".{secrets.token_hex(6)}"
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        yield spare
        os.fsync(directory)
    finally:
        spare.unlink(missing_ok=True)
        os.close(directory)


def _as_before(old: Path, new: Path) -> None:
    """Let those read and write the new file who might the old one."""
    with contextlib.suppress(PermissionError):
        os.chown(new, -1, old.stat().st_gid)
    shutil.copymode(old, new)


def signs(folder: Path, patterns: Iterable[str] = PATTERNS) -> Signs:
    """Say by what a change of files shows, without reading them."""
    found: dict[str, tuple[int, int, int]] = {}
    for name, path in _paths(folder, patterns):
        try:
            now = path.stat()
        except OSError:
            continue  # gone since: the next look shows it
        # Of change, not of writing: a file may have been closed to us until now.
        found[name] = (now.st_ctime_ns, now.st_size, now.st_ino)
    return found


def _paths(
    folder: Path, patterns: Iterable[str] = PATTERNS
) -> Iterable[tuple[str, Path]]:
    for path in lying_in(folder, patterns):
        yield path.relative_to(folder).as_posix(), path


class LastGood:
    """The kept sets of rule files in a data folder; reading it makes nothing."""

    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER
        self._in_force = self.folder / "in-force.json"
        self._refused = self.folder / "refused.json"

    def named(self) -> str:
        """Return the hash of the set that counts, unread; "" where there is none."""
        kept = _read(self._in_force)
        return str(kept["hash"]) if kept else ""

    def in_force(self) -> InForce | None:
        """Return the set that counts; None where none was kept or it is damaged."""
        kept = _read(self._in_force)
        if kept is None:
            return None
        folder = self.folder / kept["hash"] / kept["name"]
        try:
            if read_files(folder).hash != kept["hash"]:
                return None
        except RuleError:
            return None
        at = datetime.fromisoformat(kept["at"])
        return InForce(hash=kept["hash"], folder=folder, at=at)

    def refused(self) -> NotTaken | None:
        """Return the set that was looked at last, if it was refused."""
        kept = _read(self._refused)
        if kept is None:
            return None
        faults = tuple(
            Fault(**{**fault, "text": unpack(fault["text"])})
            for fault in kept["faults"]
        )
        at = datetime.fromisoformat(kept["at"])
        return NotTaken(hash=kept["hash"], at=at, count=kept["count"], faults=faults)

    def keep(self, files: RuleFiles) -> Path:
        """Write a set durably, and return its folder; it does not count yet.

        Raises EnvironmentFault (disk full, not allowed).
        """
        whole = self.folder / files.hash / files.name
        try:
            if whole.is_dir() and read_files(whole).hash == files.hash:
                return whole
            return self._write(files, whole)
        except RuleError:  # an unreadable copy: it is written again
            return self._write(files, whole)
        except OSError as error:
            raise durable.cannot_write(self.folder, error) from error

    def _write(self, files: RuleFiles, whole: Path) -> Path:
        fresh = self.folder / f".{secrets.token_hex(6)}"
        try:
            for name, content in files.contents.items():
                path = fresh / files.name / name
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(path, content)
            (fresh / files.name).mkdir(parents=True, exist_ok=True)
            shutil.rmtree(whole.parent, ignore_errors=True)  # a damaged one
            fresh.rename(whole.parent)
            durable.sync_folder(self.folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return whole

    def enforce(self, files: RuleFiles, at: datetime) -> None:
        """Let a kept set count from now on. Raises EnvironmentFault."""
        try:
            self._note(
                self._in_force,
                {"hash": files.hash, "name": files.name, "at": at.isoformat()},
            )
            self._refused.unlink(missing_ok=True)
            self._clear_up(files.hash)
        except OSError as error:
            raise durable.cannot_write(self.folder, error) from error

    def refuse(self, hash_: str, faults: Iterable[Fault], at: datetime) -> None:
        """Note why a set does not count. Raises EnvironmentFault."""
        all_of_them = tuple(faults)
        shown = [
            {
                "file": fault.file, "line": fault.line, "column": fault.column,
                "code": fault.code, "severity": fault.severity,
                "text": pack(fault.text),
            }
            for fault in all_of_them[:MOST_FAULTS]
        ]  # fmt: skip
        kept = {"hash": hash_, "at": at.isoformat(), "count": len(all_of_them)}
        try:
            self._note(self._refused, {**kept, "faults": shown})
        except OSError as error:
            raise durable.cannot_write(self.folder, error) from error

    def _note(self, file: Path, value: Mapping[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f".{secrets.token_hex(6)}")
        _write(fresh, json.dumps(value, ensure_ascii=False).encode())
        fresh.replace(file)
        durable.sync_folder(self.folder)

    def _clear_up(self, in_force: str) -> None:
        """Remove sets that nobody goes by: refused ones, and the oldest."""
        kept = [path for path in self.folder.iterdir() if path.is_dir()]
        kept.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[MOST_KEPT:]:
            if path.name != in_force:
                shutil.rmtree(path, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(file, "wb") as opened:  # noqa: PTH123  it has been opened by its number
        opened.write(content)
        opened.flush()
        os.fsync(file)


def _read(file: Path) -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return kept
