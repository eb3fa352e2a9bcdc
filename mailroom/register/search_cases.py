"""Asks the book for its cases as one leafs through them: by state, drawer, owner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, func, select

from mailroom.cases import CaseState, Sight
from mailroom.register.schema import AnyRow, case
from mailroom.register.sight import seen_by

Which = Literal["open", "closed", "all"]
_ENDED = (CaseState.CLOSED, CaseState.ARCHIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """Which cases."""

    which: Which = "open"
    category: str = ""  # "": all
    owner: str = ""


def _wanted(by: Leaf) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if by.which == "open":
        found.append(case.c.state.not_in(_ENDED))
    elif by.which == "closed":
        found.append(case.c.state.in_(_ENDED))
    if by.category:
        found.append(case.c.category == by.category)
    if by.owner:
        found.append(case.c.owner == by.owner)
    return found


def listed(
    tx: Connection, sight: Sight, by: Leaf, *, limit: int, offset: int = 0
) -> Sequence[AnyRow]:
    """List cases that somebody may see, newest first."""
    return tx.execute(
        select(case)
        .where(seen_by(sight), *_wanted(by))
        .order_by(case.c.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()


def counted(tx: Connection, sight: Sight, by: Leaf) -> tuple[int, int]:
    """Count those that somebody may see, and those they may not.

    The second number is that of the whole office, whatever is filtered: else drawer
    and owner of a restricted case could be told from it.
    """
    number = select(func.count()).select_from(case)
    visible = number.where(seen_by(sight), *_wanted(by))
    hidden = number.where(~seen_by(sight))
    return (
        int(tx.execute(visible).scalar_one()),
        int(tx.execute(hidden).scalar_one()),
    )


def choices(tx: Connection, sight: Sight, by: Leaf) -> Sequence[Mapping[str, int]]:
    """Count by drawer and by owner, for the filters."""
    found: list[Mapping[str, int]] = []
    for column in (case.c.category, case.c.owner):
        column_: ColumnElement[Any] = column
        question = (
            select(column_, func.count())
            .where(seen_by(sight), *_wanted(Leaf(which=by.which)))
            .group_by(column_)
            .order_by(column_)
        )
        found.append({name: n for name, n in tx.execute(question) if name})
    return found
