"""Lets people in at the desk, changes what they may do, and lets them in no longer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection

from mailroom.errors import ReviewError, text
from mailroom.register import events, logins
from mailroom.register.logins import Login, Role
from mailroom.settings import Settings
from mailroom.workflow.desk import Desk

LONGEST_NAME = 64  # characters of a login


def add(
    desk: Desk, name: str, *, role: Role, person: str, who: str, now: datetime
) -> str:
    """Enter a login; returns the key of the link that sets its password.

    `person` is a name of rules/office/people.yaml, or "". Raises ReviewError.
    """
    if not name or name != name.strip() or not name.isprintable():
        raise ReviewError(text("a login is a name without spaces around it"))
    if len(name) > LONGEST_NAME:
        raise ReviewError(text("a login has at most {n} characters", n=LONGEST_NAME))
    if person and desk.directory.person(person) is None:
        raise ReviewError(
            text("rules/office/people.yaml knows nobody called {name}", name=person)
        )
    mapped = desk.settings.reviewers.get(name)
    if mapped is not None and mapped != person:
        # One name in the book must not stand for two people.
        raise ReviewError(
            text(
                "{name} is {person} under [reviewers] in mailroom.toml; add"
                " --person {person}",
                name=name,
                person=mapped,
            )
        )
    with desk.database.write() as tx:
        one = logins.add(tx, name, person=person, role=role, now=now, actor=who)
        return _link(tx, one, who=who, now=now)


def renew(desk: Desk, name: str, *, who: str, now: datetime) -> str:
    """Make the key of a new link for a login; older links end. Raises ReviewError."""
    with desk.database.write() as tx:
        one = found(tx, name)
        if one.ended:
            raise ReviewError(text("the login {name} has ended", name=name))
        return _link(tx, one, who=who, now=now)


def _link(tx: Connection, one: Login, *, who: str, now: datetime) -> str:
    # Whoever has the link can be that person: the book says who has made it.
    events.record(
        tx, "link made", at=now, entity="login", entity_id=one.id, actor=who,
        login=one.name,
    )  # fmt: skip
    return logins.invite(tx, one, now=now)


def change_role(desk: Desk, name: str, role: Role, *, who: str, now: datetime) -> None:
    """Change what somebody may do; an ended login begins again. Raises ReviewError."""
    with desk.database.write() as tx, _somebody_stays(tx):
        logins.change(tx, found(tx, name), now=now, actor=who, role=role, ended_at=None)


def end(desk: Desk, name: str, *, who: str, now: datetime) -> None:
    """Let somebody in no longer, at once. Raises ReviewError."""
    with desk.database.write() as tx, _somebody_stays(tx):
        logins.change(tx, found(tx, name), now=now, actor=who, ended_at=now)


@contextmanager
def _somebody_stays(tx: Connection) -> Iterator[None]:
    """Undo, by raising ReviewError, what would leave the desk without an admin."""
    before = logins.any_admin(tx)
    yield
    if before and not logins.any_admin(tx):
        raise ReviewError(
            text("nobody could let others in any more: make somebody else admin first")
        )


def found(tx: Connection, name: str) -> Login:
    """Find a login by its name. Raises ReviewError."""
    one = logins.named(tx, name)
    if one is None:
        raise ReviewError(text("there is no login {name}", name=name))
    return one


def link(settings: Settings, key: str) -> str:
    """Write the link that sets a password, as it is given to its owner."""
    web = settings.web
    base = web.public_url.rstrip("/") or f"http://{web.host}:{web.port}"
    # Behind the #: what stands there is sent to no server and written in no log.
    return f"{base}/welcome#{key}"
