"""Asks the book for the letters on their way out: approved, leaving, gone, in doubt."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from mailroom.cases import Sight, is_restricted
from mailroom.drafts import DraftState
from mailroom.errors import Text
from mailroom.register.schema import (
    CURRENT,
    AnyRow,
    case,
    draft,
    draft_version,
    send,
)
from mailroom.register.sight import seen_by
from mailroom.register.texts import unpack


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """One letter on its way."""

    draft: int
    version: int
    seal: str
    state: DraftState
    case: str
    subject: str
    to: tuple[str, ...]
    decided_by: str | None
    decided_at: datetime | None
    send_at: datetime | None
    tried_at: datetime | None  # the last attempt
    attempt: int  # 0: none yet
    server_reply: str
    reason: Text | None
    restricted: bool


def listed(
    tx: Connection, sight: Sight, states: Collection[DraftState], *, limit: int
) -> Sequence[Leaving]:
    """List letters in these states that somebody may see, the newest first."""
    moment = func.coalesce(draft.c.decided_at, draft.c.created_at).desc()
    # Chosen first: else SQLite looks into every letter that was ever sent.
    newest = (
        select(draft.c.id)
        .join(case, case.c.id == draft.c.case_id)
        .where(draft.c.state.in_(list(states)), seen_by(sight))
        .order_by(moment)
        .limit(limit)
    )
    last = (
        select(send.c.draft_id, func.max(send.c.attempt).label("attempt"))
        .where(send.c.draft_id.in_(newest))
        .group_by(send.c.draft_id)
        .subquery()
    )
    rows = tx.execute(
        select(
            draft.c.id, draft.c.version, draft.c.state, draft.c.decided_by,
            draft.c.decided_at, draft.c.send_at, draft.c.reason, draft_version.c.seal,
            # Not the whole content: a letter may be long.
            func.json_extract(draft_version.c.content, "$.subject").label("subject"),
            func.json_extract(draft_version.c.content, "$.to").label("to"),
            case.c.number, case.c.sensitivity, send.c.attempt, send.c.started_at,
            send.c.server_reply,
        )
        .join(case, case.c.id == draft.c.case_id)
        .join(draft_version, CURRENT)
        .outerjoin(last, last.c.draft_id == draft.c.id)
        .outerjoin(
            send,
            and_(send.c.draft_id == draft.c.id, send.c.attempt == last.c.attempt),
        )
        .where(draft.c.id.in_(newest))
        .order_by(moment)
    )  # fmt: skip
    return [_leaving(row) for row in rows]


def _leaving(row: AnyRow) -> Leaving:
    return Leaving(
        draft=row.id,
        version=row.version,
        seal=row.seal,
        state=DraftState(row.state),
        case=row.number,
        subject=row.subject or "",
        to=tuple(json.loads(row.to or "[]")),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        send_at=row.send_at,
        tried_at=row.started_at,
        attempt=row.attempt or 0,
        server_reply=row.server_reply or "",
        reason=unpack(row.reason) if row.reason else None,
        restricted=is_restricted(row.sensitivity),
    )


def hidden(tx: Connection, sight: Sight, states: Collection[DraftState]) -> int:
    """Count the letters in these states that are not for these eyes."""
    question = (
        select(func.count())
        .select_from(draft)
        .join(case, case.c.id == draft.c.case_id)
        .where(draft.c.state.in_(list(states)), ~seen_by(sight))
    )
    return int(tx.execute(question).scalar_one())
