"""Puts the desk in the browser together: the table of routes behind the guard."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route as Path

from mailroom.errors import EnvironmentFault, MailroomError, Text, text
from mailroom.i18n import LANGUAGES, say
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
    none = _no_page(desk, clock)
    handlers = {404: none, 405: none, 500: _broken}
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
            return _plainly(413, text("This is too large; nothing was done."))
        # The database and argon2 would hold up everybody else on the event loop.
        return await run_in_threadpool(_answer, route, desk(), clock(), request, body)

    return endpoint


def _answer(
    route: Route, desk: Desk, now: datetime, request: Request, body: bytes
) -> Response:
    try:
        visit = _visit(desk, request, now, route)
        try:
            ask = _ask(request, body)
        except ValueError:
            return _plainly(400, text("This form cannot be read; nothing was done."))
        return _answered(route, visit, ask)
    except EnvironmentFault as error:
        return _plainly(503, error.text)


def _plainly(status: int, sentence: Text) -> Response:
    """Say something where there is no page: in each language, for nobody is known."""
    words = (say(sentence, language) for language in reversed(LANGUAGES))
    return PlainTextResponse("".join(f"{each}\n" for each in words), status)


async def _broken(request: Request, error: Exception) -> Response:  # noqa: ARG001  Starlette's signature
    """Answer where we have failed; the log tells the kind and the place."""
    return _plainly(500, text("This should not have happened; nothing was done."))


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


def _visit(
    desk: Desk, request: Request, now: datetime, route: Route | None = None
) -> Visit:
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
        place=_place(request, route),
        now=now,
    )


def _place(request: Request, route: Route | None) -> str:
    """Say where a visitor is: the page itself, or that whose form was sent."""
    path = str(request.scope["path"])
    if route is not None:
        path = route.home.format(
            **{name: quote(str(at)) for name, at in request.path_params.items()}
        )
    # A path of two slashes would be the name of another site in a link.
    path = "/" + path.lstrip("/\\")
    query = request.scope["query_string"].decode("latin-1")
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
        places=MappingProxyType(dict(request.path_params)),
        query=read_pairs(request.scope["query_string"].decode("latin-1")),
        form=form,
        uploads=MappingProxyType(uploads),
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
