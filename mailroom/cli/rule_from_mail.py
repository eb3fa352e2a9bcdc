"""Puts a real mail into a rule file as an example, once a person has looked at it."""

import shutil
import tempfile
from collections import Counter
from pathlib import Path

import click

from mailroom.cli.rule_mails import bytes_of, find_mails
from mailroom.cli.rule_trace import no_rule
from mailroom.cli.rulebook import Rulebook, with_rules
from mailroom.cli.talk import Talk
from mailroom.errors import ConfigError, Fault, ReviewError, text
from mailroom.register.rule_files import put
from mailroom.rules.check import check
from mailroom.rules.insertion import Kind, insert, write_line
from mailroom.rules.load import RuleSet
from mailroom.workflow.example import example_of


@click.command("add-test")
@click.argument("mail", metavar="FILE|CASE")
@click.option("--rule", "id_", required=True, metavar="ID", help="Whose example it is.")
@click.option("--no-match", is_flag=True, help="The rule must let this mail pass.")
@with_rules
@click.option("--dry-run", is_flag=True, help="Only show it.")
@click.option("--yes", is_flag=True, help="Write it without asking.")
@click.pass_obj
def add_test(
    talk: Talk,
    mail: str,
    id_: str,
    folder: Path | None,
    *,
    no_match: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Make an example of a rule from a mail, names and numbers invented. 加示例。"""
    book = Rulebook.open(talk, folder).whole()
    rules = {rule.id: rule for rule in book.papers.rules.rules}
    if id_ not in rules:
        raise click.BadParameter(talk.say(no_rule(id_, rules)))
    rule = rules[id_]
    mails = find_mails(talk, book, mail)
    made = example_of(mails, book.papers.rules, book.office, rule, matches=not no_match)
    path = book.folder / Path(rule.file).name
    before = bytes_of(path)
    kind: Kind = "no_match" if no_match else "match"
    after = insert(_decoded(before), rule.id, kind, write_line(made.example))
    if after is None:
        raise ReviewError(
            text("the examples of {rule} in {file} are not a list; add to them by hand",
                 rule=rule.id, file=rule.file)
        )  # fmt: skip
    new = _encoded(after, before)
    _prove(book, path, new)
    talk.out(f"{rule.file} · {rule.id} · {kind}")
    talk.out(f"- {write_line(made.example)}")
    talk.tell(text("Look: is there a name or a number left that is somebody's?"))
    if dry_run:
        return
    if not yes and not click.confirm(talk.say(text("Write it?")), err=True):
        raise click.Abort
    _write(path, before, new)
    talk.tell(text("written: {file}", file=path))


# ── the file ─────────────────────────────────────────────────────────────


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8-sig")


def _encoded(content: str, like: bytes) -> bytes:
    return content.encode("utf-8-sig" if like[:3] == b"\xef\xbb\xbf" else "utf-8")


def _prove(book: Rulebook, path: Path, new: bytes) -> None:
    """See that the changed rules load and have no fault more. Raises ConfigError."""
    with tempfile.TemporaryDirectory() as spare:
        folder = Path(spare) / book.folder.name
        folder.mkdir()
        for file in book.folder.glob("*.y*ml"):
            shutil.copyfile(file, folder / file.name)
        (folder / path.name).write_bytes(new)
        changed = RuleSet.load(folder)
    before = Counter(map(_without_place, check(book.papers.rules, book.known)))
    more = [
        fault
        for fault in check(changed, book.known)
        if fault.severity == "error" and not before[_without_place(fault)]
    ]
    if more:
        raise ConfigError(more)


def _without_place(fault: Fault) -> tuple[str, str, str]:
    return fault.file, fault.code, str(fault.text)


def _write(path: Path, before: bytes, new: bytes) -> None:
    """Replace a rule file at once, unless somebody has saved it meanwhile."""
    if not put(path.parent, path.name, new, base=before):
        raise ReviewError(
            text("{file} was saved by somebody meanwhile; do it again", file=path)
        )
