"""Asks the book for the letters that nobody's rule could put into one drawer."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, func, select

from mailroom.cases import CaseState, Outcome, Sight
from mailroom.register.schema import AnyRow, case, message
from mailroom.register.sight import seen_by

_WAITING: tuple[ColumnElement[bool], ...] = (
    message.c.outcome == Outcome.UNSORTED,
    case.c.state.not_in((CaseState.CLOSED, CaseState.ARCHIVED)),
)


def listed(
    tx: Connection, sight: Sight, *, limit: int, offset: int = 0
) -> Sequence[AnyRow]:
    """List unsorted letters of open cases with the number of the case, oldest first."""
    return tx.execute(
        select(message, case.c.number, case.c.owner, case.c.sensitivity)
        .join(case, case.c.id == message.c.case_id)
        .where(*_WAITING, seen_by(sight))
        .order_by(message.c.id)
        .limit(limit)
        .offset(offset)
    ).all()


def counted(tx: Connection, sight: Sight) -> tuple[int, int]:
    """Count those that somebody may see, and those they may not."""
    number = (
        select(func.count())
        .select_from(message)
        .join(case, case.c.id == message.c.case_id)
        .where(*_WAITING)
    )
    return (
        int(tx.execute(number.where(seen_by(sight))).scalar_one()),
        int(tx.execute(number.where(~seen_by(sight))).scalar_one()),
    )
