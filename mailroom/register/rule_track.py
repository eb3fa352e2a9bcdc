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
_GOOD = draft.c.state.in_(GOOD)
_COUNTS = (
    func.sum(and_(_GOOD, draft.c.version == 1)),
    func.sum(and_(_GOOD, draft.c.version > 1)),
    func.sum(draft.c.state == DraftState.REJECTED),
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Some rules, with the categories that they give."""

    rules: Collection[str]
    categories: Collection[str]

    @property
    def holds(self) -> ColumnElement[bool]:
        """Hold for mail that one of them has sorted."""
        # The category is at hand; for the rule the whole answer must be read.
        return and_(message.c.category.in_(self.categories), RULE.in_(self.rules))


def of_categories(tx: Connection, sight: Sight, *, now: datetime) -> Mapping[str, Fate]:
    """Look back 90 days: what became of the answers in each category."""
    question = _decided(select(case.c.category, *_COUNTS), sight, now=now)
    question = question.where(draft.c.message_id.is_not(None))
    return _fates(tx, question.group_by(case.c.category))


def of_rules(
    tx: Connection, sight: Sight, asked: Asked, *, now: datetime
) -> Mapping[str, Fate]:
    """Look back 90 days: what became of the answers to mail that a rule had sorted."""
    question = _decided(select(RULE, *_COUNTS), sight, now=now)
    question = question.join(message, message.c.id == draft.c.message_id)
    return _fates(tx, question.where(asked.holds).group_by(RULE))


def _fates(tx: Connection, question: Select[Any]) -> Mapping[str, Fate]:
    return {
        name: Fate(unchanged=int(plain), changed=int(other), rejected=int(no))
        for name, plain, other, no in tx.execute(question)
    }


def _decided(question: Select[Any], sight: Sight, *, now: datetime) -> Select[Any]:
    return (
        question.select_from(draft)
        .join(case, case.c.id == draft.c.case_id)
        .where(
            draft.c.decided_at >= now - LOOKED_BACK,
            draft.c.state.in_((*GOOD, DraftState.REJECTED)),
            seen_by(sight),
        )
    )


def rejections(
    tx: Connection, sight: Sight, asked: Asked, *, now: datetime
) -> Sequence[AnyRow]:
    """List the newest rejections: draft_id, rule, who, at, reason."""
    columns = (
        draft.c.id.label("draft_id"), RULE.label("rule"), draft.c.reason,
        draft.c.decided_by.label("who"), draft.c.decided_at.label("at"),
    )  # fmt: skip
    question = _decided(select(*columns), sight, now=now)
    question = question.join(message, message.c.id == draft.c.message_id).where(
        draft.c.state == DraftState.REJECTED, asked.holds
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
