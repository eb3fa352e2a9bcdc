"""Keeps bytes as files named by their sha256, durable before anybody relies on them."""

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from mailroom.errors import EnvironmentFault, UnreadableMessageError, text
from mailroom.register import durable


def fingerprint(content: bytes) -> str:
    """Return the sha256 of the bytes, hex."""
    return hashlib.sha256(content).hexdigest()


class Files:
    """A folder of content-addressed files: `ab/abcdef….eml`, readable without mailroom.

    A file counts only once a row of the register names it. Whatever a crash leaves
    behind half-written is found out by its name, and written again.
    """

    def __init__(self, folder: Path, suffix: str) -> None:
        self.folder = folder
        self.suffix = suffix
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise durable.cannot_write(self.folder, error) from error

    def path(self, sha256: str) -> Path:
        """Where the bytes of that fingerprint lie, or would lie."""
        return self.folder / sha256[:2] / f"{sha256}{self.suffix}"

    def read(self, sha256: str) -> bytes:
        """Return the bytes.

        Raises UnreadableMessageError where this file alone is missing or has changed,
        EnvironmentFault where the disk cannot be read.
        """
        path = self.path(sha256)
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            if self.folder.is_dir():
                raise UnreadableMessageError(
                    text("the kept file {file} is missing", file=path)
                ) from error
            raise self._cannot_read(error) from error
        except OSError as error:
            raise self._cannot_read(error) from error
        if fingerprint(content) != sha256:
            raise UnreadableMessageError(
                text("the kept file {file} has changed", file=path)
            )
        return content

    def keep(self, contents: Iterable[bytes]) -> list[str]:
        """Write the bytes durably, a batch at a time; returns their fingerprints.

        When this returns, all of them survive a power cut. Raises EnvironmentFault
        (disk full, not allowed).
        """
        try:
            return self._keep(contents)
        except OSError as error:
            raise durable.cannot_write(self.folder, error) from error

    def _cannot_read(self, error: OSError) -> EnvironmentFault:
        reason = error.strerror or str(error)
        return EnvironmentFault(
            text("a kept file cannot be read: {reason}", reason=reason)
        )

    def _keep(self, contents: Iterable[bytes]) -> list[str]:
        names: list[str] = []
        folders: set[Path] = set()
        with contextlib.ExitStack() as stack:
            folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            stack.callback(os.close, folder)
            opened: list[int] = []
            for content in contents:
                sha256 = fingerprint(content)
                names.append(sha256)
                path = self.path(sha256)
                file = self._open(path, content, folders)
                stack.callback(os.close, file)
                opened.append(file)
                folders.add(path.parent)
            # All are written before the first is waited for.
            durable.sync(folder, opened, folders)
        return names

    def _open(self, path: Path, content: bytes, folders: set[Path]) -> int:
        """Write the file, where it is not there already, whole; returns it open.

        What is there is not yet on the disk, perhaps: it is synced with the rest, as
        are `folders`, where this adds ours if it makes another in it.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC
        torn = False
        try:
            file = os.open(path, flags | os.O_EXCL, 0o600)
        except FileNotFoundError:
            path.parent.mkdir(exist_ok=True)
            folders.add(self.folder)
            return self._open(path, content, folders)
        except FileExistsError:
            file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            if path.read_bytes() == content:
                return file
            torn = True
        try:
            view = memoryview(content)
            while view:
                view = view[os.write(file, view) :]
            if torn:
                # Not emptied first: another worker may rely on the same bytes by now.
                os.ftruncate(file, len(content))
        except OSError:
            os.close(file)
            raise
        return file
