"""One SMTP transaction, with the moment of doubt as a step of its own.

smtplib raises the same error where a connection dies before DATA and where the 250 is
lost after the server has stored the mail. Here the dialogue stops before the final
dot, so that the caller can write down that the doubt begins.
"""

import base64
import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from mailroom.errors import PermanentMailError, TemporaryMailError, text
from mailroom.mailbox.watchdog import WATCHDOG
from mailroom.settings import Secret, SmtpServer

# RFC 5321, 4.5.3.2.6: ten minutes for the answer to the dot, where others take one.
DOT_PATIENCE = 10  # times the time-out of an ordinary answer

Answer = Literal["accepted", "refused", "deferred", "uncertain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the server said at the end, or that it said nothing."""

    answer: Answer
    words: str  # the server's own, with its code


class Declined(PermanentMailError):  # noqa: N818  an answer, and not a mishap
    """The SMTP server does not take this letter."""


class Smtp:
    """A connection that is logged in, for one letter."""

    def __init__(self, server: SmtpServer, password: Secret | None) -> None:
        """Connect and log in.

        Raises TemporaryMailError where the server cannot be reached, and
        PermanentMailError where it does not let us in.
        """
        self._server = server
        try:
            self._connect(password)
        except smtplib.SMTPAuthenticationError as error:
            raise PermanentMailError(
                text(
                    "the SMTP server does not let {user} in: {reason}",
                    user=server.user,
                    reason=_say(error),
                )
            ) from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise TemporaryMailError(
                text(
                    "cannot connect to the SMTP server {host}:{port}: {reason}",
                    host=server.host,
                    port=server.port,
                    reason=_say(error),
                )
            ) from error

    def _connect(self, password: Secret | None) -> None:
        server = self._server
        if server.tls == "tls":
            self._smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout, context=self._trust()
            )
        else:
            self._smtp = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
        try:
            # The dot follows the letter by itself: Nagle's wait would cost 40 ms.
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._smtp.ehlo()
            if server.tls == "starttls":
                self._smtp.starttls(context=self._trust())
                self._smtp.ehlo()
            if server.user and password is not None:
                self._log_in(server.user, password.reveal())
        except BaseException:
            self._smtp.close()
            raise

    def _trust(self) -> ssl.SSLContext:
        """Load whom to trust; asked for only with TLS, for it takes a while."""
        return ssl.create_default_context(cafile=self._server.ca_file)

    def _log_in(self, user: str, password: str) -> None:
        if user.isascii() and password.isascii():
            self._smtp.login(user, password)
            return
        # smtplib writes ASCII only; SASL PLAIN is UTF-8 (RFC 4616).
        words = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
        code, answer = self._smtp.docmd("AUTH", f"PLAIN {words}")
        if code != 235:  # noqa: PLR2004  RFC 4954, 6
            raise smtplib.SMTPAuthenticationError(code, answer)

    def envelope(
        self, sender: str, recipients: Sequence[str]
    ) -> Mapping[str, tuple[Answer, str]]:
        """Say who sends and who receives (MAIL, RCPT): an answer for each recipient.

        Raises TemporaryMailError, and Declined where the sender is refused.
        """
        with _translated(), WATCHDOG.limit(self._sock, self._server.timeout * 4):
            code, words = self._smtp.mail(sender)
            if code != 250:  # noqa: PLR2004  RFC 5321, 4.2
                raise _refusal(code, words)
            answers: dict[str, tuple[Answer, str]] = {}
            for address in recipients:
                code, words = self._smtp.rcpt(address)
                answers[address] = (_answer(code), _words(code, words))
        return answers

    def body(self, raw: bytes) -> None:
        """Send the letter (DATA) up to, and without, the final dot.

        Until that dot the server must forget everything if we go (RFC 5321, 4.1.1.4).
        Raises TemporaryMailError, and Declined where DATA is refused.
        """
        with _translated(), WATCHDOG.limit(self._sock, self._server.timeout * 4):
            code, words = self._smtp.docmd("DATA")
            if code != 354:  # noqa: PLR2004  RFC 5321, 4.2
                raise _refusal(code, words)
            stuffed = re.sub(rb"(?m)^\.", b"..", raw)
            if not stuffed.endswith(b"\r\n"):
                stuffed += b"\r\n"
            self._smtp.send(stuffed)

    def final_dot(self) -> Reply:
        """Send the dot, and read what the server says; silence is `uncertain`."""
        try:
            patience = self._server.timeout * DOT_PATIENCE
            with WATCHDOG.limit(self._sock, patience):
                if self._has_hung_up():
                    return Reply(answer="deferred", words="gone before the final dot")
                self._sock.settimeout(patience)
                self._smtp.send(b".\r\n")
                code, words = self._smtp.getreply()
        except (OSError, smtplib.SMTPException, ValueError) as error:
            return Reply(answer="uncertain", words=_say(error))
        # Whatever is no clear yes, later or no leaves everything open.
        clear = code // 100 in (2, 4, 5)
        answer = _answer(code) if clear else "uncertain"
        return Reply(answer=answer, words=_words(code, words))

    def _has_hung_up(self) -> bool:
        """Say whether the server has closed, or spoken out of turn, before the dot.

        Without the dot it must forget the letter: that is no doubt (RFC 5321, 4.1.1.4).
        """
        before = self._sock.gettimeout()
        self._sock.settimeout(0)
        try:
            self._sock.recv(1)  # "": closed; else a 421, and nothing more is to be had
        except (BlockingIOError, ssl.SSLWantReadError):
            self._sock.settimeout(before)
            return False
        except OSError:
            return True
        return True

    def leave(self) -> None:
        """Close the connection; before the dot, this calls the letter back."""
        self._smtp.close()

    def quit(self) -> None:
        """Take leave after an answer; a server that does not care is not waited for."""
        try:
            self._smtp.sock.settimeout(2)  # type: ignore[union-attr]  # connected here
            self._smtp.quit()
        except (OSError, smtplib.SMTPException, AttributeError):
            self._smtp.close()

    @property
    def _sock(self) -> socket.socket:
        sock = self._smtp.sock
        if sock is None:
            raise TemporaryMailError(text("the SMTP connection is gone"))
        return sock


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Turn what smtplib raises before the final dot into a TemporaryMailError."""
    try:
        yield
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise TemporaryMailError(
            text("the SMTP connection broke: {reason}", reason=_say(error))
        ) from error


def _answer(code: int) -> Answer:
    # RFC 5321, 4.2.1: the first digit says it.
    if code // 100 == 2:  # noqa: PLR2004
        return "accepted"
    return "refused" if code // 100 == 5 else "deferred"  # noqa: PLR2004


def _words(code: int, words: bytes) -> str:
    return f"{code} {words.decode('utf-8', 'replace')}"[:300]


def _refusal(code: int, words: bytes) -> Declined | TemporaryMailError:
    said = text("the SMTP server said {words}", words=_words(code, words))
    if _answer(code) == "refused":
        return Declined(said)
    return TemporaryMailError(said)


def _say(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        words = words if isinstance(words, bytes) else str(words).encode()
        return _words(error.smtp_code, words)
    if isinstance(error, TimeoutError):
        return "timed out"
    return str(error)[:300]
