"""Answers browsers: the desk's application on its port, alone or beside the worker."""

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn

from mailroom.errors import EnvironmentFault, text
from mailroom.settings import Settings
from mailroom.web.application import application
from mailroom.workflow.desk import Desk

log = logging.getLogger("mailroom.web")


def _server(desk: Callable[[], Desk]) -> uvicorn.Server:
    # Paths and queries may hold what somebody has searched for: no access log.
    return uvicorn.Server(
        uvicorn.Config(
            application(desk),
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            # Whoever forwards may not say who is asking: attempts are counted by peer.
            proxy_headers=False,
            timeout_graceful_shutdown=5,
            h11_max_incomplete_event_size=64 * 1024,
        )
    )


def listen(settings: Settings) -> socket.socket:
    """Take the port. Raises EnvironmentFault where it is taken or not ours."""
    web = settings.web
    try:
        return socket.create_server((web.host, web.port), backlog=128)
    except OSError as error:
        raise EnvironmentFault(
            text(
                "cannot listen on {host}:{port}: {reason}; set another port under"
                " [web] in mailroom.toml",
                host=web.host,
                port=web.port,
                reason=error.strerror or error,
            )
        ) from error


def serve(desk: Callable[[], Desk], listening: socket.socket) -> None:
    """Answer until SIGTERM or Ctrl-C."""
    _server(desk).run(sockets=[listening])


@contextlib.contextmanager
def serving(desk: Callable[[], Desk], listening: socket.socket) -> Iterator[None]:
    """Answer in a thread, as long as the block lasts."""
    server = _server(desk)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listening]}, name="web", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(8)


def address(settings: Settings, listening: socket.socket) -> str:
    """Say where people find the desk."""
    host, port = listening.getsockname()[:2]
    return settings.web.public_url or f"http://{host}:{port}/"
