"""One client's connection to the demo's IMAP server."""

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from mailroom.demo import imap_fetch
from mailroom.demo.imap_store import Account, Mail, Mailbox
from mailroom.demo.imap_wire import (
    BadCommandError,
    RefusedError,
    Token,
    read_command,
    word,
)

Phase = Literal["before", "after"]
FaultAction = Literal["drop", "cut", "stall", "no"]
Fault = Callable[[str, Phase], FaultAction | None]

HELD_BACK = 2**18  # bytes of answers kept before they are written out


@dataclass(frozen=True, kw_only=True)
class Command:
    """How one command is done, and when it may be."""

    run: Callable[
        ["Session", list[Token]], Awaitable[str]
    ]  # returns the text of the OK
    state: Literal["any", "login", "selected"] = "login"
    needs: str = ""  # the capability that must be on offer


class Session:
    """One client's connection: who is logged in, what is selected, what was told."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        accounts: Mapping[str, Account],
        commands: Mapping[str, Command],
        capabilities: Collection[str],
        fault: Fault,
    ) -> None:
        self.reader = reader
        self._writer = writer
        self._accounts = accounts
        self._commands = commands
        self.capabilities = capabilities
        self._fault = fault
        self.account: Account | None = None
        self.mailbox: Mailbox | None = None
        self.read_only = False
        self.by_uid = False  # whether the command at hand began with UID
        self.condstore = False  # whether the client wants MODSEQ with every change
        self.done = False
        self.view: dict[
            int, int
        ] = {}  # UID → MODSEQ last told; in the client's numbering
        self._answers: list[bytes] = []
        self._seen_modseq = 0

    async def serve(self) -> None:
        """Talk until the client leaves or a fault ends the connection."""
        self.tell(f"OK [CAPABILITY {self.offer}] mailroom demo ready")
        try:
            while not self.done:
                await self.flush()
                await self._serve_one()
            await self.flush()
        except (
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            ConnectionError,
        ):
            pass  # the client has gone, sends what is no line, or a fault was asked for
        finally:
            self.leave()

    def leave(self) -> None:
        """Forget the selected mailbox."""
        if self.mailbox:
            self.mailbox.watchers.discard(self.push)
        self.mailbox, self.view = None, {}

    def enter(self, mailbox: Mailbox, *, read_only: bool) -> None:
        """Select a mailbox; the client's numbering starts from what is in it now."""
        self.leave()
        self.mailbox, self.read_only = mailbox, read_only
        self.view = {mail.uid: mail.modseq for mail in mailbox.mails.values()}
        self._seen_modseq = mailbox.modseq

    @property
    def offer(self) -> str:
        """The capabilities, as they are told."""
        return " ".join(self.capabilities)

    @property
    def owner(self) -> Account:
        """The account logged in."""
        if self.account is None:
            raise BadCommandError("log in first")
        return self.account

    @property
    def selected(self) -> Mailbox:
        """The mailbox selected."""
        if self.mailbox is None:
            raise BadCommandError("select a mailbox first")
        return self.mailbox

    # ── answers ──────────────────────────────────────────────────────────

    def tell(self, line: str | bytes) -> None:
        """Add an untagged answer."""
        content = (
            line.encode("utf-8", "surrogateescape") if isinstance(line, str) else line
        )
        self._answers.append(b"* %s\r\n" % content)

    async def invite(self, prompt: bytes = b"go ahead") -> None:
        """Ask the client to continue its command."""
        self._answers.append(b"+ %s\r\n" % prompt)
        await self.flush()

    async def flush(self) -> None:
        """Write all answers out."""
        self._write_out()
        await self._writer.drain()

    async def relieve(self) -> None:
        """Write answers out before they grow too many."""
        if (
            sum(map(len, self._answers[-64:])) > HELD_BACK
            or len(self._answers) > HELD_BACK // 64
        ):
            await self.flush()

    def _write_out(self) -> None:
        self._writer.write(b"".join(self._answers))
        self._answers.clear()

    def push(self) -> None:
        """Tell what changed and write it out at once, as IDLE does."""
        self.sync(expunges=True)
        self._write_out()

    def sync(self, *, expunges: bool) -> None:
        """Tell what changed in the mailbox since it was last told (RFC 3501, 5.2)."""
        mailbox = self.mailbox
        if mailbox is None or mailbox.modseq == self._seen_modseq:
            return
        if expunges:
            self._tell_expunges(mailbox)
            # Only then has all been told; else expunges remain to be told.
            self._seen_modseq = mailbox.modseq
        new = [mail for mail in mailbox.mails.values() if mail.uid not in self.view]
        for place, (uid, told) in enumerate(self.view.items(), start=1):
            mail = mailbox.mails.get(uid)
            if mail and mail.modseq > told:
                self.tell_flags(place, mail)
        if new:
            self.view.update((mail.uid, mail.modseq) for mail in new)
            self.tell(f"{len(self.view)} EXISTS")

    def _tell_expunges(self, mailbox: Mailbox) -> None:
        gone = [
            (place, uid)
            for place, uid in enumerate(self.view, start=1)
            if uid not in mailbox.mails
        ]
        for place, uid in reversed(gone):
            del self.view[uid]
            self.tell(f"{place} EXPUNGE")

    def tell_flags(self, place: int, mail: Mail) -> None:
        """Tell the flags of a mail; always with its UID, so that nobody mixes it up."""
        parts = [b"UID %d" % mail.uid, imap_fetch.flags(mail)]
        if self.condstore:
            parts.append(imap_fetch.modseq(mail))
        self.tell(b"%d FETCH (%s)" % (place, b" ".join(parts)))
        self.view[mail.uid] = mail.modseq

    # ── commands ─────────────────────────────────────────────────────────

    async def _serve_one(self) -> None:
        tag = "*"
        try:
            tokens = await read_command(self.reader, self.invite)
            tag = word(tokens[0]) if tokens else tag
            name = word(tokens[1]).upper() if tokens[1:] else ""
            arguments = tokens[2:]
            self.by_uid = name == "UID" and bool(arguments)
            if self.by_uid:
                name, arguments = word(arguments[0]).upper(), arguments[1:]
            result = "OK " + await self._do(name, arguments)
        except BadCommandError as error:
            result = f"BAD {error}"
        except RefusedError as error:
            result = f"NO {error}"
        self._answers.append(f"{tag} {result}\r\n".encode("utf-8", "surrogateescape"))

    async def _do(self, name: str, arguments: list[Token]) -> str:
        command = self._permitted(name)
        await self._meet_fault(name, "before")
        result = await command.run(self, arguments)
        # Message numbers must not shift under these three (RFC 3501, 7.4.1).
        self.sync(expunges=self.by_uid or name not in {"FETCH", "STORE", "SEARCH"})
        await self._meet_fault(name, "after")
        return result

    def _permitted(self, name: str) -> Command:
        command = self._commands.get(name)
        if command is None or (
            command.needs and command.needs not in self.capabilities
        ):
            raise BadCommandError("command not known")
        if self.by_uid and name not in {
            "FETCH",
            "STORE",
            "SEARCH",
            "COPY",
            "MOVE",
            "EXPUNGE",
        }:
            raise BadCommandError("not a UID command")
        if command.state != "any" and self.account is None:
            raise BadCommandError("log in first")
        if command.state == "selected" and self.mailbox is None:
            raise BadCommandError("select a mailbox first")
        return command

    async def _meet_fault(self, name: str, phase: Phase) -> None:
        match self._fault(name, phase):
            case "drop":
                raise ConnectionAbortedError
            case "cut":
                whole = b"".join(self._answers)
                self._writer.write(whole[: len(whole) // 2])
                raise ConnectionAbortedError
            case "stall":
                while await self.reader.read(2**16):
                    pass  # until the client gives up
                raise ConnectionAbortedError
            case "no":
                raise RefusedError("[UNAVAILABLE] a fault was asked for")

    # ── who it is ────────────────────────────────────────────────────────

    def log_in(self, user: str, password: str) -> None:
        """Log a user in; raise RefusedError where user or password is wrong."""
        account = self._accounts.get(user)
        if account is None or account.password != password:
            raise RefusedError("[AUTHENTICATIONFAILED] user or password is wrong")
        self.account = account

    async def read_plain(self, first: str | None) -> tuple[str, str]:
        """Return user and password of AUTHENTICATE PLAIN (RFC 4616)."""
        if first is None:
            await self.invite(b"")
            first = (
                (await self.reader.readuntil(b"\n")).decode("ascii", "replace").strip()
            )
        try:
            _, user, password = (
                base64.b64decode(first, validate=True).decode().split("\0")
            )
        except (binascii.Error, ValueError) as error:
            raise BadCommandError("not an answer to PLAIN") from error
        return user, password
