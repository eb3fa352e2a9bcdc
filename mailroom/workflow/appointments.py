"""Enters in the calendar what sorted letters tell of times and places.

A change takes the place of what it changes, and the old time stays, marked; a
cancellation strikes it. Where it is not clear which appointment a letter means, nothing
is struck: what it tells stands beside the others, and the clash is seen.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from mailroom.appointments import Appointment, Kind
from mailroom.message.attachment_text.invitations import Event
from mailroom.message.model import Message
from mailroom.register import appointments
from mailroom.register.schema import AnyRow
from mailroom.rules.calendar_parts import invitation_in, zone_told
from mailroom.rules.model import Classification, Field
from mailroom.workflow.desk import Desk
from mailroom.workflow.entry import Entry
from mailroom.workflow.private import covered
from mailroom.workflow.reading import site_of
from mailroom.workflow.taking_part import destination, taking_part

# Drawer → what its letters tell of, and the fields in which that begins and ends.
DRAWERS: Mapping[str, tuple[Kind, str, str]] = {
    "meeting_notice": (Kind.MEETING, "start", "end"),
    "room_booking": (Kind.ROOM, "start", "end"),
    "visit_event": (Kind.VISIT, "start", "end"),
    "travel": (Kind.TRAVEL, "depart", "return_date"),
}
# Letters that tell of nothing new, and those that only ask about what is known.
_SILENT = frozenset({"thanks", "completion"})
_ASKING = frozenset({"chase", "question"})
# What an invitation's program answers by itself (RFC 5546, 1.4).
_ANSWERS = frozenset({"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"})


def note_appointments(entry: Entry, case: AnyRow) -> bool:
    """Enter what a letter of a case tells of the calendar; say whether it has changed.

    It belongs to the transaction in which the letter is sorted.
    """
    answer = entry.reading.answer
    drawer = DRAWERS.get((answer.category if answer else None) or "")
    if answer is None or drawer is None or answer.mail_type in _SILENT:
        return False
    event = invitation_in(entry.reading.message.attachments)
    if event is not None and event.method in _ANSWERS:
        return False
    told = _told(entry, case, answer, event)
    if _is_stale(entry, told):
        return False
    standing = _standing(entry, case, told)
    meant = _meant(standing, told, answer.mail_type)
    if answer.mail_type == "cancel":
        return _strike(entry, meant, told)
    if answer.mail_type == "change" and meant is not None:
        return _move(entry, meant, told)
    asks = answer.mail_type in _ASKING and standing
    return not asks and _enter(entry, told, standing)


def _enter(entry: Entry, told: Appointment, standing: list[AnyRow]) -> bool:
    if told.begins_at == _NEVER or any(_is_known(each, told) for each in standing):
        return False
    appointments.enter(entry.tx, told, message_id=entry.row.id, now=entry.now)
    return True


def forget_message(entry: Entry, *, actor: str) -> None:
    """Strike what a letter told that a person has put into another drawer."""
    for each in appointments.of_message(entry.tx, entry.row.id):
        appointments.strike(
            entry.tx, each, reason="sorted anew", now=entry.now, actor=actor
        )


_NEVER = datetime.min.replace(tzinfo=ZoneInfo("UTC"))  # the letter tells no time


def _standing(entry: Entry, case: AnyRow, told: Appointment) -> list[AnyRow]:
    """List what the letter may mean: of its invitation, else of its case.

    Of a series the first time stands, so a letter on a later one does not mean it.
    """
    of_uid = list(appointments.standing(entry.tx, uid=told.uid) if told.uid else ())
    if series := told.uid.rpartition(" ")[0]:
        first = appointments.standing(entry.tx, uid=series)
        of_uid += [each for each in first if each.begins_at == told.begins_at]
    found = [each for each in of_uid if _may_change(entry, each)]
    if not found:
        of_case = appointments.standing(entry.tx, case_id=case.id)
        found = [
            each
            for each in of_case
            if each.kind == told.kind
            and (
                not each.uid
                or (told.uid in ("", each.uid) and _may_change(entry, each))
            )
        ]
    return found


def _may_change(entry: Entry, each: AnyRow) -> bool:
    """Say whether the sender may move it: whoever knows a UID is not its organiser."""
    sender = entry.reading.message.sender
    if sender is None or each.message_id is None:
        return False
    return appointments.came_from(entry.tx, each.id) == sender.domain


def _is_stale(entry: Entry, told: Appointment) -> bool:
    """Say whether a newer version of the invitation is known (RFC 5546, 2.1.4)."""
    sender = entry.reading.message.sender
    if not told.uid or sender is None:
        return False
    known = appointments.newest_sequence(entry.tx, told.uid, sender.domain)
    return known is not None and told.sequence < known


def _meant(
    standing: list[AnyRow], told: Appointment, mail_type: str | None
) -> AnyRow | None:
    """Find the one appointment that a change or a cancellation means."""
    if len(standing) == 1:
        return standing[0]
    if mail_type == "cancel":  # it names the time that is off
        same = [each for each in standing if each.begins_at == told.begins_at]
        if len(same) == 1:
            return same[0]
    for name in ("uid", "transport_no", "booking_ref", "room"):
        said = getattr(told, name)
        same = [each for each in standing if said and getattr(each, name) == said]
        if len(same) == 1:
            return same[0]
    return None


def _is_known(each: AnyRow, told: Appointment) -> bool:
    return bool(
        each.begins_at == told.begins_at
        and (not told.room or each.room in ("", told.room))
        and (not told.transport_no or each.transport_no == told.transport_no)
    )


def _strike(entry: Entry, meant: AnyRow | None, told: Appointment) -> bool:
    if meant is None:
        return False
    appointments.strike(
        entry.tx, meant, reason="they cancelled it", now=entry.now,
        sequence=max(told.sequence, meant.sequence),
    )  # fmt: skip
    return True


def _move(entry: Entry, old: AnyRow, told: Appointment) -> bool:
    """Enter what is so now, with what was told before and has not changed."""
    begins_at = old.begins_at if told.begins_at == _NEVER else told.begins_at
    ends_at = told.ends_at
    if ends_at is None and old.ends_at is not None:
        ends_at = old.ends_at
        if old.kind != Kind.TRAVEL:  # a meeting lasts as long at another hour
            ends_at = begins_at + (old.ends_at - old.begins_at)
        elif ends_at <= begins_at:
            ends_at = None
    now_so = replace(
        told,
        begins_at=begins_at,
        ends_at=ends_at,
        whole_day=old.whole_day if told.begins_at == _NEVER else told.whole_day,
        title=old.title,
        venue=told.venue or old.venue,
        room=told.room or ("" if told.venue else old.room),
        people=told.people or tuple(old.people),
        transport_no=told.transport_no or old.transport_no,
        booking_ref=told.booking_ref or old.booking_ref,
        hotel=told.hotel or old.hotel,
        destination=told.destination or old.destination,
        recurs=told.recurs or old.recurs,
        uid=told.uid or old.uid,
        case_id=old.case_id,
    )
    same = ("begins_at", "ends_at", "venue", "room", "transport_no", "hotel")
    if all(getattr(now_so, name) == getattr(old, name) for name in same):
        return False
    heir = appointments.enter(entry.tx, now_so, message_id=entry.row.id, now=entry.now)
    appointments.replace(entry.tx, old, heir, now=entry.now)
    return True


# ── what a letter tells ─────────────────────────────────────────────────────────


def _told(
    entry: Entry, case: AnyRow, answer: Classification, event: Event | None
) -> Appointment:
    """Put together what the letter tells; `_NEVER` where it tells no time."""
    desk, message = entry.desk, entry.reading.message
    kind, start, end = DRAWERS[answer.category or ""]
    fields = answer.fields
    venue, room, room_site = _place(desk, message, kind, fields)
    home = desk.settings.office.zone
    # What a calendar part says has been put into the office's own time.
    zone = home if _is_of_calendar(fields.get(start)) else _clock(entry, room_site)
    begins_at, ends_at, whole_day = _span(fields, start, end, zone)
    return Appointment(
        id=0,
        kind=kind,
        begins_at=begins_at or _NEVER,
        ends_at=ends_at,
        whole_day=whole_day,
        zone=(zone_told(event) if event else "") or str(zone),
        title=covered(message.base_subject or message.subject),
        venue=covered(venue),
        room=room,
        people=taking_part(desk.directory, message, fields, event),
        transport_no=_said(fields, "transport_no"),
        booking_ref=_said(fields, "booking_ref"),
        hotel=covered(_said(fields, "hotel")),
        destination=destination(message) if kind == Kind.TRAVEL else "",
        recurs=event.values.get("RRULE", "") if event else "",
        uid=_uid(event) if event else "",
        sequence=_sequence(event) if event else 0,
        sure=all(fields[name].sure for name in (start, end) if name in fields),
        case_id=case.id,
    )


def _said(fields: Mapping[str, Field], name: str) -> str:
    return fields[name].value if name in fields else ""


def _is_of_calendar(field: Field | None) -> bool:
    return field is not None and field.zone == "attachment"


def _uid(event: Event) -> str:
    """Name an invitation; one time of a series that is moved has a name of its own."""
    uid = event.values.get("UID", "")
    once = event.values.get("RECURRENCE-ID", "")
    return f"{uid} {once}".strip() if uid else ""


def _sequence(event: Event) -> int:
    digits = event.values.get("SEQUENCE", "0").strip()
    return int(digits[:9]) if digits.isdecimal() else 0


def _clock(entry: Entry, room_site: str) -> tzinfo:
    """Say whose clock a letter tells the time by: the room's, else the writer's."""
    desk = entry.desk
    sites = {site.name: site.timezone for site in desk.directory.sites}
    home = desk.settings.office.zone
    if room_site:
        return ZoneInfo(sites[room_site]) if room_site in sites else home
    site = site_of(entry.reading.message, desk.directory, home)
    return ZoneInfo(site.timezone) if site else home


def _place(
    desk: Desk, message: Message, kind: Kind, fields: Mapping[str, Field]
) -> tuple[str, str, str]:
    """Say where it is: the venue in words, the room of ours, and its site.

    A stranger's great hall is not ours because it is called so.
    """
    words = _said(fields, "room") or _said(fields, "venue") or _said(fields, "location")
    found = desk.directory.room(words) if words else None
    sender = message.sender.address if message.sender else ""
    ours = kind == Kind.ROOM or desk.directory.is_own(sender)
    if found is not None and (ours or words in (found.name, *found.aliases)):
        return words, found.name, found.site
    return words, "", ""


def _span(
    fields: Mapping[str, Field], start: str, end: str, zone: tzinfo
) -> tuple[datetime | None, datetime | None, bool]:
    begins_at, whole_day = moment(_said(fields, start), zone)
    ends_at, whole_end = moment(_said(fields, end), zone)
    if begins_at is None:
        return None, None, False
    if ends_at is not None and whole_end:
        ends_at = day_after(ends_at)
    if ends_at is not None and ends_at <= begins_at:
        ends_at = None
    if ends_at is None and whole_day:
        ends_at = day_after(begins_at)
    return begins_at, ends_at, whole_day


def moment(said: str, zone: tzinfo) -> tuple[datetime | None, bool]:
    """Read a field's moment in a zone; says, too, whether it is a day without hour."""
    try:
        if "T" not in said:
            return datetime.combine(date.fromisoformat(said), time(), zone), True
        return datetime.fromisoformat(said[:16]).replace(tzinfo=zone), False
    except ValueError:
        return None, False


def day_after(moment: datetime) -> datetime:
    """Return the same hour of the next day, by the clock of the place."""
    return moment + timedelta(days=1)
