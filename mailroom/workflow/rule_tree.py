"""Tells what rules made of a message: a tree of conditions with ✓ and ✗."""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from mailroom.errors import Text, text
from mailroom.message.model import Message
from mailroom.rules.conditions import Hit
from mailroom.rules.examples import Tried
from mailroom.rules.explain import Outcome, Step, Trial, try_condition
from mailroom.rules.load import RuleSet
from mailroom.rules.page import Page
from mailroom.workflow.history import ZONES

Mark = Literal["✓", "✗", "·", ""]
Line = tuple[int, Mark, str]  # depth, mark, words
Say = Callable[[Text | str], str]  # in the language of whoever reads it
LONGEST = 90  # characters of a condition; a pattern may be a page long
_GROUPS: Mapping[str, Text] = {
    "all": text("all of these"),
    "any": text("one of these"),
    "none": text("none of these"),
    "cues": text("these cues, weighed"),
}
# The same beneath "none of these": it is well where the group does not hold.
_UNWANTED: Mapping[str, Text] = {
    "all": text("not all of these together"),
    "any": text("none of these"),
}
_OUTCOMES: Mapping[Outcome, Text] = {
    "matched": text("matches"),
    "missed": text("does not match"),
    "broken": text("could not be evaluated"),
    "off": text("is switched off"),
    "not tried": text("not tried: a rule before it said stop"),
}
MARKS: Mapping[Outcome, Mark] = {
    "matched": "✓",
    "missed": "✗",
    "broken": "✗",
    "off": "·",
    "not tried": "·",
}


def rule_lines(say: Say, trial: Trial, message: Message) -> Iterator[Line]:
    """Write a rule with its whole tree."""
    rule = trial.rule
    head = [rule.id, rule.name, f"[{rule.priority:g}]"]
    if rule.category:
        score = trial.score if trial.step.held else rule.confidence
        head.append(f"→ {rule.category} {score:g}")
    head += [f"{rule.file}:{rule.line}", f"– {say(_OUTCOMES[trial.outcome])}"]
    yield 0, MARKS[trial.outcome], " ".join(word for word in head if word)
    yield from Tree(say, message).lines(trial.step, depth=1)


def failure_lines(say: Say, rules: RuleSet, tried: Tried) -> Iterator[Line]:
    """Write why an example fails: the scores, its rule's tree, that of the decider's.

    Nothing where no mail could be made of the example.
    """
    if tried.message is None or tried.context is None or tried.answer is None:
        return
    scores = " · ".join(f"{name} {s:.2f}" for name, s in tried.answer.candidates)
    said = text("{label}: {words}", label=text("confidence"), words=scores or "–")
    yield 0, "", say(said)
    page = Page(tried.message, tried.context)
    ids = dict.fromkeys([tried.rule.id, tried.answer.rule])
    for rule in (rule for rule in rules.rules if rule.id in ids):
        step = try_condition(rule.when, page)
        yield 0, "✓" if step.held else "✗", f"{rule.id}  {rule.file}:{rule.line}"
        yield from Tree(say, tried.message).lines(step, depth=1)


class Tree:
    """Writes the conditions of one rule; shows each text of the mail only once."""

    def __init__(self, say: Say, message: Message) -> None:
        self.say = say
        self.message = message
        self.shown: set[str] = set()  # places

    def lines(self, step: Step, *, depth: int, wanted: bool = True) -> Iterator[Line]:
        """Write a condition with all inside it; not `wanted`: it must not hold."""
        mark: Mark = "✓" if step.held == wanted else "✗"
        if step.kind == "test":
            yield depth, mark, self._weight(step) + self._test(step, wanted=wanted)
            return
        group = _GROUPS[step.kind]
        if not wanted and not step.excludes:  # "never: " stands before those
            group = _UNWANTED.get(step.kind, group)
        yield depth, mark, self._weight(step) + self.say(group)
        for part in step.parts:
            inner = step.kind != "none" and not part.excludes
            idle = inner and not part.held and step.kind in {"any", "cues"}
            lines = self.lines(part, depth=depth + 1, wanted=inner)
            if idle and (step.held or step.kind == "cues"):
                # One was enough: what else there might have been is no fault.
                lines = ((d, "·", words) for d, _, words in lines)
            yield from lines

    def _weight(self, step: Step) -> str:
        if step.excludes:
            return self.say(text("never: "))
        return "" if step.weight is None else f"{step.weight:+g} "

    def _test(self, step: Step, *, wanted: bool) -> str:
        said = step.condition
        if len(said) > LONGEST:
            said = said[:LONGEST] + "…"
        if step.mishap:
            return f"{said}: {step.mishap}"
        if step.held and step.hits:
            return f"{said}: " + ", ".join(self._found(hit) for hit in step.hits)
        if wanted and step.looked_at:
            if step.fact:
                ((_, fact),) = step.looked_at
                return f"{said} – {self.say(text('it is “{fact}”', fact=fact))}"
            looks = ", ".join(self._look(name, seen) for name, seen in step.looked_at)
            return f"{said} – {self.say(text('not in'))} {looks}"
        return said

    def _look(self, name: str, seen: str) -> str:
        named = self.say(ZONES.get(name, name))
        if name in self.shown:
            return named
        self.shown.add(name)
        if not seen:
            return self.say(text("{place} (empty)", place=named))
        return f"{named} “{seen}”"

    def _found(self, hit: Hit) -> str:
        if not hit.words:
            return self.say(text("so it is"))
        return f"“{hit.words}” ({place(self.say, self.message, hit.zone, hit.span)})"


def place(say: Say, message: Message, zone: str, span: tuple[int, int]) -> str:
    """Name a place in a mail: "new text, line 3"."""
    named = say(ZONES.get(zone, zone))
    body = getattr(message.zones, zone, "")
    if not body:
        return named
    line = body.count("\n", 0, span[0]) + 1
    return say(text("{zone}, line {line}", zone=named, line=line))
