"""Asks the book for what somebody may see: their sight as a condition on cases."""

from sqlalchemy import ColumnElement, and_, false, func, or_

from mailroom.cases import STRICTNESS, Sight, is_restricted
from mailroom.register.schema import case

OPEN = [level for level in STRICTNESS if not is_restricted(level)]

# Of no drawer is "": what is compared with NULL is neither seen nor counted as hidden.
_drawer = func.coalesce(case.c.category, "")


def seen_by(sight: Sight) -> ColumnElement[bool]:
    """Hold for the cases that `sight.sees` says yes to."""
    is_open: ColumnElement[bool] = case.c.sensitivity.in_(OPEN)
    if sight.kept:
        is_open = and_(is_open, _drawer.not_in(sight.kept))
    return or_(is_open, named_to(sight))


def named_to(sight: Sight) -> ColumnElement[bool]:
    """Hold for the cases that somebody might see if all of them were restricted."""
    return or_(
        case.c.owner.in_(sight.names),
        _drawer.in_(sight.categories),
        _drawer.not_in(sight.named) if sight.others else false(),
    )
