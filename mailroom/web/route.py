"""What a route is: a way of asking, a path, who may ask, and what answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response

from mailroom.register.logins import Role
from mailroom.web.ask import Ask
from mailroom.web.visit import Visit

Answer = Callable[[Visit, Ask], Response]


class NoSuchPageError(Exception):
    """There is no such thing, or none that this visitor may see: the same answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One line of the desk's table."""

    method: Literal["GET", "POST"]
    path: str  # Starlette's: "/drafts/{draft:int}"
    role: Role | None  # at least; None: whoever comes, logged in or not
    answer: Answer
    home: str  # the page that one is on, with the names of `path`: "/drafts/{draft}"


def get(path: str, role: Role | None, answer: Answer) -> Route:
    """Make a route that only looks: it is its own home."""
    return Route(method="GET", path=path, role=role, answer=answer, home=_plain(path))


def post(path: str, role: Role | None, answer: Answer, *, home: str = "") -> Route:
    """Make a route that does something; its form stands on the page above or `home`."""
    above = _plain(path).rpartition("/")[0] or "/"
    return Route(method="POST", path=path, role=role, answer=answer, home=home or above)


def _plain(path: str) -> str:
    """Leave out what kind of value a path names: "/drafts/{draft:int}"."""
    return path.replace(":int}", "}")
