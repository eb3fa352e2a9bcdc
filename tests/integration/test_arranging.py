"""Claims about mail that rules mark and move on the server."""

import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from mailroom.demo.imap_server import ImapServer
from mailroom.demo.imap_session import FaultAction
from mailroom.demo.smtp_server import SmtpSink
from mailroom.register.schema import AnyRow, errand, event, intake
from tests.integration.office import RULES, Office, letter, until
from tests.integration.servers import MailAccount

TARGET = "已办/发票"
HEAD = "mailroom: 1\nrules:\n"
MOVES = f"""\
  - id: tidy
    when: {{subject: Question}}
    then: [{{mark: read}}, {{mark: flagged}}, {{move: {TARGET}}}]
"""
SETS_ASIDE = """\
  - id: odd
    when: {subject: Prize}
    then: [{quarantine: odd}, {move: Odd}]
"""
SUSPECTS = """\
  - id: suspect
    when: {subject: Question}
    then: [{quarantine: look first}]
"""
IGNORES = """\
  - id: bulletins
    when: {subject: Bulletin}
    then: [{ignore: nobody waits}, {mark: read}]
"""


@contextmanager
def office_with(
    rules: str,
    mail: MailAccount,
    sink: SmtpSink,
    folder: Path,
    *,
    mode: str = "send",
    mailboxes: Sequence[str] = ("INBOX",),
) -> Iterator[Office]:
    own = folder / "rules"
    shutil.copytree(RULES, own)
    (own / "arranging.yaml").write_text(HEAD + rules, encoding="utf-8")
    office = Office(
        mail, sink, folder,
        office={"mode": mode}, account={"mailboxes": [*mailboxes]},
    )  # fmt: skip
    written = office.file.read_text(encoding="utf-8")
    office.file.write_text(written.replace(str(RULES), str(own)), encoding="utf-8")
    with office:
        yield office


def asked(office: Office) -> list[tuple[str, str]]:
    rows: list[AnyRow] = office.rows(select(errand).order_by(errand.c.id))
    return [(row.verb, row.state) for row in rows]


def told(office: Office) -> list[str]:
    rows = office.rows(select(event).where(event.c.entity == "message"))
    return [row.what for row in rows]


def subjects(mail: MailAccount, mailbox: str) -> list[str]:
    return [
        line.partition(b": ")[2].decode()
        for each in mail.messages(mailbox)
        for line in each.raw.split(b"\r\n")
        if line.startswith(b"Subject: ")
    ]


def there(mail: MailAccount, name: str = TARGET) -> str:
    """Give the name that the server has for a mailbox."""
    with mail.client() as client:
        for _, between, found in client.list_folders():
            if found == name.replace("/", between.decode()):
                return str(found)
    return ""


def test_a_message_is_marked_and_moved_and_the_others_stay(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Question one"))
    any_server.deliver(letter("Something else"))
    with office_with(MOVES, any_server, smtp_sink, tmp_path) as office:
        office.once()

        assert subjects(any_server, "INBOX") == ["Something else"]
        (moved,) = any_server.messages(there(any_server))
        assert {"\\Seen", "\\Flagged"} <= moved.flags
        assert asked(office) == [("mark", "done"), ("mark", "done"), ("move", "done")]
        assert told(office).count("moved on the server") == 1
        assert office.unfinished() == []
        assert office.status().balance.agrees

        office.once()
        assert len(any_server.messages(there(any_server))) == 1
        assert office.outcomes() == ["sorted", "unsorted"]


def test_a_moved_message_is_not_entered_again_where_its_new_place_is_watched_too(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with any_server.client() as client:
        between = client.list_folders()[0][1].decode()
        target = TARGET.replace("/", between)
        client.create_folder(target)
    with office_with(
        MOVES, any_server, smtp_sink, tmp_path, mailboxes=["INBOX", target]
    ) as office:
        office.once()
        any_server.deliver(letter("Question one"))
        any_server.deliver(letter("Question two", message_id=None))
        office.once()
        any_server.deliver(letter("Question three"), target)
        office.once()
        office.once()

        assert len(any_server.messages(target)) == 3
        assert [row.subject for row in office.messages()] == [
            "Question one", "Question two", "Question three",
        ]  # fmt: skip
        assert office.outcomes() == ["sorted"] * 3
        assert office.status().balance.agrees


def test_a_message_that_a_colleague_has_removed_is_noted_and_no_error(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    uid = any_server.deliver(letter("Question one"))
    with office_with(MOVES, any_server, smtp_sink, tmp_path) as office:
        office.collect()
        any_server.remove(uid)
        office.work()

        assert set(asked(office)) == {("mark", "gone"), ("move", "gone")}
        assert "gone before it could be moved" in told(office)
        assert office.unfinished() == []
        assert there(any_server) == ""


def test_after_new_uids_the_message_itself_is_moved_and_not_its_number(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    first = any_server.deliver(letter("Something else"))
    any_server.deliver(letter("Question one"))
    any_server.deliver(letter("A third thing"))
    with office_with(MOVES, any_server, smtp_sink, tmp_path) as office:
        office.collect()
        any_server.remove(first)
        any_server.reset_uidvalidity("INBOX")
        office.desk.connections.close()  # a server ends them, as it renumbers
        office.work()
        office.hurry()
        office.work()

        assert subjects(any_server, there(any_server)) == ["Question one"]
        assert subjects(any_server, "INBOX") == ["A third thing"]


def test_quarantined_mail_stays_unless_the_rule_that_quarantines_moves_it(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Question one"))
    any_server.deliver(letter("Prize draw"))
    rules = MOVES + SUSPECTS + SETS_ASIDE
    with office_with(rules, any_server, smtp_sink, tmp_path) as office:
        office.once()

        assert office.outcomes() == ["held", "held"]
        assert subjects(any_server, "INBOX") == ["Question one"]
        assert subjects(any_server, "Odd") == ["Prize draw"]
        assert asked(office) == [("move", "done")]


def test_ignored_mail_is_marked_by_the_rule_that_ignores_it(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Bulletin"))
    with office_with(IGNORES, any_server, smtp_sink, tmp_path) as office:
        office.once()

        assert office.outcomes() == ["ignored"]
        (mail,) = any_server.messages()
        assert "\\Seen" in mail.flags


def test_in_observe_mode_nothing_changes_on_the_server(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Question one"))
    with office_with(MOVES, any_server, smtp_sink, tmp_path, mode="observe") as office:
        before = any_server.messages()
        office.once()

        assert any_server.messages() == before
        assert asked(office) == []
        (row,) = office.messages()
        assert [a["verb"] for a in row.answer["actions"] if a["rule"] == "tidy"] == [
            "mark", "mark", "move",
        ]  # fmt: skip


# ── cut off in the middle ────────────────────────────────────────────────


def moving_server(without: set[str]) -> ImapServer:
    return ImapServer(users={"office": "secret"}, without=without)


@pytest.mark.parametrize("without", [set[str](), {"MOVE"}], ids=["MOVE", "COPY"])
@pytest.mark.parametrize(
    "cut_at",
    [
        (command, phase)
        for command in ("MOVE", "COPY", "STORE", "EXPUNGE", "CREATE")
        for phase in ("before", "after")
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("message_id", ["<one@client.example>", None])
def test_a_move_that_is_cut_off_anywhere_is_done_once(
    smtp_sink: SmtpSink,
    tmp_path: Path,
    without: set[str],
    cut_at: tuple[str, str],
    message_id: str | None,
) -> None:
    cut: list[str] = []

    def fault(name: str, when: str) -> FaultAction | None:
        if (name, when) == cut_at and not cut:
            cut.append(name)
            return "drop"
        return None

    with moving_server(without) as server:
        mail = MailAccount(server=server, user="office", password="secret")
        mail.deliver(letter("Question one", message_id=message_id))
        mail.deliver(letter("Something else"))
        with office_with(MOVES, mail, smtp_sink, tmp_path) as office:
            office.collect()
            server.fault = fault
            office.work()
            office.hurry()
            office.work()
            office.hurry()
            office.work()

            assert subjects(mail, "INBOX") == ["Something else"]
            assert subjects(mail, TARGET) == ["Question one"]
            assert {state for _, state in asked(office)} == {"done"}
            assert office.unfinished() == []


def test_without_move_a_colleagues_deleted_mail_is_not_expunged_with_ours(
    smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with moving_server({"MOVE"}) as server:
        mail = MailAccount(server=server, user="office", password="secret")
        uid = mail.deliver(letter("Something else"))
        mail.deliver(letter("Question one"))
        with mail.client() as client:
            client.select_folder("INBOX")
            client.add_flags([uid], [b"\\Deleted"])
        with office_with(MOVES, mail, smtp_sink, tmp_path) as office:
            office.once()

            assert subjects(mail, "INBOX") == ["Something else"]
            assert subjects(mail, TARGET) == ["Question one"]


def test_a_mailbox_that_the_server_refuses_is_on_the_list_that_a_person_sees(
    smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with moving_server(set()) as server:
        mail = MailAccount(server=server, user="office", password="secret")
        mail.deliver(letter("Question one"))
        server.fault = lambda name, _: "no" if name == "CREATE" else None
        with office_with(MOVES, mail, smtp_sink, tmp_path) as office:
            office.once()

            assert subjects(mail, "INBOX") == ["Question one"]
            (job,) = [row for row in office.unfinished() if row.kind == "arrange"]
            assert "refused CREATE" in job.last_error

            server.fault = lambda *_: None
            office.hurry()
            office.work()
            assert subjects(mail, TARGET) == ["Question one"]


def after_a_while(seconds: float, what: Callable[[], object]) -> None:
    time.sleep(seconds)
    what()


@pytest.mark.slow
def test_whatever_moment_the_program_is_killed_each_mail_is_moved_once(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    chance = random.Random(7)  # noqa: S311  no secret
    many = 30
    with office_with(MOVES, any_server, smtp_sink, tmp_path) as office:
        for number in range(many):
            any_server.deliver(letter(f"Question {number}"))
        for _ in range(6):
            with office.running() as program:
                after_a_while(
                    chance.uniform(0.05, 1.0),
                    lambda pid=program.pid: os.kill(pid, signal.SIGKILL),  # type: ignore[misc]  # a default in a lambda
                )
        with office.running():
            until(lambda: len(office.outcomes()) == many)
            until(
                lambda: (
                    {state for _, state in asked(office)} == {"done"}
                    and len(asked(office)) == 3 * many
                ),
                60,
            )

        found = subjects(any_server, there(any_server))
        assert sorted(found) == sorted(f"Question {n}" for n in range(many))
        assert subjects(any_server, "INBOX") == []
        assert office.outcomes() == ["sorted"] * many
        assert len(office.rows(select(intake))) == many
