"""Asks the book for what somebody may see: their sight as a condition on cases."""

from sqlalchemy import ColumnElement, false, or_

from mailroom.cases import STRICTNESS, Sight, is_restricted
from mailroom.register.schema import case

OPEN = [level for level in STRICTNESS if not is_restricted(level)]


def seen_by(sight: Sight) -> ColumnElement[bool]:
    """Hold for the cases that `sight.sees` says yes to."""
    return or_(case.c.sensitivity.in_(OPEN), named_to(sight))


def named_to(sight: Sight) -> ColumnElement[bool]:
    """Hold for the cases that somebody might see if all of them were restricted."""
    unnamed = or_(case.c.category.is_(None), case.c.category.not_in(sight.named))
    return or_(
        case.c.owner.in_(sight.names),
        case.c.category.in_(sight.categories),
        unnamed if sight.others else false(),
    )
