"""A loopback IMAP server for trials with faults on demand; never for production."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import NamedTuple, Self

from imapclient import imap_utf7

from mailroom.demo import imap_mailboxes, imap_messages
from mailroom.demo.imap_session import Fault, FaultAction, Phase, Session
from mailroom.demo.imap_store import Account, Mailbox
from mailroom.demo.imap_wire import LONGEST_LINE
from mailroom.demo.own_thread import OwnThread

_COMMANDS = {**imap_mailboxes.COMMANDS, **imap_messages.COMMANDS}
_CAPABILITIES = (
    "IMAP4rev1",
    *("AUTH=PLAIN", "SASL-IR", "LITERAL+", "ID", "ENABLE", "IDLE", "NAMESPACE"),
    *("SPECIAL-USE", "UIDPLUS", "MOVE", "UNSELECT", "CONDSTORE", "CHILDREN"),
)
_UIDVALIDITY_STEP = 1_000  # room for new mailboxes between two accounts
_TURNS = 3  # of the loop, in which the last connections come to their end


class StoredMail(NamedTuple):
    """One message as the server holds it."""

    uid: int
    flags: frozenset[str]
    raw: bytes


class ImapServer:
    """An IMAP server in its own thread on 127.0.0.1, its mail in memory.

    `users` maps user names to passwords; `without` names capabilities not to offer.
    Each account starts with INBOX, Drafts, Sent, Trash, Junk. Mailbox names are
    given decoded. May be used from any thread.

    `fault` is asked before and after each command, with the command's name (for
    "UID FETCH" it is "FETCH"); it runs in the server's thread. "before": the command
    is read, nothing is done. "after": it is done, its answers are not yet written.
    It may say "drop" (the connection ends with no answer), "cut" (half of the
    answers, then the end), "stall" (no answer ever), "no" (NO is the answer), None.
    """

    host = "127.0.0.1"

    def __init__(
        self, *, users: Mapping[str, str], without: Collection[str] = ()
    ) -> None:
        # Seconds since 1970, so that no other run of the server used these before.
        start = int(time.time())
        self.users = dict(users)
        self.accounts = {
            user: Account(password, uidvalidity=start + number * _UIDVALIDITY_STEP)
            for number, (user, password) in enumerate(users.items())
        }
        self.fault: Fault = _no_fault
        self.port = 0  # chosen at the first start, then kept
        self.connections = 0  # accepted so far
        self._capabilities = [name for name in _CAPABILITIES if name not in without]
        self._sessions: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._thread = OwnThread("demo-imap", self._listening)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Listen; after `kill`, on the same port again with the mail as it was.

        Raise OSError where the port is taken.
        """
        self._thread.start()

    def kill(self) -> None:
        """Stop listening, end every connection at once; the mail stays."""
        self._thread.stop()

    def drop_connections(self) -> None:
        """End every connection at once; go on listening."""
        self._thread.call(self._drop_connections)

    def deliver(
        self,
        raw: bytes,
        mailbox: str = "INBOX",
        user: str | None = None,
        *,
        received: datetime | None = None,
    ) -> int:
        """Put a message into a mailbox; return its UID.

        `user` is the first one where none is given, `received` (aware) now. Raise
        KeyError where there is no such mailbox.
        """
        when = received or datetime.now(UTC)
        return self._thread.call(
            lambda: self._mailbox(mailbox, user).append(raw, (), when).uid
        )

    def messages(
        self, mailbox: str = "INBOX", user: str | None = None
    ) -> list[StoredMail]:
        """Return the mails of a mailbox in UID order; KeyError where there is none."""
        return self._thread.call(
            lambda: [
                StoredMail(mail.uid, mail.flags, mail.raw)
                for mail in self._mailbox(mailbox, user).mails.values()
            ]
        )

    def remove(self, uid: int, mailbox: str = "INBOX", user: str | None = None) -> None:
        """Expunge one mail, as another client would; KeyError where there is none."""

        def expunge() -> None:
            home = self._mailbox(mailbox, user)
            home.remove([home.mails[uid]])

        self._thread.call(expunge)

    def reset_uidvalidity(
        self, mailbox: str = "INBOX", user: str | None = None
    ) -> None:
        """Renumber a mailbox under a new UIDVALIDITY; end every connection."""

        def renumber() -> None:
            account = self._account(user)
            self._mailbox(mailbox, user).renumber(account.new_uidvalidity())
            self._drop_connections()

        self._thread.call(renumber)

    def _account(self, user: str | None) -> Account:
        return self.accounts[user or next(iter(self.accounts))]

    def _mailbox(self, name: str, user: str | None) -> Mailbox:
        coded: bytes = imap_utf7.encode(name)
        mailbox = self._account(user).find(coded.decode("ascii"))
        if mailbox is None:
            raise KeyError(name)
        return mailbox

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        # asyncio sets TCP_NODELAY by itself. A client must do so too: with Nagle's
        # algorithm the end of a literal waits 40 ms for our acknowledgement.
        listener = await asyncio.start_server(
            self._serve, self.host, self.port, limit=LONGEST_LINE
        )
        self.port = listener.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            listener.close()
            # Who came just now has no session yet, and a socket closes a turn later.
            for _ in range(_TURNS):
                await asyncio.sleep(0)
                self._drop_connections()
                await asyncio.gather(*self._sessions, return_exceptions=True)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  a coroutine that runs has a task
        self._sessions[task] = writer
        self.connections += 1
        session = Session(
            reader,
            writer,
            accounts=self.accounts,
            commands=_COMMANDS,
            capabilities=self._capabilities,
            fault=self._ask,
        )
        try:
            await session.serve()
        finally:
            del self._sessions[task]
            writer.close()

    def _ask(self, command: str, phase: Phase) -> FaultAction | None:
        # Looked up anew each time, for a test sets the fault under open connections.
        return self.fault(command, phase)

    def _drop_connections(self) -> None:
        for writer in self._sessions.values():
            writer.transport.abort()


def _no_fault(_command: str, _phase: Phase) -> None:
    """Let everything go well."""
