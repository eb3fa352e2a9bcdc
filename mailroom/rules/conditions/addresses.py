"""Asks who sent a message and to whom."""

from dataclasses import dataclass
from typing import Literal

from mailroom.message.model import Address, Zone
from mailroom.rules.conditions.hit import Hit, Hits
from mailroom.rules.conditions.words import TextTest
from mailroom.rules.page import Page, Strip, within

AddressField = Literal["from", "to", "cc", "reply_to"]
AddressPart = Literal["address", "local", "domain", "name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressCondition:
    """Looks at From, To, Cc or Reply-To; one address must fit all that is asked."""

    name: AddressField
    addresses: frozenset[str] = frozenset()  # casefolded
    domains: tuple[str, ...] = ()  # these or below them
    own: bool | None = None  # None: does not matter
    tests: tuple[tuple[AddressPart, TextTest], ...] = ()

    def hits(self, page: Page) -> Hits | None:
        """Give the address that fits."""
        zone: Zone = "sender" if self.name == "from" else "header"
        for address in page.addresses(self.name):
            if self._fits(address, page):
                return (Hit(condition=self.name, said=address.address, zone=zone),)
        return None

    def _fits(self, address: Address, page: Page) -> bool:
        written = address.address.casefold()
        named = bool(self.addresses or self.domains)
        if named and not (
            written in self.addresses
            or any(within(address.domain, domain) for domain in self.domains)
        ):
            return False
        if self.own is not None and page.own(address) != self.own:
            return False
        return all(
            test.find(Strip("header", getattr(address, part), 0, hide=False))
            for part, test in self.tests
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSenderCondition:
    """Asks whether the office knows who wrote, by the address alone.

    An address is easily forged: a rule that must be sure asks `trusted` too.
    """

    wanted: frozenset[str]  # kinds of the directory, "yes", "no"

    def hits(self, page: Page) -> Hits | None:
        """Give the kind."""
        kinds = _kinds(page)
        said = {*kinds, "yes"} if kinds else {"no"}
        fitting = sorted(said & self.wanted)
        if not fitting:
            return None
        address = page.message.sender.address if page.message.sender else ""
        condition = f"known_sender {fitting[0]}"
        return (Hit(condition=condition, said=address, zone="sender"),)


def _kinds(page: Page) -> frozenset[str]:
    """Say what the office knows of the sender; of several, what holds for all."""
    found: list[frozenset[str]] = []
    for address in page.message.senders:
        own = frozenset({"own"}) if page.own(address) else frozenset()
        found.append(own | page.context.directory.kinds_of(address.address))
    return frozenset.intersection(*found) if found else frozenset()
