"""An asyncio server that runs in a thread of its own."""

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

Answer = TypeVar("Answer")


class OwnThread:
    """A thread with an event loop in which one server runs; start and stop at will."""

    def __init__(
        self, name: str, listening: Callable[[], AbstractAsyncContextManager[None]]
    ) -> None:
        self._name = name
        self._listening = listening  # listens while it is entered
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Listen; return when the port is open. Raise OSError where it is taken."""
        started: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
        thread = threading.Thread(
            target=lambda: asyncio.run(self._run(started)), name=self._name, daemon=True
        )
        thread.start()
        if error := started.get():
            thread.join()
            raise error
        self._thread = thread

    def stop(self) -> None:
        """Stop listening; return when the thread has ended."""
        if self._thread and self._loop:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
        self._thread = None

    def call(self, deed: Callable[[], Answer]) -> Answer:
        """Do a deed in the thread, alone; return its answer.

        Done at once where the thread does not run, or where it is the caller.
        """
        if (
            self._thread is None
            or self._loop is None
            or self._thread is threading.current_thread()
        ):
            return deed()

        async def run() -> Answer:
            return deed()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    async def _run(self, started: "queue.SimpleQueue[Exception | None]") -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        try:
            async with self._listening():
                started.put(None)
                await self._stopping.wait()
        except (OSError, OverflowError) as error:  # port taken, or none
            started.put(error)
