"""Asks when a message was written."""

from dataclasses import dataclass
from datetime import date, datetime, time

from mailroom.rules.conditions.hit import Hit, Hits
from mailroom.rules.page import Page

_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCondition:
    """Compares the message's own Date, in the office's zone; all must fit.

    A message without a Date fits nothing.
    """

    weekdays: frozenset[int] = frozenset()  # 0 is Monday; empty: any
    hours: tuple[time, time] | None = None  # from, up to but without; may pass midnight
    after: date | None = None  # later than this day
    before: date | None = None  # earlier than this day
    working_day: bool | None = None  # None: does not matter
    office_hours: bool | None = None  # on a working day, while the office is open

    def hits(self, page: Page) -> Hits | None:
        """Give the moment."""
        written = page.message.date
        if written is None:
            return None
        here = written.astimezone(page.context.zone or written.tzinfo)
        day = here.date()
        fits = (
            (not self.weekdays or day.weekday() in self.weekdays)
            and (self.hours is None or _between(here, self.hours))
            and (self.after is None or day > self.after)
            and (self.before is None or day < self.before)
            and (self.working_day in {None, _worked(page, day)})
            and (self.office_hours in {None, _open(page, here)})
        )
        said = f"{here:%Y-%m-%d %H:%M}"
        return (Hit(condition="date", said=said),) if fits else None


def _between(moment: datetime, hours: tuple[time, time]) -> bool:
    start, end = hours
    now = moment.time()
    return start <= now < end if start < end else now >= start or now < end


def _worked(page: Page, day: date) -> bool:
    calendar = page.context.calendar
    # Without a calendar nobody knows of holidays; the week is known.
    return calendar.is_working_day(day) if calendar else day.weekday() < _SATURDAY


def _open(page: Page, moment: datetime) -> bool:
    hours = page.context.directory.hours
    return _worked(page, moment.date()) and _between(moment, hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeCondition:
    """Compares the size of the whole message in bytes."""

    over: int | None = None  # larger than this
    under: int | None = None  # smaller than this

    def hits(self, page: Page) -> Hits | None:
        """Give the size."""
        size = page.message.size
        return (Hit(condition="size", said=str(size)),) if self.fits(size) else None

    def fits(self, size: int) -> bool:
        """Say whether a size lies between the bounds, which belong to neither side."""
        return (self.over is None or size > self.over) and (
            self.under is None or size < self.under
        )
