"""Who may log in at the desk: their list, and what an admin does with it."""

from starlette.responses import Response

from mailroom.errors import ReviewError, Text, text
from mailroom.register import logins
from mailroom.register.logins import LINK_LIVES, Role
from mailroom.web.ask import Ask
from mailroom.web.page import go, page
from mailroom.web.visit import Visit
from mailroom.workflow import people

ROLE_NAMES: dict[Role, Text] = {
    Role.VIEWER: text("viewer: reads"),
    Role.REVIEWER: text("reviewer: changes, rejects, hands over"),
    Role.APPROVER: text("approver: approves, too"),
    Role.ADMIN: text("admin: logins and rules, too"),
}


def people_page(visit: Visit, ask: Ask) -> Response:
    """List the logins, with what can be done with each."""
    return _page(visit, done=ask.one("done"))


def _page(visit: Visit, *, done: str = "", wrong: Text | None = None) -> Response:
    with visit.desk.database.read() as tx:
        everybody = logins.everybody(tx)
    return page(
        visit, "people.html", status=409 if wrong else 200, everybody=everybody,
        role_names=ROLE_NAMES, people=visit.desk.directory.people, done=done,
        wrong=wrong,
    )  # fmt: skip


def _role(ask: Ask) -> Role:
    found = next((role for role in Role if role.value == ask.one("role")), None)
    if found is None:
        raise ReviewError(text("Choose what they may do."))
    return found


def add(visit: Visit, ask: Ask) -> Response:
    """Enter a login, and show the link for its owner: this once."""
    name = ask.one("name")
    try:
        key = people.add(
            visit.desk, name, role=_role(ask), person=ask.one("person"), who=visit.who,
            now=visit.now,
        )  # fmt: skip
    except ReviewError as error:
        return _page(visit, wrong=error.text)
    return _link_page(visit, name, key)


def renew(visit: Visit, ask: Ask) -> Response:
    """Make a new link for a login, and show it: this once."""
    name = ask.one("name")
    try:
        key = people.renew(visit.desk, name, who=visit.who, now=visit.now)
    except ReviewError as error:
        return _page(visit, wrong=error.text)
    return _link_page(visit, name, key)


def _link_page(visit: Visit, name: str, key: str) -> Response:
    # No redirect: the key is kept nowhere, so this answer alone can show it.
    return page(
        visit, "people_link.html", name=name,
        link=people.link(visit.desk.settings, key),
        minutes=int(LINK_LIVES.total_seconds()) // 60,
    )  # fmt: skip


def change_role(visit: Visit, ask: Ask) -> Response:
    """Change what somebody may do; they have to log in again."""
    try:
        people.change_role(
            visit.desk, ask.one("name"), _role(ask), who=visit.who, now=visit.now
        )
    except ReviewError as error:
        return _page(visit, wrong=error.text)
    return go("/people?done=noted")


def end(visit: Visit, ask: Ask) -> Response:
    """Let somebody in no longer, at once."""
    try:
        people.end(visit.desk, ask.one("name"), who=visit.who, now=visit.now)
    except ReviewError as error:
        return _page(visit, wrong=error.text)
    return go("/people?done=noted")
