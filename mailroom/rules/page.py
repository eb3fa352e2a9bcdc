"""Lays a message out as text that rules can be matched against.

Words of a rule and words of a mail meet as NFKC and casefolded; every place
in that form leads back to the original, so that a reason can show what was written.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mailroom.message.model import Address, Message, Zone
from mailroom.rules.model import Context

LONGEST = 200_000  # characters of one zone that are looked at; more is no letter

# The look-behind with the bounds keeps this linear: a letter may be one long word.
_ADDRESSES = re.compile(
    r"(?:https?://|ftp://|www\.)[!#-;=?-~]+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",
    re.IGNORECASE | re.ASCII,
)
_BODY_ZONES: Mapping[str, Zone] = {
    "new": "new",
    "forwarded": "forwarded",
    "quoted": "quoted",
    "footer": "footer",
}
_HIDDEN = "\x00"  # stands for each character of a URL or mail address


def fold(words: str) -> str:
    """Bring a rule's word into the form of `Strip.flat`."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


@dataclass(frozen=True, slots=True)
class Strip:
    """One piece of text in three forms."""

    zone: Zone
    original: str
    shift: int  # where `nfkc` begins in the original
    nfkc: str  # lines and capitals as written: for patterns
    nfkc_back: tuple[int, ...] | None  # place in nfkc → place in original; None: equal
    flat: str  # casefolded, white space single, addresses hidden: for words
    flat_back: tuple[int, ...]  # place in flat → place in nfkc

    def flat_span(self, start: int, end: int) -> tuple[int, int]:
        """Give the place in the original of a place in `flat`."""
        return self.span(self.flat_back[start], self.flat_back[end - 1] + 1)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the place in the original of a place in `nfkc`."""
        back = self.nfkc_back
        if back is None:
            return start + self.shift, end + self.shift
        first = back[start]
        if end <= start:
            return first + self.shift, first + self.shift
        # One original character may have become several: take all of it.
        last = next((place for place in back[end:] if place > back[end - 1]), back[-1])
        return first + self.shift, last + self.shift

    def words(self, span: tuple[int, int]) -> str:
        """Give the original text of a span."""
        return self.original[span[0] : span[1]]


def lay(zone: Zone, original: str, shift: int = 0) -> Strip:
    """Prepare one text; `shift` leaves out its first characters."""
    body = original[shift : shift + LONGEST]
    nfkc, nfkc_back = _normalise(body)
    hidden = _ADDRESSES.sub(lambda match: _HIDDEN * len(match[0]), nfkc)
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(hidden):
        if letter.isspace():
            if letters and letters[-1] == " ":
                continue
            folded = " "
        elif letter.isascii():
            folded = letter.lower()
        else:
            folded = letter.casefold()
        letters.extend(folded)
        places.extend([place] * len(folded))
    return Strip(
        zone, original, shift, nfkc, nfkc_back, "".join(letters), tuple(places)
    )


def _normalise(body: str) -> tuple[str, tuple[int, ...] | None]:
    if body.isascii():
        return body, None
    letters: list[str] = []
    places: list[int] = []
    start = 0
    while start < len(body):
        end = start + 1
        # A letter and its accents are normalised together, as NFKC composes them.
        while end < len(body) and unicodedata.combining(body[end]):
            end += 1
        piece = body[start:end]
        # Invisible characters (soft hyphen, zero-width space) hide words from rules.
        if unicodedata.category(piece[0]) != "Cf":
            normal = unicodedata.normalize("NFKC", piece)
            letters.append(normal)
            places.extend([start] * len(normal))
        start = end
    places.append(len(body))
    return "".join(letters), tuple(places)


@dataclass(frozen=True, slots=True)
class Page:
    """A message with what rules may know beside it; text is prepared once."""

    message: Message
    context: Context
    _strips: dict[str, tuple[Strip, ...]] = field(default_factory=dict)

    def strips(self, name: str) -> tuple[Strip, ...]:
        """Give the texts of one place.

        `name` is a zone (subject without its prefixes), "header:Name", "from", "to"
        or "cc".
        """
        if name not in self._strips:
            self._strips[name] = tuple(self._lay(name))
        return self._strips[name]

    def _lay(self, name: str) -> Iterator[Strip]:
        message = self.message
        zones = message.zones
        if name == "subject":
            # Prefixes (Re:, 转发：) are no part of what is asked; places count from
            # the subject as a whole.
            shift = message.subject.rfind(message.base_subject)
            yield lay("subject", message.subject, max(0, shift))
        elif name in _BODY_ZONES:
            yield lay(_BODY_ZONES[name], getattr(zones, name))
        elif name == "attachment":
            for attachment in message.attachments:
                yield lay("attachment", attachment.name)
        elif name.startswith("header:"):
            for value in message.header(name.removeprefix("header:")):
                yield lay("header", value)
        else:
            for address in self.addresses(name):
                yield lay("sender" if name == "from" else "header", address.name)

    def addresses(self, name: str) -> tuple[Address, ...]:
        """Give the addresses of "from", "to" or "cc"."""
        lists = {
            "from": self.message.senders,
            "to": self.message.to,
            "cc": self.message.cc,
        }
        return lists[name]

    def own(self, address: Address) -> bool:
        """Say whether an address belongs to the office."""
        known = {own.casefold() for own in self.context.own_addresses}
        return address.address.casefold() in known or any(
            within(address.domain, domain) for domain in self.context.own_domains
        )


def within(domain: str, wanted: str) -> bool:
    """Say whether `domain` is `wanted` or one below it (never mybank for bank)."""
    domain, wanted = domain.casefold().rstrip("."), wanted.casefold().strip(".")
    return bool(wanted) and (domain == wanted or domain.endswith("." + wanted))
