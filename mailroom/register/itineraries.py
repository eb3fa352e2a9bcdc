"""The leaders' day sheets in the book: the newest edition counts, others are void."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from mailroom.register import events
from mailroom.register.schema import AnyRow
from mailroom.register.schema_calendar import itinerary

WAITING, APPROVED, HANDED, VOID = "waiting", "approved", "handed over", "void"


def newest(tx: Connection, person: str, day: date) -> AnyRow | None:
    """Return the last edition of somebody's sheet for a day; None: there is none."""
    return tx.execute(
        select(itinerary)
        .where(itinerary.c.person == person, itinerary.c.day == day.isoformat())
        .order_by(itinerary.c.edition.desc())
        .limit(1)
    ).one_or_none()


def find(tx: Connection, number: int) -> AnyRow | None:
    """Return a sheet; None where there is none."""
    return tx.execute(select(itinerary).where(itinerary.c.id == number)).one_or_none()


def since(tx: Connection, day: date) -> Sequence[AnyRow]:
    """List the sheets for a day and for later ones, in the order of their days."""
    return tx.execute(
        select(itinerary)
        .where(itinerary.c.day >= day.isoformat())
        .order_by(itinerary.c.day, itinerary.c.person, itinerary.c.edition)
    ).all()


def issue(tx: Connection, values: Mapping[str, Any], *, now: datetime) -> int:
    """Enter a new edition, which voids those before it; returns its id."""
    person, day = values["person"], values["day"]
    tx.execute(
        update(itinerary)
        .where(itinerary.c.person == person, itinerary.c.day == day)
        .values(state=VOID)
    )
    number: int = tx.execute(
        insert(itinerary)
        .values({**values, "state": WAITING, "made_at": now})
        .returning(itinerary.c.id)
    ).scalar_one()
    events.record(
        tx, "sheet issued", at=now, entity="itinerary", entity_id=number,
        edition=values["edition"],
    )  # fmt: skip
    return number


def note(
    tx: Connection,
    number: int,
    what: str,
    *,
    now: datetime,
    actor: str,
    **values: Any,  # noqa: ANN401  columns of the sheet
) -> None:
    """Write what has become of a sheet, and tell it."""
    tx.execute(update(itinerary).where(itinerary.c.id == number).values(values))
    events.record(tx, what, at=now, entity="itinerary", entity_id=number, actor=actor)
