"""Of a flood of letters a person is told in few notices, and of every letter once."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailroom.demo.smtp_server import SmtpSink
from mailroom.register import events, gathered, jobs, sends
from mailroom.register.schema import case, event, job, message, notice
from mailroom.rules.load import RuleSet
from mailroom.workflow import gather, release, sort
from mailroom.workflow.gather import AT_ONCE, LINES, WITHIN
from tests.unit.small_office import SmallOffice, letter

RULES = """\
mailroom: 1
rules:
  - id: tells
    when: {subject: Urgent}
    then: [{notify: 徐婷}]
  - id: tells-another
    when: {subject: Alarm}
    then: [{notify: 邹欣}]
  - id: sets-aside
    when: {subject: Prize}
    then: [{quarantine: odd}]
"""
XU, ZOU = "xuting@hengyuan.example", "zouxin@hengyuan.example"
MINUTE = timedelta(minutes=1)


class Flooded(SmallOffice):
    """An office whose rules tell of letters, on a server that keeps its notices."""

    def __init__(self, folder: Path, sink: SmtpSink) -> None:
        people = {"xuting": "徐婷"}
        super().__init__(folder, mode="observe", reviewers=people, smtp=sink.port)
        self.sink = sink
        own = folder / "own-rules"
        own.mkdir()
        (own / "tells.yaml").write_text(RULES, encoding="utf-8")
        self.desk = replace(self.desk, rules=RuleSet.load(own))
        self.begins = datetime.now(UTC) + MINUTE

    def flood(self, count: int, subject: str = "Urgent") -> list[int]:
        """Enter so many letters, each of a matter of its own; they are not sorted."""
        return self.receive(
            *(
                letter(f"{subject} {n}", f"Please see to zebra {n}.")
                for n in range(count)
            )
        )

    def notices(self, to: str = XU) -> list[str]:
        """Return the texts of the notices that have reached somebody, in order."""
        return [
            message_from_bytes(each.data).get_payload(decode=True).decode()  # type: ignore[union-attr]  # of one part
            for each in self.sink.received
            if to in each.rcpt_to
        ]

    def told(self, to: str = XU) -> list[int]:
        """Return the letters that somebody has been told of, by their numbers."""
        question = select(message.c.id, case.c.number).join(case)
        of_case = {row.number: row.id for row in self.rows(question)}
        found: list[int] = []
        for words in self.notices(to):
            numbers = [int(n) for n in re.findall(r"来信 (\d+)[（：]", words)]
            single = re.match(r"请看来信 (\d+)：", words)
            of_one = re.match(r"请看 (\S+) 号件", words)
            if single:
                numbers = [int(single[1])]
            elif of_one:
                numbers = [of_case[of_one[1]]]
            assert numbers, words
            found += numbers
        return found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Flooded]:
    with SmtpSink() as sink:
        flooded = Flooded(tmp_path, sink)
        yield flooded
        flooded.close()


def test_of_forty_letters_a_person_gets_ten_notices_and_one_of_the_rest(
    office: Flooded,
) -> None:
    numbers = office.flood(30) + office.flood(10, "Urgent Prize")
    office.work(at=office.begins)
    assert len(office.notices()) == AT_ONCE

    office.work(at=office.begins + WITHIN - MINUTE)
    assert len(office.notices()) == AT_ONCE
    office.work(at=office.begins + WITHIN)

    assert len(office.notices()) == AT_ONCE + 1
    assert sorted(office.told()) == numbers
    *_, collective = office.notices()
    assert collective.count("号件") == 20
    assert "zebra" not in "".join(office.notices())
    assert b"Urgent" not in office.sink.received[-1].data


def test_the_book_says_of_each_letter_how_its_reader_was_told(office: Flooded) -> None:
    numbers = office.flood(AT_ONCE + 3)
    office.work(at=office.begins)

    said = office.rows(select(event).where(event.c.detail["to"].as_string() == "徐婷"))
    singly = ["a notice is written"] * AT_ONCE
    assert [e.what for e in said] == singly + ["told in a collective notice"] * 3
    assert [e.entity_id for e in said] == numbers


def test_a_long_collective_notice_says_how_many_more_there_are_and_where(
    office: Flooded,
) -> None:
    numbers = office.flood(AT_ONCE + LINES + 7)
    office.work(at=office.begins)
    office.work(at=office.begins + WITHIN)

    *_, collective = office.notices()
    assert sorted(office.told()) == numbers[: AT_ONCE + LINES]
    assert f"另有 7 封，到来信 {numbers[-1]} 为止" in collective
    assert "mailroom cases list" in collective


def test_a_flood_for_one_person_leaves_the_notices_to_another_alone(
    office: Flooded,
) -> None:
    office.flood(AT_ONCE + 5)
    (last,) = office.flood(1, "Alarm")
    office.work(at=office.begins)

    assert office.told(ZOU) == [last]


def test_in_no_hour_more_than_ten_notices_leave_and_no_letter_is_untold_or_told_twice(
    office: Flooded,
) -> None:
    dice = random.Random(7)  # noqa: S311  invented times
    numbers: list[int] = []
    left: list[datetime] = []
    for step in range(36):
        now = office.begins + step * 10 * MINUTE
        numbers += office.flood(dice.choice((0, 0, 1, 1, 2, 3, 9)) if step < 24 else 0)
        office.work(at=now)
        left += [now] * (len(office.notices()) - len(left))

    busiest = max(sum(t <= u < t + WITHIN for u in left) for t in left)
    assert busiest == AT_ONCE
    assert sorted(office.told()) == numbers


def test_what_waited_for_a_server_does_not_leave_as_a_flood(office: Flooded) -> None:
    office.sink.fault = lambda step, _: "451 4.7.1 later" if step == "rcpt" else None
    numbers: list[int] = []
    for step in range(10):
        numbers += office.flood(5)
        office.work(at=office.begins + step * 30 * MINUTE)
    back = office.begins + timedelta(hours=6)
    office.sink.fault = lambda *_: None
    office.work(at=back)

    assert len(office.notices()) == AT_ONCE
    office.work(at=back + WITHIN)
    assert len(office.notices()) == AT_ONCE + 1
    assert sorted(office.told()) == numbers


def test_while_the_brake_is_on_letters_are_gathered_into_one_notice(
    office: Flooded,
) -> None:
    with office.desk.database.write() as tx:
        sends.turn_brake(tx, on=True, by="tester", now=office.begins)
    numbers: list[int] = []
    for hour in range(6):
        numbers += office.flood(4)
        office.work(at=office.begins + hour * WITHIN)
    assert office.notices() == []
    with office.desk.database.write() as tx:
        sends.turn_brake(tx, on=False, by="tester", now=office.begins)
    later = office.begins + 6 * WITHIN
    office.work(at=later)
    office.work(at=later + WITHIN)

    assert len(office.notices()) == AT_ONCE + 1
    assert sorted(office.told()) == numbers


def test_what_comes_while_the_collective_notice_leaves_is_told_in_the_next(
    office: Flooded,
) -> None:
    numbers = office.flood(AT_ONCE + 2)
    office.work(at=office.begins)
    due = office.begins + WITHIN
    ((number,),) = office.rows(select(job.c.id).where(job.c.kind == "tell_gathered"))
    with office.desk.database.write() as tx:
        claimed = jobs.claim(tx, number, owner="a worker", now=due)
    assert claimed is not None

    def enter(count: int) -> None:
        for each in office.flood(count):
            numbers.append(each)
            with office.desk.database.write() as tx:
                (mine,) = jobs.of_messages(tx, [each])
                sorting = jobs.claim(tx, mine, owner="another", now=due)
            assert sorting is not None
            sort.sort(office.desk, sorting, now=due)

    with office.desk.database.write() as tx:  # the ten have just left once more
        tx.execute(update(notice).where(notice.c.state == "sent").values(sent_at=due))
    enter(2)  # it is claimed, and not yet begun
    with office.desk.database.write() as tx:
        tx.execute(
            update(notice).where(notice.c.state == "sent").values(sent_at=office.begins)
        )
    gather.tell_gathered(office.desk, claimed, now=due)
    with office.desk.database.write() as tx:
        tx.execute(update(notice).where(notice.c.state == "sent").values(sent_at=due))
    enter(2)  # it is written, and on its way
    office.work(at=due)
    office.work(at=due + WITHIN)

    assert len(office.notices()) == AT_ONCE + 2
    assert sorted(office.told()) == numbers


def test_a_letter_that_is_released_later_is_told_once(office: Flooded) -> None:
    numbers = office.flood(AT_ONCE + 3, "Urgent Prize")
    office.work(at=office.begins)
    for number in numbers:
        release.release(office.desk, number, who="xuting", now=office.begins + MINUTE)
    office.work(at=office.begins + MINUTE)
    office.work(at=office.begins + WITHIN)
    office.work(at=office.begins + 3 * WITHIN)

    assert len(office.notices()) == AT_ONCE + 1
    assert sorted(office.told()) == numbers


def test_a_worker_that_dies_at_any_step_leaves_no_second_line_and_no_second_notice(
    office: Flooded, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = office.flood(AT_ONCE + 3)
    times = dict.fromkeys(("add", "finish", "record", "end", "add_notice"), 0)

    class Dies(BaseException):
        pass

    def dying(module: object, name: str) -> None:
        real = getattr(module, name)

        def at_times(*words: object, **named: object) -> object:
            times[name] += 1
            done = real(*words, **named)
            if times[name] in (1, 2, 15, 20, 26):
                raise Dies
            return done

        monkeypatch.setattr(module, name, at_times)

    for module, name in (
        (jobs, "add"), (jobs, "finish"), (events, "record"),
        (gathered, "end"), (sends, "add_notice"),
    ):  # fmt: skip
        dying(module, name)
    deaths = 0
    for at in (office.begins, office.begins + WITHIN):
        ended = False
        while not ended:
            try:
                office.work(at=at)
                ended = True
            except Dies:
                deaths += 1
    assert min(times.values()) > 1  # each of them has died, and gone on
    assert deaths > len(times)

    assert len(office.notices()) == AT_ONCE + 1
    assert sorted(office.told()) == numbers


def test_who_may_no_longer_see_a_matter_does_not_hear_of_it_and_the_book_says_so(
    office: Flooded,
) -> None:
    *_, hidden, last = office.flood(AT_ONCE + 2, "Alarm")
    office.work(at=office.begins)
    with office.desk.database.write() as tx:
        of = select(event.c.case_id).where(
            event.c.entity == "message", event.c.entity_id == hidden,
            event.c.case_id.is_not(None),
        )  # fmt: skip
        tx.execute(
            update(case)
            .where(case.c.id.in_(of))
            .values(sensitivity="confidential", owner="蒋晨")
        )
    office.work(at=office.begins + WITHIN)

    assert hidden not in office.told(ZOU)
    assert office.told(ZOU)[-1] == last
    (said,) = office.rows(select(event).where(event.c.what == "no notice is written"))
    assert (said.entity_id, said.detail["to"]) == (hidden, "邹欣")
    assert sorted(r.state for r in office.rows(select(notice.c.state)))[-2:] == [
        "told", "withheld",
    ]  # fmt: skip


def test_a_collective_job_that_a_person_let_go_is_made_good_by_the_next_letter(
    office: Flooded,
) -> None:
    numbers = office.flood(AT_ONCE + 1)
    office.work(at=office.begins)
    with office.desk.database.write() as tx:
        tx.execute(
            update(job).where(job.c.kind == "tell_gathered").values(state="cancelled")
        )
    numbers += office.flood(1)
    office.work(at=office.begins + MINUTE)
    office.work(at=office.begins + WITHIN)

    assert sorted(office.told()) == numbers


def test_who_has_left_the_office_gets_no_collective_notice_and_the_book_says_so(
    office: Flooded,
) -> None:
    *_, late = office.flood(AT_ONCE + 1)
    office.work(at=office.begins)
    directory = office.desk.directory
    staying = tuple(p for p in directory.people if p.address != XU)
    office.desk = replace(office.desk, directory=replace(directory, people=staying))
    office.work(at=office.begins + WITHIN)

    assert len(office.notices()) == AT_ONCE
    (said,) = office.rows(select(event).where(event.c.what == "no notice is written"))
    assert (said.entity_id, said.detail["to"]) == (late, XU)


def test_letters_that_wait_to_be_told_are_not_overtaken_by_a_new_flood(
    office: Flooded,
) -> None:
    numbers = office.flood(AT_ONCE + 2)
    office.work(at=office.begins)
    # The worker stood still; a new flood is sorted before the collective notice.
    again = office.begins + WITHIN
    for each in office.flood(AT_ONCE):
        numbers.append(each)
        with office.desk.database.write() as tx:
            (mine,) = jobs.of_messages(tx, [each])
            sorting = jobs.claim(tx, mine, owner="another", now=again)
        assert sorting is not None
        sort.sort(office.desk, sorting, now=again)
    office.work(at=again)

    assert sorted(office.told()) == numbers
    assert len(office.notices()) == AT_ONCE + 1


def test_a_clock_that_was_ahead_for_a_while_keeps_no_notice_back(
    office: Flooded,
) -> None:
    ahead = office.begins + timedelta(days=400)
    numbers = office.flood(AT_ONCE + 1)
    office.work(at=ahead)
    numbers += office.flood(AT_ONCE + 1)
    office.work(at=office.begins)
    office.work(at=office.begins + 2 * WITHIN)

    assert sorted(office.told()) == numbers
