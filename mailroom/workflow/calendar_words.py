"""Says what stands in the calendar in words that the desk and the terminal share."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from mailroom.appointments import Appointment, Clash, Kind, Standing, Why
from mailroom.errors import Text, text
from mailroom.register import itineraries

KINDS: Mapping[Kind, Text] = {
    Kind.MEETING: text("meeting"),
    Kind.ROOM: text("room"),
    Kind.VISIT: text("visit"),
    Kind.TRAVEL: text("journey"),
}
_BUSY = text("busy")
SHEET_STATES: Mapping[str, Text] = {
    itineraries.WAITING: text("waits for approval"),
    itineraries.APPROVED: text("approved, to be handed over"),
    itineraries.HANDED: text("handed over"),
    itineraries.VOID: text("void"),
}
_CLASHES: Mapping[Why, Text] = {
    "room": text("one room"),
    "person": text("one person"),
    "way": text("no time for the way"),
    "travel": text("on a journey"),
}


def hours(each: Appointment, day: date, zone: tzinfo) -> Text | str:
    """Say from when to when, as one day sees it; "…" is on another day."""
    begins, ends = each.begins_at.astimezone(zone), _end(each, zone)
    if each.whole_day and begins.date() <= day:
        return text("all day, or no hour told")
    start = f"{begins:%H:%M}" if begins.date() == day else "…"
    if ends is None:
        return start
    if begins.date() < day and ends.date() > day:
        return text("goes on")
    # What ends at midnight ends with the day.
    last = ends - timedelta(microseconds=1)
    end = f"{ends:%H:%M}" if ends.date() == day else "…"
    if last.date() == day and ends.date() != day:
        end = "24:00"
    return text("{start}–{end}", start=start, end=end)


def _end(each: Appointment, zone: tzinfo) -> datetime | None:
    return each.ends_at.astimezone(zone) if each.ends_at is not None else None


def elsewhere(each: Appointment, zone: tzinfo) -> str:
    """Give the hour by the clock by which it was told: "09:30 London"; "": ours."""
    if each.whole_day or not each.zone or each.hidden:
        return ""
    theirs = each.begins_at.astimezone(ZoneInfo(each.zone))
    if theirs.utcoffset() == each.begins_at.astimezone(zone).utcoffset():
        return ""
    return f"{theirs:%H:%M} {each.zone.rpartition('/')[2].replace('_', ' ')}"


def what(each: Appointment) -> Text:
    """Say what it is; of what is not for these eyes, that somebody is busy."""
    if each.hidden:
        return _BUSY
    return text("{kind}: {title}", kind=KINDS[each.kind], title=each.title)


def notes(each: Appointment, zone: tzinfo) -> list[Text]:
    """Say what else is to be known of it."""
    found = []
    if there := elsewhere(each, zone):
        found.append(text("there it is {hour}", hour=there))
    if each.recurs:
        found.append(text("it recurs; only its first time stands here"))
    if not each.sure:
        found.append(text("hold the time against the letter"))
    return found


def fate(each: Appointment) -> Text | None:
    """Say what became of it; None while it stands."""
    if each.standing == Standing.MOVED:
        return text("no longer at this time: moved or changed")
    return text("cancelled") if each.standing == Standing.CANCELLED else None


def where(each: Appointment) -> str:
    """Say where it is, and what one travels by."""
    way = f"→ {each.destination}" if each.destination else ""
    place = each.venue if each.room and each.room in each.venue else each.room
    parts = (place or each.venue, each.transport_no, way, each.hotel)
    return " · ".join(filter(None, parts))


def clash_words(clash: Clash, zone: tzinfo) -> Text:
    """Name a clash: whose, why, and which two, by the numbers of their cases."""
    return text(
        "{whose}: {why}: {first} and {second}",
        whose=clash.whose,
        why=_CLASHES[clash.why],
        first=_named(clash.first, zone),
        second=_named(clash.second, zone),
    )


def _named(each: Appointment, zone: tzinfo) -> Text:
    at = f"{each.begins_at.astimezone(zone):%m-%d %H:%M}"
    if each.hidden:
        return text("{at} busy", at=at)
    number = each.case_no or f"#{each.id}"
    return text("{at} {number} {title}", at=at, number=number, title=each.title)


def was(stop: Mapping[str, str]) -> Text:
    """Mark the time at which a line of a sheet stood before."""
    return text("(not {was})", was=stop["was"])
