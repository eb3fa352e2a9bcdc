"""One client's connection to the SMTP sink."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Literal, Protocol

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Stage = Literal["mail", "rcpt", "data", "dot"]
Fault = Callable[[Stage, str], str | None]

DROP = "drop"


class Sink(Protocol):
    """What a connection asks and tells its server."""

    users: dict[str, str]
    fault: Fault

    async def take(self, envelope: Envelope) -> tuple[int, str]:
        """Keep a message, or not; return its number, then the reply or DROP."""

    def replied(self, number: int, reply: str) -> None:
        """Note that the reply to a message has been written."""

    def joined(self, connection: "Connection") -> None:
        """Note a connection that is open."""

    def left(self, connection: "Connection") -> None:
        """Note a connection that has ended."""


class Connection(SMTP):
    """One client: aiosmtpd's protocol with our faults in it."""

    def __init__(self, sink: Sink, loop: asyncio.AbstractEventLoop) -> None:
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
        """Begin."""
        super().connection_made(transport)
        self._sink.joined(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Come to an end."""
        self._sink.left(self)
        super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """Learn that the client sends no more."""
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

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name
        self,
        _server: Connection,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Greet; without users there is no AUTH, where aiosmtpd offers an empty one."""
        session.host_name = hostname
        return [line for line in responses if self._sink.users or "AUTH" not in line]

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self,
        server: Connection,
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
        server: Connection,
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
        self, server: Connection, _session: Session, envelope: Envelope
    ) -> str:
        """Take a message, or answer as the fault says."""
        number, reply = await self._sink.take(envelope)
        if reply == DROP:
            await server.end()
        server.given = number, reply
        return reply

    async def _met(self, server: Connection, stage: Stage, subject: str) -> str | None:
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
