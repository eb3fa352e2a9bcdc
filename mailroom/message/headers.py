"""Reads header fields: splitting, decoding, parameters, ids, dates."""

import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from mailroom.message import charsets

MOST_IDS = 1000
LONGEST_ID = 900  # characters: an id must fit into one line of a header
MOST_BROKEN = 200  # header lines among which a broken fold is mended
_NEXT_FIELD = re.compile(rb"\n(?![ \t])")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
# A whole field with its folds; else, in the third group, a line that is no field.
_EACH = re.compile(rb"([!-9;-~]+)[ \t]*:(.*(?:\n[ \t].*)*)\n?|(.+)\n?|\n")
_WORD = re.compile(r"=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=")
_ONE_WORD = re.compile(r"=\?([^?*\s]+)\?([bBqQ])\?([^?]*)\?=")
_GAP = re.compile(r"(\?=)\s+(?==\?)")
_FOLD = re.compile(r"[\r\n]+[ \t]*|[\t\x00\x0b\x0c\u0085\u2028\u2029]")
_ID = re.compile(r"<([^<>]*)>")
_PLACE = re.compile(r"[0-9]{1,3}")
_PARAMETER = re.compile(r';\s*([^=;\s]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/=]+")
_KNOWN = frozenset(
    {
        b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"mime-version",
        b"content-type", b"content-transfer-encoding", b"sender", b"received",
    }
)  # fmt: skip


def cut(block: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Split a header block as `fields` does; the names as they were sent, in ASCII."""
    read = _EACH.findall(block)
    found = [(name, value) for name, value, _ in read if name]
    if len(found) < len(read) and any(odd for _, _, odd in read):
        return _mended(block)
    return found, b""


def fields(block: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
    """Split a header block: (name, raw value) pairs, and the rest that is no header.

    A line that is neither a field nor a continuation ends the headers (RFC 5322, 3.6),
    unless well-known fields follow it: then a fold lost its blank, and the line is
    taken as a continuation (seen in practice: Received lines broken by gateways).
    """
    found, rest = cut(block)
    return [(name.decode("ascii"), value) for name, value in found], rest


def _mended(block: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    found: list[tuple[bytes, bytes]] = []
    pieces = _NEXT_FIELD.split(block)
    for number, piece in enumerate(pieces):
        match = _FIELD.fullmatch(piece)
        if match:
            found.append((match[1], match[2]))
        elif piece.strip() and not (number == 0 and piece.startswith(b"From ")):
            if (
                not found
                or number > MOST_BROKEN
                or not _fields_follow(pieces[number + 1 :])
            ):
                return found, b"\n".join(pieces[number:])
            found[-1] = (found[-1][0], found[-1][1] + b"\n " + piece)
    return found, b""


def _fields_follow(pieces: list[bytes]) -> bool:
    return any(
        piece.partition(b":")[0].strip().lower() in _KNOWN for piece in pieces[:200]
    )


def unfold(raw: bytes) -> str:
    """Give a raw header value as one line of text, its encoded words left as they are.

    Raw 8-bit values are read as UTF-8, then as gb18030 (RFC 6532; seen in practice:
    programs of Chinese offices write GBK into headers).
    """
    text = raw.decode("ascii") if raw.isascii() else _read_8bit(raw)
    if "\n" in text or "\r" in text or not text.isprintable():
        text = charsets.clean(_FOLD.sub(" ", text))
    return text.strip()


def _read_8bit(raw: bytes) -> str:
    for charset in ("utf-8", "gb18030", "windows-1252"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def decode_words(value: str) -> str:
    """Decode the encoded words of an unfolded value (RFC 2047).

    Neighbours of one charset are joined as bytes first: many senders cut a
    double-byte character in two.
    """
    if "=?" not in value:
        return value
    alone = _ONE_WORD.fullmatch(value)
    if alone:
        charset, coding, coded = alone.groups()
        return _one_line(charsets.decode(_word_bytes(coding, coded), charset)[0])
    first, *rest = _WORD.split(_GAP.sub(r"\1", value))
    parts = [first]
    pending, pending_charset = b"", ""
    for at in range(0, len(rest), 4):
        charset, coding, coded, behind = rest[at : at + 4]
        # A language may follow the charset: =?utf-8*zh?B?…?= (RFC 2231, 5).
        charset = charset.partition("*")[0].lower()
        if pending and charset != pending_charset:
            parts.append(charsets.decode(pending, pending_charset)[0])
            pending = b""
        pending += _word_bytes(coding, coded)
        pending_charset = charset
        if pending and (behind or at + 4 == len(rest)):
            parts.append(charsets.decode(pending, pending_charset)[0])
            pending = b""
        parts.append(behind)
    return _one_line("".join(parts))


def _one_line(decoded: str) -> str:
    if decoded.isprintable():
        return decoded
    return charsets.clean(_FOLD.sub(" ", decoded))


def hides_a_line(value: str) -> bool:
    """Say whether an encoded word holds a line break: nobody's program writes one.

    Whoever copies such a value into a header of his own lets the sender write there.
    """
    if "=?" not in value:
        return False
    words = (
        charsets.decode(_word_bytes(match[2], match[3]), match[1].partition("*")[0])[0]
        for match in _WORD.finditer(value)
    )
    return any("\n" in word.strip() or "\r" in word.strip() for word in words)


def _word_bytes(encoding: str, coded: str) -> bytes:
    raw = coded.encode("utf-8", "replace")
    if encoding in {"Q", "q"}:
        return binascii.a2b_qp(raw.replace(b"_", b"=20"), header=False)
    return from_base64(raw)


def from_base64(raw: bytes) -> bytes:
    """Decode base64 as far as it goes, whatever its padding and foreign lines."""
    try:
        read = binascii.a2b_base64(raw)
    except ValueError:
        return _line_by_line(raw)
    signs = len(raw) - raw.count(b"\n") - raw.count(b"\r")
    # Where every sign counted, none was passed over.
    if len(read) == signs // 4 * 3 - raw.count(b"=", -6) and signs % 4 == 0:
        return read
    return _line_by_line(raw) if raw.translate(None, _BASE64) else read


def _line_by_line(raw: bytes) -> bytes:
    # Lines that are no base64 at all were added on the way (list footers).
    lines = (line.strip() for line in raw.split(b"\n"))
    kept = b"".join(line for line in lines if _BASE64_LINE.fullmatch(line))
    # One left-over character holds six bits: no byte.
    kept = kept.replace(b"=", b"")
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def message_id(value: str) -> str | None:
    """Give the id of a Message-ID value as `<…>`; None where it cannot serve as one."""
    match = _ID.search(value)
    inner = re.sub(r"\s+", "", match[1] if match else value)
    if not inner or len(inner) > LONGEST_ID or "<" in inner or ">" in inner:
        return None
    return f"<{inner}>" if match or "@" in inner else None


def ids(value: str) -> tuple[str, ...]:
    """Give the ids of an In-Reply-To or References value, in order, each once.

    More than MOST_IDS are cut in the middle: the root and the last tell the thread.
    """
    found: dict[str, None] = {}
    for match in _ID.finditer(value):
        inner = "".join(match[1].split())
        if inner and len(inner) <= LONGEST_ID:
            found[f"<{inner}>"] = None
    every = tuple(found)
    return every if len(every) <= MOST_IDS else every[:100] + every[100 - MOST_IDS :]


def date(value: str) -> datetime | None:
    """Read a Date value (RFC 5322, 3.3); aware, or None. -0000 is taken as UTC."""
    try:
        moment = parsedate_to_datetime(value[:200])
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        moment.astimezone(
            UTC
        )  # years 1 or 9999 with an offset fall off the calendar here
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment


@lru_cache(maxsize=256)  # most parts of most mail say one of a few things
def parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """Split a Content-Type or Content-Disposition value: (main value, parameters).

    All lower case but the parameters' values. RFC 2231 forms win over plain ones,
    RFC 2047 words in a value are decoded (against the RFC, but usual).
    """
    value = value[:8192]  # enough for any name; more is an attack on the reader's time
    main = value.partition(";")[0].strip().lower()
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(value):
        name, held = match[1].lower(), _unquote(match[2])
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(base, held)
            continue
        number = rest.rstrip("*")
        if not number or _PLACE.fullmatch(number):
            place = int(number or 0)
            pieces.setdefault(base, {})[place] = (
                held,
                not number or rest.endswith("*"),
            )
    known = {name: decode_words(held) for name, held in plain.items()}
    known.update((base, _joined(parts)) for base, parts in pieces.items())
    return main, MappingProxyType(known)


def _unquote(held: str) -> str:
    held = held.strip()
    if len(held) > 1 and held[0] == held[-1] == '"':
        # Only these two are escapes: Windows programs write C:\name unescaped.
        return held[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return held.strip('"')


def _joined(parts: dict[int, tuple[str, bool]]) -> str:
    raw, charset = bytearray(), "utf-8"
    for place in sorted(parts):
        held, coded = parts[place]
        if coded and place == min(parts) and held.count("'") > 1:
            charset, _, held = held.split("'", 2)
        raw += unquote_to_bytes(held) if coded else held.encode("utf-8", "replace")
    return charsets.decode(bytes(raw), charset or "utf-8")[0]
