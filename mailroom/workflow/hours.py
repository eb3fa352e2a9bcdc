"""Knows where a case or a person of ours is: its working days, its clock, its hours."""

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from mailroom.calendar import Calendar, Region
from mailroom.directory import Directory, Person
from mailroom.workflow.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The days and hours of the office at one place."""

    calendar: Calendar
    zone: tzinfo
    hours: tuple[time, time]

    def opening(self, now: datetime) -> datetime:
        """Return `now` where the office is open, else when it opens next."""
        local = now.astimezone(self.zone)
        opens, closes = self.hours
        if self.calendar.is_working_day(local.date()):
            if opens <= local.time() < closes:
                return local
            if local.time() < opens:
                return datetime.combine(local.date(), opens, self.zone)
        return self.morning_after(local.date())

    def morning_after(self, day: date) -> datetime:
        """Return when the office opens on the next working day."""
        later = self.calendar.add_working_days(day, 1)
        return datetime.combine(later, self.hours[0], self.zone)

    def closing(self, now: datetime) -> datetime:
        """Return when the office closes on the day of `now`."""
        day = now.astimezone(self.zone).date()
        return datetime.combine(day, self.hours[1], self.zone)

    def today(self, now: datetime) -> date:
        """Return the date there."""
        return now.astimezone(self.zone).date()


def place(desk: Desk, site: str) -> Place:
    """Give the days and hours of a site of ours; of the seat, where it is none."""
    directory = desk.directory
    for each in directory.sites:
        if each.name == site:
            return Place(
                calendar=days_of(each.calendar),
                zone=ZoneInfo(each.timezone),
                hours=directory.hours,
            )
    zone = desk.settings.office.zone
    return Place(calendar=desk.calendar, zone=zone, hours=directory.hours)


def site_of(directory: Directory, person: Person | None) -> str:
    """Name the site where somebody of ours works; "" is the seat of the office."""
    unit = person.unit if person else ""
    return next((site.name for site in directory.sites if site.name == unit), "")


@cache
def days_of(region: Region) -> Calendar:
    """Return the public working days of a region."""
    return Calendar.load(region)
