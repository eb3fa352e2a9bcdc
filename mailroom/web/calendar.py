"""The calendar: the sheet of a day or a week, for the desk and for paper."""

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from mailroom.appointments import Appointment, Kind
from mailroom.calendar import typed_day
from mailroom.errors import ReviewError, text
from mailroom.register import appointments
from mailroom.web.ask import Ask
from mailroom.web.page import go, page
from mailroom.web.route import NoSuchPageError
from mailroom.web.visit import Visit
from mailroom.workflow import calendar_words, itinerary_decide
from mailroom.workflow.calendar_by_hand import add_by_hand, cancel_by_hand
from mailroom.workflow.day_sheet import day_sheet, sees, week_of

_LONGEST_REASON = 500  # characters
_ONE = timedelta(days=1)


def calendar_page(visit: Visit, ask: Ask) -> Response:
    """Show a day, a week, or either as it goes on paper."""
    day = _day(visit, ask)
    week = ask.one("view") == "week"
    first, last = week_of(day) if week else (day, day)
    directory = visit.desk.directory
    known = directory.person(ask.one("person")) if ask.one("person") else None
    person = known.name if known else ""
    room = next((r.name for r in directory.rooms if r.name == ask.one("room")), "")
    sheet = day_sheet(visit.desk, visit.sight, first, last, person=person, room=room)
    seen, hidden = itinerary_decide.sheets(visit.desk, visit.sight, now=visit.now)
    zone = visit.desk.settings.office.zone
    step = timedelta(days=7) if week else _ONE

    def place(to: date, view: str = "week" if week else "day") -> str:
        kept = {"day": to.isoformat(), "view": view, "person": person, "room": room}
        return "/calendar?" + urlencode({k: v for k, v in kept.items() if v})

    return page(
        visit,
        "calendar_print.html" if ask.one("print") else "calendar.html",
        sheet=sheet, chosen=day, week=week, person=person, room=room, place=place,
        before=day - step, after=day + step, today=visit.desk.today(visit.now),
        days=[(d, sheet.of_day(d, zone)) for d in _days(first, last)],
        words=calendar_words, zone=zone, people=directory.people,
        rooms=directory.rooms, kinds=calendar_words.KINDS, sheets=seen,
        sheets_hidden=hidden, works=visit.desk.calendar.is_working_day,
        done=ask.one("done"),
    )  # fmt: skip


def _days(first: date, last: date) -> list[date]:
    return [first + _ONE * n for n in range((last - first).days + 1)]


def _day(visit: Visit, ask: Ask) -> date:
    try:
        return typed_day(ask.one("day")[:10])
    except ValueError:
        return visit.desk.today(visit.now)


def add(visit: Visit, ask: Ask) -> Response:
    """Enter an appointment by hand."""
    zone = visit.desk.settings.office.zone
    try:
        day = typed_day(ask.one("on")[:10])
        hour, end = ask.one("begins")[:5], ask.one("ends")[:5]
        begins_at = datetime.fromisoformat(f"{day}T{hour or '00:00'}")
        ends_at = datetime.fromisoformat(f"{day}T{end}") if end else None
        kind = Kind(ask.one("kind"))
    except ValueError:
        raise ReviewError(text("Say the day and the hour.")) from None
    whole_day = not hour
    add_by_hand(
        visit.desk,
        Appointment(
            id=0,
            kind=kind,
            begins_at=begins_at.replace(tzinfo=zone),
            ends_at=(begins_at + _ONE).replace(tzinfo=zone)
            if whole_day
            else ends_at and ends_at.replace(tzinfo=zone),
            whole_day=whole_day,
            zone=str(zone),
            title=ask.one("title"),
            venue=ask.one("venue"),
            room=ask.one("room"),
            people=tuple(filter(None, ask.many("person"))),
        ),
        restricted=ask.one("restricted") == "yes",
        who=visit.who,
        sight=visit.sight,
        now=visit.now,
    )
    return go(f"/calendar?day={day}&done=added")


def cancel(visit: Visit, ask: Ask) -> Response:
    """Strike an appointment, with the reason."""
    reason = ask.one("reason").strip()[:_LONGEST_REASON]
    if not reason:
        raise ReviewError(text("Say why it is cancelled."))
    number = ask.number("appointment")
    with visit.desk.database.read() as tx:
        row = appointments.find(tx, number)
    if row is None or not sees(visit.sight, row):
        raise NoSuchPageError
    cancel_by_hand(
        visit.desk, number, reason=reason, who=visit.who,
        sight=visit.sight, now=visit.now,
    )  # fmt: skip
    return go(f"/calendar?day={_day(visit, ask)}&done=struck")
