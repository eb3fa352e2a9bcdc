"""Says who gets the answer to a letter: whom the letter names, else who wrote it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mailroom.message.answer import NO_ANSWER, Recipients, answer_to
from mailroom.message.model import Address, Message
from mailroom.message.reply import is_sendable
from mailroom.register import messages
from mailroom.workflow.belonging import same_house
from mailroom.workflow.desk import Desk

NAMED = "answer_to"  # the field in which a rule reads "报送至 name@house"


def readers(
    desk: Desk, message: Message, answer: Mapping[str, Any]
) -> Recipients | None:
    """Say who would read an answer; None where no person would (RFC 3834, 2).

    An address that the letter names counts only within the house of who wrote it:
    nobody may have our answers sent to a stranger.
    """
    if message.machine is not None:
        return None
    own = (*desk.settings.office.addresses, *desk.directory.own_addresses)
    to_whom = answer_to(message, own)
    named = messages.fields(answer).get(NAMED, "")
    wrote = message.forwarded_from or message.sender
    ours = named in own or desk.directory.is_own(named)
    if wrote and is_sendable(named) and not ours and same_house(named, wrote.address):
        to_whom = replace(to_whom, to=(Address("", named),))
    if not to_whom.to or to_whom.to[0].local.lower().startswith(NO_ANSWER):
        return None
    return to_whom
