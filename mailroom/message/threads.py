"""Says which earlier messages a message answers."""

from mailroom.message.model import Message


def parents(message: Message) -> tuple[str, ...]:
    """Give the ids that the message answers, the most telling first, each once.

    In-Reply-To names the one it answers; References runs from the root to the last
    (RFC 5322, 3.6.4), so it is read backwards. Anyone may write any id there: who
    joins a case by it must look at the correspondent, too.
    """
    named = (*message.in_reply_to, *reversed(message.references))
    return tuple(one for one in dict.fromkeys(named) if one != message.message_id)
