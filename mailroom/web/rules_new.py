"""Begins a new rule file, which from there on is edited as any other."""

import re
from collections.abc import Collection
from itertools import chain, count

from starlette.responses import Response

from mailroom.errors import ReviewError, Text, text
from mailroom.i18n import say
from mailroom.register.rule_names import ENDING, new_name, taken
from mailroom.web.ask import Ask
from mailroom.web.page import go, page
from mailroom.web.route import NoSuchPageError
from mailroom.web.rules import (
    changed,
    check_try_or_save,
    file_shown,
    place_of,
    typed_besides,
)
from mailroom.web.rules_edit import Edit, file_for, folder_of, is_there, readable
from mailroom.web.visit import Visit

# A drawer that holds as it stands, and that no letter meets until it is changed.
START = """\
mailroom: 1

# {pattern}
# {elsewhere}

category:
  id: {id}  # {of_id}
  about: {{zh: {name}, en: {name}}}  # {of_about}

rules:
  - id: {id}_1
    name: {name}
    priority: 50  # {of_priority}
    when:
      all:  # {of_all}
        - text: {{contains: [{words}]}}
      none:  # {of_none}
        - machine: [list, bulk]
    confidence: 0.9  # {of_confidence}
    examples:  # {of_examples}
      match:
        - {{subject: {words}, body: {words}}}
      no_match:
        - {{subject: {other}, body: {other}}}
"""
NOTES = {
    "pattern": text("A pattern to change: a drawer of its own, with one rule."),
    "elsewhere": text(
        "For a drawer that there is already: take out `category:` with its two lines,"
        " and give the rule a line `then: [{category: …}]`."
    ),
    "of_id": text("for programs: small letters, digits, _"),
    "of_about": text("what people read"),
    "of_priority": text("high ones are tried first"),
    "of_all": text("every line; within a line any of the words"),
    "of_none": text("none of these"),
    "of_confidence": text("from 0 to 1; below 0.6 a person decides"),
    "of_examples": text("tried on every check; write letters as they come"),
    "other": text("a letter that is none of it"),
}


def new_page(visit: Visit, ask: Ask) -> Response:
    """Ask for the name of a new file; then show what it may begin with."""
    if not visit.edits_rules:
        raise NoSuchPageError
    typed = ask.one("name")
    if not typed.strip():
        return _name_asked(visit, "")
    try:
        name = new_name(typed)
    except ReviewError as error:
        return _name_asked(visit, typed, error.text)
    if other := taken(folder_of(visit), name):
        return _name_asked(visit, typed, is_there(other))
    words = _start(visit, name.removesuffix(ENDING))
    return file_shown(visit, Edit(name=name, before=b"", words=words, is_new=True))


def _name_asked(visit: Visit, typed: str, wrong: Text | None = None) -> Response:
    return page(
        visit, "rules_new.html", status=409 if wrong else 200, typed=typed[:100],
        wrong=wrong,
    )  # fmt: skip


def _start(visit: Visit, name: str) -> str:
    rules = visit.desk.rules
    used = {*rules.categories, *(rule.id.removesuffix("_1") for rule in rules.rules)}
    id_ = _free_id(name, used)
    # Words of its own: two files that are left as they began would hinder each other.
    notes = {**NOTES, "words": text("words for “{id}” that no letter has yet", id=id_)}
    said = {key: say(note, visit.language) for key, note in notes.items()}
    return START.format(name=name, id=id_, **said)


def _free_id(name: str, used: Collection[str]) -> str:
    """Make an id of a name, which has no Han and begins with a letter."""
    words = "_".join(re.findall(r"[a-z0-9]+", name.lower())).lstrip("0123456789_")
    wanted = words or "new_drawer"
    ids = chain([wanted], (f"{wanted}_{n}" for n in count(2)))
    return next(id_ for id_ in ids if id_ not in used)


def make_file(visit: Visit, ask: Ask) -> Response:
    """Check a file that is not there yet, try it on the mail, or save it."""
    if not visit.edits_rules:
        raise NoSuchPageError
    name, words = new_name(ask.one("name")), ask.one("content")
    other = taken(folder_of(visit), name)
    if other == name:
        before = file_for(visit, name)
        edit = Edit(name=name, before=before, words=words)
        if readable(before) == words:  # their own save, sent twice
            return go(place_of(name))
        return changed(visit, edit, typed_besides(ask))
    edit = Edit(name=name, before=b"", words=words, is_new=True)
    if other:
        more = typed_besides(ask)
        return file_shown(visit, edit, status=409, wrong=is_there(other), **more)
    return check_try_or_save(visit, ask, edit)
