"""Finds rules that can never hold, are never reached, or can never decide."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import reduce

from mailroom.errors import Fault, Text, text
from mailroom.rules.automaton import Automaton
from mailroom.rules.check.logic import (
    Atom,
    Branch,
    Fact,
    Sender,
    Words,
    branches,
    form_of,
    holds,
    words_of,
)
from mailroom.rules.check.walk import doubt
from mailroom.rules.load import RuleSet
from mailroom.rules.matching.triggers import Domain as DomainTrigger
from mailroom.rules.matching.triggers import Fact as FactTrigger
from mailroom.rules.matching.triggers import Mailbox as MailboxTrigger
from mailroom.rules.matching.triggers import Trigger, Word, cheapest, clauses
from mailroom.rules.rule import Rule
from mailroom.rules.spelling import CODE, simplified
from mailroom.yamlfile import Word as Written

MOST_COMPARED = 100  # rules with which one is compared: a sound answer needs not all


def out_of_reach(rule_set: RuleSet, today: date | None) -> Iterator[Fault]:
    """Yield a warning for each rule that does not do what it seems to do.

    Nothing is claimed that is not certain; not all that is certain is found.
    """
    rules = tuple(rule for rule in rule_set.rules if rule.enabled)
    earlier = _Others(rules)
    for number, rule in enumerate(rules):
        if today is not None and rule.until is not None and rule.until < today:
            sentence = _run_out(rule, rule.until)
            yield doubt(rule, "R125", sentence, rule.at("until"))
            continue
        ways = branches(rule.when)
        if ways is None:
            continue
        possible = [way for way in ways if not any(way.contradictions())]
        if not possible:
            yield doubt(rule, "R121", _never(rule), _contradiction(rule, ways))
            continue
        certain: list[frozenset[int]] = []
        for way in possible:
            certain.append(earlier.certain(number, way))
            if not certain[-1]:
                break  # in this way no other rule need hold: nothing is certain
        if not certain[-1]:
            continue
        found = _shadowed(rules, number, certain)
        found = found or _undecided(rule_set, rules, number, certain)
        if found is not None:
            yield doubt(rule, *found, rule.at("priority"))


def never_sorted(rule_set: RuleSet) -> Iterator[Fault]:
    """Yield a warning for each drawer whose rules all stay below the threshold."""
    surest: dict[str, Rule] = {}
    for rule in rule_set.rules:
        category = rule.category or ""
        if rule.enabled and category in rule_set.categories:
            best = surest.setdefault(category, rule)
            if rule.confidence > best.confidence:
                surest[category] = rule
    for category, rule in surest.items():
        if rule.confidence < rule_set.threshold:
            sentence = text(
                "No rule sorts mail into “{category}”: the surest reaches {most}, and"
                " {threshold} is needed. Its mail stays unsorted.",
                category=category,
                most=f"{rule.confidence:g}",
                threshold=f"{rule_set.threshold:g}",
            )
            word = rule.at("cues" if rule.cued else "confidence")
            yield doubt(rule, "R126", sentence, word)


def _contradiction(rule: Rule, ways: Iterable[Branch]) -> str:
    """Give the first word that cannot be, in the first way; else the whole `when`."""
    for way in ways:
        words = [word for atom in way.contradictions() for word in words_of(atom)]
        placed = (word for word in words if isinstance(word, Written))
        return min(
            placed, key=lambda word: (word.line, word.column), default=rule.at("when")
        )
    return rule.at("when")


def _run_out(rule: Rule, day: date) -> Text:
    return text(
        "The rule “{rule}” has run out ({day}): it is not tried any more.",
        rule=rule.id,
        day=day.isoformat(),
    )


def _never(rule: Rule) -> Text:
    return text(
        "The rule “{rule}” can never hold: what it wants cannot all be so.",
        rule=rule.id,
    )


def _shadowed(
    rules: Sequence[Rule], number: int, certain: Sequence[frozenset[int]]
) -> tuple[str, Text] | None:
    """Say that each mail of a rule is stopped by one that is tried before."""
    stops = [
        sorted(n for n in each if n < number and rules[n].stop) for each in certain
    ]
    if not all(stops):
        return None
    first = rules[min(each[0] for each in stops)]
    return "R122", text(
        "The rule “{rule}” is never reached: “{other}” ({place}) stops before it at"
        " every mail that it would take.",
        rule=rules[number].id,
        other=first.id,
        place=f"{first.file}:{first.line}",
    )


def _undecided(
    rule_set: RuleSet,
    rules: Sequence[Rule],
    number: int,
    certain: Sequence[frozenset[int]],
) -> tuple[str, Text] | None:
    """Say that wherever a rule holds another one decides, or none of the two."""
    rule = rules[number]
    if rule.category is None or rule.cued or rule.confidence < rule_set.threshold:
        return None
    always: frozenset[int] = reduce(frozenset.intersection, certain)
    for each in sorted(always):
        other = rules[each]
        if other.cued or other.category in {None, rule.category}:
            continue
        lead = rule.confidence - other.confidence
        names = {
            "rule": rule.id,
            "other": other.id,
            "place": f"{other.file}:{other.line}",
            "category": other.category,
        }
        alike = other.priority == rule.priority
        if other.priority > rule.priority or (alike and lead <= -rule_set.margin):
            return "R123", text(
                "The rule “{rule}” can never decide: wherever it holds “{other}”"
                " ({place}) holds too, and sorts into “{category}”. Give it a higher"
                " priority.",
                **names,
            )
        # Of two that hold together always, the later one is told of.
        if alike and abs(lead) < rule_set.margin and each < number:
            return "R124", text(
                "The rules “{rule}” and “{other}” ({place}) are equal, but for"
                " “{category}”: what both take stays unsorted. Give one a higher"
                " priority.",
                **names,
            )
    return None


class _Others:
    """Rules by what is met wherever they hold, to be found without trying them all."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._forms = [form_of(rule.when) for rule in rules]
        self._by: dict[Trigger, list[int]] = defaultdict(list)
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._rest: list[int] = []  # those that hold with nothing met
        for number, rule in enumerate(rules):
            if not (rule.stop or rule.category) or rule.until is not None:
                continue
            clause = cheapest(clauses(rule.when))
            if clause is None:
                self._rest.append(number)
            for trigger in clause or ():
                if isinstance(trigger, Word):
                    self._by_word[trigger.word].append(number)
                else:
                    self._by[trigger].append(number)
        self._automaton = Automaton(self._by_word) if self._by_word else None

    def certain(self, number: int, way: Branch) -> frozenset[int]:
        """Give the rules, but for that one, that hold wherever a way of it does."""
        compared = dict.fromkeys(self._rest[:MOST_COMPARED])
        for atom in way.needed:
            compared.update(dict.fromkeys(self._near(atom)))
        return frozenset(
            other
            for other in sorted(compared)[: 2 * MOST_COMPARED]
            if other != number and holds(self._forms[other], way)
        )

    def _near(self, atom: Atom) -> Iterator[int]:
        if isinstance(atom, Words) and self._automaton is not None:
            for word in atom.words:
                for inner in self._automaton.find(simplified(word).encode(*CODE)):
                    yield from self._by_word[inner][:MOST_COMPARED]
        for trigger in _triggers(atom):
            yield from self._by.get(trigger, ())[:MOST_COMPARED]


def _triggers(atom: Atom) -> Iterable[Trigger]:
    if isinstance(atom, Fact):
        return [FactTrigger(atom.name, value) for value in atom.values]
    if not isinstance(atom, Sender):
        return ()
    found: list[Trigger] = [MailboxTrigger(atom.field, a) for a in atom.addresses]
    domains = {*atom.domains, *(a.rpartition("@")[2] for a in atom.addresses)}
    for domain in domains:
        labels = domain.split(".")
        found += [
            DomainTrigger(atom.field, ".".join(labels[place:]))
            for place in range(len(labels))
        ]
    return found
