"""A case is given to departments at the desk, and struck off there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailroom.cases import NOBODY
from mailroom.drafts import SUPERVISION, DraftState
from mailroom.register.schema import case
from mailroom.register.schema_matters import matter_unit
from mailroom.worker.perform import clock
from mailroom.workflow.progress import progress
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import REPAIR, SmallOffice, letter

ANSWER = letter(
    "Re: [HY-2026-0001] Heating",
    "The valve is ordered. We are late because <b>the maker</b> has none; new date"
    " 5 May 2099.",
    sender="Tom Reyes <tom.reyes@hengyuan.example>",
    answers="<repair.1@client.example>",
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    made = SmallOffice(tmp_path, reviewers={"xuting": "徐婷"})
    made.sort(REPAIR)
    yield made
    made.close()


def number(office: SmallOffice) -> str:
    (row,) = office.rows(case.select())
    return str(row.number)


def give(office: SmallOffice, visitor: Visitor, **form: str) -> int:
    return visitor.post(f"/cases/{number(office)}/supervise", form).status_code


def part(office: SmallOffice, unit: str) -> str:
    names = [each.name for each in office.desk.directory.units]
    return f"part-{names.index(unit)}"


def test_any_case_becomes_a_matter_and_its_notices_wait(office: SmallOffice) -> None:
    visitor = Visitor(office, "xuting", person="徐婷")
    assert part(office, "London") in visitor.get(f"/cases/{number(office)}").text

    form = {part(office, "London"): "lead", part(office, "财务部"): "assist",
            "by": "2099-04-17", "every": "weekly"}  # fmt: skip
    assert give(office, visitor, **form) == 303

    (row,) = office.rows(case.select())
    notices = [d for d in office.drafts(row.id) if d.kind == SUPERVISION]
    assert {d.says.content.to[0] for d in notices} == {
        "london@hengyuan.example", "caiwu@hengyuan.example",
    }  # fmt: skip
    assert {d.state for d in notices} == {DraftState.WAITING}
    assert "London" in visitor.get("/supervision").text


def test_without_a_lead_nothing_is_given(office: SmallOffice) -> None:
    visitor = Visitor(office, "xuting", person="徐婷")

    assert give(office, visitor) == 409
    assert progress(office.desk, NOBODY, now=clock()) == ([], 0)


def test_a_report_is_shown_with_its_sentence_and_a_part_is_struck_off_with_proof(
    office: SmallOffice,
) -> None:
    visitor = Visitor(office, "xuting", person="徐婷")
    give(office, visitor, **{part(office, "London"): "lead"})
    office.sort(ANSWER)

    shown = visitor.get(f"/cases/{number(office)}").text
    assert "We are late because &lt;b&gt;the maker&lt;/b&gt; has none" in shown

    strike = f"/cases/{number(office)}/strike-off"
    assert visitor.post(strike, {"unit": "London", "proof": " "}).status_code == 409
    assert (
        visitor.post(strike, {"unit": "London", "proof": "Photo 3"}).status_code == 303
    )
    ((line,), _) = progress(office.desk, NOBODY, now=clock())
    assert (line.state, line.sentence) == ("closed", "Photo 3")
    (row,) = office.rows(case.select())
    assert row.state != "closed"


def test_a_department_that_has_a_part_keeps_its_day_and_that_is_said(
    office: SmallOffice,
) -> None:
    visitor = Visitor(office, "xuting", person="徐婷")
    london = {part(office, "London"): "lead"}
    assert give(office, visitor, **london, by="2027-04-16") == 303

    again = visitor.post(
        f"/cases/{number(office)}/supervise", {**london, "by": "2027-05-14"}
    )

    assert again.status_code == 409
    assert "(due 2027-04-16)" in again.text
    assert office.rows(matter_unit.select())[0].planned_on == "2027-04-16"
