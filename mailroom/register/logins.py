"""The people who work at the desk in the browser: logins, sessions, links, attempts."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from mailroom.errors import ReviewError, text
from mailroom.register import events
from mailroom.register.schema import AnyRow
from mailroom.register.schema_desk import attempt, invitation, login, session

IDLE = timedelta(hours=8)  # a session without a request ends
LONGEST = timedelta(days=7)  # and each ends at last
LINK_LIVES = timedelta(minutes=30)
_NOTED_EVERY = timedelta(minutes=1)  # else each request would be a write
_FREE_ATTEMPTS = 5
_LONGEST_PAUSE = timedelta(minutes=15)
_FORGOTTEN_AFTER = timedelta(days=1)


class Role(StrEnum):
    """What somebody may do; each may do what those before it may."""

    VIEWER = "viewer"  # reads
    REVIEWER = "reviewer"  # revises, rejects, hands over
    APPROVER = "approver"  # approves
    ADMIN = "admin"  # people and rules

    def reaches(self, other: "Role") -> bool:
        """Say whether this role may do what that one may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Somebody who may come in."""

    id: int
    name: str
    person: str  # of rules/office/people.yaml; "" where the operator named nobody
    role: Role
    language: str | None
    keys: bool
    has_password: bool
    ended: bool


def add(
    tx: Connection, name: str, *, person: str, role: Role, now: datetime, actor: str
) -> Login:
    """Enter a login without a password. Raises ReviewError where the name is taken."""
    made = tx.execute(
        insert(login)
        .values(name=name, person=person, role=role, keys=True, made_at=now)
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(login)
    ).one_or_none()
    if made is None:
        raise ReviewError(text("there is a login {name} already", name=name))
    _tell(tx, "login added", made.id, now, actor, login=name, role=role, person=person)
    return _login(made)


def change(
    tx: Connection,
    one: Login,
    *,
    now: datetime,
    actor: str,
    **values: Any,  # noqa: ANN401  columns of the login
) -> None:
    """Change role, person or end of a login; it has to log in again."""
    tx.execute(update(login).where(login.c.id == one.id).values(**values))
    end_sessions(tx, one)
    told = {name: str(value) for name, value in values.items() if name != "password"}
    _tell(tx, "login changed", one.id, now, actor, login=one.name, changed=told)


def prefer(tx: Connection, one: Login, **values: Any) -> None:  # noqa: ANN401  likewise
    """Note what somebody likes: their language, whether keys work."""
    tx.execute(update(login).where(login.c.id == one.id).values(**values))


def _tell(
    tx: Connection,
    what: str,
    login_id: int,
    now: datetime,
    actor: str,
    **detail: object,
) -> None:
    events.record(
        tx, what, at=now, entity="login", entity_id=login_id, case_id=None, actor=actor,
        **detail,
    )  # fmt: skip


def named(tx: Connection, name: str) -> Login | None:
    """Find a login by its name."""
    row = tx.execute(select(login).where(login.c.name == name)).one_or_none()
    return _login(row) if row else None


def everybody(tx: Connection) -> Sequence[Login]:
    """List the logins by name."""
    return [_login(row) for row in tx.execute(select(login).order_by(login.c.name))]


def person_of(tx: Connection, name: str) -> str | None:
    """Return the person behind a login that still lets in; None where there is none."""
    found = named(tx, name)
    return found.person if found and not found.ended else None


def password_of(tx: Connection, one: Login) -> str | None:
    """Return the argon2 hash of a login's password."""
    return tx.execute(
        select(login.c.password).where(login.c.id == one.id)
    ).scalar_one_or_none()


def _login(row: AnyRow) -> Login:
    return Login(
        id=row.id,
        name=row.name,
        person=row.person,
        role=Role(row.role),
        language=row.language,
        keys=row.keys,
        has_password=row.password is not None,
        ended=row.ended_at is not None,
    )


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# -- sessions ------------------------------------------------------------------------


def begin_session(tx: Connection, one: Login, *, now: datetime) -> str:
    """Let somebody in; returns the token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    tx.execute(
        insert(session).values(
            token_sha256=_sha256(token), login_id=one.id, made_at=now, seen_at=now
        )
    )
    tx.execute(delete(session).where(session.c.made_at < now - LONGEST))
    _tell(tx, "logged in", one.id, now, one.name)
    return token


def of_session(tx: Connection, token: str, *, now: datetime) -> tuple[Login, bool]:
    """Find who a session belongs to, and whether `seen` is to be called.

    Raises KeyError where it has ended, or never was.
    """
    row = tx.execute(
        select(login, session.c.made_at.label("began"), session.c.seen_at)
        .join(session, session.c.login_id == login.c.id)
        .where(session.c.token_sha256 == _sha256(token), login.c.ended_at.is_(None))
    ).one_or_none()
    if row is None or now - row.seen_at > IDLE or now - row.began > LONGEST:
        raise KeyError
    return _login(row), now - row.seen_at > _NOTED_EVERY


def seen(tx: Connection, token: str, *, now: datetime) -> None:
    """Note that a session is in use."""
    tx.execute(
        update(session)
        .where(session.c.token_sha256 == _sha256(token))
        .values(seen_at=now)
    )


def end_session(tx: Connection, token: str) -> None:
    """Log out."""
    tx.execute(delete(session).where(session.c.token_sha256 == _sha256(token)))


def end_sessions(tx: Connection, one: Login) -> None:
    """Log somebody out everywhere."""
    tx.execute(delete(session).where(session.c.login_id == one.id))


# -- the link with which a password is set -------------------------------------------


def invite(tx: Connection, one: Login, *, now: datetime) -> str:
    """Make the token of a link that sets a password once; older links end."""
    token = secrets.token_urlsafe(32)
    tx.execute(delete(invitation).where(invitation.c.login_id == one.id))
    tx.execute(
        insert(invitation).values(
            token_sha256=_sha256(token), login_id=one.id, expires_at=now + LINK_LIVES
        )
    )
    return token


def invited(tx: Connection, token: str, *, now: datetime) -> Login | None:
    """Find whom a link is for; None where it was used or is too old."""
    row = tx.execute(
        select(login)
        .join(invitation, invitation.c.login_id == login.c.id)
        .where(
            invitation.c.token_sha256 == _sha256(token),
            invitation.c.used_at.is_(None),
            invitation.c.expires_at > now,
            login.c.ended_at.is_(None),
        )
    ).one_or_none()
    return _login(row) if row else None


def accept(
    tx: Connection, token: str, one: Login, password_hash: str, *, now: datetime
) -> None:
    """Set the password by a link; the link is used up. Raises ReviewError."""
    used = tx.execute(
        update(invitation)
        .where(
            invitation.c.token_sha256 == _sha256(token), invitation.c.used_at.is_(None)
        )
        .values(used_at=now)
    )
    if used.rowcount != 1:
        raise ReviewError(text("this link was used already; ask for a new one"))
    change(tx, one, now=now, actor=one.name, password=password_hash)


# -- failed attempts -----------------------------------------------------------------


def pause(tx: Connection, keys: Sequence[str], *, now: datetime) -> timedelta:
    """Say how long one must wait before the next attempt; the longest of all keys."""
    rows = tx.execute(
        select(attempt.c["count"] - _FREE_ATTEMPTS, attempt.c.last_at).where(
            attempt.c.key.in_([_sha256(key) for key in keys])
        )
    ).all()
    waits = [
        last_at + min(timedelta(seconds=2 ** min(over, 20)), _LONGEST_PAUSE) - now
        for over, last_at in rows
        if over >= 0
    ]
    longest: timedelta = max([*waits, timedelta()])
    return longest


def failed(tx: Connection, keys: Sequence[str], *, now: datetime) -> None:
    """Count a failed attempt; what is a day old is forgotten."""
    tx.execute(delete(attempt).where(attempt.c.last_at < now - _FORGOTTEN_AFTER))
    for key in keys:
        tx.execute(
            insert(attempt)
            .values(key=_sha256(key), count=1, last_at=now)
            .on_conflict_do_update(
                index_elements=["key"],
                set_={"count": attempt.c["count"] + 1, "last_at": now},
            )
        )


def succeeded(tx: Connection, key: str) -> None:
    """Forget the failed attempts under a key."""
    tx.execute(delete(attempt).where(attempt.c.key == _sha256(key)))


def any_admin(tx: Connection) -> bool:
    """Say whether somebody can let others in."""
    admins = select(func.count()).where(
        login.c.role == Role.ADMIN, login.c.ended_at.is_(None)
    )
    return bool(tx.execute(admins).scalar_one())
