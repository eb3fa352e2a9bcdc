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
from typing import Self

from aiosmtpd.smtp import Envelope

from mailroom.demo.own_thread import OwnThread
from mailroom.demo.smtp_connection import DROP, Connection, Fault, Stage


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
        self._connections: set[Connection] = set()
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
            lambda: Connection(self, loop), self.host, self.port
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

    def joined(self, connection: Connection) -> None:
        """Note a connection that is open."""
        self._connections.add(connection)

    def left(self, connection: Connection) -> None:
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


def _no_fault(_stage: Stage, _subject: str) -> None:
    """Let everything go well."""


def _message_id(content: bytes) -> str | None:
    return BytesHeaderParser().parsebytes(content)["Message-ID"]
