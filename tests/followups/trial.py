"""Two consumers share a register and are killed again and again; what is left of it.

The same weeks are lived through twice: once undisturbed, in one thread, and once by
two consumers of which one is killed at every few tenths of a second. Both must leave
the same book: follow-ups, reminders, letters, notices and events.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from sqlalchemy import exists, select

from mailroom.register import workers
from mailroom.register.schema import (
    case,
    draft,
    draft_version,
    event,
    followup,
    job,
    notice,
)
from mailroom.register.schema_reminders import reminder, reminder_matter
from mailroom.worker import service
from mailroom.worker.bell import HUEY_FILE
from mailroom.workflow import follow_up
from tests.followups import almanac
from tests.followups.consumer import read_clock, set_clock
from tests.followups.half_year import repairs
from tests.scenarios.office import CHINA, Office

FIRST, LAST = date(2026, 3, 30), date(2026, 4, 10)  # over 清明 and Easter
IN_LONDON = timedelta(hours=7, minutes=5)  # later
LETTERS = 4
STARTED = ("order", "answer_awaited", "private", "reply_due")  # beside their own chains
GAP = (0.02, 0.5)  # seconds from one kill to the next,
BEGUN = (0.0, 0.1)  # or, half of the time, from the begin of some work
STAGE_LIMIT = 60.0  # seconds for one day
SOON = timedelta(minutes=10)
RM_HUEY_EVERY = 7  # kills


@dataclass(kw_only=True)
class Book:
    """What a register says in the end, without numbers and without times of day."""

    followups: list[Any]
    reminders: list[Any]
    letters: list[Any]
    notices: list[Any]
    events: list[Any]
    placed: list[str]  # subjects of what lies in Drafts

    def unlike(self, other: "Book") -> list[str]:
        """Say what stands in one of the two alone."""
        found = []
        for each in fields(self):
            ours = Counter(map(str, getattr(self, each.name)))
            theirs = Counter(map(str, getattr(other, each.name)))
            found += [f"too much: {one}" for one in (ours - theirs).elements()]
            found += [f"missing: {one}" for one in (theirs - ours).elements()]
        return found


@dataclass(kw_only=True)
class Outcome:
    """What a trial came to."""

    book: Book
    kills: int = 0
    amid: int = 0  # of them, while there was work to do
    in_doubt: int = 0  # notices whose answer a kill cut off: not told again
    told_twice: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)  # though they count as sent


def undisturbed(folder: Path) -> Outcome:
    """Live through the weeks in one thread."""
    with _office(folder) as office:
        for stage in _stages():
            office.now = stage
            _act(office, stage)
            while _due(office, office.now + SOON):
                with workers.identity(office.desk.settings.folder("data")) as owner:
                    service.work(office.desk, owner)
                office.now += timedelta(seconds=3)
        return _outcome(office)


def disturbed(folder: Path, *, kills: int, seed: int, rm_huey: bool = True) -> Outcome:
    """Live through them with two consumers and so many kills.

    They fall on the days on which there is something to do. A quick machine has done it
    before a day's share of kills has come: the rest falls on consumers that wait.
    """
    dice = random.Random(seed)  # noqa: S311  a trial has to be repeatable
    done = amid = 0
    with _office(folder) as office:
        set_clock(folder, _morning(FIRST))
        stages = list(_stages())
        with _nursery(folder) as start:
            consumers = [start(), start()]
            try:
                for index, stage in enumerate(stages, 1):
                    office.now = stage
                    set_clock(folder, stage)
                    _act(office, stage)
                    busy = bool(_due(office, stage + SOON))
                    until = time.monotonic() + STAGE_LIMIT
                    while True:
                        owed = busy and done * len(stages) < kills * index
                        if not owed and not _due(office, read_clock(folder) + SOON):
                            break
                        if time.monotonic() > until:
                            raise AssertionError(f"{stage}: {_due(office, _far())}")
                        if not owed:
                            time.sleep(0.02)
                            continue
                        _pause(office, dice)
                        amid += bool(_due(office, read_clock(folder)))
                        which = dice.randrange(2)
                        os.kill(consumers[which], signal.SIGKILL)
                        done += 1
                        if rm_huey and done % RM_HUEY_EVERY == 0:
                            _rm_huey(office)
                        consumers[which] = start()
            finally:
                for number in consumers:
                    os.kill(number, signal.SIGKILL)
        outcome = _outcome(office)
        outcome.kills, outcome.amid = done, amid
        return outcome


def _pause(office: Office, dice: random.Random) -> None:
    """Wait for the moment of a kill: any, or one soon after some work has begun."""
    gap = dice.uniform(*GAP)
    if dice.random() < 0.5:
        time.sleep(gap)
        return
    until = time.monotonic() + gap
    while time.monotonic() < until and not _leased(office):
        time.sleep(0.002)
    time.sleep(dice.uniform(*BEGUN))


def _office(folder: Path) -> Office:
    folder.mkdir()
    office = Office(folder)
    office.now = _morning(FIRST)
    return office


@contextlib.contextmanager
def _nursery(folder: Path) -> Iterator[Any]:
    """Yield what starts a consumer, and returns its number."""
    with (folder / "consumers.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.followups.consumer", str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        said, asks = process.stdout, process.stdin

        def start() -> int:
            asks.write("start\n")
            asks.flush()
            return int(said.readline())

        try:
            assert said.readline() == "ready\n", (folder / "consumers.log").read_text()
            yield start
        finally:
            asks.close()
            process.wait(10)
            said.close()


def _rm_huey(office: Office) -> None:
    for path in office.desk.settings.folder("data").glob(HUEY_FILE + "*"):
        path.unlink(missing_ok=True)


# -- the weeks -------------------------------------------------------------------------


def _stages() -> Iterator[datetime]:
    """Yield when people come to work, here and then in London; days off, too."""
    day = FIRST
    while day <= LAST:
        yield _morning(day)
        yield _morning(day) + IN_LONDON
        day += almanac.ONE


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=CHINA)


def _far() -> datetime:
    return _morning(LAST) + timedelta(days=400)


def _act(office: Office, stage: datetime) -> None:
    """Do what people do then: it is the same in both lives."""
    day = stage.date()
    if stage != _morning(day):
        return
    if day == FIRST:
        office.arrive(*list(repairs(day, day + almanac.ONE * 40))[:LETTERS])
        office.now = _morning(day)
        with office.desk.database.write() as tx:
            for row in tx.execute(select(case).order_by(case.c.id)).all():
                for chain_id in STARTED:
                    chain = office.desk.chains.by_id[chain_id]
                    follow_up.promise(
                        office.desk, tx, row, [chain_id], starts=chain.starts,
                        occasion="trial", since=office.now, now=office.now,
                    )  # fmt: skip
    numbers = [row.number for row in office.cases()]
    with office.desk.database.write() as tx:
        if day == date(2026, 4, 1):
            for case_id in (1, 2):
                follow_up.end_for(
                    office.desk, tx, case_id, "answer", reason="", now=office.now
                )
    if day == date(2026, 4, 8):
        office.close(numbers[2])


def _leased(office: Office) -> bool:
    with office.desk.database.read() as tx:
        leased = select(exists().where(job.c.state == "leased"))
        return bool(tx.execute(leased).scalar())


def _due(office: Office, until: datetime) -> list[str]:
    with office.desk.database.read() as tx:
        rows = tx.execute(
            select(job.c.kind, job.c.subject_id, job.c.state, job.c.last_error).where(
                (job.c.state == "leased")
                | ((job.c.state == "ready") & (job.c.due_at <= until)),
            )
        )
        return [str(tuple(row)) for row in rows]


# -- what is left ----------------------------------------------------------------------


def _outcome(office: Office) -> Outcome:
    with office.desk.database.read() as tx:
        numbers = {row.id: row.number for row in tx.execute(select(case))}
        promised = {
            row.id: (numbers[row.case_id], row.chain, row.step)
            for row in tx.execute(select(followup))
        }
        of_reminder: dict[int, list[Any]] = {}
        for row in tx.execute(select(reminder_matter)):
            of_reminder.setdefault(row.reminder_id, []).append(
                promised[row.followup_id]
            )
        book = Book(
            followups=sorted(
                (*promised[row.id], row.state, row.due_at, _day(row.fired_at))
                for row in tx.execute(select(followup))
            ),
            reminders=sorted(
                (row.address, row.day, row.kind, row.state, sorted(of_reminder[row.id]))
                for row in tx.execute(select(reminder))
            ),
            letters=sorted(
                (
                    numbers[row.case_id], row.kind, row.state, row.content["to"],
                    row.content["subject"], row.content["text"],
                )
                for row in tx.execute(
                    select(draft, draft_version.c.content).join(
                        draft_version,
                        (draft_version.c.draft_id == draft.c.id)
                        & (draft_version.c.version == draft.c.version),
                    )
                )
            ),
            notices=sorted(
                (row.to, row.subject, sorted(row.body.splitlines()), _day(row.made_at),
                 row.state.replace("uncertain", "sent"))
                for row in tx.execute(select(notice))
            ),
            events=sorted(
                (numbers.get(row.case_id, ""), row.entity, row.what, row.actor,
                 _day(row.at), _plain(row.detail))
                for row in tx.execute(select(event))
            ),
            placed=sorted(
                str(message_from_bytes(mail.raw, policy=policy.default)["Subject"])
                for mail in office.imap.messages("Drafts")
            ),
        )  # fmt: skip
        told = tx.execute(select(notice)).all()
    return _with_deliveries(office, book, told)


def _with_deliveries(office: Office, book: Book, told: Sequence[Any]) -> Outcome:
    outcome = Outcome(book=book)
    left: Counter[tuple[str, str, str]] = Counter()
    for delivery in office.sent:
        mail = message_from_bytes(delivery.data, policy=policy.default)
        if mail["Auto-Submitted"]:
            body = mail.get_body()
            words = body.get_content().replace("\r\n", "\n").strip() if body else ""
            left[delivery.rcpt_to[0], str(mail["Subject"]), words] += 1
    for row in told:
        one = (row.to, row.subject, row.body.strip())
        outcome.in_doubt += row.state == "uncertain"
        if left[one] > 1:
            outcome.told_twice.append(f"{row.subject} to {row.to}")
        if row.state == "sent" and not left[one]:
            outcome.untold.append(f"{row.subject} to {row.to}")
    return outcome


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d}" if at else ""


def _plain(detail: Any) -> str:  # noqa: ANN401  JSON
    known = {k: v for k, v in (detail or {}).items() if not _is_number(k, v)}
    return str(sorted(known.items(), key=str))


def _is_number(name: str, value: object) -> bool:
    """Say whether this is of one life alone: a number of a row, a Message-ID."""
    return (
        isinstance(value, int)
        or name in {"rfc_id", "seal", "sha256"}
        or (isinstance(value, str) and value.startswith("<"))
    )
