"""Tells, condition by condition, what each rule made of a message."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from functools import singledispatch
from typing import Literal

from mailroom.message.model import Message
from mailroom.rules.conditions import (
    AddressCondition,
    AttachmentCondition,
    Condition,
    CountCondition,
    Cue,
    Cues,
    DateCondition,
    Every,
    FactCondition,
    Hits,
    KnownSenderCondition,
    NearCondition,
    Neither,
    Some,
    TextCondition,
)
from mailroom.rules.load import RuleSet
from mailroom.rules.matched import Matched
from mailroom.rules.model import Classification, Context
from mailroom.rules.page import Page
from mailroom.rules.rule import Rule

Kind = Literal["all", "any", "none", "cues", "test"]
Outcome = Literal["matched", "missed", "broken", "off", "not tried"]
LONGEST_LOOK = 60  # characters of a text that was looked at in vain
# Fields of conditions that a rule file calls otherwise, or by nothing.
_SAID_AS = {
    "addresses": "address", "domains": "domain", "types": "type", "weekdays": "weekday",
    "tests": "", "wanted": "", "size": "",
}  # fmt: skip
SHOWN_WORDS = 8  # of a condition that has more
HEADER = "header_exists"  # looks for a header among many, as others for a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One condition that was tried, with those inside it."""

    kind: Kind
    condition: str  # as a person would say it; "" for groups
    held: bool
    hits: Hits = ()
    looked_at: tuple[tuple[str, str], ...] = ()  # where a test failed: place, its text
    fact: bool = False  # it asked for a fact, which `looked_at` tells; no place
    parts: "tuple[Step, ...]" = ()
    mishap: str = ""  # the kind of error that stopped it
    weight: float | None = None  # of a cue; below 0 it speaks against the rule
    excludes: bool = False  # a cue that must not be there

    def tests(self) -> "Iterator[Step]":
        """Go through the conditions that are no groups, in the order of the file."""
        if self.kind == "test":
            yield self
        for part in self.parts:
            yield from part.tests()

    def spoke(self) -> bool:
        """Say whether something in the message spoke for it."""
        if self.kind == "none":
            return False
        if self.kind == "test":
            return self.held
        return any(
            part.spoke()
            for part in self.parts
            if not part.excludes and (part.weight is None or part.weight > 0)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A rule, and what it made of the message."""

    rule: Rule
    outcome: Outcome
    step: Step
    score: float  # for its category; 0 where it does not match

    @property
    def near(self) -> bool:
        """Whether it matched, or a word of the message spoke for it."""
        return self.outcome in {"matched", "broken"} or self.step.spoke()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The answer of a rule set, with what every rule made of the message."""

    answer: Classification
    trials: tuple[Trial, ...]  # in the order in which rules are tried


def explain(rule_set: RuleSet, message: Message, context: Context) -> Explanation:
    """Classify a message and say of each rule why it matched or did not.

    The answer is that of `classify`; a rule that was not tried, because one before it
    said stop or because it is off, is tried here for the eyes alone.
    """
    page = Page(message, context)
    trials: list[Trial] = []
    stopped = False
    for rule in rule_set.rules:
        trial = _try(rule, page)
        if not rule.counts_on(context.today):
            trial = replace(trial, outcome="off")
        elif stopped:
            trial = replace(trial, outcome="not tried")
        stopped = stopped or (rule.stop and trial.outcome == "matched")
        trials.append(trial)
    return Explanation(answer=rule_set.classify(message, context), trials=tuple(trials))


def _try(rule: Rule, page: Page) -> Trial:
    step = try_condition(rule.when, page)
    try:
        hits = rule.when.hits(page)
    except Exception:  # noqa: BLE001  as in sorting; the step names what happened
        return Trial(rule=rule, outcome="broken", step=step, score=0.0)
    if hits is None:
        return Trial(rule=rule, outcome="missed", step=step, score=0.0)
    score = Matched(rule=rule, hits=hits).score
    return Trial(rule=rule, outcome="matched", step=step, score=score)


def try_condition(condition: Condition, page: Page) -> Step:
    """Try a condition and all inside it, even where the first part decides."""
    if isinstance(condition, Cues):
        return _weigh(condition, page)
    kind, parts = _inside(condition)
    if kind != "test":
        steps = tuple(try_condition(part, page) for part in parts)
        held = {
            "all": all(step.held for step in steps),
            "any": any(step.held for step in steps),
            "none": not any(step.held for step in steps),
        }[kind]
        return Step(kind=kind, condition="", held=held, parts=steps)
    said = describe(condition)
    try:
        hits = condition.hits(page)
    except Exception as error:  # noqa: BLE001  as in sorting: the others are told
        kind_of_error = type(error).__name__
        return Step(kind=kind, condition=said, held=False, mishap=kind_of_error)
    if hits is None:
        looks = _looked_at(condition, page)
        fact = isinstance(condition, FactCondition) and condition.name != HEADER
        return Step(kind=kind, condition=said, held=False, looked_at=looks, fact=fact)
    return Step(kind=kind, condition=said, held=True, hits=hits)


def _weigh(cues: Cues, page: Page) -> Step:
    def one(cue: Cue, sign: int) -> Step:
        step = try_condition(cue.condition, page)
        if cue.weight is None:
            return replace(step, excludes=True)
        return replace(step, weight=sign * cue.weight)

    parts = (
        *(one(cue, 1) for cue in cues.cues),
        *(one(cue, -1) for cue in cues.against),
    )
    broken = any(test.mishap for part in parts for test in part.tests())
    held = not broken and cues.hits(page) is not None
    return Step(kind="cues", condition="", held=held, parts=parts)


def _inside(condition: Condition) -> tuple[Kind, tuple[Condition, ...]]:
    if isinstance(condition, Every):
        return "all", tuple(_flat(condition))
    if isinstance(condition, Some):
        return "any", condition.parts
    if isinstance(condition, Neither):
        return "none", condition.parts
    if isinstance(condition, TextCondition) and len(condition.tests) > 1:
        return "all", tuple(replace(condition, tests=(t,)) for t in condition.tests)
    return "test", ()


def _flat(condition: Every) -> Iterator[Condition]:
    """Go through all that must hold, whether it stands in one list or in several."""
    for part in condition.parts:
        kind, inner = _inside(part)
        if kind == "all":
            yield from inner
        else:
            yield part


def _looked_at(condition: Condition, page: Page) -> tuple[tuple[str, str], ...]:
    """Give the beginning of each text in which a word was looked for in vain."""
    if not isinstance(condition, TextCondition | NearCondition | CountCondition):
        return tuple(
            (name, words[:LONGEST_LOOK]) for name, words in _facts(condition, page)
        )
    looks = []
    for place in condition.places:
        texts = [strip.original[strip.shift :] for strip in page.strips(place)]
        words = " ".join(" / ".join(texts)[: 4 * LONGEST_LOOK].split())
        short = words if len(words) <= LONGEST_LOOK else words[:LONGEST_LOOK] + "…"
        looks.append((place, short))
    return tuple(looks)


def _facts(condition: Condition, page: Page) -> Iterator[tuple[str, str]]:
    message = page.message
    if isinstance(condition, FactCondition):
        name = "header" if condition.name == HEADER else condition.name
        yield name, ", ".join(condition.facts(page))
    elif isinstance(condition, AddressCondition):
        addresses = page.addresses(condition.name)
        yield condition.name, ", ".join(each.address for each in addresses)
    elif isinstance(condition, KnownSenderCondition):
        yield "from", ", ".join(each.address for each in message.senders)
    elif isinstance(condition, DateCondition):
        yield "date", message.date.isoformat() if message.date else ""
    elif isinstance(condition, AttachmentCondition):
        yield "attachment", ", ".join(each.name for each in message.attachments)


# ── in words ─────────────────────────────────────────────────────────────


@singledispatch
def describe(condition: object) -> str:
    """Say a condition as its rule has it: "subject contains 发票 | 收据"."""
    kind = type(condition).__name__.removesuffix("Condition")
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()  # known_sender
    name = str(getattr(condition, "name", "")) or kind
    said = [
        f"{_SAID_AS.get(each, each)} {_listed(value)}".lstrip()
        for each, value in _unusual(condition).items()
        if each != "name"
    ]
    return " ".join([name, ", ".join(said)]).strip()


@describe.register
def _(condition: TextCondition) -> str:
    tests = (f"{test.operator} {_listed(test.words)}" for test in condition.tests)
    return f"{condition.name} {', '.join(tests)}"


@describe.register
def _(condition: FactCondition) -> str:
    return f"{condition.name} {_listed(condition.wanted)}"


@describe.register
def _(condition: NearCondition) -> str:
    one, other = _listed(condition.one.words), _listed(condition.other.words)
    return f"{condition.name} near {one} ⋯ {other}, within {condition.within}"


@describe.register
def _(condition: CountCondition) -> str:
    words = [word for test in condition.tests for word in test.words]
    return f"{condition.name} count {_listed(words)}, at_least {condition.at_least}"


def _unusual(condition: object) -> Mapping[str, object]:
    """Give the fields of a value that its rule has set."""
    if not is_dataclass(condition):
        return {}
    return {
        each.name: value
        for each in fields(condition)
        if (value := getattr(condition, each.name)) != each.default
        and (each.default is not MISSING or value not in ((), frozenset(), None))
    }


def _listed(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_dataclass(value):
        return describe(value)
    if isinstance(value, str) or not isinstance(value, Collection):
        return str(value)
    words = [_word(each) for each in value]
    if isinstance(value, frozenset):
        words.sort()
    more = len(words) - SHOWN_WORDS
    return " | ".join(words[:SHOWN_WORDS]) + (f" … +{more}" if more > 0 else "")


def _word(value: object) -> str:
    if isinstance(value, tuple):  # a part of an address, and what it must be
        return " ".join(map(_word, value))
    operator, words = getattr(value, "operator", ""), getattr(value, "words", None)
    return f"{operator} {_listed(words)}" if operator else str(value)
