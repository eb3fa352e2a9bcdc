"""Puts a Word file together again from parts that stay and parts that changed.

The format is that of PKWARE's APPNOTE 6.3, as Word writes it: deflated entries, no
data descriptors, no Zip64 (a letter is far from 4 GB).
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _UTF8, _DEFLATED = 20, 0x800, 8
_DATE = (
    1 << 5
) | 1  # 1 January 1980, the format's zero: the same letter, the same bytes
_LEVEL = 1  # the quickest: deflating is a large part of what a letter costs


@dataclass(frozen=True, slots=True)
class Entry:
    """One part as it stands in the file."""

    name: bytes
    crc: int
    size: int  # bytes, unpacked
    deflated: bytes

    @classmethod
    def of(cls, name: str, content: bytes) -> Self:
        """Deflate a part."""
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
        deflated = packer.compress(content) + packer.flush()
        return cls(name.encode(), zlib.crc32(content), len(content), deflated)

    @property
    def content(self) -> bytes:
        """The part unpacked."""
        return zlib.decompress(self.deflated, -15)

    def head(self) -> bytes:
        """Return what stands before the part in the file."""
        return _LOCAL.pack(
            b"PK\x03\x04", _VERSION, _UTF8, _DEFLATED, 0, _DATE,
            self.crc, len(self.deflated), self.size, len(self.name), 0,
        ) + self.name  # fmt: skip

    def line(self, offset: int) -> bytes:
        """Return its line in the table at the end of the file."""
        return _CENTRAL.pack(
            b"PK\x01\x02", _VERSION, _VERSION, _UTF8, _DEFLATED, 0, _DATE,
            self.crc, len(self.deflated), self.size, len(self.name),
            0, 0, 0, 0, 0, offset,
        ) + self.name  # fmt: skip


@dataclass(frozen=True, slots=True)
class Archive:
    """The parts of a template, packed once."""

    entries: Mapping[str, Entry]  # in the order of the file

    def content(self, part: str) -> bytes:
        """Unpack a part; b"" where there is none of that name."""
        entry = self.entries.get(part)
        return entry.content if entry else b""

    def with_parts(self, changed: Mapping[str, bytes]) -> bytes:
        """Return the file with some parts changed or added; the others are copied."""
        entries = {
            name: Entry.of(name, changed[name]) if name in changed else entry
            for name, entry in self.entries.items()
        }
        for name, content in changed.items():  # in one order: the same bytes
            if name not in entries:
                entries[name] = Entry.of(name, content)
        out: list[bytes] = []
        table: list[bytes] = []
        offset = 0
        for entry in entries.values():
            table.append(entry.line(offset))
            head = entry.head()
            out += (head, entry.deflated)
            offset += len(head) + len(entry.deflated)
        size = sum(map(len, table))
        count = len(table)
        end = _END.pack(b"PK\x05\x06", 0, 0, count, count, size, offset, 0)
        return b"".join((*out, *table, end))
