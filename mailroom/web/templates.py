"""The Word templates in the browser: their list, fields, faults, and what they make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.responses import FileResponse, Response

from mailroom.cases import is_restricted
from mailroom.errors import EnvironmentFault, Fault, ReviewError, TemplateError, Text
from mailroom.message.parse import parse
from mailroom.register import events, messages
from mailroom.register.schema import AnyRow
from mailroom.rules.check import BUILT_IN
from mailroom.web.ask import Ask
from mailroom.web.letter import download_headers
from mailroom.web.page import page
from mailroom.web.queue import category_name
from mailroom.web.route import NoSuchPageError
from mailroom.web.visit import Visit
from mailroom.words.compiling import read_file
from mailroom.words.lint import lint
from mailroom.words.model import Rendered
from mailroom.words.preview import preview
from mailroom.words.sample import sample
from mailroom.words.template import Template
from mailroom.workflow.read_case import visible_case
from mailroom.workflow.source import built_in, source_for
from mailroom.workflow.template_users import User, users_of_templates

SHOWN_PAGES = 10
SHOWN_PLACES = 2  # of a field


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One template as the list shows it."""

    name: str  # its path in the folder
    zh: bool | None  # None: it cannot be read
    changed: datetime | None
    faults: int  # for which it cannot be used as it is
    users: Sequence[str | Text]


def place_of(name: str, case: str = "", path: str = "file") -> str:
    """Give the address of a page of a template."""
    asked = {"name": name, "case": case} if case else {"name": name}
    return f"/templates/{path}?{urlencode(asked)}"


def list_page(visit: Visit, ask: Ask) -> Response:  # noqa: ARG001  every answer is asked alike
    """List the templates of the office."""
    shelf = visit.desk.templates
    shelf.look_around()
    broken = shelf.broken
    users = _users(visit)
    entries = [
        Entry(
            name=name,
            zh=_good(visit, name).zh if name in set(shelf) else None,
            changed=_changed(shelf.folder / name),
            faults=len(broken[name].faults) if name in broken else 0,
            users=[_named(visit, user) for user in users.get(name, ())],
        )
        for name in sorted({*shelf, *broken})
    ]
    return page(
        visit, "templates.html", entries=entries, folder=shelf.folder,
        place_of=place_of,
    )  # fmt: skip


def _changed(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None


def _users(visit: Visit) -> Mapping[str, Sequence[User]]:
    desk = visit.desk
    given = BUILT_IN.union(desk.own_pictures)
    found: dict[str, dict[User, None]] = {}
    for user in users_of_templates(desk.rules, desk.chains, given):
        found.setdefault(user.template, {})[user] = None
    return {name: list(users) for name, users in found.items()}


def _named(visit: Visit, user: User) -> str | Text:
    return category_name(visit, user.id) if user.kind == "category" else user.text


def _listed(visit: Visit, name: str) -> Path:
    """Find the file of a template. Raises NoSuchPageError for what is not listed."""
    shelf = visit.desk.templates
    shelf.look_around()
    if name not in {*shelf, *shelf.broken}:
        raise NoSuchPageError
    return shelf.folder / name


def _good(visit: Visit, name: str) -> Template:
    return visit.desk.templates[name]


def template_page(visit: Visit, ask: Ask) -> Response:
    """Show a template: fields, faults, its pages with made-up or real values."""
    name, number = ask.one("name"), ask.one("case").strip()[:40]
    path = _listed(visit, name)
    users = _users(visit).get(name, ())
    case, wrong = _case(visit, number)
    shown: dict[str, Any] = {"uses": (), "drawn": 0, "words": "", "missing": ()}
    try:
        form = _good(visit, name)
        shown["uses"] = sorted(form.uses, key=lambda use: use.field)
        rendered = _rendered(visit, form, case)
        shown |= {"words": rendered.text, "missing": rendered.missing}
        drawn = len(preview(rendered.docx, _folder(visit)).pages)
        shown["drawn"] = min(drawn, SHOWN_PAGES)
    except TemplateError as error:
        if name in visit.desk.templates:
            wrong = error.faults[0].text if error.faults else error.text
    except EnvironmentFault as error:
        wrong = error.text
    if case is not None:
        _note(visit, case)
    return page(
        visit, "template.html", name=name, path=path, wrong=wrong, users=users,
        user_name=lambda user: _named(visit, user), place_of=place_of,
        faults=_faults(path, users), number=case.number if case else "",
        asked=number, most_places=SHOWN_PLACES, changed=_changed(path), **shown,
    )  # fmt: skip


def _faults(path: Path, users: Sequence[User]) -> Sequence[Fault]:
    """Give what a proofreader finds, fields that a user does not give, too."""
    gives = [user.gives for user in users if user.gives is not None]
    return lint(path, known=frozenset.intersection(*gives) if gives else None)


def _case(visit: Visit, number: str) -> tuple[AnyRow | None, Text | None]:
    """Find the case whose values are to be shown, if the visitor may see it."""
    if not number:
        return None, None
    try:
        with visit.desk.database.read() as tx:
            return visible_case(tx, number, visit.sight), None
    except ReviewError as error:
        return None, error.text


def _note(visit: Visit, case: AnyRow) -> None:
    if is_restricted(case.sensitivity):
        with visit.desk.database.write() as tx:
            events.record(
                tx, "opened to read", at=visit.now, entity="case", entity_id=case.id,
                case_id=case.id, actor=visit.who,
            )  # fmt: skip


def _rendered(visit: Visit, form: Template, case: AnyRow | None) -> Rendered:
    """Fill a template in. Raises TemplateError where values do not fit it."""
    own = dict(visit.desk.own_pictures)
    if case is None:
        return form.render({**sample(form.uses, zh=form.zh), **own})
    return form.render({**own, **_values(visit, case, zh=form.zh)})


def _values(visit: Visit, case: AnyRow, *, zh: bool) -> Mapping[str, Any]:
    with visit.desk.database.read() as tx:
        mails = [m for m in messages.of_case(tx, case.id) if m.direction == "in"]
        first = messages.row(tx, mails[0].id) if mails else None
    if first is None or not visit.sight.sees(
        (first.answer or {}).get("sensitivity", "normal"), first.category, case.owner
    ):
        language = "zh" if zh else "en"
        return built_in(visit.desk, case, language, name="", now=visit.now)
    message = parse(visit.desk.mail.read(first.sha256))
    return source_for(visit.desk, first, case, message, now=visit.now).fields


def picture(visit: Visit, ask: Ask) -> Response:
    """Give the picture of one page of it."""
    name, number = ask.one("name"), ask.one("case").strip()[:40]
    _listed(visit, name)
    case, wrong = _case(visit, number)
    if wrong is not None:
        raise NoSuchPageError
    try:
        rendered = _rendered(visit, _good(visit, name), case)
        drawn = preview(rendered.docx, _folder(visit)).pages
    except (TemplateError, EnvironmentFault):
        raise NoSuchPageError from None
    place = ask.number("number")
    if place >= min(len(drawn), SHOWN_PAGES):
        raise NoSuchPageError
    headers = {"cache-control": "private, no-cache"}
    return FileResponse(drawn[place], media_type="image/png", headers=headers)


def download(visit: Visit, ask: Ask) -> Response:
    """Give the template itself, to be looked at in Word."""
    path = _listed(visit, ask.one("name"))
    try:
        content = read_file(path)
    except TemplateError:
        raise NoSuchPageError from None
    return Response(content, headers=download_headers(path.name))


def _folder(visit: Visit) -> Path:
    return visit.desk.settings.folder("data") / "previews"
