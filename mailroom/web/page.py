"""Makes pages: the templates in `pages/`, in the visitor's language."""

from datetime import date, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from mailroom.cases import is_restricted
from mailroom.errors import Text, text
from mailroom.i18n import LANGUAGES, Language, catalog, say
from mailroom.message.filetypes import real_type
from mailroom.message.model import Attachment
from mailroom.register.logins import Role
from mailroom.web.parts import parts
from mailroom.web.visit import Visit
from mailroom.workflow import health

ORDER_NAMES = {
    "due": text("due first"),
    "oldest": text("oldest first"),
    "category": text("by drawer"),
    "risk": text("risky first"),
    "owner": text("by who is in charge"),
}
DONE = {
    "approved": text("Approved."),
    "rejected": text("Rejected."),
    "later": text("Put off."),
    "first": text("Noted. A second person must approve it, too."),
    "look": text("Saved, and not approved: look at what the clerk found first."),
    "noted": text("Done."),
}
KEYS = (
    ("j k", text("next and previous of the same list")),
    ("a", text("approve, and on to the next")),
    ("e", text("change")),
    ("Ctrl ↵", text("save and approve")),
    ("r 1…9", text("reject, with a reason")),
    ("s 1…9", text("hand over to somebody")),
    ("l", text("later")),
    ("u", text("take my last approval back")),
    ("w", text("why this answer")),
    ("y n", text("follow what a letter of ours promises, or drop it")),
    ("/", text("search")),
    ("Esc", text("leave")),
    ("?", text("this sheet")),
)
ZONES = {
    "subject": text("from the subject"),
    "new": text("from the letter"),
    "forwarded": text("from the forwarded letter"),
    "quoted": text("from quoted mail"),
    "footer": text("from the signature"),
    "attachment": text("from an attachment"),
    "header": text("from a header"),
    "sender": text("from the sender"),
}


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("mailroom.web", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(
    visit: Visit,
    template: str,
    /,
    *,
    status: int = 200,
    **values: Any,  # noqa: ANN401  what the page shows
) -> HTMLResponse:
    """Fill a page of `pages/` for a visitor."""
    return HTMLResponse(filled(visit, template, **values), status)


def filled(visit: Visit, template: str, /, **values: Any) -> str:  # noqa: ANN401  likewise
    """Fill a page and return it."""
    tongue = Tongue(visit)
    return (
        _environment()
        .get_template(template)
        .render(
            visit=visit,
            troubles=health.troubles(visit.desk, visit.now, visit.sight)
            if visit.login
            else (),
            _=tongue.translate,
            say=tongue.say,
            when=tongue.when,
            day=tongue.day,
            languages=LANGUAGES,
            asset=asset,
            parts=parts,
            here=visit.place.partition("?")[0],
            roles=Role,
            order_names=ORDER_NAMES,
            done_words=DONE,
            key_names=KEYS,
            zone_name=tongue.zone_name,
            kind_of=kind_of,
            is_restricted=is_restricted,
            **values,
        )
    )


def go(place: str) -> Response:
    """Send the browser on, after something was done; `place` is a path of ours."""
    if not place.startswith("/") or place.startswith(("//", "/\\")):
        place = "/"
    return RedirectResponse(place, 303)


class Tongue:
    """Speaks the visitor's language, in the office's zone."""

    def __init__(self, visit: Visit) -> None:
        self.language: Language = visit.language
        self._zone = visit.desk.settings.office.zone
        self._today = visit.desk.today(visit.now)

    def translate(self, pattern: str, **values: object) -> Markup:
        """Say a sentence of a page; what fills it is escaped."""
        sentence = catalog(self.language).get(pattern, pattern)
        shown = {name: self._shown(value) for name, value in values.items()}
        return Markup(sentence).format(**shown) if values else Markup(sentence)  # noqa: S704  the sentences are our own

    def _shown(self, value: object) -> object:
        return say(value, self.language) if isinstance(value, Text) else value

    def zone_name(self, zone: str) -> str:
        """Name a part of a letter."""
        return self.say(ZONES[zone]) if zone in ZONES else zone

    def say(self, sentence: Text | str) -> str:
        """Say a Text of the register."""
        return say(sentence, self.language)

    def when(self, moment: datetime | None) -> Markup:
        """Show a moment: the time alone where it is today's."""
        if moment is None:
            return Markup("–")
        local = moment.astimezone(self._zone)
        shape = "%H:%M" if local.date() == self._today else "%Y-%m-%d %H:%M"
        return Markup('<time datetime="{}">{}</time>').format(
            local.isoformat(timespec="seconds"), local.strftime(shape)
        )

    def day(self, value: date | str | None) -> str:
        """Show a date with its weekday: 3月12日 周四, Thu 12 Mar."""
        if not value:
            return "–"
        if isinstance(value, str):
            value = date.fromisoformat(value)
        locale, shape = (
            ("zh_CN", "M月d日 EEE")
            if self.language == "zh-CN"
            else ("en_GB", "EEE d MMM")
        )
        if value.year != self._today.year:
            shape = ("y年" + shape) if self.language == "zh-CN" else shape + " y"
        return format_date(value, shape, locale=locale)


@cache
def asset(name: str) -> str:
    """Give the address of a file in `static/`, with its digest: it may be kept."""
    return f"/static/{sha256(asset_bytes(name)).hexdigest()[:12]}/{name}"


@cache
def asset_bytes(name: str) -> bytes:
    """Return a file of `static/`. Raises KeyError where there is none."""
    if name not in assets():
        raise KeyError(name)
    return files("mailroom.web").joinpath("static", name).read_bytes()


@cache
def assets() -> frozenset[str]:
    """List the files of `static/`."""
    return frozenset(f.name for f in files("mailroom.web").joinpath("static").iterdir())


def kind_of(file: Attachment) -> str:
    """Say what a file really is, by its bytes; else what its sender calls it."""
    told = real_type(file.content)
    return file.type if told in {"", "text/plain"} else told
