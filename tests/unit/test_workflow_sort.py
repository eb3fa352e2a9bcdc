"""What becomes of a message, and what the book says of it afterwards."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from mailroom.cases import CaseState
from mailroom.drafts import DraftState
from mailroom.errors import ReviewError
from mailroom.register import followups, jobs, messages, workers
from mailroom.register.schema import event, followup, job, message
from mailroom.register.status import balance
from mailroom.register.texts import unpack
from mailroom.worker import perform
from mailroom.workflow import decide, sort
from mailroom.workflow.follow_up import end_for
from tests.unit.small_office import OWN, REPAIR, SmallOffice, letter

NOW = datetime.now(UTC)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


def reason(row: object) -> str:
    return str(unpack(row.reason))  # type: ignore[attr-defined]  # a row of the register


def again(number: int) -> bytes:
    """Write an answer of the correspondent in the thread of REPAIR."""
    return letter(
        "Re: Heating on level 4 stuck at 27 degrees",
        "It is 29C now on level 4, the heating is still stuck.",
        answers="<repair.1@client.example>",
        message_id=f"<repair.again.{number}@client.example>",
    )


# ── opening and joining ──────────────────────────────────────────────────


def test_a_letter_opens_a_case_with_its_number_reasons_and_date(
    office: SmallOffice,
) -> None:
    (row,) = office.sort(REPAIR)

    (case,) = office.cases()
    assert (row.outcome, row.case_id, row.category) == ("sorted", 1, "maintenance")
    assert case.number == f"HY-{NOW.year}-0001"
    assert (case.owner, case.correspondent) == ("Tom Reyes", "wangli@client.example")
    assert (case.state, case.due_basis) == (CaseState.DRAFTED, "default")
    (why, *_) = row.answer["why"]
    assert why["rule"] == "repair-en"
    assert why["words"].lower() in REPAIR.decode().lower()
    assert row.rules_hash == office.desk.rules.hash
    (held,) = office.drafts(1)
    assert held.case_number in held.says.content.text
    assert held.says.content.to == ("wangli@client.example",)


def test_what_no_rule_knows_gets_a_case_without_a_draft(office: SmallOffice) -> None:
    (row,) = office.sort(letter("Zzz", "Qwertz uiop."))

    (case,) = office.cases()
    assert (row.outcome, row.case_id) == ("unsorted", case.id)
    assert (case.state, case.category) == (CaseState.SCREENING, None)
    assert office.drafts(case.id) == []


def test_an_answer_joins_its_case_and_makes_no_second_draft(
    office: SmallOffice,
) -> None:
    first, second = office.sort(REPAIR, again(1))

    assert first.case_id == second.case_id == 1
    assert len(office.cases()) == 1
    assert len(office.drafts(1)) == 1


def test_a_letter_that_comes_while_one_is_approved_is_looked_at_first(
    office: SmallOffice,
) -> None:
    office.sort(REPAIR)
    decide.show(office.desk, 1, who="x", now=datetime.now(UTC))
    decide.approve(office.desk, 1, who="x", now=datetime.now(UTC))

    office.sort(again(1))

    held = office.draft(1)
    assert (held.state, held.approvals, held.send_at) == (DraftState.WAITING, (), None)
    assert str(held.reason) == "they wrote again; look once more"


def test_a_closed_case_is_opened_again_by_a_letter(office: SmallOffice) -> None:
    office.sort(REPAIR)
    decide.close(office.desk, f"HY-{NOW.year}-0001", who="x", now=datetime.now(UTC))

    office.sort(again(1))

    (case,) = office.cases()
    assert case.state not in {CaseState.CLOSED, CaseState.ARCHIVED}
    assert case.closed_at is None


def test_a_case_that_a_letter_opens_again_is_reminded_of_anew(
    office: SmallOffice,
) -> None:
    office.sort(REPAIR)
    decide.close(office.desk, f"HY-{NOW.year}-0001", who="x", now=datetime.now(UTC))

    office.sort(again(1))

    with office.desk.database.read() as tx:
        rows = [(row.step, row.state) for row in followups.running(tx, 1)]
    assert rows == [(1, "active")]


def test_a_second_question_is_reminded_of_when_the_first_was_answered(
    office: SmallOffice,
) -> None:
    office.sort(REPAIR)
    with office.desk.database.write() as tx:
        end_for(office.desk, tx, 1, "closed", reason="it has left", now=NOW)

    office.sort(
        letter(
            "Re: Heating on level 4 stuck at 27 degrees",
            "And when will the heating on level 5 be repaired? Please tell us.",
            answers="<repair.1@client.example>",
        )
    )

    with office.desk.database.read() as tx:
        rows = [(row.step, row.state) for row in followups.running(tx, 1)]
    assert rows == [(1, "active")]


# ── what takes no case ───────────────────────────────────────────────────


def test_a_second_delivery_is_merged_and_takes_no_case_number(
    office: SmallOffice,
) -> None:
    reused = letter(
        "Heating on level 4 stuck at 27 degrees", "Now it is 29.",
        message_id="<repair.1@client.example>",
    )  # fmt: skip
    rows = office.sort(REPAIR, REPAIR)
    assert [row.outcome for row in rows] == ["sorted", "merged"]
    assert reason(rows[1]) == "a second delivery of message 1"
    assert rows[1].duplicate_of == 1
    assert len(office.cases()) == len(office.drafts(1)) == 1

    (other,) = office.sort(reused)

    # A re-used Message-ID with other words is a letter of its own.
    assert other.outcome != "merged"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Auto-Submitted": "auto-replied"}, "auto_reply"),
        ({"X-Mailroom-Loop": ""}, "own"),
    ],
)
def test_machine_mail_gets_neither_a_case_nor_a_draft(
    office: SmallOffice, headers: dict[str, str], kind: str
) -> None:
    if "X-Mailroom-Loop" in headers:
        headers = {"X-Mailroom-Loop": office.desk.loop_mark}

    (row,) = office.sort(
        letter(
            "Heating on level 4 stuck", "Level 4 is hot, please come.", headers=headers
        )
    )

    assert row.outcome == "ignored"
    assert reason(row).startswith(f"machine mail, {kind}: ")
    assert office.cases() == []


def test_our_own_letter_to_ourselves_is_not_answered(office: SmallOffice) -> None:
    (row,) = office.sort(
        letter("Heating stuck on level 4", "Please come today.", sender=f"Us <{OWN}>")
    )

    assert row.outcome == "ignored"
    assert office.rows(select(job.c.id).where(job.c.kind == "draft")) == []


def test_what_cannot_be_read_is_held_with_its_reason(office: SmallOffice) -> None:
    (row,) = office.sort(b"\0" * 10)

    assert row.outcome in {"held", "unsorted"}
    assert row.outcome == "unsorted" or reason(row)
    with office.desk.database.read() as tx:
        assert balance(tx).agrees


def test_older_mail_is_registered_and_triggers_nothing(office: SmallOffice) -> None:
    (row,) = office.sort(REPAIR, history=True)

    assert (row.outcome, reason(row)) == ("ignored", "history: older than this desk")
    assert office.cases() == []
    assert office.rows(select(followup)) == []


def test_in_observe_mode_nothing_is_drafted(office: SmallOffice) -> None:
    office.change(mode="observe")

    (row,) = office.sort(REPAIR)

    assert row.outcome == "sorted"
    assert office.drafts(row.case_id) == []


# ── the mail client is a second desk ─────────────────────────────────────


def test_a_colleagues_answer_in_sent_withdraws_our_draft(office: SmallOffice) -> None:
    office.sort(REPAIR)
    answer = letter(
        "Re: Heating", "We come at three.", sender=f"Us <{OWN}>",
        answers="<repair.1@client.example>",
    )  # fmt: skip

    (row,) = office.sort(answer, sent=True)

    held = office.draft(1)
    (case,) = office.cases()
    assert (row.direction, row.case_id) == ("out", 1)
    assert held.state == DraftState.WITHDRAWN
    assert str(held.reason) == "a colleague has answered from the mail client"
    assert case.state == CaseState.WAITING
    # The repair itself is still to come: the reporter's word ends that.
    assert {f.state for f in office.rows(select(followup))} == {"active"}
    with pytest.raises(ReviewError):
        decide.approve(office.desk, 1, who="x", now=datetime.now(UTC), seen=held.seal)


def test_our_draft_sent_from_the_mail_client_is_not_sent_again(
    office: SmallOffice,
) -> None:
    office.sort(REPAIR)
    decide.show(office.desk, 1, who="x", now=datetime.now(UTC))
    decide.approve(office.desk, 1, who="x", now=datetime.now(UTC))
    raw = office.desk.letters.read(office.draft(1).says.mime_sha256)

    (row,) = office.sort(raw, sent=True)

    assert (row.outcome, row.case_id) == ("ignored", 1)
    assert office.draft(1).state == DraftState.WITHDRAWN


# ── nothing twice, nothing lost ──────────────────────────────────────────


def test_a_late_worker_writes_nothing(office: SmallOffice) -> None:
    (number,) = office.receive(REPAIR)
    with office.desk.database.write() as tx:
        late = jobs.claim(tx, 1, owner="w1", now=datetime.now(UTC))
        jobs.release(tx, now=datetime.now(UTC), living=set())
    assert late is not None

    with pytest.raises(jobs.LeaseLostError):
        sort.sort(office.desk, late, now=datetime.now(UTC))

    with office.desk.database.read() as tx:
        assert messages.row(tx, number).outcome == "received"
    assert office.cases() == []
    office.work()
    assert len(office.cases()) == 1


def test_a_job_done_twice_is_done_once(office: SmallOffice) -> None:
    office.receive(REPAIR)

    with workers.identity(office.desk.settings.folder("data")) as owner:
        following = perform.perform(office.desk, 1, owner)
        assert perform.perform(office.desk, 1, owner) == []

    assert following
    assert len(office.cases()) == 1


def test_one_bad_message_does_not_stop_the_others(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = letter("Bad", "one", message_id="<bad@client.example>"), REPAIR
    read = office.desk.mail.read

    def fails(sha256: str) -> bytes:
        raw = read(sha256)
        if b"<bad@" in raw:
            raise ValueError("a parser that fell over")
        return raw

    monkeypatch.setattr(office.desk.mail, "read", fails)

    rows = office.sort(bad, good)

    assert [row.outcome for row in rows] == ["received", "sorted"]
    (waiting,) = office.rows(
        select(job).where(job.c.subject_id == 1, job.c.kind == "sort")
    )
    assert (waiting.state, waiting.last_error) == ("ready", "ValueError")
    assert waiting.due_at > NOW


def test_every_message_has_one_outcome_and_the_book_adds_up(
    office: SmallOffice,
) -> None:
    office.sort(
        REPAIR, REPAIR, again(1), letter("Zzz", "Qwertz."), b"\0",
        letter("Away", "x", headers={"Auto-Submitted": "auto-replied"}),
    )  # fmt: skip

    with office.desk.database.read() as tx:
        count = balance(tx)
    assert count.received == 6
    assert count.agrees
    assert count.in_work == 0
    told = office.rows(
        select(event.c.entity_id).where(event.c.entity == "message").order_by("id")
    )
    every = office.rows(select(message.c.id).order_by("id"))
    assert sorted({row.entity_id for row in told}) == [row.id for row in every]


def test_case_numbers_of_real_mail_have_no_gap(office: SmallOffice) -> None:
    office.sort(*[letter(f"Zzz {n}", "Qwertz.") for n in range(4)], REPAIR, REPAIR)

    assert [case.sequence for case in office.cases()] == [1, 2, 3, 4, 5]


def test_a_change_of_bank_details_is_held_with_the_number_on_file(
    office: SmallOffice,
) -> None:
    known = office.desk.directory.suppliers[0]
    (row,) = office.sort(
        letter(
            "Change of bank account",
            f"For {known.name}: our bank has changed. Please pay invoice 4471 into the"
            " new account below; call us on 07700 900111 if in doubt.",
            sender="accounts@somewhere-else.example",
        )
    )

    assert (row.outcome, row.case_id) == ("held", None)
    assert known.phone in str(unpack(row.reason))
    assert "07700 900111" not in str(unpack(row.reason))
    assert office.cases() == []


def test_a_lookalike_of_a_supplier_is_held_before_anybody_answers(
    office: SmallOffice,
) -> None:
    known = office.desk.directory.suppliers[0].domains[0]
    imitation = known.replace(".", "s.", 1)
    (row,) = office.sort(
        letter("Your order", "As agreed.", sender=f"sales@{imitation}")
    )

    assert (row.outcome, row.case_id) == ("held", None)


def test_what_a_machine_tells_is_kept_with_its_message(office: SmallOffice) -> None:
    away = letter(
        "Automatic reply: your letter",
        "I am out of the office until Monday 9 March 2026. Please contact Ann Reed.",
        headers={"Auto-Submitted": "auto-replied"},
    )
    (row,) = office.sort(away)

    assert row.outcome == "ignored"
    assert row.answer["fields"]["away_until"]["value"] == "2026-03-09"
    assert "2026-03-09" in str(unpack(row.reason))


# ── the case that a number names ─────────────────────────────────────────


def test_a_letter_with_our_case_number_joins_its_case(office: SmallOffice) -> None:
    office.sort(REPAIR)
    number = office.cases()[0].number

    (theirs,) = office.sort(
        letter(f"About {number}", "It is 29 degrees now.", sender="bo@client.example")
    )
    (strange,) = office.sort(
        letter(f"About {number}", "Tell me more.", sender="x@stranger.example")
    )

    assert theirs.case_id == 1
    assert strange.case_id != 1


def test_the_same_quote_sent_again_joins_its_case_and_another_does_not(
    office: SmallOffice,
) -> None:
    def quote(number: str, sender: str) -> bytes:
        body = f"Quote {number}: 12 desks, total £5,601.60 ex VAT. Valid 30 days."
        return letter(f"Quote {number}", body, sender=sender)

    first, again, other, strange = (
        office.sort(quote(number, sender))[0]
        for number, sender in (
            ("Q-7719", "a@desks.example"),
            ("Q-7719", "b@desks.example"),
            ("Q-7720", "a@desks.example"),
            ("Q-7719", "a@chairs.example"),
        )
    )

    assert first.case_id == again.case_id
    assert len({first.case_id, other.case_id, strange.case_id}) == 3
