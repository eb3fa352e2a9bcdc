"""What a message is once it has been read: plain values."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

Zone = Literal[
    "subject", "new", "forwarded", "quoted", "footer", "attachment", "header", "sender"
]
MachineKind = Literal["bounce", "auto_reply", "receipt", "list", "bulk", "own"]

HIDDEN_LINE = "a line break is hidden in a header"  # one of the flaws of a message


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox address with its display name (RFC 5322, 3.4)."""

    name: str  # display name, decoded; "" where there is none
    address: str  # local@domain; the domain in lower case

    @property
    def local(self) -> str:
        """The part before the @."""
        return self.address.rpartition("@")[0]

    @property
    def domain(self) -> str:
        """The part after the @, lower case."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A part of a message that is not its text."""

    name: str  # safe as a file name: no path, no control or direction characters
    type: str  # declared media type, lower case: "application/pdf"
    content: bytes = field(repr=False)
    content_id: str | None = None  # without <>; for cid: links
    inline: bool = False

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)

    def beginning(self, most: int) -> bytes:
        """Give the first bytes of the content, at most so many."""
        return self.content[:most]


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """The text of a message, cut by who wrote it."""

    new: str  # what this sender wrote now
    forwarded: str = ""  # a letter passed on with this message
    quoted: str = ""  # earlier mail of the thread, quoted
    footer: str = ""  # signature, disclaimer, list footer


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """What a delivery report says of one recipient (RFC 3464)."""

    recipient: str
    action: Literal["failed", "delayed", "other"]
    status: str  # "5.1.1"; "" where it is not given
    original_id: str | None  # Message-ID of the mail it reports on, with <>


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Why a message is taken for machine mail; known by structure, not by words."""

    kind: MachineKind
    reason: str  # the header or part that says so, e.g. "Auto-Submitted: auto-replied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as it was read; all text is data from outside."""

    sha256: str  # of the raw bytes, hex
    size: int  # bytes
    message_id: str | None  # with <>, as written; None where missing or unusable
    in_reply_to: tuple[str, ...] = ()  # with <>
    references: tuple[str, ...] = ()  # with <>, oldest first
    date: datetime | None = None  # aware; None where missing or unreadable
    senders: tuple[Address, ...] = ()  # From; more than one address is untrusted
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()  # Delivered-To, X-Original-To
    subject: str = ""  # decoded, one line, with its prefixes
    base_subject: str = ""  # without Re:, 回复：, Fwd: …
    is_reply: bool = False
    is_forward: bool = False
    headers: tuple[tuple[str, str], ...] = ()  # decoded, in order
    text: str = ""  # the whole text body (made from the HTML where there is only that)
    html: str | None = None  # the HTML body as sent: never shown without cleaning
    zones: Zones = Zones(new="")
    attachments: tuple[Attachment, ...] = ()
    machine: Machine | None = None
    bounces: tuple[Bounce, ...] = ()
    forwarded_from: Address | None = None  # who wrote the letter that is passed on
    language: Literal["zh", "zh-Hant", "en", "mixed"] = "en"
    protection: Literal["none", "signed", "encrypted"] = "none"
    flaws: tuple[
        str, ...
    ] = ()  # what was mended while reading: "charset gb2312 → gb18030"
    dedupe_key: str = ""  # equal for two deliveries of one message

    @property
    def sender(self) -> Address | None:
        """Return the first From address; None where there is none."""
        return self.senders[0] if self.senders else None

    def header(self, name: str) -> Iterator[str]:
        """Yield the values of one header, in order; the name in any case."""
        wanted = name.lower()
        return (value for key, value in self.headers if key.lower() == wanted)

    def with_zones(self, zones: Zones) -> "Message":
        """Return the same message as if its text were these zones."""
        return replace(self, zones=zones)
