"""Shows a Word file as pictures of its pages, kept by what the file holds."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from mailroom.errors import EnvironmentFault, text
from mailroom.words.libreoffice import Programs

TIMEOUT = 60.0  # seconds; a letter takes two, the first on a cold machine ten
LARGEST = 200_000_000  # bytes of pictures that are kept; a page has about 50,000
_LOOK_AGAIN = 0.05  # seconds between two tries to come in
_WORK = "work-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a Word file looks like."""

    pages: tuple[Path, ...]  # .png files, the first page first


def preview(docx: bytes, folder: Path, *, timeout: float = TIMEOUT) -> Preview:
    """Draw the pages of a Word file, or find them drawn already.

    They lie in `folder`, which is made where it is not there; nobody else may read it.
    Those of the same bytes are drawn once, until programs or fonts change; those
    looked at longest ago go when there are too many. One is drawn at a time, in
    `timeout` seconds at most, those of waiting for another included.

    Raises EnvironmentFault: something is not installed, hangs, or cannot be written.
    """
    until = time.monotonic() + timeout
    programs = Programs.find()
    digest = sha256(programs.fingerprint().encode() + docx).hexdigest()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = folder.resolve() / digest
        if not kept.exists():
            with _alone(folder, until):
                if not kept.exists():
                    _draw(programs, docx, kept, until)
                    _make_room(kept)
        os.utime(kept)
        return Preview(pages=tuple(sorted(kept.glob("*.png"))))
    except OSError as error:
        raise EnvironmentFault(
            text("cannot write {file}: {reason}", file=folder, reason=error.strerror)
        ) from error


def _draw(programs: Programs, docx: bytes, kept: Path, until: float) -> None:
    for left_behind in kept.parent.glob(f"{_WORK}*"):  # by one that was killed
        shutil.rmtree(left_behind, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=_WORK, dir=kept.parent))
    try:
        pages = work / "pages"
        programs.draw(docx, work, pages, until=until)
        pages.rename(kept)
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _alone(folder: Path, until: float) -> Iterator[None]:
    """Come in when nobody else is drawing; LibreOffice takes 200 MB of memory."""
    with (folder / "lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise EnvironmentFault(
                        text("another preview is being drawn; try again later")
                    ) from None
                time.sleep(_LOOK_AGAIN)
            else:
                break
        yield


def _make_room(newest: Path) -> None:
    """Let those go that were looked at longest ago; the newest stays in any case."""
    others = [each for each in newest.parent.iterdir() if each.is_dir()]
    others.sort(key=lambda each: (each != newest, -each.stat().st_mtime))
    size = 0
    for each in others:
        size += sum(page.stat().st_size for page in each.iterdir())
        if size > LARGEST and each != newest:
            shutil.rmtree(each, ignore_errors=True)
