"""How the drafts of a rule have fared: approved as made, changed, rejected and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from mailroom.cases import Sight
from mailroom.drafts import DraftState
from mailroom.register.schema import AnyRow, case, draft, event, message
from mailroom.register.sight import seen_by
from mailroom.register.track import GOOD, LOOKED_BACK

MOST_REASONS = 20
RULE_FILE = "rule file"  # an entity of events
RULE = message.c.answer["rule"].as_string()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What people decided on drafts, as far as somebody may see them."""

    unchanged: int = 0  # approved as the machine had made them
    changed: int = 0  # approved after a change
    rejected: int = 0

    @property
    def decided(self) -> int:
        """How many in all."""
        return self.unchanged + self.changed + self.rejected


def of_categories(tx: Connection, sight: Sight, *, now: datetime) -> Mapping[str, Fate]:
    """Look back 90 days: what became of the drafts of each category."""
    return _fates(tx, sight, case.c.category, case.c.category.is_not(None), now=now)


def of_rules(
    tx: Connection, sight: Sight, rules: Collection[str], *, now: datetime
) -> Mapping[str, Fate]:
    """Look back 90 days: what became of the drafts for mail that a rule had sorted."""
    return _fates(tx, sight, RULE, RULE.in_(rules), now=now)


def _fates(
    tx: Connection,
    sight: Sight,
    by: ColumnElement[Any],
    wanted: ColumnElement[bool],
    *,
    now: datetime,
) -> Mapping[str, Fate]:
    good = draft.c.state.in_(GOOD)
    unchanged = func.sum(and_(good, draft.c.version == 1))
    changed = func.sum(and_(good, draft.c.version > 1))
    rejected = func.sum(draft.c.state == DraftState.REJECTED)
    question = _decided(select(by, unchanged, changed, rejected), sight, now=now)
    rows = tx.execute(question.where(wanted).group_by(by))
    return {
        name: Fate(unchanged=int(plain), changed=int(other), rejected=int(no))
        for name, plain, other, no in rows
    }


def _decided(question: Select[Any], sight: Sight, *, now: datetime) -> Select[Any]:
    return (
        question.select_from(draft)
        .join(case, case.c.id == draft.c.case_id)
        .join(message, message.c.id == draft.c.message_id)
        .where(
            draft.c.decided_at >= now - LOOKED_BACK,
            draft.c.state.in_((*GOOD, DraftState.REJECTED)),
            seen_by(sight),
        )
    )


def rejections(
    tx: Connection, sight: Sight, rules: Collection[str], *, now: datetime
) -> Sequence[AnyRow]:
    """List the newest rejections: draft_id, rule, who, at, reason."""
    columns = (
        draft.c.id.label("draft_id"), RULE.label("rule"), draft.c.reason,
        draft.c.decided_by.label("who"), draft.c.decided_at.label("at"),
    )  # fmt: skip
    question = _decided(select(*columns), sight, now=now).where(
        draft.c.state == DraftState.REJECTED, RULE.in_(rules)
    )
    newest = question.order_by(draft.c.decided_at.desc()).limit(MOST_REASONS)
    return tx.execute(newest).all()


def rejected_since(tx: Connection, moment: datetime) -> Mapping[int, Any]:
    """Return why the draft was rejected for which message received since then."""
    rows = tx.execute(
        select(draft.c.message_id, draft.c.reason)
        .join(message, message.c.id == draft.c.message_id)
        .where(draft.c.state == DraftState.REJECTED, message.c.received_at >= moment)
        .order_by(draft.c.id)
    )
    return {row.message_id: row.reason for row in rows}


def last_saved(tx: Connection, file: str) -> AnyRow | None:
    """Return the event of the last save of a rule file at the desk."""
    # What belongs to no case is little: its index finds it.
    return tx.execute(
        select(event)
        .where(
            event.c.case_id.is_(None),
            event.c.entity == RULE_FILE,
            event.c.detail["file"].as_string() == file,
        )
        .order_by(event.c.id.desc())
        .limit(1)
    ).first()
