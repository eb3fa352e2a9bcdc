"""Keeps one IMAP connection a thread and account for the desk's own actions."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from mailroom.mailbox.imap import Imap

FRESH_AFTER = timedelta(hours=6)  # tokens end, and the library's lists grow
QUIET_SECONDS = 60.0  # unused for longer, it may be gone: servers and NATs cut it


class Connections:
    """Lends connections; a broken or an old one is replaced."""

    def __init__(self, connect: Callable[[str], Imap]) -> None:
        """`connect` opens a connection for an account by its name."""
        self._connect = connect
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: set[Imap] = set()

    @contextlib.contextmanager
    def lend(self, account: str) -> Iterator[Imap]:
        """Lend a connection that works.

        Raises TemporaryMailError and PermanentMailError.
        """
        mine: dict[str, Imap] = self._local.__dict__.setdefault("mine", {})
        imap = mine.get(account)
        if imap is not None and not _works(imap):
            self._forget(imap)
            imap = None
        if imap is None:
            imap = mine[account] = self._connect(account)
            with self._lock:
                self._open.add(imap)
        try:
            yield imap
        finally:
            if imap.broken:
                del mine[account]
                self._forget(imap)

    def _forget(self, imap: Imap) -> None:
        with self._lock:
            self._open.discard(imap)
        imap.close()

    def close(self) -> None:
        """Close them all; the threads that use one get a TemporaryMailError."""
        with self._lock:
            still_open, self._open = self._open, set()
        for imap in still_open:
            imap.close()


def _works(imap: Imap) -> bool:
    if imap.broken or datetime.now(UTC) - imap.opened_at > FRESH_AFTER:
        return False
    return time.monotonic() - imap.used_at < QUIET_SECONDS or imap.answers()
