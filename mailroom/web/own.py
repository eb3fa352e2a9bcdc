"""What belongs to everybody's desk: language, keys, the style sheet, a sign of life."""

from starlette.responses import PlainTextResponse, Response

from mailroom.i18n import LANGUAGES
from mailroom.register import logins
from mailroom.web.ask import Ask
from mailroom.web.entry import is_secure
from mailroom.web.page import asset_bytes, go
from mailroom.web.route import NoSuchPageError
from mailroom.web.visit import LANGUAGE_COOKIE, Visit

_A_YEAR = 31_536_000  # seconds
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


def choose_language(visit: Visit, ask: Ask) -> Response:
    """Speak another language from now on: to this browser, and to this login."""
    wanted = ask.one("language")
    if wanted not in LANGUAGES:
        raise NoSuchPageError
    if visit.login is not None:
        with visit.desk.database.write() as tx:
            logins.prefer(tx, visit.login, language=wanted)
    answer = go(ask.one("back", "/"))
    answer.set_cookie(
        LANGUAGE_COOKIE,
        wanted,
        max_age=_A_YEAR,
        samesite="lax",
        secure=is_secure(visit.desk.settings),
        httponly=True,
    )
    return answer


def switch_keys(visit: Visit, ask: Ask) -> Response:
    """Switch the one-letter keys on or off, for this login (WCAG 2.2, 2.1.4)."""
    if visit.login is not None:
        with visit.desk.database.write() as tx:
            logins.prefer(tx, visit.login, keys=ask.one("keys") == "on")
    return go(ask.one("back", "/"))


def static(visit: Visit, ask: Ask) -> Response:  # noqa: ARG001  every answer is asked alike
    """Give a file of `static/`; its address changes with its content."""
    name = str(ask.places["name"])
    try:
        content = asset_bytes(name)
    except KeyError:
        raise NoSuchPageError from None
    kind = _TYPES[name.rpartition(".")[2]]
    headers = {"cache-control": f"public, max-age={_A_YEAR}, immutable"}
    return Response(content, headers=headers, media_type=f"{kind}; charset=utf-8")


def alive(visit: Visit, ask: Ask) -> Response:  # noqa: ARG001  likewise
    """Say that the desk answers; nothing more, to anybody."""
    return PlainTextResponse("ok\n")
