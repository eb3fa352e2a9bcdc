"""In whatever order several workers sort, one matter stays one case."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from mailroom.register import jobs, schema
from mailroom.worker.perform import clock, perform
from mailroom.workflow.sort import ORDERLY_TRIES
from tests.unit.small_office import REPAIR, SmallOffice, letter

AGAIN = letter(
    "Re: Heating on level 4 stuck at 27 degrees",
    "Hello,\n\nIt is 29C by now. Can somebody come today please?\n\nWang Li\n",
    answers="<repair.1@client.example>",
)
UNKNOWN = letter(
    "Re: The heating again",
    "Hello,\n\nThe heating is stuck at 27C. Can somebody come please?\n\nWang Li\n",
    answers="<never.seen@client.example>",
)


@pytest.fixture
def small_office(tmp_path: Path) -> Iterator[SmallOffice]:
    made = SmallOffice(tmp_path)
    yield made
    made.close()


def sort_now(office: SmallOffice, number: int) -> None:
    """Sort one message, as a worker that was told of it alone."""
    with office.desk.database.write() as tx:
        (job_id,) = jobs.of_messages(tx, [number])
        past = clock() - timedelta(seconds=1)
        tx.execute(
            update(schema.job).where(schema.job.c.id == job_id).values(due_at=past)
        )
    perform(office.desk, job_id, "somebody")


def test_a_second_letter_that_is_sorted_first_waits_and_joins_the_case_of_the_first(
    small_office: SmallOffice,
) -> None:
    first, second = small_office.receive(REPAIR, AGAIN)

    sort_now(small_office, second)
    assert small_office.cases() == []
    sort_now(small_office, first)
    sort_now(small_office, second)

    (case,) = small_office.cases()
    rows = small_office.rows(schema.message.select())
    assert {row.case_id for row in rows} == {case.id}


def test_an_answer_to_a_letter_never_seen_opens_its_case_at_once(
    small_office: SmallOffice,
) -> None:
    small_office.sort(REPAIR)
    (number,) = small_office.receive(UNKNOWN)

    sort_now(small_office, number)

    assert len(small_office.cases()) == 2


def test_a_letter_that_cannot_be_sorted_does_not_stop_the_answers_for_good(
    small_office: SmallOffice,
) -> None:
    _, second = small_office.receive(REPAIR, AGAIN)  # the first is never sorted

    for _ in range(ORDERLY_TRIES + 1):
        sort_now(small_office, second)

    assert len(small_office.cases()) == 1
