"""The rules in the browser: read, edited, checked, tried on the mail, saved."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from mailroom.errors import Fault, ReviewError, RuleError, Text, text
from mailroom.register import rule_track
from mailroom.register.rule_files import LastGood
from mailroom.register.rule_track import Asked, Fate
from mailroom.register.schema import AnyRow
from mailroom.register.texts import unpack
from mailroom.rules.rule import Rule
from mailroom.web.ask import Ask
from mailroom.web.page import go, page
from mailroom.web.queue import category_name
from mailroom.web.rules_edit import (
    MOST_MAILS,
    Edit,
    Proof,
    Rehearsal,
    file_for,
    files_for,
    folder_of,
    mark,
    name_in,
    prove,
    readable,
    save,
    try_on_mail,
)
from mailroom.web.rules_why import Whys, place_of_fault, why_failing
from mailroom.web.visit import Visit
from mailroom.workflow import standing
from mailroom.workflow.rehearse import ASPECTS
from mailroom.workflow.rule_tree import Line

DAYS = (7, 30, 90)
GUIDE = "README.zh-CN.md"  # how a rule is written; `init` puts it among the rules
LONGEST_NOTE = 1000  # characters
NO_WHYS: Whys = {}
# What files other than drawers are for.
PURPOSES: Mapping[str, Text] = {
    "chains.yaml": text("chains of follow-ups"),
    "days.yaml": text("the office's own days"),
    "office/people.yaml": text("people and who may decide"),
    "office/rooms.yaml": text("rooms"),
    "office/suppliers.yaml": text("suppliers"),
    "office/office.yaml": text("the office itself"),
}


def place_of(name: str) -> str:
    """Give the address of the page of a file."""
    return "/rules/file?" + urlencode({"name": name})


def rules_page(visit: Visit, ask: Ask) -> Response:  # noqa: ARG001  every answer is asked alike
    """List the files, what they are for, and how their drafts have fared."""
    broken: Sequence[Fault] = ()
    files: Mapping[str, bytes] = {}
    try:
        files = files_for(visit)
    except RuleError as error:
        broken = error.faults
    with visit.desk.database.read() as tx:
        fates = rule_track.of_categories(tx, visit.sight, now=visit.now)
    drawers = _drawers(visit)
    entries = [
        (name, [(id_, category_name(visit, id_)) for id_ in drawers.get(name, ())],
         PURPOSES.get(name), len(_rules_in(visit, name)),
         _sum(fates, drawers.get(name, ())))
        for name in sorted(files, key=lambda name: ("/" in name, name))
    ]  # fmt: skip
    return page(
        visit, "rules.html", entries=entries, place_of=place_of, broken=broken,
        folder=folder_of(visit), guide=folder_of(visit) / GUIDE, **_standing(visit),
    )  # fmt: skip


def _drawers(visit: Visit) -> Mapping[str, Sequence[str]]:
    """Say which drawers a file makes, by the rules in force."""
    found: dict[str, list[str]] = {}
    for id_, file in visit.desk.rules.files.items():
        found.setdefault(Path(file).name, []).append(id_)
    return found


def _sum(fates: Mapping[str, Fate], categories: Sequence[str]) -> Fate:
    own = [fates[id_] for id_ in categories if id_ in fates]
    return Fate(
        unchanged=sum(fate.unchanged for fate in own),
        changed=sum(fate.changed for fate in own),
        rejected=sum(fate.rejected for fate in own),
    )


def _rules_in(visit: Visit, name: str) -> Sequence[Rule]:
    if "/" in name:
        return ()
    found = [rule for rule in visit.desk.rules.rules if Path(rule.file).name == name]
    return sorted(found, key=lambda rule: rule.line)


def _standing(visit: Visit) -> dict[str, Any]:
    """Say which rules are in force, and what became of the last change."""
    settings = visit.desk.settings
    refusal, in_force = standing.refusal(settings), standing.told(settings)
    return {"refusal": refusal, "in_force": in_force}


def file_page(visit: Visit, ask: Ask) -> Response:
    """Show a file to be edited, and how the drafts of its rules have fared."""
    name = ask.one("name")
    before = file_for(visit, name)
    refused = LastGood(visit.desk.settings.folder("data")).refused()
    faults: list[Fault] = []
    if refused is not None:
        folder = folder_of(visit)
        faults = [f for f in refused.faults if name_in(folder, f.file) == name]
    edit = Edit(name=name, before=before, words=readable(before))
    return file_shown(visit, edit, faults=faults, done=ask.one("done"))


def edit_file(visit: Visit, ask: Ask) -> Response:
    """Check an edited file, try it on the mail, or save it."""
    name = ask.one("name")
    before = file_for(visit, name)
    edit = Edit(name=name, before=before, words=ask.one("content"))
    if ask.one("base") != mark(before):
        return changed(visit, edit, typed_besides(ask))
    return check_try_or_save(visit, ask, edit)


def typed_besides(ask: Ask) -> dict[str, Any]:
    """Give what the form of a file holds besides its text."""
    return {"days": _days(ask), "note": ask.one("note").strip()[:LONGEST_NOTE]}


def check_try_or_save(visit: Visit, ask: Ask, edit: Edit) -> Response:
    """Do with an edited file what its form asks for."""
    saves = ask.one("do") == "save"
    proof = prove(visit, edit)
    more = typed_besides(ask) | shown_of(visit, proof, edit.name)
    if ask.one("do") == "check" or not proof.is_good:
        # Of two broken files one is saved first; until then nothing can be tried.
        if not saves or proof.breaks(edit.name):
            return file_shown(visit, edit, **more)
    elif not saves or ask.one("shown") != mark(edit.content):
        return try_and_show(visit, edit, proof, more)
    return _save(visit, edit, proof, more)


def shown_of(visit: Visit, proof: Proof, name: str) -> dict[str, Any]:
    """Give what the page of a file shows of its check."""
    faults = proof.named(name)
    return {"faults": faults, "whys": why_failing(visit, proof), "checked": True}


def _days(ask: Ask) -> int:
    asked = ask.one("days")
    return next((days for days in DAYS if str(days) == asked), 30)


def try_and_show(
    visit: Visit, edit: Edit, proof: Proof, more: dict[str, Any]
) -> Response:
    """Show what would change; only what was shown so can be saved."""
    try:
        more["rehearsal"] = try_on_mail(visit, proof.papers, more["days"])
        more["shown"] = mark(edit.content)
    except ReviewError as error:
        more["wrong"] = error.text
    return file_shown(visit, edit, **more)


def _save(visit: Visit, edit: Edit, proof: Proof, more: dict[str, Any]) -> Response:
    try:
        if save(visit, edit, proof, more["note"]):
            return go(f"{place_of(edit.name)}&done=saved")
    except ReviewError as error:
        return file_shown(visit, edit, status=409, wrong=error.text, **more)
    now = Edit(name=edit.name, before=file_for(visit, edit.name), words=edit.words)
    return changed(visit, now, more)


def changed(visit: Visit, edit: Edit, more: dict[str, Any]) -> Response:
    """Say that somebody else has saved the file, and show both."""
    return file_shown(visit, edit, status=409, conflict=edit.differs, **more)


def file_shown(
    visit: Visit,
    edit: Edit,
    *,
    faults: Sequence[Fault] = (),
    whys: Whys = NO_WHYS,
    rehearsal: Rehearsal | None = None,
    status: int = 200,
    **more: Any,  # noqa: ANN401  what the page shows
) -> Response:
    """Show the page of a file as it is being edited."""
    lines = edit.words.split("\n")
    rules = _rules_in(visit, edit.name)
    asked = Asked(
        rules=[rule.id for rule in rules],
        categories={rule.category for rule in rules if rule.category},
    )
    with visit.desk.database.read() as tx:
        fates = rule_track.of_rules(tx, visit.sight, asked, now=visit.now)
        rejections = rule_track.rejections(tx, visit.sight, asked, now=visit.now)
        saved = None if edit.is_new else rule_track.last_saved(tx, edit.name)
    usual: dict[str, Any] = {
        "checked": False, "shown": "", "conflict": None, "wrong": None, "done": "",
        "note": "", "days": 30,
    }  # fmt: skip
    return page(
        visit, "rules_file.html", status=status, edit=edit, base=mark(edit.before),
        faults=list(_told(faults, whys, lines, edit.name)), lines=lines,
        drawers=[category_name(visit, c) for c in _drawers(visit).get(edit.name, ())],
        purpose=PURPOSES.get(edit.name), rules=rules, fates=fates, no_fate=Fate(),
        rejections=[(row, unpack(row.reason)) for row in rejections],
        saved=saved, saved_why=_why(saved), rehearsal=rehearsal, most_mails=MOST_MAILS,
        all_days=DAYS, aspects=ASPECTS, place_of=place_of,
        category_name=lambda id_: category_name(visit, id_),
        **_standing(visit), **{**usual, **more},
    )  # fmt: skip


def _told(
    faults: Sequence[Fault], whys: Whys, lines: Sequence[str], name: str
) -> Iterator[tuple[Fault, str, Sequence[Line]]]:
    """Give each fault with its line, and why once for each example."""
    left = dict(whys)
    for fault in faults:
        why = left.pop(place_of_fault(fault), ())
        yield fault, _line(lines, fault, name), why


def _line(lines: Sequence[str], fault: Fault, name: str) -> str:
    """Give the line of the edited file that a fault is about."""
    here = fault.file == name and 0 < fault.line <= len(lines)
    return lines[fault.line - 1] if here else ""


def _why(saved: AnyRow | None) -> Text | None:
    why = (saved.detail or {}).get("why") if saved is not None else None
    return unpack(why) if why else None
