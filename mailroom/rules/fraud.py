"""Finds the signs of fraud that stand in how a letter is built, not in its words.

A sign alone proves nothing: a rule joins it with what the letter wants (money, a
password, silence), and a person looks before anything happens.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, get_args

from mailroom.directory import Supplier
from mailroom.message.model import HIDDEN_LINE, Address, Attachment
from mailroom.rules.page import Page, within

FraudSign = Literal["lookalike", "reply_to", "leader", "page", "header"]
FRAUD_SIGNS: tuple[FraudSign, ...] = get_args(FraudSign)

LONG_NAME = 6  # letters; shorter names differ by one every day
MOST_BYTES = 300_000  # of an attached page: a form stands near its beginning

# Endings under which everybody may register, and the free mail providers.
_ENDINGS = frozenset(
    {"com", "net", "org", "cn", "co", "uk", "eu", "de", "gov", "edu", "ac", "mil"}
    | {"info", "biz", "io", "me", "cc", "top", "xyz", "example"}
)
_FREE = re.compile(
    r"(?:^|\.)(?:qq|foxmail|163|126|yeah|139|189|sina|sohu|aliyun|gmail|googlemail|"
    r"outlook|hotmail|live|msn"
    r"|yahoo|ymail|icloud|aol|gmx|proton(?:mail)?|mail|zoho|"
    r"yandex)(?:\.[a-z]{2,10}){1,2}$"
)
_TWINS: Mapping[str, str] = {"rn": "m", "vv": "w", "cl": "d", "nn": "m"}
_ALIKE = str.maketrans("10358ijvu|", "loesbllwwl")
# Letters of other scripts that look Latin (Unicode TR 39, those met in domains).
_FOREIGN = str.maketrans("аеорсухіјѕԁɡⅼοανρ", "aeopcyxijsdgloavp")
_FORM = re.compile(
    rb"""type\s*=\s*['"]?password|document\.write\s*\(\s*(?:unescape|atob|decodeURI)|<form[^>]{0,400}action\s*=\s*['"]?https?:"""
    rb"""|http-equiv\s*=\s*['"]?refresh['"]?[^>]{0,80}url|window\.location(?:\.href)?\s*=\s*['"]http""",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.ASCII)
_TRUSTED = frozenset({"own", "vip"})  # whose word is taken
_PAGE = re.compile(r"\.(?:s?html?|xhtml|svg|mht(?:ml)?|hta)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A sign of fraud, with the words that bear it."""

    kind: FraudSign
    words: str


def fraud_signs(page: Page) -> tuple[Sign, ...]:
    """Give the signs there are.

    `lookalike`: the sender's domain is not one we know, and looks like one that we do.
    `reply_to`: the answer would go to another domain than the letter came from.
    `leader`: a leader's name, or an address of ours or of a vip in the place of a name,
    on an address that is not ours.
    `page`: an attached web page asks for a password, or leads away at once.
    `header`: a line break is hidden in a header.
    """
    return tuple(_signs(page))


def _signs(page: Page) -> Iterator[Sign]:
    for sender in page.message.senders:
        known = lookalike(sender.domain, page)
        if known:
            yield Sign(kind="lookalike", words=f"{sender.domain} ≈ {known}")
        if _borrows_a_name(sender, page):
            yield Sign(kind="leader", words=f"{sender.name} <{sender.address}>")
    for answer in page.message.reply_to:
        if _leads_away(answer, page):
            yield Sign(kind="reply_to", words=answer.address)
    for each in () if page.is_sealed else page.message.attachments:
        if _asks_for_a_password(each):
            yield Sign(kind="page", words=each.name)
    if HIDDEN_LINE in page.message.flaws:
        yield Sign(kind="header", words=HIDDEN_LINE)


def is_free_mail(domain: str) -> bool:
    """Say whether everybody may have an address there, so that it names no house."""
    return _FREE.search(domain) is not None


def lookalike(domain: str, page: Page) -> str:
    """Give the domain of ours, or of a supplier, that this one imitates; "" for none.

    At most two signs differ in a long name, one in a shorter one, or none to the eye
    (l and 1, rn and m, Cyrillic letters); or the known name is only put in front.
    """
    known = tuple(_known_domains(page))
    if not domain or any(within(domain, each) for each in known):
        return ""
    return next((each for each in known if _imitates(domain, each)), "")


def firm_to_call(page: Page) -> Supplier | None:
    """Find the supplier that a letter speaks for, so that somebody can call it back.

    By its domain, by the domain it imitates, else by the name in the letter.
    """
    directory = page.context.directory
    for sender in page.message.senders:
        found = directory.supplier(sender.address)
        imitated = lookalike(sender.domain, page)
        if found is None and imitated:
            found = directory.supplier(f"x@{imitated}")
        if found is not None:
            return found
    places = ("from", "subject", "new", "forwarded", "footer")
    written = " ".join(strip.flat for place in places for strip in page.strips(place))
    named = [
        (len(name), firm)
        for firm in directory.suppliers
        for name in (firm.name, *firm.also)
        if _stands_in(name.casefold(), written)
    ]
    return max(named, key=lambda pair: pair[0], default=(0, None))[1]


def _stands_in(name: str, written: str) -> bool:
    if not name.isascii():
        return name in written
    # Searching for the pattern is dear in a long letter, and seldom needed.
    return name in written and re.search(rf"\b{re.escape(name)}\b", written) is not None


def _known_domains(page: Page) -> Iterator[str]:
    directory = page.context.directory
    yield from page.context.own_domains
    yield from directory.own_domains
    for firm in directory.suppliers:
        yield from firm.domains
    yield from (address.rpartition("@")[2] for address in directory.vips)


def _imitates(domain: str, known: str) -> bool:
    if not known or is_free_mail(known):
        return False
    if domain.startswith(known + "."):
        return True
    theirs, ours = _name(domain), _name(known)
    if theirs == ours:
        return False  # the same name under another ending: many firms have several
    if len(ours) >= LONG_NAME and theirs.startswith(ours + "-"):
        return True
    if _skeleton(theirs) == _skeleton(ours):
        return True
    allowed = 2 if len(ours) > LONG_NAME + 2 else 1 if len(ours) >= LONG_NAME else 0
    return allowed > 0 and _distance(theirs, ours, allowed) <= allowed


def _name(domain: str) -> str:
    """Give a domain without the endings that are everybody's."""
    parts = domain.casefold().split(".")
    while len(parts) > 1 and parts[-1] in _ENDINGS:
        parts.pop()
    return ".".join(parts)


def _skeleton(name: str) -> str:
    """Give a name as the eye sees it."""
    with suppress(UnicodeError):  # a name that is no name is looked at as it is
        name = name.encode("ascii").decode("idna") if "xn--" in name else name
    plain = unicodedata.normalize("NFKD", name).translate(_FOREIGN)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    for twin, sign in _TWINS.items():
        plain = plain.replace(twin, sign)
    return plain.translate(_ALIKE).replace("-", "")


def _distance(one: str, other: str, most: int) -> int:
    """Count the signs to put in, take out, change or swap; over `most`, any number."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, sign in enumerate(one, 1):
        line = [row]
        for column, letter in enumerate(other, 1):
            cost = min(
                last[column] + 1, line[-1] + 1, last[column - 1] + (sign != letter)
            )
            swapped = (
                row > 1
                and column > 1
                and sign == other[column - 2]
                and one[row - 2] == letter
            )
            line.append(min(cost, before[column - 2] + 1) if swapped else cost)
        before, last = last, line
    return last[-1]


def _leads_away(answer: Address, page: Page) -> bool:
    """Say whether Reply-To goes to another house than the letter came from."""
    senders = page.message.senders
    if not senders or page.own(answer):
        return False
    return not any(_same_house(answer.domain, each.domain) for each in senders)


def _same_house(one: str, other: str) -> bool:
    if within(one, other) or within(other, one):
        return True
    return _name(one).rpartition(".")[2] == _name(other).rpartition(".")[2] and bool(
        one
    )


def _borrows_a_name(sender: Address, page: Page) -> bool:
    if page.own(sender) or not sender.name:
        return False
    directory = page.context.directory
    if directory.kinds_of(sender.address):
        return False
    shown = (Address("", found) for found in _ADDRESS.findall(sender.name))
    if any(
        page.own(each) or _TRUSTED & directory.kinds_of(each.address) for each in shown
    ):
        return True
    leaders = (one for one in directory.people if "leader" in one.roles)
    return any(
        _fold(name) == _fold(sender.name)
        or (not name.isascii() and name in sender.name)
        for one in leaders
        for name in _full(one.name, one.also)
    )


def _full(name: str, also: Iterable[str]) -> Iterator[str]:
    """Yield the names that mean one person; 周董, Peiyi alone are many people's."""
    yield name
    for each in also:
        if " " in each or (not each.isascii() and len(each) > 1):
            yield each


def _fold(name: str) -> str:
    return " ".join(sorted(unicodedata.normalize("NFKC", name).casefold().split()))


def _asks_for_a_password(attachment: Attachment) -> bool:
    if attachment.inline or not (
        attachment.type in {"text/html", "image/svg+xml", "application/xhtml+xml"}
        or _PAGE.search(attachment.name)
    ):
        return False
    return _FORM.search(attachment.content[:MOST_BYTES]) is not None
