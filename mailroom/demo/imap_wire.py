"""How IMAP commands and answers look as bytes (RFC 3501, 9)."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TypeAlias

LARGEST_LITERAL = 128 * 2**20  # bytes; more than any mail that a test sends
LONGEST_LINE = 8 * 2**20  # bytes; a list of 10,000 UIDs is one line
MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)


class Atom(str):
    """A bare word of a command; strings, quoted or literal, are bytes."""

    __slots__ = ()


Token: TypeAlias = "Atom | bytes | list[Token]"  # noqa: S105  a type, no password


class BadCommandError(Exception):
    """The command cannot be understood; the answer is BAD."""


class RefusedError(Exception):
    """The command cannot be done; the answer is NO."""


_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\Z")
_TOKEN = re.compile(
    rb"""\s*(?:
        (?P<bracket>[()])
      | "(?P<quoted>(?:[^"\\]|\\.)*)"
      | (?P<atom>(?i:BODY(?:\.PEEK)?)\[[^\]]*\](?:<[0-9.]+>)?   # holds spaces
          | [^\s()"]+)
    )\s*""",
    re.VERBOSE,
)
_DATE = re.compile(r"\s?(\d{1,2})-([A-Za-z]{3})-(\d{4})")
_DATE_TIME = re.compile(_DATE.pattern + r" (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")


async def read_command(
    reader: asyncio.StreamReader, ask: Callable[[], Awaitable[None]]
) -> list[Token]:
    """Read one command with its literals; `ask` invites the client to send one.

    Raise BadCommandError where it cannot be understood, asyncio.IncompleteReadError
    at the end of the stream.
    """
    flat: list[Token] = []
    while True:
        line = (await reader.readuntil(b"\n")).rstrip(b"\r\n")
        literal = _LITERAL.search(line)
        flat += _scan(line[: literal.start()] if literal else line)
        if literal is None:
            return _nest(flat)
        size = int(literal[1])
        if size > LARGEST_LITERAL:
            raise BadCommandError("literal too large")
        if not literal[2]:
            await ask()
        flat.append(await reader.readexactly(size))


def _scan(line: bytes) -> list[Token]:
    tokens: list[Token] = []
    place = 0
    while place < len(line):
        match = _TOKEN.match(line, place)
        if match is None:
            raise BadCommandError("unbalanced quotes")
        if match["quoted"] is not None:
            tokens.append(re.sub(rb"\\(.)", rb"\1", match["quoted"]))
        else:
            word = match["bracket"] or match["atom"]
            tokens.append(Atom(word.decode("ascii", "surrogateescape")))
        place = match.end()
    return tokens


def _nest(flat: Iterable[Token]) -> list[Token]:
    stack: list[list[Token]] = [[]]
    for token in flat:
        if token == Atom("("):
            stack.append([])
        elif token == Atom(")") and len(stack) > 1:
            inner = stack.pop()
            stack[-1].append(inner)
        else:
            stack[-1].append(token)
    if len(stack) != 1:
        raise BadCommandError("unbalanced parentheses")
    return stack[0]


def word(token: Token) -> str:
    """Return a bare word or a string as text; raise BadCommandError for a list."""
    if isinstance(token, list):
        raise BadCommandError("unexpected parenthesis")
    return (
        token.decode("utf-8", "surrogateescape")
        if isinstance(token, bytes)
        else str(token)
    )


def words(token: Token) -> list[str]:
    """Return a parenthesised list, or one bare word, as a list of words."""
    return (
        [word(inner) for inner in token] if isinstance(token, list) else [word(token)]
    )


def number(token: Token) -> int:
    """Return a number; raise BadCommandError where it is none."""
    if not (digits := word(token)).isdecimal():
        raise BadCommandError("a number is missing")
    return int(digits)


def chosen(sequence_set: Token, existing: Sequence[int]) -> list[int]:
    """Return which of the existing numbers (rising) a set such as `1:3,7,9:*` names."""
    ranges = []
    last = existing[-1] if existing else 0
    for part in word(sequence_set).split(","):
        ends = [_set_end(end, last) for end in part.split(":")]
        ranges.append((min(ends), max(ends)))
    return _inside(ranges, existing)


def _set_end(end: str, last: int) -> int:
    if end == "*":
        return last
    if not end.isdecimal():
        raise BadCommandError("not a sequence set")
    return int(end)


def _inside(ranges: list[tuple[int, int]], existing: Sequence[int]) -> list[int]:
    ranges.sort()
    found = []
    place = 0
    for candidate in existing:
        while place < len(ranges) and ranges[place][1] < candidate:
            place += 1
        if any(low <= candidate <= high for low, high in ranges[place : place + 1]):
            found.append(candidate)
    return found


def quoted(string: str) -> bytes:
    """Write a string in quotes."""
    escaped = string.replace("\\", "\\\\").replace('"', '\\"')
    return b'"' + escaped.encode("utf-8", "surrogateescape") + b'"'


def literal(content: bytes) -> bytes:
    """Write bytes as a literal, for they may hold anything."""
    return b"{%d}\r\n%s" % (len(content), content)


def compact(numbers: Iterable[int]) -> str:
    """Write rising numbers as a set, runs as ranges: `1:3,7`."""
    runs: list[list[int]] = []
    for each in numbers:
        if runs and each == runs[-1][1] + 1:
            runs[-1][1] = each
        else:
            runs.append([each, each])
    return ",".join(str(low) if low == high else f"{low}:{high}" for low, high in runs)


def date_of(token: Token) -> date:
    """Read a date such as `2-Nov-2026`; raise BadCommandError where it is none."""
    match = _DATE.fullmatch(word(token))
    if match is None or match[2].title() not in MONTHS:
        raise BadCommandError("not a date")
    try:
        return date(int(match[3]), MONTHS.index(match[2].title()) + 1, int(match[1]))
    except ValueError as error:
        raise BadCommandError("no such day") from error


def moment_of(token: Token) -> datetime:
    """Read ` 2-Nov-2026 09:30:00 +0800`; raise BadCommandError where it is none."""
    match = _DATE_TIME.fullmatch(word(token))
    if match is None:
        raise BadCommandError("not a date-time")
    day = date_of(f"{match[1]}-{match[2]}-{match[3]}".encode())
    offset = timedelta(hours=int(match[8]), minutes=int(match[9]))
    zone = timezone(-offset if match[7] == "-" else offset)
    hour, minute, second = (int(match[n]) for n in (4, 5, 6))
    try:
        return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
    except ValueError as error:
        raise BadCommandError("no such time") from error


def moment(when: datetime) -> bytes:
    """Write an aware datetime as INTERNALDATE does, in UTC."""
    at = when.astimezone(UTC)
    return (
        f'"{at.day:02}-{MONTHS[at.month - 1]}-{at.year} {at:%H:%M:%S} +0000"'.encode()
    )
