"""Puts the desk in the browser together: the table of routes behind the guard."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route as Path

from mailroom.errors import EnvironmentFault, MailroomError, text
from mailroom.register import logins
from mailroom.web.ask import Ask, Upload, read_multipart, read_pairs
from mailroom.web.entry import session_cookie
from mailroom.web.guard import App, Guard, TooLargeError
from mailroom.web.page import go, page
from mailroom.web.route import NoSuchPageError, Route
from mailroom.web.routes import ROUTES
from mailroom.web.shown import ChangedError, changed_page, typed
from mailroom.web.visit import LANGUAGE_COOKIE, Visit, visit_of
from mailroom.workflow.desk import Desk

_OF_A_DRAFT = re.compile(r"/drafts/[0-9]+(?=/)")
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
Clock = Callable[[], datetime]


def application(
    desk: Callable[[], Desk], *, clock: Clock = lambda: datetime.now(UTC)
) -> App:
    """Make the ASGI application; `desk` gives the desk as its rules are just now."""
    settings = desk().settings
    paths = [
        Path(
            route.path,
            _endpoint(route, desk, clock),
            methods=[route.method],
            name=f"{route.method} {route.path}",
        )
        for route in ROUTES
    ]
    handlers = {404: _no_page(desk, clock), 405: _no_page(desk, clock)}
    inner = Starlette(routes=paths, exception_handlers=handlers)
    inner.router.redirect_slashes = False
    public = urlsplit(settings.web.public_url)
    hosts = {
        *LOOPBACK,
        settings.web.host,
        *([public.hostname] if public.hostname else []),
    }
    origins = {f"{public.scheme}://{public.netloc}"} if public.netloc else set()
    return Guard(inner, hosts=hosts, origins=origins)


def _endpoint(
    route: Route, desk: Callable[[], Desk], clock: Clock
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            body = await request.body()
        except TooLargeError:
            return PlainTextResponse("This is too large; nothing was done.\n", 413)
        # The database and argon2 would hold up everybody else on the event loop.
        return await run_in_threadpool(_answer, route, desk(), clock(), request, body)

    return endpoint


def _answer(
    route: Route, desk: Desk, now: datetime, request: Request, body: bytes
) -> Response:
    try:
        visit = _visit(desk, request, now)
        try:
            ask = _ask(request, body)
        except ValueError:
            return PlainTextResponse("This form cannot be read.\n", 400)
        return _answered(route, visit, ask)
    except EnvironmentFault as error:
        return PlainTextResponse(f"{error}\n", 503)


def _answered(route: Route, visit: Visit, ask: Ask) -> Response:
    if route.role is not None and not visit.may(route.role):
        return _turned_away(route, visit, ask)
    try:
        return route.answer(visit, ask)
    except NoSuchPageError:
        return no_page(visit)
    except ChangedError as error:
        return changed_page(visit, error, typed(ask))
    except EnvironmentFault:
        raise
    except MailroomError as error:
        title = text("Nothing was done.")
        return page(
            visit, "stop.html", status=409, title=title, words=error.text,
            typed=typed(ask),
        )  # fmt: skip


def _turned_away(route: Route, visit: Visit, ask: Ask) -> Response:
    if visit.login is not None and route.role is not None:
        title = text("This needs the role {role}.", role=text(route.role.value))
        return page(visit, "stop.html", status=403, title=title, words=None, typed=())
    if route.method == "GET":
        return go(f"/login?next={quote(visit.place)}")
    title = text("You are no longer logged in; nothing was done.")
    return page(
        visit, "stop.html", status=401, title=title, words=None, typed=typed(ask)
    )


def no_page(visit: Visit) -> Response:
    """Say that there is nothing; the same for what is not there and not theirs."""
    title = text("There is nothing here.")
    return page(visit, "stop.html", status=404, title=title, words=None, typed=())


def _visit(desk: Desk, request: Request, now: datetime) -> Visit:
    token = request.cookies.get(session_cookie(desk.settings), "")
    login = None
    if token:
        try:
            with desk.database.read() as tx:
                login, stale = logins.of_session(tx, token, now=now)
            if stale:
                with desk.database.write() as tx:
                    logins.seen(tx, token, now=now)
        except KeyError:
            token = ""
    return visit_of(
        desk,
        login,
        token=token,
        cookie=request.cookies.get(LANGUAGE_COOKIE, ""),
        languages=request.headers.get("accept-language", "")[:500],
        place=_place(request),
        now=now,
    )


def _place(request: Request) -> str:
    """Say where a visitor is: the page itself, or that whose form was sent."""
    # A path of two slashes would be the name of another site in a link.
    path = "/" + str(request.scope["path"]).lstrip("/\\")
    query = request.scope["query_string"].decode("latin-1")
    if request.method == "POST":
        draft = _OF_A_DRAFT.match(path)
        path = draft[0] if draft else path.rpartition("/")[0] or "/"
        if path.startswith(("/quarantine/", "/followups/")):
            path = "/" + path.split("/")[1]
    return path + (f"?{query}" if query else "")


def _ask(request: Request, body: bytes) -> Ask:
    """Read a request; never its URL, which a Host header may have poisoned.

    Raises ValueError where the form is none.
    """
    kind = request.headers.get("content-type", "")
    form = read_pairs("")
    uploads: dict[str, Upload] = {}
    if kind.lower().startswith("multipart/form-data"):
        form, files = read_multipart(kind, body)
        uploads = dict(files)
    elif body:
        form = read_pairs(body.decode("utf-8", "replace"))
    return Ask(
        method=request.method,
        path=request.scope["path"],
        places=MappingProxyType(dict(request.path_params)),
        query=read_pairs(request.scope["query_string"].decode("latin-1")),
        form=form,
        uploads=MappingProxyType(uploads),
        cookies=MappingProxyType(dict(request.cookies)),
        languages=request.headers.get("accept-language", "")[:500],
        peer=request.client.host if request.client else "",
    )


def _no_page(
    desk: Callable[[], Desk], clock: Clock
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, _: Exception) -> Response:
        def inner() -> Response:
            return no_page(_visit(desk(), request, clock()))

        return await run_in_threadpool(inner)

    return answer
