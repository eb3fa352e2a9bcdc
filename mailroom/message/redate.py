"""Gives a finished letter of ours another Date, and leaves every other byte alone."""

from datetime import datetime
from email.utils import format_datetime

_HEAD = b"Date: "
_END = b"\r\n"


def redate(raw: bytes, when: datetime) -> bytes:
    """Return the letter with `when` (aware) as its Date.

    A draft may wait for days; a letter carries the date of the word that let it go.
    Raises ValueError where the bytes are not a letter made by `reply.build`.
    """
    if not raw.startswith(_HEAD) or when.tzinfo is None:
        raise ValueError("only a letter of ours opens with its Date")
    _, _, rest = raw.partition(_END)
    return _HEAD + format_datetime(when).encode("ascii") + _END + rest
