"""However mail of one matter arrives, one answer is made."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailroom.register import jobs
from mailroom.worker.perform import clock, perform
from tests.unit.small_office import REPAIR, SmallOffice, letter

AGAIN = letter(
    "Re: Heating on level 4 stuck at 27 degrees",
    "Hello,\n\nIt is 29C by now. Can somebody come today please?\n\nWang Li\n",
    answers="<repair.1@client.example>",
)


@pytest.fixture
def small_office(tmp_path: Path) -> Iterator[SmallOffice]:
    made = SmallOffice(tmp_path)
    yield made
    made.close()


def test_two_mails_of_a_thread_sorted_before_anything_is_drafted_get_one_answer(
    small_office: SmallOffice,
) -> None:
    desk = small_office.desk
    small_office.receive(REPAIR, AGAIN)
    for _ in range(2):  # the sorting of both goes before the draft, as in one poll
        with desk.database.read() as tx:
            job_id = jobs.next_due(tx, now=clock())
        assert job_id is not None
        perform(desk, job_id, "somebody")

    small_office.work()

    (case,) = small_office.cases()
    assert len(small_office.drafts(case.id)) == 1
