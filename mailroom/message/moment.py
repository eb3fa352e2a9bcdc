"""Says when a letter was sent."""

from datetime import datetime

from mailroom.message.headers import date
from mailroom.message.model import Message


def sent_at(message: Message) -> datetime | None:
    """Give its Date, aware; where that is missing, when its last server took it.

    Servers put their Received on top, and the time at its end (RFC 5321, 4.4). None
    where neither can be read.
    """
    if message.date is not None:
        return message.date
    latest = next(message.header("Received"), "")
    return date(latest.rpartition(";")[2].strip())
