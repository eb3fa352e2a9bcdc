"""Lets people in and out: login, the link that sets a password, logout."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from starlette.responses import Response

from mailroom.errors import ReviewError, Text, text
from mailroom.register import logins
from mailroom.register.logins import LONGEST, Login
from mailroom.settings import Settings
from mailroom.web.ask import Ask
from mailroom.web.page import go, page
from mailroom.web.visit import Visit

SHORTEST_PASSWORD = 10  # characters; NIST SP 800-63B asks for 8 and no rules beside
LONGEST_PASSWORD = 200


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # RFC 9106's second recommended option


@cache
def _nobodys_hash() -> str:
    """Return a hash to try for unknown names: they must take as long as known ones."""
    return _hasher().hash("nobody")


def session_cookie(settings: Settings) -> str:
    """Name the cookie; over https browsers hold `__Host-` to this host alone."""
    return "__Host-mailroom" if is_secure(settings) else "mailroom"


def is_secure(settings: Settings) -> bool:
    """Say whether people come by https; else a Secure cookie would be lost."""
    return settings.web.public_url.startswith("https://")


def login_page(visit: Visit, ask: Ask) -> Response:
    """Show the form."""
    if visit.login is not None:
        return go(ask.one("next", "/"))
    return _form(visit, ask, None)


def _form(visit: Visit, ask: Ask, wrong: Text | None, status: int = 200) -> Response:
    with visit.desk.database.read() as tx:
        nobody = not logins.any_admin(tx)
    return page(
        visit, "login.html", status=status, wrong=wrong, name=ask.one("name"),
        next=ask.one("next", "/"), nobody=nobody,
    )  # fmt: skip


def log_in(visit: Visit, ask: Ask) -> Response:
    """Try a name and a password."""
    name, password = ask.one("name").strip(), ask.one("password")
    keys = (f"name:{name}", f"peer:{ask.peer}")
    with visit.desk.database.read() as tx:
        wait = logins.pause(tx, keys, now=visit.now)
        login = logins.named(tx, name)
        kept = logins.password_of(tx, login) if login and not login.ended else None
    if wait.total_seconds() > 0:
        sentence = text(
            "Too many attempts. Try again in {n} s.", n=int(wait.total_seconds()) + 1
        )
        return _form(visit, ask, sentence, 429)
    if not is_right(kept or _nobodys_hash(), password) or kept is None or not login:
        with visit.desk.database.write() as tx:
            logins.failed(tx, keys, now=visit.now)
        return _form(visit, ask, text("Name or password is not right."), 403)
    return let_in(visit, login, ask.one("next", "/"))


def is_right(kept: str, password: str) -> bool:
    """Hold a password against the hash that is kept."""
    try:
        return _hasher().verify(kept, password[: LONGEST_PASSWORD + 1])
    except (Argon2Error, InvalidHashError):
        return False


def hashed(password: str) -> str:
    """Make of a password what is kept of it."""
    return _hasher().hash(password)


def too_weak(password: str, again: str) -> Text | None:
    """Say what is wrong with a new password; None where it will do."""
    if len(password) < SHORTEST_PASSWORD:
        return text("Take at least {n} characters.", n=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        return text("Take at most {n} characters.", n=LONGEST_PASSWORD)
    if password != again:
        return text("The two passwords differ.")
    return None


def let_in(visit: Visit, login: Login, place: str) -> Response:
    """Begin a session, and go on to a place of ours."""
    with visit.desk.database.write() as tx:
        if visit.token:
            logins.end_session(tx, visit.token)
        logins.succeeded(tx, f"name:{login.name}")
        token = logins.begin_session(tx, login, now=visit.now)
    answer = go(place)
    answer.set_cookie(
        session_cookie(visit.desk.settings),
        token,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        # "strict" would lose the session on every link from a notice.
        samesite="lax",
        secure=is_secure(visit.desk.settings),
        path="/",
    )
    return answer


def log_out(visit: Visit, ask: Ask) -> Response:  # noqa: ARG001  every answer is asked alike
    """End the session."""
    if visit.token:
        with visit.desk.database.write() as tx:
            logins.end_session(tx, visit.token)
    answer = go("/login")
    answer.delete_cookie(
        session_cookie(visit.desk.settings),
        secure=is_secure(visit.desk.settings),
        httponly=True,
        samesite="lax",
    )
    return answer


def welcome_page(visit: Visit, ask: Ask) -> Response:
    """Show the form that a set-up link leads to; the token is typed or in the link."""
    return page(visit, "welcome.html", token=ask.one("token"), wrong=None)


def set_password(visit: Visit, ask: Ask) -> Response:
    """Set a password by a link, and let its owner in."""
    token, password = ask.one("token").strip(), ask.one("password")
    wrong = too_weak(password, ask.one("again"))
    with visit.desk.database.read() as tx:
        login = logins.invited(tx, token, now=visit.now)
    if login is None:
        wrong = text(
            "This link was used already, or is older than 30 minutes. Ask for a new"
            " one: mailroom user link NAME"
        )
    if wrong is not None or login is None:
        return page(visit, "welcome.html", status=403, token=token, wrong=wrong)
    try:
        with visit.desk.database.write() as tx:
            logins.accept(tx, token, login, hashed(password), now=visit.now)
    except ReviewError as error:
        return page(visit, "welcome.html", status=403, token="", wrong=error.text)
    return let_in(visit, login, "/")
