"""Knows which conditions a stranger cannot make hold by what he writes."""

from mailroom.rules.conditions import Condition, Every, FactCondition, Some

LEAVING = frozenset({"forward_draft"})  # text of a mail goes to somebody else


def vouched_for(condition: Condition) -> bool:
    """Say whether a condition holds only where our own server vouches for the sender.

    Everything else in a mail is written by whoever sent it: sender, headers, words,
    even the thread, for a Message-ID is known to all who saw the letter.
    """
    if isinstance(condition, FactCondition):
        return condition.name == "trusted" and condition.wanted == {"yes"}
    if isinstance(condition, Every):
        return any(map(vouched_for, condition.parts))
    if isinstance(condition, Some):
        return bool(condition.parts) and all(map(vouched_for, condition.parts))
    return False
