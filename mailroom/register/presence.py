"""Who looks at which draft just now: it warns, and never locks."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from mailroom.register.schema_desk import presence

GONE_AFTER = timedelta(seconds=25)  # without a sign; browsers give one every 8 s


def note(
    tx: Connection, draft_id: int, who: str, *, editing: bool, now: datetime
) -> None:
    """Note that somebody has a draft before them; forget those who have left."""
    values = {"editing": editing, "seen_at": now}
    tx.execute(
        insert(presence)
        .values(draft_id=draft_id, who=who, **values)
        .on_conflict_do_update(index_elements=["draft_id", "who"], set_=values)
    )
    tx.execute(delete(presence).where(presence.c.seen_at < now - GONE_AFTER))


def at(
    tx: Connection, drafts: Sequence[int], who: str, *, now: datetime
) -> Mapping[int, Sequence[tuple[str, bool]]]:
    """Say who else looks at these drafts: draft → (name, whether they edit)."""
    found: dict[int, list[tuple[str, bool]]] = {}
    rows = tx.execute(
        select(presence)
        .where(
            presence.c.draft_id.in_(list(drafts)),
            presence.c.who != who,
            presence.c.seen_at >= now - GONE_AFTER,
        )
        .order_by(presence.c.who)
    )
    for row in rows:
        found.setdefault(row.draft_id, []).append((row.who, row.editing))
    return found
