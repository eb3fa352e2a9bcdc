"""What rules say of a message: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from types import MappingProxyType
from typing import Literal

from mailroom.calendar import Calendar
from mailroom.directory import Directory
from mailroom.message.model import Zone
from mailroom.rules.fields.found import Basis

Sensitivity = Literal["normal", "internal", "confidential", "classified"]
SENSITIVITIES: tuple[Sensitivity, ...] = (
    "normal",
    "internal",
    "confidential",
    "classified",
)
Drafting = Literal["normal", "asked", "never"]
DRAFTINGS: tuple[Drafting, ...] = ("normal", "asked", "never")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A value read from a message, with the place it came from."""

    value: str  # normalised: ISO dates, decimal amounts; else as written
    zone: Zone
    span: tuple[int, int]  # start and end in that zone's text, in characters
    sure: bool = True  # False: a person should check it
    basis: Basis = "stated"  # how it came to be where it is not written in full
    unit: str = ""  # ISO 4217 code of an amount, issuer of a number …
    others: tuple[str, ...] = ()  # what it could mean as well, where it is not sure


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One condition that held, and the words that made it hold."""

    rule: str
    condition: str  # "subject contains 发票"
    words: str  # the words of the message that hit
    zone: Zone
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing a matching rule asks for."""

    verb: str  # "draft_reply", "draft_paper", "follow_up", "tag", "assign" …
    rule: str
    arguments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A drawer of the office, and how its mail is treated."""

    id: str
    about: Mapping[str, str]  # {"zh": …, "en": …}
    kind: str = ""  # series of case numbers; "" is the general one
    fields: tuple[str, ...] = ()  # the contract with its templates
    sensitivity: Sensitivity = "normal"
    clearance: int = 1  # 0 nobody · 1 reviewer · 2 director · 3 director and leader
    owner: str = ""  # who in the office is in charge
    readers: tuple[str, ...] = ()  # who sees its restricted matters; (): as elsewhere
    reply: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    # language ("zh", "en") → template file; empty: no reply is drafted
    attach: tuple[str, ...] = ()  # templates whose .docx goes with the reply
    papers: tuple[str, ...] = ()  # templates of internal papers
    by_hand: tuple[str, ...] = ()  # fields of papers that a person fills in, red until
    chain: str = ""  # follow-up chain of rules/chains.yaml
    days: int | None = None  # working days to the default due date; None: none
    draft: Drafting = "normal"  # asked: only where a letter asks for an answer
    machine: bool = False  # housekeeping (newsletter, bounce …): no case, no draft
    needs_reply: bool = True  # a person expects an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What rules may know besides the message; time comes in."""

    now: datetime  # aware; "today" for relative dates is the message's own Date
    thread_category: str | None = None  # category of the open case it belongs to
    trusted: bool | None = None  # the office's own server vouches; None: it is silent
    own_domains: tuple[str, ...] = ()
    own_addresses: tuple[str, ...] = ()
    directory: Directory = field(default_factory=Directory)  # people, suppliers, rooms
    calendar: Calendar | None = None  # the office's; None: China's public days
    zone: tzinfo | None = None  # the office's; None: that of the message's Date

    @property
    def today(self) -> date:
        """Return the office's own date."""
        return self.now.astimezone(self.zone or self.now.tzinfo).date()


@dataclass(frozen=True, kw_only=True)
class Classification:
    """The answer: which drawer, and why."""

    category: str | None  # None: unsorted
    candidates: tuple[tuple[str, float], ...] = ()  # best first, at most three
    also: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    rule: str | None = None  # the rule that decided
    why: tuple[Reason, ...] = ()
    confidence: float = 0.0
    fields: Mapping[str, Field] = field(default_factory=lambda: MappingProxyType({}))
    needs_reply: bool = False
    sensitivity: Sensitivity = "normal"
    due: date | None = None  # only where the message states a deadline
    actions: tuple[Action, ...] = ()
    quarantine: str | None = None  # why a person must see it first; None: no
    call_back: str = ""  # whom to call before money moves: name and number on file
    mail_type: str = "new"  # one of mail_types.MAIL_TYPES
    rules_hash: str = ""  # of the rule set that answered
