"""A loopback SMTP server that keeps what it is sent, with faults on demand."""

import asyncio
import json
import logging
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email.parser import BytesHeaderParser
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from mailroom.demo.own_thread import OwnThread

Stage = Literal["mail", "rcpt", "data", "dot"]
Fault = Callable[[Stage, str], str | None]

DROP = "drop"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One message that the server took on."""

    number: int  # from 1, in the order of the final dots
    mail_from: str  # "" where the message is a bounce
    rcpt_to: tuple[str, ...]  # those accepted
    data: bytes = field(repr=False)  # as sent, dot-stuffing undone
    dot_at: float  # seconds since 1970, when the final dot had arrived
    replied_at: float | None = None  # likewise, when the 250 had been written


class SmtpSink:
    """An SMTP server in its own thread on 127.0.0.1; it keeps mail and sends none on.

    `users` (name → password): where given, AUTH PLAIN and LOGIN are offered, and mail
    is taken from those users only. `delay` is the range of seconds between the final
    dot and the reply. `on_delivery` is called for each message kept, in the server's
    thread, before the reply.

    `log` is a file of JSON lines, for tests that kill the sender: one line when the
    final dot has arrived (`{"event": "dot", "number", "at", "mail_from", "rcpt_to",
    "message_id", "kept"}`), one when the reply has been written (`{"event": "reply",
    "number", "at", "reply"}`). Times are seconds since 1970.

    `fault` is asked with ("mail", sender), ("rcpt", recipient), ("data", sender) when
    DATA comes, ("dot", sender) when the message is there. It returns a reply to give
    instead ("550 5.1.1 no such user", "451 4.7.1 later"), or "drop", or None. After
    such a reply to "dot" the message is not kept. A "drop" at "data" ends the
    connection in the middle of the message, a "drop" at "dot" before the 250 of a
    message that is kept.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        *,
        users: Mapping[str, str] | None = None,
        delay: tuple[float, float] = (0.0, 0.0),
        log: Path | None = None,
        on_delivery: Callable[[Delivery], None] | None = None,
    ) -> None:
        self.users = dict(users or {})
        self.delay = delay
        self.fault: Fault = _no_fault
        self.port = 0  # chosen at the first start, then kept
        self._log = log
        self._on_delivery = on_delivery
        self._received: dict[int, Delivery] = {}
        self._dots = 0
        self._connections: set[_Connection] = set()
        self._thread = OwnThread("demo-smtp", self._listening)

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
        """Listen; after `kill`, on the same port. Raise OSError where it is taken."""
        # aiosmtpd warns of a name it will drop one day at each of its own logins.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        self._thread.start()

    def kill(self) -> None:
        """Stop listening, end every connection at once; what was received stays."""
        self._thread.stop()

    @property
    def received(self) -> list[Delivery]:
        """What was kept so far, in the order of arrival."""
        return self._thread.call(lambda: list(self._received.values()))

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        listener = await loop.create_server(
            lambda: _Connection(self, loop), self.host, self.port
        )
        self.port = listener.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            listener.close()
            for connection in tuple(self._connections):
                connection.drop()
            await asyncio.sleep(0)  # lets the connections learn that they ended

    # ── what a connection reports ────────────────────────────────────────

    async def take(self, envelope: Envelope) -> tuple[int, str]:
        """Keep a message, or not; return its number, then the reply or DROP."""
        self._dots += 1
        number = self._dots
        delivery = Delivery(
            number=number,
            # aiosmtpd hands the null sender of a bounce on with its brackets.
            mail_from=(envelope.mail_from or "").replace("<>", ""),
            rcpt_to=tuple(envelope.rcpt_tos),
            data=envelope.original_content or b"",
            dot_at=time.time(),
        )
        reply = self.fault("dot", delivery.mail_from)
        kept = reply in {None, DROP}
        self._write_dot(delivery, kept=kept)
        if kept:
            self._received[number] = delivery
            if self._on_delivery:
                self._on_delivery(delivery)
        await asyncio.sleep(random.uniform(*self.delay))  # noqa: S311  a delay is no secret
        return number, reply or "250 2.0.0 kept"

    def replied(self, number: int, reply: str) -> None:
        """Note that the reply to a message has been written."""
        now = time.time()
        if number in self._received:
            self._received[number] = replace(self._received[number], replied_at=now)
        self._write({"event": "reply", "number": number, "at": now, "reply": reply})

    def joined(self, connection: "_Connection") -> None:
        """Note a connection that is open."""
        self._connections.add(connection)

    def left(self, connection: "_Connection") -> None:
        """Note a connection that has ended."""
        self._connections.discard(connection)

    def _write_dot(self, delivery: Delivery, *, kept: bool) -> None:
        self._write(
            {
                "event": "dot",
                "number": delivery.number,
                "at": delivery.dot_at,
                "mail_from": delivery.mail_from,
                "rcpt_to": delivery.rcpt_to,
                "message_id": _message_id(delivery.data),
                "kept": kept,
            }
        )

    def _write(self, line: dict[str, object]) -> None:
        if self._log:
            with self._log.open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")


class _Connection(SMTP):
    """One client: aiosmtpd's protocol with our faults in it."""

    def __init__(self, sink: SmtpSink, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            _Answers(sink),
            loop=loop,
            hostname="demo.example",
            ident="mailroom demo",
            enable_SMTPUTF8=True,
            auth_require_tls=False,  # on the loopback only
            authenticator=_Authenticator(sink.users),
            auth_exclude_mechanism=() if sink.users else ("LOGIN", "PLAIN"),
        )
        self._sink = sink
        self._in_data = False
        self._at_end = False
        self.given: tuple[int, str] | None = None  # the message at hand, its reply

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._sink.joined(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._sink.left(self)
        super().connection_lost(error)

    def eof_received(self) -> bool | None:
        # aiosmtpd gives a message up when its sender is gone, even where the final
        # dot has arrived. A real server has taken it by then; so do we.
        self._at_end = True
        if self._in_data:
            self._reader.feed_eof()
            return True
        kept_open: bool | None = super().eof_received()
        return kept_open

    def drop(self) -> None:
        """End the connection at once."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  aiosmtpd's name
        """Take a message (RFC 5321, 4.1.1.4)."""
        sender = self.envelope.mail_from if self.envelope else None
        reply = self._sink.fault("data", sender or "")
        if reply == DROP:
            await self.push("354 go ahead")
            await self._reader.read(1)
            await self.end()
        if reply:
            await self.push(reply)
            return
        self._in_data = True
        try:
            await super().smtp_DATA(arg)
        except asyncio.IncompleteReadError:
            await self.end()
        finally:
            self._in_data = False
        if self.given:
            self._sink.replied(*self.given)
            self.given = None
        if self._at_end:
            await self.end()

    async def end(self) -> None:
        """End the connection at once, from within one of its commands."""
        self.drop()
        raise asyncio.CancelledError  # what aiosmtpd itself does when a client leaves


class _Answers:
    """What the sink says to MAIL, RCPT, a message; aiosmtpd finds these by name."""

    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self,
        server: _Connection,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take a sender, or answer as the fault says."""
        if self._sink.users and not session.authenticated:
            return "530 5.7.0 log in first"
        reply = await self._met(server, "mail", address)
        if reply is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return reply or "250 2.1.0 sender ok"

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self,
        server: _Connection,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take a recipient, or answer as the fault says."""
        reply = await self._met(server, "rcpt", address)
        if reply is None:
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return reply or "250 2.1.5 recipient ok"

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: _Connection, _session: Session, envelope: Envelope
    ) -> str:
        """Take a message, or answer as the fault says."""
        number, reply = await self._sink.take(envelope)
        if reply == DROP:
            await server.end()
        server.given = number, reply
        return reply

    async def _met(self, server: _Connection, stage: Stage, subject: str) -> str | None:
        reply = self._sink.fault(stage, subject)
        if reply == DROP:
            await server.end()
        return reply


class _Authenticator:
    """Who may send (RFC 4954), from names and passwords."""

    def __init__(self, users: Mapping[str, str]) -> None:
        self._users = users

    def __call__(
        self,
        _server: SMTP,
        _session: Session,
        _envelope: Envelope,
        _mechanism: str,
        given: object,
    ) -> AuthResult:
        """Tell whether name and password belong together."""
        right = isinstance(given, LoginPassword) and self._users.get(
            given.login.decode("utf-8", "replace")
        ) == given.password.decode("utf-8", "replace")
        return AuthResult(success=right, handled=False)


def _no_fault(_stage: Stage, _subject: str) -> None:
    """Let everything go well."""


def _message_id(content: bytes) -> str | None:
    return BytesHeaderParser().parsebytes(content)["Message-ID"]
