"""Who is away till when, as they told by themselves, and who answers instead."""

from datetime import date

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from mailroom.register.schema import AnyRow
from mailroom.register.schema_reminders import absence


def note(
    tx: Connection,
    address: str,
    *,
    until: date | None,
    delegate: str | None,
    message_id: int,
) -> None:
    """Write who is away till when, and who answers instead; the last word counts."""
    told = {
        "until": until.isoformat() if until else None,
        "delegate": delegate,
        "message_id": message_id,
    }
    tx.execute(
        insert(absence)
        .values(address=address.lower(), **told)
        .on_conflict_do_update(index_elements=["address"], set_=told)
    )


def of(tx: Connection, address: str, today: date) -> AnyRow | None:
    """Tell how long somebody is away; None where they are not, or nobody knows."""
    return tx.execute(
        select(absence).where(
            absence.c.address == address.lower(), absence.c.until > today.isoformat()
        )
    ).one_or_none()
