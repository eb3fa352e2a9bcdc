"""What mailroom needs of an IMAP server: the same claims on the demo's, on Dovecot."""

import imaplib
import threading
import time
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from imapclient import IMAPClient

from mailroom.demo.imap_server import ImapServer
from tests.integration.servers import MailAccount, appended_uid


def letter(number: int = 1, *, subject: str = "Lift out of order") -> bytes:
    return (
        f"From: Wang Li <wangli@hengyuan.example>\r\n"
        f"To: office@hengyuan.example\r\n"
        f"Subject: {subject}\r\n"
        f"Date: Mon, 02 Nov 2026 09:15:00 +0800\r\n"
        f"Message-ID: <note.{number}@hengyuan.example>\r\n"
        f"\r\n"
        f"Letter {number}.\r\n"
    ).encode()


def by_message_id(client: IMAPClient, value: str) -> list[int]:
    return list(client.search(["HEADER", "Message-ID", value]))


def test_bytes_come_back_exactly_as_they_were_appended(any_server: MailAccount) -> None:
    raw = (
        letter()
        + bytes(range(1, 256)).replace(b"\r", b"").replace(b"\n", b"")
        + b"\r\n. end"
    )
    with any_server.client() as client:
        client.append("INBOX", raw)

        client.select_folder("INBOX")
        fetched = client.fetch([1], ["BODY.PEEK[]", "RFC822.SIZE", "FLAGS"])[1]

    assert fetched[b"BODY[]"] == raw
    assert fetched[b"RFC822.SIZE"] == len(raw)
    assert b"\\Seen" not in fetched[b"FLAGS"]


def test_an_append_tells_the_uid_of_the_new_message(any_server: MailAccount) -> None:
    with any_server.client() as client:
        answer = client.append("Drafts", letter())

        client.select_folder("Drafts")
        assert client.search() == [appended_uid(answer)]


def test_an_append_keeps_its_flags_with_its_date(any_server: MailAccount) -> None:
    when = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
    with any_server.client() as client:
        client.normalise_times = False
        client.append("Drafts", letter(), flags=["\\Draft", "$mailroom"], msg_time=when)

        client.select_folder("Drafts")
        fetched = client.fetch([1], ["FLAGS", "INTERNALDATE"])[1]

    assert set(fetched[b"FLAGS"]) - {b"\\Recent"} == {b"\\Draft", b"$mailroom"}
    assert fetched[b"INTERNALDATE"] == when


def test_a_header_search_finds_parts_of_the_value(any_server: MailAccount) -> None:
    any_server.deliver(letter(1))
    any_server.deliver(letter(12))
    with any_server.client() as client:
        client.select_folder("INBOX")

        assert by_message_id(client, "<note.12@hengyuan.example>") == [2]
        assert by_message_id(client, "note.1") == [1, 2]
        assert by_message_id(client, "NOTE.12") == [2]
        assert by_message_id(client, "note.3") == []


def test_a_search_value_may_come_as_a_literal(any_server: MailAccount) -> None:
    any_server.deliver(letter(1, subject="=?utf-8?b?5Lya6K6u6YCa55+l?="))  # 会议通知
    any_server.deliver(letter(2))
    with any_server.client() as client:
        client.select_folder("INBOX")

        assert client.search(["SUBJECT", "会议"], charset="UTF-8") == [1]


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        (["ALL"], [1, 2, 3]),
        (["UNSEEN"], [1, 3]),
        (["SEEN"], [2]),
        (["KEYWORD", "$done"], [3]),
        (["UNKEYWORD", "$done"], [1, 2]),
        (["UID", "2:*"], [2, 3]),
        (["UID", "9:*"], [3]),  # a range is never empty: `*` is the last one
        (["UID", "1,3"], [1, 3]),
        (["NOT", "SEEN", "SUBJECT", "lift"], [1, 3]),
        (["OR", "SEEN", "KEYWORD", "$done"], [2, 3]),
        (["FROM", "wangli"], [1, 2, 3]),
        (["TO", "nobody@"], []),
        (["SINCE", date(2001, 1, 1)], [1, 2, 3]),
        (["BEFORE", date(2001, 1, 1)], []),
        (["SENTON", date(2026, 11, 2)], [1, 2, 3]),
        (["BODY", "letter 2"], [2]),
        (["LARGER", 10000], []),
    ],
    ids=str,
)
def test_a_search_finds_what_fits(
    any_server: MailAccount, criteria: list[object], found: list[int]
) -> None:
    for number in (1, 2, 3):
        any_server.deliver(letter(number))
    with any_server.client() as client:
        client.select_folder("INBOX")
        client.add_flags([2], ["\\Seen"])
        client.add_flags([3], ["$done"])

        assert list(client.search(criteria)) == found


def test_a_keyword_is_kept_for_the_next_client(any_server: MailAccount) -> None:
    any_server.deliver(letter())
    with any_server.client() as client:
        chosen = client.select_folder("INBOX")
        client.add_flags([1], ["$mailroom", "\\Flagged"])
        client.remove_flags([1], ["\\Flagged"])

    assert b"\\*" in chosen[b"PERMANENTFLAGS"]
    assert any_server.messages()[0].flags == {"$mailroom"}


def test_reading_marks_a_message_seen_unless_it_is_a_peek(
    any_server: MailAccount,
) -> None:
    any_server.deliver(letter())
    with any_server.client() as client:
        client.select_folder("INBOX")

        client.fetch([1], ["BODY.PEEK[]", "BODY.PEEK[HEADER]"])
        assert any_server.messages()[0].flags == frozenset()

        client.fetch([1], ["BODY[]"])
        assert any_server.messages()[0].flags == {"\\Seen"}


def test_an_examined_mailbox_cannot_be_changed(any_server: MailAccount) -> None:
    any_server.deliver(letter())
    with any_server.client() as client:
        client.select_folder("INBOX", readonly=True)
        client.fetch([1], ["BODY[]"])
        with suppress(IMAPClient.Error):  # Dovecot says OK, but does nothing
            client.add_flags([1], ["\\Deleted"])

    assert any_server.messages()[0].flags == frozenset()


def test_the_special_mailboxes_are_told_by_their_attributes(
    any_server: MailAccount,
) -> None:
    with any_server.client() as client:
        listed = {name: flags for flags, _, name in client.list_folders()}

        assert b"\\Drafts" in listed["Drafts"]
        assert b"\\Sent" in listed["Sent"]
        assert b"\\Trash" in listed["Trash"]
        assert b"\\Junk" in listed["Junk"]
        assert client.find_special_folder(b"\\Drafts") == "Drafts"


def test_a_mailbox_may_have_a_chinese_name(any_server: MailAccount) -> None:
    with any_server.client() as client:
        client.create_folder("已登记")
        client.append("已登记", letter())

        assert "已登记" in [name for _, _, name in client.list_folders()]
        assert client.folder_status("已登记", ["MESSAGES"]) == {b"MESSAGES": 1}
    assert [mail.raw for mail in any_server.messages("已登记")] == [letter()]


def test_idle_tells_of_a_delivery_long_before_anybody_would_look_again(
    any_server: MailAccount,
) -> None:
    any_server.deliver(letter(1))
    with any_server.client() as client:
        client.select_folder("INBOX")
        client.idle()
        delivery = threading.Timer(0.2, any_server.deliver, [letter(2)])
        start = time.monotonic()
        delivery.start()

        answers = client.idle_check(timeout=20)
        waited = time.monotonic() - start

        client.idle_done()
        delivery.join()
        assert (2, b"EXISTS") in answers
        assert waited < 10  # Dovecot itself looks every 30 s
        assert list(client.search(["UID", "2:*"])) == [2]


def test_a_move_tells_the_new_uid_only_where_it_moved(any_server: MailAccount) -> None:
    any_server.deliver(letter())
    with any_server.client() as client:
        client.create_folder("Done")
        client.select_folder("INBOX")
        client.move([1], "Done")
        told = client._imap.untagged_responses.pop("COPYUID", [])
        client.move(
            [1], "Done"
        )  # there is none any more; the answer is OK all the same
        told_again = client._imap.untagged_responses.pop("COPYUID", [])

    assert [code.split()[1:] for code in told] == [[b"1", b"1"]]
    assert told_again == []
    assert any_server.messages() == []
    assert [mail.raw for mail in any_server.messages("Done")] == [letter()]


def test_a_copy_leaves_the_message_where_it_was(any_server: MailAccount) -> None:
    any_server.deliver(letter())
    with any_server.client() as client:
        client.select_folder("INBOX")
        client.add_flags([1], ["$mailroom"])
        client.copy([1], "Trash")

    assert any_server.messages()[0].raw == letter()
    assert any_server.messages("Trash")[0].flags == {"$mailroom"}


def test_a_uid_expunge_removes_that_uid_alone(any_server: MailAccount) -> None:
    for number in (1, 2, 3):
        any_server.deliver(letter(number), "Drafts")
    with any_server.client() as client:
        client.select_folder("Drafts")
        client.add_flags([1, 2], ["\\Deleted"])
        client.uid_expunge([2])

    assert [mail.uid for mail in any_server.messages("Drafts")] == [1, 3]


def test_a_uid_is_never_used_again(any_server: MailAccount) -> None:
    any_server.deliver(letter(1))
    any_server.deliver(letter(2))
    any_server.remove(2)

    assert any_server.deliver(letter(3)) == 3


def test_a_message_removed_elsewhere_is_simply_not_fetched(
    any_server: MailAccount,
) -> None:
    for number in (1, 2, 3):
        any_server.deliver(letter(number))
    with any_server.client() as client:
        client.select_folder("INBOX")
        any_server.remove(2)
        client.noop()

        fetched = client.fetch([1, 2, 3], ["RFC822.SIZE"])

        assert sorted(fetched) == [1, 3]


def test_a_reset_gives_a_new_uidvalidity(any_server: MailAccount) -> None:
    any_server.deliver(letter(1))
    any_server.deliver(letter(2))
    any_server.remove(1)
    with any_server.client() as client:
        before = client.select_folder("INBOX")[b"UIDVALIDITY"]

    any_server.reset_uidvalidity()

    with any_server.client() as client:
        after = client.select_folder("INBOX")
    assert after[b"UIDVALIDITY"] > before
    assert [mail.uid for mail in any_server.messages()] == [1]
    assert any_server.messages()[0].raw == letter(2)


def test_a_large_message_can_be_fetched_in_pieces(any_server: MailAccount) -> None:
    raw = letter() + b"0123456789abcdef" * 4096 + b"\r\n"
    any_server.deliver(raw)
    with any_server.client() as client:
        client.select_folder("INBOX")
        pieces = [
            client.fetch([1], [f"BODY.PEEK[]<{start}.20000>"])[1][
                f"BODY[]<{start}>".encode()
            ]
            for start in range(0, len(raw), 20000)
        ]

    assert b"".join(pieces) == raw


def test_single_header_fields_can_be_fetched(any_server: MailAccount) -> None:
    folded = b"X-Folded: one\r\n two\r\nSubject: s\r\n\r\nX-Folded: body\r\n"
    any_server.deliver(folded)
    with any_server.client() as client:
        client.select_folder("INBOX")
        fetched = client.fetch([1], ["BODY.PEEK[HEADER.FIELDS (X-FOLDED)]"])[1]

    assert (
        fetched[b"BODY[HEADER.FIELDS (X-FOLDED)]"] == b"X-Folded: one\r\n two\r\n\r\n"
    )


def test_modseq_grows_with_every_change(any_server: MailAccount) -> None:
    any_server.deliver(letter(1))
    any_server.deliver(letter(2))
    with any_server.client() as client:
        client.select_folder("INBOX")
        before = client.fetch([1, 2], ["MODSEQ"])
        client.add_flags([1], ["$mailroom"])
        after = client.fetch([1, 2], ["MODSEQ"])
        highest = before[2][b"MODSEQ"][0]
        changed = client.fetch([1, 2], ["FLAGS"], [f"CHANGEDSINCE {highest}"])
        found = client.search(["MODSEQ", highest + 1])

    assert after[1][b"MODSEQ"][0] > highest
    assert after[2] == before[2]
    assert list(changed) == [1]
    assert list(found) == [1]
    assert found.modseq == after[1][b"MODSEQ"][0]


def test_a_store_against_an_old_modseq_is_refused(any_server: MailAccount) -> None:
    any_server.deliver(letter())
    with any_server.client() as client:
        client.select_folder("INBOX")
        old = client.fetch([1], ["MODSEQ"])[1][b"MODSEQ"][0]
        client.add_flags([1], ["\\Flagged"])
        arguments = ("1", f"(UNCHANGEDSINCE {old})", "+FLAGS.SILENT", "($mailroom)")
        kind, _ = client._imap.uid("STORE", *arguments)
        refused = client._imap.untagged_responses.get("MODIFIED")

    assert kind == "OK"
    assert refused == [b"1"]
    assert any_server.messages()[0].flags == {"\\Flagged"}


def test_the_server_says_who_it_is_when_told_who_asks(any_server: MailAccount) -> None:
    with any_server.client() as client:
        assert client.has_capability("ID")
        answer = client.id_({"name": "mailroom", "version": "0.1"})

    assert b"name" in answer[0]


def test_a_wrong_password_is_refused(any_server: MailAccount) -> None:
    with IMAPClient(any_server.host, port=any_server.port, ssl=False) as client:
        refusal = pytest.raises(IMAPClient.Error, match="AUTHENTICATIONFAILED")
        with refusal:
            client.login(any_server.user, "wrong")


def test_a_password_may_be_sent_by_authenticate_plain(any_server: MailAccount) -> None:
    with IMAPClient(any_server.host, port=any_server.port, ssl=False) as client:
        client.plain_login(any_server.user, any_server.password)

        assert client.folder_exists("Drafts")


def test_the_standard_library_can_talk_to_it(any_server: MailAccount) -> None:
    any_server.deliver(letter())
    with imaplib.IMAP4(any_server.host, any_server.port) as client:
        client.login(any_server.user, any_server.password)
        client.select("INBOX")
        _, fetched = client.fetch("1", "(UID RFC822)")

    assert isinstance(fetched[0], tuple)
    assert fetched[0][1] == letter()


def test_the_mail_outlives_a_killed_server(any_server: MailAccount) -> None:
    any_server.deliver(letter())
    with any_server.client() as client:
        before = client.select_folder("INBOX")[b"UIDVALIDITY"]
        any_server.kill()
        any_server.start()
        with pytest.raises((IMAPClient.Error, OSError)):
            client.noop()

    with any_server.client() as client:
        assert client.select_folder("INBOX")[b"UIDVALIDITY"] == before
    assert [mail.raw for mail in any_server.messages()] == [letter()]


def test_the_demo_server_can_keep_a_message_yet_never_say_so(
    imap_server: ImapServer,
) -> None:
    account = MailAccount(server=imap_server, user="office", password="secret")
    imap_server.fault = lambda command, phase: (
        "drop" if (command, phase) == ("APPEND", "after") else None
    )
    with account.client() as client, pytest.raises((IMAPClient.Error, OSError)):
        client.append("Drafts", letter())

    assert [mail.raw for mail in imap_server.messages("Drafts")] == [letter()]


def test_the_demo_server_can_cut_an_answer_in_half(imap_server: ImapServer) -> None:
    account = MailAccount(server=imap_server, user="office", password="secret")
    imap_server.deliver(letter())
    with account.client() as client:
        client.select_folder("INBOX")
        imap_server.fault = lambda command, _: "cut" if command == "FETCH" else None
        with pytest.raises((IMAPClient.Error, OSError)):
            client.fetch([1], ["BODY.PEEK[]"])


def test_the_demo_server_can_refuse_a_command(imap_server: ImapServer) -> None:
    account = MailAccount(server=imap_server, user="office", password="secret")
    imap_server.fault = lambda command, _: "no" if command == "APPEND" else None
    with account.client() as client:
        with pytest.raises(IMAPClient.Error, match="UNAVAILABLE"):
            client.append("Drafts", letter())

        assert client.noop()[0] == b"nothing done"
    assert imap_server.messages("Drafts") == []


def test_the_demo_server_can_fall_silent(imap_server: ImapServer) -> None:
    imap_server.fault = lambda command, _: "stall" if command == "NOOP" else None
    with IMAPClient(
        "127.0.0.1", port=imap_server.port, ssl=False, timeout=0.3
    ) as client:
        client.login("office", "secret")
        with pytest.raises(OSError, match="timed out"):
            client.noop()


def test_the_demo_server_can_do_without_extensions() -> None:
    server = ImapServer(users={"office": "secret"}, without={"UIDPLUS", "MOVE", "IDLE"})
    with server:
        account = MailAccount(server=server, user="office", password="secret")
        with account.client() as client:
            answer = client.append("Drafts", letter())

            assert b"APPENDUID" not in answer
            assert not client.has_capability("MOVE")
            client.select_folder("Drafts")
            with pytest.raises(IMAPClient.Error, match="not known"):
                client._imap._simple_command("IDLE")
