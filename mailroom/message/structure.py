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
from dataclasses import dataclass, field

from mailroom.errors import UnreadableMessageError, text
from mailroom.message import headers

LARGEST = 100 * 1024 * 1024  # bytes of one message
LARGEST_HEADERS = 256 * 1024  # bytes of one header block
MOST_PARTS = 2000
DEEPEST = 50  # multiparts in multiparts

_BLANK_LINES = (b"\n\n", b"\n\r\n", b"\n\r\r\n")
_MARK_END = re.compile(rb"(--)?[ \t]{0,200}(?:\r?\n|\r?\Z)")
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
_NOTHING: Mapping[str, str] = {}
_MESSAGE_TYPES = frozenset({"message/rfc822", "message/global"})


@dataclass(slots=True, kw_only=True)
class Part:
    """One part: its header fields, and its bytes as they were sent."""

    fields: list[tuple[bytes, bytes]]
    by_name: dict[bytes, list[bytes]] = field(repr=False)  # in lower case
    source: bytes = field(repr=False)  # of which it is a stretch: nothing is copied
    begin: int  # of its body in the source
    end: int
    parts: list["Part"] = field(default_factory=list)
    type: str = "text/plain"
    parameters: Mapping[str, str] = field(default_factory=dict)
    disposition: str = ""  # "attachment", "inline" or ""
    filename: str = ""  # as sent: not safe yet
    flaws: list[str] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """The bytes under its headers, still in their transfer encoding."""
        return self.source[self.begin : self.end]

    def value(self, name: str) -> str:
        """Give the first value of a field, unfolded but not decoded; "" without it."""
        values = self.by_name.get(name.encode())
        return headers.unfold(values[0]) if values else ""

    def walk(self) -> Iterator["Part"]:
        """Yield this part and everything under it, in the order of the message."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.parts))

    def content(self) -> bytes:
        """Give the bytes of the part, its transfer encoding undone."""
        encoding = (
            self.value("content-transfer-encoding").partition(";")[0].strip().lower()
        )
        if encoding == "base64":
            return headers.from_base64(self.body)
        if encoding in ("quoted-printable", "quopri"):
            return binascii.a2b_qp(self.body)
        if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
            return _from_uuencode(self.body)
        return self.body


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


def _part(source: bytes, begin: int, end: int, default: str = "text/plain") -> Part:
    stop, under = _blank_line(source, begin, end)
    fields, rest = headers.cut(source[begin:stop])
    if rest:
        source = rest + (b"\n\n" + source[under:end] if under < end else b"")
        under, end = 0, len(source)
    by_name: dict[bytes, list[bytes]] = {}
    for name, value in fields:
        by_name.setdefault(name.lower(), []).append(value)
    part = Part(
        fields=fields,
        by_name=by_name,
        source=source,
        begin=under,
        end=end,
        type=default,
    )
    declared = part.value("content-type")
    if declared:
        kind, part.parameters = headers.parameters(declared)
        # "text" or "" is no media type; RFC 2045, 5.2 says what to take then.
        part.type = kind if _TYPE.fullmatch(kind) else "text/plain"
    disposition = part.value("content-disposition")
    named = _NOTHING
    if disposition:
        part.disposition, named = headers.parameters(disposition)
    part.filename = named.get("filename") or part.parameters.get("name", "")
    return part


def head(raw: bytes) -> tuple[bytes, bytes]:
    """Cut bytes at their first blank line: (header block, body)."""
    stop, under = _blank_line(raw, 0, len(raw))
    return raw[:stop], raw[under:]


def _blank_line(source: bytes, begin: int, end: int) -> tuple[int, int]:
    """Give where the headers stop, and where what is under them begins."""
    for blank in (b"\n", b"\r\n"):
        if source.startswith(blank, begin, end):
            return begin, begin + len(blank)
    # Not searched further than the limit: the rest may be 100 MB.
    stop, width = min(begin + LARGEST_HEADERS + 4, end), 0
    for blank in _BLANK_LINES:
        place = source.find(blank, begin, stop)
        if place >= 0:
            stop, width = place, len(blank)
    if width:
        return stop, stop + width
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
    at = body.find(mark, begin, end)
    while at >= 0:
        behind = _MARK_END.match(body, at + len(mark), end)
        if behind and (at == begin or body[at - 1 : at] == b"\n"):
            before = at - 1 - (body[at - 2 : at] == b"\r\n") if at > begin else begin
            yield before, behind.end(), bool(behind[1])
        at = body.find(mark, at + len(mark), end)


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
