"""Reads the two FETCH answers that make up intake, where servers write them plainly.

The library's lexer reads any answer, a character at a time: a third of the whole cost
of intake. Whatever is not written as below is left to it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from mailroom.mailbox.answers import Listed

_DESCRIBED = re.compile(
    rb"\d+ \((?=[^()]*\bUID (\d+)\b)(?=[^()]*\bRFC822\.SIZE (\d+)\b)"
    rb'[^()]*\bINTERNALDATE "([ \d]\d)-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d)'
    rb' ([+-])(\d\d)(\d\d)"[^()]*\)'
)
_BODY = re.compile(rb"\d+ \((?:FLAGS \([^()]*\) )?UID (\d+) BODY\[\] \{\d+\}")
_MONTHS = {
    name: number
    for number, name in enumerate(
        b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1
    )
}


def numbers(uids: Sequence[int]) -> str:
    """Write UIDs as a sequence set, neighbours as a range (RFC 3501, 9)."""
    parts: list[str] = []
    first = last = -1
    for uid in [*sorted(uids), -1]:
        if uid == last + 1 and first >= 0:
            last = uid
            continue
        if first >= 0:
            parts.append(str(first) if first == last else f"{first}:{last}")
        first = last = uid
    return ",".join(parts)


def described(lines: Iterable[Any]) -> Iterator[Listed]:
    """Yield size and arrival of each message whose answer is plain."""
    for line in lines:
        found = _DESCRIBED.fullmatch(line) if isinstance(line, bytes) else None
        if found is None or found[4].title() not in _MONTHS:
            continue
        day, hour, minute, second = (int(found[n]) for n in (3, 6, 7, 8))
        offset = timedelta(hours=int(found[10]), minutes=int(found[11]))
        zone = timezone(-offset if found[9] == b"-" else offset) if offset else UTC
        month = _MONTHS[found[4].title()]
        try:
            arrived = datetime(
                int(found[5]), month, day, hour, minute, second, tzinfo=zone
            )
        except ValueError:  # 31 February: the library says what it makes of it
            continue
        yield Listed(uid=int(found[1]), size=int(found[2]), internaldate=arrived)


def bodies(pieces: Iterable[Any]) -> Iterator[tuple[int, bytes]]:
    """Yield UID and bytes of each message whose answer is plain."""
    for piece in pieces:
        if not isinstance(piece, tuple):
            continue
        head, body = piece
        found = _BODY.fullmatch(head)
        if found is not None and body:
            yield int(found[1]), body
