"""Works out when the steps of a chain are due."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from types import MappingProxyType

from mailroom.calendar import LONGEST_PAUSE, Calendar
from mailroom.followups.chains import Chain, Step

MORNING = 9  # o'clock: reminders lie there when the office opens
LONG = 5  # working days; to a due day beyond them people are reminded earlier
_SURELY_FAR = 2 * LONGEST_PAUSE  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A step with its time."""

    step: Step
    at: datetime  # aware, in the office's zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What the days of a chain are counted from."""

    start: datetime  # aware: when the chain began
    due: date | None  # the day of the matter
    days: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    # what its letters say: field → day
    urgency: int = 0  # working days that its degree of urgency gives
    calendar: Calendar
    zone: tzinfo
    theirs: Calendar | None = None  # of who is reminded, where it is another one
    any_hour: bool = False  # so urgent that it does not wait for the office to open

    def __post_init__(self) -> None:
        """Refuse a naive start: it is a programming error."""
        if self.start.tzinfo is None:
            raise ValueError("start needs a time zone")

    @property
    def first_day(self) -> date:
        """The day on which it began, where the matter is."""
        return self.start.astimezone(self.zone).date()


def due_at(step: Step, matter: Matter, *, hour: int = MORNING) -> datetime | None:
    """Return when a step is due: `hour` o'clock of a working day, in its zone.

    A due day on a day off counts as the working day before it. Where the day is a
    holiday of who is reminded, it is the working day before that one as long as
    something can still be done, else the next. None where the step is counted from a
    day and the matter has none. The answer may lie before its start. What is to be
    done at once, at any hour, is due at the start, whatever day that is.
    """
    waits = matter.urgency if step.by_urgency else step.days
    if matter.any_hour and step.basis == "start" and not waits:
        return matter.start.astimezone(matter.zone)
    try:
        day = _day(step, matter)
    except OverflowError:  # beyond the last or before the first year of all
        return None
    if day is None:
        return None
    if matter.theirs is not None:
        back = step.basis == "due" and step.days <= 0
        both = (matter.calendar, matter.theirs)
        while not all(each.is_working_day(day) for each in both):
            day += timedelta(days=-1 if back else 1)
    return datetime.combine(day, time(hour), tzinfo=matter.zone)


def _day(step: Step, matter: Matter) -> date | None:
    calendar, first = matter.calendar, matter.first_day
    if step.basis == "start":
        basis = first
        days = matter.urgency if step.by_urgency else step.days
    else:
        named = matter.days.get(step.of) if step.of else matter.due
        if named is None:
            return None
        basis, days = named, step.days
        if not step.calendar_days:
            basis = calendar.back_to_working_day(named)
        if step.if_long is not None and _is_far(calendar, first, named):
            days = step.if_long
    if step.same_day_if_due_within and matter.due is not None:
        left = calendar.working_days_between(first, matter.due)
        if left <= step.same_day_if_due_within:
            days = 0
    if step.calendar_days:
        return calendar.back_to_working_day(basis + timedelta(days=days))
    if days or step.basis == "start":
        return calendar.add_working_days(basis, days)
    return basis


def _is_far(calendar: Calendar, first: date, named: date) -> bool:
    if (named - first).days > _SURELY_FAR:  # centuries are not counted day by day
        return True
    return named > first and calendar.working_days_between(first, named) > LONG


def in_time_order(chain: Chain, matter: Matter, hour: int) -> Iterator[Reminder]:
    """Yield the steps that have a time, the earliest first."""
    found = [(due_at(step, matter, hour=hour), step) for step in chain.steps]
    dated = [(at, step.number, step) for at, step in found if at is not None]
    for at, _, step in sorted(dated, key=lambda one: one[:2]):
        yield Reminder(step=step, at=at)


def next_step(
    chain: Chain, done: int, matter: Matter, *, hour: int = MORNING
) -> Reminder | None:
    """Return the reminder that comes next; None where the chain has run out.

    `done` is the number of the last step that fired, 0 for none. Steps come in the
    order of their times. Of steps whose time was past when the chain began only the
    last counts, due as soon as the office works: nobody is reminded twice at once.
    """
    plan = list(in_time_order(chain, matter, hour))
    numbers = [reminder.step.number for reminder in plan]
    if done in numbers:
        plan = plan[numbers.index(done) + 1 :]
    else:  # its day is no longer told
        plan = [reminder for reminder in plan if reminder.step.number > done]
    coming: Reminder | None = None
    for reminder in plan:
        if reminder.at > matter.start:
            return coming or reminder
        coming = Reminder(step=reminder.step, at=_at_once(matter, hour))
    return coming


def ends(chain: Chain, what: str) -> bool:
    """Ask whether that ends the chain: "answer", "sent", "closed"."""
    return what == "closed" or what in chain.ends_on


def days_late(due: date, today: date, calendar: Calendar) -> int:
    """Return by how many working days a matter is late; 0 where it is not."""
    return max(0, calendar.working_days_between(due, today))


def _at_once(matter: Matter, hour: int) -> datetime:
    """Return the start, or the next morning of work where it lies on a day off."""
    local = matter.start.astimezone(matter.zone)
    if matter.any_hour or matter.calendar.is_working_day(local.date()):
        return local
    day = matter.calendar.add_working_days(local.date(), 1)
    return datetime.combine(day, time(hour), tzinfo=matter.zone)
