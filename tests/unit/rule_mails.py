"""Makes messages for the tests of rules."""

from dataclasses import replace
from datetime import UTC, datetime

from mailroom.message.model import Address, Message, Zones

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # a Wednesday


def mail(subject: str = "", body: str = "", **rest: object) -> Message:
    """Make a message from a person outside; `rest` are fields of Message."""
    plain = Message(
        sha256="0" * 64,
        size=1,
        message_id="<1@outside.example>",
        date=NOW,
        senders=(Address("", "somebody@outside.example"),),
        to=(Address("", "office@firm.example"),),
        subject=subject,
        base_subject=subject,
        text=body,
        zones=Zones(new=body),
    )
    return replace(plain, **rest)  # type: ignore[arg-type]  # a test names real fields
