"""The real service as a program of its own, watched from outside."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.benchmarks.offices import PASSWORD

START_SECONDS = 30.0
STOP_SECONDS = 15.0


class Service:
    """`mailroom run` on an office; a context that ends it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.log = file.with_name("service.log")

    def __enter__(self) -> Self:
        environment = {**os.environ, "MAILROOM_OFFICE_IMAP_PASSWORD": PASSWORD}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mailroom", "-c", str(self.file), "run"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while b'"ready"' not in self.log.read_bytes():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"it does not start:\n{self.log.read_text()}")
            time.sleep(0.01)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def cpu(self) -> float:
        """Return the CPU seconds that it has used; Linux tells them in proc(5)."""
        said = Path(f"/proc/{self._process.pid}/stat").read_text()
        user, system = said.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
