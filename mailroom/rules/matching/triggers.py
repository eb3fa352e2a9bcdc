"""Tells what must be met in a message before a condition can hold."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import singledispatch

from mailroom.rules.conditions import (
    AddressCondition,
    AttachmentCondition,
    CountCondition,
    Cues,
    Every,
    FactCondition,
    NearCondition,
    Some,
    TextCondition,
    TextTest,
)
from mailroom.rules.matching.literals import literals, rarity
from mailroom.rules.spelling import simplified


@dataclass(frozen=True, slots=True)
class Word:
    """A word, in the form of `Strip.scanned`, in a place of the message."""

    place: str  # a name that `Page.strips` knows
    word: str


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain, or one below it, in an address field."""

    field: str
    domain: str


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address in an address field."""

    field: str
    address: str  # casefolded


@dataclass(frozen=True, slots=True)
class Fact:
    """A plain fact of the message."""

    name: str
    fact: str


Trigger = Word | Domain | Mailbox | Fact
Clause = frozenset[Trigger]  # one of them must be met
Clauses = tuple[Clause, ...]  # each of them; none: the condition may always hold

_OF_PLACE = {"subject": 0.2, "new": 1, "forwarded": 0.3, "quoted": 0.5}
_OF_HEADERS = 0.1
# Whoever looks for words in attachments must read them: better looked at last.
_OF_ATTACHMENT_TEXT = 1e6


def share(trigger: Trigger) -> float:
    """Guess in what share of all mail a trigger is met: only the order counts."""
    match trigger:
        case Word(place="attachment_text"):
            return _OF_ATTACHMENT_TEXT
        case Word(place, word):
            return _OF_PLACE.get(place, _OF_HEADERS) * math.exp2(-rarity(word))
        case Domain():
            return 0.02
        case Mailbox():
            return 0.005
        case Fact():
            return 0.5


@singledispatch
def clauses(condition: object) -> Clauses:
    """Give what must be met before a condition can hold.

    The answer for a condition that is not known here: it may hold with nothing met.
    """
    del condition
    return ()


def cheapest(choices: Iterable[Clause]) -> Clause | None:
    """Give the clause that is met most seldom; None without any."""
    return min(choices, key=lambda clause: sum(map(share, clause)), default=None)


def _one_of(parts: Iterable[Clauses]) -> Clauses:
    """Join what must be met for one of several to hold."""
    joined: set[Trigger] = set()
    for part in parts:
        clause = cheapest(part)
        if clause is None:
            return ()
        joined |= clause
    return (frozenset(joined),)


@clauses.register
def _(condition: Every) -> Clauses:
    return tuple(clause for part in condition.parts for clause in clauses(part))


@clauses.register
def _(condition: Some) -> Clauses:
    return _one_of(map(clauses, condition.parts))


@clauses.register
def _(condition: TextCondition) -> Clauses:
    return _texts(condition.places, condition.tests)


@clauses.register
def _(condition: NearCondition) -> Clauses:
    return _texts(condition.places, (condition.one, condition.other))


@clauses.register
def _(condition: CountCondition) -> Clauses:
    if condition.at_least < 1:
        return ()
    return _one_of(_texts(condition.places, (test,)) for test in condition.tests)


@clauses.register
def _(condition: Cues) -> Clauses:
    # What speaks against a rule never makes it hold.
    return _one_of(clauses(cue.condition) for cue in condition.cues)


@clauses.register
def _(condition: AttachmentCondition) -> Clauses:
    return _texts(("attachment",), condition.tests) + _texts(
        ("attachment_text",), condition.text
    )


@clauses.register
def _(condition: AddressCondition) -> Clauses:
    field = condition.name
    named: set[Trigger] = {Mailbox(field, address) for address in condition.addresses}
    named |= {
        Domain(field, domain.casefold().strip(".")) for domain in condition.domains
    }
    return (frozenset(named),) if named else ()


@clauses.register
def _(condition: FactCondition) -> Clauses:
    facts = (Fact(condition.name, fact) for fact in condition.wanted)
    return (frozenset(facts),)


def _texts(places: Iterable[str], tests: Iterable[TextTest]) -> Clauses:
    found = []
    for test in tests:
        words = _words(test)
        if words:
            triggers = (Word(place, word) for place in places for word in words)
            found.append(frozenset[Trigger](triggers))
    return tuple(found)


def _words(test: TextTest) -> frozenset[str]:
    """Give words of which one must be there; empty where that cannot be said."""
    if test.operator not in {"regex", "glob"}:
        words = frozenset(map(simplified, test.folded))
        return frozenset() if "" in words else words
    needed = [literals(pattern.pattern) for pattern in test.patterns]
    return frozenset[str]().union(*needed) if all(needed) else frozenset()
