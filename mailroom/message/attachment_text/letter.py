"""Reads a letter that is attached to a letter."""

from collections.abc import Callable

from mailroom.errors import UnreadableMessageError
from mailroom.message.attachment_text.limits import MOST_FILES, NotReadError
from mailroom.message.model import Attachment
from mailroom.message.parse import parse


def read_letter(content: bytes, read: Callable[[Attachment], str | None]) -> str:
    """Give its subject, sender, text, and the words of what is attached to it.

    `read` reads those. Raises NotReadError.
    """
    try:
        message = parse(content)
    except UnreadableMessageError as error:
        raise NotReadError from error
    sender = message.sender
    heading = [
        f"Subject: {message.subject}" if message.subject else "",
        f"From: {sender.name} <{sender.address}>" if sender else "",
        f"Date: {message.date:%Y-%m-%d %H:%M}" if message.date else "",
    ]
    pieces = ["\n".join(line for line in heading if line), message.text]
    for attachment in message.attachments[:MOST_FILES]:
        words = read(attachment)
        if words:
            pieces.append(f"{attachment.name}\n{words}")
    return "\n\n".join(piece for piece in pieces if piece)
