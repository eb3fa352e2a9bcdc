"""Asks whether a condition of a rule holds for a message."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, Protocol

from mailroom.message.model import Zone
from mailroom.rules.page import Page, Strip, within
from mailroom.rules.patterns import Pattern

Operator = Literal["contains", "words", "is", "starts", "ends", "regex"]
OPERATORS: tuple[Operator, ...] = (
    "contains",
    "words",
    "is",
    "starts",
    "ends",
    "regex",
)
LONGEST_HIT = 120  # characters of the message shown in a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What made a condition hold."""

    condition: str  # as a person would say it: "subject contains 发票"
    words: str = ""  # of the message, as written
    zone: Zone = "header"
    span: tuple[int, int] = (0, 0)


Hits = tuple[Hit, ...]


class Condition(Protocol):
    """A question about a message."""

    def hits(self, page: Page) -> Hits | None:
        """Give what made it hold; None where it does not hold."""


@dataclass(frozen=True, slots=True)
class Always:
    """Holds for every message."""

    def hits(self, page: Page) -> Hits | None:
        """Give one hit without words."""
        del page
        return (Hit(condition="always"),)


@dataclass(frozen=True, slots=True)
class Every:
    """Holds where all its parts hold."""

    parts: tuple[Condition, ...]

    def hits(self, page: Page) -> Hits | None:
        """Give the hits of all parts."""
        found: list[Hit] = []
        for part in self.parts:
            hits = part.hits(page)
            if hits is None:
                return None
            found.extend(hits)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Some:
    """Holds where one of its parts holds."""

    parts: tuple[Condition, ...]

    def hits(self, page: Page) -> Hits | None:
        """Give the hits of the first part that holds."""
        for part in self.parts:
            hits = part.hits(page)
            if hits is not None:
                return hits
        return None


@dataclass(frozen=True, slots=True)
class Neither:
    """Holds where none of its parts holds."""

    parts: tuple[Condition, ...]

    def hits(self, page: Page) -> Hits | None:
        """Give no hits: what is not there cannot be shown."""
        return None if any(part.hits(page) is not None for part in self.parts) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTest:
    """One operator with the words of which one is enough."""

    operator: Operator
    words: tuple[str, ...]  # as the rule has them, for the reason
    folded: tuple[str, ...] = ()  # as `Strip.flat` has them
    patterns: tuple[Pattern, ...] = ()  # for "regex"

    def find(self, strip: Strip) -> tuple[str, tuple[int, int]] | None:
        """Give the rule's word that is there, with its place in the original."""
        if self.operator == "regex":
            for word, pattern in zip(self.words, self.patterns, strict=True):
                match = pattern.search(strip.nfkc)
                if match is not None:
                    return word, strip.span(match.start(), match.end())
            return None
        for word, folded in zip(self.words, self.folded, strict=True):
            place = _place(self.operator, folded, strip.flat)
            if place is not None:
                return word, strip.flat_span(place, place + len(folded))
        return None


def _place(operator: Operator, word: str, flat: str) -> int | None:
    if operator == "contains":
        place = flat.find(word)
        return place if place >= 0 else None
    if operator == "words":
        return next(_whole(word, flat), None)
    left = len(flat) - len(flat.lstrip())
    right = len(flat.rstrip())
    if operator == "ends":
        left = right - len(word)
    elif operator == "is" and right - left != len(word):
        return None
    return left if left >= 0 and flat.startswith(word, left) else None


def _whole(word: str, flat: str) -> Iterator[int]:
    """Find a word as a whole word.

    Chinese has no spaces: a boundary is needed only between two letters or figures
    that both are not Han, kana or hangul.
    """
    place = flat.find(word)
    while place >= 0:
        end = place + len(word)
        before = flat[place - 1] if place else " "
        after = flat[end] if end < len(flat) else " "
        if not (_spelt(before) and _spelt(word[0])) and not (
            _spelt(after) and _spelt(word[-1])
        ):
            yield place
        place = flat.find(word, place + 1)


def _spelt(letter: str) -> bool:
    """Say whether a character belongs to a script that puts spaces between words."""
    if not (letter.isalnum() or letter == "_"):
        return False
    # Kana, CJK, hangul and what lies between; everything below is spelt.
    return letter < "\u2e80" or "\ufb00" <= letter <= "\ufdff"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCondition:
    """Looks for words in places of the message; all its tests must hold."""

    name: str  # "subject", "body", "header List-Id"
    places: tuple[str, ...]  # names that `Page.strips` knows
    tests: tuple[TextTest, ...]

    def hits(self, page: Page) -> Hits | None:
        """Give one hit for each test."""
        found: list[Hit] = []
        for test in self.tests:
            hit = self._hit(page, test)
            if hit is None:
                return None
            found.append(hit)
        return tuple(found)

    def _hit(self, page: Page, test: TextTest) -> Hit | None:
        for place in self.places:
            for strip in page.strips(place):
                found = test.find(strip)
                if found is not None:
                    word, span = found
                    return Hit(
                        condition=f"{self.name} {test.operator} {word}",
                        words=strip.words(span)[:LONGEST_HIT],
                        zone=strip.zone,
                        span=span,
                    )
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressCondition:
    """Looks at From, To or Cc; where several are given, one address must fit all."""

    name: Literal["from", "to", "cc"]
    addresses: frozenset[str] = frozenset()  # casefolded
    domains: tuple[str, ...] = ()
    own: bool | None = None  # None: does not matter

    def hits(self, page: Page) -> Hits | None:
        """Give the address that fits."""
        zone: Zone = "sender" if self.name == "from" else "header"
        for address in page.addresses(self.name):
            written = address.address.casefold()
            named = bool(self.addresses or self.domains)
            if named and not (
                written in self.addresses
                or any(within(address.domain, domain) for domain in self.domains)
            ):
                continue
            if self.own is not None and page.own(address) != self.own:
                continue
            return (Hit(condition=self.name, words=address.address, zone=zone),)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentCondition:
    """Looks for one attachment that fits by type and by name."""

    types: tuple[str, ...] = ()  # "application/pdf", "image/*"
    tests: tuple[TextTest, ...] = ()  # on the name

    def hits(self, page: Page) -> Hits | None:
        """Give the name of the attachment that fits."""
        strips = page.strips("attachment")
        for attachment, strip in zip(page.message.attachments, strips, strict=True):
            if self.types and not any(
                fnmatchcase(attachment.type, wanted) for wanted in self.types
            ):
                continue
            if all(test.find(strip) for test in self.tests):
                span = (0, len(attachment.name))
                return (
                    Hit(
                        condition="attachment",
                        words=attachment.name[:LONGEST_HIT],
                        zone="attachment",
                        span=span,
                    ),
                )
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCondition:
    """Compares one plain fact of the message with what the rule wants."""

    name: Literal[
        "has_attachment",
        "is_reply",
        "is_forward",
        "auto_reply",
        "machine",
        "language",
        "thread",
        "header_exists",
    ]
    wanted: frozenset[str]  # "yes" and "no" for questions

    def hits(self, page: Page) -> Hits | None:
        """Give the fact."""
        for fact in self._facts(page):
            if fact in self.wanted:
                return (Hit(condition=f"{self.name} {fact}"),)
        return None

    def _facts(self, page: Page) -> tuple[str, ...]:
        message = page.message
        kind = message.machine.kind if message.machine else None
        yes_no = {
            "has_attachment": any(not a.inline for a in message.attachments),
            "is_reply": message.is_reply,
            "is_forward": message.is_forward,
            "auto_reply": kind == "auto_reply",
        }
        if self.name in yes_no:
            return ("yes" if yes_no[self.name] else "no",)
        if self.name == "machine":
            return (kind or "no", "yes") if kind else ("no",)
        if self.name == "language":
            # Whoever asks for Chinese means both ways of writing it.
            return (message.language, message.language.partition("-")[0])
        if self.name == "thread":
            return (page.context.thread_category or "no",)
        return tuple(name.lower() for name, _ in message.headers)
