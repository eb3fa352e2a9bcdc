"""Takes what the calendar part of a letter says at its word (RFC 5545, RFC 5546)."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailroom.message.attachment_text.invitations import Event, read_events
from mailroom.message.attachment_text.limits import NotReadError
from mailroom.message.model import Attachment
from mailroom.rules.model import Field
from mailroom.rules.page import Page

MOST_BYTES = 500_000  # an invitation has a few thousand

_NAMED = {"start": "DTSTART", "end": "DTEND", "venue": "LOCATION", "room": "LOCATION"}
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(Z?)(?: (.{1,80}))?)?")
_DURATION = re.compile(
    r"P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:\d{1,4}S)?)?"
)
# What Outlook calls a zone, where the office may well have correspondents.
_OUTLOOK: Mapping[str, str] = {
    "china standard time": "Asia/Shanghai",
    "taipei standard time": "Asia/Taipei",
    "gmt standard time": "Europe/London",
    "w. europe standard time": "Europe/Berlin",
    "romance standard time": "Europe/Paris",
    "eastern standard time": "America/New_York",
    "central standard time": "America/Chicago",
    "mountain standard time": "America/Denver",
    "pacific standard time": "America/Los_Angeles",
    "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw",
    "russian standard time": "Europe/Moscow",
    "arabian standard time": "Asia/Dubai",
    "india standard time": "Asia/Kolkata",
    "singapore standard time": "Asia/Singapore",
    "tokyo standard time": "Asia/Tokyo",
    "korea standard time": "Asia/Seoul",
    "aus eastern standard time": "Australia/Sydney",
    "utc": "UTC",
}


def calendar_asks(
    page: Page,
) -> Literal["new", "change", "cancel", "confirmation"] | None:
    """Say what a calendar part does to its event; None where there is no such part.

    A part without METHOD only tells of an event, and asks nothing.
    """
    event = calendar_event(page)
    if event is None or not event.method:
        return None
    if event.method == "CANCEL":
        return "cancel"
    if event.method == "REPLY":
        return "confirmation"
    if event.method == "REQUEST":
        later = event.values.get("SEQUENCE", "0").strip().lstrip("0")
        return "change" if later else "new"
    return None


def calendar_event(page: Page) -> Event | None:
    """Give the first event of the first calendar part; None where there is none."""
    return None if page.is_sealed else invitation_in(page.message.attachments)


def invitation_in(attachments: Iterable[Attachment]) -> Event | None:
    """Give the first event of the first calendar part among attachments."""
    for each in attachments:
        if _is_calendar(each) and each.size <= MOST_BYTES:
            try:
                events = read_events(each.content)
            except NotReadError:
                continue
            if events:
                return events[0]
    return None


def calendar_fields(page: Page, wanted: set[str]) -> dict[str, Field]:
    """Give the fields among `wanted` that the calendar part names, in our own time.

    What a calendar says of start, end and place is surer than what the text says, but
    for an hour of a zone whose name nobody knows.
    """
    event = calendar_event(page) if wanted & _NAMED.keys() else None
    if event is None:
        return {}
    found = {}
    for name in wanted & _NAMED.keys():
        said = event.values.get(_NAMED[name], "")
        if name == "end" and not said:
            said = _after(event.values.get("DTSTART", ""), event.values)
        sure = True
        if name in {"start", "end"}:
            sure = _is_of_known_zone(said)
            said = _local(said, page.context.zone, last_day=name == "end")
        if said:
            found[name] = Field(value=said, zone="attachment", span=(0, 0), sure=sure)
    return found


def _is_calendar(attachment: Attachment) -> bool:
    kinds = ("text/calendar", "application/ics")
    return attachment.type in kinds or attachment.name.lower().endswith(".ics")


def _local(said: str, zone: tzinfo | None, *, last_day: bool) -> str:
    """Give a moment in the office's time; a day as the day it is."""
    match = _MOMENT.fullmatch(said)
    if match is None:
        return ""
    if match[2] is None:
        # DTEND of whole days is the first day that belongs to it no more.
        day = date.fromisoformat(match[1]) - timedelta(days=int(last_day))
        return day.isoformat()
    written = datetime.fromisoformat(f"{match[1]}T{match[2]}")
    theirs = UTC if match[3] else _zone(match[4] or "")
    if theirs is not None and zone is not None:
        written = written.replace(tzinfo=theirs).astimezone(zone)
    return f"{written:%Y-%m-%dT%H:%M}"


def _is_of_known_zone(said: str) -> bool:
    match = _MOMENT.fullmatch(said)
    return match is None or not match[4] or _zone(match[4]) is not None


def zone_told(event: Event) -> str:
    """Name the zone of time in which an event begins; "" where that is not known."""
    match = _MOMENT.fullmatch(event.values.get("DTSTART", ""))
    zone = _zone(match[4] or "") if match else None
    return zone.key if isinstance(zone, ZoneInfo) else ""


def _after(start: str, values: Mapping[str, str]) -> str:
    """Give the end of an event that tells how long it lasts (RFC 5545, 3.3.6)."""
    match = _MOMENT.fullmatch(start)
    lasts = _DURATION.fullmatch(values.get("DURATION", ""))
    if match is None or match[2] is None or lasts is None or not any(lasts.groups()):
        return ""
    weeks, days, hours, minutes = (int(part or 0) for part in lasts.groups())
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    ends = datetime.fromisoformat(f"{match[1]}T{match[2]}") + length
    return f"{ends:%Y-%m-%dT%H:%M}{match[3]}" + (f" {match[4]}" if match[4] else "")


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(_OUTLOOK.get(name.casefold(), name)) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
