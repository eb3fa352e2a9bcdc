"""The day sheet: who is where and when, as somebody may see it, and what clashes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from mailroom.appointments import Appointment, Clash, Kind, Standing, clashes
from mailroom.cases import Sight
from mailroom.register import appointments
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySheet:
    """Some days of the calendar, for somebody's eyes."""

    first: date
    last: date
    shown: tuple[Appointment, ...]  # by their time; struck ones, too
    clashes: tuple[Clash, ...]  # what is not for these eyes is but "busy"

    def of_day(self, day: date, zone: tzinfo) -> tuple[Appointment, ...]:
        """Keep what touches one day by the office's clock."""
        begin, end = _bounds(day, day, zone)
        return tuple(each for each in self.shown if _touches(each, begin, end))


def day_sheet(
    desk: Desk,
    sight: Sight | None,
    first: date,
    last: date | None = None,
    *,
    person: str = "",
    room: str = "",
) -> DaySheet:
    """Put together the calendar of some days, of one person or of one room.

    What `sight` may not see shows that its people and its room are busy, and no more;
    None sees all, for papers that are for named eyes themselves. What takes nobody and
    no room of ours is left out: even its number would tell its day.
    """
    last = last or first
    begin, end = _bounds(first, last, desk.settings.office.zone)
    # A day around it: what ends late leaves no time for what begins early.
    around = timedelta(days=1)
    with desk.database.read() as tx:
        rows = appointments.between(tx, begin - around, end + around)
    whole = [value_of(desk, row) for row in rows]
    shown = {
        each.id: each if sight is None or sees(sight, row) else _covered(each)
        for each, row in zip(whole, rows, strict=True)
    }
    inside = [
        shown[each.id]
        for each in whole
        if _touches(each, begin, end)
        and (not person or person in each.people)
        and (not room or room == each.room)
    ]
    ids = {each.id for each in inside}
    found = tuple(
        _as_shown(clash, shown)
        for clash in clashes(whole)
        if {clash.first.id, clash.second.id} & ids
        and (not (person or room) or clash.whose in (person, room))
    )
    return DaySheet(
        first=first,
        last=last,
        shown=tuple(each for each in inside if not _is_nowhere(each)),
        clashes=found,
    )


def _bounds(first: date, last: date, zone: tzinfo) -> tuple[datetime, datetime]:
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    return datetime.combine(first, time(), zone), end


def _touches(each: Appointment, begin: datetime, end: datetime) -> bool:
    return each.begins_at < end and (each.until > begin or each.begins_at >= begin)


def value_of(desk: Desk, row: AnyRow) -> Appointment:
    """Read a row of the calendar, with where its room is."""
    found = desk.directory.room(row.room) if row.room else None
    return appointments.value(row, site=found.site if found else "")


def sees(sight: Sight, row: AnyRow) -> bool:
    """Say whether somebody may see an appointment: as its case, else by itself."""
    if row.case_id is None:
        return sight.sees(row.sensitivity, None, row.owner)
    return sight.sees(row.case_sensitivity, row.category, row.case_owner)


def _covered(whole: Appointment) -> Appointment:
    """Leave of an appointment only that its people and its room are busy."""
    return replace(
        whole, hidden=True, kind=Kind.MEETING, title="", venue="", case_no="",
        case_id=None, transport_no="", booking_ref="", hotel="", destination="",
        recurs="", uid="", ends_at=whole.until, heir=None,
    )  # fmt: skip


def _as_shown(clash: Clash, shown: Mapping[int, Appointment]) -> Clash:
    first, second = shown[clash.first.id], shown[clash.second.id]
    why = clash.why
    if (first.hidden or second.hidden) and why != "room":
        why = "person"  # that one of them is a journey is not told
    return replace(clash, first=first, second=second, why=why)


def _is_nowhere(each: Appointment) -> bool:
    """Say whether nothing is left to show: struck, or of nobody and no room of ours."""
    if not each.hidden:
        return False
    struck = each.standing != Standing.STANDS
    return struck or not (each.people or each.room)


def week_of(day: date) -> tuple[date, date]:
    """Return the Monday and the Sunday of a day's week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)
