"""Ways to a wrong, a second or a lost letter, or to a silent look: all are shut."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from mailroom.drafts import DraftState
from mailroom.errors import ReviewError
from mailroom.message.model import Attachment
from mailroom.register import cases, drafts
from mailroom.register.drafts import Held
from mailroom.register.logins import Role
from mailroom.register.schema import case, draft, draft_version, event, message, send
from mailroom.workflow import decide, revise
from mailroom.workflow.draft import DOCX, enclose, render
from tests.unit.desk_visitor import PLACE, Visitor, fields
from tests.unit.small_office import REPAIR, ROOT, SmallOffice, letter
from tests.unit.test_web_decisions import NOW, with_record

AGAIN = letter(
    "Re: Heating on level 4 stuck at 27 degrees", "It is solved, thank you.\n",
    answers="<repair.1@client.example>",
)  # fmt: skip


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


@pytest.fixture
def xu(office: SmallOffice) -> Visitor:
    return Visitor(office, "xuting", person="徐婷")


# ── they write again ─────────────────────────────────────────────────────


@pytest.mark.parametrize("what", ["approve", "revise"])
def test_what_came_while_the_page_lay_open_is_read_before_anything_is_approved(
    office: SmallOffice, held: Held, xu: Visitor, what: str
) -> None:
    page = xu.get(f"/drafts/{held.id}")
    form = fields(page, f"/drafts/{held.id}/{what}") | {
        "text": "Mine",
        "and": "approve",
    }
    office.sort(AGAIN)

    answer = xu.post(f"/drafts/{held.id}/{what}", form)

    assert office.draft(held.id).state == DraftState.WAITING
    assert answer.status_code == 409 or "done=look" in answer.headers["location"]


def test_a_page_that_lies_open_hears_of_the_new_letter(
    office: SmallOffice, held: Held, xu: Visitor
) -> None:
    before = xu.post(f"/drafts/{held.id}/here", {"editing": "no"}).json()
    assert f'data-heard="{before["heard"]}"' in xu.get(f"/drafts/{held.id}").text
    office.sort(AGAIN)

    after = xu.post(f"/drafts/{held.id}/here", {"editing": "no"}).json()

    assert after["heard"] > before["heard"]


@pytest.mark.parametrize("state", ["later", "deferred"])
def test_what_was_put_off_or_is_tried_again_is_looked_at_once_more(
    office: SmallOffice, held: Held, state: str
) -> None:
    with office.desk.database.write() as tx:
        tx.execute(update(draft).values(state=state))

    office.sort(AGAIN)

    assert office.draft(held.id).state == DraftState.WAITING


def test_the_first_of_two_approvals_does_not_outlive_a_new_letter(
    office: SmallOffice, held: Held
) -> None:
    drafts_before = [["zhou", held.seal]]
    with office.desk.database.write() as tx:
        drafts.note(tx, held.id, clearance=3, approvals=drafts_before)

    office.sort(AGAIN)

    assert office.draft(held.id).approvals == ()


def test_a_letter_after_which_they_wrote_again_is_in_no_batch(
    office: SmallOffice, held: Held, xu: Visitor
) -> None:
    with_record(office, held, decided=20, changed=0)
    office.sort(AGAIN)

    answer = xu.post("/batch", {"draft": f"{held.id}:{held.version}:{held.seal}"})

    assert office.draft(held.id).state == DraftState.WAITING
    assert "not approved" in answer.text


def test_a_batch_names_each_ticked_letter_that_it_did_not_approve(
    office: SmallOffice, held: Held, xu: Visitor
) -> None:
    with_record(office, held, decided=20, changed=0)
    ticked = f"{held.id}:{held.version}:{held.seal}"
    revise.revise(office.desk, held.id, who="grace", now=NOW, body="Hers")

    answer = xu.post("/batch", {"draft": [ticked, "9999:1:abc"]})

    assert held.says.content.subject in answer.text
    assert "not approved" in answer.text
    assert "no longer here: 1" in answer.text


# ── what nobody has seen does not leave ──────────────────────────────────


def test_a_new_risk_in_a_change_is_shown_before_it_is_approved(
    office: SmallOffice, held: Held, xu: Visitor
) -> None:
    form = fields(xu.get(f"/drafts/{held.id}"), f"/drafts/{held.id}/revise")
    form |= {"to": "somebody@elsewhere.example", "text": held.says.content.text,
             "subject": held.says.content.subject, "and": "approve"}  # fmt: skip

    answer = xu.post(f"/drafts/{held.id}/revise", form)

    now = office.draft(held.id)
    assert (now.state, now.version) == (DraftState.WAITING, 2)
    assert "done=look" in answer.headers["location"]
    assert "not approved" in xu.get(answer.headers["location"]).text


def test_a_change_without_a_new_risk_is_approved_at_once(
    office: SmallOffice, held: Held, xu: Visitor
) -> None:
    form = fields(xu.get(f"/drafts/{held.id}"), f"/drafts/{held.id}/revise")
    words = held.says.content.text.replace("\n", " \n", 1)
    form |= {"to": ", ".join(held.says.content.to), "text": words,
             "subject": held.says.content.subject, "and": "approve"}  # fmt: skip

    xu.post(f"/drafts/{held.id}/revise", form)

    assert office.draft(held.id).state == DraftState.APPROVED


def test_a_gap_in_an_attachment_outlives_a_letter_made_anew(
    office: SmallOffice, held: Held
) -> None:
    content = (ROOT / "templates" / "reply" / "supplies.en.docx").read_bytes()
    files = enclose(
        office.desk, [Attachment(name="a.docx", type=DOCX, content=content)]
    )
    changed = revise.revise(
        office.desk, held.id, who="xuting", now=NOW, enclosures=files
    )
    with office.desk.database.write() as tx:
        tx.execute(
            update(draft_version)
            .where(draft_version.c.version == changed.version)
            .values(missing=["only_in_the_paper"])
        )

    made = revise.refill(office.desk, held.id, who="xuting", now=NOW, fields={})

    assert "only_in_the_paper" in made.says.missing


def test_a_gap_in_an_attachment_outlives_one_more_file_and_a_filled_letter(
    office: SmallOffice, held: Held
) -> None:
    paper = "paper/supervision_notice.en.docx"
    made = render(office.desk, paper, {"case_no": "HY-1"})
    (gap, *_), desk = made.missing, office.desk
    (with_gap,) = enclose(
        desk, [Attachment(name="a.docx", type=DOCX, content=made.docx)]
    )
    (other,) = enclose(
        desk, [Attachment(name="b.pdf", type="application/pdf", content=b"%PDF-1.7")]
    )
    (good,) = enclose(
        desk,
        [Attachment(name="c.docx", type=DOCX,
                    content=(ROOT / "templates/reply/supplies.en.docx").read_bytes())],
    )  # fmt: skip
    now_so = revise.revise(
        desk, held.id, who="xuting", now=NOW, enclosures=[with_gap],
        body=f"[to fill: {gap}]",
    )  # fmt: skip
    with desk.database.write() as tx:
        tx.execute(
            update(draft_version)
            .where(draft_version.c.version == now_so.version)
            .values(missing=[gap])
        )

    def left(**changes: object) -> tuple[str, ...]:
        changed = revise.revise(desk, held.id, who="xuting", now=NOW, **changes)  # type: ignore[arg-type]  # what may be changed
        return tuple(changed.says.missing)

    assert left(body="Filled by hand.") == (gap,)
    assert left(enclosures=[with_gap, other]) == (gap,)
    assert left(enclosures=[with_gap]) == (gap,), "another one was taken out"
    assert left(enclosures=[good]) == ()


def test_whoever_has_got_a_letter_never_gets_a_changed_one_as_well(
    office: SmallOffice, held: Held
) -> None:
    address = held.says.content.to[0]
    with office.desk.database.write() as tx:
        tx.execute(
            send.insert().values(
                draft_id=held.id, attempt=1, state="accepted", started_at=NOW,
                rfc_id=held.says.rfc_id, server_reply="",
                recipients={address: ["accepted", "250"]},
            )
        )  # fmt: skip

    with pytest.raises(ReviewError, match="have got this letter already"):
        revise.revise(office.desk, held.id, who="xuting", now=NOW, body="Other")

    assert office.draft(held.id).version == held.version


# ── nothing that was written is lost ─────────────────────────────────────


def test_words_are_shown_again_when_nobody_is_logged_in_any_more(
    office: SmallOffice, held: Held
) -> None:
    answer = Visitor(office).post(
        f"/drafts/{held.id}/revise", {"text": "Half an hour's <work>"}
    )

    assert answer.status_code == 401
    assert "Half an hour&#39;s &lt;work&gt;" in answer.text


@pytest.mark.parametrize("more", [{"version": "9"}, {"to": "no address"}], ids=str)
def test_words_are_shown_again_when_a_change_is_refused(
    held: Held, xu: Visitor, more: dict[str, str]
) -> None:
    form = {"version": held.version, "seal": held.seal, "text": "Half an hour's work",
            "to": "x@y.example", "subject": "S"} | more  # fmt: skip

    answer = xu.post(f"/drafts/{held.id}/revise", form)

    assert answer.status_code == 409
    assert "Half an hour&#39;s work</textarea>" in answer.text


def test_a_button_hands_over_beside_a_list_of_all_others(
    office: SmallOffice, held: Held, xu: Visitor
) -> None:
    name = office.desk.directory.people[0].name
    form = {"version": held.version, "seal": held.seal, "to": [name, ""]}

    xu.post(f"/drafts/{held.id}/hand-over", form)

    assert office.cases()[0].owner == name


def test_the_last_page_of_the_queue_is_never_empty_while_something_waits(
    held: Held, xu: Visitor
) -> None:
    assert held.case_number in xu.get("/?page=2").text


# ── nobody opens a restricted matter unseen ──────────────────────────────


@pytest.fixture
def restricted(office: SmallOffice, held: Held) -> Held:
    content = (ROOT / "templates" / "reply" / "supplies.en.docx").read_bytes()
    files = enclose(
        office.desk, [Attachment(name="a.docx", type=DOCX, content=content)]
    )
    revise.revise(office.desk, held.id, who="xuting", now=NOW, enclosures=files)
    with office.desk.database.write() as tx:
        cases.restrict(tx, cases.row(tx, held.case_id), "confidential", now=NOW)
        tx.execute(update(case).values(owner="谢宁"))
        row = tx.execute(select(message)).one()
        answer = {**row.answer, "sensitivity": "confidential"}
        tx.execute(update(message).values(answer=answer))
    return office.draft(held.id)


@pytest.mark.parametrize(
    "path",
    ["/messages/1", "/messages/1/frame", "/drafts/1", "/drafts/1/files/0",
     "/cases/{number}", "/cases/{number}/print"],
)  # fmt: skip
def test_every_way_into_a_restricted_matter_stands_in_the_book(
    office: SmallOffice, restricted: Held, path: str
) -> None:
    # Who is in charge sees all of it, its letters and files, too.
    owner = Visitor(office, "xie", role=Role.VIEWER, person="谢宁")
    looks = select(func.count()).where(
        event.c.what == "opened to read", event.c.actor == "xie"
    )

    answer = owner.get(path.replace("{number}", restricted.case_number))

    assert answer.status_code == 200
    assert office.rows(looks)[0][0] == 1


def test_putting_back_what_one_may_not_see_is_putting_back_nothing(
    office: SmallOffice, restricted: Held
) -> None:
    assert restricted
    zhou = Visitor(office, "zhou", role=Role.ADMIN, person="周广川")

    there, absent = zhou.post("/quarantine/1/back"), zhou.post("/quarantine/99/back")

    assert (there.status_code, absent.status_code) == (404, 404)


# ── where a page leads back to ───────────────────────────────────────────


def test_no_path_is_made_a_link_to_another_site(xu: Visitor) -> None:
    page = xu.get(f"{PLACE}//evil.example/x")

    assert 'href="//' not in page.text
    assert "evil.example" in page.text


@pytest.mark.parametrize(
    ("path", "back"),
    [("/drafts/1/files/0/put-back", "/drafts/1"), ("/drafts/1/later", "/drafts/1"),
     ("/quarantine/7/leave", "/quarantine"), ("/followups/7/end", "/followups")],
)  # fmt: skip
def test_a_refusal_leads_back_to_a_page(
    office: SmallOffice, path: str, back: str
) -> None:
    answer = Visitor(office).post(path)

    assert answer.status_code == 401
    assert f'<a href="{back}">' in answer.text


def test_an_approval_at_the_terminal_needs_no_page(
    office: SmallOffice, held: Held
) -> None:
    decide.show(office.desk, held.id, who="xuting", now=NOW)

    decide.approve(office.desk, held.id, who="xuting", now=NOW)

    assert office.draft(held.id).state == DraftState.APPROVED


def test_a_case_is_not_closed_over_a_letter_that_nobody_has_read(
    office: SmallOffice, held: Held, xu: Visitor
) -> None:
    place = f"/cases/{held.case_number}"
    form = fields(xu.get(place), f"{place}/close")
    office.sort(AGAIN)

    late = xu.post(f"{place}/close", form)
    assert late.status_code == 409
    assert office.cases()[0].closed_at is None

    now = xu.post(f"{place}/close", fields(xu.get(place), f"{place}/close"))
    assert now.status_code == 303
    assert office.cases()[0].closed_at is not None


def test_an_undo_is_offered_only_while_there_is_one(
    office: SmallOffice, held: Held, xu: Visitor
) -> None:
    place = f"/?done=approved&undo={held.id}"
    assert "/undo" not in xu.get(place).text

    decide.approve(office.desk, held.id, who="xuting", now=NOW, seen=held.seal)

    assert f'action="/drafts/{held.id}/undo"' in xu.get(place).text
    admin = Visitor(office, "admin", role=Role.ADMIN)
    assert admin.get("/people?done=approved").status_code == 200


def test_how_long_a_restricted_draft_waits_is_told_to_nobody_else(
    office: SmallOffice, held: Held
) -> None:
    with office.desk.database.write() as tx:
        tx.execute(update(draft).values(created_at=NOW - timedelta(days=3)))
        tx.execute(update(case).values(sensitivity="confidential", owner="谢宁"))
    told = "waiting for over a day"

    assert told not in Visitor(office, "zhou", person="周广川").get("/cases").text
    assert told in Visitor(office, "xie", person="谢宁").get("/cases").text
    assert held


def test_a_letter_that_was_refused_does_not_leave_after_its_case_was_closed(
    office: SmallOffice, held: Held
) -> None:
    with office.desk.database.write() as tx:
        drafts.note(tx, held.id, state="refused")

    decide.close(office.desk, held.case_number, who="xuting", now=NOW)

    assert office.draft(held.id).state == DraftState.REJECTED
    with pytest.raises(ReviewError):
        revise.revise(office.desk, held.id, who="xuting", now=NOW, body="Once more")


def test_no_single_key_gives_a_restricted_matter_into_other_hands(
    office: SmallOffice, held: Held, xu: Visitor
) -> None:
    first = office.desk.directory.people[0].name
    by_key = re.compile(rf'name="to" value="{re.escape(first)}"\s+data-key="1"')
    assert by_key.search(xu.get(f"/drafts/{held.id}").text)

    with office.desk.database.write() as tx:
        drafts.note(tx, held.id, sensitivity="confidential")
        tx.execute(update(case).values(owner="徐婷"))

    page = xu.get(f"/drafts/{held.id}").text
    assert f'name="to" value="{first}"' in page
    assert not by_key.search(page)
    assert "whoever is in charge of it sees it" in page
