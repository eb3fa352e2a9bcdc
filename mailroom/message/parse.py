"""Turns the bytes of a message into a Message."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from mailroom.message import bodies, headers, subjects, zones
from mailroom.message.addresses import MOST_ADDRESSES, addresses
from mailroom.message.bounces import bounces
from mailroom.message.language import Language, language
from mailroom.message.lazily import lazily
from mailroom.message.machine import recognise
from mailroom.message.model import (
    HIDDEN_LINE,
    Address,
    Attachment,
    Bounce,
    Machine,
    Message,
    Zones,
)
from mailroom.message.structure import Part, split

LONGEST_SUBJECT = 1000  # characters; more is no subject


def parse(raw: bytes) -> Message:
    """Read a message; everything that can be mended is mended, and named in `flaws`.

    Its parts are cut at once, their values read when they are first asked for: most
    mail is sorted without its attachments, much of it without most of its headers.
    Raises UnreadableMessageError with the reason, nothing else, where the message is
    over a limit (100 MB, 2,000 parts, 50 levels, 256 KB of headers) or has no headers.
    """
    reading = _Reading.__new__(_Reading)
    reading.__dict__.update(_raw=raw, _root=split(raw))
    return reading


class _Reading(Message):
    """A message that is read as far as somebody asks."""

    _raw: bytes
    _root: Part

    def _all(self, name: str) -> list[str]:
        """Give the values of a header, unfolded; encoded words untouched."""
        values = self._root.by_name.get(name.encode())
        return [headers.unfold(value) for value in values] if values else []

    def _first(self, name: str) -> str:
        return self._root.value(name)

    def _addresses(self, name: str) -> tuple[Address, ...]:
        values = self._all(name)
        if len(values) == 1:
            found = addresses(values[0])
        else:
            found = tuple(one for value in values for one in addresses(value))
        return tuple(dict.fromkeys(found))[:MOST_ADDRESSES] if len(found) > 1 else found

    def header(self, name: str) -> Iterator[str]:
        """Yield the values of one header, in order; the name in any case."""
        return map(headers.decode_words, self._all(name.lower()))

    def with_zones(self, zones: Zones) -> Message:
        """Return the same message as if its text were these zones."""
        other = _Reading.__new__(_Reading)
        other.__dict__.update(self.__dict__, zones=zones)
        return other

    @lazily
    def sha256(self) -> str:
        return hashlib.sha256(self._raw).hexdigest()

    @lazily
    def size(self) -> int:
        return len(self._raw)

    @lazily
    def message_id(self) -> str | None:
        return headers.message_id(self._first("message-id"))

    @lazily
    def in_reply_to(self) -> tuple[str, ...]:
        return _ids(self._all("in-reply-to"))

    @lazily
    def references(self) -> tuple[str, ...]:
        return _ids(self._all("references"))

    @lazily
    def date(self) -> datetime | None:
        return headers.date(self._first("date"))

    @lazily
    def senders(self) -> tuple[Address, ...]:
        return self._addresses("from")

    @lazily
    def reply_to(self) -> tuple[Address, ...]:
        return self._addresses("reply-to")

    @lazily
    def to(self) -> tuple[Address, ...]:
        return self._addresses("to")

    @lazily
    def cc(self) -> tuple[Address, ...]:
        return self._addresses("cc")

    @lazily
    def delivered_to(self) -> tuple[str, ...]:
        names = ("delivered-to", "x-original-to", "envelope-to")
        found = (one.address for name in names for one in self._addresses(name))
        return tuple(dict.fromkeys(found))

    @lazily
    def subject(self) -> str:
        value = headers.decode_words(self._first("subject"))
        return " ".join(value.split())[:LONGEST_SUBJECT]

    @lazily
    def _taken(self) -> subjects.Subject:
        return subjects.split(self.subject)

    @lazily
    def base_subject(self) -> str:
        return self._taken.base

    @lazily
    def is_reply(self) -> bool:
        first = self._taken.first
        return first == "reply" or (first == "" and bool(self.in_reply_to))

    @lazily
    def is_forward(self) -> bool:
        first = self._taken.first
        return first == "forward" or (first == "" and bool(self.zones.forwarded))

    @lazily
    def headers(self) -> tuple[tuple[str, str], ...]:
        return tuple(
            (name.decode("ascii"), headers.decode_words(headers.unfold(value)))
            for name, value in self._root.fields
        )

    @lazily
    def _body(self) -> bodies.Body:
        return bodies.body(self._root)

    @lazily
    def text(self) -> str:
        return self._body.text

    @lazily
    def html(self) -> str | None:
        return self._body.html

    @lazily
    def zones(self) -> Zones:
        return zones.split(self.text, is_forward=self._taken.first == "forward")

    @lazily
    def attachments(self) -> tuple[Attachment, ...]:
        return tuple(self._body.attachments)

    @lazily
    def machine(self) -> Machine | None:
        return recognise(
            self._root,
            self.header,
            subject=self.subject,
            answers=bool(self.in_reply_to or self.references),
            sender=self._first("from"),
        )

    @lazily
    def bounces(self) -> tuple[Bounce, ...]:
        if self.machine is None or self.machine.kind != "bounce":
            return ()
        own = self.to[0].address if self.to else ""
        return bounces(self._root, self.text, own=own)

    @lazily
    def forwarded_from(self) -> Address | None:
        letter = self.zones.forwarded
        return zones.forwarded_sender(letter) if letter else None

    @lazily
    def language(self) -> Language:
        cut = self.zones
        return language(f"{self.base_subject}\n{cut.new}\n{cut.forwarded}")

    @lazily
    def protection(self) -> Literal["none", "signed", "encrypted"]:
        return bodies.protection(self._root, self.text[:100_000])

    @lazily
    def flaws(self) -> tuple[str, ...]:
        _ = self.html  # what is not decoded yet may be flawed, too
        return tuple(dict.fromkeys((*self._flaws(), *self._body.flaws)))

    def _flaws(self) -> Iterator[str]:
        if len(self._all("from")) > 1:
            yield "more than one From"
        if self.message_id is None:
            unusable = self._first("message-id")
            yield "Message-ID unusable" if unusable else "no Message-ID"
        if self.date is None:
            yield "Date unreadable" if self._first("date") else "no Date"
        if len(self.to) >= MOST_ADDRESSES:
            yield "too many addresses"
        for name in ("subject", "from", "reply-to"):
            if any(map(headers.hides_a_line, self._all(name))):
                yield HIDDEN_LINE

    @lazily
    def dedupe_key(self) -> str:
        """A key that two deliveries of one message share.

        The Message-ID alone does not tell: senders use one twice (seen in practice), so
        From, Date, the body count. Line ends, empty last lines do not: relays change
        them.
        """
        if self.message_id is None:
            return self.sha256
        body = self._root.body.replace(b"\r\n", b"\n").rstrip()
        key = hashlib.sha256()
        for piece in (self.message_id, self._first("from"), self._first("date")):
            key.update(piece.encode("utf-8", "replace") + b"\0")
        key.update(hashlib.sha256(body).digest())
        return key.hexdigest()


def _ids(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for value in values for one in headers.ids(value)))
