"""Works out when the steps of a chain are due."""

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from mailroom.calendar import Calendar
from mailroom.followups.chains import Chain, Step

MORNING = 9  # o'clock: reminders lie there when the office opens


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A step with its time."""

    step: Step
    at: datetime  # aware, in the office's zone


def due_at(
    step: Step,
    *,
    start: datetime,
    due: date | None,
    calendar: Calendar,
    zone: tzinfo,
    hour: int = MORNING,
) -> datetime | None:
    """Return when a step is due: `hour` o'clock of a working day, in `zone`.

    `start` (aware) is when the chain began, `due` the day of the matter. A `due` on a
    day off counts as the working day before it. None where the step is counted from a
    due day and the matter has none. The answer may lie before `start`.
    """
    if start.tzinfo is None:
        raise ValueError("start needs a time zone")
    if step.basis == "start":
        day = calendar.add_working_days(start.astimezone(zone).date(), step.days)
    elif due is None:
        return None
    else:
        day = calendar.back_to_working_day(due)
        if step.days:
            day = calendar.add_working_days(day, step.days)
    return datetime.combine(day, time(hour), tzinfo=zone)


def next_step(
    chain: Chain,
    done: int = 0,
    *,
    start: datetime,
    due: date | None,
    calendar: Calendar,
    zone: tzinfo,
    hour: int = MORNING,
) -> Reminder | None:
    """Return the reminder that comes next; None where the chain has run out.

    `done` is the number of the last step that fired, 0 for none. Steps are taken in
    the order of the file. Of steps whose time was past when the chain began only the
    last counts, due as soon as the office works: nobody is reminded twice at once.
    """
    coming: Reminder | None = None
    for step in chain.steps[done:]:
        at = due_at(step, start=start, due=due, calendar=calendar, zone=zone, hour=hour)
        if at is None:
            continue
        if at > start:
            return coming or Reminder(step=step, at=at)
        coming = Reminder(step=step, at=_at_once(start, calendar, zone, hour))
    return coming


def ends(chain: Chain, what: str) -> bool:
    """Ask whether that ends the chain: "answer", "sent", "closed"."""
    return what == "closed" or what in chain.ends_on


def days_late(due: date, today: date, calendar: Calendar) -> int:
    """Return by how many working days a matter is late; 0 where it is not."""
    return max(0, calendar.working_days_between(due, today))


def _at_once(start: datetime, calendar: Calendar, zone: tzinfo, hour: int) -> datetime:
    """Return `start`, or the next morning of work where it lies on a day off."""
    local = start.astimezone(zone)
    if calendar.is_working_day(local.date()):
        return local
    day = calendar.add_working_days(local.date(), 1)
    return datetime.combine(day, time(hour), tzinfo=zone)
