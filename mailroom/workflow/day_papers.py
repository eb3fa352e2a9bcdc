"""The day's papers: each is made once for a day and a person, and a notice says so.

When they are made and for whom stands in the settings. A service that was down at the
time makes them when it is back, as long as it is the same day; later nobody needs them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from mailroom.cases import Sight, is_restricted
from mailroom.directory import Person
from mailroom.errors import ReviewError, text
from mailroom.i18n import say
from mailroom.register import cases, day_papers, jobs, reports, sends
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow
from mailroom.settings import DayPaper
from mailroom.workflow.day_brief import brief, holiday, next_break
from mailroom.workflow.day_figures import month, week
from mailroom.workflow.day_report import KINDS, Reader, Report, render_report
from mailroom.workflow.desk import Desk
from mailroom.workflow.read_case import note_look
from mailroom.workflow.sight import in_reports, sight_of

REPORTS: Mapping[str, Callable[[Desk, Reader], Report]] = {
    "brief": brief,
    "week": week,
    "holiday": holiday,
    "month": month,
}
_FRIDAY = 4
_LOOKED_AHEAD = 45  # days: a month, and a long holiday


def is_day_of(desk: Desk, kind: str, day: date) -> bool:
    """Say whether a paper of this kind is made on a day; only ever on a working day.

    The week's on its last working day up to Friday, the month's on its first, the
    holiday's on the last day before it.
    """
    calendar, one = desk.calendar, timedelta(days=1)
    if not calendar.is_working_day(day):
        return False
    if kind == "week":
        friday = day + (_FRIDAY - day.weekday()) * one
        return calendar.back_to_working_day(friday) == day
    if kind == "month":
        return calendar.add_working_days(day.replace(day=1) - one, 1) == day
    if kind == "holiday":
        off = next_break(calendar, day)
        return off is not None and off[0] == day + one
    return True


def plan(desk: Desk, tx: Connection, *, now: datetime) -> None:
    """Make sure that today's papers are queued, and those of the next time.

    What was made or queued before is not queued again. A desk that began its work
    after today's hour begins with the next one.
    """
    today, zone = desk.today(now), desk.settings.office.zone
    for number, kind in enumerate(REPORTS):
        setting = _setting(desk, kind)
        if not setting.to:
            continue
        for day in _days(desk, kind, today):
            due_at = datetime.combine(day, setting.time, zone)
            if due_at < now and not jobs.known_before(tx, "day_papers", due_at):
                continue
            jobs.add(
                tx, "day_papers", day.toordinal() * 10 + number, now=now,
                due_at=due_at, key=f"day_papers:{kind}:{day}",
            )  # fmt: skip


def _days(desk: Desk, kind: str, today: date) -> Iterator[date]:
    """Give today, where it is a day of this kind, and the next one."""
    if is_day_of(desk, kind, today):
        yield today
    for n in range(1, _LOOKED_AHEAD):
        if is_day_of(desk, kind, today + timedelta(days=n)):
            yield today + timedelta(days=n)
            return


def make(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Make the papers of a kind and a day for everybody who gets one.

    Returns the jobs that send the notices. Raises LeaseLostError, and TemplateError
    where the template is broken.
    """
    ordinal, number = divmod(job.subject_id, 10)
    day, kind = date.fromordinal(ordinal), list(REPORTS)[number]
    following: list[int | None] = []
    if day == desk.today(now):
        for person in readers(desk, kind):
            following += _make_for(desk, job, kind, person, now=now)
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        plan(desk, tx, now=now)
        jobs.finish(tx, job, now=now)
    return [each for each in following if each is not None]


def _make_for(
    desk: Desk, job: Job, kind: str, person: Person, *, now: datetime
) -> list[int | None]:
    day = desk.today(now)
    with desk.database.read() as tx:
        if day_papers.is_made(tx, kind, day, person.name):
            return []
    reader = Reader(name=person.name, sight=sight_of(desk, person), now=now)
    language = desk.settings.office.language
    report = REPORTS[kind](desk, reader)
    made = render_report(desk, report, language, reader=person.name)
    (sha256,) = desk.enclosures.keep([made.docx])
    title = say(KINDS[kind], language)
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        if not day_papers.add(
            tx, kind=kind, day=day, person=person.name, name=f"{title} {day}.docx",
            sha256=sha256, named=reports.numbered(tx, report.cases), now=now,
        ):  # fmt: skip
            return []
        if not person.address or not desk.directory.is_own(person.address):
            return []
        ready = text("{title} of {day} is ready", title=title, day=day)
        where = say(text("Open it at the desk, under “Papers”."), language)
        notice = sends.add_notice(
            tx, key=f"day_paper:{kind}:{day}:{person.address}", to=person.address,
            subject=say(ready, language),
            body=f"{where}\n{desk.settings.web.public_url}".rstrip(), now=now,
        )  # fmt: skip
        return [jobs.add(tx, "notice", notice, now=now)] if notice is not None else []


def _setting(desk: Desk, kind: str) -> DayPaper:
    setting: DayPaper = getattr(desk.settings.papers, kind)
    return setting


def readers(desk: Desk, kind: str) -> list[Person]:
    """List who gets a paper: the people named, and those of the roles named."""
    wanted = _setting(desk, kind).to
    return [
        person
        for person in desk.directory.people
        if any(word in person.roles or person.answers_to(word) for word in wanted)
    ]


def note_read(desk: Desk, named: Iterable[int], *, who: str, now: datetime) -> None:
    """Write in the book that somebody has read of restricted cases in a report."""
    with desk.database.read() as tx:
        levels = {number: cases.row(tx, number).sensitivity for number in sorted(named)}
    restricted = [number for number, level in levels.items() if is_restricted(level)]
    if not restricted:
        return
    with desk.database.write() as tx:
        for case_id in restricted:
            note_look(tx, who, "case", case_id, case_id=case_id, now=now)


def open_paper(
    desk: Desk, number: int, person: Person | None, sight: Sight, *, who: str,
    now: datetime,
) -> AnyRow:  # fmt: skip
    """Find one of somebody's own papers; each restricted case in it is a noted look.

    One that tells of what they may not see, or no longer, is as none: a case may have
    become restricted since. Raises ReviewError.
    """
    sight = in_reports(sight)
    with desk.database.read() as tx:
        row = day_papers.find(tx, number)
        if row is None or person is None or row.person != person.name:
            raise ReviewError(text("there is no paper {id}", id=number))
        for case_id in row.named:
            case = cases.row(tx, case_id)
            if not sight.sees(case.sensitivity, case.category, case.owner):
                raise ReviewError(text("there is no paper {id}", id=number))
    note_read(desk, row.named, who=who, now=now)
    return row
