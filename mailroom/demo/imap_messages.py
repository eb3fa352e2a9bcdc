"""The IMAP commands about the messages of a mailbox."""

from datetime import UTC, datetime

from mailroom.demo import imap_fetch, imap_search
from mailroom.demo.imap_mailboxes import existing
from mailroom.demo.imap_session import Command, Session
from mailroom.demo.imap_store import FlagChange, Mail
from mailroom.demo.imap_wire import (
    Atom,
    BadCommandError,
    RefusedError,
    Token,
    chosen,
    compact,
    moment_of,
    number,
    word,
    words,
)

_MACROS = {
    "ALL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE"],
    "FAST": ["FLAGS", "INTERNALDATE"],
}
_CHANGES: dict[str, FlagChange] = {"FLAGS": "set", "+FLAGS": "add", "-FLAGS": "remove"}


def _named(session: Session, sequence_set: Token) -> list[tuple[int, Mail]]:
    """Return place and mail of each mail that the set names and that still exists."""
    uids = list(session.view)
    if session.by_uid:
        wanted = set(chosen(sequence_set, uids))
        places = [place for place, uid in enumerate(uids, start=1) if uid in wanted]
    else:
        places = chosen(sequence_set, range(1, len(uids) + 1))
    mails = session.selected.mails
    return [
        (place, mails[uids[place - 1]]) for place in places if uids[place - 1] in mails
    ]


def _needs_write(session: Session) -> None:
    if session.read_only:
        raise RefusedError("[READ-ONLY] the mailbox was only examined")


async def _fetch(session: Session, arguments: list[Token]) -> str:
    if len(arguments) not in {2, 3}:
        raise BadCommandError("FETCH takes a set and attributes")
    names = words(arguments[1])
    names = _MACROS.get(names[0].upper(), names) if len(names) == 1 else names
    since = _changed_since(session, arguments[2]) if len(arguments) > 2 else -1  # noqa: PLR2004
    upper = {name.upper() for name in names}
    if session.by_uid and "UID" not in upper:
        names = ["UID", *names]
    if "MODSEQ" in upper or since >= 0:
        session.condstore = True
    if since >= 0 and "MODSEQ" not in upper:
        names = [*names, "MODSEQ"]  # (RFC 7162, 3.1.4.1)
    asked = imap_fetch.attributes(names)
    sees = imap_fetch.marks_seen(names) and not session.read_only
    for place, mail in _named(session, arguments[0]):
        if mail.modseq <= since:
            continue
        if sees:
            session.selected.mark(mail, "add", ["\\Seen"])
        parts = b" ".join(write(mail) for write in asked)
        session.tell(b"%d FETCH (%s)" % (place, parts))
        if "FLAGS" in upper:
            session.view[mail.uid] = mail.modseq
        await session.relieve()
    return "fetched"


def _changed_since(session: Session, modifier: Token) -> int:
    if not isinstance(modifier, list) or [
        word(each).upper() for each in modifier[:1]
    ] != ["CHANGEDSINCE"]:
        raise BadCommandError("no such modifier of FETCH")
    _needs_condstore(session)
    return number(modifier[-1])


def _needs_condstore(session: Session) -> None:
    if "CONDSTORE" not in session.capabilities:
        raise BadCommandError("CONDSTORE is not offered")


async def _store(session: Session, arguments: list[Token]) -> str:
    _needs_write(session)
    unchanged_since = None
    if len(arguments) > 1 and isinstance(arguments[1], list):
        unchanged_since = _unchanged_since(session, arguments.pop(1))
    if len(arguments) < 3:  # noqa: PLR2004  the set, the change, the flags
        raise BadCommandError("STORE takes a set, a change, flags")
    name = word(arguments[1]).upper()
    change = _CHANGES.get(name.removesuffix(".SILENT"))
    if change is None:
        raise BadCommandError("no such change of flags")
    flags = [flag for token in arguments[2:] for flag in words(token)]
    refused = []
    for place, mail in _named(session, arguments[0]):
        if unchanged_since is not None and mail.modseq > unchanged_since:
            refused.append(mail.uid if session.by_uid else place)
            continue
        session.selected.mark(mail, change, flags)
        # Even a silent STORE tells the new MODSEQ (RFC 7162, 3.1.3).
        if not name.endswith(".SILENT"):
            session.tell_flags(place, mail)
        elif session.condstore:
            session.tell(
                b"%d FETCH (UID %d %s)" % (place, mail.uid, imap_fetch.modseq(mail))
            )
        session.view[mail.uid] = mail.modseq
    if refused:
        return f"[MODIFIED {compact(refused)}] some were changed meanwhile"
    return "stored"


def _unchanged_since(session: Session, modifier: Token) -> int:
    if not isinstance(modifier, list) or [
        word(each).upper() for each in modifier[:1]
    ] != ["UNCHANGEDSINCE"]:
        raise BadCommandError("no such modifier of STORE")
    _needs_condstore(session)
    session.condstore = True
    return number(modifier[-1])


async def _search(session: Session, arguments: list[Token]) -> str:
    mails = session.selected.mails
    # Mails that another session removed keep their numbers until that is told.
    present = [mails[uid] for uid in session.view if uid in mails]
    places = {uid: place for place, uid in enumerate(session.view, start=1)}
    found = imap_search.search(arguments, present)
    answer = [
        "SEARCH",
        *(str(m.uid if session.by_uid else places[m.uid]) for m in found),
    ]
    if imap_search.asks_for_modseq(arguments):
        session.condstore = True
        if found:
            answer.append(f"(MODSEQ {max(mail.modseq for mail in found)})")
    session.tell(" ".join(answer))
    return "searched"


async def _append(session: Session, arguments: list[Token]) -> str:
    if len(arguments) < 2 or not isinstance(arguments[-1], bytes):  # noqa: PLR2004
        raise BadCommandError("APPEND takes a mailbox and a message")
    mailbox = existing(session, arguments[0], code="TRYCREATE")
    flags: list[str] = []
    received = datetime.now(UTC)
    for option in arguments[1:-1]:
        if isinstance(option, list):
            flags = words(option)
        else:
            received = moment_of(option)
    mail = mailbox.append(arguments[-1], flags, received)
    return _code(session, f"[APPENDUID {mailbox.uidvalidity} {mail.uid}] ") + "appended"


def _code(session: Session, code: str) -> str:
    return code if "UIDPLUS" in session.capabilities else ""


async def _copy(session: Session, arguments: list[Token]) -> str:
    return _code(session, _copied(session, arguments)[0]) + "copied"


async def _move(session: Session, arguments: list[Token]) -> str:
    _needs_write(session)
    code, mails = _copied(session, arguments)
    if code := _code(session, code):
        session.tell(f"OK {code}moved")
    session.selected.remove(mails)
    return "moved"


def _copied(session: Session, arguments: list[Token]) -> tuple[str, list[Mail]]:
    if len(arguments) != 2:  # noqa: PLR2004  the set, the mailbox
        raise BadCommandError("a set and a mailbox are needed")
    target = existing(session, arguments[1], code="TRYCREATE")
    mails = [mail for _, mail in _named(session, arguments[0])]
    copies = [target.append(mail.raw, mail.flags, mail.received).uid for mail in mails]
    if not mails:
        return "", []
    source = compact(mail.uid for mail in mails)
    return f"[COPYUID {target.uidvalidity} {source} {compact(copies)}] ", mails


async def _expunge(session: Session, arguments: list[Token]) -> str:
    _needs_write(session)
    if session.by_uid and "UIDPLUS" not in session.capabilities:
        raise BadCommandError("UIDPLUS is not offered")
    named = _named(session, arguments[0] if session.by_uid else Atom("1:*"))
    session.selected.remove([mail for _, mail in named if "\\Deleted" in mail.flags])
    return "expunged"


COMMANDS = {
    "FETCH": Command(run=_fetch, state="selected"),
    "STORE": Command(run=_store, state="selected"),
    "SEARCH": Command(run=_search, state="selected"),
    "APPEND": Command(run=_append),
    "COPY": Command(run=_copy, state="selected"),
    "MOVE": Command(run=_move, state="selected", needs="MOVE"),
    "EXPUNGE": Command(run=_expunge, state="selected"),
}
