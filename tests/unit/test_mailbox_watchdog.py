"""How a network command that takes too long comes to its end."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from mailroom.mailbox.watchdog import Watchdog


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_a_server_that_trickles_is_shut_out_although_no_read_times_out(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    ours.settimeout(1.0)
    ended = threading.Event()

    def trickle() -> None:
        try:
            while not ended.wait(0.05):
                theirs.sendall(b".")
        except OSError:
            pass

    thread = threading.Thread(target=trickle)
    thread.start()
    began = time.monotonic()
    received = b""
    with Watchdog().limit(ours, 0.3):
        while piece := ours.recv(1):  # would go on for ever
            received += piece
    ended.set()
    thread.join()

    assert len(received) > 2
    assert 0.2 < time.monotonic() - began < 20  # else never


def test_whoever_is_done_in_time_keeps_the_connection(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    watchdog = Watchdog()
    with watchdog.limit(ours, 0.1):
        theirs.sendall(b"1")
        assert ours.recv(1) == b"1"

    time.sleep(0.6)

    theirs.sendall(b"2")
    assert ours.recv(1) == b"2"


def test_a_deadline_ends_with_an_error_too(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    watchdog = Watchdog()
    with pytest.raises(ValueError, match="broken"), watchdog.limit(ours, 0.1):
        raise ValueError("broken")

    time.sleep(0.6)

    theirs.sendall(b"2")
    assert ours.recv(1) == b"2"


def test_one_that_is_late_does_not_hurt_the_others(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    watchdog = Watchdog()
    late, other = socket.socketpair()

    with late, other, watchdog.limit(ours, 30), watchdog.limit(late, 0.1):
        assert late.recv(1) == b""
        theirs.sendall(b"1")
        assert ours.recv(1) == b"1"


def test_a_socket_that_is_closed_already_is_no_trouble() -> None:
    ours, theirs = socket.socketpair()
    watchdog = Watchdog()
    with watchdog.limit(ours, 0.05):
        ours.close()
        theirs.close()
        time.sleep(0.6)

    left, right = socket.socketpair()
    with left, right, watchdog.limit(left, 0.05):
        assert left.recv(1) == b""  # the watchdog still watches
