"""One's own login: its password, its sessions, its language, its keys."""

from starlette.responses import Response

from mailroom.errors import Text, text
from mailroom.register import logins
from mailroom.web.ask import Ask
from mailroom.web.entry import hashed, is_right, let_in, too_weak
from mailroom.web.page import go, page
from mailroom.web.people import ROLE_NAMES
from mailroom.web.route import NoSuchPageError
from mailroom.web.visit import Visit


def account_page(visit: Visit, ask: Ask) -> Response:
    """Show what one may do, and what one can change of one's own."""
    return _page(visit, done=ask.one("done"))


def _page(
    visit: Visit, *, wrong: Text | None = None, status: int = 200, done: str = ""
) -> Response:
    if visit.login is None:
        raise NoSuchPageError
    return page(
        visit, "account.html", status=status, wrong=wrong, done=done,
        role_name=ROLE_NAMES[visit.login.role],
    )  # fmt: skip


def change_password(visit: Visit, ask: Ask) -> Response:
    """Set another password, with the old one; every other session ends."""
    login = visit.login
    if login is None:
        raise NoSuchPageError
    # Whoever sits down at a desk left open may not guess for ever.
    keys = (f"own:{login.name}",)
    with visit.desk.database.read() as tx:
        wait = logins.pause(tx, keys, now=visit.now)
        kept = logins.password_of(tx, login)
    if wait.total_seconds() > 0:
        seconds = int(wait.total_seconds()) + 1
        wrong = text("Too many attempts. Try again in {n} s.", n=seconds)
        return _page(visit, wrong=wrong, status=429)
    if kept is None or not is_right(kept, ask.one("old")):
        with visit.desk.database.write() as tx:
            logins.failed(tx, keys, now=visit.now)
        return _page(visit, wrong=text("The old password is not right."), status=409)
    weak = too_weak(ask.one("password"), ask.one("again"))
    if weak is not None:
        return _page(visit, wrong=weak, status=409)
    with visit.desk.database.write() as tx:
        logins.succeeded(tx, keys[0])
        fresh = hashed(ask.one("password"))
        logins.change(tx, login, now=visit.now, actor=login.name, password=fresh)
    return let_in(visit, login, "/account?done=noted")


def sign_out_everywhere(visit: Visit, ask: Ask) -> Response:  # noqa: ARG001  every answer is asked alike
    """End every session of one's own, this one too."""
    if visit.login is not None:
        with visit.desk.database.write() as tx:
            logins.end_sessions(tx, visit.login)
    return go("/login")
