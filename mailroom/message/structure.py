"""Cuts the bytes of a message into its parts (RFC 2045, RFC 2046).

The standard library's parser is not used here: it calls itself once a level (56 KB of
nested multiparts end in a RecursionError) and keeps each line in a list of its own.
This one walks with a stack, checks its limits before it spends anything, and is held
against the standard library in the tests.
"""

import binascii
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from mailroom.errors import UnreadableMessageError, text
from mailroom.message import headers

LARGEST = 100 * 1024 * 1024  # bytes of one message
LARGEST_HEADERS = 256 * 1024  # bytes of one header block
MOST_PARTS = 2000
DEEPEST = 50  # multiparts in multiparts
SHORT_HEAD = 300  # bytes of a header block that is worth remembering

_BLANK_LINE = re.compile(rb"\n\r?\r?\n")
_MARK_END = re.compile(rb"(--)?[ \t]{0,200}(?:\r?\n|\r?\Z)")
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_NOTHING: Mapping[str, str] = {}
_MESSAGE_TYPES = frozenset({"message/rfc822", "message/global"})


class Part:
    """One part: its header fields, and its bytes as they were sent."""

    __slots__ = (
        "begin", "by_name", "disposition", "end", "fields", "filename", "flaws",
        "parameters", "parts", "source", "type",
    )  # fmt: skip

    def __init__(self, head: "Head", source: bytes, begin: int, end: int) -> None:
        self.fields = head.fields
        self.by_name = head.by_name  # in lower case
        self.source = source  # of which it is a stretch: nothing is copied
        self.begin = begin  # of its body in the source
        self.end = end
        self.parts: list[Part] = []
        self.type = head.type
        self.parameters = head.parameters
        self.disposition = head.disposition  # "attachment", "inline" or ""
        self.filename = head.filename  # as sent: not safe yet
        self.flaws: list[str] = []

    @property
    def body(self) -> bytes:
        """The bytes under its headers, still in their transfer encoding."""
        return self.source[self.begin : self.end]

    def value(self, name: str) -> str:
        """Give the first value of a field, unfolded but not decoded; "" without it."""
        return _first(self.by_name, name.encode())

    def walk(self) -> Iterator["Part"]:
        """Yield this part and everything under it, in the order of the message."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.parts))

    def content(self) -> bytes:
        """Give the bytes of the part, its transfer encoding undone."""
        return self._decoded(self.body)

    def beginning(self, most: int) -> bytes:
        """Give the first bytes of the content, at most so many; decode few more.

        They may be fewer than there are, where what bears none stands before them.
        """
        stop = self.begin + 4 * most  # a byte takes three signs at most, and its line
        if stop >= self.end:
            return self.content()[:most]
        # A whole number of lines, where there are any.
        cut = self.source.rfind(b"\n", self.begin, stop) + 1
        return self._decoded(self.source[self.begin : cut or stop])[:most]

    def _decoded(self, body: bytes) -> bytes:
        encoding = (
            self.value("content-transfer-encoding").partition(";")[0].strip().lower()
        )
        if encoding == "base64":
            return headers.from_base64(body)
        if encoding in ("quoted-printable", "quopri"):
            return binascii.a2b_qp(body)
        if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
            return _from_uuencode(body)
        return body


def split(raw: bytes) -> Part:
    """Cut a message into its parts; gives the root.

    Raises UnreadableMessageError with the reason where the message is over a limit or
    has no header at all.
    """
    if len(raw) > LARGEST:
        raise UnreadableMessageError(
            text("the message is larger than {limit} MB", limit=LARGEST // 1024 // 1024)
        )
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if b"\n" not in raw:  # old Macintosh line ends
        raw = raw.replace(b"\r", b"\n")
    root = _part(raw, 0, len(raw))
    if not root.fields:
        raise UnreadableMessageError(text("the message has no headers"))
    pending = [(root, 0)]
    count = 1
    while pending:
        part, depth = pending.pop()
        if not part.type.startswith("multipart/"):
            continue
        pieces = _pieces(part, MOST_PARTS - count)
        if depth >= DEEPEST and pieces:
            raise UnreadableMessageError(
                text(
                    "the parts of the message are nested more than {limit} deep",
                    limit=DEEPEST,
                )
            )
        count += len(pieces)
        for begin, end in pieces:
            child = _part(part.source, begin, end, default=_default_type(part))
            part.parts.append(child)
            pending.append((child, depth + 1))
    return root


def _default_type(parent: Part) -> str:
    return "message/rfc822" if parent.type == "multipart/digest" else "text/plain"


class Head(NamedTuple):
    """What the header block of a part says."""

    fields: list[tuple[bytes, bytes]]
    by_name: dict[bytes, list[bytes]]
    type: str
    parameters: Mapping[str, str]
    disposition: str
    filename: str
    rest: bytes  # that is no header, and belongs to the body


def _part(source: bytes, begin: int, end: int, default: str = "text/plain") -> Part:
    stop, under = _blank_line(source, begin, end)
    block = source[begin:stop]
    read = _known_head if len(block) < SHORT_HEAD else _head
    found = read(block, default)
    if found.rest:
        source = found.rest + (b"\n\n" + source[under:end] if under < end else b"")
        under, end = 0, len(source)
    return Part(found, source, under, end)


def _head(block: bytes, default: str) -> Head:
    fields, rest = headers.cut(block)
    by_name: dict[bytes, list[bytes]] = {}
    for name, value in fields:
        by_name.setdefault(name.lower(), []).append(value)
    kind, parameters, named, disposition = default, _NOTHING, _NOTHING, ""
    if declared := _first(by_name, b"content-type"):
        kind, parameters = headers.parameters(declared)
        # "text" or "" is no media type; RFC 2045, 5.2 says what to take then.
        kind = kind if _TYPE.fullmatch(kind) else "text/plain"
    if declared := _first(by_name, b"content-disposition"):
        disposition, named = headers.parameters(declared)
    filename = named.get("filename") or parameters.get("name", "")
    return Head(fields, by_name, kind, parameters, disposition, filename, rest)


def _first(by_name: dict[bytes, list[bytes]], name: bytes) -> str:
    values = by_name.get(name)
    return headers.unfold(values[0]) if values else ""


_known_head = lru_cache(maxsize=256)(_head)  # parts of most mail begin in a few ways


def head(raw: bytes) -> tuple[bytes, bytes]:
    """Cut bytes at their first blank line: (header block, body)."""
    stop, under = _blank_line(raw, 0, len(raw))
    return raw[:stop], raw[under:]


def _blank_line(source: bytes, begin: int, end: int) -> tuple[int, int]:
    """Give where the headers stop, and where what is under them begins."""
    if source[begin : begin + 1] == b"\n" and begin < end:
        return begin, begin + 1
    if source.startswith(b"\r\n", begin, end):
        return begin, begin + 2
    # Not searched further than the limit: the rest may be 100 MB.
    blank = _BLANK_LINE.search(source, begin, min(begin + LARGEST_HEADERS + 4, end))
    if blank is not None:
        return blank.span()
    if end - begin > LARGEST_HEADERS:
        raise UnreadableMessageError(
            text(
                "a header block is larger than {limit} KB",
                limit=LARGEST_HEADERS // 1024,
            )
        )
    return end, end


def _pieces(part: Part, room: int) -> list[tuple[int, int]]:
    boundary = part.parameters.get("boundary", "").rstrip()
    if not boundary:
        part.flaws.append("multipart without a boundary")
        part.type = "text/plain"
        return []
    mark = b"--" + boundary.encode("utf-8", "replace")
    pieces: list[tuple[int, int]] = []
    start = -1
    for begin, end, last in _marks(part, mark):
        if start >= 0:
            pieces.append((start, max(begin, start)))
            if len(pieces) > room:
                raise UnreadableMessageError(
                    text("the message has more than {limit} parts", limit=MOST_PARTS)
                )
        start = -1 if last else end
        if last:
            break
    if start >= 0:
        part.flaws.append("multipart not closed")
        pieces.append((start, part.end))
    if not pieces:
        part.flaws.append("boundary not found")
        part.type = "text/plain"
    return pieces


def _marks(part: Part, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield for each mark: (end of what is before, begin of what is behind, last?)."""
    body, begin, end = part.source, part.begin, part.end
    at = _find_mark(body, mark, begin, end)
    while at >= 0:
        behind = _MARK_END.match(body, at + len(mark), end)
        if behind and (at == begin or body[at - 1 : at] == b"\n"):
            before = at - 1 - (body[at - 2 : at] == b"\r\n") if at > begin else begin
            yield before, behind.end(), bool(behind[1])
        at = _find_mark(body, mark, at + len(mark), end)


def _find_mark(body: bytes, mark: bytes, begin: int, end: int) -> int:
    """Find a mark: as `bytes.find`, but four times as fast through base64."""
    near = min(begin + 2048, end)
    at = body.find(mark, begin, near)
    begin = max(begin, near - len(mark))
    for _ in range(4) if at < 0 else ():
        dash = body.find(b"-", begin, end)  # one sign is found faster than several
        if dash < 0 or body.startswith(mark, dash, end):
            return dash
        begin = dash + 1
    return at if at >= 0 else body.find(mark, begin, end)


def _from_uuencode(body: bytes) -> bytes:
    out = bytearray()
    inside = False
    for line in body.splitlines():
        if line.startswith(b"begin "):
            inside = True
        elif line.strip() == b"end":
            break
        elif inside:
            # Some encoders write lines longer than they claim to be.
            length = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            with suppress(binascii.Error):
                out += binascii.a2b_uu(line[:length])
    return bytes(out)


def is_message(part: Part) -> bool:
    """Ask whether the part is a whole message of its own."""
    return part.type in _MESSAGE_TYPES
