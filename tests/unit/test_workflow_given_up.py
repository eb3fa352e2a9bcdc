"""Dead work is no dead end: a person has it tried again, or lets it go."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from mailroom.errors import ReviewError
from mailroom.i18n import say
from mailroom.register import jobs, status
from mailroom.register.job_words import KINDS, work_of
from mailroom.register.logins import Role
from mailroom.register.schema import event, job
from mailroom.worker.perform import STEPS, clock
from mailroom.workflow import given_up
from tests.unit.command_line import Run, runner_in
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import REPAIR, SmallOffice


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    opened = SmallOffice(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def run(
    office: SmallOffice,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    return runner_in(office, monkeypatch, capsys)


def dead(office: SmallOffice, kind: str = "sort", subject: int = 1) -> int:
    """Let a job be given up; return its number."""
    with office.desk.database.write() as tx:
        if kind == "sort":
            (number,) = jobs.of_messages(tx, [subject])
        else:
            added = jobs.add(tx, kind, subject, now=clock(), key=f"test:{kind}")
            assert added is not None
            number = added
        claimed = jobs.claim(tx, number, owner="nobody", now=clock())
        assert claimed is not None
        jobs.bury(tx, claimed, now=clock(), error="KeyError")
    return number


def held(office: SmallOffice) -> list[status.Held]:
    with office.desk.database.read() as tx:
        return status.held(tx)


def state(office: SmallOffice, number: int) -> str:
    (row,) = office.rows(select(job.c.state).where(job.c.id == number))
    return str(row.state)


def test_a_letter_whose_sorting_was_given_up_is_sorted_when_it_is_tried_again(
    office: SmallOffice,
) -> None:
    office.receive(REPAIR)
    number = dead(office)
    office.work()
    assert [each.dead_job for each in held(office)] == [number]
    assert office.cases() == []

    given_up.try_again(office.desk, number, who="xuting", now=clock())
    office.work()

    assert held(office) == []
    assert [row.category for row in office.cases()] == ["maintenance"]
    told = office.rows(select(event).where(event.c.entity == "job"))
    assert [(row.what, row.actor) for row in told] == [
        ("a dead job is tried again", "xuting")
    ]


def test_what_is_given_up_again_is_on_the_list_again(office: SmallOffice) -> None:
    office.receive(REPAIR)
    number = dead(office)
    given_up.try_again(office.desk, number, who="xuting", now=clock())
    with office.desk.database.write() as tx:
        claimed = jobs.claim(tx, number, owner="nobody", now=clock())
        assert claimed is not None
        assert claimed.attempts == 1  # with all its tries
        jobs.bury(tx, claimed, now=clock(), error="KeyError")

    assert [each.dead_job for each in held(office)] == [number]


def test_the_sorting_of_a_letter_is_never_let_go(office: SmallOffice) -> None:
    office.receive(REPAIR)
    number = dead(office)

    with pytest.raises(ReviewError, match="only be tried again"):
        given_up.let_go(office.desk, number, reason="spam", who="xuting", now=clock())

    assert state(office, number) == "dead"


def test_other_work_is_let_go_with_a_reason(office: SmallOffice) -> None:
    number = dead(office, "digest")

    with pytest.raises(ReviewError, match="why"):
        given_up.let_go(office.desk, number, reason=" ", who="xuting", now=clock())
    given_up.let_go(office.desk, number, reason="late", who="xuting", now=clock())

    assert held(office) == []
    assert state(office, number) == "cancelled"
    (told,) = office.rows(select(event).where(event.c.entity == "job"))
    assert (told.actor, told.detail["reason"]) == ("xuting", "late")


@pytest.mark.parametrize("number", [0, 1, 999])
def test_only_what_is_dead_is_tried_again(office: SmallOffice, number: int) -> None:
    office.receive(REPAIR)

    with pytest.raises(ReviewError, match=f"no dead job {number}"):
        given_up.try_again(office.desk, number, who="xuting", now=clock())
    with pytest.raises(ReviewError, match=f"no dead job {number}"):
        given_up.let_go(office.desk, number, reason="x", who="xuting", now=clock())


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_every_kind_of_work_is_named_in_words_of_the_office(kind: str) -> None:
    day = date(2026, 4, 23).toordinal()
    subject = {"digest": day, "day_papers": day * 10 + 3}.get(kind, 7)
    words = work_of(kind, subject)

    english, chinese = str(words), say(words, "zh-CN")
    assert kind in KINDS
    assert " " in english
    assert re.search("[一-鿿]{3}", chinese)
    latin = re.sub("mailroom", "", chinese)
    assert not re.search("[A-Za-z]", latin)
    if kind in {"digest", "day_papers"}:
        assert english.endswith("2026-04-23")


def test_no_words_are_kept_for_work_that_nobody_does() -> None:
    assert set(KINDS) == set(STEPS)


def test_who_reads_chinese_is_told_in_chinese_what_was_given_up_and_why(
    office: SmallOffice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.receive(REPAIR)

    def fall(*_: object) -> list[int]:
        raise KeyError("body")

    monkeypatch.setitem(STEPS, "sort", fall)
    monkeypatch.setattr(jobs, "MAX_ATTEMPTS", 1)
    office.work()

    said = run("--lang", "zh", "cases", "held").out
    assert "给来信分类：1" in said
    assert "出了错（KeyError）" in said
    admin = Visitor(office, "admin", role=Role.ADMIN, language="zh-CN")
    page = admin.get("/quarantine").text
    assert "sort 1" not in page
    assert "给来信分类：1" in page


def test_the_command_line_lists_it_with_what_can_be_done(
    office: SmallOffice, run: Run
) -> None:
    office.receive(REPAIR)
    sorting, digest = dead(office), dead(office, "digest")

    listed = run("cases", "held")
    assert f"mailroom jobs retry {sorting}" in listed.err
    rows = json.loads(run("cases", "held", "--json").out)
    assert {row["dead_job"] for row in rows} == {str(sorting), str(digest)}

    assert run("jobs", "retry").code == 2
    assert run("jobs", "retry", sorting, "--all").code == 2
    assert run("jobs", "drop", sorting, "--reason", "spam").code == 1
    assert run("jobs", "drop", digest, "--reason", "late").code == 0
    assert run("jobs", "retry", "--all").code == 0
    assert (state(office, sorting), state(office, digest)) == ("ready", "cancelled")


def test_an_admin_has_it_tried_again_at_the_desk_and_nobody_else(
    office: SmallOffice,
) -> None:
    number = dead(office, "digest")
    admin = Visitor(office, "admin", role=Role.ADMIN)
    other = Visitor(office, "other", role=Role.APPROVER)
    form = f'action="/quarantine/jobs/{number}/again"'

    assert form not in other.get("/quarantine").text
    assert other.post(f"/quarantine/jobs/{number}/again").status_code == 403
    assert form in admin.get("/quarantine").text
    assert admin.post(f"/quarantine/jobs/{number}/again").status_code == 303

    assert state(office, number) == "ready"
    assert admin.post(f"/quarantine/jobs/{number}/again").status_code == 409
