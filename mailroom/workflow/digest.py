"""Digest: reviewers are told in the morning how many drafts wait, and no more.

Fixed words, once a day for each person, on working days. The link leads to the login
and decides nothing: mail scanners follow links.
"""

from datetime import datetime

from sqlalchemy import Connection

from mailroom.errors import text
from mailroom.i18n import LANGUAGES, Language, say
from mailroom.register import jobs, logins, queue, sends
from mailroom.register.jobs import Job
from mailroom.register.logins import Login, Role
from mailroom.register.queue import Filter
from mailroom.workflow.desk import Desk
from mailroom.workflow.health import ago
from mailroom.workflow.sight import sight_of


def plan(desk: Desk, tx: Connection, *, now: datetime) -> None:
    """Make sure that the next working morning's digest is queued."""
    opens, _ = desk.directory.hours
    zone = desk.settings.office.zone
    today = desk.today(now)
    due_at = datetime.combine(today, opens, zone)
    if due_at <= now or not desk.calendar.is_working_day(today):
        day = desk.calendar.add_working_days(today, 1)
        due_at = datetime.combine(day, opens, zone)
    day = due_at.date()
    jobs.add(tx, "digest", day.toordinal(), now=now, due_at=due_at, key=f"digest:{day}")


def digest(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Tell each reviewer what waits that they may see; returns the jobs that send it.

    A service that was down in the morning tells when it is back, on working days.
    Raises LeaseLostError.
    """
    following: list[int | None] = []
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        today = desk.today(now)
        if desk.calendar.is_working_day(today):
            everybody = logins.everybody(tx)
            following += [_tell(desk, tx, login, now) for login in everybody]
        plan(desk, tx, now=now)
        jobs.finish(tx, job, now=now)
    return [number for number in following if number is not None]


def _tell(desk: Desk, tx: Connection, login: Login, now: datetime) -> int | None:
    person = desk.directory.person(login.person) if login.person else None
    if login.ended or person is None or not login.role.reaches(Role.REVIEWER):
        return None
    if not desk.directory.is_own(person.address):
        return None
    sight = sight_of(desk, person)
    count = queue.count(tx, sight, Filter())
    if not count:
        return None
    (first,) = queue.listed(tx, sight, Filter(order="oldest"), limit=1)
    waits = ago(now - first.created_at)
    address = desk.settings.web.public_url
    link = (
        text("Log in: {address}", address=address)
        if address
        else text("Open the desk in the browser and log in.")
    )
    language = _language(login, desk.settings.office.language)
    notice = sends.add_notice(
        tx,
        key=f"digest:{desk.today(now)}:{person.address}",
        to=person.address,
        subject=say(text("{n} drafts wait for a decision", n=count), language),
        body=say(
            text(
                "{n} drafts wait for a decision, the oldest for {time}.\n{link}",
                n=count, time=waits, link=link,
            ),
            language,
        ),
        now=now,
    )  # fmt: skip
    return jobs.add(tx, "notice", notice, now=now) if notice is not None else None


def _language(login: Login, office: Language) -> Language:
    return next((known for known in LANGUAGES if known == login.language), office)
