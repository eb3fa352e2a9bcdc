"""The register in the browser: leafing, searching, a case whole, closing it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailroom.drafts import DraftState
from mailroom.register.logins import Role
from mailroom.register.schema import case, event, message
from mailroom.workflow import find
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import REPAIR, SmallOffice, letter


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    small.sort(REPAIR)
    while find.catch_up(small.desk):
        pass
    yield small
    small.close()


@pytest.fixture
def xu(office: SmallOffice) -> Visitor:
    return Visitor(office, "xuting", person="徐婷")


def restrict(office: SmallOffice) -> None:
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential", owner="徐婷"))


def test_the_register_lists_open_cases_and_finds_by_words(
    office: SmallOffice, xu: Visitor
) -> None:
    (opened,) = office.cases()
    link = f'href="/cases/{opened.number}"'

    assert link in xu.get("/cases").text
    assert link not in xu.get("/cases?which=closed").text
    found = xu.get("/cases?q=degrees")
    assert link in found.text
    assert "<mark>degrees</mark>" in found.text
    assert link not in xu.get("/cases?q=elevator").text


def test_a_case_shows_its_letters_drafts_and_history(
    office: SmallOffice, xu: Visitor
) -> None:
    (opened,) = office.cases()
    (held,) = office.drafts(opened.id)

    page = xu.get(f"/cases/{opened.number}")

    assert page.status_code == 200
    assert f'href="/drafts/{held.id}"' in page.text
    assert 'href="/messages/1"' in page.text
    assert "the case: opened" in page.text
    sheet = xu.get(f"/cases/{opened.number}/print").text
    assert "Level 4 north has been 27C since Friday" in sheet
    assert "Level 4 north has been 27C" in xu.get("/messages/1").text


def test_a_case_is_closed_by_a_form_and_its_drafts_are_withdrawn(
    office: SmallOffice, xu: Visitor
) -> None:
    (opened,) = office.cases()
    (held,) = office.drafts(opened.id)
    assert "Letters that still wait are withdrawn: 1" in (
        xu.get(f"/cases/{opened.number}").text
    )

    done = xu.post(f"/cases/{opened.number}/close")

    assert done.status_code == 303
    assert office.cases()[0].state == "closed"
    assert office.draft(held.id).state == DraftState.WITHDRAWN
    assert f"/cases/{opened.number}/close" not in xu.get(done.headers["location"]).text
    by = office.rows(select(event.c.actor).where(event.c.what == "moved"))
    assert by[-1].actor == "xuting"


def test_a_restricted_case_is_nowhere_to_be_seen(office: SmallOffice) -> None:
    (opened,) = office.cases()
    with office.desk.database.read() as tx:
        (paper,) = tx.exec_driver_sql("select count(*) from paper").one()
    restrict(office)
    boss = Visitor(office, "boss", role=Role.ADMIN, person="周广川")

    assert opened.number not in boss.get("/cases").text
    assert "1 restricted items" in boss.get("/cases").text
    assert "restricted" not in boss.get("/cases?q=degrees").text
    assert opened.number not in boss.get("/cases?q=degrees").text
    for path in ("", "/print"):
        assert boss.get(f"/cases/{opened.number}{path}").status_code == 404
    assert boss.post(f"/cases/{opened.number}/close").status_code == 404
    assert boss.get("/messages/1").status_code == 404
    for number in range(1, paper + 1):
        assert boss.get(f"/papers/{number}").status_code == 404
    assert office.cases()[0].state != "closed"


def test_whoever_opens_a_restricted_case_is_noted(
    office: SmallOffice, xu: Visitor
) -> None:
    (opened,) = office.cases()
    restrict(office)

    assert xu.get(f"/cases/{opened.number}").status_code == 200

    looks = office.rows(select(event.c.actor).where(event.c.what == "opened to read"))
    assert [look.actor for look in looks] == ["xuting"]


def test_a_letter_without_a_case_opens_with_its_reason(
    office: SmallOffice, xu: Visitor
) -> None:
    (row,) = office.sort(letter("Old news", "A zebra was here"), history=True)
    while find.catch_up(office.desk):
        pass

    assert f'href="/messages/{row.id}"' in xu.get("/cases?q=zebra").text
    assert "history: older than this desk" in xu.get(f"/messages/{row.id}").text


def test_a_held_letter_is_shown_by_no_page(office: SmallOffice, xu: Visitor) -> None:
    with office.desk.database.write() as tx:
        tx.execute(update(message).values(outcome="held", case_id=None, answer=None))

    for path in ("/messages/1", "/messages/1/frame", "/messages/1/files/0"):
        assert xu.get(path).status_code == 404


def test_what_a_letter_says_is_text_and_no_markup(
    office: SmallOffice, xu: Visitor
) -> None:
    (row,) = office.sort(
        letter("The lift <b>is stuck</b>", "<script>alert(1)</script> stuck lift")
    )
    while find.catch_up(office.desk):
        pass
    number = next(c.number for c in office.cases() if c.id == row.case_id)

    for path in (
        "/cases", "/cases?q=alert", f"/cases/{number}", f"/cases/{number}/print",
        f"/messages/{row.id}", "/cases?q=<script>",
    ):  # fmt: skip
        page = xu.get(path).text
        assert "<b>is stuck" not in page
        assert "<script>" not in page
