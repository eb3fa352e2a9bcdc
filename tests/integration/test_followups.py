"""Claims about promises: due, reminded of, and ended by what was waited for."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mailroom.cases import CaseState
from mailroom.demo.imap_server import ImapServer
from mailroom.demo.smtp_server import Delivery, SmtpSink
from mailroom.drafts import DraftState
from mailroom.workflow import decide, revise
from tests.integration.office import (
    BOUNCE,
    OWN,
    REVIEWER,
    THEIRS,
    Office,
    colleague_answers,
    letter,
    now,
)
from tests.integration.servers import MailAccount

CLERK = "ann@hengyuan.example"


def states(office: Office) -> list[tuple[str, int, str]]:
    return [(row.chain, row.step, row.state) for row in office.followups()]


def send_answer(office: Office) -> None:
    office.approve(1)
    office.work()
    assert office.draft(1).state == DraftState.SENT


def when_due(office: Office) -> datetime:
    """Return a moment just after the running follow-up is due."""
    (due,) = [row.due_at for row in office.followups() if row.state == "active"]
    moment: datetime = due + timedelta(seconds=1)
    return moment


def letters(sink: SmtpSink) -> list[Delivery]:
    return [each for each in sink.received if each.rcpt_to != (CLERK,)]


def notices(sink: SmtpSink) -> list[Delivery]:
    return [each for each in sink.received if each.rcpt_to == (CLERK,)]


# ── what is due ──────────────────────────────────────────────────────────────────────


def test_a_due_follow_up_makes_a_draft_that_waits_and_no_letter(
    office: Office, mail: MailAccount, smtp_sink: SmtpSink
) -> None:
    send_answer(office)
    due = when_due(office)
    local = due.astimezone(office.desk.settings.office.zone)
    assert office.desk.calendar.is_working_day(local.date())
    office.work(at=due - timedelta(minutes=1))
    assert len(office.drafts()) == 1

    office.work(at=due)
    office.work(at=due + timedelta(hours=8))

    reminder = office.draft(2)
    assert (reminder.kind, reminder.state) == ("reminder", DraftState.WAITING)
    assert reminder.says.content.to == ("wangli@client.example",)
    assert office.cases()[0].number in reminder.says.content.text
    assert office.lying("Drafts") == [reminder.says.rfc_id]
    assert len(letters(smtp_sink)) == 1
    assert len(office.drafts()) == 2
    assert office.cases()[0].state == CaseState.DRAFTED
    assert mail.messages("Sent")[0].raw == letters(smtp_sink)[0].data


def test_the_owner_is_told_in_fixed_words(
    demo_office: Office, smtp_sink: SmtpSink
) -> None:
    send_answer(demo_office)
    demo_office.work(at=when_due(demo_office))

    (notice,) = notices(smtp_sink)
    assert b"Auto-Submitted: auto-generated" in notice.data
    assert b"X-Mailroom-Loop: " in notice.data
    for theirs in (b"wangli", b"lift", b"Could you tell us more"):
        assert theirs not in notice.data


def test_a_notice_waits_while_the_brake_is_on(
    demo_office: Office, smtp_sink: SmtpSink
) -> None:
    send_answer(demo_office)
    due = when_due(demo_office)
    demo_office.brake(on=True)
    demo_office.work(at=due)
    assert notices(smtp_sink) == []

    demo_office.brake(on=False)
    demo_office.work(at=due + timedelta(minutes=1))
    demo_office.work(at=due + timedelta(minutes=2))
    assert len(notices(smtp_sink)) == 1


def test_an_approved_reminder_goes_out_in_the_thread(
    demo_office: Office, smtp_sink: SmtpSink
) -> None:
    send_answer(demo_office)
    first = demo_office.draft(1).says.rfc_id
    demo_office.work(at=when_due(demo_office))
    revise.revise(demo_office.desk, 2, who=REVIEWER, now=now(), body="And the lift?")
    demo_office.approve(2)
    demo_office.work()

    reminder = letters(smtp_sink)[1].data
    assert f"In-Reply-To: {first}".encode() in reminder
    assert b"And the lift?" in reminder
    assert states(demo_office) == [
        ("answer_awaited", 1, "fired"),
        ("answer_awaited", 2, "active"),
    ]


def test_deadlines_already_past_are_listed_and_not_fired(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    mail = MailAccount(server=imap_server, user="office", password="secret")
    imap_server.deliver(letter("Errand"), received=now() - timedelta(days=60))
    imap_server.deliver(letter("Errand of today"))
    with Office(mail, smtp_sink, tmp_path) as office:
        office.once()
        office.work(at=now() + timedelta(minutes=1))

        of_first = [row for row in office.followups() if row.case_id == 1]
        assert [row.state for row in of_first] == ["past", "past"]
        assert any(row.state == "active" for row in office.followups())
        assert smtp_sink.received == []
        assert office.drafts() == []


# ── what ends it ─────────────────────────────────────────────────────────────────────


def test_the_answer_in_the_thread_ends_the_waiting(
    office: Office, mail: MailAccount, smtp_sink: SmtpSink
) -> None:
    send_answer(office)
    due = when_due(office)
    mail.deliver(
        letter("Re: Question about the lift", answers=office.draft(1).says.rfc_id)
    )
    office.once()
    office.work(at=due)

    assert states(office)[0] == ("answer_awaited", 1, "done")
    assert [row.case_id for row in office.messages()] == [1, 1]
    assert not [held for held in office.drafts() if held.kind == "reminder"]
    assert notices(smtp_sink) == []


def test_the_answer_withdraws_a_reminder_that_still_waits(
    office: Office, mail: MailAccount, smtp_sink: SmtpSink
) -> None:
    send_answer(office)
    office.work(at=when_due(office))
    mail.deliver(letter("Re: lift", answers=office.draft(1).says.rfc_id))
    office.once()

    assert office.draft(2).state == DraftState.WITHDRAWN
    assert office.draft(2).says.rfc_id not in office.lying("Drafts")
    assert {state for _, _, state in states(office)} == {"done"}
    assert len(letters(smtp_sink)) == 1


def test_an_out_of_office_note_ends_nothing(demo_office: Office) -> None:
    send_answer(demo_office)
    demo_office.mail.deliver(
        letter(
            "Out of office",
            answers=demo_office.draft(1).says.rfc_id,
            headers=["Auto-Submitted: auto-replied"],
        )
    )
    demo_office.once()

    assert demo_office.outcomes() == ["sorted", "ignored"]
    assert states(demo_office) == [("answer_awaited", 1, "active")]
    assert len(demo_office.drafts()) == 1


def test_an_answer_from_a_mail_client_ends_what_we_owed(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Errand", message_id=THEIRS))
    with Office(any_server, smtp_sink, tmp_path) as office:
        office.once()
        due = when_due(office)
        colleague_answers(any_server)
        office.once()
        office.work(at=due)

        assert {state for _, _, state in states(office)} == {"done"}
        assert office.cases()[0].state == CaseState.WAITING
        assert smtp_sink.received == []


def test_an_answer_from_a_mail_client_is_followed_up_like_ours(
    office: Office, mail: MailAccount, smtp_sink: SmtpSink
) -> None:
    colleague_answers(mail)
    office.once()
    assert states(office) == [("answer_awaited", 1, "active")]

    office.work(at=when_due(office))
    assert [held.kind for held in office.drafts(DraftState.WAITING)] == ["reminder"]
    assert letters(smtp_sink) == []


def test_a_second_letter_begins_the_waiting_anew(
    office: Office, mail: MailAccount
) -> None:
    send_answer(office)
    mail.deliver(
        letter("Re: Question, more", sender=OWN, answers=office.draft(1).says.rfc_id),
        "Sent",
    )
    office.once()

    assert states(office) == [
        ("answer_awaited", 1, "done"),
        ("answer_awaited", 1, "active"),
    ]


def test_closing_a_case_ends_its_promises_and_its_drafts(
    demo_office: Office, smtp_sink: SmtpSink
) -> None:
    send_answer(demo_office)
    demo_office.work(at=when_due(demo_office))
    smtp_sink.fault = lambda stage, _: "451 4.7.1 later" if stage == "dot" else None
    demo_office.approve(2)
    demo_office.work()
    assert demo_office.draft(2).state == DraftState.DEFERRED
    smtp_sink.fault = lambda *_: None

    number = demo_office.cases()[0].number
    decide.close(demo_office.desk, number, who=REVIEWER, now=now())
    demo_office.work(at=now() + timedelta(days=30))

    assert {state for _, _, state in states(demo_office)} == {"done"}
    assert demo_office.draft(2).state == DraftState.WITHDRAWN
    assert len(letters(smtp_sink)) == 1
    assert demo_office.cases()[0].state == CaseState.CLOSED


# ── cases that open again ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("closed", [True, False])
def test_our_letter_that_came_back_opens_its_case_again(
    demo_office: Office, *, closed: bool
) -> None:
    send_answer(demo_office)
    if closed:
        number = demo_office.cases()[0].number
        decide.close(demo_office.desk, number, who=REVIEWER, now=now())
    demo_office.mail.deliver(BOUNCE % demo_office.draft(1).says.rfc_id.encode())
    demo_office.once()

    bounce = demo_office.messages()[1]
    assert (bounce.outcome, bounce.case_id) == ("ignored", 1)
    assert demo_office.cases()[0].state == CaseState.SCREENING
    assert len(demo_office.drafts()) == 1


def test_a_letter_to_a_closed_case_opens_it_again(demo_office: Office) -> None:
    send_answer(demo_office)
    number = demo_office.cases()[0].number
    decide.close(demo_office.desk, number, who=REVIEWER, now=now())
    demo_office.mail.deliver(
        letter("Re: Question, again", answers=demo_office.draft(1).says.rfc_id)
    )
    demo_office.once()

    (case,) = demo_office.cases()
    assert case.state == CaseState.DRAFTED
    assert case.closed_at is None
    assert [held.state for held in demo_office.drafts()] == [
        DraftState.SENT,
        DraftState.WAITING,
    ]


# ── modes ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("mode", "drafted"), [("observe", 0), ("draft", 1)])
def test_only_who_may_draft_drafts_a_reminder(
    imap_server: ImapServer,
    smtp_sink: SmtpSink,
    tmp_path: Path,
    mode: str,
    drafted: int,
) -> None:
    mail = MailAccount(server=imap_server, user="office", password="secret")
    mail.deliver(letter("Application"))
    with Office(mail, smtp_sink, tmp_path, office={"mode": mode}) as office:
        office.once()
        office.work(at=when_due(office))

        assert states(office) == [("papers_wanted", 1, "fired")]
        assert len(office.drafts()) == drafted
        assert len(mail.messages("Drafts")) == drafted
        assert letters(smtp_sink) == []


@pytest.mark.parametrize(
    ("sender", "ended"),
    [
        ("Li Na <lina@client.example>", True),
        ("Ben <ben@hengyuan.example>", False),
        ("Mallory <mallory@elsewhere.example>", False),
    ],
)
def test_only_the_correspondents_house_gives_the_answer_that_is_waited_for(
    demo_office: Office, demo_mail: MailAccount, *, sender: str, ended: bool
) -> None:
    send_answer(demo_office)
    ours = demo_office.draft(1).says.rfc_id
    demo_mail.deliver(letter("Re: the lift", sender=sender, answers=ours))

    demo_office.once()

    running = [row for row in demo_office.followups() if row.state == "active"]
    assert (running == []) == ended
    assert [row.case_id for row in demo_office.messages()] == [1, 1]
