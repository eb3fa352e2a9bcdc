"""Keeps an office's templates compiled, and picks up what people change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from threading import Lock

from mailroom.errors import TemplateError
from mailroom.words.compiling import read_file
from mailroom.words.template import Template

LOCK_FILE = "~$"  # begins the name of the file that Word keeps beside an open one
_Signs = tuple[int, int, int]  # of a file that was not touched: time, size, inode


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is known of one file."""

    signs: _Signs
    good: Template | None  # the last that could be used
    error: TemplateError | None  # what is wrong with the file now


class Templates(Mapping[str, Template]):
    """The templates of a folder, by their path in it; for any number of threads.

    A file that was changed is compiled when it is asked for next. While it is
    half saved, broken or gone, the last good one serves, and `broken` tells.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._kept: dict[str, _Kept] = {}
        for name in self._names():
            self._look(name)

    @property
    def broken(self) -> Mapping[str, TemplateError]:
        """What is wrong with which file, as far as it was looked at."""
        kept = dict(self._kept)
        return {name: one.error for name, one in kept.items() if one.error is not None}

    def __getitem__(self, name: str) -> Template:
        """Return the template. Raises KeyError, and TemplateError if none was good."""
        with self._lock:
            kept = self._look(name)
        if kept is None:
            raise KeyError(name)
        if kept.good is None:
            raise kept.error or KeyError(name)
        return kept.good

    def __contains__(self, name: object) -> bool:
        """Ask whether there is a template that can be used."""
        try:
            return isinstance(name, str) and self[name] is not None
        except (KeyError, TemplateError):
            return False

    def __iter__(self) -> Iterator[str]:
        """Go over the names of those that can be used."""
        kept = dict(self._kept)
        return (name for name, one in kept.items() if one.good is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def look_around(self) -> None:
        """Compile what was added or changed since."""
        for name in self._names():
            with self._lock:
                self._look(name)

    def _names(self) -> Iterator[str]:
        for path in sorted(self.folder.rglob("*.docx")):
            if not path.name.startswith(LOCK_FILE):
                yield path.relative_to(self.folder).as_posix()

    def _look(self, name: str) -> _Kept | None:
        """Compile a file if it is not the one that is kept."""
        kept = self._kept.get(name)
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or path.suffix != ".docx":
            return None
        file = self.folder / path
        before = _signs(file)
        if before is None or (kept is not None and kept.signs == before):
            return kept
        good = kept.good if kept else None
        try:
            content = read_file(file)
            if good is None or good.hash != sha256(content).hexdigest():
                good = Template.read(content, str(file))
            found = _Kept(before, good, None)
        except TemplateError as error:
            found = _Kept(before, good, error)
        if found.error is not None and kept is not None and _signs(file) != before:
            return kept  # it is being saved: the next look tells
        self._kept[name] = found
        return found


def _signs(path: Path) -> _Signs | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)
