"""The IMAP commands about connections, users, whole mailboxes."""

import re
from collections.abc import Iterable

from mailroom.demo.imap_session import Command, Session
from mailroom.demo.imap_store import DELIMITER, SPECIAL_USE, SYSTEM_FLAGS, Mailbox
from mailroom.demo.imap_wire import (
    BadCommandError,
    RefusedError,
    Token,
    quoted,
    word,
    words,
)


def _one(arguments: list[Token]) -> Token:
    if not arguments:
        raise BadCommandError("an argument is missing")
    return arguments[0]


def _two(arguments: list[Token]) -> tuple[Token, Token]:
    if len(arguments) < 2:  # noqa: PLR2004  two are what it is about
        raise BadCommandError("an argument is missing")
    return arguments[0], arguments[1]


def existing(session: Session, name: Token, *, code: str = "NONEXISTENT") -> Mailbox:
    """Return the named mailbox; raise RefusedError with the code if there is none."""
    mailbox = session.owner.find(word(name))
    if mailbox is None:
        raise RefusedError(f"[{code}] no such mailbox")
    return mailbox


async def _capability(session: Session, _arguments: list[Token]) -> str:
    session.tell(f"CAPABILITY {session.offer}")
    return "here they are"


async def _login(session: Session, arguments: list[Token]) -> str:
    user, password = _two(arguments)
    session.log_in(word(user), word(password))
    return f"[CAPABILITY {session.offer}] welcome"


async def _authenticate(session: Session, arguments: list[Token]) -> str:
    if word(_one(arguments)).upper() != "PLAIN":
        raise RefusedError("only PLAIN is known")
    first = word(arguments[1]) if len(arguments) > 1 else None
    session.log_in(*await session.read_plain(first))
    return f"[CAPABILITY {session.offer}] welcome"


async def _logout(session: Session, _arguments: list[Token]) -> str:
    session.tell("BYE until next time")
    session.done = True
    return "bye"


async def _noop(_session: Session, _arguments: list[Token]) -> str:
    return "nothing done"


async def _id(session: Session, _arguments: list[Token]) -> str:
    session.tell('ID ("name" "mailroom demo" "version" "1")')
    return "pleased to meet you"


async def _namespace(session: Session, _arguments: list[Token]) -> str:
    session.tell(f'NAMESPACE (("" "{DELIMITER}")) NIL NIL')
    return "one namespace"


async def _enable(session: Session, arguments: list[Token]) -> str:
    known = [name for name in map(word, arguments) if name.upper() == "CONDSTORE"]
    session.condstore = session.condstore or bool(known)
    session.tell(" ".join(["ENABLED", *known]))
    return "enabled what is known"


async def _list(session: Session, arguments: list[Token]) -> str:
    special_only = False
    if arguments and isinstance(
        arguments[0], list
    ):  # LIST (SPECIAL-USE) "" * (RFC 6154)
        special_only = "SPECIAL-USE" in {
            option.upper() for option in words(arguments[0])
        }
        arguments = arguments[1:]
    reference, pattern = _two(arguments)
    if pattern == b"":
        session.tell(f'LIST (\\Noselect) "{DELIMITER}" ""')
        return "the delimiter"
    for each in words(pattern):
        for name in _matching(session.owner.mailboxes, word(reference) + each):
            if not special_only or name in SPECIAL_USE:
                session.tell(_list_line("LIST", name, session.owner.mailboxes))
    return "these are they"


async def _lsub(session: Session, arguments: list[Token]) -> str:
    reference, pattern = _two(arguments)
    for name in _matching(session.owner.mailboxes, word(reference) + word(pattern)):
        session.tell(_list_line("LSUB", name, session.owner.mailboxes))
    return "every mailbox counts as subscribed"


def _matching(names: Iterable[str], pattern: str) -> list[str]:
    pieces = {"*": ".*", "%": f"[^{DELIMITER}]*"}
    wanted = re.compile("".join(pieces.get(char, re.escape(char)) for char in pattern))
    return [name for name in names if wanted.fullmatch(name)]


def _list_line(answer: str, name: str, names: Iterable[str]) -> bytes:
    has_children = any(other.startswith(name + DELIMITER) for other in names)
    attributes = ["\\HasChildren" if has_children else "\\HasNoChildren"]
    if name in SPECIAL_USE:
        attributes.append(SPECIAL_USE[name])
    return f'{answer} ({" ".join(attributes)}) "{DELIMITER}" '.encode() + quoted(name)


async def _create(session: Session, arguments: list[Token]) -> str:
    name = word(_one(arguments)).rstrip(DELIMITER)
    if session.owner.find(name):
        raise RefusedError("[ALREADYEXISTS] there is such a mailbox")
    session.owner.create(name)
    return "created"


async def _delete(session: Session, arguments: list[Token]) -> str:
    mailbox = existing(session, _one(arguments))
    if mailbox.name == "INBOX":
        raise RefusedError("[CANNOT] INBOX stays")
    del session.owner.mailboxes[mailbox.name]
    return "deleted"


async def _rename(session: Session, arguments: list[Token]) -> str:
    old, new = _two(arguments)
    mailbox = existing(session, old)
    if mailbox.name == "INBOX":
        raise RefusedError("[CANNOT] INBOX stays")
    if session.owner.find(word(new)):
        raise RefusedError("[ALREADYEXISTS] there is such a mailbox")
    del session.owner.mailboxes[mailbox.name]
    mailbox.name = word(new)
    session.owner.mailboxes[mailbox.name] = mailbox
    return "renamed"


async def _subscribe(session: Session, arguments: list[Token]) -> str:
    existing(session, _one(arguments))
    return "every mailbox counts as subscribed"


async def _select(session: Session, arguments: list[Token]) -> str:
    return _open(session, arguments, read_only=False)


async def _examine(session: Session, arguments: list[Token]) -> str:
    return _open(session, arguments, read_only=True)


def _open(session: Session, arguments: list[Token], *, read_only: bool) -> str:
    name = _one(arguments)
    session.leave()  # also where the next mailbox does not exist (RFC 3501, 6.3.1)
    mailbox = existing(session, name)
    if len(arguments) > 1 and "CONDSTORE" in {
        each.upper() for each in words(arguments[1])
    }:
        session.condstore = True
    session.enter(mailbox, read_only=read_only)
    flags = " ".join((*SYSTEM_FLAGS, *mailbox.keywords))
    session.tell(f"FLAGS ({flags})")
    permanent = "" if read_only else f"{flags} \\*"
    session.tell(f"OK [PERMANENTFLAGS ({permanent})] kept")
    session.tell(f"{len(mailbox.mails)} EXISTS")
    session.tell("0 RECENT")
    for place, mail in enumerate(mailbox.mails.values(), start=1):
        if "\\Seen" not in mail.flags:
            session.tell(f"OK [UNSEEN {place}] first unseen")
            break
    session.tell(f"OK [UIDVALIDITY {mailbox.uidvalidity}] valid")
    session.tell(f"OK [UIDNEXT {mailbox.uidnext}] next")
    if "CONDSTORE" in session.capabilities:
        session.tell(f"OK [HIGHESTMODSEQ {mailbox.modseq}] highest")
    return "[READ-ONLY] examined" if read_only else "[READ-WRITE] selected"


async def _status(session: Session, arguments: list[Token]) -> str:
    name, asked = _two(arguments)
    mailbox = existing(session, name)
    figures = {
        "MESSAGES": len(mailbox.mails),
        "RECENT": 0,
        "UIDNEXT": mailbox.uidnext,
        "UIDVALIDITY": mailbox.uidvalidity,
        "UNSEEN": sum("\\Seen" not in mail.flags for mail in mailbox.mails.values()),
        "HIGHESTMODSEQ": mailbox.modseq,
    }
    names = [each.upper() for each in words(asked)]
    if unknown := set(names) - set(figures):
        raise BadCommandError(f"no such figure: {min(unknown)[:40]}")
    told = " ".join(f"{each} {figures[each]}" for each in names)
    session.tell(b"STATUS " + quoted(mailbox.name) + f" ({told})".encode())
    return "counted"


async def _unselect(session: Session, _arguments: list[Token]) -> str:
    session.leave()
    return "left"


async def _close(session: Session, _arguments: list[Token]) -> str:
    if not session.read_only:
        mails = session.selected.mails.values()
        session.selected.remove([mail for mail in mails if "\\Deleted" in mail.flags])
    session.leave()
    return "left, deleted mails are gone"


async def _idle(session: Session, _arguments: list[Token]) -> str:
    session.sync(expunges=True)
    mailbox = session.selected
    await session.invite(b"idling")
    mailbox.watchers.add(session.push)
    session.push()  # what came while the invitation was on its way
    try:
        line = await session.reader.readuntil(b"\n")
    finally:
        mailbox.watchers.discard(session.push)
    if line.strip().upper() != b"DONE":
        raise BadCommandError("DONE was expected")
    return "awake"


COMMANDS = {
    "CAPABILITY": Command(run=_capability, state="any"),
    "NOOP": Command(run=_noop, state="any"),
    "CHECK": Command(run=_noop, state="selected"),
    "ID": Command(run=_id, state="any", needs="ID"),
    "LOGOUT": Command(run=_logout, state="any"),
    "LOGIN": Command(run=_login, state="any"),
    "AUTHENTICATE": Command(run=_authenticate, state="any"),
    "ENABLE": Command(run=_enable, needs="ENABLE"),
    "NAMESPACE": Command(run=_namespace, needs="NAMESPACE"),
    "LIST": Command(run=_list),
    "LSUB": Command(run=_lsub),
    "CREATE": Command(run=_create),
    "DELETE": Command(run=_delete),
    "RENAME": Command(run=_rename),
    "SUBSCRIBE": Command(run=_subscribe),
    "UNSUBSCRIBE": Command(run=_subscribe),
    "SELECT": Command(run=_select),
    "EXAMINE": Command(run=_examine),
    "STATUS": Command(run=_status),
    "UNSELECT": Command(run=_unselect, state="selected", needs="UNSELECT"),
    "CLOSE": Command(run=_close, state="selected"),
    "IDLE": Command(run=_idle, state="selected", needs="IDLE"),
}
