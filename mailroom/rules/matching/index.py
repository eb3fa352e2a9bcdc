"""Leads from what is met in a message to the rules that may match it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from mailroom.message.model import Address
from mailroom.rules.conditions import FactCondition
from mailroom.rules.matching.triggers import (
    Clause,
    Domain,
    Fact,
    Mailbox,
    Trigger,
    Word,
    clauses,
    share,
)
from mailroom.rules.page import Page
from mailroom.rules.rule import Rule
from mailroom.rules.vocabulary import Vocabulary

Numbers = tuple[int, ...]  # of rules, in the order in which they are tried
_Table = Mapping[str, Numbers]


class Index:
    """The rules of an office by what triggers them; built once for a set of rules."""

    def __init__(
        self, rules: Sequence[Rule], vocabulary: Vocabulary | None = None
    ) -> None:
        """Build it; `vocabulary` is the one of the rules' own lists."""
        self._rules = tuple(rule for rule in rules if rule.enabled)
        chosen = _chosen([clauses(rule.when) for rule in self._rules])
        self.always = tuple(n for n, clause in enumerate(chosen) if clause is None)
        by_trigger: dict[Trigger, list[int]] = defaultdict(list)
        for number, clause in enumerate(chosen):
            for trigger in clause or ():
                by_trigger[trigger].append(number)
        words: dict[str, dict[str, Numbers]] = defaultdict(dict)
        self._domains: dict[str, dict[str, Numbers]] = defaultdict(dict)
        self._mailboxes: dict[str, dict[str, Numbers]] = defaultdict(dict)
        self._facts: dict[str, dict[str, Numbers]] = defaultdict(dict)
        for trigger, found in by_trigger.items():
            numbers = tuple(found)
            match trigger:
                case Word(place, word):
                    words[place][word] = numbers
                case Domain(field, domain):
                    self._domains[field][domain] = numbers
                case Mailbox(field, address):
                    self._mailboxes[field][address] = numbers
                case Fact(name, fact):
                    self._facts[name][fact] = numbers
        self._fields = tuple(sorted(self._domains.keys() | self._mailboxes.keys()))
        self._askers = {
            name: FactCondition(name=cast("Any", name), wanted=frozenset())
            for name in self._facts
        }
        self._texts = tuple(words.items())
        self._vocabulary = vocabulary or Vocabulary()
        self._vocabulary.add(word for table in words.values() for word in table)
        self._vocabulary.prepare()

    def candidates(self, page: Page) -> tuple[Rule, ...]:
        """Give the rules that may match, in their order; no other one does."""
        found = set(self.always)
        for place, table in self._texts:
            for strip in page.strips(place):
                if strip.original:
                    for word in strip.met(self._vocabulary):
                        found.update(table.get(word, ()))
        for field in self._fields:
            for address in page.addresses(field):
                found.update(self._of_address(field, address))
        for name, facts in self._facts.items():
            for fact in self._askers[name].facts(page):
                found.update(facts.get(fact, ()))
        return tuple([self._rules[number] for number in sorted(found)])

    def _of_address(self, field: str, address: Address) -> Iterator[int]:
        yield from self._mailboxes[field].get(address.address.casefold(), ())
        known = self._domains[field]
        if not known:
            return
        domain = address.domain.casefold().rstrip(".")
        while domain:
            yield from known.get(domain, ())
            domain = domain.partition(".")[2]


def _chosen(needs: Sequence[Sequence[Clause]]) -> tuple[Clause | None, ...]:
    """Choose the clause that makes the fewest rules be looked at in vain.

    A trigger counts by how seldom it is met, times the rules that wait for it.
    """
    waiting = Counter(t for each in needs for clause in each for t in clause)

    def cost(clause: Clause) -> float:
        return sum(share(trigger) * waiting[trigger] for trigger in clause)

    return tuple(min(each, key=cost, default=None) for each in needs)
