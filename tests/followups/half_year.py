"""Half a year of an office's days, lived through in seconds, and what was seen in it.

Time is what the test says. Mail comes on its own dates, a scripted person approves,
closes or does nothing, correspondents answer, are away, or keep silent; the worker
looks several times a day, on days off and at night as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy import select

from mailroom.cases import CaseState
from mailroom.drafts import DraftState
from mailroom.errors import ReviewError
from mailroom.register import jobs, messages, workers
from mailroom.register.schema import (
    AnyRow,
    case,
    draft,
    followup,
    notice,
    send,
)
from mailroom.register.schema_reminders import reminder, reminder_matter
from mailroom.worker import service
from mailroom.workflow import decide
from tests.followups import almanac
from tests.scenarios.office import DIRECTOR, LEADER, Office, mail
from tests.unit.small_office import ROOT

HOURS = (time(9), time(17, 30))
# When the worker looks: before work, as the office opens, in the day, as London opens
# in summer and in winter, after work, at night.
LOOKS = (
    *(time(7), time(9), time(9, 1), time(11), time(15), time(16), time(17)),
    *(time(18), time(23)),
)
PUNCTUAL, AT_ONCE = timedelta(minutes=2), timedelta(hours=8)
PLACES = {"CN": ZoneInfo("Asia/Shanghai"), "UK": ZoneInfo("Europe/London")}
CHAINS: Mapping[str, Any] = yaml.safe_load(
    (ROOT / "rules" / "chains.yaml").read_text("utf-8")
)


@dataclass(kw_only=True)
class Seen:
    """What the half year showed: figures, and each thing that is wrong."""

    promised: int = 0
    fired: int = 0
    reminders: int = 0  # notices and letters that left, each with all its matters
    matters: int = 0  # spoken of in them
    answered: int = 0
    ended: int = 0
    steps: set[tuple[str, int]] = field(default_factory=set)  # that were reached
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    days_off: list[str] = field(default_factory=list)  # reminded outside office hours
    twice_a_day: list[str] = field(default_factory=list)
    wrong_days: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """All that is wrong."""
        return [
            *self.lost,
            *self.doubled,
            *self.days_off,
            *self.twice_a_day,
            *self.wrong_days,
        ]


class HalfYear:
    """An office that lives through the days of a place."""

    def __init__(self, office: Office, place: str, *, idle: bool = False) -> None:
        """Where people are `idle`, nobody decides, closes or answers anything."""
        self.office = office
        self.idle = idle
        self.place = place
        self.zone = PLACES[place]
        self.seen = Seen()
        self._dated = 0  # the follow-ups up to it have had their day counted again
        self._answers: list[tuple[datetime, bytes]] = []
        self._delivered = 0  # up to it, people outside have got what left
        self._letters = 0  # of these, letters of ours

    def live(self, first: date, last: date, mails: Sequence[bytes] = ()) -> Seen:
        """Live from a day to another one; count what was seen at the end."""
        coming = sorted((received(raw), raw) for raw in mails)
        day = first
        while day <= last:
            for clock in LOOKS:
                now = datetime.combine(day, clock, self.zone)
                due = [raw for at, raw in coming if at <= now]
                coming = [one for one in coming if one[0] > now]
                due += [raw for at, raw in self._answers if at <= now]
                self._answers = [one for one in self._answers if one[0] > now]
                self._look(now, due)
            day += almanac.ONE
        self._count()
        return self.seen

    def _look(self, now: datetime, due: Sequence[bytes]) -> None:
        office = self.office
        office.now = max(now, office.now)
        if due:
            office.arrive(*due)
        while self._work():
            # What is put back for seconds, while other reminders of the minute come.
            office.now += timedelta(seconds=5)
        self._count_days_again()
        at_work = now.time() == time(11) and almanac.works(self.place, now.date())
        if at_work and not self.idle:
            self._decide()
            self._close()
            self._work()
            self._correspond()

    def _work(self) -> bool:
        """Do what is due; say whether anything was."""
        with self.office.desk.database.read() as tx:
            if jobs.next_due(tx, now=self.office.now) is None:
                return False
        with workers.identity(self.office.desk.settings.folder("data")) as owner:
            service.work(self.office.desk, owner)
        return True

    # -- people -----------------------------------------------------------------------

    def _decide(self) -> None:
        """Approve what may be approved; every fifth letter waits some days more."""
        with self.office.desk.database.read() as tx:
            waiting = list(
                tx.execute(
                    select(draft.c.id, draft.c.created_at).where(
                        draft.c.state == DraftState.WAITING
                    )
                )
            )
        for number, made_at in waiting:
            patience = timedelta(days=3 if number % 5 == 0 else 0)
            if self.office.now - made_at < patience:
                continue
            for who in (DIRECTOR, LEADER):
                try:
                    decide.show(self.office.desk, number, who=who, now=self.office.now)
                    decide.approve(
                        self.office.desk, number, who=who, now=self.office.now
                    )
                except ReviewError:
                    break  # it has gaps, or the clerk stops it: nobody fills them here

    def _close(self) -> None:
        """Close some cases sooner, some later, and every fourth never."""
        with self.office.desk.database.read() as tx:
            rows = tx.execute(
                select(case).where(
                    case.c.state.not_in((CaseState.CLOSED, CaseState.ARCHIVED))
                )
            ).all()
        for row in rows:
            age = (self.office.now - row.opened_at).days
            if row.id % 4 and age >= (0, 4, 12, 40)[row.id % 4]:
                self.office.close(row.number)
                self.seen.ended += 1

    def _correspond(self) -> None:
        """Let those who got a letter answer, say that they are away, or be silent."""
        fresh = self.office.sent[self._delivered :]
        self._delivered += len(fresh)
        for delivery in fresh:
            letter = message_from_bytes(delivery.data, policy=policy.default)
            if letter["Auto-Submitted"]:
                continue
            ours, who = str(letter["Message-ID"]), delivery.rcpt_to[0]
            self._letters += 1
            n = self._letters
            when = self.office.now.astimezone(self.zone) + timedelta(days=1 + n % 6)
            stamp = f"{when.astimezone(PLACES['CN']):%Y-%m-%d %H:%M}"
            if n % 3 == 0:
                body, headers = "已收到，材料随后报上。\nThank you, received.", {}
                self.seen.answered += 1
            elif n % 3 == 1:
                body = "I am out of the office and shall read this later."
                headers = {"Auto-Submitted": "auto-replied"}
            else:
                continue
            raw = mail(
                who, f"Re: {letter['Subject']}", body, sent=stamp, answers=ours,
                message_id=f"<back.{n}@theirs.example>", headers=headers,
            )  # fmt: skip
            self._answers.append((when, raw))

    # -- what is counted --------------------------------------------------------------

    def _place_of(self, site: str) -> str:
        return "UK" if site == "London" else self.place

    def _count_days_again(self) -> None:
        """Count the day of each new follow-up on the plain tables."""
        with self.office.desk.database.read() as tx:
            rows = tx.execute(
                select(
                    followup,
                    case.c.due_on.label("case_due"),
                    case.c.site,
                    case.c.urgency,
                    case.c.owner,
                )
                .join(case, case.c.id == followup.c.case_id)
                .where(followup.c.id > self._dated, followup.c.ended_at.is_(None))
                .order_by(followup.c.id)
            ).all()
            told = {
                row.case_id: _told(messages.of_case(tx, row.case_id)) for row in rows
            }
        for row in rows:
            self._dated = row.id
            chain = CHAINS["chains"].get(row.chain)
            if chain is None or row.state == "proposed":
                continue
            self._check_day(row, chain["steps"][row.step - 1], told[row.case_id])

    def _check_day(
        self, row: AnyRow, step: Mapping[str, Any], told: Mapping[str, date]
    ) -> None:
        place = self._place_of(row.site)
        zone = PLACES[place]
        began = row.started_at.astimezone(zone)
        due = getattr(row, "due_on", None) or row.case_due
        owner = self.office.desk.directory.person(row.owner)
        day = almanac.step_day(
            step, place=place, began=began.date(), told=told,
            due=date.fromisoformat(due) if due else None,
            urgency=_urgency(row.urgency),
            reader=self._place_of(owner.unit if owner else ""),
        )  # fmt: skip
        if day is None:
            wanted = None
        else:
            wanted = datetime.combine(day, time(almanac.NINE), zone)
            if step.get("after") == 0 and _is_at_any_hour(row.urgency):
                wanted = began
            elif wanted <= began:  # at once
                wanted = began
                if not almanac.works(place, began.date()):
                    morning = almanac.later(place, began.date(), 1)
                    wanted = datetime.combine(morning, time(almanac.NINE), zone)
        if wanted != row.due_at and row.state != "past":
            self.seen.wrong_days.append(
                f"{row.chain} {row.step} of {began:%m-%d %H:%M} due {due}:"
                f" {row.due_at.astimezone(zone)} and not {wanted}"
            )

    def _count(self) -> None:
        with self.office.desk.database.read() as tx:
            promises = tx.execute(select(followup)).all()
            told = tx.execute(
                select(reminder_matter.c.followup_id, reminder).join(
                    reminder, reminder.c.id == reminder_matter.c.reminder_id
                )
            ).all()
            notices = tx.execute(
                select(notice).where(notice.c.key.like("reminder:%"))
            ).all()
            letters = tx.execute(
                select(send, draft.c.id.label("of"))
                .join(draft, draft.c.id == send.c.draft_id)
                .where(draft.c.kind == "reminder", send.c.state == "accepted")
            ).all()
        self.seen.promised = len(promises)
        self.seen.matters = len(told)
        self._count_promises(promises, {row.followup_id for row in told})
        self._count_reminders(notices, letters)

    def _count_promises(self, promises: Sequence[AnyRow], told: set[int]) -> None:
        for row in promises:
            of = f"{row.chain} {row.step} of case {row.case_id}"
            if row.state == "active" and row.due_at <= self.office.now:
                self.seen.lost.append(f"{of} was due {row.due_at} and never came")
            if row.fired_at is None:
                continue
            self.seen.fired += 1
            if row.id not in told:
                self.seen.lost.append(f"{of} came, and nobody was told")
            # What begins when it is due already is entered by the next look.
            patience = AT_ONCE if row.due_at == row.started_at else PUNCTUAL
            if row.fired_at - row.due_at > patience:
                self.seen.lost.append(f"{of} came late: {row.fired_at}")
            self.seen.steps.add((row.chain, row.step))

    def _count_reminders(
        self, notices: Sequence[AnyRow], letters: Sequence[AnyRow]
    ) -> None:
        days: set[tuple[str, date]] = set()
        left = [
            (row.to, row.sent_at, f"notice {row.key}")
            for row in notices
            if row.state == "sent"
        ]
        self.seen.lost += [
            f"notice {row.key} is {row.state}" for row in notices if row.state != "sent"
        ]
        left += [
            (to, row.started_at, f"letter {row.of}")
            for row in letters
            for to in row.recipients
        ]
        for to, at, what in left:
            self.seen.reminders += 1
            person = self.office.desk.directory.person(to)
            place = self._place_of(person.unit if person else "")
            if not self._is_open(at, place):
                self.seen.days_off.append(
                    f"{what} to {to} at {at.astimezone(self.zone)}"
                )
            day = at.astimezone(PLACES[place]).date()
            if (to.lower(), day) in days:
                self.seen.twice_a_day.append(f"{what} to {to} on {day}")
            days.add((to.lower(), day))
        self._count_deliveries(notices)

    def _count_deliveries(self, notices: Sequence[AnyRow]) -> None:
        ids = [
            str(message_from_bytes(d.data, policy=policy.default)["Message-ID"])
            for d in self.office.sent
        ]
        for one in sorted({i for i in ids if ids.count(i) > 1}):
            self.seen.doubled.append(f"letter {one} left twice")
        keys = [(row.to, row.subject, row.body, row.made_at.date()) for row in notices]
        for to, subject in sorted({k[:2] for k in keys if keys.count(k) > 1}):
            self.seen.doubled.append(f"{subject} was told {to} twice")

    def _is_open(self, at: datetime, place: str) -> bool:
        local = at.astimezone(PLACES[place])
        opens, closes = HOURS
        return almanac.works(place, local.date()) and opens <= local.time() < closes


def _told(mails: Sequence[AnyRow]) -> dict[str, date]:
    told: dict[str, date] = {}
    for row in mails:
        if row.direction == "in":
            for name, value in messages.fields(row.answer).items():
                day = _day(str(value))
                if day is not None:
                    told[name] = day
    return told


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words[:10])
    except ValueError:
        return None


def _urgency(word: str) -> int:
    for name, degree in CHAINS.get("urgency", {}).items():
        if word in (name, *degree.get("also", ())):
            return int(degree["days"])
    return 3


def _is_at_any_hour(word: str) -> bool:
    return any(
        degree.get("any_hour") and word in (name, *degree.get("also", ()))
        for name, degree in CHAINS.get("urgency", {}).items()
    )


def received(raw: bytes) -> datetime:
    """Say when a mail was written: it arrives at once."""
    written = message_from_bytes(raw, policy=policy.default)
    return parsedate_to_datetime(str(written["Date"]))


def repairs(first: date, last: date) -> Iterator[bytes]:
    """Yield letters that want an answer, Chinese and English, on any weekday."""
    day, n = first, 0
    while day <= last:
        n += 1
        who = f"guest{n % 11}@client{n % 7}.example"
        if n % 2:
            subject = f"Lift {n} stuck on the second floor"
            body = "Hello, the lift is stuck again. Could somebody come today please?"
        else:
            subject = f"{n}号会议室空调漏水报修"
            body = f"您好，{n}号会议室的空调漏水，请尽快派人来看一下，谢谢。"
        yield mail(who, subject, body, sent=f"{day} {8 + n % 12:02}:20")
        day += almanac.ONE * 8
