"""Looks after the rules: their faults, their order, what editors need to write them."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from mailroom.cli.check import plain as plain_fault
from mailroom.cli.rehearse import rehearse
from mailroom.cli.rule_from_mail import add_test
from mailroom.cli.rule_trace import explain
from mailroom.cli.rule_trials import test
from mailroom.cli.rulebook import Rulebook, with_rules
from mailroom.cli.talk import Talk
from mailroom.errors import Fault, text
from mailroom.rules.rule import Rule

FINDINGS, CONFIGURATION = 1, 4


@click.group()
def rules() -> None:
    """Look after the rules, by the running worker's own loader. 分类规则。"""


rules.add_command(test)
rules.add_command(explain)
rules.add_command(add_test)
rules.add_command(rehearse)


@rules.command()
@with_rules
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--github", is_flag=True, help="As annotations of GitHub Actions.")
@click.pass_obj
def check(talk: Talk, folder: Path | None, *, as_json: bool, github: bool) -> None:
    """Check the rules: every fault of every file, with its place. 检查规则。"""
    book = Rulebook.open(talk, folder)
    faults = book.faults()
    if as_json:
        talk.json([plain_fault(talk, fault) for fault in faults])
    elif github:
        for fault in faults:
            talk.out(_annotation(talk, fault, book.folder))
    else:
        talk.faults(faults)
        _sum_up(talk, book, faults)
    if any(fault.severity == "error" for fault in faults):
        raise click.exceptions.Exit(CONFIGURATION)


_OF_EXAMPLES = frozenset({"R051", "R052", "R053"})


def _sum_up(talk: Talk, book: Rulebook, faults: Sequence[Fault]) -> None:
    counts = Counter(fault.severity for fault in faults)
    if counts:
        talk.tell(
            text(
                "errors: {errors}, warnings: {warnings}",
                errors=counts["error"],
                warnings=counts["warning"],
            )
        )
    if any(fault.code in _OF_EXAMPLES for fault in faults):
        talk.tell(
            text(
                "why an example fails, condition by condition: {command}",
                command="mailroom rules test",
            )
        )
    loaded = book.papers.rules
    if not loaded.hash:
        talk.tell(text("the examples will be tried when the files can be read"))
    elif counts["warning"] and not counts["error"]:
        talk.tell(
            text(
                "rules: {rules}, examples: {examples}; they can be used as they are",
                rules=len(loaded.rules),
                examples=sum(len(rule.examples) for rule in loaded.rules),
            )
        )
    elif not counts["error"]:
        talk.tell(
            text(
                "rules: {rules}, examples: {examples}; all in order",
                rules=len(loaded.rules),
                examples=sum(len(rule.examples) for rule in loaded.rules),
            )
        )


def _annotation(talk: Talk, fault: Fault, folder: Path) -> str:
    """Write a fault as GitHub's runner reads it: `::error file=…,line=…::words`."""
    file = os.path.relpath(folder.parent / fault.file)
    places = {
        "file": file,
        "line": fault.line,
        "col": fault.column,
        "title": fault.code,
    }
    named = ",".join(f"{k}={_escaped(str(v), ':,')}" for k, v in places.items() if v)
    return f"::{fault.severity} {named}::{_escaped(talk.say(fault.text))}"


def _escaped(words: str, more: str = "") -> str:
    for sign in "%\r\n" + more:  # the percent sign first
        words = words.replace(sign, f"%{ord(sign):02X}")
    return words


@rules.command("list")
@with_rules
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_(talk: Talk, folder: Path | None, *, as_json: bool) -> None:
    """List the rules in the order in which they are tried. 规则清单。"""
    book = Rulebook.open(talk, folder).whole()
    found = book.papers.rules.rules
    if as_json:
        talk.json([{"place": n, **_plain(rule)} for n, rule in enumerate(found, 1)])
        return
    yes, no = text("yes"), text("off")
    talk.table(
        [
            "#", text("priority"), text("rule"), text("name"), text("category"),
            text("confidence"), text("stop"), text("enabled"), text("examples"),
            text("file"),
        ],
        [
            (
                n, f"{rule.priority:g}", rule.id, rule.name, rule.category or "–",
                f"{rule.confidence:g}", yes if rule.stop else "",
                "" if rule.enabled else no, len(rule.examples) or "–",
                f"{rule.file}:{rule.line}",
            )
            for n, rule in enumerate(found, 1)
        ],
    )  # fmt: skip


def _plain(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": rule.name,
        "priority": rule.priority,
        "category": rule.category,
        "also": list(rule.also),
        "confidence": rule.confidence,
        "stop": rule.stop,
        "enabled": rule.enabled,
        "note": rule.note,
        "examples": len(rule.examples),
        "file": rule.file,
        "line": rule.line,
    }


@rules.command()
@click.pass_obj
def schema(talk: Talk) -> None:
    """Print the JSON Schema of rule files, for editors that complete. 规则格式。"""
    # Imported late: the other commands start faster.
    from mailroom.rules.schema import rule_file_schema  # noqa: PLC0415

    talk.out(json.dumps(rule_file_schema(), ensure_ascii=False, indent=2))
