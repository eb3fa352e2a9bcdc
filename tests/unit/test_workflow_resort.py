"""A person puts a letter into the right drawer: what begins anew, what never does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailroom.drafts import DraftState
from mailroom.errors import ReviewError
from mailroom.register import drafts, followups
from mailroom.register.drafts import Held
from mailroom.register.schema import AnyRow, case, draft, event, job
from mailroom.workflow import decide, resort, revise
from tests.unit.small_office import REPAIR, SmallOffice, letter

NOW = datetime.now(UTC)
VAGUE = letter(
    "A question about the second floor",
    "Good morning,\n\nwe talked about it last week. Kind regards, Wang Li\n",
    message_id="<vague.1@client.example>",
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path, reviewers={"shen": "沈默然"})
    yield small
    small.close()


def sorted_as(office: SmallOffice, row: AnyRow, category: str) -> list[Held]:
    resort.resort(office.desk, row.id, category=category, who="shen", now=NOW)
    office.work()
    return office.drafts(row.case_id)


def the_case(office: SmallOffice) -> AnyRow:
    (found,) = office.cases()
    return found


def test_an_unsorted_letter_gets_its_drawer_and_its_draft(office: SmallOffice) -> None:
    (row,) = office.sort(VAGUE)
    assert the_case(office).category is None
    number = the_case(office).number

    (held,) = sorted_as(office, row, "maintenance")

    after = the_case(office)
    assert (after.category, after.number) == ("maintenance", number)
    assert after.owner == "Tom Reyes"
    assert after.due_on is not None
    assert held.says.template.startswith("reply/maintenance.en.docx@")
    told = [e for e in office.rows(select(event)) if e.what == "sorted by hand"]
    assert [e.actor for e in told] == ["shen"]


def test_a_wrong_drawer_is_left_with_its_draft_and_its_promises(
    office: SmallOffice,
) -> None:
    (row,) = office.sort(REPAIR)
    (wrong,) = office.drafts(row.case_id)

    letters = sorted_as(office, row, "supplies")

    assert [(h.state, h.says.template.partition("@")[0]) for h in letters] == [
        (DraftState.WITHDRAWN, "reply/maintenance.en.docx"),
        (DraftState.WAITING, "reply/supplies.en.docx"),
    ]
    assert letters[0].id == wrong.id
    with office.desk.database.read() as tx:
        running = {r.chain for r in followups.running(tx, row.case_id)}
    assert running == {office.desk.rules.categories["supplies"].chain}


def test_sorting_twice_never_leaves_two_drafts_waiting(office: SmallOffice) -> None:
    (row,) = office.sort(REPAIR)

    sorted_as(office, row, "supplies")
    sorted_as(office, row, "maintenance")
    letters = sorted_as(office, row, "supplies")

    waiting = [h for h in letters if h.state == DraftState.WAITING]
    assert len(waiting) == 1
    assert waiting[0].says.template.startswith("reply/supplies")


def test_what_was_answered_is_not_answered_again(office: SmallOffice) -> None:
    (row,) = office.sort(REPAIR)
    with office.desk.database.write() as tx:
        tx.execute(update(draft).values(state=DraftState.SENT))

    letters = sorted_as(office, row, "supplies")

    assert [h.state for h in letters] == [DraftState.SENT]
    assert the_case(office).category == "supplies"


def test_nothing_is_sorted_while_a_letter_leaves(office: SmallOffice) -> None:
    (row,) = office.sort(REPAIR)
    with office.desk.database.write() as tx:
        tx.execute(update(draft).values(state=DraftState.SENDING))

    with pytest.raises(ReviewError, match="is leaving just now"):
        sorted_as(office, row, "supplies")

    assert the_case(office).category == "maintenance"


def test_a_case_is_never_less_confidential_than_it_was(office: SmallOffice) -> None:
    (row,) = office.sort(REPAIR)
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential"))

    sorted_as(office, row, "supplies")

    assert the_case(office).sensitivity == "confidential"


@pytest.mark.parametrize("category", ["nonsense", "newsletter"])
def test_a_drawer_that_is_none_is_refused(office: SmallOffice, category: str) -> None:
    (row,) = office.sort(REPAIR)

    with pytest.raises(ReviewError, match="there is no drawer"):
        sorted_as(office, row, category)


def test_who_may_not_see_the_case_cannot_sort_it(office: SmallOffice) -> None:
    (row,) = office.sort(REPAIR)
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential", owner=""))

    with pytest.raises(ReviewError, match="there is no message"):
        resort.resort(office.desk, row.id, category="supplies", who="zhou", now=NOW)


# ── later, and somebody else ─────────────────────────────────────────────


def test_what_is_put_off_comes_back_by_itself(office: SmallOffice) -> None:
    (row,) = office.sort(REPAIR)
    (held,) = office.drafts(row.case_id)

    decide.put_off(
        office.desk, held.id, who="shen", until=NOW + timedelta(hours=2), now=NOW
    )
    (later,) = office.drafts(row.case_id)
    with office.desk.database.write() as tx:
        tx.execute(update(job).where(job.c.kind == "wake").values(due_at=NOW))
    office.work()
    (back,) = office.drafts(row.case_id)

    assert (later.state, back.state) == (DraftState.LATER, DraftState.WAITING)


def test_what_was_decided_meanwhile_is_not_woken(office: SmallOffice) -> None:
    (row,) = office.sort(REPAIR)
    (held,) = office.drafts(row.case_id)
    until = NOW + timedelta(hours=2)
    decide.put_off(office.desk, held.id, who="shen", until=until, now=NOW)
    decide.reject(office.desk, held.id, who="shen", reason="no", now=NOW)
    with office.desk.database.write() as tx:
        tx.execute(update(job).where(job.c.kind == "wake").values(due_at=NOW))

    office.work()

    (still,) = office.drafts(row.case_id)
    assert still.state == DraftState.REJECTED


def test_a_time_gone_by_is_no_time_to_wait_for(office: SmallOffice) -> None:
    (row,) = office.sort(REPAIR)
    (held,) = office.drafts(row.case_id)

    with pytest.raises(ReviewError, match="has passed"):
        decide.put_off(office.desk, held.id, who="shen", until=NOW, now=NOW)


def test_a_case_is_handed_to_a_person_of_the_office_alone(office: SmallOffice) -> None:
    office.sort(REPAIR)
    number = the_case(office).number

    decide.hand_over(
        office.desk, number, to="xuting@hengyuan.example", who="shen", now=NOW
    )
    assert the_case(office).owner == "徐婷"
    with pytest.raises(ReviewError, match="knows nobody"):
        decide.hand_over(office.desk, number, to="Somebody", who="shen", now=NOW)


# ── filled anew from its template ────────────────────────────────────────


def test_a_value_given_by_hand_fills_the_letter_anew(office: SmallOffice) -> None:
    (row,) = office.sort(REPAIR)
    (held,) = office.drafts(row.case_id)

    after = revise.refill(
        office.desk, held.id, who="shen", now=NOW, fields={"location": "the west wing"}
    )

    assert "the west wing" in after.says.content.text
    assert (after.version, after.says.made_by) == (2, "shen")
    assert any(field == "location" for _, _, field in after.says.marks)
    with office.desk.database.read() as tx:
        assert len(drafts.versions(tx, held.id)) == 2
