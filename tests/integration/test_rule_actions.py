"""Claims about what rules ask for, to its end: notices, and a person's look."""

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import select

from mailroom.demo.smtp_server import Delivery, SmtpSink
from mailroom.register import status
from mailroom.register.schema import event, notice
from mailroom.workflow import decide
from mailroom.workflow.gather import AT_ONCE, WITHIN
from tests.integration.office import RULES, Office, letter, now, until
from tests.integration.servers import MailAccount

ANN, MAX = "ann@hengyuan.example", "max@hengyuan.example"
FIRST = "<first@client.example>"
RULES_OF_THE_TEST = """\
mailroom: 1
rules:
  - id: tells
    when: {subject: Urgent}
    then: [{notify: Max Porter}]
  - id: tells-ann
    when: {subject: Alarm}
    then: [{notify: Ann Clerk}]
  - id: sets-aside
    when: {subject: Prize}
    then: [{quarantine: odd}]
  - id: wants-a-look
    when: {subject: Amount}
    then: [{review: is the amount right}]
"""
PORTER = """\
mailroom: 1
people:
  - {name: Max Porter, address: max@hengyuan.example}
"""


@contextmanager
def office_with_rules(
    mail: MailAccount, sink: SmtpSink, folder: Path
) -> Iterator[Office]:
    own = folder / "rules"
    shutil.copytree(RULES, own)
    (own / "asking.yaml").write_text(RULES_OF_THE_TEST, encoding="utf-8")
    (own / "office" / "porter.yaml").write_text(PORTER, encoding="utf-8")
    office = Office(mail, sink, folder, office={"notify": ["dora@hengyuan.example"]})
    written = office.file.read_text(encoding="utf-8")
    office.file.write_text(written.replace(str(RULES), str(own)), encoding="utf-8")
    with office:
        yield office


def told(sink: SmtpSink) -> list[str]:
    """Give whom a notice has reached, in order."""
    return [address for each in sink.received for address in each.rcpt_to]


def notices(office: Office) -> list[str]:
    return [row.state for row in office.rows(select(notice).order_by(notice.c.id))]


def test_whom_a_rule_names_is_told_whatever_became_of_the_letter_and_nobody_else(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Question", message_id=FIRST))
    with office_with_rules(any_server, smtp_sink, tmp_path) as office:
        office.once()
        assert told(smtp_sink) == []

        any_server.deliver(letter("Urgent: one more thing", answers=FIRST))
        office.once()
        assert office.outcomes() == ["sorted", "sorted"]
        assert len(office.cases()) == 1
        assert told(smtp_sink) == [MAX]

        any_server.deliver(letter("Urgent Prize"))
        office.once()
        assert office.outcomes()[2:] == ["held"]
        assert told(smtp_sink) == [MAX, MAX]
        assert b"Prize" not in smtp_sink.received[-1].data


def test_whoever_may_not_see_a_case_hears_nothing_of_it_and_the_book_says_so(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    any_server.deliver(letter("Urgent Alarm Complaint"))
    with office_with_rules(any_server, smtp_sink, tmp_path) as office:
        office.once()

        assert told(smtp_sink) == [ANN]
        told_of = office.rows(select(event).where(event.c.what.contains("notice")))
        assert {(row.what, row.detail["to"]) for row in told_of} == {
            ("a notice is written", "Ann Clerk"),
            ("no notice is written", "Max Porter"),
        }


def test_why_a_rule_wants_a_person_to_look_stands_beside_the_draft(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    wanted = "look at it: is the amount right"
    any_server.deliver(letter("Question of an Amount"))
    any_server.deliver(letter("Question", message_id=FIRST))
    with office_with_rules(any_server, smtp_sink, tmp_path) as office:
        office.once()
        any_server.deliver(letter("Another Amount", answers=FIRST))
        office.once()

        asked, joined = office.drafts()
        assert asked.placement == "none"  # a mail client could not show it
        for held in (asked, joined):
            found = [str(f.text) for f in decide.findings(office.desk, held)]
            assert found.count(wanted) == 1


def test_of_forty_letters_and_one_kill_a_person_gets_eleven_mails_that_name_them_all(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    letters = [letter(f"Urgent zebra {n}") for n in range(30)]
    letters += [letter(f"Urgent Prize {n}") for n in range(10)]
    killed: list[int] = []
    with office_with_rules(any_server, smtp_sink, tmp_path) as office:

        def kill(at: str, _: str) -> str | None:
            if at != "rcpt" or killed:  # before any dot: none is in doubt
                return None
            killed.append(program.pid)
            os.kill(program.pid, signal.SIGKILL)
            return "drop"

        smtp_sink.fault = kill
        with office.running() as program:
            for each in letters:
                any_server.deliver(each)
            until(lambda: killed)
            program.process.wait(10)
        with office.running():
            until(lambda: office.outcomes().count("received") == 0)
            until(lambda: len(office.outcomes()) == len(letters))
            until(lambda: {j.kind for j in office.unfinished()} <= {"tell_gathered"})
        assert told(smtp_sink) == [MAX] * AT_ONCE

        office.work(at=now() + WITHIN)
        office.work(at=now() + 3 * WITHIN)

        assert told(smtp_sink) == [MAX] * (AT_ONCE + 1)
        named = "".join(map(_words, smtp_sink.received))
        for row in office.messages():
            of_case = {c.id: c.number for c in office.cases()}.get(row.case_id)
            assert re.search(rf"来信 {row.id}[（：]|请看 {of_case} 号件", named), row.id
        assert "zebra" not in named
        assert office.unfinished() == []


def _words(mail: Delivery) -> str:
    words = message_from_bytes(mail.data).get_payload(decode=True)
    assert isinstance(words, bytes)
    return words.decode()


@pytest.mark.slow
@pytest.mark.parametrize(("step", "ends"), [("rcpt", "sent"), ("dot", "uncertain")])
def test_a_notice_whose_program_is_killed_reaches_its_reader_once_or_is_listed(
    imap_server: object, smtp_sink: SmtpSink, tmp_path: Path, step: str, ends: str
) -> None:
    mail = MailAccount(server=imap_server, user="office", password="secret")  # type: ignore[arg-type]  # the demo's
    mail.deliver(letter("Urgent"))
    killed: list[int] = []
    with office_with_rules(mail, smtp_sink, tmp_path) as office:

        def kill(at: str, _: str) -> str | None:
            if at != step or killed:
                return None
            killed.append(program.pid)
            os.kill(program.pid, signal.SIGKILL)
            return "drop"

        smtp_sink.fault = kill
        with office.running() as program:
            until(lambda: killed)
            program.process.wait(10)
        with office.running():
            until(lambda: notices(office) == [ends])
            until(lambda: office.unfinished() == [] or ends == "uncertain")
            with office.desk.database.read() as tx:
                listed = [one.kind for one in status.held(tx)]

        assert told(smtp_sink) == [MAX]
        assert listed == (["job"] if ends == "uncertain" else [])
