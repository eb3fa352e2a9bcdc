"""One reminder a day for each person, in office hours, of all that is due."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from mailroom.cases import NOBODY, CaseState, Outcome
from mailroom.drafts import DraftState
from mailroom.register import (
    absences,
    cases,
    drafts,
    followups,
    intake,
    jobs,
    messages,
    sends,
)
from mailroom.register.drafts import Held
from mailroom.register.intake import Arrival
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow, draft, followup, job, notice
from mailroom.register.schema_reminders import reminder
from mailroom.workflow import bundle, decide, follow_up, limits
from mailroom.workflow.set_apart import restrict
from tests.scenarios.office import report
from tests.unit.small_office import REPAIR, SmallOffice

CHINA = ZoneInfo("Asia/Shanghai")
STEPS = {"remind": follow_up.remind, "bundle": bundle.bundle, "retell": bundle.retell}
THEM = "wangli@client.example"


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=CHINA)


class Desk:
    """An office whose clock is what a test says; reminders alone are worked on."""

    def __init__(self, folder: Path) -> None:
        self.office = SmallOffice(folder)
        self.office.change(notify=("shenmoran@hengyuan.example",))
        self.now = at("2026-03-02T10:00")

    def case(
        self, category: str = "expense_claim", owner: str = "蒋晨", **values: object
    ) -> AnyRow:
        """Open a case by hand, with the facts that a test is about."""
        facts = {
            "code": "HY", "kind": "", "year": 2026, "state": CaseState.ASSIGNED,
            "subject": "第三季度对账", "correspondent": THEM, "sensitivity": "normal",
            "due_on": None, "due_basis": None,
        } | values  # fmt: skip
        with self.office.desk.database.write() as tx:
            return cases.open_case(
                tx,
                category=category,
                owner=owner,
                now=self.now,
                **facts,  # type: ignore[arg-type]  # facts
            )

    def promise(self, case: AnyRow, chain: str, *, starts: str = "registered") -> None:
        with self.office.desk.database.write() as tx:
            follow_up.promise(
                self.office.desk, tx, case, [chain], starts=starts,
                occasion=f"{starts}:{case.id}", since=self.now, now=self.now,
            )  # fmt: skip

    def work(self, when: str = "") -> None:
        """Do what is due of reminders, one after the other."""
        if when:
            self.now = at(when)
        database = self.office.desk.database
        for _ in range(5000):
            with database.read() as tx:
                due = tx.execute(
                    select(job.c.id)
                    .where(
                        job.c.state == "ready", job.c.due_at <= self.now,
                        job.c.kind.in_(STEPS),
                    )
                    .order_by(job.c.due_at, job.c.id)
                ).scalars().first()  # fmt: skip
            if due is None:
                return
            with database.write() as tx:
                taken = jobs.claim(tx, due, owner="one", now=self.now)
            assert taken is not None
            self.do(taken)
            # A job that waits for the others is tried again a moment later.
            with database.read() as tx:
                if jobs.due_of(tx, taken.kind, taken.subject_id) is not None:
                    self.now += timedelta(seconds=3)
        raise AssertionError("there is no end to it")

    def do(self, taken: Job) -> None:
        STEPS[taken.kind](self.office.desk, taken, now=self.now)

    def days(self, first: str, last: str, hour: int = 10) -> None:
        """Let the days pass, each with one look at what is due."""
        day, end = date.fromisoformat(first), date.fromisoformat(last)
        while day <= end:
            self.work(f"{day}T{hour:02}:00")
            day += timedelta(days=1)

    @property
    def told(self) -> list[AnyRow]:
        return self.office.rows(select(notice).order_by(notice.c.id))

    def told_to(self, name: str) -> list[AnyRow]:
        return [row for row in self.told if row.to.startswith(name)]

    @property
    def letters(self) -> list[Held]:
        rows = self.office.rows(select(draft.c.id).order_by(draft.c.id))
        return [self.office.draft(row.id) for row in rows]

    def states(self) -> list[tuple[str, int, str]]:
        rows = self.office.rows(select(followup).order_by(followup.c.id))
        return [(row.chain, row.step, row.state) for row in rows]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.office.close()


# ── one a day ────────────────────────────────────────────────────────────────────────


def test_matters_of_one_day_are_one_notice(desk: Desk) -> None:
    for _ in range(5):
        desk.promise(desk.case(due_on=date(2026, 3, 4)), "leave")

    desk.work("2026-03-03T09:00")

    (only,) = desk.told
    assert only.to == "jiangchen@hengyuan.example"
    assert "5" in only.subject
    for number in range(1, 6):
        assert f"HY-2026-000{number}" in only.body


def test_matters_that_are_awaited_of_one_correspondent_are_one_letter(
    desk: Desk,
) -> None:
    for _ in range(3):
        desk.promise(desk.case(), "answer_awaited", starts="sent")

    desk.work("2026-03-05T09:00")

    (letter,) = desk.letters
    assert letter.state == DraftState.WAITING
    assert letter.says.content.to == (THEM,)
    assert letter.says.missing == ()
    for number in range(1, 4):
        assert f"HY-2026-000{number}" in letter.says.content.text


def test_a_newer_letter_takes_the_place_of_one_that_nobody_has_decided_on(
    desk: Desk,
) -> None:
    desk.promise(desk.case(), "answer_awaited", starts="sent")
    desk.work("2026-03-05T09:00")
    desk.work("2026-03-09T09:00")

    first, second = desk.letters
    assert (first.state, second.state) == (DraftState.WITHDRAWN, DraftState.WAITING)
    assert "催办" in second.says.content.text


def test_a_restricted_matter_gets_a_letter_of_its_own_on_a_day_of_its_own(
    desk: Desk,
) -> None:
    desk.promise(desk.case(sensitivity="confidential"), "answer_awaited", starts="sent")
    desk.promise(desk.case(), "answer_awaited", starts="sent")

    desk.days("2026-03-05", "2026-03-06")

    days = [
        row.day for row in desk.office.rows(select(reminder)) if row.kind == "letter"
    ]
    assert sorted(days) == ["2026-03-05", "2026-03-06"]
    for letter in desk.letters:
        assert letter.says.content.text.count("HY-2026-") == 1


def test_who_may_not_see_a_matter_is_told_a_number_and_no_more(desk: Desk) -> None:
    case = desk.case("staff_concern", owner="", sensitivity="confidential")
    desk.office.change(notify=("zouxin@hengyuan.example",))
    desk.promise(case, "private")

    desk.work("2026-03-04T09:00")

    (only,) = desk.told
    assert case.number not in only.subject + only.body
    assert "1" in only.body


# ── when ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        ("2026-03-03T22:00", "2026-03-04T09:00"),  # after hours: the next morning
        ("2026-03-07T11:00", "2026-03-09T09:00"),  # a Saturday: Monday
        ("2026-02-28T11:00", "2026-02-28T11:00"),  # a Saturday that is worked
    ],
)
def test_nobody_is_reminded_outside_office_hours(
    desk: Desk, asked: str, made: str
) -> None:
    desk.now = at("2026-02-26T10:00")
    desk.promise(desk.case(), "supplies")
    desk.work(asked)
    if made != asked:
        assert desk.told == []
        desk.work(made)

    (only,) = desk.told_to("jiangchen")
    assert only.made_at.astimezone(CHINA) - at(made) < timedelta(minutes=1)


def test_what_is_most_urgent_does_not_wait_for_the_office_to_open(desk: Desk) -> None:
    desk.now = at("2026-03-07T20:00")  # a Saturday evening
    case = desk.case("official_document", owner="沈默然", urgency="特提")
    desk.promise(case, "official_document")

    desk.work("2026-03-07T20:01")
    desk.work("2026-03-09T09:00")

    assert [row[0] for row in desk.states()][:1] == ["at_once"]
    assert desk.told_to("shenmoran")


def test_after_a_week_down_there_is_one_reminder_and_not_one_for_each_step(
    desk: Desk,
) -> None:
    for _ in range(3):
        desk.promise(desk.case(due_on=date(2026, 3, 4)), "reply_due")

    desk.work("2026-03-13T10:00")  # 3, 4, 6 and 11 March have passed

    assert len(desk.told_to("jiangchen")) == 1
    assert len({row.to for row in desk.told}) == len(desk.told)
    assert [state for _, _, state in desk.states()].count("fired") == 3


def test_a_clock_that_goes_back_reminds_nobody_twice(desk: Desk) -> None:
    desk.promise(desk.case(due_on=date(2026, 3, 4)), "leave")
    desk.work("2026-03-03T10:00")
    desk.work("2026-03-03T09:00")
    desk.work("2026-03-03T10:30")

    assert len(desk.told) == 1


def test_a_reminder_at_another_site_comes_in_its_own_morning(desk: Desk) -> None:
    desk.now = at("2027-03-25T18:00")
    case = desk.case("maintenance", owner="Tom Reyes", site="London")
    desk.promise(case, "supplies")  # after 1: Good Friday and Easter Monday are off

    (row,) = desk.office.rows(select(followup))
    due = row.due_at.astimezone(ZoneInfo("Europe/London"))
    # The clocks have changed on 28 March meanwhile.
    assert due.isoformat() == "2027-03-30T09:00:00+01:00"


def test_a_reminder_of_somebody_elsewhere_is_moved_before_their_holiday(
    desk: Desk,
) -> None:
    desk.now = at("2026-12-14T10:00")
    desk.promise(desk.case(owner="Tom Reyes", due_on=date(2026, 12, 28)), "records")

    first = desk.office.rows(select(followup))[0]

    # The day before, 25 December, is Christmas in London and worked in China.
    assert first.due_at.astimezone(CHINA).date() == date(2026, 12, 24)


# ── away ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("delegate", "reader", "day"),
    [
        (None, THEM, "2026-03-16"),
        ("zhao@client.example", "zhao@client.example", "2026-03-05"),
    ],
)
def test_who_is_away_is_reminded_when_back_or_who_answers_instead(
    desk: Desk, delegate: str | None, reader: str, day: str
) -> None:
    (mail,) = desk.office.receive(REPAIR)
    with desk.office.desk.database.write() as tx:
        absences.note(
            tx, THEM, until=date(2026, 3, 14), delegate=delegate, message_id=mail
        )
    desk.promise(desk.case(), "answer_awaited", starts="sent")

    desk.work("2026-03-05T10:00")

    letters = [r for r in desk.office.rows(select(reminder)) if r.kind == "letter"]
    assert [(row.address, row.day) for row in letters] == [(reader, day)]


# ── what ends it ─────────────────────────────────────────────────────────────────────


def test_a_letter_of_several_matters_is_written_anew_without_the_one_that_ended(
    desk: Desk,
) -> None:
    cases_ = [desk.case() for _ in range(3)]
    for case in cases_:
        desk.promise(case, "answer_awaited", starts="sent")
    desk.work("2026-03-05T09:00")

    with desk.office.desk.database.write() as tx:
        follow_up.end_for(
            desk.office.desk, tx, cases_[0].id, "answer", reason="it came", now=desk.now
        )
    desk.work("2026-03-05T09:30")

    first, second = desk.letters
    assert (first.state, second.state) == (DraftState.WITHDRAWN, DraftState.WAITING)
    assert cases_[0].number not in second.says.content.text
    assert cases_[1].number in second.says.content.text


def test_who_says_that_it_is_done_only_proposes_the_end(desk: Desk) -> None:
    case = desk.case("supervision_order", owner="沈默然")
    desk.promise(case, "order")
    with desk.office.desk.database.write() as tx:
        followups.propose_end(tx, case.id, message_id=1, words="已完成。", now=desk.now)

    (row,) = desk.office.rows(select(followup))
    assert (row.state, row.said_done) == ("active", [1, "已完成。"])
    follow_up.not_done(
        desk.office.desk, row.id, who="xuting", sight=NOBODY, now=desk.now
    )
    (row,) = desk.office.rows(select(followup))
    assert row.said_done is None


def test_escalation_never_closes_a_case(desk: Desk) -> None:
    case = desk.case(due_on=date(2026, 3, 4))
    desk.promise(case, "reply_due")

    desk.days("2026-03-02", "2026-04-30")

    with desk.office.desk.database.read() as tx:
        assert cases.row(tx, case.id).state == CaseState.ASSIGNED
    assert desk.states()[-1] == ("reply_due", 4, "fired")


# ── every shipped chain runs its course ──────────────────────────────────────────────

# Taken from the State Council's notice for 2026: what is off, what is worked instead.
OFF = {
    *(date(2026, 4, day) for day in (4, 5, 6)),
    *(date(2026, 5, day) for day in (1, 2, 3, 4, 5)),
    *(date(2026, 6, day) for day in (19, 20, 21)),
}
WORKED = {date(2026, 2, 28), date(2026, 5, 9)}


def works(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def nth(day: date, count: int) -> date:
    """Return the working day that is so many after one, by the table above."""
    while count:
        day += timedelta(days=1)
        count -= works(day)
    return day


@pytest.mark.slow
def test_every_shipped_chain_runs_its_course_over_half_a_year(desk: Desk) -> None:
    chains = desk.office.desk.chains.by_id.values()
    owners = ("蒋晨", "邹欣", "沈默然")
    told = {"start": "2026-04-20", "end": "2026-06-12", "depart": "2026-04-20T08:00"}
    for n, chain in enumerate(chains):
        case = desk.case(
            owner=owners[n % 3], due_on=date(2026, 3, 20), subject=f"第{n}件事"
        )
        with desk.office.desk.database.write() as tx:
            (mail,) = intake.store(
                tx, desk.office.inbox, 9, [
                    Arrival(uid=n, sha256=f"{n:064}", size=1, internaldate=desk.now,
                            history=False)
                ], direction="in", now=desk.now,
            )  # fmt: skip
            days = dict.fromkeys(chain.fields, "2026-04-20") | {
                name: day for name, day in told.items() if name in chain.fields
            }
            fields = {name: {"value": day} for name, day in days.items()}
            messages.conclude(
                tx, mail, Outcome.SORTED, case_id=case.id, answer={"fields": fields}
            )
            messages.describe(
                tx, mail, rfc_id=None, dedupe_key=str(n), dated_at=None, sender=THEM,
                subject="",
            )  # fmt: skip
        desk.promise(case, chain.id, starts=chain.starts)

    desk.days("2026-03-02", "2026-08-31", hour=9)

    rows = desk.office.rows(select(followup))
    steps = {chain.id: len(chain.steps) for chain in chains}
    lost = [row for row in rows if row.state == "active"]
    asked = {(row.chain, row.step) for row in rows}
    made = desk.office.rows(select(reminder).where(reminder.c.state == "made"))
    told_on = [(row.address, row.made_at.astimezone(CHINA).date()) for row in made]
    outside = [day for _, day in told_on if not works(day)]
    fired = [(row.chain, row.step) for row in rows if row.state == "fired"]
    assert lost == []
    assert asked == {(id_, n) for id_, of in steps.items() for n in range(1, of + 1)}
    assert len(fired) == len(set(fired))  # doubled
    for row in rows:
        step = desk.office.desk.chains.by_id[row.chain].steps[row.step - 1]
        due = row.due_at.astimezone(CHINA).date()
        if step.basis == "start" and step.days:
            assert due == nth(date(2026, 3, 2), step.days), (row.chain, row.step)
        elif not step.of and step.days >= 0 and step.basis == "due":
            assert due == nth(date(2026, 3, 20), step.days), (row.chain, row.step)
    assert len(told_on) == len(set(told_on))  # more than one a day
    assert outside == []
    keys = {row.key for row in desk.told}
    assert len(keys) == len(desk.told) >= 60


def test_what_a_person_calls_done_reminds_nobody_any_more(desk: Desk) -> None:
    case = desk.case(due_on=date(2026, 3, 4))
    desk.promise(case, "leave")
    desk.work("2026-03-03T09:30")
    told = len(desk.told)
    first = desk.office.rows(select(followup.c.id).order_by(followup.c.id))[0].id

    follow_up.end_by_hand(
        desk.office.desk, first, done=True, reason="done", who="xuting", sight=NOBODY,
        now=desk.now,
    )  # fmt: skip
    desk.days("2026-03-04", "2026-03-12")

    assert desk.states() == [("leave", 1, "done"), ("leave", 2, "done")]
    assert len(desk.told) == told


def test_two_promises_of_one_case_are_both_told(desk: Desk) -> None:
    case = desk.case()
    when = at("2026-03-04T09:00")
    with desk.office.desk.database.write() as tx:
        for day in ("2026-03-05", "2026-03-06"):
            one = followups.start(
                tx, case.id, chain="promised", step=1, occasion=f"draft 1 {day}",
                due_at=when, started_at=desk.now, now=desk.now, due_on=day,
            )  # fmt: skip
            assert one is not None
            jobs.add(tx, "remind", one, now=desk.now, due_at=when)

    desk.work("2026-03-04T09:01")

    (told,) = desk.told_to("jiangchen")
    assert "2026-03-05" in told.body
    assert "2026-03-06" in told.body


def test_a_matter_that_becomes_restricted_leaves_the_letter_that_it_shares(
    desk: Desk,
) -> None:
    open_one = desk.case(subject="第三季度对账")
    other = desk.case(subject="关于王某的谈话")
    for case in (open_one, other):
        desk.promise(case, "answer_awaited", starts="sent")
    desk.work("2026-03-05T09:00")
    (shared,) = desk.letters
    assert "关于王某的谈话" in shared.says.content.text

    with desk.office.desk.database.write() as tx:
        restrict(desk.office.desk, tx, other, "confidential", now=desk.now)
    desk.work("2026-03-05T10:00")
    desk.work("2026-03-06T10:00")

    shown = [h for h in desk.letters if NOBODY.sees(h.sensitivity, h.category)]
    assert [h.state for h in shown] == [DraftState.WAITING]
    assert "第三季度对账" in shown[0].says.content.text
    assert "关于王某的谈话" not in shown[0].says.content.text
    (alone,) = (
        h
        for h in desk.letters
        if h.state == DraftState.WAITING and h.case_number == other.number
    )
    assert "第三季度对账" not in alone.says.content.text


def test_closing_a_case_keeps_the_reminder_of_the_others_in_its_letter(
    desk: Desk,
) -> None:
    closed, open_one = desk.case(), desk.case()
    for case in (closed, open_one):
        desk.promise(case, "answer_awaited", starts="sent")
    desk.work("2026-03-05T09:00")

    decide.close(desk.office.desk, closed.number, who="xuting", now=desk.now)
    desk.work("2026-03-05T10:00")

    first, second = desk.letters
    assert (first.state, second.state) == (DraftState.WITHDRAWN, DraftState.WAITING)
    assert open_one.number in second.says.content.text
    assert closed.number not in second.says.content.text


def test_a_reminder_that_comes_back_is_to_be_sent_again_for_all_its_cases(
    desk: Desk,
) -> None:
    cases_ = [desk.case() for _ in range(2)]
    for case in cases_:
        desk.promise(case, "answer_awaited", starts="sent")
    desk.work("2026-03-05T09:00")
    (letter,) = desk.letters

    desk.office.sort(
        report(
            "failed", letter.says.rfc_id, sent="2026-03-05 11:00", recipient=THEM,
            status="5.1.1",
        )
    )  # fmt: skip

    with desk.office.desk.database.read() as tx:
        for case in cases_:
            running = {row.chain for row in followups.running(tx, case.id)}
            assert running == {"bounce"}
            assert cases.row(tx, case.id).state == CaseState.SCREENING


def test_a_second_reminder_of_a_day_waits_for_office_hours_and_not_for_midnight(
    desk: Desk,
) -> None:
    desk.promise(desk.case(), "answer_awaited", starts="sent")
    desk.work("2026-03-05T09:00")
    desk.promise(desk.case(sensitivity="confidential"), "answer_awaited", starts="sent")
    desk.work("2026-03-13T09:00")
    one, *_, other = desk.letters
    friday = at("2026-03-13T17:00")
    with desk.office.desk.database.write() as tx:
        send_id, _ = sends.begin(
            tx, one.id, rfc_id=one.says.rfc_id, recipients=(THEM,), now=friday
        )
        sends.note(tx, send_id, "accepted", ended_at=friday)

        pause = limits.pause(desk.office.desk, tx, other, friday)

    assert pause is not None
    assert friday + pause.length == at("2026-03-16T09:00")


def test_a_letter_that_was_put_off_gives_way_to_a_newer_one(desk: Desk) -> None:
    desk.promise(desk.case(), "answer_awaited", starts="sent")
    desk.work("2026-03-05T09:00")
    (first,) = desk.letters
    with desk.office.desk.database.write() as tx:
        drafts.move(tx, first, DraftState.LATER, now=desk.now)

    desk.work("2026-03-09T09:00")

    states = [held.state for held in desk.letters]
    assert states == [DraftState.WITHDRAWN, DraftState.WAITING]
