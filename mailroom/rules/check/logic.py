"""Reasons about conditions without a message: what follows from what.

Everything here errs on one side: what is called certain is certain; what cannot be
told stays open.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from itertools import product
from typing import Literal

from mailroom.rules.conditions import (
    AddressCondition,
    Always,
    Every,
    FactCondition,
    Neither,
    Some,
    TextCondition,
    TextTest,
)
from mailroom.rules.conditions.words import whole
from mailroom.rules.page import within
from mailroom.rules.spelling import simplified
from mailroom.yamlfile import Word

MOST_BRANCHES = 64  # ways in which a rule may hold; of more nothing is said
_LATIN = "x"  # the neighbour of a word that makes it the hardest to be a whole one


@dataclass(frozen=True, slots=True)
class Words:
    """One of some words is in one of some places."""

    places: frozenset[str]
    operator: str
    exact: bool
    words: frozenset[str]  # folded; of a pattern its source


@dataclass(frozen=True, slots=True)
class Sender:
    """An address field holds one of these addresses, or an address at these domains."""

    field: str
    addresses: frozenset[str]
    domains: frozenset[str]


@dataclass(frozen=True, slots=True)
class Fact:
    """A plain fact has one of these values."""

    name: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Opaque:
    """Any other condition: it follows only from itself."""

    key: object


Atom = Words | Sender | Fact | Opaque


@dataclass(frozen=True, slots=True)
class Branch:
    """One way in which a condition holds: all of this, and none of that."""

    needed: frozenset[Atom]
    forbidden: frozenset[Atom]

    def contradictions(self) -> Iterator[Atom]:
        """Give what cannot be, beside the rest: where there is any, no message is so.

        Of a list it is those words alone that cannot be.
        """
        for one, other in product(self.needed, self.forbidden):
            if implies(one, other):
                yield from [a for a in _split(other) if implies(one, a)] or [other]
        for one, other in product(self.needed, self.needed):
            if excludes(one, other):
                yield other


# ── from conditions to branches ────────────────────────────────────────────────────


def branches(condition: object) -> tuple[Branch, ...] | None:
    """Give every way in which a condition holds; None where there are too many."""
    for each_word in (True, False):  # a list of words is one way, if it must be
        try:
            found = tuple(_ways(condition, each_word=each_word))
        except OverflowError:
            continue
        return found
    return None


def _ways(condition: object, *, each_word: bool) -> list[Branch]:
    if isinstance(condition, Always):
        return [Branch(frozenset(), frozenset())]
    if isinstance(condition, Every):
        return _joined([_ways(part, each_word=each_word) for part in condition.parts])
    if isinstance(condition, Some):
        found = [
            way for part in condition.parts for way in _ways(part, each_word=each_word)
        ]
        return _few(found)
    if isinstance(condition, Neither):
        return _none_of(condition)
    if isinstance(condition, TextCondition):
        tests = [atom_of(condition.places, test) for test in condition.tests]
        return _joined([_of_atom(atom, each_word=each_word) for atom in tests])
    return _of_atom(_atom(condition), each_word=each_word)


def _of_atom(atom: Atom, *, each_word: bool) -> list[Branch]:
    atoms = _split(atom) if each_word else (atom,)
    return _few([Branch(frozenset({one}), frozenset()) for one in atoms])


def _split(atom: Atom) -> Iterable[Atom]:
    match atom:
        case Words(places, operator, exact, words):
            return [Words(places, operator, exact, frozenset({w})) for w in words]
        case Sender(field, addresses, domains):
            single = [Sender(field, frozenset({a}), frozenset()) for a in addresses]
            return single + [
                Sender(field, frozenset(), frozenset({d})) for d in domains
            ]
        case Fact(name, values):
            return [Fact(name, frozenset({value})) for value in values]
        case _:
            return [atom]


def _none_of(condition: Neither) -> list[Branch]:
    """None of the parts: of each part, in each of its ways, something fails."""
    found = [Branch(frozenset(), frozenset())]
    for part in condition.parts:
        for way in _ways(part, each_word=False):
            fails = [Branch(frozenset(), frozenset({a})) for a in way.needed]
            fails += [Branch(frozenset({a}), frozenset()) for a in way.forbidden]
            found = _joined([found, fails])
    return found


def _joined(groups: Iterable[list[Branch]]) -> list[Branch]:
    found = [Branch(frozenset(), frozenset())]
    for group in groups:
        if len(found) * len(group) > MOST_BRANCHES:
            raise OverflowError
        found = [
            Branch(a.needed | b.needed, a.forbidden | b.forbidden)
            for a, b in product(found, group)
        ]
    return found


def _few(found: list[Branch]) -> list[Branch]:
    if len(found) > MOST_BRANCHES:
        raise OverflowError
    return found


def words_of(atom: Atom) -> frozenset[str]:
    """Give the words of an atom: as written in a rule, they know their places."""
    match atom:
        case Words(words=words) | Fact(values=words):
            return words
        case Sender(_, addresses, domains):
            return addresses | domains
        case _:
            return frozenset()


def atom_of(places: Iterable[str], test: TextTest) -> Words:
    """Give a test of some places as an atom."""
    sought = [each.pattern for each in test.patterns] or test.folded
    words = [
        written.becomes(word) if isinstance(written, Word) else word
        for written, word in zip(test.words, sought, strict=True)
    ]
    return Words(frozenset(places), test.operator, test.exact, frozenset(words))


def _atom(condition: object) -> Atom:
    if isinstance(condition, FactCondition):
        return Fact(condition.name, condition.wanted)
    if isinstance(condition, AddressCondition):
        named = condition.addresses or condition.domains
        if named and condition.own is None and not condition.tests:
            domains = frozenset(condition.domains)
            return Sender(condition.name, condition.addresses, domains)
    return Opaque(_key(condition))


def _key(value: object) -> object:
    """Give what makes two conditions the same; compiled patterns by their source."""
    if isinstance(value, tuple | frozenset):
        return tuple(sorted(map(repr, map(_key, value))))
    if is_dataclass(value):
        named = (_key(getattr(value, field.name)) for field in fields(value))
        return (type(value).__name__, *named)
    return getattr(value, "pattern", value)


# ── from atoms to what is certain ──────────────────────────────────────────────────


@lru_cache(maxsize=100_000)
def implies(one: Atom, other: Atom) -> bool:
    """Say whether every message that is one is the other, too."""
    match one, other:
        case Words(), Words():
            return _words_imply(one, other)
        case Sender(), Sender():
            if one.field != other.field:
                return False
            inside = all(
                _is_at(address.rpartition("@")[2], other.domains)
                or address in other.addresses
                for address in one.addresses
            )
            return inside and all(_is_at(d, other.domains) for d in one.domains)
        case Fact(), Fact():
            return one.name == other.name and one.values <= other.values
        case _:
            return one == other


def _is_at(domain: str, domains: Iterable[str]) -> bool:
    return any(within(domain, each) for each in domains)


def excludes(one: Atom, other: Atom) -> bool:
    """Say whether no message is both."""
    match one, other:
        case Fact(name), Fact(same) if name == same:
            yes_no = one.values | other.values <= {"yes", "no"}
            return yes_no and not one.values & other.values
        case Words(operator="is"), Words(operator="is"):
            # A message has one subject; of other places there may be several.
            subject = one.places == other.places == frozenset({"subject"})
            alike = one.exact == other.exact
            return subject and alike and not one.words & other.words
        case _:
            return False


def _words_imply(one: Words, other: Words) -> bool:
    if not one.places <= other.places or (other.exact and not one.exact):
        return False
    if {"regex", "glob"} & {one.operator, other.operator}:
        alike = (one.operator, one.exact) == (other.operator, other.exact)
        return alike and one.words <= other.words
    return all(
        any(
            _word_implies(
                one.operator,
                word if other.exact else simplified(word),
                other.operator,
                there,
            )
            for there in other.words
        )
        for word in one.words
    )


def _word_implies(operator: str, word: str, needs: str, there: str) -> bool:
    if needs == "contains":
        return there in word
    if needs == "words":
        # `whole` takes the ends of a text for ends of words.
        bound = operator in {"words", "is"}
        return _is_within(there, word if bound else _LATIN + word + _LATIN)
    if needs == "starts":
        return operator in {"starts", "is"} and word.startswith(there)
    if needs == "ends":
        return operator in {"ends", "is"} and word.endswith(there)
    return operator == "is" and word == there


def _is_within(word: str, text: str) -> bool:
    return bool(word) and word in text and next(whole(word, text), None) is not None


@dataclass(frozen=True, slots=True)
class Form:
    """A condition whose atoms are worked out, to be asked of many branches."""

    kind: Literal["always", "all", "any", "none", "atom"]
    parts: tuple["Form", ...] = ()
    atom: Atom | None = None


def form_of(condition: object) -> Form:
    """Work out a condition once."""
    if isinstance(condition, Always):
        return Form("always")
    if isinstance(condition, TextCondition):
        atoms = (atom_of(condition.places, test) for test in condition.tests)
        return Form("all", tuple(Form("atom", atom=atom) for atom in atoms))
    if isinstance(condition, Every | Some | Neither):
        kinds: dict[type, Literal["all", "any", "none"]] = {Every: "all", Some: "any"}
        kind = kinds.get(type(condition), "none")
        return Form(kind, tuple(form_of(part) for part in condition.parts))
    return Form("atom", atom=_atom(condition))


def holds(form: Form, given: Branch) -> bool | None:
    """Say whether a condition holds for all messages of a branch; None: it is open."""
    if form.atom is not None:
        return _known(form.atom, given)
    if form.kind == "always":
        return True
    if form.kind == "all":
        return _all(holds(part, given) for part in form.parts)
    opposite = _all(_not(holds(part, given)) for part in form.parts)
    return _not(opposite) if form.kind == "any" else opposite


def _known(atom: Atom, given: Branch) -> bool | None:
    if any(implies(each, atom) for each in given.needed):
        return True
    if any(implies(atom, each) for each in given.forbidden):
        return False
    if any(excludes(each, atom) for each in given.needed):
        return False
    return None


def _all(answers: Iterator[bool | None]) -> bool | None:
    open_ = False
    for answer in answers:
        if answer is False:
            return False  # whatever the others say
        open_ = open_ or answer is None
    return None if open_ else True


def _not(answer: bool | None) -> bool | None:  # noqa: FBT001  it is what is turned round
    return None if answer is None else not answer
