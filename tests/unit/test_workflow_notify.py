"""A notice reaches its reader, or somebody sees that it did not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailroom.cases import CaseState
from mailroom.demo.smtp_server import SmtpSink
from mailroom.errors import text
from mailroom.register import cases, jobs, status
from mailroom.register.schema import job, notice
from mailroom.workflow.notify import notify
from tests.unit.small_office import SmallOffice

READER = "shenmoran@hengyuan.example"


def _told(folder: Path, fault: tuple[str, str]) -> tuple[list[str], list[str], int]:
    """Notify somebody of a server that answers so once; then try again at once."""
    answers = [fault]

    def once(step: str, _: str) -> str | None:
        if answers and answers[0][0] == step:
            return answers.pop()[1]
        return None

    with SmtpSink() as sink:
        sink.fault = once
        office = SmallOffice(folder, smtp=sink.port)
        office.change(notify=(READER,))
        with office.desk.database.write() as tx:
            notify(
                office.desk, tx, key="one", subject=text("{n} matters", n=1),
                body=text("{n} matters", n=1), now=datetime.now(UTC),
            )  # fmt: skip
        states = []
        for _ in range(2):
            office.work()
            states += [row.state for row in office.rows(select(notice.c.state))]
            with office.desk.database.write() as tx:
                tx.execute(
                    update(job)
                    .where(job.c.state == "ready", job.c.kind == "notice")
                    .values(due_at=datetime.now(UTC))
                )
        with office.desk.database.read() as tx:
            held = [one.kind for one in status.held(tx)]
        office.close()
        return states, held, len(sink.received)


@pytest.mark.parametrize("step", ["rcpt", "dot"])
def test_a_notice_that_a_server_takes_only_later_is_sent_later_and_once(
    tmp_path: Path, step: str
) -> None:
    states, held, sent = _told(tmp_path, (step, "451 4.7.1 greylisted, try later"))

    assert (states, held, sent) == (["due", "sent"], [], 1)


def test_a_notice_that_is_refused_is_listed_for_a_person(tmp_path: Path) -> None:
    states, held, sent = _told(tmp_path, ("rcpt", "550 5.1.1 no such mailbox"))

    assert (states, held, sent) == (["refused", "refused"], ["job"], 0)


def test_a_notice_that_was_refused_is_sent_when_a_person_has_it_tried_again(
    tmp_path: Path,
) -> None:
    refusals = ["550 5.1.1 no such mailbox"]

    def refuse(step: str, _: str) -> str | None:
        return refusals.pop() if step == "rcpt" and refusals else None

    with SmtpSink() as sink:
        sink.fault = refuse
        office = SmallOffice(tmp_path, smtp=sink.port)
        office.change(notify=(READER,))
        words, now = text("{n} matters", n=1), datetime.now(UTC)
        with office.desk.database.write() as tx:
            notify(office.desk, tx, key="one", subject=words, body=words, now=now)
        office.work()
        (dead,) = office.rows(select(job).where(job.c.state == "dead"))
        assert dead.kind == "notice"
        with office.desk.database.write() as tx:
            jobs.revive(tx, dead.id, now=now)
        office.work()

        assert office.rows(select(notice.c.state)) == [("sent",)]
        assert len(sink.received) == 1
        office.close()


def test_of_a_restricted_matter_only_those_are_told_who_may_see_it(
    tmp_path: Path,
) -> None:
    office = SmallOffice(tmp_path)
    office.change(notify=(READER, "zouxin@hengyuan.example"))
    now = datetime.now(UTC)
    with office.desk.database.write() as tx:
        case = cases.open_case(
            tx, code="HY", kind="", year=2026, now=now, state=CaseState.ASSIGNED,
            category=None, subject="谈话", correspondent="a@client.example",
            owner="蒋晨", sensitivity="confidential", due_on=None, due_basis=None,
        )  # fmt: skip
        notify(
            office.desk, tx, key="one", subject=text("{n} matters", n=1),
            body=text("{n} matters", n=1), about=case, now=now,
            also=["jiangchen@hengyuan.example", "fawu@hengyuan.example"],
        )  # fmt: skip

    told = {row.to for row in office.rows(select(notice))}
    office.close()
    assert told == {READER, "jiangchen@hengyuan.example"}
