"""Lays a message out as text that rules can be matched against.

Words of a rule and words of a mail meet in one spelling; every place in it leads back
to the original, so that a reason can show what was written.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from mailroom.message.attachment_text import read_text
from mailroom.message.lazily import lazily
from mailroom.message.model import Address, Message, Zone
from mailroom.message.own_footers import without_own
from mailroom.rules.alignment import Alignment, align
from mailroom.rules.model import Context
from mailroom.rules.patterns import Pattern
from mailroom.rules.phrases import Wording
from mailroom.rules.spelling import (
    CODE,
    even,
    even_bytes,
    fold,
    narrow,
    normal,
    plain,
    simplified,
    without_addresses,
)
from mailroom.rules.vocabulary import Vocabulary

__all__ = ["LONGEST", "Page", "Strip", "fold", "within"]

HEAD, TAIL = 8_000, 2_000  # characters of a text that are looked at for patterns
LONGEST = 20_000  # characters of one zone that are looked at; more is no letter
LONGEST_INSIDE = 200_000  # of an attachment, which may be a whole contract

_OVERLAP = 200  # characters; what is looked for in the whole text is shorter
_PIECE = 2000  # characters; few letters are longer
_LETTER = re.compile(r"\S")
_BODY_ZONES: Mapping[str, Zone] = {
    "new": "new",
    "forwarded": "forwarded",
    "quoted": "quoted",
    "footer": "footer",
}


class Strip:
    """One piece of text in the forms that rules ask for, each made when asked for.

    `nfkc` and `simple` have the same places, and so have `flat` and `exact`.
    """

    def __init__(
        self, zone: Zone, original: str, shift: int = 0, *, hide: bool = True
    ) -> None:
        self.zone = zone
        self.original = original
        self.shift = shift  # where the text begins in the original
        self.hide = hide  # whether URLs and mail addresses hold no words
        self._met: tuple[Vocabulary, AbstractSet[str]] | None = None

    @lazily
    def nfkc(self) -> str:
        """Lines and capitals as written: for fields."""
        return self._narrow if self._plain else normal(self._body)

    @lazily
    def simple(self) -> str:
        """The same in simplified characters: for patterns."""
        return self.nfkc if self._plain else simplified(self.nfkc)

    @lazily
    def wording(self) -> Wording:
        """Its beginning, with the kinds of phrases that may be there."""
        return Wording(self.simple)

    def find(self, pattern: Pattern, *, exact: bool) -> tuple[int, int] | None:
        """Find a pattern in the window of the text; give its place in `simple`.

        `exact` is for traditional characters as written: the place is that in `nfkc`.
        """
        coded, stop, begin = self._coded_nfkc if exact else self._coded_simple
        match = pattern.search(coded, 0, stop)
        if match is None and begin:
            match = pattern.search(coded, begin)
        if match is None:
            return None
        before = coded[: match.start()].decode(*CODE)
        found = coded[match.start() : match.end()].decode(*CODE)
        return len(before), len(before) + len(found)

    @property
    def coded(self) -> bytes:
        """As `simple`, in UTF-8: RE2 reads nothing else."""
        return self._coded_simple[0]

    def letters(self, place: int) -> int:
        """Give the place in `simple` of a place in `coded`."""
        return place if self.simple.isascii() else len(self.coded[:place].decode(*CODE))

    @lazily
    def _coded_nfkc(self) -> tuple[bytes, int, int]:
        return _windowed(self.nfkc)

    @lazily
    def _coded_simple(self) -> tuple[bytes, int, int]:
        same = self.simple is self.nfkc
        return self._coded_nfkc if same else _windowed(self.simple)

    @lazily
    def flat(self) -> str:
        """Simplified, casefolded, white space single, no addresses: for words."""
        hidden = self._hidden(self.simple)
        if self._plain and hidden is self.simple:
            return self.scanned.decode(*CODE)
        return even(hidden)

    @lazily
    def exact(self) -> str:
        """As `flat`, but traditional characters as written."""
        if self.simple is self.nfkc:
            return self.flat
        return even(self._hidden(self.nfkc))

    @lazily
    def scanned(self) -> bytes:
        """As `flat` in UTF-8, with the addresses: holds every word of any form."""
        if self._plain:
            return even_bytes(self._narrow)
        return even(self.simple).encode(*CODE)

    def met(self, vocabulary: Vocabulary) -> AbstractSet[str]:
        """Give the words of a vocabulary that may be in `flat`, and in `exact`."""
        if self._met is None or self._met[0] is not vocabulary:
            self._met = vocabulary, vocabulary.met(self.scanned)
        return self._met[1]

    def flat_span(self, start: int, end: int) -> tuple[int, int]:
        """Give the place in the original of a place in `flat` or `exact`."""
        first, last = self._unfolded(start)
        if end - start > 1:
            # In a plain text, a word is as long as it was before it was folded.
            whole_word = self._plain and " " not in self.flat[start:end]
            last = first + end - start if whole_word else self._unfolded(end - 1)[1]
        return self.span(first, last)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the place in the original of a place in `nfkc` or `simple`."""
        back = self._alignment
        if back is None:
            return start + self.shift, end + self.shift
        first = back.begin(start) + self.shift
        return first, back.end(end) + self.shift if end > start else first

    def words(self, span: tuple[int, int]) -> str:
        """Give the original text of a span."""
        return self.original[span[0] : span[1]]

    def stretches(self) -> Iterator["Strip"]:
        """Give the whole text: this strip, then what lies behind what it reads."""
        yield self
        behind = self.shift + len(self._body)
        while behind < len(self.original):
            # From the beginning of a line, so that no line is seen in halves.
            begin = max(self.original.rfind("\n", 0, behind) + 1, behind - _OVERLAP)
            yield Strip(self.zone, self.original, begin, hide=self.hide)
            behind = begin + LONGEST

    def _hidden(self, words: str) -> str:
        return without_addresses(words) if self.hide else words

    @property
    def _body(self) -> str:
        most = LONGEST_INSIDE if self.zone == "attachment" else LONGEST
        return self.original[self.shift : self.shift + most]

    @lazily
    def _narrow(self) -> str:
        return narrow(self._body)

    @lazily
    def _plain(self) -> bool:
        return plain(self._narrow)

    @lazily
    def _alignment(self) -> Alignment | None:
        # Of a plain text, "…" alone becomes several characters.
        return None if self._plain and "…" not in self._body else align(self._body)

    def _unfolded(self, place: int) -> tuple[int, int]:
        """Give start and end in `nfkc` of a character of `flat`."""
        flats, starts = self._pieces
        number = bisect_right(flats, place) - 1
        first, origin = flats[number], starts[number]
        piece = self.nfkc[origin : starts[number + 1]]
        before = self.flat.count(" ", first, place)
        begin = max(first, self.flat.rfind(" ", first, place) + 1)
        # What follows so many words; `split` leaves it as it is.
        rest = piece.split(None, before)[-1] if before else piece.lstrip()
        start = origin + len(piece) - len(rest)
        word = rest.split(None, 1)[0]
        if self.flat[place] == " ":
            return start + len(word), start + len(word) + 1
        if len(word.casefold()) == len(word):
            return start + place - begin, start + place - begin + 1
        at = 0
        for count, letter in enumerate(word):
            at += len(letter.casefold())
            if at > place - begin:
                return start + count, start + count + 1
        return start + len(word) - 1, start + len(word)

    @lazily
    def _pieces(self) -> tuple[list[int], list[int]]:
        """Cut a long text before letters: where pieces begin in `flat` and `nfkc`.

        So a place near the end is found without counting from the beginning.
        """
        flats, starts = [0], [0]
        while len(self.nfkc) - starts[-1] > _PIECE:
            cut = _LETTER.search(self.nfkc, starts[-1] + _PIECE)
            if cut is None:
                break
            piece = self.nfkc[starts[-1] : cut.start()]
            words = even(piece)
            space = bool(words) and piece[-1].isspace()
            flats.append(flats[-1] + len(words) + space)
            starts.append(cut.start())
        return flats, [*starts, len(self.nfkc)]


class Page:
    """A message with what rules may know beside it; text is prepared once."""

    __slots__ = ("_strips", "context", "is_sealed", "message")

    def __init__(
        self, message: Message, context: Context, *, is_sealed: bool = False
    ) -> None:
        self.message = message
        self.context = context
        self.is_sealed = is_sealed  # what is attached stays closed
        self._strips: dict[str, tuple[Strip, ...]] = {}

    def sealed(self) -> "Page":
        """Give the same page with its attachments closed; their names are seen."""
        return Page(self.message, self.context, is_sealed=True)

    def strips(self, name: str) -> tuple[Strip, ...]:
        """Give the texts of one place.

        `name` is a zone (subject without its prefixes), "attachment" for the names of
        attachments and "attachment_text" for the words in them, "header:Name",
        "list_id", or "from", "to", "cc" and "reply_to" for the names of people.
        """
        laid = self._strips.get(name)
        if laid is None:
            zone = _BODY_ZONES.get(name)
            if zone is None:
                laid = tuple(self._lay(name))
            else:
                written = getattr(self.message.zones, name)
                if written and name != "footer":
                    footers = self.context.directory.footers
                    written = without_own(written, footers) if footers else written
                laid = (Strip(zone, written),) if written else _EMPTY[name]
            self._strips[name] = laid
        return laid

    def _lay(self, name: str) -> Iterator[Strip]:
        message = self.message
        if name == "subject":
            # Prefixes (Re:, 转发：) are no part of what is asked; places count from
            # the subject as a whole.
            shift = message.subject.rfind(message.base_subject)
            yield Strip("subject", message.subject, max(0, shift))
        elif name.startswith("attachment"):
            # One for each attachment, in their order; empty where no text can be read.
            inside = name == "attachment_text"
            for each in message.attachments:
                opened = inside and not self.is_sealed
                said = read_text(each) or "" if opened else ""
                yield Strip("attachment", said if inside else each.name)
        elif name == "list_id":
            for value in message.header("List-Id"):
                yield Strip("header", _list_id(value), hide=False)
        elif name.startswith("header:"):
            for value in message.header(name.removeprefix("header:")):
                yield Strip("header", value, hide=False)
        else:
            for address in self.addresses(name):
                yield Strip("sender" if name == "from" else "header", address.name)

    def addresses(self, name: str) -> tuple[Address, ...]:
        """Give the addresses of "from", "to", "cc" or "reply_to"."""
        message = self.message  # whose lists are read one by one
        if name == "from":
            return message.senders
        if name == "reply_to":
            return message.reply_to
        return message.to if name == "to" else message.cc

    def own(self, address: Address) -> bool:
        """Say whether an address belongs to the office."""
        known = {own.casefold() for own in self.context.own_addresses}
        return address.address.casefold() in known or any(
            within(address.domain, domain) for domain in self.context.own_domains
        )


def _windowed(words: str) -> tuple[bytes, int, int]:
    """Give a text in UTF-8, where its head ends, and where its tail begins (0: none).

    The whole is kept: what stands at the edge of the window is seen as it stands.
    """
    coded = words.encode(*CODE)
    if len(words) <= HEAD + TAIL:
        return coded, len(coded), 0
    head, tail = words[:HEAD].encode(*CODE), words[-TAIL:].encode(*CODE)
    return coded, len(head), len(coded) - len(tail)


_EMPTY = {name: (Strip(zone, ""),) for name, zone in _BODY_ZONES.items()}


def _list_id(value: str) -> str:
    """Give what stands between < and > (RFC 2919); a list is known by nothing else."""
    start, end = value.rfind("<"), value.rfind(">")
    return value[start + 1 : end] if -1 < start < end else value


def within(domain: str, wanted: str) -> bool:
    """Say whether `domain` is `wanted` or one below it (never mybank for bank)."""
    domain, wanted = domain.casefold().rstrip("."), wanted.casefold().strip(".")
    return bool(wanted) and (domain == wanted or domain.endswith("." + wanted))
