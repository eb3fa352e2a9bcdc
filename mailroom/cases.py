"""A case (件): one matter in the register, from its first letter to its file."""

from dataclasses import dataclass
from enum import StrEnum


class CaseState(StrEnum):
    """Where a case is, by the steps of the office (收文办理)."""

    REGISTERED = "registered"  # 登记: it has its number
    SCREENING = "screening"  # 初审: a person must say what it is
    ASSIGNED = "assigned"  # 承办: it has an owner and a date
    DRAFTED = "drafted"  # 拟稿待审: an answer waits for a person's word
    APPROVED = "approved"  # 签发: the answer may go out
    WAITING = "waiting"  # 待复: answered by us, we wait for them
    CLOSED = "closed"  # 办结: a person said so
    ARCHIVED = "archived"  # 归档


class Outcome(StrEnum):
    """What became of a message; every message ends with one."""

    RECEIVED = "received"  # not yet: the work is queued
    SORTED = "sorted"  # in a drawer, in a case
    UNSORTED = "unsorted"  # in a case; a person says which drawer
    HELD = "held"  # a person must look first
    IGNORED = "ignored"  # needs no case; the reason is kept
    MERGED = "merged"  # a second delivery of one we have


def number(code: str, kind: str, year: int, sequence: int) -> str:
    """Write a case number: `HY-2026-0312`, or with a kind `HY-D2026-0007`."""
    return f"{code}-{kind}{year}-{sequence:04d}"


def is_open(state: str) -> bool:
    """Say whether somebody still has to do something."""
    return state not in (CaseState.CLOSED, CaseState.ARCHIVED)


def may_move(before: str, after: str) -> bool:
    """Say whether a case may go on from one state to another.

    What was under way when a person closed it does not open it again; a new letter
    does.
    """
    if before == CaseState.CLOSED:
        return after in (CaseState.SCREENING, CaseState.ARCHIVED)
    return before != CaseState.ARCHIVED or after == CaseState.SCREENING


STRICTNESS = ("normal", "internal", "confidential", "classified")


def stricter(one: str, other: str) -> str:
    """Return the more confidential of two sensitivities."""
    return max(one, other, key=STRICTNESS.index)


def is_restricted(sensitivity: str) -> bool:
    """Say whether only named people may see it."""
    return STRICTNESS.index(sensitivity) > STRICTNESS.index("internal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Which restricted matters somebody may see; open ones are for everybody.

    Seeing goes by name, never by rank: a category names its readers, the office names
    those for all others, and who is in charge of a matter sees it.
    """

    names: frozenset[str] = frozenset()  # under which they stand as owner
    categories: frozenset[str] = frozenset()  # restricted ones that name them
    named: frozenset[str] = frozenset()  # all restricted ones that name somebody
    others: bool = False  # what lies in no drawer, or in one that names nobody
    kept: frozenset[str] = frozenset()  # of these drawers everything is restricted

    def sees(self, sensitivity: str, category: str | None, owner: str = "") -> bool:
        """Say whether a matter may be shown to them."""
        restricted = is_restricted(sensitivity) or category in self.kept
        if not restricted or (owner and owner in self.names):
            return True
        if category in self.named:
            return category in self.categories
        return self.others

    def is_within(self, other: "Sight") -> bool:
        """Say whether it shows no restricted matter that the other does not show."""
        open_to_others = self.named - other.named if other.others else frozenset()
        return (
            self.names <= other.names
            and self.categories <= other.categories | open_to_others
            and self.others <= other.others
            and (not self.others or other.named - self.named <= other.categories)
        )


NOBODY = Sight()
