"""The mailboxes of the demo's IMAP server, kept in memory."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

SYSTEM_FLAGS = ("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft")
SPECIAL_USE = {
    "Drafts": "\\Drafts",
    "Sent": "\\Sent",
    "Trash": "\\Trash",
    "Junk": "\\Junk",
}
DELIMITER = "/"

FlagChange = Literal["set", "add", "remove"]


@dataclass(eq=False, kw_only=True)
class Mail:
    """One message in one mailbox; its bytes are kept exactly as they came."""

    uid: int
    raw: bytes = field(repr=False)
    flags: frozenset[str]
    received: datetime  # aware; IMAP's INTERNALDATE
    modseq: int


class Mailbox:
    """One mailbox: its mails by UID (RFC 3501, 2.3.1), counted changes (RFC 7162)."""

    def __init__(self, name: str, *, uidvalidity: int) -> None:
        self.name = name
        self.uidvalidity = uidvalidity
        self.uidnext = 1
        self.modseq = 1  # of the latest change
        self.mails: dict[int, Mail] = {}  # in UID order, for UIDs only grow
        self.watchers: set[Callable[[], None]] = set()  # called after each change
        self._spelling = {flag.lower(): flag for flag in SYSTEM_FLAGS}

    @property
    def keywords(self) -> list[str]:
        """The flags ever used here that are not the protocol's own."""
        return [flag for flag in self._spelling.values() if not flag.startswith("\\")]

    def append(self, raw: bytes, flags: Iterable[str], received: datetime) -> Mail:
        """Put a mail at the end of the mailbox; hand it back with its new UID."""
        mail = Mail(
            uid=self.uidnext,
            raw=raw,
            flags=self._spell(flags),
            received=received,
            modseq=self._next_modseq(),
        )
        self.uidnext += 1
        self.mails[mail.uid] = mail
        self._changed()
        return mail

    def mark(self, mail: Mail, change: FlagChange, flags: Iterable[str]) -> None:
        """Change the flags of a mail; a change that changes nothing counts as none."""
        given = self._spell(flags)
        after = {"set": given, "add": mail.flags | given, "remove": mail.flags - given}[
            change
        ]
        if after != mail.flags:
            mail.flags = after
            mail.modseq = self._next_modseq()
            self._changed()

    def remove(self, mails: Iterable[Mail]) -> None:
        """Take mails out of the mailbox for good."""
        for mail in mails:
            if self.mails.pop(mail.uid, None):
                self._next_modseq()
        self._changed()

    def renumber(self, uidvalidity: int) -> None:
        """Give every mail a new UID under a new UIDVALIDITY, as after a lost index."""
        mails = list(self.mails.values())
        self.uidvalidity, self.uidnext, self.mails = uidvalidity, 1, {}
        for mail in mails:
            self.append(mail.raw, mail.flags, mail.received)

    def _spell(self, flags: Iterable[str]) -> frozenset[str]:
        # Flags know no case (RFC 3501, 2.3.2); the first spelling seen is kept.
        return frozenset(
            self._spelling.setdefault(flag.lower(), flag) for flag in flags
        )

    def _next_modseq(self) -> int:
        self.modseq += 1
        return self.modseq

    def _changed(self) -> None:
        for watcher in tuple(self.watchers):
            watcher()


class Account:
    """One user's mailboxes."""

    def __init__(self, password: str, *, uidvalidity: int) -> None:
        self.password = password
        self._uidvalidity = uidvalidity
        self.mailboxes: dict[str, Mailbox] = {}
        for name in ("INBOX", *SPECIAL_USE):
            self.create(name)

    def create(self, name: str) -> Mailbox:
        """Make an empty mailbox; the name as it goes over the wire (modified UTF-7)."""
        mailbox = Mailbox(name, uidvalidity=self.new_uidvalidity())
        self.mailboxes[name] = mailbox
        return mailbox

    def find(self, name: str) -> Mailbox | None:
        """Return the mailbox of this name, INBOX in any case; None if there is none."""
        return self.mailboxes.get("INBOX" if name.upper() == "INBOX" else name)

    def new_uidvalidity(self) -> int:
        """Return a UIDVALIDITY that this account never used before."""
        self._uidvalidity += 1
        return self._uidvalidity
