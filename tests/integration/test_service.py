"""Claims about the running program: quick, hard to stop, quick to stop."""

import os
import signal
import statistics
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from mailroom.demo.imap_server import ImapServer
from mailroom.demo.imap_session import FaultAction, Phase
from mailroom.demo.smtp_connection import Stage
from mailroom.demo.smtp_server import SmtpSink
from mailroom.drafts import DraftState
from mailroom.worker import service
from mailroom.workflow import find
from mailroom.workflow.desk import Desk
from tests.integration.office import Office, letter, until
from tests.integration.servers import MailAccount

pytestmark = pytest.mark.slow

STOP_LIMIT = 10.0  # seconds from SIGTERM to the end of the process


def demo(server: ImapServer) -> MailAccount:
    return MailAccount(server=server, user="office", password="secret")


def _are(office: Office, count: int) -> bool:
    return len(office.messages()) == count


# ── receiving ────────────────────────────────────────────────────────────────────────


def test_mail_that_arrives_while_idling_is_in_the_register_within_two_seconds(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    slow = {"poll": 600}
    with (
        Office(any_server, smtp_sink, tmp_path, imap=slow) as office,
        office.running() as program,
    ):
        any_server.deliver(letter("Question to begin with"))
        until(lambda: len(office.drafts()) == 1)
        took = []
        for number in range(1, 6):
            began = time.monotonic()
            any_server.deliver(letter(f"Question {number}"))
            until(partial(_are, office, number + 1))
            took.append(time.monotonic() - began)
        until(lambda: len(any_server.messages("Drafts")) == 6)

        # The middle one: a busy machine may hold one of them up.
        assert statistics.median(took) < 2.0
        assert program.said("mailbox cannot be read") == []


def test_a_server_killed_and_started_again_is_read_again(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with Office(any_server, smtp_sink, tmp_path) as office, office.running() as program:
        any_server.deliver(letter("Question before"))
        until(lambda: len(office.drafts()) == 1)

        any_server.kill()
        until(lambda: program.said("mailbox cannot be read"))
        any_server.start()
        any_server.deliver(letter("Question after"))

        until(lambda: office.outcomes() == ["sorted"] * 2)
        until(lambda: len(any_server.messages("Drafts")) == 2)


def test_a_refused_login_is_not_tried_again_at_once(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with Office(demo(imap_server), smtp_sink, tmp_path) as office:
        imap_server.accounts["office"].password = "changed"
        with office.running() as program:
            until(lambda: len(program.said("mailbox cannot be read")) >= 2)
            time.sleep(3)

            # One try for the Inbox, one for the second desk.
            assert imap_server.connections == 2


def test_two_workers_on_one_mailbox_do_everything_once(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    count = 20
    with (
        Office(any_server, smtp_sink, tmp_path) as office,
        office.running() as one,
        office.running() as two,
    ):
        for number in range(count):
            any_server.deliver(letter(f"Question {number}"))
        until(lambda: len(any_server.messages("Drafts")) == count)
        until(lambda: not office.unfinished())
        for held in office.drafts():
            office.approve(held.id)
        until(lambda: len(office.drafts(DraftState.SENT)) == 5)

        assert office.outcomes() == ["sorted"] * count
        assert [row.message_id for row in office.places() if row.mailbox_id == 1] == [
            *range(1, count + 1)
        ]
        assert len(office.drafts()) == len(office.cases()) == count
        assert len({held.says.rfc_id for held in office.drafts()}) == count
        done = [p.said("messages received") for p in (one, two)]
        assert sum(line["count"] for lines in done for line in lines) >= count
        assert len(smtp_sink.received) == 5  # the cap for one correspondent


def test_a_worker_that_dies_leaves_its_work_to_the_next(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with Office(any_server, smtp_sink, tmp_path) as office:
        with office.running() as program:
            for number in range(10):
                any_server.deliver(letter(f"Question {number}"))
            until(lambda: len(office.messages()) >= 3)
            program.stop(signal.SIGKILL)
        with office.running():
            until(lambda: len(office.drafts()) == 10)
            until(lambda: len(any_server.messages("Drafts")) == 10)
            until(lambda: not office.unfinished())

        assert office.outcomes() == ["sorted"] * 10
        assert sorted(office.lying("Drafts")) == sorted(
            held.says.rfc_id for held in office.drafts()
        )


def test_intake_and_worker_may_run_apart(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with (
        Office(demo(imap_server), smtp_sink, tmp_path) as office,
        office.running("--only", "intake"),
    ):
        imap_server.deliver(letter("Question"))
        until(lambda: office.outcomes() == ["received"])
        with office.running("--only", "worker"):
            until(lambda: len(imap_server.messages("Drafts")) == 1)


# ── a worker that slept ──────────────────────────────────────────────────────────────


def test_a_worker_that_slept_cannot_store_what_another_has_stored(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with (
        Office(demo(imap_server), smtp_sink, tmp_path) as office,
        office.running("--only", "intake") as sleeper,
    ):
        until(lambda: office.status().mailboxes[0].last_ok_at)
        asleep: list[int] = []

        def put_to_sleep(command: str, phase: Phase) -> FaultAction | None:
            # It has asked for a message, and will get it when it wakes.
            if (command, phase) == ("FETCH", "after") and not asleep:
                asleep.append(sleeper.pid)
                office.put_to_sleep(sleeper.pid)
            return None

        imap_server.fault = put_to_sleep
        imap_server.deliver(letter("Question"))
        until(lambda: asleep)
        with office.running("--only", "intake"):
            time.sleep(3)
            assert office.messages() == []  # the sleeper's lease still holds

            office.end_leases()
            until(lambda: len(office.messages()) == 1)
            (before,) = office.fences("INBOX")
            known = imap_server.connections
            os.kill(sleeper.pid, signal.SIGCONT)
            # It finds the door shut, and connects anew.
            until(lambda: imap_server.connections > known)
            imap_server.deliver(letter("Question two"))
            until(lambda: len(office.messages()) == 2)

        assert sleeper.said("messages received") == []
        assert office.fences("INBOX") == [before]
        assert [row.message_id for row in office.places()] == [1, 2]


@pytest.mark.parametrize("stage", ["data", "dot"])
def test_a_worker_that_slept_while_sending_sends_nothing_twice(
    demo_office: Office, smtp_sink: SmtpSink, stage: Stage
) -> None:
    asleep: list[int] = []

    def put_to_sleep(at: Stage, _subject: str) -> str | None:
        if at == stage and not asleep:
            asleep.append(sleeper.pid)
            demo_office.put_to_sleep(sleeper.pid)
        return None

    smtp_sink.fault = put_to_sleep
    with demo_office.running("--only", "worker") as sleeper:
        demo_office.approve(1)
        until(lambda: asleep)
        demo_office.end_leases()
        with demo_office.running("--only", "worker"):
            ended = DraftState.SENT if stage == "data" else DraftState.UNCERTAIN
            until(lambda: demo_office.draft().state == ended)
            os.kill(sleeper.pid, signal.SIGCONT)
            time.sleep(3)

            assert demo_office.draft().state == ended
            assert len(smtp_sink.received) == 1
            states = [row.state for row in demo_office.attempts()]
            assert states == (
                ["abandoned", "accepted"] if stage == "data" else ["uncertain"]
            )


# ── the queue's file ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("used", [True, False])
def test_the_queue_may_be_deleted_while_the_program_runs(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path, *, used: bool
) -> None:
    with (
        Office(demo(imap_server), smtp_sink, tmp_path) as office,
        office.running() as program,
    ):
        if used:
            imap_server.deliver(letter("Question before"))
            until(lambda: len(imap_server.messages("Drafts")) == 1)
        files = list(office.data.glob("huey.db*"))
        assert files
        for file in files:
            file.unlink()
        imap_server.deliver(letter("Question after"))
        until(lambda: len(imap_server.messages("Drafts")) == 1 + used)
        office.approve(1)
        until(lambda: office.draft().state == DraftState.SENT)

        assert program.said("the bell does not ring") == []
        assert len(smtp_sink.received) == 1


def test_the_queue_may_be_deleted_between_two_runs(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    with Office(demo(imap_server), smtp_sink, tmp_path) as office:
        imap_server.deliver(letter("Question"))
        office.collect()  # the work is queued, and nobody does it
        with office.running("--only", "worker"):
            until(lambda: len(office.drafts()) == 1)
        for file in office.data.glob("huey.db*"):
            file.unlink()
        office.approve(1)
        with office.running("--only", "worker"):
            until(lambda: office.draft().state == DraftState.SENT)


# ── the end ──────────────────────────────────────────────────────────────────────────


def test_it_stops_in_good_time(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    slow = {"poll": 600}
    with (
        Office(any_server, smtp_sink, tmp_path, imap=slow) as office,
        office.running() as program,
    ):
        any_server.deliver(letter("Question"))
        until(lambda: len(any_server.messages("Drafts")) == 1)

        assert program.stop() < STOP_LIMIT
        assert program.process.returncode == 0


def test_what_is_being_written_is_written_before_the_book_is_closed(
    imap_server: ImapServer,
    smtp_sink: SmtpSink,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ends, begun, written = threading.Event(), threading.Event(), threading.Event()

    def write(desk: Desk) -> bool:
        begun.set()
        ends.wait(STOP_LIMIT)
        time.sleep(0.5)
        with desk.database.write():
            written.set()
        return False

    monkeypatch.setattr(find, "catch_up", write)
    with Office(demo(imap_server), smtp_sink, tmp_path) as office:
        program = threading.Thread(
            target=service.run, args=(office.desk, ["worker"]), kwargs={"stop": ends}
        )
        program.start()
        assert begun.wait(STOP_LIMIT)
        ends.set()
        program.join(STOP_LIMIT)

        assert not program.is_alive()
        assert written.is_set()


@pytest.mark.parametrize("command", ["FETCH", "APPEND", "SEARCH"])
def test_it_stops_in_good_time_while_the_mail_server_says_nothing(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path, command: str
) -> None:
    stalled: list[str] = []

    def stall(name: str, phase: Phase) -> FaultAction | None:
        if (name, phase) == (command, "before"):
            stalled.append(name)
            return "stall"
        return None

    with (
        Office(demo(imap_server), smtp_sink, tmp_path) as office,
        office.running() as program,
    ):
        until(lambda: office.status().mailboxes[0].last_ok_at)
        imap_server.fault = stall
        imap_server.deliver(letter("Question"))
        until(lambda: stalled)

        assert program.stop() < STOP_LIMIT


def test_a_letter_under_way_is_not_doubled_by_a_stop(
    demo_office: Office, smtp_sink: SmtpSink
) -> None:
    smtp_sink.delay = (30.0, 30.0)  # between the dot and its answer
    with demo_office.running() as program:
        demo_office.approve(1)
        until(lambda: smtp_sink.received)

        assert program.stop() < STOP_LIMIT
    smtp_sink.delay = (0.0, 0.0)
    with demo_office.running():
        until(lambda: demo_office.draft().state == DraftState.UNCERTAIN)
        time.sleep(1)
    assert len(smtp_sink.received) == 1


# ── what it says ─────────────────────────────────────────────────────────────────────


def test_no_word_of_a_mail_stands_in_the_log(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    secret = "Nightingale"
    raws = [
        letter(f"Question of {secret}", body=secret, sender=f"{secret}@client.example"),
        letter(f"Damaged {secret}", body=secret),
        f"From: {secret}\r\n\r\n".encode(),
        secret.encode(),
    ]
    with (
        Office(demo(imap_server), smtp_sink, tmp_path) as office,
        office.running() as program,
    ):
        for raw in raws:
            imap_server.deliver(raw)
        until(partial(_are, office, len(raws)))
        until(lambda: "received" not in office.outcomes())
        until(office.drafts)
        office.approve(1)
        until(lambda: office.draft().state == DraftState.SENT)

        text = (tmp_path / "program1.log").read_text()
        assert len(program.log()) > 5
    for word in (secret, "Question", "client.example"):
        assert word.lower() not in text.lower()
