"""Knows the office's people, suppliers, rooms and own addresses, as values."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Literal, cast, get_args
from zoneinfo import available_timezones

from mailroom.directory.check_units import faults_of_units
from mailroom.directory.entries import (
    Person,
    Region,
    Role,
    Room,
    Site,
    Supplier,
    Unit,
    fold,
)
from mailroom.errors import Fault, RuleError, text
from mailroom.yamlfile import Block, Node, Proofreader, read_yaml

__all__ = [
    "OFFICE_HOURS",
    "Directory",
    "Kind",
    "Person",
    "Region",
    "Role",
    "Room",
    "Site",
    "Supplier",
    "Unit",
    "read_hours",
]

Kind = Literal["own", "supplier", "vip", "government"]
OFFICE_HOURS = (time(9), time(17, 30))
_HOURS = re.compile(r"(\d{1,2}):(\d\d)\s*[-–~至]\s*(\d{1,2}):(\d\d)")
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_KEYS = (
    "mailroom",
    "people",
    "suppliers",
    "rooms",
    "own_addresses",
    "own_domains",
    "footers",
    "vips",
    "government_domains",
    "mail_servers",
    "hours",
    "confidential_readers",
    "sites",
    "units",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Everything the office knows of itself."""

    people: tuple[Person, ...] = ()
    suppliers: tuple[Supplier, ...] = ()
    rooms: tuple[Room, ...] = ()
    own_addresses: tuple[str, ...] = ()  # lower case
    own_domains: tuple[str, ...] = ()  # lower case
    footers: tuple[str, ...] = ()  # texts that our own server adds to mail
    vips: tuple[str, ...] = ()  # addresses whose mail is not left lying, lower case
    government_domains: tuple[str, ...] = ()  # lower case; those below them too
    mail_servers: tuple[str, ...] = ()  # whose Authentication-Results we believe
    hours: tuple[time, time] = OFFICE_HOURS  # on a working day
    # Who sees restricted matters whose category names nobody; names, no ranks.
    confidential_readers: tuple[str, ...] = ()
    sites: tuple[Site, ...] = ()
    units: tuple[Unit, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> "Directory":
        """Read every `*.yaml` of the folder; RuleError with every fault.

        A folder that is not there gives an empty directory: an office may start so.
        """
        parts: list[_Part] = []
        faults: list[Fault] = []
        all_read = True
        for path in sorted(folder.glob("*.yaml")):
            name = f"{folder.parent.name}/{folder.name}/{path.name}"
            node, flaws = read_yaml(path, name)
            part = _Part(name)
            if node is not None:
                part.read(node)
            elif flaws:
                all_read = False
            faults.extend((*flaws, *part.proof.faults))
            parts.append(part)
        faults.extend(_doubles(parts))
        units = [(p.proof.file, unit, node) for p in parts for unit, node in p.units]
        known = [person for part in parts for person, _ in part.people]
        of_units = faults_of_units(units, known)
        # Whom a unit names may stand in the file that could not be read.
        faults.extend(each for each in of_units if all_read or each.code != "D015")
        if any(fault.severity == "error" for fault in faults):
            raise RuleError(faults)
        return cls(
            people=tuple(known),
            suppliers=tuple(firm for part in parts for firm in part.suppliers),
            rooms=tuple(room for part in parts for room in part.rooms),
            own_addresses=tuple(word for part in parts for word in part.addresses),
            own_domains=tuple(word for part in parts for word in part.domains),
            footers=tuple(word for part in parts for word in part.footers),
            vips=tuple(word for part in parts for word in part.vips),
            government_domains=tuple(w for part in parts for w in part.government),
            mail_servers=tuple(word for part in parts for word in part.servers),
            hours=next((p.hours for p in parts if p.hours), OFFICE_HOURS),
            confidential_readers=tuple(w for part in parts for w in part.readers),
            sites=tuple(site for part in parts for site in part.sites),
            units=tuple(unit for _, unit, _ in units),
        )

    def person(self, name_or_address: str) -> Person | None:
        """Find a person by name, other name or address; None where nobody fits."""
        found = (each for each in self.people if each.answers_to(name_or_address))
        return next(found, None)

    def unit(self, name_or_address: str) -> Unit | None:
        """Find a unit by one of its names, or by its address."""
        wanted = fold(name_or_address)
        for unit in self.units:
            if wanted == unit.address or wanted in map(fold, unit.names):
                return unit
        return None

    def unit_of(self, address: str) -> Unit | None:
        """Find the unit that somebody writes for: its own address, or its people's."""
        person = self.person(address)
        found = self.unit(address)
        if found is None and person is not None:
            led = (u for u in self.units if u.head and person.answers_to(u.head))
            found = next(led, None) or (self.unit(person.unit) if person.unit else None)
        return found

    def is_own(self, address: str) -> bool:
        """Say whether an address belongs to the office."""
        wanted = address.strip().lower()
        return (
            wanted in self.own_addresses
            or any(_within(wanted, domain) for domain in self.own_domains)
            or any(wanted == person.address for person in self.people if wanted)
            or any(wanted == unit.address for unit in self.units)
        )

    def supplier(self, address: str) -> Supplier | None:
        """Find the firm an address belongs to; look-alike domains do not count."""
        wanted = address.strip().lower()
        return next(
            (
                firm
                for firm in self.suppliers
                if any(_within(wanted, domain) for domain in firm.domains)
            ),
            None,
        )

    def kinds_of(self, address: str) -> frozenset[Kind]:
        """Say what we know of an address; none where it is a stranger's.

        Addresses are easily forged: this says who somebody claims to be.
        """
        wanted = address.strip().lower()
        kinds: dict[Kind, bool] = {
            "own": self.is_own(wanted),
            "supplier": self.supplier(wanted) is not None,
            "vip": wanted in self.vips,
            "government": any(_within(wanted, d) for d in self.government_domains),
        }
        return frozenset(kind for kind, holds in kinds.items() if holds)

    def known_sender(self, address: str) -> bool:
        """Say whether we know who is behind an address."""
        return bool(self.kinds_of(address))

    def room(self, words: str) -> Room | None:
        """Find the room of ours that a text names; the longest name wins."""
        folded = fold(words)
        named = [
            (len(fold(name)), room)
            for room in self.rooms
            for name in (room.name, *room.aliases)
            if fold(name) in folded
        ]
        return max(named, key=lambda pair: pair[0], default=(0, None))[1]


def read_hours(proof: Proofreader, node: Node, code: str) -> tuple[time, time] | None:
    """Read `09:00-17:30`; the end does not belong to it. None after a fault."""
    word = proof.word(node)
    match = _HOURS.fullmatch(unicodedata.normalize("NFKC", word))
    numbers = [int(number) for number in match.groups()] if match else []
    try:
        start = time(numbers[0], numbers[1])
        end = time(numbers[2], numbers[3])
    except (IndexError, ValueError):
        start = end = time()
    if start == end:
        sentence = text("Write hours as 09:00-17:30, not “{word}”.", word=word)
        proof.note(node, code, sentence)
        return None
    return start, end


def _within(address: str, domain: str) -> bool:
    host = address.rpartition("@")[2]
    return host == domain or host.endswith("." + domain)


class _Part:
    """What one file says."""

    def __init__(self, name: str) -> None:
        self.proof = Proofreader(name, "D")
        self.people: list[tuple[Person, Node]] = []
        self.suppliers: list[Supplier] = []
        self.rooms: list[Room] = []
        self.addresses: tuple[str, ...] = ()
        self.domains: tuple[str, ...] = ()
        self.footers: tuple[str, ...] = ()
        self.vips: tuple[str, ...] = ()
        self.government: tuple[str, ...] = ()
        self.servers: tuple[str, ...] = ()
        self.hours: tuple[time, time] | None = None
        self.readers: tuple[str, ...] = ()
        self.sites: list[Site] = []
        self.units: list[tuple[Unit, Node]] = []

    def read(self, node: Node) -> None:
        """Read the whole file, as far as it can be understood."""
        keys = self.proof.block(node, _KEYS)
        if isinstance(node, Block) and self.proof.word(keys.get("mailroom")) != "1":
            self.proof.note(
                keys.get("mailroom", node),
                "D020",
                text("A file of the office begins with the line “mailroom: 1”."),
            )
        readers: Mapping[str, Callable[[Node], None]] = {
            "people": self._person,
            "suppliers": self._supplier,
            "rooms": self._room,
            "sites": self._site,
            "units": self._unit,
        }
        for key, read in readers.items():
            for entry in self.proof.listing(keys.get(key)):
                read(entry)
        self.addresses = self._addresses(keys.get("own_addresses"))
        self.domains = self._domains(keys.get("own_domains"))
        self.footers = self.proof.words(keys.get("footers"))
        self.vips = self._addresses(keys.get("vips"))
        self.government = self._domains(keys.get("government_domains"))
        self.servers = tuple(
            word.lower() for word in self.proof.words(keys.get("mail_servers"))
        )
        self.readers = self.proof.words(keys.get("confidential_readers"))
        if "hours" in keys:
            self.hours = read_hours(self.proof, keys["hours"], "D013")

    def _person(self, node: Node) -> None:
        known = ("name", "also", "address", "title", "unit", "role")
        block = self.proof.block(node, known)
        person = Person(
            name=self.proof.needed(block, "name", node),
            also=self.proof.words(block.get("also")),
            address=self._address(block["address"]) if "address" in block else "",
            title=self.proof.word(block.get("title")),
            unit=self.proof.word(block.get("unit")),
            roles=cast(
                "tuple[Role, ...]",
                self.proof.choices(block.get("role"), get_args(Role), "role"),
            ),
        )
        self.people.append((person, node))

    def _supplier(self, node: Node) -> None:
        block = self.proof.block(node, ("name", "also", "domains", "phone"))
        self.suppliers.append(
            Supplier(
                name=self.proof.needed(block, "name", node),
                also=self.proof.words(block.get("also")),
                domains=self._domains(block.get("domains")),
                phone=self.proof.word(block.get("phone")),
            )
        )

    def _room(self, node: Node) -> None:
        block = self.proof.block(node, ("name", "aliases", "seats", "site"))
        seats = self.proof.number(block.get("seats"), 1, 10_000, 0)
        self.rooms.append(
            Room(
                name=self.proof.needed(block, "name", node),
                aliases=self.proof.words(block.get("aliases")),
                seats=int(seats) or None,
                site=self.proof.word(block.get("site")),
            )
        )

    def _site(self, node: Node) -> None:
        block = self.proof.block(node, ("name", "timezone", "calendar"))
        name = self.proof.needed(block, "name", node)
        timezone = self.proof.needed(block, "timezone", node)
        if timezone not in available_timezones():
            sentence = text(
                "“{word}” is no time zone; write it as Europe/London.", word=timezone
            )
            self.proof.note(block.get("timezone", node), "D014", sentence)
            return
        region = self.proof.choices(
            block.get("calendar", node), get_args(Region), "calendar"
        )
        if region:
            self.sites.append(
                Site(name=name, timezone=timezone, calendar=cast("Region", region[0]))
            )

    def _unit(self, node: Node) -> None:
        block = self.proof.block(node, ("name", "also", "head", "address"))
        self.proof.needed(block, "address", node)
        unit = Unit(
            name=self.proof.needed(block, "name", node),
            also=self.proof.words(block.get("also")),
            address=self._address(block["address"]) if "address" in block else "",
            head=self.proof.word(block.get("head")),
        )
        self.units.append((unit, block.get("head", node)))

    def _addresses(self, node: Node | None) -> tuple[str, ...]:
        return tuple(self._address(entry) for entry in self.proof.entries(node))

    def _address(self, node: Node) -> str:
        word = self.proof.word(node).lower()
        local, at, domain = word.rpartition("@")
        if not (at and local and "@" not in local and _DOMAIN.fullmatch(domain)):
            sentence = text("“{word}” is not a mail address.", word=word)
            self.proof.note(node, "D010", sentence)
        return word

    def _domains(self, node: Node | None) -> tuple[str, ...]:
        found: list[str] = []
        for entry in self.proof.entries(node):
            word = self.proof.word(entry).lower().removeprefix("@")
            if not _DOMAIN.fullmatch(word):
                sentence = text(
                    "“{word}” is not a domain such as “firm.cn”.", word=word
                )
                self.proof.note(entry, "D011", sentence)
            found.append(word)
        return tuple(found)


def _doubles(parts: Iterable[_Part]) -> Iterable[Fault]:
    """Two people with one address: a letter could reach the wrong one."""
    seen: dict[str, str] = {}
    for part in parts:
        for person, node in part.people:
            if person.address and person.address in seen:
                yield Fault(
                    file=part.proof.file,
                    line=node.line,
                    column=node.column,
                    code="D012",
                    text=text(
                        "{address} already belongs to {name}.",
                        address=person.address,
                        name=seen[person.address],
                    ),
                )
            seen.setdefault(person.address, person.name)
