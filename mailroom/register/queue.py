"""Asks the book which drafts wait: for whom, in which order, how many."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    exists,
    func,
    select,
)

from mailroom.cases import Sight
from mailroom.drafts import DraftState
from mailroom.register.schema import (
    CURRENT,
    AnyRow,
    case,
    draft,
    draft_version,
    message,
)
from mailroom.register.sight import OPEN, seen_by

Order = Literal["due", "oldest", "category", "risk", "owner"]
ORDERS: tuple[Order, ...] = get_args(Order)
WAITING = (DraftState.WAITING, DraftState.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which drafts, and in which order."""

    states: tuple[DraftState, ...] = WAITING
    category: str = ""  # "": all
    owner: str = ""
    order: Order = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the queue."""

    draft: int
    version: int
    kind: str
    state: DraftState
    case: str
    category: str | None
    subject: str
    to: tuple[str, ...]
    owner: str
    due_on: str | None
    missing: int
    risks: int
    sensitivity: str
    created_at: datetime


def _conditions(sight: Sight, by: Filter) -> list[Any]:
    found: list[Any] = [draft.c.state.in_(by.states), seen_by(sight)]
    if by.category:
        found.append(case.c.category == by.category)
    if by.owner:
        found.append(case.c.owner == by.owner)
    return found


def _risks() -> ScalarSelect[int]:
    """Count what the clerk found in a draft, without mere notes."""
    one = func.json_each(draft_version.c.warnings).table_valued("value")
    # What an older register kept is a sentence without a level.
    level = func.coalesce(func.json_extract(one.c.value, "$.level"), "risk")
    counted = select(func.count()).select_from(one).where(level != "note")
    return counted.correlate(draft_version).scalar_subquery()


def _ordered(question: Select[Any], order: Order) -> Select[Any]:
    due = (case.c.due_on.is_(None), case.c.due_on)
    columns: Mapping[Order, tuple[Any, ...]] = {
        "due": due,
        "oldest": (),
        "category": (case.c.category, *due),
        "owner": (case.c.owner, *due),
        "risk": (_risks().desc(), *due),
    }
    return question.order_by(*columns[order], draft.c.id)


def _joined(question: Select[Any]) -> Select[Any]:
    return (
        question.select_from(draft)
        .join(case, case.c.id == draft.c.case_id)
        .join(draft_version, CURRENT)
    )


def listed(
    tx: Connection, sight: Sight, by: Filter, *, limit: int, offset: int = 0
) -> Sequence[Entry]:
    """List what somebody may see, in the order of the filter."""
    columns = (
        draft.c.id, draft.c.version, draft.c.kind, draft.c.state, draft.c.created_at,
        case.c.number, case.c.category, case.c.owner, case.c.due_on,
        case.c.sensitivity,
        # Not the whole content: five hundred letters are megabytes.
        func.json_extract(draft_version.c.content, "$.subject").label("subject"),
        func.json_extract(draft_version.c.content, "$.to").label("to"),
        func.json_array_length(draft_version.c.missing).label("missing"),
        _risks().label("risks"),
    )  # fmt: skip
    question = _joined(select(*columns)).where(*_conditions(sight, by))
    rows = tx.execute(_ordered(question, by.order).limit(limit).offset(offset))
    return [_entry(row) for row in rows]


def _entry(row: AnyRow) -> Entry:
    return Entry(
        draft=row.id,
        version=row.version,
        kind=row.kind,
        state=DraftState(row.state),
        case=row.number,
        category=row.category,
        subject=row.subject or "",
        to=_addresses(row.to),
        owner=row.owner,
        due_on=row.due_on,
        missing=row.missing,
        risks=row.risks,
        sensitivity=row.sensitivity,
        created_at=row.created_at,
    )


def _addresses(kept: str | None) -> tuple[str, ...]:
    return tuple(json.loads(kept or "[]"))


def templates_waiting(tx: Connection) -> Sequence[str]:
    """Name the templates, "name@hash", of the letters that wait."""
    question = _joined(select(draft_version.c.template).distinct())
    return list(
        tx.execute(question.where(draft.c.state == DraftState.WAITING)).scalars()
    )


def unremarkable(
    tx: Connection, templates: Sequence[str], *, below: int
) -> Mapping[str, Sequence[int]]:
    """List by template the waiting letters that have nothing to look at, oldest first.

    Made by the machine alone, without a gap or more than notes, open to everybody,
    with a clearance `below` that of two people.
    """
    question = _joined(select(draft_version.c.template, draft.c.id)).where(
        draft.c.state == DraftState.WAITING,
        draft_version.c.template.in_(list(templates)),
        draft_version.c.made_by == "mailroom",
        draft.c.clearance < below,
        draft.c.sensitivity.in_(OPEN),
        case.c.sensitivity.in_(OPEN),
        func.json_array_length(draft_version.c.missing) == 0,
        _risks() == 0,
        ~_wrote_again(),
    )
    found: dict[str, list[int]] = {}
    for template, draft_id in tx.execute(question.order_by(draft.c.id)):
        found.setdefault(template, []).append(draft_id)
    return found


def _wrote_again() -> ColumnElement[bool]:
    """Hold where a letter came in a draft's case after the one that it answers."""
    return exists().where(
        message.c.case_id == draft.c.case_id,
        message.c.direction == "in",
        message.c.id > draft.c.message_id,
        message.c.duplicate_of.is_(None),
    )


def count(tx: Connection, sight: Sight, by: Filter) -> int:
    """Count what somebody may see."""
    question = (
        select(func.count())
        .select_from(draft)
        .join(case, case.c.id == draft.c.case_id)
        .where(*_conditions(sight, by))
    )
    return int(tx.execute(question).scalar_one())


def waiting_since(tx: Connection, sight: Sight) -> datetime | None:
    """Say since when the oldest draft waits that somebody may see."""
    question = (
        select(func.min(draft.c.created_at))
        .join(case, case.c.id == draft.c.case_id)
        .where(draft.c.state == DraftState.WAITING, seen_by(sight))
    )
    since: datetime | None = tx.execute(question).scalar_one()
    return since


def restricted(tx: Connection, sight: Sight, by: Filter) -> int:
    """Count what waits and is not for these eyes; the number is all one may know."""
    question = (
        select(func.count())
        .select_from(draft)
        .join(case, case.c.id == draft.c.case_id)
        .where(draft.c.state.in_(by.states), ~seen_by(sight))
    )
    return int(tx.execute(question).scalar_one())


def choices(
    tx: Connection, sight: Sight, states: Sequence[DraftState]
) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Count by category and by owner, for the filters."""
    found: list[dict[str, int]] = []
    for column in (case.c.category, case.c.owner):
        question = (
            select(column, func.count())
            .select_from(draft)
            .join(case, case.c.id == draft.c.case_id)
            .where(draft.c.state.in_(list(states)), seen_by(sight))
            .group_by(column)
            .order_by(column)
        )
        found.append({name: n for name, n in tx.execute(question) if name})
    return found[0], found[1]


def neighbours(
    tx: Connection, sight: Sight, by: Filter, draft_id: int
) -> tuple[int | None, int | None, int, int]:
    """Find the drafts before and after one in the filtered list.

    Returns (before, after, place from 1, how many); a draft that has left the list
    stands before its first.
    """
    question = _joined(select(draft.c.id)).where(*_conditions(sight, by))
    ids = list(tx.execute(_ordered(question, by.order)).scalars())
    if draft_id not in ids:
        return None, (ids[0] if ids else None), 0, len(ids)
    at = ids.index(draft_id)
    before = ids[at - 1] if at else None
    after = ids[at + 1] if at + 1 < len(ids) else None
    return before, after, at + 1, len(ids)
