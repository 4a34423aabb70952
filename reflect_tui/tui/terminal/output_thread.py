"""Sends what is drawn to the terminal, in a thread: no key waits for a slow line, no closed window hangs the app."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import termios
import threading
from collections.abc import Callable

from reflect_tui import text as glyphs

_PATIENCE = 2.0  # seconds to wait for a terminal that takes nothing, at the end
_FLUSHES, _MOMENT = 10, 0.05  # seconds


class OutputThread(threading.Thread):
    """Writes to one terminal, until closed."""

    def __init__(self, descriptor: int, encoding: str) -> None:
        """Write in an encoding; signs that it has not become ASCII of the same width."""
        super().__init__(name="terminal-output", daemon=True)
        self._descriptor = descriptor
        self._encoding = encoding
        # Without a bound: a bounded queue blocks the app, signals included, when the terminal takes nothing.
        self._queue: queue.SimpleQueue[str | Callable[[], None] | None] = queue.SimpleQueue()
        self.start()

    def write(self, text: str) -> None:
        """Send text; returns at once."""
        self._queue.put(text)

    def after(self, act: Callable[[], None]) -> None:
        """Act, in this thread, as soon as all that was written till now is sent."""
        self._queue.put(act)

    def close(self, last: str) -> None:
        """Send `last` and wait until all is sent; throw away what a terminal that hangs does not take."""
        self._queue.put(last)
        self._queue.put(None)
        self.join(_PATIENCE)
        if not self.is_alive():
            return
        with contextlib.suppress(queue.Empty):
            while True:
                self._queue.get_nowait()
        self._queue.put(last)
        self._queue.put(None)
        for _time in range(_FLUSHES):  # a frame that is being written may be larger than what the terminal holds
            with contextlib.suppress(termios.error):
                termios.tcflush(self._descriptor, termios.TCOFLUSH)
            self.join(_MOMENT)

    def run(self) -> None:
        """Send until closed; once the terminal is gone there is nobody to draw for, and nothing to say about it."""
        gone = False
        while (order := self._queue.get()) is not None:
            if isinstance(order, str):
                gone = gone or not self._send(order.encode(self._encoding, errors=glyphs.ASCII_ERRORS))
            else:
                order()

    def _send(self, data: bytes) -> bool:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:  # another program with the same terminal made it so
                select.select((), (self._descriptor,), ())
            except OSError:
                return False
        return True
