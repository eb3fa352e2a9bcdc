"""Logins that an admin looks after, and everybody's own."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from mailroom.register import logins
from mailroom.register.logins import Login, Role
from mailroom.register.schema import event
from mailroom.register.schema_desk import session
from tests.unit.desk_visitor import Visitor, fields
from tests.unit.small_office import SmallOffice

OLD, NEW = "a quiet sentence about lamps", "another sentence about rain"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


@pytest.fixture
def admin(office: SmallOffice) -> Visitor:
    return Visitor(office, "boss", role=Role.ADMIN)


def login(office: SmallOffice, name: str) -> Login:
    with office.desk.database.read() as tx:
        found = logins.named(tx, name)
    assert found is not None
    return found


def key_in(page: str) -> str:
    found = re.search(r'value="([^"]*/welcome#[^"]+)"', page)
    assert found, page
    return html.unescape(found[1]).partition("#")[2]


def settled(office: SmallOffice, admin: Visitor, name: str = "grace") -> Visitor:
    """Add a login by the page, and let its owner set a password."""
    form = {"name": name, "role": "approver", "person": "Grace Tolland"}
    key = key_in(admin.post("/people", form).text)
    visitor = Visitor(office)
    form = {"token": key, "password": OLD, "again": OLD}
    assert visitor.post("/welcome", form).status_code == 303
    return visitor


# ── people ───────────────────────────────────────────────────────────────


def test_a_login_is_added_and_its_link_is_shown_once(
    office: SmallOffice, admin: Visitor
) -> None:
    grace = settled(office, admin)

    assert grace.get("/").status_code == 200
    assert login(office, "grace").role == Role.APPROVER
    assert "/welcome#" not in admin.get("/people").text
    assert "grace" in admin.get("/people").text
    (made,) = office.rows(select(event).where(event.c.what == "link made"))
    assert (made.actor, made.detail["login"]) == ("boss", "grace")


@pytest.mark.parametrize(
    "form",
    [{"name": "", "role": "viewer"}, {"name": " x", "role": "viewer"},
     {"name": "a\nb", "role": "viewer"}, {"name": "x" * 65, "role": "viewer"},
     {"name": "x", "role": "root"}, {"name": "x", "role": ""},
     {"name": "x", "role": "viewer", "person": "Nobody"},
     {"name": "boss", "role": "viewer"}],
)  # fmt: skip
def test_what_is_no_login_is_not_added(
    office: SmallOffice, admin: Visitor, form: dict[str, str]
) -> None:
    said = admin.post("/people", form)

    assert said.status_code == 409
    assert 'role="alert"' in said.text
    with office.desk.database.read() as tx:
        assert [one.name for one in logins.everybody(tx)] == ["boss"]


def test_a_name_is_never_markup(admin: Visitor) -> None:
    admin.post("/people", {"name": "<script>alert(1)</script>", "role": "viewer"})

    assert "<script>alert" not in admin.get("/people").text
    assert "&lt;script&gt;alert" in admin.get("/people").text


def test_a_new_link_ends_the_one_before(office: SmallOffice, admin: Visitor) -> None:
    form = {"name": "grace", "role": "viewer"}
    first = key_in(admin.post("/people", form).text)
    second = key_in(admin.post("/people/link", {"name": "grace"}).text)

    words = {"password": OLD, "again": OLD}
    assert Visitor(office).post("/welcome", {"token": first} | words).status_code == 403
    done = Visitor(office).post("/welcome", {"token": second} | words)
    assert done.status_code == 303


def test_whoever_has_another_role_or_has_ended_is_out_at_once(
    office: SmallOffice, admin: Visitor
) -> None:
    grace = settled(office, admin)

    admin.post("/people/role", {"name": "grace", "role": "viewer"})
    assert grace.get("/").status_code == 303
    again = Visitor(office, "grace")
    assert again.get("/").status_code == 200
    admin.post("/people/end", {"name": "grace"})
    assert again.get("/").status_code == 303
    assert login(office, "grace").ended
    assert admin.post("/people/link", {"name": "grace"}).status_code == 409
    admin.post("/people/role", {"name": "grace", "role": "viewer"})
    assert not login(office, "grace").ended


def test_the_last_admin_stays(office: SmallOffice, admin: Visitor) -> None:
    for path, form in (
        ("/people/end", {"name": "boss"}),
        ("/people/role", {"name": "boss", "role": "approver"}),
    ):
        assert admin.post(path, form).status_code == 409
        assert login(office, "boss").role == Role.ADMIN
    assert admin.get("/people").status_code == 200


# ── one's own ────────────────────────────────────────────────────────────


def test_a_password_is_changed_with_the_old_one_and_other_sessions_end(
    office: SmallOffice, admin: Visitor
) -> None:
    grace = settled(office, admin)
    elsewhere = Visitor(office, "grace")
    assert elsewhere.get("/account").status_code == 200

    form = {"old": OLD, "password": NEW, "again": NEW}
    assert grace.post("/account/password", form).status_code == 303

    assert grace.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    for word, status in ((OLD, 403), (NEW, 303)):
        form = {"name": "grace", "password": word}
        assert Visitor(office).post("/login", form).status_code == status


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [("wrong", NEW, NEW), ("", NEW, NEW), (OLD, "short", "short"), (OLD, NEW, OLD)],
)
def test_without_the_old_password_or_with_a_weak_one_nothing_changes(
    office: SmallOffice, admin: Visitor, old: str, new: str, again: str
) -> None:
    grace = settled(office, admin)

    form = {"old": old, "password": new, "again": again}
    assert grace.post("/account/password", form).status_code == 409

    form = {"name": "grace", "password": OLD}
    assert Visitor(office).post("/login", form).status_code == 303


def test_whoever_sits_at_an_open_desk_cannot_guess_for_ever(
    office: SmallOffice, admin: Visitor
) -> None:
    grace = settled(office, admin)
    grace.at = datetime.now(UTC)
    form = {"old": "guess", "password": NEW, "again": NEW}

    said = [grace.post("/account/password", form).status_code for _ in range(6)]

    assert said == [409] * 5 + [429]


def test_one_logs_out_everywhere(office: SmallOffice, admin: Visitor) -> None:
    here, there = Visitor(office, "grace"), Visitor(office, "grace")

    assert here.post("/account/sign-out").status_code == 303

    assert here.get("/account").status_code == there.get("/account").status_code == 303
    mine = select(session).where(session.c.login_id == login(office, "grace").id)
    assert office.rows(mine) == []
    assert admin.get("/account").status_code == 200


def test_language_and_keys_are_ones_own(office: SmallOffice) -> None:
    xu = Visitor(office, "xuting", person="徐婷")

    assert fields(xu.get("/account"), "/language")["back"] == "/account"
    xu.post("/language", {"language": "zh-CN", "back": "/account"})
    xu.post("/keys", {"keys": "off", "back": "/account"})

    assert "我的账号" in xu.get("/account").text
    assert not login(office, "xuting").keys
