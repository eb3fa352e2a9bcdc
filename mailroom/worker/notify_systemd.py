"""Tells systemd that the service is ready, alive or stopping (sd_notify(3))."""

import contextlib
import os
import socket


def tell(state: str) -> None:
    """Send a state such as "READY=1"; without systemd, nothing happens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # Linux's abstract names
        address = "\0" + address[1:]
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock,
    ):
        sock.sendto(state.encode(), address)
