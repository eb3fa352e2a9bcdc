"""Draws what rules made of a message: a tree of conditions with ✓ and ✗."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from mailroom.cli.talk import Talk, clean
from mailroom.errors import Text, text
from mailroom.message.model import Message
from mailroom.rules.conditions import Hit
from mailroom.rules.explain import Outcome, Step, Trial
from mailroom.workflow.history import ZONES

Mark = Literal["✓", "✗", "·", ""]
Line = tuple[int, Mark, str]  # depth, mark, words
LONGEST = 90  # characters of a condition; a pattern may be a page long
_STYLES: Mapping[Mark, str] = {"✓": "green", "✗": "red", "·": "dim", "": ""}
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


def draw(lines: Iterator[Line]) -> None:
    """Print lines; in colours on a terminal, unless NO_COLOR is set."""
    # Imported late: commands without a tree start faster.
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text as Cell  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=True)
    for depth, mark, words in lines:
        shown = Cell("  " * depth)
        if mark:
            shown.append(f"{mark} ", style=_STYLES[mark])
        # Appended, never markup: a subject may say "[red]".
        style = "dim" if mark == "·" else "bold" if depth == 0 else ""
        shown.append(clean(words), style=style)
        console.print(shown)


def rule_lines(talk: Talk, trial: Trial, message: Message) -> Iterator[Line]:
    """Write a rule with its whole tree."""
    rule = trial.rule
    head = [rule.id, rule.name, f"[{rule.priority:g}]"]
    if rule.category:
        score = trial.score if trial.step.held else rule.confidence
        head.append(f"→ {rule.category} {score:g}")
    head += [f"{rule.file}:{rule.line}", f"– {talk.say(_OUTCOMES[trial.outcome])}"]
    yield 0, MARKS[trial.outcome], " ".join(word for word in head if word)
    yield from Tree(talk, message).lines(trial.step, depth=1)


class Tree:
    """Writes the conditions of one rule; shows each text of the mail only once."""

    def __init__(self, talk: Talk, message: Message) -> None:
        self.talk = talk
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
        yield depth, mark, self._weight(step) + self.talk.say(group)
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
            return self.talk.say(text("never: "))
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
                return f"{said} – {self.talk.say(text('it is “{fact}”', fact=fact))}"
            looks = ", ".join(self._look(name, seen) for name, seen in step.looked_at)
            return f"{said} – {self.talk.say(text('not in'))} {looks}"
        return said

    def _look(self, name: str, seen: str) -> str:
        named = self.talk.say(ZONES.get(name, name))
        if name in self.shown:
            return named
        self.shown.add(name)
        if not seen:
            return self.talk.say(text("{place} (empty)", place=named))
        return f"{named} “{seen}”"

    def _found(self, hit: Hit) -> str:
        if not hit.words:
            return self.talk.say(text("so it is"))
        return f"“{hit.words}” ({place(self.talk, self.message, hit.zone, hit.span)})"


def place(talk: Talk, message: Message, zone: str, span: tuple[int, int]) -> str:
    """Name a place in a mail: "new text, line 3"."""
    named = talk.say(ZONES.get(zone, zone))
    body = getattr(message.zones, zone, "")
    if not body:
        return named
    line = body.count("\n", 0, span[0]) + 1
    return talk.say(text("{zone}, line {line}", zone=named, line=line))


def plain_trial(trial: Trial) -> dict[str, Any]:
    """Write a rule with its tree for programs."""
    return {
        "rule": trial.rule.id,
        "file": trial.rule.file,
        "line": trial.rule.line,
        "priority": trial.rule.priority,
        "category": trial.rule.category,
        "confidence": trial.rule.confidence,
        "score": trial.score,
        "outcome": trial.outcome,
        "when": plain_step(trial.step),
    }


def plain_step(step: Step) -> dict[str, Any]:
    """Write a condition with all inside it for programs."""
    written: dict[str, Any] = {"kind": step.kind, "held": step.held}
    if step.kind == "test":
        written["condition"] = step.condition
    if step.weight is not None:
        written["weight"] = step.weight
    if step.excludes:
        written["excludes"] = True
    if step.hits:
        written["hits"] = [
            {"words": hit.words, "zone": hit.zone, "span": list(hit.span)}
            for hit in step.hits
        ]
    if step.looked_at:
        written["looked_at"] = dict(step.looked_at)
    if step.mishap:
        written["mishap"] = step.mishap
    if step.parts:
        written["parts"] = [plain_step(part) for part in step.parts]
    return written
