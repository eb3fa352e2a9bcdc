"""Turns the bytes of a message into a Message."""

import hashlib
from collections.abc import Iterable

from mailroom.message import bodies, headers, subjects, zones
from mailroom.message.addresses import MOST_ADDRESSES, addresses
from mailroom.message.bounces import bounces
from mailroom.message.language import language
from mailroom.message.machine import recognise
from mailroom.message.model import Address, Bounce, Machine, Message
from mailroom.message.structure import Part, split

LONGEST_SUBJECT = 1000  # characters; more is no subject


def parse(raw: bytes) -> Message:
    """Read a message; everything that can be mended is mended, and named in `flaws`.

    Raises UnreadableMessageError with the reason, nothing else, where the message is
    over a limit (100 MB, 2,000 parts, 50 levels, 256 KB of headers) or has no headers.
    """
    root, below = split(raw)
    flaws: list[str] = []
    unfolded = [(name, headers.unfold(value)) for name, value in root.fields]
    decoded = tuple((name, headers.decode_words(value)) for name, value in unfolded)
    values = _Values(unfolded)
    if len(values.all("from")) > 1:
        flaws.append("more than one From")
    senders = values.addresses("from")
    subject = _subject(decoded)
    taken = subjects.split(subject)
    answered = _ids(values.all("in-reply-to"))
    references = _ids(values.all("references"))
    message_id = headers.message_id(values.first("message-id"))
    if message_id is None:
        flaws.append(
            "Message-ID unusable" if values.first("message-id") else "no Message-ID"
        )
    date = headers.date(values.first("date"))
    if date is None:
        flaws.append("Date unreadable" if values.first("date") else "no Date")
    body = bodies.body(root)
    text = body.text
    cut = zones.split(text, is_forward=taken.first == "forward")
    machine = recognise(
        root,
        decoded,
        subject=subject,
        answers=bool(answered or references),
        sender=values.first("from"),
    )
    to = values.addresses("to")
    if len(to) >= MOST_ADDRESSES:
        flaws.append("too many addresses")
    return Message(
        sha256=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        message_id=message_id,
        in_reply_to=answered,
        references=references,
        date=date,
        senders=senders,
        reply_to=values.addresses("reply-to"),
        to=to,
        cc=values.addresses("cc"),
        delivered_to=_delivered(values),
        subject=subject,
        base_subject=taken.base,
        is_reply=taken.first == "reply" or (taken.first == "" and bool(answered)),
        is_forward=taken.first == "forward"
        or (taken.first == "" and bool(cut.forwarded)),
        headers=decoded,
        text=text,
        html=body.html,
        zones=cut,
        attachments=tuple(body.attachments),
        machine=machine,
        bounces=_bounces(root, machine, text, to),
        forwarded_from=zones.forwarded_sender(cut.forwarded) if cut.forwarded else None,
        language=language(f"{taken.base}\n{cut.new}\n{cut.forwarded}"),
        protection=bodies.protection(root, text[:100_000]),
        flaws=tuple(dict.fromkeys((*flaws, *body.flaws))),
        dedupe_key=_dedupe_key(message_id, values, below, raw),
    )


class _Values:
    """The unfolded headers, by name; encoded words untouched."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self._by_name: dict[str, list[str]] = {}
        for name, value in fields:
            self._by_name.setdefault(name.lower(), []).append(value)

    def all(self, name: str) -> list[str]:
        return self._by_name.get(name, [])

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def addresses(self, name: str) -> tuple[Address, ...]:
        found = (one for value in self.all(name) for one in addresses(value))
        return tuple(dict.fromkeys(found))[:MOST_ADDRESSES]


def _subject(decoded: tuple[tuple[str, str], ...]) -> str:
    value = next((value for name, value in decoded if name.lower() == "subject"), "")
    return " ".join(value.split())[:LONGEST_SUBJECT]


def _ids(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for value in values for one in headers.ids(value)))


def _delivered(values: _Values) -> tuple[str, ...]:
    named = (
        one.address
        for name in ("delivered-to", "x-original-to", "envelope-to")
        for one in values.addresses(name)
    )
    return tuple(dict.fromkeys(named))


def _bounces(
    root: Part, machine: Machine | None, text: str, to: tuple[Address, ...]
) -> tuple[Bounce, ...]:
    if machine is None or machine.kind != "bounce":
        return ()
    return bounces(root, text, own=to[0].address if to else "")


def _dedupe_key(
    message_id: str | None, values: _Values, below: bytes, raw: bytes
) -> str:
    """Give a key that two deliveries of one message share.

    The Message-ID alone does not tell: senders use one twice (seen in practice), so
    From, Date, the body count. Line ends, empty last lines do not: relays change them.
    """
    if message_id is None:
        return hashlib.sha256(raw).hexdigest()
    body = below.replace(b"\r\n", b"\n").rstrip()
    key = hashlib.sha256()
    for piece in (message_id, values.first("from"), values.first("date")):
        key.update(piece.encode("utf-8", "replace") + b"\0")
    key.update(hashlib.sha256(body).digest())
    return key.hexdigest()
