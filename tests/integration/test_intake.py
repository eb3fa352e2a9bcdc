"""Claims about receiving: each mail once, none lost, the mailbox left as it was."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailroom.demo import imap_fetch, imap_wire
from mailroom.demo.imap_server import ImapServer
from mailroom.demo.imap_session import FaultAction, Phase
from mailroom.demo.imap_wire import RefusedError
from mailroom.demo.smtp_server import SmtpSink
from mailroom.mailbox.answers import Listed
from mailroom.workflow.receive import KEYWORD
from tests.integration.office import BOUNCE, OWN, Office, letter, until
from tests.integration.servers import Dovecot, MailAccount


def test_a_letter_becomes_a_case_with_a_draft_that_waits(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    raw = letter("Question about the lift")
    any_server.deliver(raw)
    with Office(any_server, smtp_sink, tmp_path) as office:
        office.once()

        (row,) = office.messages()
        (opened,) = office.cases()
        assert (row.outcome, row.category, row.case_id) == ("sorted", "question", 1)
        assert opened.number == f"HY-{datetime.now(UTC).year}-0001"
        assert office.draft().says.content.to == ("wangli@client.example",)
        assert office.lying("Drafts") == [office.draft().says.rfc_id]
        assert office.desk.mail.path(row.sha256).read_bytes() == raw
        assert office.unfinished() == []


def test_reading_changes_nothing_in_the_mailbox(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    for number in range(3):
        any_server.deliver(letter(f"Question {number}"))
    before = any_server.messages()
    with Office(any_server, smtp_sink, tmp_path) as office:
        office.once()
        office.once()

        assert office.outcomes() == ["sorted"] * 3
    assert any_server.messages() == before
    assert all("\\Seen" not in mail.flags for mail in before)


# ── which mail is ours to answer ─────────────────────────────────────────────────────


def test_mail_from_before_the_first_poll_is_left_alone(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Question of yesterday"))
    with Office(any_server, smtp_sink, tmp_path, account={"since": "now"}) as office:
        office.once()
        assert office.messages() == []

        any_server.deliver(letter("Question of today"))
        office.once()

        assert [row.subject for row in office.messages()] == ["Question of today"]
        assert len(office.drafts()) == 1


def test_older_mail_is_registered_as_history_that_triggers_nothing(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Question of yesterday"))
    any_server.deliver(letter("Errand of yesterday"))
    with Office(
        any_server, smtp_sink, tmp_path, account={"since": "now", "history": True}
    ) as office:
        office.once()
        any_server.deliver(letter("Question of today"))
        office.once()

        assert office.outcomes() == ["ignored", "ignored", "sorted"]
        assert [row.history for row in office.messages()] == [True, True, False]
        assert [held.message_id for held in office.drafts()] == [3]
        assert len(office.cases()) == 1
        assert office.followups() == []


def test_since_a_day_counts_by_arrival(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    mail = MailAccount(server=imap_server, user="office", password="secret")
    now = datetime.now(UTC)
    for days in (9, 2):
        imap_server.deliver(
            letter(f"Question {days}"), received=now - timedelta(days=days)
        )
    day = (now - timedelta(days=5)).date().isoformat()
    with Office(mail, smtp_sink, tmp_path, account={"since": day}) as office:
        office.once()

        assert [row.subject for row in office.messages()] == ["Question 2"]


# ── once, and only once ──────────────────────────────────────────────────────────────


def test_a_second_delivery_is_merged_with_the_first(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    raw = letter("Question", message_id="<one@client.example>")
    any_server.deliver(b"Received: by one.example\r\n" + raw)
    any_server.deliver(b"Received: by two.example\r\n" + raw)
    with Office(any_server, smtp_sink, tmp_path) as office:
        office.once()

        assert office.outcomes() == ["sorted", "merged"]
        assert office.messages()[1].duplicate_of == 1
        assert len(office.drafts()) == len(office.cases()) == 1


def test_a_message_id_used_again_for_other_words_is_new_mail(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    for body in ("The first matter.", "Another matter."):
        any_server.deliver(
            letter("Question", body=body, message_id="<same@client.example>")
        )
    with Office(any_server, smtp_sink, tmp_path) as office:
        office.once()

        assert office.outcomes() == ["sorted", "sorted"]
        assert len(office.drafts()) == len(office.cases()) == 2


def test_mail_without_a_message_id_is_received_once(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Question", message_id=None))
    any_server.deliver(letter("Question", message_id=None, body="Something else."))
    with Office(any_server, smtp_sink, tmp_path) as office:
        office.once()
        office.once()

        assert office.outcomes() == ["sorted", "sorted"]
        assert len(office.drafts()) == 2


def test_new_uids_for_old_mail_draft_nothing_again(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Question one"))
    any_server.deliver(letter("Question two", message_id=None))
    any_server.deliver(letter("Question two", message_id=None, body="Not the same."))
    with Office(any_server, smtp_sink, tmp_path) as office:
        office.once()
        known = [held.says.rfc_id for held in office.drafts()]

        any_server.reset_uidvalidity("INBOX")
        any_server.deliver(letter("Question three"))
        office.once()
        office.once()

        assert office.outcomes() == ["sorted"] * 4
        assert [held.says.rfc_id for held in office.drafts()][:3] == known
        assert len(office.drafts()) == 4
        first, second = (
            [
                row
                for row in office.places()
                if row.epoch == epoch and row.mailbox_id == 1
            ]
            for epoch in (0, 1)
        )
        assert [row.message_id for row in first] == [1, 2, 3]
        assert sorted(row.message_id for row in second) == [1, 2, 3, 4]


def test_a_reset_does_not_bring_in_mail_from_before_our_time(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Question of yesterday"))
    time.sleep(1.1)  # INTERNALDATE counts whole seconds
    with Office(any_server, smtp_sink, tmp_path, account={"since": "now"}) as office:
        office.once()
        any_server.reset_uidvalidity("INBOX")
        time.sleep(1.1)
        any_server.deliver(letter("Question of today"))
        office.once()

        assert [held.message_id for held in office.drafts()] == [
            row.id for row in office.messages() if row.subject == "Question of today"
        ]
        assert len(office.drafts()) == 1


# ── faults ───────────────────────────────────────────────────────────────────────────


def demo(server: ImapServer) -> MailAccount:
    return MailAccount(server=server, user="office", password="secret")


def test_a_message_expunged_in_the_middle_is_noted_as_vanished(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    uids = [imap_server.deliver(letter(f"Question {n}")) for n in range(5)]
    inbox = imap_server.accounts["office"].find("INBOX")
    assert inbox is not None

    def expunge(command: str, phase: Phase) -> FaultAction | None:
        # Between the list of UIDs and the question for their sizes.
        if (command, phase) == ("SEARCH", "after") and uids[2] in inbox.mails:
            inbox.remove([inbox.mails[uids[2]]])
        return None

    with Office(demo(imap_server), smtp_sink, tmp_path) as office:
        imap_server.fault = expunge
        office.once()

        states = {row.uid: row.state for row in office.places()}
        assert states == {
            uid: "vanished" if uid == uids[2] else "stored" for uid in uids
        }
        assert office.outcomes() == ["sorted"] * 4


def test_a_message_expunged_before_its_bytes_came_is_noted_as_vanished(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    uids = [imap_server.deliver(letter(f"Question {n}")) for n in range(5)]
    inbox = imap_server.accounts["office"].find("INBOX")
    assert inbox is not None

    def expunge(command: str, phase: Phase) -> FaultAction | None:
        # Between the sizes and the bytes.
        if (command, phase) == ("FETCH", "after") and uids[2] in inbox.mails:
            inbox.remove([inbox.mails[uids[2]]])
        return None

    with Office(demo(imap_server), smtp_sink, tmp_path) as office:
        imap_server.fault = expunge
        office.once()
        office.once()

        states = {row.uid: row.state for row in office.places()}
        assert states == {
            uid: "vanished" if uid == uids[2] else "stored" for uid in uids
        }


@pytest.mark.server
def test_a_message_that_dovecot_expunges_in_the_middle_is_noted_as_vanished(
    dovecot: Dovecot,
    smtp_sink: SmtpSink,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mail = MailAccount(server=dovecot, user="expunged", password=dovecot.password)
    uids = [mail.deliver(letter(f"Question {n}")) for n in range(3)]
    with Office(mail, smtp_sink, tmp_path) as office:
        with office.desk.connections.lend("office") as connection:
            describe = connection.describe

            def removed_first(asked: Sequence[int]) -> list[Listed]:
                mail.remove(uids[1])  # by a colleague, between list and sizes
                connection.select("INBOX", readonly=True)
                return describe(asked)

            monkeypatch.setattr(connection, "describe", removed_first)
            office.collect(connection)

        states = {row.uid: row.state for row in office.places()}
        assert states == {uids[0]: "stored", uids[1]: "vanished", uids[2]: "stored"}


@pytest.mark.slow
@pytest.mark.parametrize("error", [RefusedError, ConnectionAbortedError])
def test_a_message_the_server_cannot_hand_out_is_quarantined_and_others_pass(
    imap_server: ImapServer,
    smtp_sink: SmtpSink,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
) -> None:
    def literal(content: bytes) -> bytes:
        if b"that breaks" in content:
            raise error("no")
        return imap_wire.literal(content)

    monkeypatch.setattr(imap_fetch, "literal", literal)
    for number in range(3):
        imap_server.deliver(letter(f"Question {number}"))
    poison = imap_server.deliver(letter("Question that breaks the server"))
    imap_server.deliver(letter("Question at the end"))
    with Office(demo(imap_server), smtp_sink, tmp_path) as office:
        with office.running():
            until(lambda: office.outcomes() == ["sorted"] * 4)
            (aside,) = until(
                lambda: [r for r in office.places() if r.state == "quarantined"], 30
            )
            imap_server.deliver(letter("Question after all that"))
            until(lambda: office.outcomes() == ["sorted"] * 5)

        assert (aside.uid, aside.attempts) == (poison, 3)
        assert aside.reason[0].startswith("the server does not hand it out")
        balance = office.status().balance
        assert (balance.received, balance.held, balance.agrees) == (6, 1, True)


def test_a_letter_over_the_limit_is_held_where_a_person_sees_it(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Question", body="x" * 78 + "\r\n" + "y\r\n" * 500_000))
    any_server.deliver(letter("Question of the usual size"))
    with Office(
        any_server, smtp_sink, tmp_path, limits={"message_megabytes": 1}
    ) as office:
        office.once()
        office.once()

        assert office.outcomes() == ["sorted"]
        (large, _) = office.places()
        assert large.state == "quarantined"
        assert large.reason[0].startswith("it is larger than")
        balance = office.status().balance
        assert (balance.received, balance.held, balance.agrees) == (2, 1, True)


def test_a_letter_that_comes_in_pieces_is_whole(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    raw = letter("Question", body="0123456789abcdef\r\n" * 600_000)
    any_server.deliver(raw)
    with Office(any_server, smtp_sink, tmp_path) as office:
        office.once()

        (row,) = office.messages()
        assert row.size == len(raw)
        assert office.desk.mail.read(row.sha256) == raw


def _deep(levels: int) -> bytes:
    raw = b"Content-Type: text/plain\r\n\r\nbottom"
    for level in range(levels):
        mark = b"b%d" % level
        head = b"Content-Type: multipart/mixed; boundary=%s" % mark
        raw = b"%s\r\n\r\n--%s\r\n%s\r\n--%s--" % (head, mark, raw, mark)
    return raw


HOSTILE = {
    "no header at all": b"\r\n\r\njust words\r\n",
    "one byte": b"x",
    "nested too deep": b"From: a@client.example\r\nSubject: Question\r\n" + _deep(200),
    "too many parts": b"From: a@client.example\r\nSubject: Question\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 9000,
    "a header of a megabyte": b"Subject: Question\r\nX-Long: "
    + b"y" * 2**20
    + b"\r\n\r\n",
}
ODD = {
    "a charset that is none": letter("Question", headers=["X: y"]).replace(
        b"charset=utf-8", b'charset="../../x"'
    ),
    "8 bits in the headers": letter("Question").replace(
        b"Wang Li", "王丽".encode("gb18030")
    ),
    "the wrong charset": letter("Question", body="").replace(b"utf-8", b"gb2312")
    + "镕基".encode("gb18030"),
    "zero bytes": letter("Question", body="a\0b"),
    "base64 that is none": letter(
        "Question", headers=["Content-Transfer-Encoding: base64"], body="%%% not 64"
    ),
    "a date that is none": letter("Question").replace(
        b"Mon, 02 Mar 2026", b"Yesterday"
    ),
    "template words": letter("Question {{ 7 * 7 }} {% for x in y %}"),
}


def test_hostile_mail_is_held_and_the_rest_goes_on(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    for raw in HOSTILE.values():
        imap_server.deliver(raw)
    for raw in ODD.values():
        imap_server.deliver(raw)
    with Office(demo(imap_server), smtp_sink, tmp_path) as office:
        office.once()

        outcomes = dict(zip([*HOSTILE, *ODD], office.outcomes(), strict=True))
        assert outcomes == dict.fromkeys(HOSTILE, "held") | dict.fromkeys(ODD, "sorted")
        assert all(row.reason for row in office.messages() if row.outcome == "held")
        assert office.unfinished() == []
        assert office.status().balance.agrees


# ── what colleagues see ──────────────────────────────────────────────────────────────


def test_the_keyword_is_set_only_after_sorting(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Question"))
    with Office(
        any_server, smtp_sink, tmp_path, account={"marks": "keyword"}
    ) as office:
        office.collect()
        office.collect()
        assert any_server.messages()[0].flags == set()

        office.work()
        office.collect()

        assert any_server.messages()[0].flags == {KEYWORD}


def test_mail_is_moved_only_after_sorting(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    raw = letter("Question")
    any_server.deliver(raw)
    with Office(
        any_server,
        smtp_sink,
        tmp_path,
        account={"marks": "move", "move_to": "已登记"},
    ) as office:
        office.collect()
        office.collect()
        assert [mail.raw for mail in any_server.messages()] == [raw]

        office.work()
        office.collect()
        office.collect()

        assert any_server.messages() == []
        assert [mail.raw for mail in any_server.messages("已登记")] == [raw]
        assert office.outcomes() == ["sorted"]


# ── who is not answered ──────────────────────────────────────────────────────────────


def test_machine_mail_gets_neither_a_draft_nor_a_case_number(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(BOUNCE % b"<unknown@hengyuan.example>")
    any_server.deliver(
        letter("Question (out of office)", headers=["Auto-Submitted: auto-replied"])
    )
    any_server.deliver(letter("Weekly", headers=["List-Id: <news.client.example>"]))
    any_server.deliver(letter("Question", sender=OWN))
    with Office(any_server, smtp_sink, tmp_path) as office:
        any_server.deliver(
            letter("Question", headers=[f"X-Mailroom-Loop: {office.desk.loop_mark}"])
        )
        office.once()

        assert office.outcomes() == ["ignored"] * 5
        assert all(row.reason for row in office.messages())
        assert office.cases() == office.drafts() == []
        any_server.deliver(letter("Question"))
        office.once()
        assert office.cases()[0].number.endswith("-0001")


def test_observe_mode_registers_and_drafts_nothing(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Question"))
    with Office(any_server, smtp_sink, tmp_path, office={"mode": "observe"}) as office:
        office.once()

        assert office.outcomes() == ["sorted"]
        assert office.messages()[0].category == "question"
        assert office.drafts() == []
        assert any_server.messages("Drafts") == []


def test_a_broken_template_stops_only_its_own_letters(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Damaged"))
    any_server.deliver(letter("Question"))
    with Office(any_server, smtp_sink, tmp_path) as office:
        office.once()

        assert office.outcomes() == ["sorted", "sorted"]
        assert [held.message_id for held in office.drafts()] == [2]
        (waits,) = office.unfinished()
        assert (waits.kind, waits.subject_id, waits.state) == ("draft", 1, "ready")
        assert "damaged.en.docx" in str(waits.mend)
        assert office.status().signs.jobs_to_mend == 1
        assert office.status().signs.dead_jobs == 0


def test_new_uids_do_not_bring_in_what_was_there_before_us(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    mail = MailAccount(server=imap_server, user="office", password="secret")
    for number in range(3):
        long_ago = datetime(2020, 5, 1 + number, tzinfo=UTC)
        imap_server.deliver(letter(f"Old {number}"), received=long_ago)
    with Office(mail, smtp_sink, tmp_path, account={"since": "now"}) as office:
        office.once()
        mail.deliver(letter("New"))
        office.once()
        assert office.outcomes() == ["unsorted"]

        mail.reset_uidvalidity()
        office.once()

        assert office.outcomes() == ["unsorted"]
        assert [row.state for row in office.places()].count("stored") == 2
