"""One IMAP connection, with its library's traps behind it.

IMAPClient 4.1: `fetch` wants lists of ints (a generator gives {}, "1:*" raises after
the transfer); `idle_check` swallows the end of the connection; its debug level, hard
wired to 5, costs nine tenths of the time on large mail.
"""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from imapclient.exceptions import IMAPClientError, LoginError

from mailroom import __version__
from mailroom.errors import TemporaryMailError, text
from mailroom.mailbox import idle, plain_fetch
from mailroom.mailbox.answers import Listed, LoginRefused, Refused, Selected
from mailroom.mailbox.breaks import BROKEN, say
from mailroom.mailbox.connect import CONNECT_SECONDS, connect
from mailroom.mailbox.names import decode_name, encode_name, find_special
from mailroom.mailbox.watchdog import WATCHDOG
from mailroom.settings import ImapServer, Secret

COMMAND_SECONDS = 90
UID_WINDOW = 50_000  # a SEARCH answer of over 1,000,000 bytes kills imaplib
PIECE = 1024 * 1024  # bytes; large messages come in pieces
MAX_UID = 4_294_967_295


class Imap:
    """A connection that is logged in; use it from one thread at a time."""

    def __init__(self, server: ImapServer, password: Secret) -> None:
        """Connect and log in.

        Raises TemporaryMailError where the server cannot be reached or breaks off, and
        PermanentMailError where it does not let us in.
        """
        self.opened_at = datetime.now(UTC)
        self.broken = False
        self.used_at = time.monotonic()
        self._client = connect(server)
        # Set before the first mail passes: repr() of every literal, otherwise.
        self._client._imap.debug = 0  # noqa: SLF001  the library has no public switch
        sock = self._client.socket()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        try:
            self._log_in(server, password)
        except BaseException:
            self.close()
            raise

    def _log_in(self, server: ImapServer, password: Secret) -> None:
        try:
            with self._command("LOGIN"):
                if password.reveal().isascii() and server.user.isascii():
                    self._client.login(server.user, password.reveal())
                else:  # LOGIN cannot carry it; SASL PLAIN is UTF-8
                    self._client.plain_login(server.user, password.reveal())
        except LoginError as error:
            raise LoginRefused(
                text(
                    "the IMAP server does not let {user} in: {reason}",
                    user=server.user,
                    reason=say(error),
                )
            ) from error
        with self._command("CAPABILITY"):
            self._client.capabilities()
        if self.can("ID"):
            # NetEase (163, 126) answers SELECT with "Unsafe Login" until it has this.
            with contextlib.suppress(Refused), self._command("ID"):
                self._client.id_({"name": "mailroom", "version": __version__})

    @contextlib.contextmanager
    def _command(self, name: str, seconds: float = COMMAND_SECONDS) -> Iterator[None]:
        if self.broken:
            raise TemporaryMailError(text("the IMAP connection is gone"))
        try:
            with WATCHDOG.limit(self._client.socket(), seconds):
                yield
            self.used_at = time.monotonic()
        except LoginError:
            raise
        except (*BROKEN, IMAPClientError) as error:
            # RFC 5530: it failed inside the server. Seen in practice: a Dovecot whose
            # index was lost says so at each command, until one logs in anew.
            confused = "[SERVERBUG]" in say(error)
            if isinstance(error, BROKEN) or confused:
                self.broken = True
                raise TemporaryMailError(
                    text(
                        "the IMAP connection broke at {command}: {reason}",
                        command=name,
                        reason=say(error),
                    )
                ) from error
            raise Refused(
                text(
                    "the IMAP server refused {command}: {reason}",
                    command=name,
                    reason=say(error),
                )
            ) from error

    def can(self, capability: str) -> bool:
        """Say whether the server offers a capability."""
        return bool(self._client.has_capability(capability))

    def answers(self) -> bool:
        """Ask whether the other side is still there (NOOP)."""
        with (
            contextlib.suppress(TemporaryMailError, Refused),
            self._command("NOOP", CONNECT_SECONDS),
        ):
            self._client.noop()
        return not self.broken

    def close(self) -> None:
        """Leave; whatever state the connection is in."""
        self.broken = True
        with contextlib.suppress(Exception):
            self._client.shutdown()

    # -- mailboxes ---------------------------------------------------------------

    def mailboxes(self) -> list[tuple[frozenset[bytes], str, bytes]]:
        """List the mailboxes: attributes (lower case), name, the server's own name."""
        with self._command("LIST"):
            listed = self._client.list_folders()
        found = []
        for attributes, _, raw in listed:
            name = raw if isinstance(raw, bytes) else str(raw).encode()
            lower = frozenset(bytes(a).lower() for a in attributes)
            found.append((lower, decode_name(name), name))
        return found

    def special(self, role: str, named: str = "") -> str | None:
        """Find the `drafts` or `sent` mailbox: as named, by SPECIAL-USE, by usual name.

        Returns its name as a person reads it; None where there is none.
        """
        listed = self.mailboxes()
        if named:
            return next((name for _, name, _ in listed if name == named), None)
        return find_special(listed, role)

    def ensure(self, name: str) -> str:
        """Find a mailbox as a person writes it, or create it; returns its own name.

        "/" stands for whatever parts the levels on this server.
        """
        with self._command("LIST"):
            listed = self._client.list_folders()
        names = {decode_name(raw) for _, _, raw in listed}
        if name in names or name.upper() == "INBOX":
            return "INBOX" if name.upper() == "INBOX" else name
        between = next((mark.decode() for _, mark, _ in listed if mark), "/")
        own = name.replace("/", between)
        if own not in names:
            self.create(own)
            # Outlook and Thunderbird show what one has subscribed to.
            with contextlib.suppress(Refused), self._command("SUBSCRIBE"):
                self._client.subscribe_folder(encode_name(own))
        return own

    def create(self, name: str) -> None:
        """Create a mailbox."""
        with self._command("CREATE"):
            self._client.create_folder(encode_name(name))

    def select(self, name: str, *, readonly: bool = False) -> Selected:
        """Open a mailbox; also freshens what the server shows of it."""
        with self._command("SELECT"):
            answer = self._client.select_folder(encode_name(name), readonly=readonly)
        idle.forget_news(self._client)
        return Selected(
            uidvalidity=int(answer.get(b"UIDVALIDITY", 0) or 0),
            uidnext=int(answer.get(b"UIDNEXT", 0) or 0),
            modseq=int(answer.get(b"HIGHESTMODSEQ", 0) or 0),
        )

    # -- finding -----------------------------------------------------------------

    def uids_after(self, uid: int, uidnext: int = 0) -> list[int]:
        """List the UIDs above `uid`, ascending.

        Never "n:*": that always names the last message, even where it is below n.
        `uidnext`, where known, bounds the windows; after it one open search remains.
        """
        idle.forget_news(self._client)
        found: set[int] = set()
        low = uid + 1
        while uidnext - low > UID_WINDOW:
            found.update(self._search(["UID", f"{low}:{low + UID_WINDOW - 1}"]))
            low += UID_WINDOW
        found.update(self._search(["UID", f"{low}:{MAX_UID}"]))
        return sorted(u for u in found if u > uid)

    def uids_since(self, day: date) -> list[int]:
        """List the UIDs that arrived on `day` or later, by the server's own zone."""
        return sorted(self._search(["SINCE", day]))

    def present(self, uids: Sequence[int]) -> set[int]:
        """Return those of the UIDs that are there."""
        if not uids:
            return set()
        return set(self._search(["UID", ",".join(str(u) for u in uids)]))

    def _search(self, criteria: list[Any]) -> list[int]:
        with self._command("SEARCH"):
            return [int(uid) for uid in self._client.search(criteria)]

    def with_header(self, name: str, value: str) -> list[int]:
        """List the UIDs whose header `name` holds exactly this id.

        SEARCH HEADER finds parts of values ("…:11" finds "…:112"): the header of
        every hit is fetched, and compared whole.
        """
        hits = self._search(["HEADER", name, value])
        found = self.header(hits, name)
        return sorted(uid for uid, ids in found.items() if value in ids)

    def header(self, uids: Collection[int], name: str) -> dict[int, tuple[str, ...]]:
        """Fetch the ids (`<…>`) in one header of each message."""
        if not uids:
            return {}
        item = f"BODY.PEEK[HEADER.FIELDS ({name.upper()})]"
        with self._command("FETCH"):
            answer = self._client.fetch(sorted(uids), [item])
        found = {}
        for uid, values in answer.items():
            raw = next((v for k, v in values.items() if k.startswith(b"BODY[")), None)
            value = (raw or b"").decode("ascii", "replace")
            found[uid] = tuple(re.findall(r"<[^<>\s]+>", value))
        return found

    # -- fetching ----------------------------------------------------------------

    def describe(self, uids: Sequence[int]) -> list[Listed]:
        """Ask size and arrival of messages; those that have gone are not in the answer.

        Never ENVELOPE or BODYSTRUCTURE: one odd one loses the whole batch.
        """
        found: dict[int, Listed] = {}
        for start in range(0, len(uids), 1000):
            wanted = uids[start : start + 1000]
            answer = self._fetch_plainly(wanted, "(UID RFC822.SIZE INTERNALDATE)")
            found |= {each.uid: each for each in plain_fetch.described(answer)}
            missing = [uid for uid in wanted if uid not in found]
            if missing:
                found |= {each.uid: each for each in self._describe_any(missing)}
        asked = set(uids)  # an answer may name a message that nobody asked for
        return [found[uid] for uid in sorted(found) if uid in asked]

    def _describe_any(self, uids: Sequence[int]) -> Iterator[Listed]:
        with self._command("FETCH"):
            answer = self._client.fetch(list(uids), ["RFC822.SIZE", "INTERNALDATE"])
        for uid, values in answer.items():
            arrived = values.get(b"INTERNALDATE") or datetime.now(UTC)
            if arrived.tzinfo is None:
                arrived = arrived.replace(tzinfo=UTC)
            size = int(values.get(b"RFC822.SIZE") or 0)
            yield Listed(uid=uid, size=size, internaldate=arrived)

    def bodies(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Fetch whole messages; the flags stay as they are.

        A UID without its bytes (gone, or a server's slip) is not in the answer: NIL is
        "not received", never "an empty message".
        """
        seconds = COMMAND_SECONDS * 4
        answer = self._fetch_plainly(uids, "(UID BODY.PEEK[])", seconds)
        asked = set(uids)
        found = {u: raw for u, raw in plain_fetch.bodies(answer) if u in asked}
        missing = sorted(asked - set(found))
        if missing:
            with self._command("FETCH", seconds):
                rest = self._client.fetch(missing, ["BODY.PEEK[]"])
            for uid, values in rest.items():
                body = values.get(b"BODY[]")
                if isinstance(body, bytes) and body:
                    found[uid] = body
        return found

    def _fetch_plainly(
        self, uids: Sequence[int], items: str, seconds: float = COMMAND_SECONDS
    ) -> list[Any]:
        """FETCH without the library's lexer; the lines as they came."""
        inside = self._client._imap  # noqa: SLF001  no public door without the lexer
        with self._command("FETCH", seconds):
            typ, answer = inside.uid("FETCH", plain_fetch.numbers(uids), items)
            if typ != "OK":
                raise IMAPClientError(answer[0] if answer else typ)
        return list(answer)

    def large_body(self, uid: int, limit: int) -> bytes | None:
        """Fetch one large message in pieces; None where it is gone or over `limit`."""
        pieces = bytearray()
        while len(pieces) <= limit:
            with self._command("FETCH"):
                answer = self._client.fetch(
                    [uid], [f"BODY.PEEK[]<{len(pieces)}.{PIECE}>"]
                )
            piece = answer.get(uid, {}).get(b"BODY[]<%d>" % len(pieces))
            if not piece:
                return bytes(pieces) or None
            pieces += piece
            if len(piece) < PIECE:
                return bytes(pieces)
        return None

    # -- waiting -----------------------------------------------------------------

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """IDLE until something happens, `seconds` have passed, or `stop` is set.

        What IDLE says is never trusted: the caller searches afterwards. New mail that
        was told of since the last `uids_after` began ends it at once: IDLE tells of
        nothing twice.
        """
        if idle.has_news(self._client):
            return
        with self._command("IDLE", seconds + COMMAND_SECONDS):
            idle.wait(self._client, seconds, stop)

    # -- changing ----------------------------------------------------------------

    def append(
        self, mailbox: str, raw: bytes, flags: Sequence[bytes], when: datetime
    ) -> tuple[int, int] | None:
        """Put a message into a mailbox: (uidvalidity, uid) where the server tells."""
        with self._command("APPEND"):
            answer = self._client.append(encode_name(mailbox), raw, flags, when)
        found = re.search(rb"APPENDUID (\d+) (\d+)", answer or b"")
        return (int(found[1]), int(found[2])) if found else None

    def remove(self, uid: int) -> None:
        """Remove one message of the open mailbox, and no other."""
        with self._command("STORE"):
            self._client.add_flags([uid], [b"\\Deleted"], silent=True)
        if self.can("UIDPLUS"):
            with self._command("EXPUNGE"):
                self._client.uid_expunge([uid])
        # Without UIDPLUS an EXPUNGE would take a colleague's deleted mail with it:
        # the message stays, marked as deleted.

    def mark(self, uids: Sequence[int], keyword: str) -> None:
        """Set a flag or keyword on messages of the open mailbox."""
        with self._command("STORE"):
            self._client.add_flags(list(uids), [keyword.encode()], silent=True)

    def unmark(self, uids: Sequence[int], keyword: str) -> None:
        """Take a flag or keyword from messages of the open mailbox."""
        with self._command("STORE"):
            self._client.remove_flags(list(uids), [keyword.encode()], silent=True)

    def copy(self, uid: int, mailbox: str) -> None:
        """Copy one message of the open mailbox into another."""
        with self._command("COPY"):
            self._client.copy([uid], encode_name(mailbox))

    def move(self, uids: Sequence[int], mailbox: str) -> None:
        """Move messages of the open mailbox; needs MOVE (RFC 6851)."""
        with self._command("MOVE"):
            self._client.move(list(uids), encode_name(mailbox))
