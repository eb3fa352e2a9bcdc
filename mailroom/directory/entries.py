"""What the office knows of one person, firm, room, site or unit, as values."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

Region = Literal["CN", "UK"]  # whose public holidays
Role = Literal["operator", "editor", "reviewer", "director", "leader"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works here."""

    name: str
    also: tuple[str, ...] = ()  # other spellings: "Xu Ting"
    address: str = ""  # lower case
    title: str = ""
    unit: str = ""
    roles: tuple[Role, ...] = ()

    def answers_to(self, name: str) -> bool:
        """Say whether a name or address means this person."""
        wanted = fold(name)
        names = (self.name, *self.also, self.address)
        return any(wanted == fold(known) for known in names if known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """A firm that the office buys from."""

    name: str
    also: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()  # its mail comes from these or below them
    phone: str = ""  # the number to call back on: never the one in a letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A meeting room of ours."""

    name: str
    aliases: tuple[str, ...] = ()
    seats: int | None = None
    site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place of ours where other days are worked than at the seat of the office."""

    name: str  # the `unit` of those who work there
    timezone: str
    calendar: Region

    def has_the_clock_of(self, moment: datetime) -> bool:
        """Say whether a time was written by a clock of that place."""
        there = moment.astimezone(ZoneInfo(self.timezone))
        return moment.utcoffset() == there.utcoffset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A department of ours that matters are given to (主办、协办单位)."""

    name: str
    address: str  # where it is written to, lower case
    also: tuple[str, ...] = ()
    head: str = ""  # a name of `people:`

    @property
    def names(self) -> tuple[str, ...]:
        """All its names."""
        return (self.name, *self.also)


def fold(words: str) -> str:
    """Write words so that two spellings of one name are equal."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())
