"""A person enters an appointment, or strikes one: their name stands beside it."""

from dataclasses import replace
from datetime import datetime

from mailroom.appointments import Appointment, Standing
from mailroom.cases import Sight
from mailroom.errors import ReviewError, text
from mailroom.register import appointments, cases
from mailroom.workflow.day_sheet import sees
from mailroom.workflow.desk import Desk
from mailroom.workflow.itinerary import calendar_changed
from mailroom.workflow.permission import person_behind

LONGEST_WORDS = 200  # of a title, a venue


def add_by_hand(
    desk: Desk,
    told: Appointment,
    *,
    restricted: bool,
    who: str,
    sight: Sight,
    now: datetime,
) -> int:
    """Enter what a person tells, of a case (`told.case_no`) or of none; its id.

    People and rooms are known by any of their names. What is restricted is shown to
    whoever enters it and to the office's readers of restricted matters. Raises
    ReviewError.
    """
    person = person_behind(desk, who)
    if not told.title.strip():
        raise ReviewError(text("Say what the appointment is."))
    if told.ends_at is not None and told.ends_at <= told.begins_at:
        raise ReviewError(text("It ends before it begins."))
    told = replace(
        told,
        title=told.title.strip()[:LONGEST_WORDS],
        venue=told.venue.strip()[:LONGEST_WORDS],
        room=room_named(desk, told.room) if told.room else "",
        people=tuple(dict.fromkeys(person_named(desk, name) for name in told.people)),
    )
    with desk.database.write() as tx:
        case_id = None
        if told.case_no:
            case = cases.by_number(tx, told.case_no)
            if case is None or not sight.sees(
                case.sensitivity, case.category, case.owner
            ):
                raise ReviewError(
                    text("there is no case {number}", number=told.case_no)
                )
            case_id = case.id
        number = appointments.enter(
            tx, replace(told, case_id=case_id), now=now, actor=who,
            sensitivity="confidential" if restricted else "normal",
            owner=person.name if person else who,
        )  # fmt: skip
        calendar_changed(desk, tx, now=now)
    return number


def cancel_by_hand(
    desk: Desk, number: int, *, reason: str, who: str, sight: Sight, now: datetime
) -> None:
    """Strike an appointment by a person's word. Raises ReviewError."""
    person_behind(desk, who)
    with desk.database.write() as tx:
        row = appointments.find(tx, number)
        if row is None or not sees(sight, row):
            raise ReviewError(text("there is no appointment {id}", id=number))
        if row.standing != Standing.STANDS:
            raise ReviewError(text("appointment {id} stands no longer", id=number))
        appointments.strike(tx, row, reason=reason, now=now, actor=who)
        calendar_changed(desk, tx, now=now)


def person_named(desk: Desk, name: str) -> str:
    """Return the name of a person of ours. Raises ReviewError for a stranger."""
    person = desk.directory.person(name.strip())
    if person is None:
        raise ReviewError(text("there is no {name} in rules/office", name=name))
    return person.name


def room_named(desk: Desk, name: str) -> str:
    """Return the name of a room of ours. Raises ReviewError where there is none."""
    room = desk.directory.room(name)
    if room is None:
        raise ReviewError(text("there is no room {name} in rules/office", name=name))
    return room.name
