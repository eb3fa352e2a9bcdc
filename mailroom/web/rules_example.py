"""Makes a letter of a case an example of a rule, which then is held to it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from starlette.responses import Response

from mailroom.errors import ReviewError, Text, text
from mailroom.rules.insertion import Kind, insert, write_line
from mailroom.rules.model import Context
from mailroom.rules.rule import Rule
from mailroom.web.ask import Ask
from mailroom.web.page import page
from mailroom.web.route import NoSuchPageError
from mailroom.web.rules import file_shown, shown_of, try_and_show
from mailroom.web.rules_edit import Edit, desk_of_folder, file_for, prove, readable
from mailroom.web.visit import Visit
from mailroom.workflow.desk import Desk
from mailroom.workflow.example import Mail, example_of, mails_of_case
from mailroom.workflow.sort import own

LONGEST_LINE = 20_000  # characters of an example


def example_page(visit: Visit, ask: Ask) -> Response:
    """Show what a letter would be as an example, names and numbers invented."""
    if not visit.edits_rules:
        raise NoSuchPageError
    number, id_ = ask.one("case").strip()[:40], ask.one("rule").strip()[:100]
    shown: dict[str, Any] = {"rule": id_}
    if number:
        try:
            desk = desk_of_folder(visit)
            rule, line = _made(visit, desk, number, id_, _kind(ask))
            shown = {"rule": rule.id, "file": Path(rule.file).name, "line": line}
        except ReviewError as error:
            return _page(visit, ask, status=409, wrong=error.text, **shown)
    return _page(visit, ask, **shown)


def _kind(ask: Ask) -> Kind:
    kinds: tuple[Literal["match"], Literal["no_match"]] = ("match", "no_match")
    return next((kind for kind in kinds if kind == ask.one("kind")), "match")


def _page(
    visit: Visit,
    ask: Ask,
    *,
    rule: str,
    file: str = "",
    line: str = "",
    wrong: Text | None = None,
    status: int = 200,
) -> Response:
    rules = [(rule.id, rule.name or rule.id) for rule in visit.desk.rules.rules]
    return page(
        visit, "rules_example.html", status=status, number=ask.one("case")[:40],
        kind=_kind(ask), rule=rule, file=file, line=line, wrong=wrong, rules=rules,
    )  # fmt: skip


def _made(
    visit: Visit, desk: Desk, number: str, id_: str, kind: Kind
) -> tuple[Rule, str]:
    """Make the example: for which rule, and the line for its file."""
    mails = mails_of_case(
        desk, number, desk.rules, own(desk), sight=visit.sight, who=visit.who,
        now=visit.now,
    )  # fmt: skip
    rule = _rule(desk, id_ or _deciding(mails))
    office = Context(
        now=visit.now,
        own_domains=desk.directory.own_domains,
        directory=desk.directory,
        calendar=desk.calendar,
    )
    made = example_of(mails, desk.rules, office, rule, matches=kind == "match")
    return rule, write_line(made.example)


def _deciding(mails: Sequence[Mail]) -> str:
    ids = (m.reading.answer.rule for m in mails if m.reading.answer is not None)
    found = next((id_ for id_ in ids if id_), None)
    if found is None:
        raise ReviewError(text("No rule has sorted this mail: name one."))
    return found


def _rule(desk: Desk, id_: str) -> Rule:
    found = next((rule for rule in desk.rules.rules if rule.id == id_), None)
    if found is None:
        raise ReviewError(text("there is no rule {id}", id=id_))
    return found


def add_example(visit: Visit, ask: Ask) -> Response:
    """Put the example into the text of the file, and go on as with any change."""
    if not visit.edits_rules:
        raise NoSuchPageError
    rule = _rule(desk_of_folder(visit), ask.one("rule"))
    name = Path(rule.file).name
    before = file_for(visit, name)
    line = " ".join(ask.one("line")[:LONGEST_LINE].split())
    words = insert(readable(before), rule.id, _kind(ask), line)
    if words is None:
        raise ReviewError(
            text("the examples of {rule} in {file} are not a list; add to them by hand",
                 rule=rule.id, file=rule.file)
        )  # fmt: skip
    edit = Edit(name=name, before=before, words=words)
    proof = prove(visit, edit)
    number = ask.one("case")[:40]
    more: dict[str, Any] = {
        **shown_of(visit, proof, name), "days": 30, "note": f"{rule.id}: {number}",
    }  # fmt: skip
    if not proof.is_good:
        return file_shown(visit, edit, **more)
    return try_and_show(visit, edit, proof, more)
