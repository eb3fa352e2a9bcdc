"""An appointment: who is where from when to when, and which two cannot both be kept."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

UNTOLD_END = timedelta(hours=1)  # how long something lasts that names no end
ON_THE_WAY = timedelta(hours=3)  # after a departure that names no arrival
BETWEEN_PLACES = timedelta(minutes=30)  # from one place of a town to another
BEFORE_ARRIVAL = timedelta(hours=12)  # who departs that late was not there before
TO_THE_STATION = timedelta(hours=1)  # before a departure
BETWEEN_TOWNS = timedelta(hours=8)  # between places of ours with clocks of their own

ANYWHERE = (
    "线上", "腾讯会议", "钉钉", "视频会议", "电话会议", "online", "zoom", "teams",
    "webex", "http",
)  # fmt: skip  # words of a venue to which nobody has to go


class Kind(StrEnum):
    """What somebody does at that time."""

    MEETING = "meeting"
    ROOM = "room"  # a room is booked; who sits in it is not told
    VISIT = "visit"
    TRAVEL = "travel"


class Standing(StrEnum):
    """Whether an appointment holds."""

    STANDS = "stands"
    MOVED = "moved"  # a newer one has taken its place
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One thing at one time; of one that somebody may not see only that it is there."""

    id: int
    kind: Kind
    begins_at: datetime
    ends_at: datetime | None  # None: not told
    whole_day: bool = False  # a day was told, and no hour
    zone: str = ""  # whose clock it was told by
    title: str = ""
    venue: str = ""
    room: str = ""  # of ours, by its name
    site: str = ""  # where that room is
    people: tuple[str, ...] = ()  # of ours
    transport_no: str = ""
    booking_ref: str = ""
    hotel: str = ""
    destination: str = ""
    recurs: str = ""  # RRULE as it was told; only the first time stands here
    case_id: int | None = None
    case_no: str = ""
    standing: Standing = Standing.STANDS
    heir: int | None = None  # the appointment that has replaced it
    uid: str = ""  # of an invitation (RFC 5545, 3.8.4.7)
    sequence: int = 0
    sure: bool = True  # False: a person should hold it against the letter
    hidden: bool = False  # not for these eyes: people and room are busy, no more

    @property
    def until(self) -> datetime:
        """When it is over, as far as is known."""
        if self.ends_at is not None:
            return self.ends_at
        return self.begins_at + (ON_THE_WAY if self.kind == Kind.TRAVEL else UNTOLD_END)

    @property
    def is_anywhere(self) -> bool:
        """Say whether one takes part from wherever one is."""
        folded = self.venue.casefold()
        return any(word in folded for word in ANYWHERE)


Why = Literal["room", "person", "way", "travel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two appointments that cannot both be kept, and why."""

    first: Appointment
    second: Appointment
    why: Why  # one room · one person · no time for the way · one is travelling
    whose: str  # the room or the person


def clashes(appointments: Iterable[Appointment]) -> list[Clash]:
    """List the pairs that cannot both be kept, by their times.

    What belongs to one case never clashes with itself: a flight and the hotel.
    """
    ordered = sorted(
        (each for each in appointments if each.standing == Standing.STANDS),
        key=lambda each: (each.begins_at, each.id),
    )
    found = []
    for place, first in enumerate(ordered):
        too_late = first.until + BEFORE_ARRIVAL  # the longest that counts
        for second in ordered[place + 1 :]:
            if second.begins_at >= too_late:
                break
            if first.case_id is None or first.case_id != second.case_id:
                found += [*_of_room(first, second), *_of_people(first, second)]
    return found


def _of_room(first: Appointment, second: Appointment) -> Iterator[Clash]:
    if not first.room or first.room != second.room or not _overlap(first, second):
        return
    # The meeting, and the booking of its room: one thing told twice.
    told_twice = first.begins_at == second.begins_at and first.kind != second.kind
    if not told_twice:
        yield Clash(first=first, second=second, why="room", whose=first.room)


def _of_people(first: Appointment, second: Appointment) -> Iterator[Clash]:
    shared = [name for name in first.people if name in second.people]
    why = _why_not_both(first, second) if shared else None
    if why is not None:
        for name in shared:
            yield Clash(first=first, second=second, why=why, whose=name)


def _why_not_both(first: Appointment, second: Appointment) -> Why | None:
    travels = [each for each in (first, second) if each.kind == Kind.TRAVEL]
    if len(travels) == 1:
        (trip,) = travels
        other = second if trip is first else first
        return "travel" if _is_missed(trip, other) else None
    if any(_is_a_day_without_hour(each) for each in (first, second)):
        return None  # nobody knows when on that day
    if _overlap(first, second):
        return "person"
    if first.until + way_between(first, second) > second.begins_at:
        return "way"
    return None


def _is_missed(trip: Appointment, other: Appointment) -> bool:
    """Say whether a journey keeps somebody from an appointment.

    What is where the journey goes to is why one travels: only the way there counts.
    """
    if other.is_anywhere or is_at(trip.destination, other.venue):
        # The day before one is still at home; so one is in the hours before.
        early = timedelta(0) if other.is_anywhere else BEFORE_ARRIVAL
        until_there = trip.begins_at + ON_THE_WAY
        is_on_the_way = trip.begins_at - early < other.until
        return is_on_the_way and other.begins_at < until_there and not trip.whole_day
    leaves = trip.begins_at - (timedelta(0) if trip.whole_day else TO_THE_STATION)
    return other.begins_at < trip.until and leaves < other.until


def is_at(destination: str, venue: str) -> bool:
    """Say whether a venue is in the town that a journey goes to."""
    town, place = destination.casefold().strip(), venue.casefold()
    if not town:
        return False
    return (town[:2] if "一" <= town[0] <= "鿿" else town) in place


def way_between(first: Appointment, second: Appointment) -> timedelta:
    """Say how long one needs from one appointment to the next."""
    places = [each.room or each.venue for each in (first, second)]
    if not all(places) or any(each.is_anywhere for each in (first, second)):
        return timedelta(0)
    if first.site and second.site:
        if first.site == second.site:
            return timedelta(0)
        return BETWEEN_PLACES if first.zone == second.zone else BETWEEN_TOWNS
    return timedelta(0) if places[0] == places[1] else BETWEEN_PLACES


def _is_a_day_without_hour(each: Appointment) -> bool:
    one_day = timedelta(hours=25)  # the longest day there is
    return each.whole_day and each.until - each.begins_at <= one_day


def _overlap(first: Appointment, second: Appointment) -> bool:
    return first.begins_at < second.until and second.begins_at < first.until


def of_person(appointments: Sequence[Appointment], name: str) -> list[Appointment]:
    """Keep what a person takes part in."""
    return [each for each in appointments if name in each.people]


def of_room(appointments: Sequence[Appointment], name: str) -> list[Appointment]:
    """Keep what a room is taken for."""
    return [each for each in appointments if each.room == name]
