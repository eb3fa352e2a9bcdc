"""Tries the examples of the rules against the whole rule set, and shows the result."""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from mailroom.cli.check import plain as plain_fault
from mailroom.cli.rule_trace import no_rule
from mailroom.cli.rule_tree import draw, plain_step
from mailroom.cli.rulebook import Rulebook, with_rules
from mailroom.cli.talk import Talk
from mailroom.errors import text
from mailroom.rules.coverage import Covered, cover, percent
from mailroom.rules.examples import Tried, try_each
from mailroom.rules.explain import try_condition
from mailroom.rules.load import RuleSet
from mailroom.rules.page import Page
from mailroom.rules.rule import Rule
from mailroom.workflow.rule_tree import Line, failure_lines

FINDINGS = 1


@click.command()
@click.argument("only", nargs=-1, metavar="[RULE|FILE]…")
@with_rules
@click.option("--coverage", is_flag=True, help="Conditions that no example meets.")
@click.option(
    "--min",
    "least",
    type=click.IntRange(0, 100),
    metavar="N",
    help="At least N percent of the conditions must be met.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def test(
    talk: Talk,
    only: Sequence[str],
    folder: Path | None,
    *,
    coverage: bool,
    least: int | None,
    as_json: bool,
) -> None:
    """Try every example of the rules against all rules together. 试跑规则示例。"""
    book = Rulebook.open(talk, folder).whole()
    rules = book.papers.rules
    wanted = _wanted(talk, rules, only)
    tried = [each for each in try_each(rules, book.office) if each.rule.id in wanted]
    covered = cover((rule for rule in rules.rules if rule.id in wanted), tried)
    share = percent(covered)
    if as_json:
        talk.json(_plain(talk, tried, covered, share))
    else:
        draw(_lines(talk, rules, tried))
        if coverage:
            draw(_coverage_lines(talk, covered))
        failed = sum(bool(each.faults) for each in tried)
        talk.tell(
            text(
                "rules: {rules}, examples: {examples}, failed: {failed};"
                " conditions met: {share} %",
                rules=len(wanted),
                examples=len(tried),
                failed=failed,
                share=share,
            )
        )
    if any(each.faults for each in tried) or (least is not None and share < least):
        raise click.exceptions.Exit(FINDINGS)


def _wanted(talk: Talk, rules: RuleSet, only: Sequence[str]) -> Collection[str]:
    """Give the ids of the rules that are asked for, by id or by file."""
    if not only:
        return {rule.id for rule in rules.rules}
    wanted: set[str] = set()
    for word in only:
        found = {r.id for r in rules.rules if word == r.id or _lies_in(r, word)}
        if not found:
            known = {rule.id for rule in rules.rules}
            raise click.BadParameter(talk.say(no_rule(word, known)))
        wanted |= found
    return wanted


def _lies_in(rule: Rule, word: str) -> bool:
    name = Path(rule.file).name
    return Path(word).name in {name, Path(name).stem}


# ── on the terminal ──────────────────────────────────────────────────────


def _lines(talk: Talk, rules: RuleSet, tried: Sequence[Tried]) -> Iterator[Line]:
    by_file = sorted(tried, key=lambda each: (each.rule.file, each.example.line))
    for file, group in groupby(by_file, key=lambda each: each.rule.file):
        trials = list(group)
        failed = [each for each in trials if each.faults]
        count = text("examples: {n}", n=len(trials))
        yield 0, "✗" if failed else "✓", f"{file}  {talk.say(count)}"
        for each in failed:
            yield from _failure(talk, rules, each)


def _failure(talk: Talk, rules: RuleSet, tried: Tried) -> Iterator[Line]:
    example = tried.example
    kind = "match" if example.matches else "no_match"
    subject = example.subject or example.body[:30]
    yield 1, "✗", f"{example.line}:{example.column} {kind} “{subject}”"
    for fault in tried.faults:
        yield 2, "", f"{talk.say(fault.text)} [{fault.code}]"
    for depth, mark, words in failure_lines(talk.say, rules, tried):
        yield 2 + depth, mark, words


def _coverage_lines(talk: Talk, covered: Sequence[Covered]) -> Iterator[Line]:
    for each in covered:
        if not each.unmet and each.matched:
            continue
        yield 0, "", f"{each.rule.file}:{each.rule.line} {each.rule.id}"
        if not each.matched:
            yield 1, "✗", talk.say(text("no example makes this rule match"))
        for condition in each.unmet:
            if condition:
                said = text("no example meets: {condition}", condition=condition)
                yield 1, "·", talk.say(said)


def _plain(
    talk: Talk, tried: Sequence[Tried], covered: Sequence[Covered], share: int
) -> dict[str, Any]:
    return {
        "examples": [_plain_trial(talk, each) for each in tried],
        "coverage": {
            "percent": share,
            "rules": [
                {
                    "rule": each.rule.id,
                    "matched": each.matched,
                    "conditions": each.conditions,
                    "unmet": [condition for condition in each.unmet if condition],
                }
                for each in covered
            ],
        },
    }


def _plain_trial(talk: Talk, tried: Tried) -> dict[str, Any]:
    answer = tried.answer
    written: dict[str, Any] = {
        "rule": tried.rule.id,
        "file": tried.rule.file,
        "line": tried.example.line,
        "column": tried.example.column,
        "kind": "match" if tried.example.matches else "no_match",
        "holds": not tried.faults,
    }
    if tried.faults and answer and tried.message and tried.context:
        page = Page(tried.message, tried.context)
        written |= {
            "category": answer.category,
            "decided_by": answer.rule,
            "candidates": [list(each) for each in answer.candidates],
            "fields": {name: field.value for name, field in answer.fields.items()},
            "when": plain_step(try_condition(tried.rule.when, page)),
        }
    written["faults"] = [plain_fault(talk, fault) for fault in tried.faults]
    return written
