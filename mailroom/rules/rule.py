"""What a rule is once it has been read: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from mailroom.rules.conditions import Condition
from mailroom.rules.extraction import Extract
from mailroom.rules.model import Action, Sensitivity
from mailroom.yamlfile import Word

UNSORTED = "unsorted"  # what an example may call the answer that is no category


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A small mail in a rule file, on which the rule is tried."""

    line: int
    column: int
    matches: bool  # False: the rule must let it pass
    subject: str = ""
    body: str = ""
    sender: str = "Somebody <somebody@outside.example>"
    to: tuple[str, ...] = ("office@own.example",)
    cc: tuple[str, ...] = ()
    date: str = ""  # ISO; "" is a Monday in March 2026
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    attachments: tuple[str, ...] = ()  # file names
    inside: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    # file name → the text of that attachment, where it matters
    trusted: bool | None = None  # whether our server vouches for the sender
    thread: str | None = None  # the category of the case that it belongs to
    expect: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    category: str | None = None  # what the whole rule set must answer; "" or UNSORTED
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the office."""

    id: str
    file: str
    line: int
    column: int
    name: str = ""
    priority: float = 0
    enabled: bool = True
    until: date | None = None  # the last day on which it counts
    owner: str = ""  # who in the office answers for it
    note: str = ""
    when: Condition
    extract: tuple[Extract, ...] = ()
    cued: bool = False  # the cues that are there make its score
    confidence: float = 1.0  # of a rule with cues: where all of them are there
    category: str | None = None
    also: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sensitivity: Sensitivity = "normal"  # raises, never lowers
    needs_reply: bool | None = None  # None: as its category says
    actions: tuple[Action, ...] = ()
    stop: bool = False
    only: str = ""  # "unsorted": mail that no rule could sort; "unknown": nor nearly
    examples: tuple[Example, ...] = ()
    written: Mapping[str, Word] = field(
        default_factory=lambda: MappingProxyType({}), repr=False, compare=False
    )  # key → where it stands: its value where that is one word, else the key itself

    def at(self, key: str) -> str:
        """Give the word that a fault with a key is shown at; without it, the id."""
        return self.written.get(key, self.id)

    def counts_on(self, day: date) -> bool:
        """Say whether the rule is tried at all on a day."""
        return self.enabled and (self.until is None or day <= self.until)
