"""Knows which conditions a stranger cannot make hold by what he writes."""

from collections.abc import Callable

from mailroom.rules.conditions import (
    AddressCondition,
    Condition,
    Every,
    FactCondition,
    KnownSenderCondition,
    Some,
)

LEAVING = frozenset({"forward_draft"})  # text of a mail goes to somebody else


def vouched_for(condition: Condition) -> bool:
    """Say whether a condition names the sender, and our own server vouches for him.

    Everything else in a mail is written by whoever sent it: sender, headers, words,
    even the thread, for a Message-ID is known to all who saw the letter. And our server
    vouches for any stranger who writes in his own name.
    """
    return _needs(condition, _trusted) and _needs(condition, _named)


def _needs(condition: Condition, what: Callable[[Condition], bool]) -> bool:
    if isinstance(condition, Every):
        return any(_needs(part, what) for part in condition.parts)
    if isinstance(condition, Some):
        return bool(condition.parts) and all(
            _needs(part, what) for part in condition.parts
        )
    return what(condition)


def _trusted(condition: Condition) -> bool:
    return (
        isinstance(condition, FactCondition)
        and condition.name == "trusted"
        and condition.wanted == {"yes"}
    )


def _named(condition: Condition) -> bool:
    if isinstance(condition, KnownSenderCondition):
        return "no" not in condition.wanted
    return (
        isinstance(condition, AddressCondition)
        and condition.name == "from"
        and bool(condition.addresses or condition.domains or condition.own)
    )
