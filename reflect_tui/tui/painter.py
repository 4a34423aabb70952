"""Sends what is drawn to the terminal, in a thread: no key waits for a slow line, no closed window hangs the app."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import termios
import threading
from collections.abc import Callable
from enum import Enum, auto

from reflect_tui import glyphs
from reflect_tui.tui.shown import Shown

_FRAME_BEGINS, _FRAME_ENDS = "\x1b[?2026h", "\x1b[?2026l"
_PATIENCE = 2.0  # seconds to wait for a terminal that takes nothing, at the end


class _Order(Enum):
    """What is asked of the thread between two texts."""

    FORGET = auto()
    CLOSE = auto()


class Painter(threading.Thread):
    """Writes to one terminal, until closed."""

    def __init__(self, descriptor: int, encoding: str) -> None:
        """Write in an encoding; signs that it has not become ASCII of the same width."""
        super().__init__(name="terminal-output", daemon=True)
        self._descriptor = descriptor
        self._encoding = encoding
        # Without a bound: a bounded queue blocks the app, signals included, when the terminal takes nothing.
        self._queue: queue.SimpleQueue[str | _Order | Callable[[], None]] = queue.SimpleQueue()
        self._shown = Shown()
        self._frame = ""  # what is written of a frame that has not ended yet
        self.start()

    def write(self, text: str) -> None:
        """Send text; returns at once. A frame waits for its end: so the thread is woken once for it."""
        self._frame += text
        if not self._frame.startswith(_FRAME_BEGINS) or _FRAME_ENDS in text:
            self._queue.put(self._frame)
            self._frame = ""

    def forget(self) -> None:
        """Send all of what is drawn from here on: what the terminal shows may have changed."""
        self._queue.put(_Order.FORGET)

    def after(self, act: Callable[[], None]) -> None:
        """Act, in this thread, as soon as all that was written till now is sent."""
        self._queue.put(act)

    def close(self) -> None:
        """Wait until all is sent; throw away what a terminal that hangs does not take."""
        self._queue.put(_Order.CLOSE)
        self.join(_PATIENCE)
        if self.is_alive():
            with contextlib.suppress(termios.error):
                termios.tcflush(self._descriptor, termios.TCOFLUSH)
            self.join(_PATIENCE)

    def run(self) -> None:
        """Send until closed; once the terminal is gone there is nobody to draw for, and nothing to say about it."""
        gone = False
        while (text := self._queue.get()) is not _Order.CLOSE:
            if text is _Order.FORGET:
                self._shown.forget()
            elif isinstance(text, str):
                gone = gone or not self._send(self._shown.lacking(text).encode(self._encoding, errors=glyphs.NAME))
            elif callable(text):
                text()

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
