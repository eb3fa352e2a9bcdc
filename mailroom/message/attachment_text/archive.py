"""Unpacks the parts of an Office file within limits."""

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from mailroom.message.attachment_text.limits import LARGEST, MOST_PARTS, NotReadError

# What zipfile raises for damaged archives; RuntimeError stands for a password,
# NotImplementedError for a packing or a version that it does not know.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
# The others unpack a block as a whole: 45,000 times its size with bzip2.
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class Archive:
    """A zip file whose parts are unpacked when asked for.

    What an archive says of its sizes is not believed: the bytes are counted as they
    come, over all parts together.
    """

    def __init__(self, content: bytes) -> None:
        """Open an archive. Raises NotReadError."""
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except _BROKEN as error:
            raise NotReadError from error
        entries = self._zip.infolist()
        if len(entries) > MOST_PARTS:
            raise NotReadError
        self._entries = {entry.filename.lstrip("/"): entry for entry in entries}
        self._room = LARGEST

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def read(self, name: str) -> bytes:
        """Unpack a part. Raises NotReadError."""
        entry = self._entries.get(name)
        if entry is None or entry.compress_type not in _PACKINGS:
            raise NotReadError
        try:
            with self._zip.open(entry) as part:
                content = part.read(self._room + 1)
        except _BROKEN as error:
            raise NotReadError from error
        self._room -= len(content)
        if self._room < 0:
            raise NotReadError
        return content
