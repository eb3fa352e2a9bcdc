"""Turns a letter of the office into the bytes that are sent (RFC 5322)."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import unescape
from urllib.parse import quote as percent

from mailroom.message.filenames import safe_name
from mailroom.message.model import Address, Attachment

LONGEST_LINE = 998  # characters
ID_BYTES = 16  # random bytes in a Message-ID of ours

_ADDRESS = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250})", re.ASCII
)
_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_NAME = re.compile(r"[!-9;-~]{1,70}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029\ud800-\udfff]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,80}")
# In words of a letter "<" is always escaped: nothing but our own markup is found.
_SHOWN = re.compile(r'(<img src="cid:)([^"]*)')
_OURS = frozenset(
    {
        "date", "from", "to", "cc", "bcc", "subject", "message-id", "in-reply-to",
        "references", "mime-version", "content-type", "content-transfer-encoding",
        "content-disposition",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that a sent message is made of; equal letters give equal bytes."""

    message_id: str  # with <>
    date: datetime  # aware
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    subject: str
    text: str
    html: str | None = None  # None: plain text only
    pictures: tuple[Attachment, ...] = ()  # the HTML shows them as cid:name
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()  # oldest first
    extra_headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Entity:
    """A body with the header lines that describe it."""

    lines: tuple[str, ...]
    body: bytes

    def bytes(self) -> bytes:
        return (
            "".join(f"{line}\r\n" for line in self.lines).encode("ascii")
            + b"\r\n"
            + self.body
        )


def build(letter: Letter) -> bytes:
    """Give the bytes of a letter: ASCII, CRLF, no line over 998 bytes, no Bcc.

    Each picture gets a Content-ID of this letter's own, which the HTML then names.
    Raises ValueError where a header would carry a line end, an address or id is none,
    the date is naive: whoever made the letter let something through.
    """
    if letter.date.tzinfo is None:
        raise ValueError("the date of a letter must be aware")
    if not letter.to:
        raise ValueError("a letter needs a recipient")
    # Date stands first: `redate` looks for it there.
    head = [
        f"Date: {format_datetime(letter.date)}",
        "From: " + _mailboxes([letter.sender]),
        "To: " + _mailboxes(letter.to),
    ]
    if letter.cc:
        head.append("Cc: " + _mailboxes(letter.cc))
    head.append("Subject: " + _words(letter.subject, len("Subject: ")))
    head.append("Message-ID: " + _ids([letter.message_id]))
    if letter.in_reply_to:
        head.append("In-Reply-To: " + _ids([letter.in_reply_to]))
    if letter.references:
        head.append("References: " + _ids(letter.references))
    for name, value in letter.extra_headers:
        if not _NAME.fullmatch(name) or name.lower() in _OURS:
            raise ValueError(f"not a header to add: {name!r}")
        head.append(f"{name}: " + _words(value, len(name) + 2))
    head.append("MIME-Version: 1.0")
    entity = _entity(letter, "\r\n".join(head))
    return _Entity((*head, *entity.lines), entity.body).bytes()


def is_sendable(address: str) -> bool:
    """Ask whether an address can stand in a letter: ASCII, or with an IDN host."""
    return _wire_address(address) is not None


def new_message_id(domain: str, random: bytes) -> str:
    """Make the Message-ID of a letter from ID_BYTES random bytes."""
    if len(random) != ID_BYTES:
        raise ValueError(f"a Message-ID takes {ID_BYTES} random bytes")
    made = f"<{random.hex()}@{domain.lower()}>"
    return _ids([made])


def pictures_in(html: str) -> tuple[str, ...]:
    """Name the pictures that HTML of ours shows, each once, in their order."""
    return tuple(dict.fromkeys(unescape(name) for _, name in _SHOWN.findall(html)))


def _entity(letter: Letter, salt: str) -> _Entity:
    entity = _text("plain", letter.text)
    if letter.html is not None:
        page = _page(letter, letter.html, salt)
        entity = _multipart("alternative", [entity, page], salt)
    if letter.attachments:
        loose = [_attachment(one) for one in letter.attachments]
        entity = _multipart("mixed", [entity, *loose], salt)
    return entity


def _page(letter: Letter, html: str, salt: str) -> _Entity:
    """Put the HTML together with the pictures that it shows (RFC 2387, RFC 2392)."""
    if not letter.pictures:
        return _text("html", html)
    # Numbered, for a name may hold what no id may; the Message-ID makes it unique.
    own = letter.message_id.strip("<>")
    ids = {one.name: f"{number}.{own}" for number, one in enumerate(letter.pictures, 1)}

    def renamed(found: re.Match[str]) -> str:
        name = unescape(found[2])
        return found[1] + percent(ids[name], safe="@") if name in ids else found[0]

    parts = [
        _text("html", _SHOWN.sub(renamed, html)),
        *(_attachment(one, ids[one.name]) for one in letter.pictures),
    ]
    return _multipart("related", parts, salt, of="text/html")


def _multipart(
    kind: str, entities: list[_Entity], salt: str, *, of: str = ""
) -> _Entity:
    pieces = [entity.bytes() for entity in entities]
    digest = hashlib.sha256(salt.encode("ascii") + kind.encode("ascii"))
    for piece in pieces:
        digest.update(hashlib.sha256(piece).digest())
    # "=_" stands in no base64 and no quoted-printable text (RFC 2045, 6.7).
    mark = f"=_{digest.hexdigest()[:40]}"
    line = f"--{mark}".encode("ascii")
    body = b"".join(line + b"\r\n" + piece + b"\r\n" for piece in pieces)
    root = f'\r\n type="{of}";' if of else ""
    return _Entity(
        (f'Content-Type: multipart/{kind};{root}\r\n boundary="{mark}"',),
        body + line + b"--\r\n",
    )


def _text(kind: str, text: str) -> _Entity:
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    raw = text.encode("utf-8", "replace")
    plain = sum(byte < 0x80 for byte in raw)  # noqa: PLR2004  the end of ASCII
    if plain > 0.7 * len(raw):
        coding, coded = (
            "quoted-printable",
            binascii.b2a_qp(raw, quotetabs=False, istext=True),
        )
    else:
        # Line ends inside base64 text are CRLF (RFC 2045, 6.8).
        coding, coded = "base64", base64.encodebytes(raw.replace(b"\n", b"\r\n"))
    return _Entity(
        (
            f"Content-Type: text/{kind}; charset=utf-8",
            f"Content-Transfer-Encoding: {coding}",
        ),
        coded.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    )


def _attachment(one: Attachment, shown_as: str = "") -> _Entity:
    """Write a file; `shown_as` is its Content-ID, where the HTML shows it."""
    name = safe_name(one.name, one.type)
    kind = one.type if _TYPE.fullmatch(one.type) else "application/octet-stream"
    whole = _as_it_came(one.content) if kind == "message/rfc822" else None
    if kind.startswith(("message/", "multipart/")) and whole is None:
        kind = "application/octet-stream"  # those may not be base64 (RFC 2046, 5.2.1)
    fallback = re.sub(r"[^A-Za-z0-9._ -]+", "_", name)
    # Old Foxmail and Outlook read the encoded word in name=, everybody else filename*.
    old = (
        f'"{fallback}"'
        if name == fallback
        else f'"=?utf-8?b?{_base64(name.encode())}?="'
    )
    lines = [
        f"Content-Type: {kind};\r\n name={old}",
        f"Content-Transfer-Encoding: {'base64' if whole is None else '7bit'}",
    ]
    disposition = f"Content-Disposition: {'inline' if shown_as else 'attachment'}"
    if name != fallback:
        # First, because some readers take the first of the two they find.
        disposition += f";\r\n filename*=utf-8''{percent(name, safe='')}"
    disposition += f';\r\n filename="{fallback}"'
    lines.append(disposition)
    if shown_as:
        lines.append("Content-ID: " + _ids([f"<{shown_as}>"]))
    if whole is not None:
        return _Entity(tuple(lines), whole)
    return _Entity(
        tuple(lines), base64.encodebytes(one.content).replace(b"\n", b"\r\n")
    )


def _as_it_came(mail: bytes) -> bytes | None:
    """Give a mail that can be enclosed without a coding; None where it needs one.

    RFC 2046, 5.2.1; RFC 5322, 2.1.1: ASCII, lines of 998 characters at most.
    """
    lines = re.split(rb"\r\n|\r|\n", mail)
    if not mail.isascii() or b"\0" in mail or max(map(len, lines)) > LONGEST_LINE:
        return None
    whole = b"\r\n".join(lines)
    return whole if whole.endswith(b"\r\n") else whole + b"\r\n"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _words(value: str, used: int) -> str:
    """Encode a header value where it must be (RFC 2047); `used` columns are taken."""
    if _CONTROL.search(value):
        raise ValueError("a header value must be one line of text")
    short = all(len(word) < 70 for word in value.split(" "))  # noqa: PLR2004  fits on a line
    if value.isascii() and short and "=?" not in value:
        return _folded(value.split(" "), used)
    words: list[str] = []
    chunk = b""
    for character in value:
        coded = character.encode("utf-8")
        # 45 bytes make 60 characters of base64: a word ends before column 75.
        if len(chunk) + len(coded) > (45 if words else 33):
            words.append(chunk.decode("utf-8"))
            chunk = b""
        chunk += coded
    words.append(chunk.decode("utf-8"))
    return "\r\n ".join(f"=?utf-8?b?{_base64(word.encode())}?=" for word in words)


def _folded(words: list[str], used: int) -> str:
    lines: list[str] = []
    line = ""
    for number, word in enumerate(words):
        room = 76 - (used if not lines else 1)
        # A line of blanks alone would end the headers, so none is made.
        if number and word and len(line) + 1 + len(word) > room and line.strip():
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if number else word
    return "\r\n ".join([*lines, line])


def _mailboxes(people: Iterable[Address]) -> str:
    return ",\r\n ".join(_mailbox(one) for one in people)


def _mailbox(one: Address) -> str:
    address = _wire_address(one.address)
    if address is None or _CONTROL.search(one.name):
        raise ValueError(f"not an address to send to: {one.address!r}")
    if not one.name:
        return address
    if len(one.name) < 60 and _ATOMS.fullmatch(one.name) and "=?" not in one.name:  # noqa: PLR2004  fits on a line
        return f"{one.name} <{address}>"
    if len(one.name) < 60 and one.name.isascii() and "=?" not in one.name:  # noqa: PLR2004  fits on a line
        escaped = one.name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{address}>'
    return f"{_words(one.name, 8)}\r\n <{address}>"


def _wire_address(address: str) -> str | None:
    if not address.isascii():
        local, _, domain = address.rpartition("@")
        try:
            address = f"{local}@{domain.encode('idna').decode('ascii')}"
        except UnicodeError:
            return None
    return address if _ADDRESS.fullmatch(address) else None


def _ids(ids: Iterable[str]) -> str:
    every = list(ids)
    for one in every:
        if not _ID.fullmatch(one):
            raise ValueError(f"not a Message-ID: {one!r}")
    return "\r\n ".join(every)
