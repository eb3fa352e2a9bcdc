"""Waits for new mail on one IMAP connection (RFC 2177), with the library's traps.

A notice may sit unseen in a buffer, may come before the invitation, or with the answer
to the command before; the end of the connection looks like silence.
"""

import ssl
import threading
import time
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError


def forget_news(client: IMAPClient) -> None:
    """Count as news only what is told from here on: a search is about to be made.

    Before it, not after: a server searches what the session has seen, and tells what
    has come since with the answer.
    """
    _told(client).pop("EXISTS", None)


def has_news(client: IMAPClient) -> bool:
    """Say whether new mail was told of with an answer to some other command."""
    return "EXISTS" in _told(client)


def _told(client: IMAPClient) -> dict[str, Any]:
    """Return what came untagged, and nobody has asked for, since SELECT."""
    told: dict[str, Any] = client._imap.untagged_responses  # noqa: SLF001  the library has no door to it
    return told


def wait(client: IMAPClient, seconds: float, stop: threading.Event) -> None:
    """IDLE until something happens, `seconds` have passed, or `stop` is set.

    Raises what the library raises.
    """
    until = time.monotonic() + seconds
    early = _begin(client)
    while not early and not _buffered(client) and not stop.is_set():
        began = time.monotonic()
        step = min(1.0, until - began)
        if step <= 0 or client.idle_check(timeout=step):
            break
        if time.monotonic() - began < step / 2:
            break  # nothing, and at once: the other side has closed
    client.idle_done()


def _begin(client: IMAPClient) -> bool:
    """Ask for IDLE; True where something happened before the invitation came.

    A server may tell of new mail first (RFC 3501, 7): the library's own `idle` takes
    that for an error.
    """
    inside = client._imap  # noqa: SLF001  the library has no door to it
    tag = client._idle_tag = inside._command("IDLE")  # noqa: SLF001
    early = False
    while (said := inside._get_response()) is not None:  # noqa: SLF001
        if inside.tagged_commands.get(tag) is not None:
            raise IMAPClientError(said)
        early = True
    return early


def _buffered(client: IMAPClient) -> bool:
    """Say whether an answer lies read but unseen: idle_check asks the socket only.

    Seen in practice: "* 3 EXISTS" in one segment with "+ idling".
    """
    # No public door to it; its name depends on the kind of connection.
    inside = vars(client._imap)  # noqa: SLF001
    reader = inside.get("file") or inside["_file"]
    sock = client.socket()
    before = sock.gettimeout()
    sock.settimeout(0)
    try:
        return bool(reader.peek(1))
    except ssl.SSLWantReadError:
        return False
    finally:
        sock.settimeout(before)
