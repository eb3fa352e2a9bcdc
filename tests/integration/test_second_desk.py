"""Claims about the second desk: a person may work in the mail client alone."""

from datetime import timedelta
from pathlib import Path

import pytest

from mailroom.cases import CaseState
from mailroom.demo.imap_server import ImapServer
from mailroom.demo.imap_session import FaultAction, Phase
from mailroom.demo.smtp_server import SmtpSink
from mailroom.drafts import DraftState
from mailroom.mailbox import connections
from mailroom.office import connect
from mailroom.settings import Account
from mailroom.worker.poll import sent_box
from mailroom.workflow import decide, revise
from mailroom.workflow.receive import collect
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


def test_an_answer_sent_from_a_mail_client_withdraws_our_draft(
    office: Office, mail: MailAccount
) -> None:
    colleague_answers(mail)
    office.once()

    assert office.draft().state == DraftState.WITHDRAWN
    assert mail.messages("Drafts") == []
    assert office.cases()[0].state == CaseState.WAITING
    assert office.messages("out")[0].case_id == 1


def test_our_draft_sent_from_a_mail_client_is_not_sent_by_us(
    office: Office, mail: MailAccount, smtp_sink: SmtpSink
) -> None:
    (copy,) = mail.messages("Drafts")
    mail.deliver(copy.raw, "Sent")
    mail.remove(copy.uid, "Drafts")
    office.once()

    assert office.draft().state == DraftState.WITHDRAWN
    assert office.cases()[0].state == CaseState.WAITING
    assert smtp_sink.received == []


def test_a_draft_edited_in_a_mail_client_withdraws_ours_and_stays(
    office: Office, mail: MailAccount
) -> None:
    (copy,) = mail.messages("Drafts")
    edited = copy.raw.replace(b"Answer to", b"My own words on")
    mail.deliver(edited, "Drafts")
    mail.remove(copy.uid, "Drafts")
    office.once()
    office.once()

    assert office.draft().state == DraftState.WITHDRAWN
    assert [m.raw for m in mail.messages("Drafts")] == [edited]


def test_a_draft_removed_in_a_mail_client_withdraws_ours(
    office: Office, mail: MailAccount
) -> None:
    (copy,) = mail.messages("Drafts")
    mail.remove(copy.uid, "Drafts")
    office.once()
    office.once()

    assert office.draft().state == DraftState.WITHDRAWN
    assert mail.messages("Drafts") == []


def test_new_uids_in_drafts_withdraw_nothing(office: Office, mail: MailAccount) -> None:
    mail.reset_uidvalidity("Drafts")
    office.once()
    office.once()

    assert office.draft().state == DraftState.WAITING
    assert office.lying("Drafts") == [office.draft().says.rfc_id]
    office.approve(1)
    office.work()
    office.work(at=now() + timedelta(minutes=1))  # the reset may have cut our line
    assert office.draft().state == DraftState.SENT
    assert mail.messages("Drafts") == []


@pytest.mark.parametrize("sends", [True, False], ids=["sent", "rejected"])
def test_only_our_own_copy_is_expunged(
    office: Office, mail: MailAccount, *, sends: bool
) -> None:
    colleagues = mail.deliver(letter("A colleague's own draft", sender=OWN), "Drafts")
    with mail.client() as client:
        client.select_folder("Drafts")
        client.add_flags([colleagues], ["\\Deleted"])
    if sends:
        office.approve(1)
    else:
        decide.reject(office.desk, 1, who=REVIEWER, reason="no", now=now())
    office.work()

    (left,) = mail.messages("Drafts")
    assert left.uid == colleagues
    assert left.flags == {"\\Deleted"}


def test_the_copy_of_an_older_version_goes(office: Office, mail: MailAccount) -> None:
    revise.revise(office.desk, 1, who=REVIEWER, now=now(), body="Come on Friday.")
    office.work()

    (copy,) = mail.messages("Drafts")
    assert b"Come on Friday." in copy.raw
    assert office.lying("Drafts") == [office.draft().says.rfc_id]


def test_a_connection_cut_while_nobody_used_it_delays_no_letter(
    office: Office,
    mail: MailAccount,
    smtp_sink: SmtpSink,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "QUIET_SECONDS", 0)
    mail.kill()
    mail.start()
    office.approve(1)
    office.work()

    assert len(smtp_sink.received) == 1
    assert [row.state for row in office.attempts()] == ["accepted"]


# ── a draft is placed once ───────────────────────────────────────────────────────────


def test_a_draft_is_found_after_an_append_cut_before_its_ok(
    imap_server: ImapServer,
    demo_mail: MailAccount,
    smtp_sink: SmtpSink,
    tmp_path: Path,
) -> None:
    cuts: list[str] = []

    def cut(command: str, phase: Phase) -> FaultAction | None:
        if (command, phase) == ("APPEND", "after") and not cuts:
            cuts.append(command)
            return "drop"
        return None

    imap_server.fault = cut
    with Office(demo_mail, smtp_sink, tmp_path) as office:
        office.once()
        assert len(demo_mail.messages("Drafts")) == 1
        assert office.draft().placement == "due"

        office.hurry()
        office.work()

        assert cuts == ["APPEND"]
        assert office.lying("Drafts") == [office.draft().says.rfc_id]
        assert office.draft().placement == "placed"


def test_an_id_that_only_begins_like_ours_is_not_taken_for_it(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    longer = "<x20260302.11@hengyuan.example>"
    for each in (longer, "<20260302.112@hengyuan.example>"):
        any_server.deliver(letter("Draft", message_id=each), "Drafts")
    with (
        Office(any_server, smtp_sink, tmp_path) as office,
        office.desk.connections.lend("office") as imap,
    ):
        imap.select("Drafts")
        assert imap.with_header("Message-ID", "<20260302.1@hengyuan.example>") == []
        assert imap.with_header("Message-ID", longer) == [1]
        assert imap.with_header("Message-ID", "20260302.11") == []


def test_an_answer_sent_while_mailroom_was_down_leaves_nothing_to_draft(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    mail = MailAccount(server=imap_server, user="office", password="secret")
    with Office(mail, smtp_sink, tmp_path) as office:
        office.once()  # our time in Sent begins
        mail.deliver(letter("Question about the lift", message_id=THEIRS))
        colleague_answers(mail)
        _read_sent_alone(office, office.desk.settings.account("office"))
        assert [row.case_id for row in office.messages("out")] == [None]

        office.once()

        assert office.drafts() == []
        assert mail.messages("Drafts") == []
        (case,) = office.cases()
        assert case.state == CaseState.WAITING
        assert [row.case_id for row in office.messages("out")] == [case.id]


def _read_sent_alone(office: Office, account: Account) -> None:
    """Poll and sort Sent before the inbox has been looked at."""
    imap = connect(office.desk.settings, account.name)
    try:
        box = sent_box(office.desk, account, imap)
        assert box is not None
        collect(
            office.desk, imap, box, owner="test", living=frozenset({"test"}), now=now()
        )
    finally:
        imap.close()
    office.work()
    office.end_leases()


def test_an_answer_sent_earlier_belongs_to_an_unsorted_mail_too(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    mail = MailAccount(server=imap_server, user="office", password="secret")
    with Office(mail, smtp_sink, tmp_path) as office:
        office.once()
        mail.deliver(letter("Of no drawer", message_id=THEIRS))
        colleague_answers(mail)
        _read_sent_alone(office, office.desk.settings.account("office"))

        office.once()

        assert office.outcomes() == ["unsorted"]
        (case,) = office.cases()
        assert case.state == CaseState.WAITING
        assert [row.case_id for row in office.messages("out")] == [case.id]
