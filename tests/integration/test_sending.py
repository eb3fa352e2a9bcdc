"""Claims about deciding and sending: one letter, the right one, or none."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mailroom.cases import CaseState
from mailroom.demo.smtp_connection import Stage
from mailroom.demo.smtp_server import SmtpSink
from mailroom.drafts import DraftState
from mailroom.errors import ReviewError
from mailroom.worker import service
from mailroom.workflow import decide, revise
from tests.integration.office import (
    OWN,
    REVIEWER,
    THEIRS,
    Office,
    colleague_answers,
    letter,
    now,
)
from tests.integration.servers import MailAccount

# ── the way of a letter ──────────────────────────────────────────────────────────────


def test_an_approved_letter_is_sent_once_with_one_copy_in_sent(
    office: Office, mail: MailAccount, smtp_sink: SmtpSink
) -> None:
    office.approve(1)
    office.work()
    office.once()
    office.once()

    (delivery,) = smtp_sink.received
    held = office.draft()
    assert (delivery.mail_from, delivery.rcpt_to) == (OWN, ("wangli@client.example",))
    assert held.state == DraftState.SENT
    assert office.lying("Sent") == [held.says.rfc_id]
    assert mail.messages("Sent")[0].raw == delivery.data
    assert mail.messages("Drafts") == []
    assert f"In-Reply-To: {THEIRS}".encode() in delivery.data
    assert b"Auto-Submitted" not in delivery.data
    assert office.cases()[0].state == CaseState.WAITING
    assert [row.state for row in office.attempts()] == ["accepted"]
    # Our own copy, seen in Sent, is no new mail and no answer.
    assert [row.outcome for row in office.messages("out")] == ["ignored"]
    assert office.unfinished() == [
        row for row in office.unfinished() if row.kind == "remind"
    ]


def test_nothing_is_sent_before_the_grace_time_is_over(
    demo_mail: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with Office(demo_mail, smtp_sink, tmp_path, limits={"grace": 600}) as office:
        office.once()
        office.approve(1)
        office.work()
        assert smtp_sink.received == []

        office.work(at=now() + timedelta(seconds=601))

        assert len(smtp_sink.received) == 1


def test_an_approval_taken_back_sends_nothing(
    demo_mail: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with Office(demo_mail, smtp_sink, tmp_path, limits={"grace": 600}) as office:
        office.once()
        office.approve(1)
        decide.undo(office.desk, 1, who=REVIEWER, now=now())
        office.work(at=now() + timedelta(days=1))

        assert smtp_sink.received == []
        assert office.draft().state == DraftState.WAITING


def test_the_grace_time_counts_from_the_last_approval(
    demo_mail: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with Office(demo_mail, smtp_sink, tmp_path, limits={"grace": 600}) as office:
        office.once()
        office.approve(1)
        demo_mail.deliver(letter("Re: Question", answers=THEIRS))
        office.once()
        assert office.draft().state == DraftState.WAITING

        decide.show(office.desk, 1, who=REVIEWER, now=now())
        decide.approve(office.desk, 1, who=REVIEWER, now=now() + timedelta(seconds=500))
        office.work(at=now() + timedelta(seconds=700))
        assert smtp_sink.received == []

        office.work(at=now() + timedelta(seconds=1200))
        assert len(smtp_sink.received) == 1


def test_a_letter_that_was_sent_cannot_be_taken_back(demo_office: Office) -> None:
    demo_office.approve(1)
    demo_office.work()

    with pytest.raises(ReviewError):
        decide.undo(demo_office.desk, 1, who=REVIEWER, now=now())
    with pytest.raises(ReviewError):
        demo_office.approve(1)


def test_what_changed_since_it_was_shown_is_not_sent(
    demo_office: Office, smtp_sink: SmtpSink
) -> None:
    desk = demo_office.desk
    decide.show(desk, 1, who=REVIEWER, now=now())
    revise.revise(desk, 1, who="another", now=now(), body="Come on Friday.")

    with pytest.raises(ReviewError) as refused:
        decide.approve(desk, 1, who=REVIEWER, now=now())

    assert "+Come on Friday." in str(refused.value)
    demo_office.work()
    assert smtp_sink.received == []

    demo_office.approve(1)
    demo_office.work()
    (delivery,) = smtp_sink.received
    assert b"Come on Friday." in delivery.data


def test_a_letter_that_nobody_looked_at_cannot_be_approved(demo_office: Office) -> None:
    with pytest.raises(ReviewError, match="look at the draft first"):
        decide.approve(demo_office.desk, 1, who=REVIEWER, now=now())


def test_a_rejected_draft_is_never_sent_and_its_copy_goes(
    office: Office, mail: MailAccount, smtp_sink: SmtpSink
) -> None:
    decide.reject(office.desk, 1, who=REVIEWER, reason="not ours", now=now())
    office.work()

    assert mail.messages("Drafts") == []
    assert office.draft().state == DraftState.REJECTED
    with pytest.raises(ReviewError):
        office.approve(1)
    assert smtp_sink.received == []


def test_draft_mode_refuses_an_approval(
    demo_mail: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with Office(demo_mail, smtp_sink, tmp_path, office={"mode": "draft"}) as office:
        office.once()
        assert len(demo_mail.messages("Drafts")) == 1

        with pytest.raises(ReviewError, match="draft mode"):
            office.approve(1)

        assert office.draft().state == DraftState.WAITING


# ── gaps, secrets, two people ────────────────────────────────────────────────────────


def test_a_gap_shows_in_the_draft_and_blocks_its_approval(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Booking for Friday"))
    with Office(any_server, smtp_sink, tmp_path) as office:
        office.once()
        held = office.draft()
        assert held.says.missing == ("room",)
        assert "[to fill: room]" in held.says.content.text
        assert any_server.messages("Drafts") == []

        with pytest.raises(ReviewError, match="gaps: room"):
            office.approve(1)

        filled = held.says.content.text.replace("[to fill: room]", "Room 301")
        revise.revise(office.desk, 1, who=REVIEWER, now=now(), body=filled)
        office.work()
        assert office.lying("Drafts") == [office.draft().says.rfc_id]
        office.approve(1)
        office.work()
        assert b"Room 301" in smtp_sink.received[0].data


def test_restricted_drafts_are_for_mapped_people_and_stay_out_of_drafts(
    demo_mail: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    demo_mail.deliver(letter("Complaint"))
    reviewers = {"dora": "Dora Director"}
    with Office(demo_mail, smtp_sink, tmp_path, reviewers=reviewers) as office:
        office.once()
        assert office.draft(2).placement == "none"
        assert office.lying("Drafts") == [office.draft(1).says.rfc_id]

        with pytest.raises(ReviewError, match="named people"):
            decide.show(office.desk, 2, who=REVIEWER, now=now())
        with pytest.raises(ReviewError, match="named people"):
            decide.approve(
                office.desk, 2, who=REVIEWER, now=now(), seen=office.draft(2).seal
            )
        office.approve(2, who="dora")
        office.work()

        assert len(smtp_sink.received) == 1


def test_a_decree_needs_two_people_and_one_of_them_leads(
    demo_mail: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    demo_mail.deliver(letter("Decree"))
    reviewers = {"dora": "Dora Director", "ann": "Ann Clerk", "leo": "Leo Leader"}
    with Office(demo_mail, smtp_sink, tmp_path, reviewers=reviewers) as office:
        office.once()
        with pytest.raises(ReviewError, match="named people"):
            office.approve(2)
        office.approve(2, who="dora")
        with pytest.raises(ReviewError, match="two people must"):
            office.approve(2, who="dora")
        office.approve(2, who="ann")  # two people, and neither leads
        office.work()
        assert smtp_sink.received == []
        assert office.draft(2).state == DraftState.WAITING

        office.approve(2, who="leo")
        office.work()

        assert len(smtp_sink.received) == 1


# ── the last look before the final dot ───────────────────────────────────────────────


def at_data(sink: SmtpSink, act: Callable[[], object]) -> None:
    """Do something once, while a letter is being handed over, before its dot."""
    done: list[bool] = []

    def fault(stage: Stage, _subject: str) -> str | None:
        if stage == "data" and not done:
            done.append(True)
            act()
        return None

    sink.fault = fault


def test_the_brake_stops_a_letter_between_approval_and_sending(
    demo_office: Office, smtp_sink: SmtpSink
) -> None:
    demo_office.approve(1)
    demo_office.brake(on=True)
    demo_office.work()
    assert smtp_sink.received == []

    demo_office.brake(on=False)
    demo_office.hurry()
    demo_office.work()
    assert len(smtp_sink.received) == 1


def test_the_brake_stops_a_letter_that_is_being_handed_over(
    demo_office: Office, smtp_sink: SmtpSink
) -> None:
    demo_office.approve(1)
    at_data(smtp_sink, lambda: demo_office.brake(on=True))
    demo_office.work()

    assert smtp_sink.received == []
    assert demo_office.draft().state == DraftState.WAITING
    assert [row.state for row in demo_office.attempts()] == ["abandoned"]


def test_an_answer_sent_meanwhile_by_a_colleague_stops_the_letter(
    office: Office, mail: MailAccount, smtp_sink: SmtpSink
) -> None:
    office.approve(1)
    at_data(smtp_sink, lambda: colleague_answers(mail))
    office.work()

    assert smtp_sink.received == []
    assert office.draft().state == DraftState.WITHDRAWN
    assert mail.messages("Drafts") == []


def test_a_draft_thrown_away_meanwhile_is_not_sent(
    office: Office, mail: MailAccount, smtp_sink: SmtpSink
) -> None:
    office.approve(1)
    (copy,) = mail.messages("Drafts")
    at_data(smtp_sink, lambda: mail.remove(copy.uid, "Drafts"))
    office.work()

    assert smtp_sink.received == []
    assert office.draft().state == DraftState.WITHDRAWN


def test_a_letter_waits_again_when_they_wrote_after_its_approval(
    demo_mail: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with Office(demo_mail, smtp_sink, tmp_path, limits={"grace": 60}) as office:
        office.once()
        office.approve(1)
        demo_mail.deliver(letter("Re: Question, never mind", answers=THEIRS))
        office.once()
        office.work(at=now() + timedelta(seconds=61))

        assert smtp_sink.received == []
        held = office.draft()
        assert held.state == DraftState.WAITING
        assert str(held.reason) == "they wrote again; look once more"
        assert len(office.drafts()) == 1


def test_a_letter_waits_again_when_they_write_while_it_is_handed_over(
    demo_office: Office, demo_mail: MailAccount, smtp_sink: SmtpSink
) -> None:
    def they_write() -> None:
        demo_mail.deliver(letter("Re: Question, never mind", answers=THEIRS))
        with demo_office.second_desk() as desk:
            service.once(desk)

    demo_office.approve(1)
    at_data(smtp_sink, they_write)
    demo_office.work()

    assert smtp_sink.received == []
    assert demo_office.draft().state == DraftState.WAITING


@pytest.mark.parametrize(
    ("limits", "sent"),
    [({"letters_per_correspondent": 1}, 1), ({"letters_per_hour": 2}, 2)],
    ids=str,
)
def test_caps_hold_letters_back(
    demo_mail: MailAccount,
    smtp_sink: SmtpSink,
    tmp_path: Path,
    limits: dict[str, int],
    sent: int,
) -> None:
    for number in range(2):
        demo_mail.deliver(letter(f"Question {number}"))
    with Office(
        demo_mail, smtp_sink, tmp_path, limits={"grace": 0, **limits}
    ) as office:
        office.once()
        for number in (1, 2, 3):
            office.approve(number)
        office.work()

        assert len(smtp_sink.received) == sent
        assert len(office.drafts(DraftState.APPROVED)) == 3 - sent
        office.work(at=now() + timedelta(days=1, minutes=20))
        assert len(smtp_sink.received) >= sent + 1


# ── what the mail server says ────────────────────────────────────────────────────────


def test_a_lost_answer_leaves_the_letter_in_doubt_and_it_is_never_resent(
    office: Office, smtp_sink: SmtpSink
) -> None:
    smtp_sink.fault = lambda stage, _: "drop" if stage == "dot" else None
    office.approve(1)
    office.work()
    smtp_sink.fault = lambda *_: None
    for hours in range(1, 30):
        office.work(at=now() + timedelta(hours=hours))

    assert len(smtp_sink.received) == 1
    assert office.draft().state == DraftState.UNCERTAIN
    assert office.status().signs.stuck_sends == 1
    with pytest.raises(ReviewError):
        office.approve(1)
    with pytest.raises(ReviewError):
        decide.undo(office.desk, 1, who=REVIEWER, now=now())


def test_a_letter_in_doubt_that_lies_in_sent_counts_as_sent(
    office: Office, mail: MailAccount, smtp_sink: SmtpSink
) -> None:
    smtp_sink.fault = lambda stage, _: "drop" if stage == "dot" else None
    office.approve(1)
    office.work()
    assert office.draft().state == DraftState.UNCERTAIN

    mail.deliver(smtp_sink.received[0].data, "Sent")  # the provider's own copy
    office.once()

    assert office.draft().state == DraftState.SENT
    (attempt,) = office.attempts()
    assert (attempt.state, attempt.evidence) == ("accepted", "lies in Sent")
    assert len(mail.messages("Sent")) == len(smtp_sink.received) == 1
    assert mail.messages("Drafts") == []


@pytest.mark.parametrize("delivered", [True, False])
def test_a_person_ends_the_doubt(
    demo_office: Office, smtp_sink: SmtpSink, *, delivered: bool
) -> None:
    smtp_sink.fault = lambda stage, _: "drop" if stage == "dot" else None
    demo_office.approve(1)
    demo_office.work()
    smtp_sink.fault = lambda *_: None

    decide.settle(demo_office.desk, 1, who=REVIEWER, delivered=delivered, now=now())
    demo_office.work()

    wanted = DraftState.SENT if delivered else DraftState.WAITING
    assert demo_office.draft().state == wanted
    assert len(smtp_sink.received) == 1
    if not delivered:
        demo_office.approve(1)
        demo_office.work()
        assert len(smtp_sink.received) == 2
        assert demo_office.draft().state == DraftState.SENT
    assert len(demo_office.lying("Sent")) == 1


def test_later_from_the_server_is_tried_again_with_the_same_message_id(
    demo_office: Office, smtp_sink: SmtpSink
) -> None:
    smtp_sink.fault = lambda stage, _: "451 4.7.1 later" if stage == "dot" else None
    demo_office.approve(1)
    demo_office.work()
    assert demo_office.draft().state == DraftState.DEFERRED
    assert smtp_sink.received == []

    smtp_sink.fault = lambda *_: None
    demo_office.work()
    assert smtp_sink.received == []  # not at once
    demo_office.work(at=now() + timedelta(minutes=1))

    (delivery,) = smtp_sink.received
    assert demo_office.draft().says.rfc_id.encode() in delivery.data
    assert [row.state for row in demo_office.attempts()] == ["deferred", "accepted"]
    assert demo_office.draft().state == DraftState.SENT


def _to_two(office: Office) -> None:
    both = ["wangli@client.example", "zhaomin@client.example"]
    revise.revise(office.desk, 1, who=REVIEWER, now=now(), to=both)
    office.work()


def test_only_the_recipient_put_off_is_tried_again(
    demo_office: Office, smtp_sink: SmtpSink
) -> None:
    _to_two(demo_office)
    smtp_sink.fault = lambda stage, who: (
        "450 4.2.1 later"
        if (stage, who) == ("rcpt", "zhaomin@client.example")
        else None
    )
    demo_office.approve(1)
    demo_office.work()
    assert demo_office.draft().state == DraftState.DEFERRED

    smtp_sink.fault = lambda *_: None
    demo_office.work(at=now() + timedelta(minutes=1))

    assert [d.rcpt_to for d in smtp_sink.received] == [
        ("wangli@client.example",),
        ("zhaomin@client.example",),
    ]
    first, second = smtp_sink.received
    assert first.data == second.data
    answers = [
        {who: answer for who, (answer, _) in row.recipients.items()}
        for row in demo_office.attempts()
    ]
    assert answers == [
        {"wangli@client.example": "accepted", "zhaomin@client.example": "deferred"},
        {"zhaomin@client.example": "accepted"},
    ]
    assert demo_office.draft().state == DraftState.SENT
    assert demo_office.lying("Sent") == [demo_office.draft().says.rfc_id]


def test_a_recipient_refused_is_recorded_and_the_others_get_the_letter(
    demo_office: Office, smtp_sink: SmtpSink
) -> None:
    _to_two(demo_office)
    smtp_sink.fault = lambda stage, who: (
        "550 5.1.1 unknown"
        if (stage, who) == ("rcpt", "zhaomin@client.example")
        else None
    )
    demo_office.approve(1)
    demo_office.work()
    demo_office.work(at=now() + timedelta(days=2))

    assert [d.rcpt_to for d in smtp_sink.received] == [("wangli@client.example",)]
    (attempt,) = demo_office.attempts()
    assert attempt.recipients["zhaomin@client.example"] == [
        "refused",
        "550 5.1.1 unknown",
    ]
    assert demo_office.draft().state == DraftState.SENT


def test_a_recipient_refused_in_the_end_does_not_undo_what_the_other_got(
    demo_office: Office, smtp_sink: SmtpSink
) -> None:
    _to_two(demo_office)
    says = "450 4.2.1 later"
    smtp_sink.fault = lambda stage, who: (
        says if (stage, who) == ("rcpt", "zhaomin@client.example") else None
    )
    demo_office.approve(1)
    demo_office.work()
    says = "550 5.1.1 unknown"
    demo_office.work(at=now() + timedelta(minutes=1))

    assert [d.rcpt_to for d in smtp_sink.received] == [("wangli@client.example",)]
    assert demo_office.draft().state == DraftState.SENT
    assert demo_office.lying("Sent") == [demo_office.draft().says.rfc_id]


@pytest.mark.parametrize("stage", ["rcpt", "data", "dot"])
def test_a_letter_the_server_refuses_is_refused(
    demo_office: Office, smtp_sink: SmtpSink, stage: Stage
) -> None:
    smtp_sink.fault = lambda at, _: "550 5.7.1 no" if at == stage else None
    demo_office.approve(1)
    demo_office.work()
    smtp_sink.fault = lambda *_: None
    demo_office.work(at=now() + timedelta(days=2))

    assert smtp_sink.received == []
    held = demo_office.draft()
    assert held.state == DraftState.REFUSED
    assert "550 5.7.1 no" in str(held.reason)
    assert demo_office.cases()[0].state == CaseState.SCREENING


def test_a_refused_letter_may_be_changed_and_sent_to_somebody_else(
    demo_office: Office, smtp_sink: SmtpSink
) -> None:
    smtp_sink.fault = lambda at, who: (
        "550 5.1.1 unknown" if (at, who) == ("rcpt", "wangli@client.example") else None
    )
    demo_office.approve(1)
    demo_office.work()

    revise.revise(
        demo_office.desk, 1, who=REVIEWER, now=now(), to=["wang.li@client.example"]
    )
    demo_office.approve(1)
    demo_office.work()

    assert [d.rcpt_to for d in smtp_sink.received] == [("wang.li@client.example",)]
    assert demo_office.draft().state == DraftState.SENT


def test_a_connection_lost_before_the_dot_is_tried_again(
    demo_office: Office, smtp_sink: SmtpSink
) -> None:
    smtp_sink.fault = lambda stage, _: "drop" if stage == "data" else None
    demo_office.approve(1)
    demo_office.work()
    assert demo_office.draft().state == DraftState.DEFERRED

    smtp_sink.fault = lambda *_: None
    demo_office.work(at=now() + timedelta(minutes=1))

    assert len(smtp_sink.received) == 1


def test_a_login_refused_by_the_smtp_server_does_not_refuse_the_letter(
    demo_mail: MailAccount, tmp_path: Path
) -> None:
    with (
        SmtpSink(users={"office": "another"}) as sink,
        Office(demo_mail, sink, tmp_path, smtp={"user": "office"}) as office,
    ):
        office.once()
        office.approve(1)
        office.work()
        assert office.draft().state == DraftState.DEFERRED

        sink.users["office"] = demo_mail.password
        office.work(at=now() + timedelta(minutes=1))

        assert len(sink.received) == 1


def test_an_imap_server_that_is_gone_does_not_refuse_the_letter(
    demo_office: Office, demo_mail: MailAccount, smtp_sink: SmtpSink
) -> None:
    demo_office.approve(1)
    demo_mail.kill()
    demo_office.work()
    assert demo_office.draft().state == DraftState.DEFERRED
    assert smtp_sink.received == []

    demo_mail.start()
    demo_office.work(at=now() + timedelta(minutes=1))
    assert len(smtp_sink.received) == 1
