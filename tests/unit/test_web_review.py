"""The desk in the browser: the queue, a draft, and a person's word on it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from mailroom.drafts import DraftState
from mailroom.register import drafts, logins
from mailroom.register.drafts import Held
from mailroom.register.logins import Role
from mailroom.register.schema import case
from mailroom.workflow import decide, revise
from tests.unit.desk_visitor import Visitor, fields
from tests.unit.small_office import REPAIR, SmallOffice, letter


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


@pytest.fixture
def xu(office: SmallOffice) -> Visitor:
    return Visitor(office, "xuting", person="徐婷")


def the_draft(office: SmallOffice) -> Held:
    (row,) = office.sort(REPAIR)
    (held,) = office.drafts(row.case_id)
    return held


def state_of(office: SmallOffice, held: Held) -> DraftState:
    with office.desk.database.read() as tx:
        now = drafts.held(tx, held.id)
    assert now is not None
    return now.state


def test_the_queue_shows_what_waits(office: SmallOffice, xu: Visitor) -> None:
    held = the_draft(office)

    page = xu.get("/")

    assert page.status_code == 200
    assert f'href="/drafts/{held.id}"' in page.text
    assert held.case_number in page.text


def test_an_approved_letter_was_shown_and_can_be_undone(
    office: SmallOffice, xu: Visitor
) -> None:
    held = the_draft(office)
    shown = xu.get(f"/drafts/{held.id}")

    done = xu.post(
        f"/drafts/{held.id}/approve", fields(shown, f"/drafts/{held.id}/approve")
    )

    assert done.status_code == 303
    assert state_of(office, held) == DraftState.APPROVED
    assert "Undo" in xu.get(done.headers["location"]).text
    xu.post(f"/drafts/{held.id}/undo")
    assert state_of(office, held) == DraftState.WAITING


def test_a_draft_is_shown_with_what_the_clerk_found_and_what_came_since(
    office: SmallOffice, xu: Visitor
) -> None:
    held = the_draft(office)
    before = xu.get(f"/drafts/{held.id}").text
    assert "first letter to wangli@client.example" in before
    assert 'data-risks="0"' in before  # notes alone are no risk
    assert "has written again" not in before

    office.sort(
        letter("Re: Heating", "It leaks now.", answers="<repair.1@client.example>")
    )

    after = xu.get(f"/drafts/{held.id}").text
    assert "wangli@client.example has written again since" in after
    assert 'data-risks="1"' in after


def test_what_was_changed_meanwhile_is_not_approved(
    office: SmallOffice, xu: Visitor
) -> None:
    held = the_draft(office)
    form = fields(xu.get(f"/drafts/{held.id}"), f"/drafts/{held.id}/approve")
    decide.show(office.desk, held.id, who="else", now=datetime.now(UTC))
    revise.revise(
        office.desk, held.id, who="else", now=datetime.now(UTC), body="Other words"
    )

    done = xu.post(f"/drafts/{held.id}/approve", form)

    assert done.status_code == 409
    assert state_of(office, held) == DraftState.WAITING


def test_a_hand_edit_is_a_new_version(office: SmallOffice, xu: Visitor) -> None:
    held = the_draft(office)
    form = fields(xu.get(f"/drafts/{held.id}"), f"/drafts/{held.id}/revise")

    xu.post(f"/drafts/{held.id}/revise", form | {"text": "Somebody comes today."})

    with office.desk.database.read() as tx:
        now = drafts.held(tx, held.id)
    assert now is not None
    assert (now.version, now.says.content.text) == (2, "Somebody comes today.")
    assert now.says.content.to == held.says.content.to


def test_a_rejection_needs_a_reason(office: SmallOffice, xu: Visitor) -> None:
    held = the_draft(office)
    form = fields(xu.get(f"/drafts/{held.id}"), f"/drafts/{held.id}/reject")

    refused = xu.post(f"/drafts/{held.id}/reject", form | {"reason": " "})
    assert refused.status_code == 409
    xu.post(f"/drafts/{held.id}/reject", form | {"reason": "wrong tone"})

    assert state_of(office, held) == DraftState.REJECTED


def test_what_is_restricted_is_a_number_to_all_but_the_named(
    office: SmallOffice, xu: Visitor
) -> None:
    held = the_draft(office)
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential", owner=""))
        drafts.note(tx, held.id, sensitivity="confidential")
    admin = Visitor(office, "boss", role=Role.ADMIN, person="周广川")

    page = admin.get("/")

    assert "1 restricted items" in page.text
    assert held.case_number not in page.text
    assert admin.get(f"/drafts/{held.id}").status_code == 404
    assert admin.get(f"/drafts/{held.id}").text == admin.get(
        "/drafts/999"
    ).text.replace("/drafts/999", f"/drafts/{held.id}")
    assert xu.get(f"/drafts/{held.id}").status_code == 200


def test_a_stranger_is_asked_to_log_in(office: SmallOffice) -> None:
    stranger = Visitor(office)

    page = stranger.get("/drafts/7?order=risk")

    assert page.status_code == 303
    assert page.headers["location"] == "/login?next=/drafts/7%3Forder%3Drisk"


def test_the_page_speaks_the_readers_language(office: SmallOffice) -> None:
    the_draft(office)
    reader = Visitor(office, "reader", language="zh-CN,zh;q=0.9,en;q=0.8")

    assert "等待处理" in reader.get("/").text
    reader.post("/language", {"language": "en", "back": "/"})
    assert "Waiting for a decision" in reader.get("/").text


def test_next_and_previous_follow_the_filter(office: SmallOffice, xu: Visitor) -> None:
    for number in range(3):
        office.sort(
            letter(
                f"The lift on level {number} is stuck",
                "The lift is stuck again, please send somebody today.",
            )
        )
    ids = [entry.id for entry in office.rows(drafts._question())]
    assert len(ids) == 3

    page = xu.get(f"/drafts/{ids[1]}?order=oldest")

    assert f'href="/drafts/{ids[0]}?order=oldest" rel="prev"' in page.text
    assert f'href="/drafts/{ids[2]}?order=oldest" rel="next"' in page.text


def test_a_session_ends_after_eight_idle_hours(office: SmallOffice) -> None:
    with office.desk.database.write() as tx:
        now = datetime.now(UTC)
        one = logins.add(tx, "a", person="", role=Role.VIEWER, now=now, actor="test")
        token = logins.begin_session(tx, one, now=now)
    with office.desk.database.read() as tx:
        assert logins.of_session(tx, token, now=now + timedelta(hours=7))[0].name == "a"
        with pytest.raises(KeyError):
            logins.of_session(tx, token, now=now + timedelta(hours=9))


def test_a_place_that_is_still_open_is_marked_in_the_letter(
    office: SmallOffice, xu: Visitor
) -> None:
    held = the_draft(office)
    form = fields(xu.get(f"/drafts/{held.id}"), f"/drafts/{held.id}/revise")

    xu.post(
        f"/drafts/{held.id}/revise", form | {"text": "Come to [to fill: room] today."}
    )

    page = xu.get(f"/drafts/{held.id}").text
    assert 'Come to <mark class="gap">[to fill: room]</mark> today.' in page
