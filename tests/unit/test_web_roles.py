"""Every route of the desk, for every role: a route that is not in this table fails."""

import re
from collections.abc import Iterator

import pytest

from mailroom.register.logins import Role
from mailroom.web.route import Route
from mailroom.web.routes import ROUTES
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import SmallOffice

VIEWER, REVIEWER, APPROVER, ADMIN = Role
NOBODY = None

# What somebody must be at least; a new route joins this table by hand.
LEAST = {
    "GET /login": NOBODY,
    "POST /login": NOBODY,
    "POST /logout": NOBODY,
    "GET /welcome": NOBODY,
    "POST /welcome": NOBODY,
    "POST /language": NOBODY,
    "POST /keys": VIEWER,
    "GET /static/{mark}/{name}": NOBODY,
    "GET /healthz": NOBODY,
    "GET /": VIEWER,
    "GET /drafts/{draft:int}": VIEWER,
    "GET /messages/{message:int}/frame": VIEWER,
    "GET /messages/{message:int}/files/{place:int}": VIEWER,
    "GET /messages/{message:int}": VIEWER,
    "GET /cases": VIEWER,
    "GET /cases/add": REVIEWER,
    "POST /cases/add": REVIEWER,
    "GET /day-papers": VIEWER,
    "GET /day-papers/{day_paper:int}": VIEWER,
    "GET /registers": VIEWER,
    "GET /registers/{id}": VIEWER,
    "GET /registers/{id}/file": VIEWER,
    "GET /cases/{number}": VIEWER,
    "GET /cases/{number}/print": VIEWER,
    "POST /cases/{number}/close": REVIEWER,
    "POST /cases/{number}/supervise": REVIEWER,
    "POST /cases/{number}/strike-off": REVIEWER,
    "GET /supervision": VIEWER,
    "GET /papers/{paper:int}": VIEWER,
    "GET /kept/{errand:int}/{place:int}": VIEWER,
    "GET /quarantine": REVIEWER,
    "GET /quarantine/{message:int}/mail": REVIEWER,
    "POST /quarantine/{message:int}/release": REVIEWER,
    "POST /quarantine/{message:int}/leave": REVIEWER,
    "POST /quarantine/{message:int}/back": REVIEWER,
    "POST /quarantine/jobs/{job:int}/again": ADMIN,
    "GET /unsorted": VIEWER,
    "POST /messages/{message:int}/sort": REVIEWER,
    "GET /outbox": VIEWER,
    "POST /drafts/{draft:int}/settle": APPROVER,
    "GET /calendar": VIEWER,
    "POST /calendar/add": REVIEWER,
    "POST /calendar/{appointment:int}/cancel": REVIEWER,
    "GET /sheets/{sheet:int}": VIEWER,
    "GET /sheets/{sheet:int}/file": VIEWER,
    "POST /sheets/{sheet:int}/fill": REVIEWER,
    "POST /sheets/{sheet:int}/approve": APPROVER,
    "POST /sheets/{sheet:int}/handed": REVIEWER,
    "GET /followups": VIEWER,
    "POST /followups/{followup:int}/end": REVIEWER,
    "POST /followups/{followup:int}/decide": REVIEWER,
    "POST /drafts/{draft:int}/approve": APPROVER,
    "POST /drafts/{draft:int}/undo": REVIEWER,
    "POST /drafts/{draft:int}/reject": REVIEWER,
    "POST /drafts/{draft:int}/revise": REVIEWER,
    "POST /drafts/{draft:int}/refill": REVIEWER,
    "POST /drafts/{draft:int}/later": REVIEWER,
    "POST /drafts/{draft:int}/hand-over": REVIEWER,
    "POST /drafts/{draft:int}/sort": REVIEWER,
    "POST /drafts/{draft:int}/here": VIEWER,
    # Rules open to admins and to editors by name: see test_web_rules.
    "GET /rules": VIEWER,
    "GET /rules/file": VIEWER,
    "POST /rules/file": VIEWER,
    "GET /rules/new": VIEWER,
    "POST /rules/new": VIEWER,
    "GET /rules/add-example": VIEWER,
    "POST /rules/add-example": VIEWER,
    "GET /templates": VIEWER,
    "GET /templates/file": VIEWER,
    "GET /templates/pages/{number:int}.png": VIEWER,
    "GET /templates/download": VIEWER,
    "GET /people": ADMIN,
    "POST /people": ADMIN,
    "POST /people/link": ADMIN,
    "POST /people/role": ADMIN,
    "POST /people/end": ADMIN,
    "GET /account": VIEWER,
    "POST /account/password": VIEWER,
    "POST /account/sign-out": VIEWER,
    "GET /batch": APPROVER,
    "POST /batch": APPROVER,
    "GET /drafts/{draft:int}/files/{place:int}": VIEWER,
    "GET /drafts/{draft:int}/files/{place:int}/pages": VIEWER,
    "GET /drafts/{draft:int}/files/{place:int}/pages/{number:int}.png": VIEWER,
    "POST /drafts/{draft:int}/files/{place:int}/put-back": REVIEWER,
    "POST /drafts/{draft:int}/files/{place:int}/take-out": REVIEWER,
    "POST /drafts/{draft:int}/attach": REVIEWER,
}


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path_factory.mktemp("office"))
    yield small
    small.close()


def test_every_route_is_in_the_table_and_no_other() -> None:
    assert {named(route): route.role for route in ROUTES} == LEAST


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_a_route_opens_to_its_role_and_those_above(
    office: SmallOffice, route: Route, role: Role | None
) -> None:
    visitor = Visitor(office, role.value, role=role) if role else Visitor(office)
    path = re.sub(r"\{\w+:int\}", "999999", route.path)
    path = re.sub(r"\{\w+\}", "x", path)

    answer = visitor.get(path) if route.method == "GET" else visitor.post(path)

    if route.role is None:
        assert answer.status_code in {200, 303, 403, 404}
    elif role is None:
        assert answer.status_code == (303 if route.method == "GET" else 401)
        assert "/login" in answer.headers.get("location", "/login")
    elif role.reaches(route.role):
        # There is no draft 999999: it was asked for, and was not found.
        assert answer.status_code in {200, 303, 404, 409}
    else:
        assert answer.status_code == 403
