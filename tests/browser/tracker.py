"""A stranger's web server: it notes whatever a browser asks it for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Tracker:
    """What was asked for, and the pages that are given."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.pages: dict[str, str] = {}
        self.place = ""  # http://tracker.test:PORT


@contextmanager
def tracking() -> Iterator[Tracker]:
    """Run a tracker on a loopback port, under a foreign host's name."""
    tracker = Tracker()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tracker.asked.append(self.path)
            page = tracker.pages.get(self.path, "").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html" if page else "image/gif")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        do_POST = do_GET  # noqa: N815  as BaseHTTPRequestHandler calls it

        def log_message(self, *_: object) -> None:
            """Keep the tests' output for what fails."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    tracker.place = f"http://tracker.test:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield tracker
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
