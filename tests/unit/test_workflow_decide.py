"""What a person's word does to a draft, and what it is bound to."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailroom.cases import CaseState
from mailroom.drafts import DraftState
from mailroom.errors import ReviewError
from mailroom.message.parse import parse
from mailroom.register import drafts, events, jobs, sends
from mailroom.register.drafts import Held
from mailroom.register.schema import draft, job
from mailroom.register.schema import send as send_table
from mailroom.workflow import decide, revise, send
from tests.unit.small_office import REPAIR, SmallOffice, letter

NOW = datetime.now(UTC)
REVIEWERS = {"xuting": "徐婷", "shen": "沈默然", "zhou": "周广川", "xuting2": "Xu Ting"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path, reviewers=REVIEWERS)
    yield small
    small.close()


def waiting_draft(office: SmallOffice, raw: bytes = REPAIR) -> Held:
    (row,) = office.sort(raw)
    (held,) = office.drafts(row.case_id)
    assert held.state == DraftState.WAITING
    return held


def approved(office: SmallOffice, held: Held, *, who: str = "anybody") -> Held:
    decide.show(office.desk, held.id, who=who, now=NOW)
    return decide.approve(office.desk, held.id, who=who, now=NOW)


def force(office: SmallOffice, held: Held, state: DraftState) -> None:
    with office.desk.database.write() as tx:
        tx.execute(update(draft).where(draft.c.id == held.id).values(state=state))


def change(office: SmallOffice, held: Held, **values: object) -> None:
    with office.desk.database.write() as tx:
        drafts.note(tx, held.id, **values)


def send_jobs(office: SmallOffice) -> list[str]:
    return [
        row.state
        for row in office.rows(select(job).where(job.c.kind == "send").order_by("id"))
    ]


def case_state(office: SmallOffice, held: Held) -> str:
    (state,) = [case.state for case in office.cases() if case.id == held.case_id]
    return str(state)


# ── approving ────────────────────────────────────────────────────────────


def test_an_approved_draft_is_sent_after_the_grace_time(office: SmallOffice) -> None:
    held = waiting_draft(office)

    after = approved(office, held, who="xuting")

    assert after.state == DraftState.APPROVED
    assert (after.decided_by, after.decided_at) == ("xuting", NOW)
    assert after.send_at == NOW + timedelta(seconds=30)
    (row,) = office.rows(select(job).where(job.c.kind == "send"))
    assert (row.state, row.due_at, row.subject_id) == ("ready", after.send_at, held.id)
    assert case_state(office, held) == CaseState.APPROVED


def test_the_letter_bears_the_date_at_which_it_leaves(office: SmallOffice) -> None:
    after = approved(office, waiting_draft(office))

    raw = office.desk.letters.read(after.letter_sha256 or "")

    assert after.send_at is not None
    assert parse(raw).date == after.send_at.replace(microsecond=0)
    assert parse(raw).message_id == after.says.rfc_id


def test_nobody_approves_what_they_have_not_seen(office: SmallOffice) -> None:
    held = waiting_draft(office)
    decide.show(office.desk, held.id, who="somebody else", now=NOW)

    with pytest.raises(ReviewError, match=f"mailroom review show {held.id}"):
        decide.approve(office.desk, held.id, who="xuting", now=NOW)

    assert office.draft(held.id).state == DraftState.WAITING


def test_a_draft_changed_since_it_was_shown_is_not_approved_and_says_how(
    office: SmallOffice,
) -> None:
    held = waiting_draft(office)
    decide.show(office.desk, held.id, who="xuting", now=NOW)
    revise.revise(
        office.desk, held.id, who="shen", now=NOW, subject="Re: Heat",
        to=["other@client.example"],
    )  # fmt: skip

    with pytest.raises(ReviewError) as caught:
        decide.approve(office.desk, held.id, who="xuting", now=NOW)

    said = str(caught.value)
    assert "nothing was sent" in said
    assert "recipients: wangli@client.example → other@client.example" in said
    assert f"subject: {held.says.content.subject} → Re: Heat" in said
    assert send_jobs(office) == []


def test_the_seal_of_what_was_seen_is_as_good_as_a_look(office: SmallOffice) -> None:
    held = waiting_draft(office)

    for wrong in ("", held.seal[:7], "0" * 64, f"{held.seal}0"):
        with pytest.raises(ReviewError, match="has changed since you saw it"):
            decide.approve(office.desk, held.id, who="x", now=NOW, seen=wrong)
    after = decide.approve(
        office.desk, held.id, who="x", now=NOW, seen=held.seal[:8].upper()
    )

    assert after.state == DraftState.APPROVED


def test_a_draft_with_a_gap_cannot_be_approved(office: SmallOffice) -> None:
    held = waiting_draft(
        office, letter("Repair", "The lift is stuck, somebody please come.")
    )
    assert held.says.missing == ("location",)
    decide.show(office.desk, held.id, who="x", now=NOW)

    with pytest.raises(ReviewError, match="still has gaps: location"):
        decide.approve(office.desk, held.id, who="x", now=NOW)


@pytest.mark.parametrize("mode", ["draft", "observe"])
def test_only_the_mode_send_lets_anything_be_approved(
    office: SmallOffice, mode: str
) -> None:
    held = waiting_draft(office)
    office.change(mode=mode)

    with pytest.raises(ReviewError, match=f"mailroom is in {mode} mode"):
        approved(office, held)


def test_there_is_no_draft_of_that_number(office: SmallOffice) -> None:
    with pytest.raises(ReviewError, match="there is no draft 99"):
        decide.show(office.desk, 99, who="x", now=NOW)


# ── two people ───────────────────────────────────────────────────────────


def test_two_different_people_decide_one_of_them_a_leader(office: SmallOffice) -> None:
    held = waiting_draft(office)
    change(office, held, clearance=3)

    first = approved(office, held, who="xuting")
    assert (first.state, first.approvals) == (
        DraftState.WAITING, (("xuting", held.seal),),
    )  # fmt: skip
    with pytest.raises(ReviewError, match="two people must"):
        approved(office, held, who="xuting")
    again = approved(office, held, who="xuting2")  # the same person's other account
    assert again.state == DraftState.WAITING
    director = approved(office, held, who="shen")  # two people, and no leader
    assert director.state == DraftState.WAITING
    leader = approved(office, held, who="zhou")

    assert leader.state == DraftState.APPROVED
    with office.desk.database.read() as tx:
        said = [
            (e.what, e.actor)
            for e in events.of_case(tx, held.case_id)
            if e.what.startswith("approved")
        ]
    assert said == [
        ("approved by one of two", "xuting"),
        ("approved by one of two", "xuting2"),
        ("approved by one of two", "shen"),
        ("approved", "zhou"),
    ]


def test_a_change_takes_the_first_approval_away(office: SmallOffice) -> None:
    held = waiting_draft(office)
    change(office, held, clearance=3)
    approved(office, held, who="xuting")

    revise.revise(office.desk, held.id, who="shen", now=NOW, body="Other words.")
    after = approved(office, held, who="zhou")

    assert after.state == DraftState.WAITING
    assert [who for who, _ in after.approvals] == ["zhou"]


@pytest.mark.parametrize(
    "values", [{"clearance": 3}, {"sensitivity": "confidential"}], ids=str
)
def test_what_is_for_named_people_is_shown_to_nobody_else(
    office: SmallOffice, values: dict[str, object]
) -> None:
    held = waiting_draft(office)
    change(office, held, **values)

    steps: list[Callable[[], Held]] = [
        lambda: decide.show(office.desk, held.id, who="stranger", now=NOW),
        lambda: decide.approve(
            office.desk, held.id, who="stranger", now=NOW, seen=held.seal
        ),
        lambda: decide.reject(
            office.desk, held.id, who="stranger", reason="no", now=NOW
        ),
        lambda: revise.revise(office.desk, held.id, who="stranger", now=NOW, body="x"),
    ]
    for step in steps:
        with pytest.raises(ReviewError, match=r"map your account stranger"):
            step()
    assert decide.show(office.desk, held.id, who="xuting", now=NOW).id == held.id


# ── taking it back ───────────────────────────────────────────────────────


def test_an_approval_can_be_taken_back_within_the_grace_time(
    office: SmallOffice,
) -> None:
    held = waiting_draft(office)
    approved(office, held)

    after = decide.undo(office.desk, held.id, who="xuting", now=NOW)

    assert (after.state, after.approvals, after.send_at, after.letter_sha256) == (
        DraftState.WAITING, (), None, None,
    )  # fmt: skip
    assert send_jobs(office) == ["cancelled"]
    assert case_state(office, held) == CaseState.DRAFTED


@pytest.mark.parametrize(
    "state",
    sorted(set(DraftState) - {DraftState.APPROVED, DraftState.DEFERRED}),
)
def test_an_approval_that_is_none_any_more_cannot_be_taken_back(
    office: SmallOffice, state: DraftState
) -> None:
    held = waiting_draft(office)
    approved(office, held)
    force(office, held, state)

    with pytest.raises(ReviewError, match="there is no approval to take back"):
        decide.undo(office.desk, held.id, who="xuting", now=NOW)

    assert office.draft(held.id).state == state


def test_a_job_of_an_approval_taken_back_does_not_send_the_next_one_early(
    office: SmallOffice,
) -> None:
    held = waiting_draft(office)
    approved(office, held)
    (old,) = office.rows(select(job).where(job.c.kind == "send"))
    with office.desk.database.write() as tx:  # begun, at the very moment
        claimed = jobs.claim(tx, old.id, owner="w", now=NOW + timedelta(seconds=30))
    assert claimed is not None
    decide.undo(office.desk, held.id, who="x", now=NOW + timedelta(seconds=30))
    later = NOW + timedelta(seconds=31)
    decide.approve(office.desk, held.id, who="anybody", now=later)

    send.send(office.desk, claimed, clock=lambda: later)

    assert office.draft(held.id).state == DraftState.APPROVED
    assert send_jobs(office) == ["done", "ready"]
    assert office.rows(select(send_table)) == []


def test_a_rejected_draft_stays_rejected_and_its_case_goes_on(
    office: SmallOffice,
) -> None:
    held = waiting_draft(office)
    approved(office, held)

    after = decide.reject(
        office.desk, held.id, who="xuting", reason="{we} shall ring 5% instead", now=NOW
    )

    assert (after.state, str(after.reason)) == (
        DraftState.REJECTED, "{we} shall ring 5% instead",
    )  # fmt: skip
    assert send_jobs(office) == ["cancelled"]
    assert case_state(office, held) == CaseState.ASSIGNED
    with pytest.raises(ReviewError, match="only a waiting one can be approved"):
        approved(office, held)


# ── changing it ──────────────────────────────────────────────────────────


def test_a_revised_draft_is_a_new_version_that_nobody_has_approved(
    office: SmallOffice,
) -> None:
    held = waiting_draft(office)

    after = revise.revise(
        office.desk, held.id, who="xuting", now=NOW, body="<b>Dear</b> Li & Co.\n5 < 6"
    )

    assert (after.version, after.state) == (2, DraftState.WAITING)
    assert after.says.content.text == "<b>Dear</b> Li & Co.\n5 < 6"
    assert "&lt;b&gt;Dear&lt;/b&gt; Li &amp; Co." in after.says.content.html
    assert after.says.rfc_id != held.says.rfc_id
    assert after.seal != held.seal
    assert after.says.made_by == "xuting"
    raw = parse(office.desk.letters.read(after.says.mime_sha256))
    assert raw.message_id == after.says.rfc_id
    assert raw.in_reply_to == ("<repair.1@client.example>",)


def test_a_gap_that_a_person_filled_is_none_any_more(office: SmallOffice) -> None:
    held = waiting_draft(
        office, letter("Repair", "The lift is stuck, somebody please come.")
    )
    body = held.says.content.text
    assert "[to fill: location]" in body

    still = revise.revise(office.desk, held.id, who="x", now=NOW, body=body + "\nP.S.")
    filled = revise.revise(
        office.desk, held.id, who="x", now=NOW,
        body=body.replace("[to fill: location]", "lift 2"),
    )  # fmt: skip

    assert still.says.missing == ("location",)
    assert filled.says.missing == ()
    assert approved(office, filled).state == DraftState.APPROVED


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b.example\r\nBcc: c@d.example",
        "王@",
        "a b@c.example",
        "a@b,c@d",
    ],
)
def test_a_recipient_that_is_no_address_is_refused(
    office: SmallOffice, address: str
) -> None:
    held = waiting_draft(office)

    with pytest.raises(ReviewError, match="is not a mail address"):
        revise.revise(office.desk, held.id, who="x", now=NOW, to=[address])

    assert office.draft(held.id).version == 1


def test_a_subject_becomes_one_line_without_control_signs(office: SmallOffice) -> None:
    held = waiting_draft(office)

    after = revise.revise(
        office.desk,
        held.id,
        who="x",
        now=NOW,
        subject="Hi\r\nBcc: a@b\x1b[2J\x00 there",
    )

    assert after.says.content.subject == "Hi Bcc: a@b [2J there"
    raw = parse(office.desk.letters.read(after.says.mime_sha256))
    assert list(raw.header("Bcc")) == []


@pytest.mark.parametrize("state", [DraftState.APPROVED, DraftState.SENDING])
def test_what_is_on_its_way_cannot_be_changed(
    office: SmallOffice, state: DraftState
) -> None:
    held = waiting_draft(office)
    approved(office, held)
    force(office, held, state)

    with pytest.raises(ReviewError, match="only a waiting one can be changed"):
        revise.revise(office.desk, held.id, who="x", now=NOW, body="late")


def test_of_two_people_who_change_it_at_once_the_second_looks_again(
    office: SmallOffice,
) -> None:
    held = waiting_draft(office)
    revise.revise(office.desk, held.id, who="x", now=NOW, body="first")

    with (
        office.desk.database.write() as tx,
        pytest.raises(ReviewError, match="has just been changed"),
    ):
        drafts.revise(tx, held, held.says, place=False, now=NOW)


# ── doubts, closing ──────────────────────────────────────────────────────


def in_doubt(office: SmallOffice) -> Held:
    held = waiting_draft(office)
    approved(office, held)
    force(office, held, DraftState.UNCERTAIN)
    with office.desk.database.write() as tx:
        number, _ = sends.begin(
            tx, held.id, rfc_id=held.says.rfc_id,
            recipients=held.says.content.recipients, now=NOW,
        )  # fmt: skip
        sends.note(tx, number, "uncertain", ended_at=NOW)
    return office.draft(held.id)


def test_a_person_says_that_a_letter_in_doubt_was_delivered(
    office: SmallOffice,
) -> None:
    held = in_doubt(office)

    after = decide.settle(office.desk, held.id, who="x", delivered=True, now=NOW)

    assert (after.state, after.copy) == (DraftState.SENT, "due")
    assert case_state(office, held) == CaseState.WAITING


def test_a_letter_that_was_not_delivered_waits_for_a_new_approval(
    office: SmallOffice,
) -> None:
    held = in_doubt(office)

    after = decide.settle(office.desk, held.id, who="x", delivered=False, now=NOW)

    assert (after.state, after.approvals) == (DraftState.WAITING, ())
    assert case_state(office, held) == CaseState.DRAFTED


def test_nothing_is_settled_where_nothing_is_in_doubt(office: SmallOffice) -> None:
    held = waiting_draft(office)

    with pytest.raises(ReviewError, match="nothing is uncertain"):
        decide.settle(office.desk, held.id, who="x", delivered=True, now=NOW)


def test_closing_a_case_withdraws_what_waits_and_ends_what_was_promised(
    office: SmallOffice,
) -> None:
    held = waiting_draft(office)

    decide.close(office.desk, held.case_number.lower(), who="xuting", now=NOW)

    after = office.draft(held.id)
    assert (after.state, str(after.reason)) == (
        DraftState.WITHDRAWN, "the case was closed",
    )  # fmt: skip
    assert case_state(office, held) == CaseState.CLOSED
    reminders = office.rows(select(job.c.state).where(job.c.kind == "remind"))
    assert {row.state for row in reminders} == {"cancelled"}
    with pytest.raises(ReviewError, match="there is no case HY-1999-0001"):
        decide.close(office.desk, "HY-1999-0001", who="x", now=NOW)


def test_nobody_decides_under_the_machines_own_name(office: SmallOffice) -> None:
    held = waiting_draft(office)

    with pytest.raises(ReviewError, match="run this as yourself"):
        decide.show(office.desk, held.id, who="mailroom", now=NOW)


def test_who_looked_before_they_wrote_again_looks_once_more(
    office: SmallOffice,
) -> None:
    held = waiting_draft(office)
    decide.show(office.desk, held.id, who="xuting", now=datetime.now(UTC))
    office.sort(
        letter("Re: Heating", "It works again!", answers="<repair.1@client.example>")
    )

    with pytest.raises(ReviewError, match="written again since you looked"):
        decide.approve(office.desk, held.id, who="xuting", now=datetime.now(UTC))

    decide.show(office.desk, held.id, who="xuting", now=datetime.now(UTC))
    after = decide.approve(office.desk, held.id, who="xuting", now=datetime.now(UTC))
    assert after.state == DraftState.APPROVED
