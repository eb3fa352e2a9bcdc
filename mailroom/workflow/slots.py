"""Slots: each person is reminded once a day at most, in office hours, of everything.

A follow-up that is due takes its place in the reader's next free day. Urgent matters
do not wait for the office to open.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from mailroom import cases as case_words
from mailroom.register import absences, jobs, reminders
from mailroom.register.schema import AnyRow
from mailroom.workflow import hours
from mailroom.workflow.desk import Desk
from mailroom.workflow.hours import Place
from mailroom.workflow.remind_whom import Whom


def put(
    desk: Desk, tx: Connection, row: AnyRow, case: AnyRow, whom: Whom, *, now: datetime
) -> None:
    """Put a due follow-up where its reader is told of it next.

    Who is away has told who answers instead, or is reminded when back.
    """
    where = place_of(desk, whom.address, case.site)
    urgent = _is_urgent(desk, case)
    moment = now.astimezone(where.zone) if urgent else where.opening(now)
    address = whom.address.lower()
    away = absences.of(tx, address, where.today(now))
    if away is not None and away.delegate:
        address = away.delegate
    elif away is not None:
        back = date.fromisoformat(away.until)
        morning = datetime.combine(back, time(0), where.zone)
        moment = where.opening(max(moment, morning))
    alone = whom.kind == "letter" and case_words.is_restricted(case.sensitivity)
    while True:
        there = reminders.on(tx, address, moment.date())
        if there is None:
            break
        fits = there.kind == whom.kind and there.state == "open"
        if fits and not alone and not _is_alone(tx, there):
            reminders.add(tx, there.id, row.id)
            return
        if urgent:
            moment = datetime.combine(
                moment.date() + timedelta(days=1), where.hours[0], where.zone
            )
        else:
            moment = where.morning_after(moment.date())
    reminder_id = reminders.begin(
        tx, address, moment.date(), kind=whom.kind, due_at=moment
    )
    reminders.add(tx, reminder_id, row.id)
    jobs.add(tx, "bundle", reminder_id, now=now, due_at=max(moment, now))


def place_of(desk: Desk, address: str, otherwise: str) -> Place:
    """Say where somebody reads: people of ours where they work, others at the case."""
    person = desk.directory.person(address)
    site = hours.site_of(desk.directory, person) if person is not None else otherwise
    return hours.place(desk, site)


def _is_urgent(desk: Desk, case: AnyRow) -> bool:
    degree = desk.chains.degree(case.urgency) if case.urgency else None
    return degree is not None and degree.any_hour


def _is_alone(tx: Connection, row: AnyRow) -> bool:
    """Say whether a letter speaks of a restricted matter: no other joins it."""
    return row.kind == "letter" and any(
        case_words.is_restricted(each.sensitivity)
        for each in reminders.matters(tx, row.id)
    )


def any_urgent(desk: Desk, matters: "list[AnyRow]") -> bool:
    """Say whether one of the matters does not wait for the office to open."""
    return any(_is_urgent(desk, each) for each in matters)
