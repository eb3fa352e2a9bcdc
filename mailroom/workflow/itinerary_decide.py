"""A person's word on a leader's day sheet: filled in, approved, handed over."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection

from mailroom.cases import Sight
from mailroom.errors import ReviewError, text
from mailroom.register import appointments, itineraries
from mailroom.register.schema import AnyRow
from mailroom.workflow.day_sheet import sees
from mailroom.workflow.desk import Desk
from mailroom.workflow.itinerary import BY_HAND, OPTIONAL, written
from mailroom.workflow.permission import person_behind

LONGEST_WORDS = 200
SHORT_SEAL = 8


def visible(tx: Connection, sight: Sight, row: AnyRow) -> bool:
    """Say whether somebody may see a sheet: it is a restricted matter of the leader.

    Whoever may not see all that stands on it does not see the sheet.
    """
    if not sight.sees("confidential", None, row.person):
        return False
    entries = (appointments.find(tx, number) for number in row.appointments)
    return all(entry is None or sees(sight, entry) for entry in entries)


def sheets(
    desk: Desk, sight: Sight, *, now: datetime, void: bool = False
) -> tuple[list[AnyRow], int]:
    """List the sheets from today on, and how many are not for these eyes."""
    with desk.database.read() as tx:
        rows = [
            row
            for row in itineraries.since(tx, desk.today(now))
            if void or row.state != itineraries.VOID
        ]
        seen = [row for row in rows if visible(tx, sight, row)]
    return seen, len(rows) - len(seen)


def found(tx: Connection, number: int, sight: Sight) -> AnyRow:
    """Find a sheet that somebody may see. Raises ReviewError."""
    row = itineraries.find(tx, number)
    if row is None or not visible(tx, sight, row):
        raise ReviewError(text("there is no day sheet {id}", id=number))
    return row


def fill_in(
    desk: Desk,
    number: int,
    given: Mapping[str, str],
    *,
    who: str,
    sight: Sight,
    now: datetime,
) -> None:
    """Fill in fields that only people know; an approval falls with it.

    Raises ReviewError, and TemplateError where the template is broken.
    """
    person_behind(desk, who)
    unknown = set(given) - {*BY_HAND, *OPTIONAL}
    if unknown:
        names = ", ".join((*BY_HAND, *OPTIONAL))
        raise ReviewError(text("a day sheet has these fields: {names}", names=names))
    with desk.database.read() as tx:
        row = found(tx, number, sight)
    words = {name: said.strip()[:LONGEST_WORDS] for name, said in given.items()}
    filled = {k: v for k, v in {**row.filled, **words}.items() if v}
    made = written(
        desk, row.person, date.fromisoformat(row.day), edition=row.edition,
        content=row.content, filled=filled, now=now,
    )  # fmt: skip
    with desk.database.write() as tx:
        _as_it_was(tx, number, sight, row.sha256)
        itineraries.note(
            tx, number, "sheet filled in", now=now, actor=who, filled=filled,
            state=itineraries.WAITING, approved_by=None, approved_at=None, **made,
        )  # fmt: skip


def approve(
    desk: Desk, number: int, *, seal: str, who: str, sight: Sight, now: datetime
) -> None:
    """Approve a sheet as it was shown; one with a gap cannot be. Raises ReviewError."""
    person_behind(desk, who)
    with desk.database.write() as tx:
        row = _as_it_was(tx, number, sight, seal)
        if row.state != itineraries.WAITING:
            raise ReviewError(text("this day sheet waits for nobody's word"))
        if row.missing:
            raise ReviewError(
                text("fill in first: {fields}", fields=", ".join(row.missing))
            )
        itineraries.note(
            tx, number, "sheet approved", now=now, actor=who,
            state=itineraries.APPROVED, approved_by=who, approved_at=now,
        )  # fmt: skip


def hand_over(
    desk: Desk, number: int, *, seal: str, who: str, sight: Sight, now: datetime
) -> None:
    """Note that the leader has got the approved sheet. Raises ReviewError."""
    person_behind(desk, who)
    with desk.database.write() as tx:
        row = _as_it_was(tx, number, sight, seal)
        if row.state != itineraries.APPROVED:
            raise ReviewError(text("approve the day sheet first"))
        itineraries.note(
            tx, number, "sheet handed over", now=now, actor=who,
            state=itineraries.HANDED, handed_by=who, handed_at=now,
        )  # fmt: skip


def _as_it_was(tx: Connection, number: int, sight: Sight, seal: str) -> AnyRow:
    row = found(tx, number, sight)
    shown = len(seal) >= SHORT_SEAL and row.sha256.startswith(seal.lower())
    if row.state == itineraries.VOID or not shown:
        raise ReviewError(
            text("the day sheet has changed since you saw it; look at the newest")
        )
    return row
