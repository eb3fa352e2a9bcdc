"""The leader's day sheet: made two working days ahead, and again when the day changes.

A person fills in what only people know, approves it, and hands it over by 17:00 of the
working day before. At 15:00 of that day the office is told of a sheet that nobody has
approved. An older edition is void, and says nothing of itself any more.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection

from mailroom.appointments import Appointment, Standing
from mailroom.calendar import Calendar
from mailroom.errors import text
from mailroom.i18n import say
from mailroom.register import appointments, events, itineraries, jobs
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow
from mailroom.workflow import calendar_words as words
from mailroom.workflow.appointments import note_appointments
from mailroom.workflow.day_sheet import DaySheet, day_sheet, value_of
from mailroom.workflow.desk import Desk
from mailroom.workflow.draft import render
from mailroom.workflow.entry import Entry
from mailroom.workflow.gather import free_at
from mailroom.workflow.notify import readers, write

AHEAD = 2  # working days
ALARM, HANDED_OVER = time(15), time(17)  # of the working day before
LONGEST_LOOK = 20  # days: a long holiday lies between
BY_HAND = (
    "sign_in", "papers_contact", "speech_owner", "dinner_first", "dinner_second",
)  # fmt: skip  # red until a person has filled them in
OPTIONAL = ("companions", "phone")


def plan(desk: Desk, tx: Connection, *, now: datetime) -> None:
    """Make sure that the next working morning's sheets are queued."""
    opens, _ = desk.directory.hours
    day = desk.calendar.add_working_days(desk.today(now), 1)
    due_at = datetime.combine(day, opens, desk.settings.office.zone)
    jobs.add(tx, "itineraries", 0, now=now, due_at=due_at, key=f"itineraries:{day}")


def note_times(entry: Entry, case: AnyRow) -> None:
    """Enter what a letter of a case tells of the calendar; the sheets follow it."""
    if note_appointments(entry, case):
        calendar_changed(entry.desk, entry.tx, now=entry.now)


def calendar_changed(desk: Desk, tx: Connection, *, now: datetime) -> int | None:
    """Queue a look at the leaders' sheets, in the transaction of the change."""
    if not _leaders(desk):
        return None
    key = f"itineraries:event {events.last(tx)}"
    return jobs.add(tx, "itineraries", 0, now=now, key=key)


def _leaders(desk: Desk) -> list[str]:
    return [p.name for p in desk.directory.people if "leader" in p.roles]


def itineraries_job(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Make every sheet that is to be made by now; returns the jobs that follow.

    Raises LeaseLostError, and TemplateError where a template is broken.
    """
    made = []
    if desk.settings.office.mode != "observe":
        for day in _days(desk, now):
            sheet = day_sheet(desk, None, day)
            for leader in _leaders(desk):
                values = _edition(desk, sheet, leader, now=now)
                made += [values] if values else []
    following: list[int | None] = []
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        for values in made:
            before = itineraries.newest(
                tx, values["person"], date.fromisoformat(values["day"])
            )
            if (before.edition if before else 0) >= values["edition"]:
                continue  # somebody else was quicker, or has filled it in meanwhile
            number = itineraries.issue(tx, values, now=now)
            alarm = values["due_at"].replace(hour=ALARM.hour, minute=ALARM.minute)
            following.append(
                jobs.add(tx, "itinerary_alarm", number, now=now, due_at=max(alarm, now))
            )
        plan(desk, tx, now=now)
        jobs.finish(tx, job, now=now)
    return [number for number in following if number is not None]


def _days(desk: Desk, now: datetime) -> list[date]:
    """List the days whose sheets are to be there by now."""
    today = desk.today(now)
    days = (today + timedelta(days=n) for n in range(LONGEST_LOOK))
    return [day for day in days if desk.calendar.add_working_days(day, -AHEAD) <= today]


def due_by(day: date, calendar: Calendar, zone: tzinfo) -> datetime:
    """Say by when a day's sheet must be handed over."""
    return datetime.combine(calendar.add_working_days(day, -1), HANDED_OVER, zone)


def _edition(
    desk: Desk, sheet: DaySheet, leader: str, *, now: datetime
) -> dict[str, Any] | None:
    """Make the next edition of a leader's sheet; None where nothing has changed."""
    day = sheet.first
    with desk.database.read() as tx:
        before = itineraries.newest(tx, leader, day)
        entries = [each for each in sheet.shown if leader in each.people]
        old = appointments.replaced_by(tx, [each.id for each in entries])
        heirs = {
            each.id: appointments.find(tx, each.heir)
            for each in entries
            if each.heir is not None
        }
    known = set(before.appointments) if before else set()
    stops = [
        stop
        for each in entries
        if (
            stop := _stop(
                desk, each, day, old=old.get(each.id), heirs=heirs, known=known
            )
        )
    ]
    zone = desk.settings.office.zone
    if before is None and not any(_is_of_day(each, day, zone) for each in entries):
        return None  # nothing, or a day in the midst of a journey
    language = desk.settings.office.language
    content = {
        "stops": stops,
        "clashes": [
            say(words.clash_words(clash, zone), language)
            for clash in sheet.clashes
            if clash.whose == leader
        ],
    }
    if before is not None and before.content == content:
        return None
    edition = before.edition + 1 if before else 1
    filled = dict(before.filled) if before else {}
    return {
        "person": leader,
        "day": day.isoformat(),
        "edition": edition,
        "content": content,
        "appointments": [
            each.id for each in entries if each.standing == Standing.STANDS
        ],
        "filled": filled,
        "name": f"{day} {leader} {edition}.docx",
        "due_at": due_by(day, desk.calendar, zone),
        **written(
            desk, leader, day, edition=edition, content=content, filled=filled, now=now
        ),
    }


def _is_of_day(each: Appointment, day: date, zone: tzinfo) -> bool:
    ends = each.until.astimezone(zone) - timedelta(microseconds=1)
    begins = each.begins_at.astimezone(zone)
    return each.standing == Standing.STANDS and day in (begins.date(), ends.date())


def written(
    desk: Desk,
    leader: str,
    day: date,
    *,
    edition: int,
    content: Mapping[str, Any],
    filled: Mapping[str, str],
    now: datetime,
) -> dict[str, Any]:
    """Make the file of a sheet: its hash and what it lacks. Raises TemplateError."""
    office = desk.settings.office
    tongue = "zh" if office.language == "zh-CN" else "en"
    fields = {
        **content,
        **filled,
        "case_no": f"{day}/{edition}",  # in the foot of every form
        "leader": leader,
        "day": day,
        "edition": edition if edition > 1 else None,
        "today": desk.today(now),
        "office_name": office.name if tongue == "zh" else office.name_en or office.name,
    }
    rendered = render(desk, f"paper/itinerary.{tongue}.docx", fields)
    (sha256,) = desk.enclosures.keep([rendered.docx])
    return {"sha256": sha256, "missing": list(rendered.missing)}


def _stop(
    desk: Desk,
    each: Appointment,
    day: date,
    *,
    old: AnyRow | None,
    heirs: Mapping[int, AnyRow | None],
    known: set[int],
) -> dict[str, str] | None:
    """Write one line of the sheet; None for what was off before there was a sheet."""
    zone, language = desk.settings.office.zone, desk.settings.office.language
    heir = heirs.get(each.id)
    if each.standing != Standing.STANDS:
        moved = heir is not None and heir.begins_at.astimezone(zone).date() != day
        if each.id not in known or not (moved or heir is None):
            return None  # its new time stands on this sheet, with the old beside it
    what = say(words.what(each), language)
    if heir is not None:
        when = f"{heir.begins_at.astimezone(zone):%m-%d %H:%M}"
        what = say(text("moved to {when}: {what}", when=when, what=what), language)
    elif each.standing == Standing.CANCELLED:
        what = say(text("cancelled: {what}", what=what), language)
    was = value_of(desk, old) if old is not None else None
    changed = was is not None and was.begins_at != each.begins_at
    there = words.elsewhere(each, zone)
    way = (each.transport_no, f"→ {each.destination}" if each.destination else "")
    return {
        "hours": say(words.hours(each, day, zone), language)
        + (f" ({there})" if there else ""),
        "was": _hour(was.begins_at.astimezone(zone), day) if was and changed else "",
        "what": what,
        "place": " · ".join(filter(None, (each.room or each.venue, each.hotel))),
        "way": " ".join(filter(None, way)),
        "number": each.case_no,
    }


def _hour(moment: datetime, day: date) -> str:
    return f"{moment:%H:%M}" if moment.date() == day else f"{moment:%m-%d %H:%M}"


def alarm(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Tell the office of a sheet that nobody has approved; raises LeaseLostError.

    Each letter that changes a leader's day issues its sheet anew: where they are very
    many it tells later, if that sheet still waits.
    """
    following: list[int | None] = []
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        row = itineraries.find(tx, job.subject_id)
        zone = desk.settings.office.zone
        if row is not None and row.state == itineraries.WAITING:
            named = map(desk.directory.person, desk.directory.confidential_readers)
            told = readers(desk, also=[person.address for person in named if person])
            free = free_at(tx, told, ["itinerary"], now=now)
            if free > now:
                jobs.put_back(tx, job, due_at=free, tried=False)
                return []
            # Whose day it is stands on the desk; notices lie about in mailboxes.
            following = write(
                desk, tx, told, key=f"itinerary:{row.id}",
                subject=text("a leader's day sheet is not approved yet"),
                body=text(
                    "The sheet for {day} is to be handed over by {due}, and nobody has"
                    " approved it.\nLook at it: mailroom calendar sheets",
                    day=row.day,
                    due=f"{row.due_at.astimezone(zone):%m-%d %H:%M}",
                ),
                now=now,
            )  # fmt: skip
        jobs.finish(tx, job, now=now)
    return [number for number in following if number is not None]
