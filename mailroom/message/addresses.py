"""Reads the addresses of a header value in one pass over it."""

import re
from collections.abc import Iterable

from mailroom.message import headers
from mailroom.message.model import Address

MOST_ADDRESSES = 2000
_SIMPLE = re.compile(r'([^"\\(),:;<>@]*)<([^\s"\\(),:;<>@]+@[^\s"\\(),:;<>@]+)>')
_TOKEN = re.compile(r'[^"\\(),:;<>]+|\\.|.', re.DOTALL)
_BREAK = re.compile(r'[\s"\\(),:;<>]+')
_USABLE = re.compile(r"[^\s@<>\x00-\x1f][^\s<>\x00-\x1f]*@[^\s@<>,;\x00-\x1f]+")


def addresses(value: str) -> tuple[Address, ...]:
    """Give the addresses of an unfolded value, in order (RFC 5322, 3.4).

    Groups are opened, comments become names where there is no other, `;` separates
    as `,` does (seen in practice: Outlook). What has no @ is left out. At most
    MOST_ADDRESSES are read.
    """
    simple = _SIMPLE.fullmatch(value)
    if simple:
        return tuple(_made([(simple[1], simple[2])]))
    pairs, whole = _pairs(value)
    if (
        not whole
    ):  # a quote, comment or bracket is never closed: take what looks like one
        pairs = [("", word) for word in _BREAK.split(value) if "@" in word]
    return tuple(_made(pairs[:MOST_ADDRESSES]))


def _made(pairs: Iterable[tuple[str, str]]) -> Iterable[Address]:
    for name, address in pairs:
        # A source route is dropped: <@relay:user@host> (RFC 5322, 4.4).
        bare = address.rpartition(":")[2].strip().strip("'")
        if len(bare) > 320 or not _USABLE.fullmatch(bare):
            continue
        local, _, domain = bare.rpartition("@")
        shown = (
            " ".join(headers.decode_words(name.strip()).split()).strip("\"'").strip()
        )
        yield Address("" if shown == bare else shown, f"{local}@{domain.lower()}")


class _Pairs:
    """Collects one (name, address) pair after another."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []
        self.phrase: list[str] = []
        self.comment: list[str] = []
        self.angle: str | None = None

    def close(self) -> None:
        name = "".join(self.phrase).strip()
        if self.angle is not None:
            self.done.append((name or "".join(self.comment), self.angle))
        elif "@" in name:
            before, _, word = name.rpartition(" ")
            self.done.append((before or "".join(self.comment), word))
        self.phrase, self.comment, self.angle = [], [], None


def _pairs(value: str) -> tuple[list[tuple[str, str]], bool]:
    pairs = _Pairs()
    quoted, depth, angle = False, 0, False
    for token in _TOKEN.findall(value):
        escaped = token[1:] if token[0] == "\\" else None
        if quoted:
            quoted = token != '"'
            if quoted:
                pairs.phrase.append(escaped or token)
        elif depth:
            depth += {"(": 1, ")": -1}.get(token, 0)
            if depth:
                pairs.comment.append(escaped or token)
        elif angle:
            angle = token != ">"
            if angle:
                pairs.angle = (
                    (pairs.angle or "") + token if len(pairs.angle or "") < 999 else ""
                )
        elif token == '"':
            quoted = True
        elif token == "(":
            depth = 1
        elif token == "<":
            angle, pairs.angle = True, ""
        elif token in ",;":
            pairs.close()
        elif token == ":":
            pairs.phrase = []  # the name of a group
        else:
            pairs.phrase.append(escaped or token)
        if len(pairs.done) > MOST_ADDRESSES:
            return pairs.done, True
    pairs.close()
    return pairs.done, not (quoted or depth or angle)
