"""What holds of jobs and mailboxes that several workers would like to have."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from mailroom.register import jobs, mailboxes
from mailroom.register.database import Database
from mailroom.register.jobs import Job, LeaseLostError
from mailroom.register.schema import AnyRow, job
from tests.unit.small_office import new_register

NOW = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Database]:
    opened = new_register(tmp_path)
    yield opened
    opened.close()


def add(
    register: Database, subject: int = 1, *, due_at: datetime | None = None
) -> int | None:
    with register.write() as tx:
        return jobs.add(tx, "sort", subject, now=NOW, due_at=due_at)


def claim(register: Database, owner: str = "w1", now: datetime = NOW) -> Job | None:
    with register.write() as tx:
        return jobs.claim(tx, 1, owner=owner, now=now)


def claimed(register: Database, owner: str = "w1", now: datetime = NOW) -> Job:
    job = claim(register, owner, now)
    assert job is not None
    return job


def release(register: Database, now: datetime, living: set[str]) -> int:
    with register.write() as tx:
        return jobs.release(tx, now=now, living=living)


def row(register: Database) -> AnyRow:
    with register.read() as tx:
        return tx.execute(select(job).where(job.c.id == 1)).one()


def test_a_job_is_queued_once_however_often_it_is_asked_for(
    register: Database,
) -> None:
    assert add(register) == 1
    assert add(register) is None
    ours = claimed(register)
    with register.write() as tx:
        jobs.finish(tx, ours, now=NOW)

    assert add(register) is None  # not even after it was done
    assert add(register, 2) == 2


def test_only_one_worker_gets_a_job(register: Database) -> None:
    add(register)

    first, second = claim(register, "w1"), claim(register, "w2")

    assert first == Job(id=1, kind="sort", subject_id=1, epoch=1, attempts=1)
    assert second is None
    assert row(register).owner == "w1"


def test_a_job_is_not_begun_before_it_is_due(register: Database) -> None:
    add(register, due_at=NOW + SECOND)

    assert claim(register) is None
    assert claim(register, now=NOW + SECOND) is not None


def test_whoever_comes_back_late_finds_the_door_shut(register: Database) -> None:
    add(register)
    late = claimed(register, "w1")
    after = NOW + jobs.LEASE + SECOND
    assert release(register, after, {"w1", "w2"}) == 1
    ours = claimed(register, "w2", after)
    assert (ours.epoch, ours.attempts) == (2, 2)

    steps: list[Callable[[Connection], None]] = [
        lambda tx: jobs.hold(tx, late, now=after),
        lambda tx: jobs.finish(tx, late, now=after),
        lambda tx: jobs.put_back(tx, late, due_at=after),
    ]
    for step in steps:
        with pytest.raises(LeaseLostError), register.write() as tx:
            step(tx)
    with register.write() as tx:
        jobs.bury(tx, late, now=after, error="late")

    assert (row(register).state, row(register).owner) == ("leased", "w2")
    with register.write() as tx:
        jobs.finish(tx, ours, now=after)
    assert row(register).state == "done"


def test_the_same_worker_is_late_too_after_its_lease_went_round(
    register: Database,
) -> None:
    add(register)
    late = claimed(register, "w1")
    release(register, NOW + jobs.LEASE + SECOND, {"w1"})
    claimed(register, "w1", NOW + jobs.LEASE + SECOND)

    with pytest.raises(LeaseLostError), register.write() as tx:
        jobs.finish(tx, late, now=NOW)


def test_what_a_late_worker_wrote_goes_with_its_transaction(
    register: Database,
) -> None:
    add(register)
    late = claimed(register)
    release(register, NOW, set())

    with suppress(LeaseLostError), register.write() as tx:
        jobs.add(tx, "draft", 1, now=NOW)
        jobs.finish(tx, late, now=NOW)

    with register.read() as tx:
        assert jobs.counts(tx) == {"ready": 1}


def test_a_job_of_a_dead_worker_is_free_at_once(register: Database) -> None:
    add(register)
    claimed(register, "w1")

    assert release(register, NOW + SECOND, {"w1", "w2"}) == 0
    assert release(register, NOW + SECOND, {"w2"}) == 1
    assert claim(register, "w2", NOW + SECOND) is not None


def test_a_worker_that_holds_on_keeps_its_job(register: Database) -> None:
    add(register)
    ours = claimed(register)
    later = NOW + jobs.LEASE - SECOND
    with register.write() as tx:
        jobs.hold(tx, ours, now=later)

    assert release(register, NOW + jobs.LEASE + SECOND, {"w1"}) == 0
    assert release(register, later + jobs.LEASE + SECOND, {"w1"}) == 1


def test_a_hint_is_not_repeated_until_it_must_have_been_lost(
    register: Database,
) -> None:
    for subject in (1, 2, 3):
        add(register, subject, due_at=NOW - SECOND * subject)
    add(register, 4, due_at=NOW + SECOND)

    def hint(now: datetime, limit: int = 100) -> list[int]:
        with register.write() as tx:
            return jobs.hint(tx, now=now, limit=limit)

    assert sorted(hint(NOW, limit=2)) == [2, 3]  # the oldest first
    assert hint(NOW) == [1]
    assert hint(NOW) == []
    assert hint(NOW + SECOND) == [4]
    assert hint(NOW + jobs.HINT_AGAIN) == []
    assert sorted(hint(NOW + jobs.HINT_AGAIN + SECOND)) == [1, 2, 3]


def test_a_job_given_back_is_hinted_at_again(register: Database) -> None:
    add(register)
    with register.write() as tx:
        assert jobs.hint(tx, now=NOW, limit=9) == [1]
        ours = jobs.claim(tx, 1, owner="w1", now=NOW)
        assert ours is not None
        jobs.put_back(tx, ours, due_at=NOW + SECOND, error="busy")

    with register.write() as tx:
        assert jobs.hint(tx, now=NOW, limit=9) == []
        assert jobs.hint(tx, now=NOW + SECOND, limit=9) == [1]
    assert row(register).last_error == "busy"


def test_there_is_something_to_do_where_a_job_is_due_or_lost(
    register: Database,
) -> None:
    def waiting(now: datetime, living: set[str]) -> bool:
        with register.read() as tx:
            return jobs.waiting(tx, now=now, living=living)

    assert not waiting(NOW, set())
    add(register)
    assert waiting(NOW, set())
    claimed(register)
    assert not waiting(NOW, {"w1"})
    assert waiting(NOW, {"w2"})
    assert waiting(NOW + jobs.LEASE + SECOND, {"w1"})


def test_only_what_nobody_has_begun_is_called_off(register: Database) -> None:
    add(register)
    claimed(register)
    with register.write() as tx:
        jobs.cancel(tx, "sort", 1, now=NOW)
    assert row(register).state == "leased"

    release(register, NOW, set())
    with register.write() as tx:
        jobs.cancel(tx, "sort", 1, now=NOW)

    assert row(register).state == "cancelled"
    assert claim(register) is None


def test_a_dead_job_stays_with_its_reason(register: Database) -> None:
    add(register)
    ours = claimed(register)

    with register.write() as tx:
        jobs.bury(tx, ours, now=NOW, error="TemplateError")

    assert (row(register).state, row(register).last_error) == ("dead", "TemplateError")
    assert release(register, NOW + jobs.LEASE * 2, set()) == 0
    with register.read() as tx:
        assert jobs.counts(tx) == {"dead": 1}
        assert jobs.next_due(tx, now=NOW) is None


# ── mailboxes ────────────────────────────────────────────────────────────


@pytest.fixture
def inbox(register: Database) -> int:
    with register.write() as tx:
        return mailboxes.enter(tx, "office", "INBOX", "in")


def fence(
    register: Database,
    inbox: int,
    owner: str,
    living: set[str],
    now: datetime = NOW,
) -> int | None:
    with register.write() as tx:
        return mailboxes.claim(tx, inbox, owner=owner, now=now, living=living)


def test_a_mailbox_is_entered_once(register: Database, inbox: int) -> None:
    with register.write() as tx:
        assert mailboxes.enter(tx, "office", "INBOX", "in") == inbox
        assert mailboxes.enter(tx, "office", "Sent", "sent") != inbox


def test_two_living_workers_do_not_read_one_mailbox(
    register: Database, inbox: int
) -> None:
    both = {"w1", "w2"}

    assert fence(register, inbox, "w1", both) == 1
    assert fence(register, inbox, "w2", both) is None
    assert fence(register, inbox, "w1", both) == 1  # a renewal keeps its fence


def test_a_mailbox_of_a_dead_worker_changes_hands_under_a_new_fence(
    register: Database, inbox: int
) -> None:
    assert fence(register, inbox, "w1", {"w1"}) == 1

    assert fence(register, inbox, "w2", {"w2"}) == 2

    with pytest.raises(LeaseLostError), register.write() as tx:
        mailboxes.change(tx, inbox, 1, last_uid=99)
    with register.write() as tx:
        mailboxes.change(tx, inbox, 2, last_uid=7)
        assert mailboxes.state(tx, inbox).last_uid == 7


def test_a_lease_that_ran_out_is_no_longer_ours(register: Database, inbox: int) -> None:
    both = {"w1", "w2"}
    fence(register, inbox, "w1", both)
    after = NOW + mailboxes.LEASE + SECOND

    assert fence(register, inbox, "w2", both, after) == 2
