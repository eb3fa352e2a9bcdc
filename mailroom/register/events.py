"""The append-only list of what happened: who had it when, who decided."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from mailroom.register.schema import AnyRow, event


def record(
    tx: Connection,
    what: str,
    *,
    at: datetime,
    entity: str,
    entity_id: int,
    case_id: int | None = None,
    actor: str = "mailroom",
    **detail: object,
) -> None:
    """Write one line; it belongs to the transaction of the change it tells of."""
    tx.execute(
        insert(event).values(
            at=at,
            case_id=case_id,
            entity=entity,
            entity_id=entity_id,
            what=what,
            actor=actor,
            detail=detail or None,
        )
    )


def last(tx: Connection) -> int:
    """Return the number of the newest event."""
    number: int | None = tx.execute(select(func.max(event.c.id))).scalar_one()
    return number or 0


def happened_since(tx: Connection, number: int, case_id: int, what: str) -> bool:
    """Say whether something has happened in a case since the event of that number."""
    newer = select(event.c.id).where(
        event.c.id > number, event.c.case_id == case_id, event.c.what == what
    )
    return tx.execute(newer.limit(1)).first() is not None


def of_case(tx: Connection, case_id: int) -> Sequence[AnyRow]:
    """List what happened to a case, oldest first."""
    return tx.execute(
        select(event).where(event.c.case_id == case_id).order_by(event.c.id)
    ).all()


def last_of(tx: Connection, entity: str, entity_id: int) -> AnyRow | None:
    """Return the last that happened to one thing; None where nothing has."""
    question = select(event).where(
        event.c.entity == entity, event.c.entity_id == entity_id
    )
    return tx.execute(question.order_by(event.c.id.desc()).limit(1)).one_or_none()


def newest(tx: Connection, entity: str) -> tuple[str, str] | None:
    """Return the last that happened to things of a kind, with the hash it tells."""
    question = select(event.c.what, event.c.detail).where(event.c.entity == entity)
    row = tx.execute(question.order_by(event.c.id.desc()).limit(1)).first()
    return (row.what, (row.detail or {}).get("hash", "")) if row else None
