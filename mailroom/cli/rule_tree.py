"""Puts the tree of a rule on the terminal, and into JSON."""

from collections.abc import Iterator, Mapping
from typing import Any

from mailroom.cli.talk import clean
from mailroom.rules.explain import Step, Trial
from mailroom.workflow.rule_tree import Line, Mark

_STYLES: Mapping[Mark, str] = {"✓": "green", "✗": "red", "·": "dim", "": ""}


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
