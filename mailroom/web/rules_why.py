"""Tells beside a fault of an example, condition by condition, why it fails."""

from collections.abc import Iterator, Mapping, Sequence

from mailroom.errors import Fault
from mailroom.i18n import say
from mailroom.rules.examples import try_one
from mailroom.rules.model import Context
from mailroom.rules.rule import Example, Rule
from mailroom.web.rules_edit import Proof, folder_of, name_in
from mailroom.web.visit import Visit
from mailroom.workflow.rule_tree import Line, failure_lines

MOST_EXPLAINED = 20  # examples; who mends those sees the next ones
Place = tuple[str, int, int]  # file, line, column
Whys = Mapping[Place, Sequence[Line]]


def place_of_fault(fault: Fault) -> Place:
    """Give the place by which `why_failing` names an example."""
    return fault.file, fault.line, fault.column


def why_failing(visit: Visit, proof: Proof) -> Whys:
    """Try the first of the examples that a proof found failing once more, and tell why.

    The words are those of `mailroom rules test`, in the visitor's language. Where a
    file cannot be read no example has been tried, and there is nothing to tell.
    """
    papers, told = proof.papers, {}
    office = Context(
        now=visit.now,
        own_domains=papers.directory.own_domains,
        directory=papers.directory,
        calendar=papers.calendar,
    )
    failing = dict.fromkeys(map(place_of_fault, proof.faults))
    known = {place: (rule, each) for place, rule, each in _examples(visit, proof)}
    for place in [place for place in failing if place in known][:MOST_EXPLAINED]:
        rule, example = known[place]
        tried = try_one(papers.rules, rule, example, office)
        lines = failure_lines(
            lambda words: say(words, visit.language), papers.rules, tried
        )
        told[place] = list(lines) if tried.faults else []
    return told


def _examples(visit: Visit, proof: Proof) -> Iterator[tuple[Place, Rule, Example]]:
    mine = folder_of(visit)
    for rule in proof.papers.rules.rules:
        if not rule.enabled:
            continue
        name = name_in(mine, rule.file)
        for example in rule.examples:
            yield (name, example.line, example.column), rule, example
