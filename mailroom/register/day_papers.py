"""The day's papers in the book: each is made once for a kind, a day and a person."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from mailroom.register.schema import AnyRow
from mailroom.register.schema_day_paper import day_paper


def add(
    tx: Connection,
    *,
    kind: str,
    day: date,
    person: str,
    name: str,
    sha256: str,
    named: Collection[int],
    now: datetime,
) -> bool:
    """Enter a paper; False where it was made before."""
    made = tx.execute(
        insert(day_paper)
        .values(
            key=f"{kind}:{day}:{person}",
            kind=kind,
            day=day.isoformat(),
            person=person,
            name=name,
            sha256=sha256,
            named=sorted(named),
            made_at=now,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )
    return made.rowcount == 1


def is_made(tx: Connection, kind: str, day: date, person: str) -> bool:
    """Say whether somebody has a paper of this kind for this day."""
    key = f"{kind}:{day}:{person}"
    found = select(day_paper.c.id).where(day_paper.c.key == key)
    return tx.execute(found).first() is not None


def of_person(tx: Connection, person: str, *, limit: int = 60) -> Sequence[AnyRow]:
    """List somebody's papers, the newest first."""
    return tx.execute(
        select(day_paper)
        .where(day_paper.c.person == person)
        .order_by(day_paper.c.day.desc(), day_paper.c.id.desc())
        .limit(limit)
    ).all()


def find(tx: Connection, number: int) -> AnyRow | None:
    """Return a paper; None where there is none."""
    return tx.execute(select(day_paper).where(day_paper.c.id == number)).one_or_none()
