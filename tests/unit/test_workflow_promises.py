"""A promise in our letter is proposed for following; a person's word lets it run."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailroom.cases import NOBODY
from mailroom.drafts import DraftState
from mailroom.errors import ReviewError
from mailroom.register import drafts
from mailroom.register.schema import AnyRow, followup, job
from mailroom.worker.perform import perform
from mailroom.workflow import decide, health, promises, send
from mailroom.workflow.permission import found
from mailroom.workflow.revise import revise
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import REPAIR, SmallOffice, letter

NOW = datetime.now(UTC)
BY = NOW + timedelta(days=20)
WORDS = f"We will send you the engineer's report by {BY:%-d %B %Y}."
QUOTED = f"We will pay you by {BY + timedelta(days=3):%-d %B %Y}."
OURS = "徐婷 <xuting@hengyuan.example>"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    made = SmallOffice(tmp_path, reviewers={"xuting": "徐婷"})
    made.sort(REPAIR)
    answer = letter(
        "Re: Heating on level 4 stuck at 27 degrees",
        f"Dear Mr Li,\n\n{WORDS}\n\nXu Ting\n\nOn Monday, Wang Li wrote:\n> {QUOTED}\n",
        sender=OURS,
        answers="<repair.1@client.example>",
    )
    made.sort(answer, sent=True)
    yield made
    made.close()


def proposed(office: SmallOffice) -> AnyRow:
    question = followup.select().where(followup.c.sentence.is_not(None))
    (row,) = office.rows(question)
    return row


def test_a_promise_waits_for_a_word_and_quotes_its_sentence_never_a_quoted_one(
    office: SmallOffice,
) -> None:
    row = proposed(office)

    assert (row.state, row.sentence) == ("proposed", WORDS)
    day = office.desk.calendar.back_to_working_day(BY.date())
    assert row.due_on == day.isoformat()
    reminders = job.select().where(job.c.kind == "remind", job.c.subject_id == row.id)
    assert office.rows(reminders) == []


def test_confirmed_it_runs_to_its_own_day(office: SmallOffice) -> None:
    row = proposed(office)

    promises.confirm(office.desk, row.id, who="xuting", sight=NOBODY, now=NOW)

    after = proposed(office)
    assert after.state == "active"
    eve = office.desk.calendar.add_working_days(
        office.desk.calendar.back_to_working_day(BY.date()), -1
    )
    assert office.desk.today(after.due_at) == eve
    reminders = job.select().where(job.c.kind == "remind", job.c.subject_id == row.id)
    (queued,) = office.rows(reminders)
    assert queued.due_at == after.due_at
    with pytest.raises(ReviewError):
        promises.confirm(office.desk, row.id, who="xuting", sight=NOBODY, now=NOW)


def test_dropped_it_never_comes_back(office: SmallOffice) -> None:
    row = proposed(office)

    promises.drop(office.desk, row.id, who="xuting", sight=NOBODY, now=NOW)

    assert proposed(office).state == "dropped"
    with pytest.raises(ReviewError):
        promises.confirm(office.desk, row.id, who="xuting", sight=NOBODY, now=NOW)


def test_the_page_of_follow_ups_shows_the_sentence_and_takes_the_word(
    office: SmallOffice,
) -> None:
    visitor = Visitor(office, "xuting", person="徐婷")
    row = proposed(office)

    page = visitor.get("/followups").text
    assert "send you the engineer&#39;s report" in page
    assert f"/followups/{row.id}/decide" in page

    assert page.count('data-key="y"') == page.count('data-key="n"') == 1

    answer = visitor.post(f"/followups/{row.id}/decide?of=mine", {"word": "confirm"})
    assert proposed(office).state == "active"
    assert answer.headers["location"] == "/followups?of=mine&done=confirm"


def test_ones_own_follow_ups_are_listed_alone(office: SmallOffice) -> None:
    row = proposed(office)
    (owner,) = {each.owner for each in office.cases()}
    mine = Visitor(office, "owner", person=owner).get("/followups?of=mine").text
    others = Visitor(office, "xuting", person="徐婷").get("/followups?of=mine").text

    assert owner != "徐婷"
    assert f"/followups/{row.id}/decide?of=mine" in mine
    assert f"/followups/{row.id}/" not in others
    assert "Mine alone" in Visitor(office, "a", person=owner).get("/followups").text


def test_what_an_approved_reply_promises_is_read_once_it_has_left(
    tmp_path: Path,
) -> None:
    small = SmallOffice(tmp_path, reviewers={"xuting": "徐婷"})
    (row,) = small.sort(REPAIR)
    (held,) = small.drafts(row.case_id)
    revised = revise(small.desk, held.id, who="xuting", now=NOW, body=WORDS)
    decide.show(small.desk, revised.id, who="xuting", now=NOW)
    approved = decide.approve(small.desk, revised.id, who="xuting", now=NOW)
    with small.desk.database.write() as tx:
        drafts.move(tx, approved, DraftState.SENDING, now=NOW)
        sending = found(tx, revised.id)
        numbers = send.sent(small.desk, tx, sending, now=NOW, actor="xuting")
    assert small.rows(followup.select().where(followup.c.sentence.is_not(None))) == []

    for number in numbers:
        if number is not None:
            perform(small.desk, number, "test")

    one = proposed(small)
    assert (one.state, one.sentence) == ("proposed", WORDS)
    small.close()


def test_a_promise_that_nobody_has_decided_on_for_a_day_is_told_at_the_desk(
    office: SmallOffice,
) -> None:
    def told(days: int) -> list[str]:
        found = health.troubles(office.desk, datetime.now(UTC) + timedelta(days=days))
        return [one.page for one in found if one.page == "/followups"]

    assert (told(0), told(2)) == ([], ["/followups"])

    promises.drop(office.desk, proposed(office).id, who="xuting", sight=NOBODY, now=NOW)
    assert told(2) == []


def test_that_a_colleague_has_answered_stands_though_its_promises_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(promises, "read_promises", stumble)
    small = SmallOffice(tmp_path)
    (asked,) = small.sort(REPAIR)
    ours = letter(
        "Re: Heating", WORDS, sender=OURS, answers="<repair.1@client.example>"
    )

    (row,) = small.sort(ours, sent=True)

    assert (row.outcome, row.case_id) == ("sorted", asked.case_id)
    (held,) = small.drafts(asked.case_id)
    assert held.state == DraftState.WITHDRAWN
    small.close()
