"""Lists the office's Word templates, proofreads them."""

from collections.abc import Sequence
from pathlib import Path

import click

from mailroom.cli.check import plain as plain_fault
from mailroom.cli.fill_in import FINDINGS, preview, render
from mailroom.cli.shelf import Shelf, find
from mailroom.cli.talk import Talk
from mailroom.errors import EnvironmentFault, Fault, TemplateError, Text, text
from mailroom.words.filters import TABLE
from mailroom.words.gongwen import Finding, check_gongwen
from mailroom.words.libreoffice import fonts_here
from mailroom.words.package import NotWordError
from mailroom.words.places import WordFault
from mailroom.words.template import Template, Use
from mailroom.workflow.template_users import User

ABSENT_FONT = "W062"  # as `words.lint` calls it
SHOWN_PLACES = 2  # of a field, in a table

_MANNERS = {
    "text": text("text"),
    "list": text("list"),
    "condition": text("condition"),
}
_STATES = {
    "met": text("met"),
    "not met": text("not met"),
    "needs layout": text("needs layout"),
    "not there": text("not there"),
}


@click.group()
def templates() -> None:
    """Look after the Word templates. 公文与信函模板。"""


templates.add_command(render)
templates.add_command(preview)


@templates.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_(talk: Talk, *, as_json: bool) -> None:
    """List the office's templates, and who uses them. 模板清单。"""
    shelf = Shelf.open(talk)
    rows = []
    for name in shelf.names():
        path = shelf.folder / name
        faults = shelf.faults_in(path)
        rows.append((name, _loaded(path), len(faults), shelf.users_of(path)))
    if not rows:
        talk.tell(text("there is no template in {folder}", folder=shelf.folder))
    if as_json:
        talk.json(
            [
                {
                    "template": name,
                    "language": template and ("zh" if template.zh else "en"),
                    "fields": template and sorted(template.fields),
                    "faults": faults,
                    "used_by": [_plain_user(user) for user in users],
                }
                for name, template, faults, users in rows
            ]
        )
        return
    talk.table(
        [
            text("template"), text("language"), text("fields"), text("faults"),
            text("used by"),
        ],
        [
            (
                name,
                template and ("zh" if template.zh else "en"),
                template and ", ".join(sorted(template.fields)),
                faults or "",
                "; ".join(talk.say(user.text) for user in users),
            )
            for name, template, faults, users in rows
        ],
    )  # fmt: skip


@templates.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def filters(talk: Talk, *, as_json: bool) -> None:
    """List the filters that a tag may use, each with an example. 过滤器。"""
    if as_json:
        talk.json(
            [
                {
                    "filter": name,
                    "about": talk.say(one.about),
                    "example": one.example,
                    "gives": one.gives,
                }
                for name, one in TABLE.items()
            ]
        )
        return
    talk.table(
        [text("filter"), text("what it makes"), text("example"), text("gives")],
        [
            (name, talk.say(one.about), one.example, one.gives)
            for name, one in TABLE.items()
        ],
    )


@templates.command()
@click.argument("template")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def fields(talk: Talk, template: str, *, as_json: bool) -> None:
    """List the fields of TEMPLATE, and who gives them. 模板字段。"""
    path = find(talk, template)
    uses = sorted(Template.load(path).uses, key=lambda use: use.field)
    users = Shelf.open(talk).users_of(path)
    if as_json:
        talk.json([_plain_use(talk, use, users) for use in uses])
        return
    talk.table(
        [text("field"), text("used as"), text("where"), text("given by")],
        [
            (
                use.field,
                ", ".join(talk.say(_MANNERS[manner]) for manner in sorted(use.manners)),
                _places(talk, use),
                "; ".join(talk.say(u.text) for u in users if u.hands_on(use.field)),
            )
            for use in uses
        ],
    )


@templates.command()
@click.argument("templates", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def lint(talk: Talk, templates: Sequence[str], *, as_json: bool) -> None:
    """Proofread TEMPLATES; without any, all of the office. 检查模板。"""
    shelf = Shelf.open(talk)
    paths = [find(talk, word) for word in templates] or [
        shelf.folder / name for name in shelf.names()
    ]
    fonts = fonts_here()
    faults = [fault for path in paths for fault in shelf.faults_in(path, fonts)]
    if as_json:
        talk.json([_plain_fault(talk, fault) for fault in faults])
    else:
        worth = [fault for fault in faults if fault.code != ABSENT_FONT]
        talk.faults(worth)
        # Fonts matter to the pictures made here, not to the letter: told once each.
        for sentence in dict.fromkeys(_font(talk, fault) for fault in faults):
            if sentence:
                talk.tell(sentence)
        if not worth:
            talk.tell(text("{n} templates, no fault", n=len(paths)))
    if any(fault.severity == "error" for fault in faults):
        raise click.exceptions.Exit(FINDINGS)


@templates.command("check-gongwen")
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def check_gongwen_(talk: Talk, file: str, *, as_json: bool) -> None:
    """Compare FILE, a .docx, with GB/T 9704-2012, fact by fact. 公文格式核对。"""
    path = find(talk, file)
    try:
        findings = check_gongwen(path.read_bytes())
    except OSError as error:
        raise EnvironmentFault(
            text("cannot read {file}: {reason}", file=path, reason=error.strerror)
        ) from error
    except NotWordError as error:
        raise click.BadParameter(talk.say(error.reason)) from error
    if as_json:
        talk.json([_plain_finding(talk, finding) for finding in findings])
    else:
        talk.table(
            [
                text("clause"),
                text("fact"),
                text("state"),
                text("found"),
                text("wanted"),
            ],
            [(f.clause, f.fact, _STATES[f.state], f.found, f.wanted) for f in findings],
        )
    if any(finding.state == "not met" for finding in findings):
        raise click.exceptions.Exit(FINDINGS)


def _loaded(path: Path) -> Template | None:
    try:
        return Template.load(path)
    except TemplateError:
        return None


def _places(talk: Talk, use: Use) -> str:
    places = [talk.say(place.text) for place in use.places]
    shown = "; ".join(places[:SHOWN_PLACES])
    more = len(places) - SHOWN_PLACES
    if more <= 0:
        return shown
    return talk.say(text("{places} and {n} more", places=shown, n=more))


def _plain_user(user: User) -> dict[str, str]:
    return {"kind": user.kind, "id": user.id}


def _font(talk: Talk, fault: Fault) -> str:
    if isinstance(fault, WordFault) and fault.code == ABSENT_FONT:
        return talk.say(fault.reason)
    return ""


def _plain_fault(talk: Talk, fault: Fault) -> dict[str, object]:
    told = plain_fault(talk, fault)
    if isinstance(fault, WordFault) and fault.where is not None:
        told |= {
            "part": fault.where.part,
            "paragraph": fault.where.paragraph,
            "cell": fault.where.cell,
            "tag": fault.near,
            "reason": talk.say(fault.reason),
        }
    return told


def _plain_use(talk: Talk, use: Use, users: Sequence[User]) -> dict[str, object]:
    return {
        "field": use.field,
        "used_as": sorted(use.manners),
        "places": [talk.say(place.text) for place in use.places],
        "given_by": [_plain_user(u) for u in users if u.hands_on(use.field)],
        "not_given_by": [
            _plain_user(u)
            for u in users
            if u.gives is not None and not u.hands_on(use.field)
        ],
    }


def _plain_finding(talk: Talk, finding: Finding) -> dict[str, object]:
    def said(words: Text | None) -> str | None:
        return None if words is None else talk.say(words)

    return {
        "clause": finding.clause,
        "fact": talk.say(finding.fact),
        "state": finding.state,
        "found": said(finding.found),
        "wanted": said(finding.wanted),
    }
