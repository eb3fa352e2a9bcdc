"""Reads the addresses of a header value in one pass over it."""

import re
from collections.abc import Iterable

from mailroom.message import headers
from mailroom.message.model import Address

MOST_ADDRESSES = 2000
LONGEST = 320  # characters of one address (RFC 5321, 4.5.3.1: 64 + @ + 255)
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
        return tuple(_made(((simple[1], simple[2]),)))
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
        if len(bare) > LONGEST or not _USABLE.fullmatch(bare):
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
        self.angle: list[str] | None = None
        self.within = ""  # what is open: a quote, an angle, or that many comments

    def take(self, piece: str) -> None:
        if self.within == '"':
            self._in_quote(piece)
        elif self.within.startswith("("):
            self._in_comment(piece)
        elif self.within == "<":
            self._in_angle(piece)
        elif piece in ('"', "(", "<"):
            self.within = piece
            self.angle = [] if piece == "<" else self.angle
        elif piece in (",", ";"):
            self.close()
        elif piece == ":":
            self.phrase = []  # the name of a group
        else:
            self.phrase.append(_literal(piece))

    def _in_quote(self, piece: str) -> None:
        if piece == '"':
            self.within = ""
        else:
            self.phrase.append(_literal(piece))

    def _in_comment(self, piece: str) -> None:
        if piece == ")":
            self.within = self.within[1:]
            self.comment.append(")" if self.within else "")
        else:
            self.within += "(" if piece == "(" else ""
            self.comment.append(_literal(piece))

    def _in_angle(self, piece: str) -> None:
        if piece == ">":
            self.within = ""
        elif self.angle is not None:
            self.angle.append(piece)

    def close(self) -> None:
        name, comment = "".join(self.phrase).strip(), "".join(self.comment)
        if self.angle is not None:
            self.done.append((name or comment, "".join(self.angle)))
        elif "@" in name:
            before, _, word = name.rpartition(" ")
            self.done.append((before or comment, word))
        self.phrase, self.comment, self.angle = [], [], None


def _literal(piece: str) -> str:
    return piece[1:] if piece[0] == "\\" else piece


def _pairs(value: str) -> tuple[list[tuple[str, str]], bool]:
    """Give the pairs, and whether all that was opened was closed."""
    pairs = _Pairs()
    for piece in _TOKEN.findall(value):
        pairs.take(piece)
        if len(pairs.done) > MOST_ADDRESSES:
            return pairs.done, True
    pairs.close()
    return pairs.done, not pairs.within
