"""Asks who sent a message and to whom."""

from dataclasses import dataclass
from typing import Literal

from mailroom.message.model import Zone
from mailroom.rules.conditions.hit import Hit, Hits
from mailroom.rules.page import Page, within


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
