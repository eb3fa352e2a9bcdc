"""8. A mail storm: machines write, nobody answers them, and nothing is lost."""

from datetime import date

import pytest

from mailroom.cases import CaseState
from mailroom.drafts import DraftState
from mailroom.register import absences
from mailroom.register.drafts import Held
from mailroom.workflow import follow_up
from tests.scenarios.office import CHINA, DIRECTOR, Office, mail, report, value

AUTO = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
QUESTION = mail(
    "Wang Li <wangli@client.example>",
    "Heating on level 4 stuck at 27 degrees",
    "Hello,\n\nLevel 4 north has been 27C since Friday. Can somebody come today"
    " please?\n\nWang Li\n",
    sent="2026-05-12 09:00",
    message_id="<heat.1@client.example>",
)


@pytest.fixture
def answered(office: Office) -> int:
    """Give a case whose answer has left."""
    (row,) = office.arrive(QUESTION)
    (reply,) = office.drafts(row.case_id)
    office.approve(reply.id, DIRECTOR)
    assert len(office.sent) == 1
    return int(row.case_id)


def our_letter(office: Office, case_id: int) -> str:
    return office.drafts(case_id)[0].says.rfc_id


def test_machines_that_answer_each_other_get_no_answer(
    office: Office, answered: int
) -> None:
    ours = our_letter(office, answered)
    for number in range(20):
        office.arrive(
            mail(
                "Wang Li <wangli@client.example>",
                "Automatic reply: Heating on level 4 stuck at 27 degrees",
                f"I am out of the office until Monday 18 May. ({number})",
                sent=f"2026-05-12 10:{number:02}",
                message_id=f"<auto.{number}@client.example>",
                answers=ours,
                headers=AUTO,
            )
        )

    assert len(office.cases()) == 1
    assert len(office.drafts(answered)) == 1
    assert len(office.sent) == 1
    running = [f for f in office.reminders(answered) if f.state == "active"]
    assert office.case(answered).state == CaseState.WAITING
    assert running == [] or all(f.chain for f in running)


def test_who_is_away_until_when_and_who_answers_instead_is_kept(
    office: Office,
) -> None:
    (row,) = office.arrive(
        mail(
            "李娜 <lina@outside.example>",
            "自动回复：关于场地的函",
            "您好，我正在休年假，5月25日返岗。急事请联系王芳。",
            sent="2026-05-12 10:00",
            headers=AUTO,
        )
    )

    assert row.outcome == "ignored"
    assert value(row, "away_until") == "2026-05-25"
    assert value(row, "delegate") == "王芳"


def test_the_number_of_a_ticket_is_kept(office: Office) -> None:
    (row,) = office.arrive(
        mail(
            "support@vendor.example",
            "[#58821] We have received your request",
            "Your request (58821) has been received and is being reviewed. "
            "This is an automated message, please do not reply.",
            sent="2026-05-12 10:00",
            headers=AUTO,
        )
    )

    assert row.outcome == "ignored"
    assert value(row, "ticket_no") == "58821"
    assert office.cases() == []


def test_a_failure_reopens_what_was_sent(office: Office, answered: int) -> None:
    ours = our_letter(office, answered)
    bounce = office.arrive(
        report(
            "failed",
            ours,
            sent="2026-05-12 11:00",
            recipient="wangli@client.example",
            status="5.1.1",
        )
    )[-1]

    assert bounce.case_id == answered
    assert value(bounce, "failed_recipient") == "wangli@client.example"
    assert office.case(answered).state == CaseState.SCREENING, "a person must look"
    assert len(office.sent) == 1, "never sent again by itself"


def test_after_a_failure_somebody_is_reminded_to_send_it_elsewhere(
    office: Office, answered: int
) -> None:
    office.arrive(
        report(
            "failed",
            our_letter(office, answered),
            sent="2026-05-12 11:00",
            recipient="wangli@client.example",
            status="5.1.1",
        )
    )

    (first, second) = [f for f in office.reminders(answered) if f.chain == "bounce"]
    # The matter was due the next day: it is not left till then.
    assert first.state == "fired"
    assert first.fired_at.astimezone(CHINA).date() == date(2026, 5, 12)
    assert second.state == "active"
    office.work("2026-05-12 16:05")  # its owner sits in London
    assert any(
        office.case(answered).number in notice.body
        for notice in office.notices()
        if notice.key.startswith("reminder:")
    )


def test_who_is_away_is_reminded_when_back(office: Office, answered: int) -> None:
    with office.desk.database.write() as tx:
        follow_up.promise(
            office.desk, tx, office.case(answered), ["answer_awaited"], starts="sent",
            occasion="asked", since=office.now, now=office.now,
        )  # fmt: skip
    office.arrive(
        mail(
            "Wang Li <wangli@client.example>",
            "Automatic reply: Heating on level 4 stuck at 27 degrees",
            "I am out of the office until Monday 18 May.",
            sent="2026-05-12 10:00",
            answers=our_letter(office, answered),
            headers=AUTO,
        )
    )

    def reminders() -> list[Held]:
        return [held for held in office.drafts(answered) if held.kind == "reminder"]

    for when in ("2026-05-15 10:00", "2026-05-15 17:10", "2026-05-17 10:00"):
        office.work(when)
    assert reminders() == [], "three working days have passed"

    office.work("2026-05-18 16:05")
    office.work("2026-05-18 16:30")
    (letter,) = reminders()
    assert letter.says.content.to == ("wangli@client.example",)


def test_a_notice_of_delay_does_nothing(office: Office, answered: int) -> None:
    before = office.case(answered)
    reminders = office.reminders(answered)
    delay = office.arrive(
        report(
            "delayed",
            our_letter(office, answered),
            sent="2026-05-12 11:00",
            recipient="wangli@client.example",
            status="4.4.1",
        )
    )[-1]

    assert delay.outcome == "ignored"
    assert office.case(answered) == before
    assert office.reminders(answered) == reminders
    assert office.drafts(answered)[0].state == DraftState.SENT


def test_a_person_whose_mail_says_suppress_is_answered_like_a_person(
    office: Office,
) -> None:
    (row,) = office.arrive(
        mail(
            "Ann Reed <ann@client.example>",
            "Lift stuck on the second floor",
            "Hello, the lift is stuck on the second floor again. Could somebody come"
            " today please?\n\nAnn",
            sent="2026-05-12 09:30",
            headers={"X-Auto-Response-Suppress": "All"},
        )
    )

    assert row.outcome == "sorted"
    assert len(office.drafts(row.case_id)) == 1


def test_a_forged_automatic_reply_silences_nobody(office: Office) -> None:
    forged = "mx.hengyuan.example; dmarc=fail header.from=client.example"
    office.arrive(
        mail(
            "Wang Li <wangli@client.example>",
            "Automatic reply: Heating on level 4 stuck at 27 degrees",
            "I am out of the office until Monday 18 May.",
            sent="2026-05-12 10:00",
            headers={**AUTO, "Authentication-Results": forged},
        )
    )

    with office.desk.database.read() as tx:
        assert absences.of(tx, "wangli@client.example", date(2026, 5, 13)) is None
