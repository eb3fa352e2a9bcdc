"""Reads invitations: the events of a calendar part (RFC 5545)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from mailroom.message.attachment_text.limits import LONGEST
from mailroom.message.attachment_text.plain import decode

MOST_EVENTS = 50
_LONGEST_VALUE = 2_000  # characters of one property
_ENTRIES = frozenset({"VEVENT", "VTODO"})  # what an invitation tells of
_TOLD = (
    "SUMMARY", "DTSTART", "DTEND", "DURATION", "DUE", "RRULE", "LOCATION", "ORGANIZER",
    "STATUS", "DESCRIPTION",
)  # fmt: skip
_KEPT = frozenset({*_TOLD, "SEQUENCE", "UID", "RECURRENCE-ID"})
_MOST_ATTENDEES = 200
_MOMENTS = frozenset({"DTSTART", "DTEND", "DUE", "RECURRENCE-ID"})
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?(Z?)", re.ASCII)
# Of other years no clock can be turned to that of another place.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
# A parameter's value may be quoted and hold : and ; (RFC 5545, 3.1).
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,40})=("[^"\n]{0,400}"|[^";:,\n]{0,400})')


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event or task, as its calendar part tells it."""

    method: str = ""  # REQUEST, CANCEL, REPLY …: what the sender wants of us
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    # property → text; moments as 2026-03-05T14:00, with Z where they are UTC
    attendees: tuple[str, ...] = ()  # addresses, without those who have declined

    def lines(self) -> Iterator[str]:
        """Give the event as lines for a reader of text."""
        if self.method:
            yield f"METHOD: {self.method}"
        for name in _TOLD:
            value = self.values.get(name)
            if value is not None:
                spaced = value.replace("T", " ", 1) if name in _MOMENTS else value
                yield f"{name}: {spaced}"


def read_events(content: bytes) -> tuple[Event, ...]:
    """Give the events and tasks of a calendar part, at most MOST_EVENTS.

    Zones of time are named after the value ("2026-03-05T14:00 Asia/Shanghai"): what a
    sender's program calls a zone is no name that others must know. Raises NotReadError
    for what is no text.
    """
    method = ""
    inside: list[str] = []  # the components that are open
    values: dict[str, str] = {}
    attendees: list[str] = []
    found: list[Event] = []
    for line in _unfolded(decode(content)[:LONGEST]):
        name, parameters, value = _property(line)
        if name == "BEGIN":
            inside.append(value.upper())
            if inside[-1] in _ENTRIES:
                values, attendees = {}, []
        elif name == "END":
            closed = inside.pop() if inside else ""
            if closed in _ENTRIES:
                found.append(
                    Event(
                        method=method,
                        values=MappingProxyType(values),
                        attendees=tuple(attendees[:_MOST_ATTENDEES]),
                    )
                )
                if len(found) == MOST_EVENTS:
                    break
        elif name == "METHOD" and inside == ["VCALENDAR"]:
            method = value.strip().upper()
        elif name == "ATTENDEE" and inside and inside[-1] in _ENTRIES:
            attendees += _coming(parameters, value)
        elif name in _KEPT and inside and inside[-1] in _ENTRIES:
            # An alarm inside the event has a description of its own.
            values.setdefault(name, _told(name, parameters, value))
    return tuple(found)


def read_invitation(content: bytes) -> str:
    """Give the events of a calendar part as lines: what, when, where."""
    return "\n\n".join("\n".join(event.lines()) for event in read_events(content))


def _unfolded(text: str) -> list[str]:
    return re.sub(r"\n[ \t]", "", text).split("\n")


def _property(line: str) -> tuple[str, Mapping[str, str], str]:
    name = _NAME.match(line)
    if name is None:
        return "", {}, ""
    at, parameters = name.end(), {}
    while parameter := _PARAMETER.match(line, at):
        parameters[parameter[1].upper()] = parameter[2].strip('"')
        at = parameter.end()
        while line[at : at + 1] == ",":  # further values of the same parameter
            more = re.compile(r',("[^"\n]{0,400}"|[^";:,\n]{0,400})').match(line, at)
            if more is None:
                break
            at = more.end()
    if line[at : at + 1] != ":":
        return "", {}, ""
    return name[0].upper(), parameters, line[at + 1 :][:_LONGEST_VALUE]


def _told(name: str, parameters: Mapping[str, str], value: str) -> str:
    if name in _MOMENTS:
        return _moment(value.strip(), parameters.get("TZID", ""))
    if name == "ORGANIZER":
        return f"{parameters.get('CN', '')} <{_address(value)}>".strip()
    if name in {"RRULE", "DURATION"}:
        return value.strip()
    plain = re.sub(r"\\[nN]", "\n", value)
    return re.sub(r"\\([\\;,])", r"\1", plain).strip()


def _coming(parameters: Mapping[str, str], value: str) -> list[str]:
    declined = parameters.get("PARTSTAT", "").upper() == "DECLINED"
    return [] if declined else [_address(value)]


def _address(value: str) -> str:
    return re.sub(r"^mailto:", "", value.strip(), flags=re.IGNORECASE)


def _moment(value: str, zone: str) -> str:
    match = _MOMENT.fullmatch(value)
    if match is None:
        return value
    year, month, day, hour, minute, second = (int(n or 0) for n in match.groups()[:6])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return value
    try:
        if match[4] is None:
            return date(year, month, day).isoformat()
        moment = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001  its zone is told beside it
    except ValueError:
        return value
    told = f"{moment:%Y-%m-%dT%H:%M}" + ("Z" if match[7] else "")
    return f"{told} {zone}" if zone else told
