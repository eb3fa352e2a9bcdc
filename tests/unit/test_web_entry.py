"""Who comes in at the desk, and who does not."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailroom.register import logins
from mailroom.register.logins import LINK_LIVES, Login, Role
from mailroom.register.schema_desk import attempt, invitation, session
from tests.unit.desk_visitor import Visitor, fields
from tests.unit.small_office import SmallOffice

PASSWORD = "a quiet sentence about lamps"
NOW = datetime.now(UTC)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


@pytest.fixture
def grace(office: SmallOffice) -> Login:
    with office.desk.database.write() as tx:
        return logins.add(
            tx, "grace", person="Grace Tolland", role=Role.APPROVER, now=NOW, actor="t"
        )


def link_for(office: SmallOffice, login: Login, *, at: datetime = NOW) -> str:
    with office.desk.database.write() as tx:
        return logins.invite(tx, login, now=at)


def set_up(office: SmallOffice, login: Login) -> Visitor:
    visitor = Visitor(office)
    token = link_for(office, login)
    done = visitor.post(
        "/welcome", {"token": token, "password": PASSWORD, "again": PASSWORD}
    )
    assert done.status_code == 303, done.text
    return visitor


def log_in(visitor: Visitor, name: str, password: str, **more: str) -> int:
    form = {"name": name, "password": password} | more
    return visitor.post("/login", form).status_code


# ── the link that sets a password ────────────────────────────────────────


def test_the_link_sets_a_password_once_and_lets_in(
    office: SmallOffice, grace: Login
) -> None:
    token = link_for(office, grace)
    form = {"token": token, "password": PASSWORD, "again": PASSWORD}
    first, second = Visitor(office), Visitor(office)

    assert first.post("/welcome", form).status_code == 303
    assert first.get("/").status_code == 200
    assert (
        second.post("/welcome", form | {"password": "another one of mine"}).status_code
        == 403
    )
    assert log_in(second, "grace", PASSWORD) == 303


def test_a_link_of_half_an_hour_ago_is_too_old(
    office: SmallOffice, grace: Login
) -> None:
    token = link_for(office, grace, at=NOW - LINK_LIVES - timedelta(seconds=1))

    refused = Visitor(office).post(
        "/welcome", {"token": token, "password": PASSWORD, "again": PASSWORD}
    )

    assert refused.status_code == 403
    assert "older than 30 minutes" in refused.text


def test_a_newer_link_ends_the_older(office: SmallOffice, grace: Login) -> None:
    old = link_for(office, grace)
    link_for(office, grace)

    refused = Visitor(office).post(
        "/welcome", {"token": old, "password": PASSWORD, "again": PASSWORD}
    )

    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("short", "short", "at least 10"),
        ("x" * 201, "x" * 201, "at most 200"),
        (PASSWORD, PASSWORD + "!", "differ"),
    ],
)
def test_a_password_that_will_not_do_leaves_the_link_unused(
    office: SmallOffice, grace: Login, password: str, again: str, words: str
) -> None:
    token = link_for(office, grace)
    visitor = Visitor(office)

    refused = visitor.post(
        "/welcome", {"token": token, "password": password, "again": again}
    )
    assert words in refused.text
    form = {"token": token, "password": PASSWORD, "again": PASSWORD}
    assert visitor.post("/welcome", form).status_code == 303


# ── logging in ───────────────────────────────────────────────────────────


def test_name_and_password_let_in_and_lead_where_one_wanted_to_go(
    office: SmallOffice, grace: Login
) -> None:
    set_up(office, grace)
    visitor = Visitor(office)
    page = visitor.get("/login?next=/drafts/7")

    answer = visitor.post(
        "/login", fields(page, "/login") | {"name": "grace", "password": PASSWORD}
    )

    assert answer.headers["location"] == "/drafts/7"


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example/", "/\\evil.example", "evil", ""]
)
def test_no_login_leads_to_another_site(
    office: SmallOffice, grace: Login, place: str
) -> None:
    set_up(office, grace)

    answer = Visitor(office).post(
        "/login", {"name": "grace", "password": PASSWORD, "next": place}
    )

    assert answer.headers["location"] == "/"


def test_unknown_names_and_wrong_passwords_look_the_same(
    office: SmallOffice, grace: Login
) -> None:
    set_up(office, grace)
    visitor = Visitor(office)

    wrong = visitor.post("/login", {"name": "grace", "password": "not this one"})
    unknown = visitor.post("/login", {"name": "nobody", "password": "not this one"})

    assert wrong.status_code == unknown.status_code == 403
    assert wrong.text == unknown.text.replace("nobody", "grace")


def test_who_has_set_no_password_cannot_log_in(
    office: SmallOffice, grace: Login
) -> None:
    assert log_in(Visitor(office), grace.name, "") == 403


def test_who_guesses_has_to_wait_and_the_right_password_does_not_help_then(
    office: SmallOffice, grace: Login
) -> None:
    set_up(office, grace)
    visitor = Visitor(office, at=NOW)
    codes = [log_in(visitor, "grace", f"guess number {n}") for n in range(6)]

    assert codes == [403] * 5 + [429]
    assert log_in(visitor, "grace", PASSWORD) == 429

    with office.desk.database.write() as tx:
        tx.execute(update(attempt).values(last_at=NOW - timedelta(minutes=16)))
    assert log_in(visitor, "grace", PASSWORD) == 303


def test_guessing_many_names_from_one_place_is_slowed_too(office: SmallOffice) -> None:
    visitor = Visitor(office, at=NOW)

    codes = [log_in(visitor, f"name{n}", "guess guess guess") for n in range(6)]

    assert codes[-1] == 429


# ── sessions ─────────────────────────────────────────────────────────────


def test_a_session_that_was_there_before_the_login_is_not_taken_over(
    office: SmallOffice, grace: Login
) -> None:
    set_up(office, grace)
    visitor = Visitor(office)
    visitor.cookies.set("mailroom", "planted-by-somebody", domain="127.0.0.1")

    log_in(visitor, "grace", PASSWORD)

    planted = Visitor(office)
    planted.cookies.set("mailroom", "planted-by-somebody", domain="127.0.0.1")
    assert planted.get("/").status_code == 303


def test_the_cookie_is_for_the_server_alone(office: SmallOffice, grace: Login) -> None:
    set_up(office, grace)

    answer = Visitor(office).post("/login", {"name": "grace", "password": PASSWORD})

    cookie = answer.headers["set-cookie"]
    assert re.search(r"\bHttpOnly\b", cookie)
    assert re.search(r"(?i)\bSameSite=lax\b", cookie)
    assert "Secure" not in cookie  # over http it would be lost, and nobody let in


def test_neither_tokens_nor_passwords_are_kept(
    office: SmallOffice, grace: Login
) -> None:
    visitor = set_up(office, grace)
    token = visitor.cookies["mailroom"]
    link = link_for(office, grace)

    kept = " ".join(
        str(row)
        for table in (session, invitation)
        for row in office.rows(select(table))
    )
    with office.desk.database.read() as tx:
        password = logins.password_of(tx, grace)

    assert token not in kept
    assert link not in kept
    assert password is not None
    assert password.startswith("$argon2id$")


def test_logging_out_ends_the_session_on_the_server(
    office: SmallOffice, grace: Login
) -> None:
    visitor = set_up(office, grace)
    kept = visitor.cookies.get("mailroom")
    visitor.post("/logout")

    back = Visitor(office)
    back.cookies.set("mailroom", kept or "", domain="127.0.0.1")
    assert back.get("/").status_code == 303


@pytest.mark.parametrize("change", [{"role": Role.VIEWER}, {"ended_at": NOW}])
def test_a_change_of_role_or_an_end_logs_out_everywhere(
    office: SmallOffice, grace: Login, change: dict[str, object]
) -> None:
    visitor = set_up(office, grace)

    with office.desk.database.write() as tx:
        logins.change(tx, grace, now=NOW, actor="t", **change)

    assert visitor.get("/").status_code == 303


def test_who_was_ended_cannot_come_back(office: SmallOffice, grace: Login) -> None:
    set_up(office, grace)
    with office.desk.database.write() as tx:
        logins.change(tx, grace, now=NOW, actor="t", ended_at=NOW)

    assert log_in(Visitor(office), "grace", PASSWORD) == 403
