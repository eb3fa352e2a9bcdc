"""The outbox, the unsorted letters and the promises in the browser."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailroom.drafts import DraftState
from mailroom.register import drafts
from mailroom.register.drafts import Held
from mailroom.register.logins import Role
from mailroom.register.schema import case, event, followup, message
from mailroom.workflow import decide
from tests.unit.desk_visitor import Visitor, fields
from tests.unit.small_office import REPAIR, SmallOffice, letter

NOW = datetime.now(UTC)
VAGUE = letter(
    "A question about the second floor",
    "Good morning,\n\nwe talked about it <b>last week</b>. Kind regards, Wang Li\n",
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


@pytest.fixture
def xu(office: SmallOffice) -> Visitor:
    return Visitor(office, "xuting", person="徐婷")


@pytest.fixture
def boss(office: SmallOffice) -> Visitor:
    return Visitor(office, "boss", role=Role.ADMIN, person="周广川")


def restrict(office: SmallOffice) -> None:
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential", owner="徐婷"))


def the_draft(office: SmallOffice, state: DraftState = DraftState.WAITING) -> Held:
    (row,) = office.sort(REPAIR)
    (held,) = office.drafts(row.case_id)
    with office.desk.database.write() as tx:
        drafts.note(tx, held.id, state=state)
    return office.draft(held.id)


# ── the outbox ───────────────────────────────────────────────────────────


def test_an_approved_letter_is_about_to_leave_and_can_be_undone(
    office: SmallOffice, xu: Visitor
) -> None:
    held = the_draft(office)
    decide.show(office.desk, held.id, who="xuting", now=NOW)
    decide.approve(office.desk, held.id, who="xuting", now=NOW)

    page = xu.get("/outbox").text

    assert "approved by xuting" in page
    assert f'action="/drafts/{held.id}/undo"' in page


def test_a_letter_in_doubt_is_settled_by_a_form(
    office: SmallOffice, xu: Visitor
) -> None:
    held = the_draft(office, DraftState.UNCERTAIN)
    form = fields(xu.get("/outbox"), f"/drafts/{held.id}/settle")

    done = xu.post(f"/drafts/{held.id}/settle", form | {"delivered": "yes"})

    assert done.headers["location"] == "/outbox?done=settled"
    assert office.draft(held.id).state == DraftState.SENT


def test_a_letter_that_did_not_arrive_waits_again_once_somebody_has_looked(
    office: SmallOffice, xu: Visitor
) -> None:
    held = the_draft(office, DraftState.UNCERTAIN)
    page = xu.get("/outbox")
    form = fields(page, f"/drafts/{held.id}/settle") | {"delivered": "no"}
    assert "they get two" in page.text

    assert xu.post(f"/drafts/{held.id}/settle", form).status_code == 409
    assert office.draft(held.id).state == DraftState.UNCERTAIN
    xu.post(f"/drafts/{held.id}/settle", form | {"looked": "yes"})
    assert office.draft(held.id).state == DraftState.WAITING


def test_what_leaves_of_a_restricted_case_is_a_number(
    office: SmallOffice, boss: Visitor
) -> None:
    held = the_draft(office, DraftState.UNCERTAIN)
    with office.desk.database.write() as tx:
        drafts.note(tx, held.id, sensitivity="confidential")
    restrict(office)

    page = boss.get("/outbox").text

    assert held.case_number not in page
    assert "1 restricted items" in page
    form = {"version": str(held.version), "seal": held.seal, "delivered": "yes"}
    assert boss.post(f"/drafts/{held.id}/settle", form).status_code == 404
    assert office.draft(held.id).state == DraftState.UNCERTAIN


# ── unsorted letters ─────────────────────────────────────────────────────


def test_an_unsorted_letter_goes_into_a_drawer_by_one_click(
    office: SmallOffice, xu: Visitor
) -> None:
    (row,) = office.sort(VAGUE)
    page = xu.get("/unsorted")
    assert "we talked about it &lt;b&gt;last week" in page.text
    form = fields(page, f"/messages/{row.id}/sort")

    done = xu.post(f"/messages/{row.id}/sort", form | {"category": "maintenance"})

    assert done.headers["location"] == "/unsorted?done=sorted"
    assert office.cases()[0].category == "maintenance"
    again = xu.post(f"/messages/{row.id}/sort", form | {"category": "complaint"})
    assert again.status_code == 409
    assert office.cases()[0].category == "maintenance"


def test_the_two_drawers_that_came_nearest_have_a_button_each(
    office: SmallOffice, xu: Visitor
) -> None:
    (row,) = office.sort(VAGUE)
    answer = dict(row.answer) | {"candidates": [["maintenance", 0.5], ["travel", 0.5]]}
    with office.desk.database.write() as tx:
        tx.execute(update(message).values(answer=answer))

    page = xu.get("/unsorted").text

    assert '<button name="category" value="maintenance" class="main">' in page
    assert '<button name="category" value="travel" class="main">' in page


def test_an_unsorted_restricted_letter_is_a_number_to_others(
    office: SmallOffice, boss: Visitor
) -> None:
    (row,) = office.sort(VAGUE)
    restrict(office)

    page = boss.get("/unsorted").text

    assert "second floor" not in page
    assert "1 restricted items" in page
    form = {"category": "maintenance", "was": ""}
    assert boss.post(f"/messages/{row.id}/sort", form).status_code == 404


# ── promises ─────────────────────────────────────────────────────────────


def test_a_promise_is_ended_by_a_form_and_the_book_says_by_whom(
    office: SmallOffice, xu: Visitor
) -> None:
    the_draft(office)
    (promised,) = office.rows(select(followup))
    assert f'action="/followups/{promised.id}/end"' in xu.get("/followups").text

    refused = xu.post(f"/followups/{promised.id}/end", {"state": "cancelled"})
    assert refused.status_code == 409
    xu.post(f"/followups/{promised.id}/end", {"state": "done"})

    (ended,) = office.rows(select(followup))
    assert ended.state == "done"
    told = office.rows(select(event).where(event.c.entity == "followup"))
    assert told[-1].actor == "xuting"
    assert (
        xu.post(f"/followups/{promised.id}/end", {"state": "done"}).status_code == 409
    )
    assert f'action="/followups/{promised.id}/end"' not in xu.get("/followups").text


def test_a_restricted_promise_is_a_number_to_others(
    office: SmallOffice, boss: Visitor
) -> None:
    held = the_draft(office)
    restrict(office)
    (promised,) = office.rows(select(followup))

    page = boss.get("/followups").text

    assert held.case_number not in page
    assert "1 restricted items" in page
    ended = boss.post(f"/followups/{promised.id}/end", {"state": "done"})
    assert ended.status_code == 404
