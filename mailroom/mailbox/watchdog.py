"""Ends a network command that takes too long as a whole.

A socket time-out counts from byte to byte: a server that trickles two bytes a second
never trips it. One thread watches the deadlines of all connections.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator


class Watchdog:
    """Watches deadlines; shuts the socket of whoever oversteps one."""

    def __init__(self) -> None:
        self._deadlines: dict[socket.socket, float] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def limit(self, sock: socket.socket, seconds: float) -> Iterator[None]:
        """Give the block `seconds`; afterwards the socket is shut, and reads fail."""
        with self._lock:
            self._deadlines[sock] = time.monotonic() + seconds
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._watch, name="watchdog", daemon=True
                )
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._deadlines.pop(sock, None)

    def _watch(self) -> None:
        while True:
            time.sleep(0.25)
            now = time.monotonic()
            with self._lock:
                late = [s for s, deadline in self._deadlines.items() if deadline < now]
                for sock in late:
                    del self._deadlines[sock]
            for sock in late:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)


WATCHDOG = Watchdog()
