"""What a decision in the browser is bound to, and who may take which."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from mailroom.cases import CaseState
from mailroom.drafts import DraftState
from mailroom.errors import ReviewError
from mailroom.register import cases, drafts, track
from mailroom.register.drafts import Held
from mailroom.register.logins import Role
from mailroom.register.schema import case, draft, draft_version, event, job
from mailroom.workflow import decide, revise
from tests.unit.desk_visitor import Visitor, fields
from tests.unit.small_office import REPAIR, SmallOffice, letter

NOW = datetime.now(UTC)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


@pytest.fixture
def held(office: SmallOffice) -> Held:
    (row,) = office.sort(REPAIR)
    (found,) = office.drafts(row.case_id)
    return found


def send(visitor: Visitor, held: Held, what: str, **more: object) -> httpx.Response:
    """Send the form of a decision as the page that was last shown has it."""
    form = {"version": held.version, "seal": held.seal} | more
    return visitor.post(f"/drafts/{held.id}/{what}", form)


def decisions(office: SmallOffice, held: Held) -> list[tuple[str, str]]:
    told = office.rows(
        select(event.c.what, event.c.actor)
        .where(event.c.entity == "draft", event.c.entity_id == held.id)
        .where(event.c.what.in_(("approved", "rejected", "later", "waiting")))
        .order_by(event.c.id)
    )
    return [(row.what, row.actor) for row in told]


def send_jobs(office: SmallOffice) -> list[str]:
    question = select(job.c.state).where(job.c.kind == "send").order_by(job.c.id)
    return [row.state for row in office.rows(question)]


# ── of two people only one decides ───────────────────────────────────────


@pytest.mark.parametrize("first", ["approve", "reject"])
@pytest.mark.parametrize("second", ["approve", "reject", "later", "revise", "refill"])
def test_who_is_second_is_told_so_and_changes_nothing(
    office: SmallOffice, held: Held, first: str, second: str
) -> None:
    xu = Visitor(office, "xuting", person="徐婷")
    grace = Visitor(office, "grace", person="Grace Tolland")
    assert send(xu, held, first, reason="no").status_code == 303
    before = (decisions(office, held), send_jobs(office), office.draft(held.id))

    late = send(
        grace, held, second, reason="no", text="Other words", to="x@y.example",
        subject="Other",
    )  # fmt: skip

    assert late.status_code == 409
    assert (decisions(office, held), send_jobs(office), office.draft(held.id)) == before


def test_a_rejection_does_not_overrule_an_approval_that_came_between(
    office: SmallOffice, held: Held
) -> None:
    decide.approve(office.desk, held.id, who="xuting", now=NOW, seen=held.seal)

    with pytest.raises(ReviewError, match="somebody was quicker"):
        decide.reject(
            office.desk, held.id, who="grace", reason="no", now=NOW, seen=held.seal
        )

    assert office.draft(held.id).state == DraftState.APPROVED
    assert send_jobs(office) == ["ready"]


def test_a_change_is_not_laid_over_another_one_that_came_between(
    office: SmallOffice, held: Held
) -> None:
    revise.revise(office.desk, held.id, who="xuting", now=NOW, body="Hers")

    with pytest.raises(ReviewError, match="has changed since you saw it"):
        revise.revise(
            office.desk, held.id, who="grace", now=NOW, body="His", seen=held.seal
        )

    assert office.draft(held.id).says.content.text == "Hers"


@pytest.mark.parametrize("what", ["approve", "reject", "revise", "refill", "later"])
@pytest.mark.parametrize(
    "form",
    [{"version": "2"}, {"seal": "0" * 64}, {"version": ""}, {"seal": ""}],
    ids=str,
)
def test_a_form_without_the_version_and_seal_of_today_does_nothing(
    office: SmallOffice, held: Held, what: str, form: dict[str, str]
) -> None:
    xu = Visitor(office, "xuting", person="徐婷")

    answer = send(xu, held, what, reason="no", text="Other", **form)

    assert answer.status_code == 409
    assert office.draft(held.id) == held


def test_whoever_comes_too_late_sees_what_has_changed(
    office: SmallOffice, held: Held
) -> None:
    xu = Visitor(office, "xuting", person="徐婷")
    revise.revise(
        office.desk, held.id, who="grace", now=NOW, body="Nobody comes today.",
        to=["other@client.example"], subject="Re: Heat",
    )  # fmt: skip

    answer = send(xu, held, "approve")

    assert answer.status_code == 409
    assert "Nothing was sent" in answer.text
    assert "wangli@client.example → other@client.example" in answer.text
    assert "<ins>" in answer.text
    assert "Nobody" in answer.text
    assert f'href="/drafts/{held.id}"' in answer.text


@pytest.mark.parametrize(
    "to", ["", " , ;", "nobody", "a@b.example\r\nBcc: c@d.example"]
)
def test_a_change_without_a_good_recipient_is_refused_in_words(
    office: SmallOffice, held: Held, to: str
) -> None:
    xu = Visitor(office, "xuting", person="徐婷")

    answer = send(xu, held, "revise", to=to, text="Mine")

    assert answer.status_code == 409
    assert "Nothing was done" in answer.text
    assert office.draft(held.id) == held


# ── new mail, grace, undo ────────────────────────────────────────────────


def test_new_mail_in_the_matter_takes_the_approval_back(
    office: SmallOffice, held: Held
) -> None:
    xu = Visitor(office, "xuting", person="徐婷")
    send(xu, held, "approve")

    office.sort(
        letter(
            "Re: Heating on level 4 stuck at 27 degrees",
            "Please do not come, it is mended.",
            answers="<repair.1@client.example>",
        )
    )

    assert office.draft(held.id).state == DraftState.WAITING
    assert office.draft(held.id).approvals == ()
    assert send_jobs(office) == ["cancelled"]
    page = xu.get(f"/drafts/{held.id}").text
    assert "has written again since" in page
    assert f'href="/drafts/{held.id}"' in xu.get("/").text


def test_an_approved_letter_waits_for_the_grace_time_and_can_be_taken_back_once(
    office: SmallOffice, held: Held
) -> None:
    xu = Visitor(office, "xuting", person="徐婷")

    send(xu, held, "approve")
    after = office.draft(held.id)

    assert after.decided_at is not None
    assert after.send_at == after.decided_at + timedelta(seconds=30)
    page = xu.get(f"/drafts/{held.id}").text
    assert f'action="/drafts/{held.id}/undo' in page
    assert f'action="/drafts/{held.id}/approve' not in page
    assert xu.post(f"/drafts/{held.id}/undo").status_code == 303
    assert xu.post(f"/drafts/{held.id}/undo").status_code == 409
    again = office.draft(held.id)
    assert (again.state, again.seal, again.send_at) == (
        DraftState.WAITING, held.seal, None,
    )  # fmt: skip
    assert again.says == held.says


@pytest.mark.parametrize("state", ["sending", "sent", "uncertain"])
def test_what_is_leaving_is_not_taken_back(
    office: SmallOffice, held: Held, state: str
) -> None:
    xu = Visitor(office, "xuting", person="徐婷")
    with office.desk.database.write() as tx:
        tx.execute(update(draft).values(state=state))

    assert f'action="/drafts/{held.id}/undo' not in xu.get(f"/drafts/{held.id}").text
    assert xu.post(f"/drafts/{held.id}/undo").status_code == 409
    assert office.draft(held.id).state == state


# ── who may decide ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.VIEWER, []),
        (Role.REVIEWER, ["reject", "later", "revise"]),
        (Role.APPROVER, ["approve", "reject", "later", "revise"]),
        (Role.ADMIN, ["approve", "reject", "later", "revise"]),
    ],
)
def test_each_role_is_offered_and_granted_only_its_own(
    office: SmallOffice, held: Held, role: Role, may: list[str]
) -> None:
    visitor = Visitor(office, role.value, role=role)
    page = visitor.get(f"/drafts/{held.id}").text

    for what in ("approve", "reject", "later", "revise"):
        assert (f'action="/drafts/{held.id}/{what}' in page) == (what in may), what
        if what not in may:
            assert send(visitor, held, what, reason="x").status_code == 403
    assert ('name="and" value="approve"' in page) == ("approve" in may)
    assert office.draft(held.id) == held


def test_a_reviewer_does_not_approve_by_way_of_a_change(
    office: SmallOffice, held: Held
) -> None:
    visitor = Visitor(office, "reviewer", role=Role.REVIEWER)

    send(
        visitor, held, "revise", text="Mine", to="wangli@client.example",
        **{"and": "approve"},
    )  # fmt: skip

    assert office.draft(held.id).says.content.text == "Mine"
    assert office.draft(held.id).state == DraftState.WAITING
    assert send_jobs(office) == []


def test_two_people_decide_on_the_web_a_leader_and_a_director(
    office: SmallOffice, held: Held
) -> None:
    with office.desk.database.write() as tx:
        drafts.note(tx, held.id, clearance=3)
    shen = Visitor(office, "shen", person="沈默然")
    shen_too = Visitor(office, "shen2", person="沈默然")
    zhou = Visitor(office, "zhou", person="周广川")

    first = send(shen, held, "approve")
    assert "done=first" in first.headers["location"]
    assert office.draft(held.id).state == DraftState.WAITING
    assert send(shen, held, "approve").status_code == 409
    send(shen_too, held, "approve")
    assert office.draft(held.id).state == DraftState.WAITING
    send(zhou, held, "approve")

    assert office.draft(held.id).state == DraftState.APPROVED
    assert send_jobs(office) == ["ready"]


def test_a_login_without_a_person_has_no_word_where_two_must_decide(
    office: SmallOffice, held: Held
) -> None:
    with office.desk.database.write() as tx:
        drafts.note(tx, held.id, clearance=3)

    answer = send(Visitor(office, "somebody", role=Role.ADMIN), held, "approve")

    assert answer.status_code == 409
    assert office.draft(held.id).approvals == ()


def test_a_draft_becomes_as_confidential_as_its_case(
    office: SmallOffice, held: Held
) -> None:
    boss = Visitor(office, "boss", role=Role.ADMIN, person="周广川")
    assert boss.get(f"/drafts/{held.id}").status_code == 200
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(owner=""))
        row = cases.row(tx, held.case_id)
        cases.restrict(tx, row, "confidential", now=NOW)

    assert boss.get(f"/drafts/{held.id}").status_code == 404
    assert send(boss, held, "approve").status_code == 404
    assert send(boss, held, "reject", reason="no").status_code == 404
    assert office.draft(held.id).state == DraftState.WAITING
    with pytest.raises(ReviewError):
        decide.approve(office.desk, held.id, who="boss", now=NOW, seen=held.seal)


# ── several at once ──────────────────────────────────────────────────────


def with_record(office: SmallOffice, held: Held, *, decided: int, changed: int) -> None:
    """Let letters of the same template have been decided before."""
    with office.desk.database.write() as tx:
        row = tx.execute(select(draft).where(draft.c.id == held.id)).one()._mapping
        first = tx.execute(
            select(draft_version).where(draft_version.c.draft_id == held.id)
        ).one()._mapping  # fmt: skip
        for n in range(decided):
            number = 100 + n
            tx.execute(
                draft.insert().values(
                    {**row, "id": number, "key": str(number), "state": "sent",
                     "decided_at": NOW, "version": 2 if n < changed else 1}
                )
            )  # fmt: skip
            tx.execute(
                draft_version.insert().values(
                    {**first, "draft_id": number, "rfc_id": f"<{number}@o.example>"}
                )
            )


def test_the_record_of_a_template_counts_its_letters(
    office: SmallOffice, held: Held
) -> None:
    with_record(office, held, decided=25, changed=3)
    template = held.says.template

    with office.desk.database.read() as tx:
        record = track.records(tx, [template], now=NOW)[template]

    assert (record.decided, record.unchanged, record.is_good) == (25, 22, False)


@pytest.mark.parametrize(
    ("decided", "changed", "fit"), [(20, 0, True), (19, 0, False), (20, 2, False)]
)
def test_only_letters_of_a_template_with_a_good_record_are_approved_together(
    office: SmallOffice, held: Held, decided: int, changed: int, *, fit: bool
) -> None:
    with_record(office, held, decided=decided, changed=changed)
    xu = Visitor(office, "xuting", person="徐婷")
    template = held.says.template.replace("@", "%40")

    page = xu.get(f"/batch?template={template}")
    done = xu.post("/batch", {"draft": f"{held.id}:{held.version}:{held.seal}"})

    assert (held.says.content.subject in page.text) == fit
    assert done.status_code == 200
    wanted = DraftState.APPROVED if fit else DraftState.WAITING
    assert office.draft(held.id).state == wanted


@pytest.mark.parametrize(
    "triple", ["{id}:9:{seal}", "{id}:1:0000", "{id}", "{id}:1", "x:1:{seal}", "²:1:2"]
)
def test_a_batch_approves_nothing_that_was_not_shown_as_it_is(
    office: SmallOffice, held: Held, triple: str
) -> None:
    with_record(office, held, decided=20, changed=0)
    xu = Visitor(office, "xuting", person="徐婷")

    xu.post("/batch", {"draft": triple.format(id=held.id, seal=held.seal)})

    assert office.draft(held.id).state == DraftState.WAITING


@pytest.mark.parametrize(
    "values", [{"clearance": 3}, {"sensitivity": "confidential"}], ids=str
)
def test_what_needs_more_than_one_glance_is_never_in_a_batch(
    office: SmallOffice, held: Held, values: dict[str, object]
) -> None:
    with_record(office, held, decided=20, changed=0)
    with office.desk.database.write() as tx:
        drafts.note(tx, held.id, **values)
    xu = Visitor(office, "xuting", person="徐婷")

    xu.post("/batch", {"draft": f"{held.id}:{held.version}:{held.seal}"})

    assert held.says.content.subject not in xu.get("/batch").text
    assert office.draft(held.id).state == DraftState.WAITING


def test_the_forms_of_a_page_carry_its_version_and_seal(
    office: SmallOffice, held: Held
) -> None:
    page = Visitor(office, "xuting", person="徐婷").get(f"/drafts/{held.id}")

    for what in ("approve", "reject", "later", "revise", "hand-over", "sort"):
        form = fields(page, f"/drafts/{held.id}/{what}")
        assert (form["version"], form["seal"]) == (str(held.version), held.seal), what
    assert office.cases()[0].state == CaseState.DRAFTED
