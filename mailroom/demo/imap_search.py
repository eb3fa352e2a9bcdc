"""Which mails a SEARCH command asks for (RFC 3501, 6.4.4; MODSEQ: RFC 7162, 3.1.5)."""

import email.header
from collections.abc import Callable, Sequence
from datetime import date
from email import message_from_bytes
from email.errors import HeaderParseError
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import lru_cache

from mailroom.demo.imap_store import Mail
from mailroom.demo.imap_wire import (
    Atom,
    BadCommandError,
    RefusedError,
    Token,
    chosen,
    date_of,
    number,
    word,
)

Predicate = Callable[[Mail], bool]


def search(keys: list[Token], mails: Sequence[Mail]) -> list[Mail]:
    """Return those mails that fit every key; their order gives their numbers.

    Raise BadCommandError for a key that is none, RefusedError for an unknown charset.
    """
    rest = list(keys)
    if len(rest) > 1 and word(rest[0]).upper() == "CHARSET":
        if word(rest[1]).upper() not in {"UTF-8", "US-ASCII"}:
            raise RefusedError("[BADCHARSET (UTF-8 US-ASCII)] charset not known")
        del rest[:2]
    fits = _every(rest, mails)
    return [mail for mail in mails if fits(mail)]


def asks_for_modseq(keys: list[Token]) -> bool:
    """Tell whether the answer must carry the highest MODSEQ."""
    return any(
        asks_for_modseq(key) if isinstance(key, list) else _is_modseq(key)
        for key in keys
    )


def _is_modseq(key: Token) -> bool:
    return isinstance(key, Atom) and key.upper() == "MODSEQ"


def _every(keys: list[Token], mails: Sequence[Mail]) -> Predicate:
    rest = list(keys)
    if not rest:
        raise BadCommandError("a search key is missing")
    predicates = []
    while rest:
        predicates.append(_next_key(rest, mails))
    return lambda mail: all(fits(mail) for fits in predicates)


def _next_key(rest: list[Token], mails: Sequence[Mail]) -> Predicate:
    key = _take(rest)
    if isinstance(key, list):
        return _every(key, mails)
    name = word(key).upper()
    if name in _FLAG_KEYS:
        flag, wanted = _FLAG_KEYS[name]
        return lambda mail: (flag in mail.flags) is wanted
    if name in _ARGUMENT_KEYS:
        return _ARGUMENT_KEYS[name](_take(rest))
    if name in _PLAIN_KEYS:
        return _PLAIN_KEYS[name]
    if name[:1].isdecimal() or name.startswith("*"):
        return _by_sequence(key, mails)
    return _compound(name, rest, mails)


def _compound(name: str, rest: list[Token], mails: Sequence[Mail]) -> Predicate:
    match name:
        case "NOT":
            inner = _next_key(rest, mails)
            return lambda mail: not inner(mail)
        case "OR":
            one, other = _next_key(rest, mails), _next_key(rest, mails)
            return lambda mail: one(mail) or other(mail)
        case "UID":
            uids = set(chosen(_take(rest), [mail.uid for mail in mails]))
            return lambda mail: mail.uid in uids
        case "HEADER":
            return _header(word(_take(rest)), _take(rest))
        case "MODSEQ":
            return _modseq(rest)
    raise BadCommandError(f"no such search key: {name[:40]}")


def _take(rest: list[Token]) -> Token:
    if not rest:
        raise BadCommandError("a search key is cut short")
    return rest.pop(0)


def _by_sequence(sequence_set: Token, mails: Sequence[Mail]) -> Predicate:
    places = chosen(sequence_set, range(1, len(mails) + 1))
    uids = {mails[place - 1].uid for place in places}
    return lambda mail: mail.uid in uids


def _modseq(rest: list[Token]) -> Predicate:
    token = _take(rest)
    if not word(token).isdecimal():  # `MODSEQ "/flags/\\Seen" all 620`
        _take(rest)
        token = _take(rest)
    least = number(token)
    return lambda mail: mail.modseq >= least


def _header(name: str, value: Token) -> Predicate:
    wanted = word(value).lower()

    def fits(mail: Mail) -> bool:
        values = _parsed(mail.raw).get_all(name)
        return values is not None and any(
            wanted in _decoded(each).lower() for each in values
        )

    return fits


def _in_header(name: str) -> Callable[[Token], Predicate]:
    return lambda value: _header(name, value)


def _in_text(*, with_header: bool) -> Callable[[Token], Predicate]:
    def make(value: Token) -> Predicate:
        wanted = word(value).lower()
        return lambda mail: wanted in _text(mail.raw, with_header=with_header).lower()

    return make


def _by_day(
    compare: Callable[[date, date], bool], day: Callable[[Mail], date | None]
) -> Callable[[Token], Predicate]:
    def make(value: Token) -> Predicate:
        wanted = date_of(value)

        def fits(mail: Mail) -> bool:
            found = day(mail)
            return found is not None and compare(found, wanted)

        return fits

    return make


def _sent_day(mail: Mail) -> date | None:
    try:
        return parsedate_to_datetime(str(_parsed(mail.raw)["Date"])).date()
    except ValueError:
        return None


def _received_day(mail: Mail) -> date | None:
    return mail.received.date()


def _by_size(compare: Callable[[int, int], bool]) -> Callable[[Token], Predicate]:
    def make(value: Token) -> Predicate:
        limit = number(value)
        return lambda mail: compare(len(mail.raw), limit)

    return make


def _keyword(*, wanted: bool) -> Callable[[Token], Predicate]:
    def make(value: Token) -> Predicate:
        flag = word(value).lower()
        return lambda mail: (flag in {each.lower() for each in mail.flags}) is wanted

    return make


@lru_cache(maxsize=512)
def _parsed(raw: bytes) -> Message:
    return message_from_bytes(raw)


def _decoded(value: object) -> str:
    try:
        return str(email.header.make_header(email.header.decode_header(str(value))))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return str(value)


def _text(raw: bytes, *, with_header: bool) -> str:
    message = _parsed(raw)
    pieces = [_decoded(value) for value in message.values()] if with_header else []
    for part in message.walk():
        content = part.get_payload(decode=True)
        if part.get_content_maintype() == "text" and isinstance(content, bytes):
            pieces.append(_as_text(content, part.get_content_charset("utf-8")))
    return "\n".join(pieces)


def _as_text(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


_FLAG_KEYS = {
    "ANSWERED": ("\\Answered", True),
    "DELETED": ("\\Deleted", True),
    "DRAFT": ("\\Draft", True),
    "FLAGGED": ("\\Flagged", True),
    "SEEN": ("\\Seen", True),
    "UNANSWERED": ("\\Answered", False),
    "UNDELETED": ("\\Deleted", False),
    "UNDRAFT": ("\\Draft", False),
    "UNFLAGGED": ("\\Flagged", False),
    "UNSEEN": ("\\Seen", False),
}
_PLAIN_KEYS: dict[str, Predicate] = {
    "ALL": lambda _mail: True,
    "OLD": lambda _mail: True,  # no mail is ever \Recent here
    "NEW": lambda _mail: False,
    "RECENT": lambda _mail: False,
}
_ARGUMENT_KEYS: dict[str, Callable[[Token], Predicate]] = {
    "BCC": _in_header("Bcc"),
    "CC": _in_header("Cc"),
    "FROM": _in_header("From"),
    "SUBJECT": _in_header("Subject"),
    "TO": _in_header("To"),
    "BODY": _in_text(with_header=False),
    "TEXT": _in_text(with_header=True),
    "BEFORE": _by_day(date.__lt__, _received_day),
    "ON": _by_day(date.__eq__, _received_day),
    "SINCE": _by_day(date.__ge__, _received_day),
    "SENTBEFORE": _by_day(date.__lt__, _sent_day),
    "SENTON": _by_day(date.__eq__, _sent_day),
    "SENTSINCE": _by_day(date.__ge__, _sent_day),
    "KEYWORD": _keyword(wanted=True),
    "UNKEYWORD": _keyword(wanted=False),
    "LARGER": _by_size(int.__gt__),
    "SMALLER": _by_size(int.__lt__),
}
