"""The terminal: put in order at the start, given back as it was however the app ends, stops or is ended.

Textual's own driver leaves the terminal as the app drew it on SIGTERM and SIGHUP, hangs when the terminal is gone,
starts a second reader when a process that never stopped is continued, drops keys typed at the wrong moment, and paints
on stderr. This one is built on Textual's interface for drivers instead; each piece says what it is for.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import queue
import select
import signal
import struct
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any, Protocol, cast

from textual.app import App
from textual.driver import Driver
from textual.events import Resize
from textual.geometry import Size

from reflect_tui import text
from reflect_tui import text as glyphs
from reflect_tui.settings import Settings
from reflect_tui.tui.terminal.input_parser import MOMENT, InputParser

if sys.platform == "win32":
    raise ImportError(sys.platform)

_TERMINAL_PATIENCE = 2.0  # seconds to wait for a terminal that takes nothing, at the end
_FLUSHES, _MOMENT = 10, 0.05  # seconds


class OutputThread(threading.Thread):
    """Writes to one terminal, until closed."""

    def __init__(self, descriptor: int, encoding: str) -> None:
        """Write in an encoding; signs that it has not become ASCII of the same width."""
        super().__init__(name="terminal-output", daemon=True)
        self._descriptor = descriptor
        self._encoding = encoding
        # Without a bound: a bounded queue blocks the app, signals included, when the terminal takes nothing.
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.start()

    def write(self, text: str) -> None:
        """Send text; returns at once."""
        self._queue.put(text)

    def close(self, last: str) -> None:
        """Send `last` and wait until all is sent; throw away what a terminal that hangs does not take."""
        self._queue.put(last)
        self._queue.put(None)
        self.join(_TERMINAL_PATIENCE)
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
        while (output := self._queue.get()) is not None:
            gone = gone or not self._send(output.encode(self._encoding, errors=glyphs.ASCII_ERRORS))

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


class TerminalHost(Protocol):
    """What the terminal asks of the app."""

    @property
    def settings(self) -> Settings:
        """The settings in effect."""

    @property
    def keymap(self) -> Mapping[str, str]:
        """The keys that the settings give to actions."""

    def keep_drafts(self, patience: float = 2.0) -> None:
        """Put on disk all that was typed."""

    def break_down(self, error: Exception) -> None:
        """End the app for a fault."""


# The settings of a terminal line: read, made raw, and put back, from the background too.


def attributes(descriptor: int) -> list[Any] | None:
    """Give the settings of a terminal; None when it is gone."""
    try:
        return termios.tcgetattr(descriptor)
    except termios.error:
        return None


def raw(found: list[Any] | None) -> list[Any] | None:
    """Have every key given at once and unchanged: Control+C, Control+S and Control+Z are keys as well."""
    if found is None:
        return None
    iflag, oflag, cflag, lflag, ispeed, ospeed, signs = found
    iflag &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR | termios.ISTRIP)
    lflag &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    signs = [*signs]
    signs[termios.VMIN], signs[termios.VTIME] = 1, 0
    return [iflag, oflag, cflag, lflag, ispeed, ospeed, signs]


def set_attributes(descriptor: int, wanted: list[Any] | None) -> None:
    """Set them, also from the background, where the system would otherwise stop the process for it."""
    if wanted is None:
        return
    previous = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    with contextlib.suppress(termios.error):
        termios.tcsetattr(descriptor, termios.TCSANOW, wanted)
    signal.signal(signal.SIGTTOU, previous)


def some(descriptor: int) -> bytes:
    """Read what is there; nothing when the terminal is gone."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


def waiting(descriptor: int) -> int:
    """Count the bytes that can be read."""
    try:
        return int(struct.unpack("i", fcntl.ioctl(descriptor, termios.FIONREAD, bytes(4)))[0])
    except OSError:
        return 0


def in_background(descriptor: int) -> bool:
    """Whether another job of the shell has the terminal."""
    try:
        return os.tcgetpgrp(descriptor) != os.getpgrp()
    except OSError:
        return False


# Alternate screen, cursor, focus, mouse (buttons, motion, far columns), kitty's key reports, pasting, line wrap, and
# the question whether a frame may be sent as a whole.
_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?1004h\x1b[?1000h\x1b[?1003h\x1b[?1015h\x1b[?1006h\x1b[>25u\x1b[?2004h\x1b[?7l"
_ASK_FRAMES = "" if os.environ.get("TERM_PROGRAM") == "Apple_Terminal" else "\x1b[?2026$p"  # it would print a p
_LEAVE = (
    "\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?1006l\x1b[?1015l\x1b[?1003l\x1b[?1000l\x1b[?1004l\x1b[<u\x1b[0m"
    "\x1b[?1049l\x1b[?25h"
)
_ENDS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_PATIENCE = 5  # seconds that an end may take before it is forced; all that was typed is on disk long before
_USUAL = (80, 24)
_SETTLE = 0.03  # seconds in which changes of size count as one

Handler = Callable[[int, FrameType | None], Any]


class Terminal(Driver):
    """The terminal of standard input and output."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._host = cast("TerminalHost", app)
        stdin, stdout = sys.__stdin__, sys.__stdout__
        if stdin is None or stdout is None:
            raise RuntimeError  # cli refused to open the app
        self._in, self._out = stdin.fileno(), stdout.fileno()
        self._encoding = text.output_encoding(self._host.settings.glyphs, stdout.encoding)
        self.is_unicode = text.is_unicode(self._encoding)
        """Whether every sign can be drawn."""
        self._before: list[Any] | None = None
        self._output: OutputThread | None = None
        self._reader: threading.Thread | None = None
        self._early = 0  # bytes that were typed before the terminal was taken
        self._bell = (-1, -1)  # a pipe, rung when the reader is to stop
        self._seen: tuple[int, int] | None = None
        self._told = (0, 0)  # what the terminal last said of its size
        self._resizing = False
        self._handlers: dict[int, Any] = {}
        self._code = 0

    @property
    def can_suspend(self) -> bool:
        """Whether an editor may have the terminal for a while."""
        return True

    def write(self, data: str) -> None:
        """Send data; nothing while the terminal is given back."""
        if self._output:
            self._output.write(data)

    # -- taking and giving back

    def start_application_mode(self) -> None:
        """Take the terminal."""
        self._listen()
        self._take()

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was."""
        self._give_back()

    def disable_input(self) -> None:
        """Stop reading."""
        if self._reader is None:
            return
        os.write(self._bell[1], b".")
        self._reader.join()
        self._reader = None
        for end in self._bell:
            os.close(end)

    def close(self) -> None:
        """Let go of the signals, but for those that end this program: it is ending, and they only limit how long."""
        self._give_back()
        for number in _ENDS:
            self._handlers.pop(number, None)
        self._deafen()

    def suspend_application_mode(self) -> None:
        """Give the terminal to another program, which also gets its signals."""
        self._host.keep_drafts()
        self._give_back()
        self._deafen()
        # Control+C there is not for this program; unlike an ignored signal, this one is not ignored by the other too.
        signal.signal(signal.SIGINT, lambda _number, _frame: None)

    def _take(self) -> None:
        if self._output:
            return
        self._before = attributes(self._in)
        self._output = OutputThread(self._out, self._encoding)
        set_attributes(self._in, raw(self._before))
        self._early = waiting(self._in)
        self.write(_ENTER + _ASK_FRAMES)
        self._bell = os.pipe()
        self._reader = threading.Thread(
            target=self._read_always, args=(self._bell[0],), name="terminal-input", daemon=True
        )
        self._reader.start()
        self._seen = None
        self._measure()

    def _give_back(self) -> None:
        """Give the terminal back; what can't be written, because nobody reads it any more, is let go."""
        output, self._output = self._output, None
        if output is None:
            return
        self.disable_input()
        output.close(_LEAVE)
        set_attributes(self._in, self._before)

    # -- input

    def _read_always(self, stop: int) -> None:
        """Read until told to stop; a fault here ends the app as any other does."""
        try:
            self._read(stop)
        except Exception as error:  # noqa: BLE001 -- told below; in a thread it would be told to nobody
            self._soon(self._host.break_down, error)

    def _read(self, stop: int) -> None:
        """Read until told to stop, or until the terminal is gone."""
        encoding = self._encoding if text.is_unicode(self._encoding) else _typed_in(self._encoding)
        keys = InputParser(encoding, self._alts, lambda: self._host.settings.entry)
        poll = select.poll()
        poll.register(self._in, select.POLLIN)
        poll.register(stop, select.POLLIN)
        while True:
            ready = dict(poll.poll(MOMENT * 1000 if keys.waits else None))
            if self._in in ready:
                data = some(self._in)
                if not data:
                    self._soon(self._end, signal.SIGHUP)
                    return
                # A terminal that is not raw yet makes the enter key a line feed.
                early, data, self._early = data[: self._early], data[self._early :], max(0, self._early - len(data))
                events = keys.feed(early.replace(b"\n", b"\r") + data)
            elif stop in ready:
                return
            else:
                events = keys.pause()
            for event in events:
                self.process_message(event)

    def _alts(self) -> frozenset[str]:
        """Return the keys with alt that the settings give to actions."""
        keys = ",".join(self._host.keymap.values()).split(",")
        return frozenset(key for key in keys if key.startswith("alt+"))

    # -- size

    def _measure(self) -> None:
        """Tell the app the size of the terminal, if it changed."""
        self._resizing = False
        try:
            columns, rows = os.get_terminal_size(self._out)
        except OSError:
            columns, rows = 0, 0
        size = (columns or _USUAL[0], rows or _USUAL[1])
        guessed, self._told = self._told != (columns, rows), (columns, rows)
        if size == self._seen and guessed:  # drawn for a size that was only guessed: nobody can have seen it
            self._app.refresh(layout=True)
        if size != self._seen:
            self._seen = size
            self.send_message(Resize(Size(*size), Size(*size)))

    # -- signals

    def _listen(self) -> None:
        """Take the signals; before this, they end the process as they always do, and no harm is done."""
        wanted: dict[int, Handler] = dict.fromkeys(_ENDS, self._on_end)
        wanted |= {signal.SIGWINCH: self._on_resize, signal.SIGTSTP: self._on_stop, signal.SIGCONT: self._on_continue}
        signal.signal(signal.SIGALRM, self._on_alarm)
        atexit.register(signal.alarm, 0)  # then nothing is waited for any more, and Python lets go of the handler
        for number, handler in wanted.items():
            previous = signal.signal(number, handler)
            self._handlers.setdefault(number, previous)

    def _deafen(self) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers.clear()

    def _soon(self, act: Callable[..., None], *arguments: object) -> None:
        """Act between two messages of the app: a signal may come in the midst of anything."""
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            self._loop.call_soon_threadsafe(act, *arguments)

    def _on_end(self, number: int, _frame: FrameType | None) -> None:
        self._code = 128 + number
        signal.alarm(_PATIENCE)
        self._soon(self._end, number)

    def _end(self, number: int) -> None:
        """End the app; when that takes too long, the alarm ends it."""
        self._code = 128 + number
        signal.alarm(_PATIENCE)
        self._app.exit(None, 128 + number)

    def _on_alarm(self, _number: int, _frame: FrameType | None) -> None:
        """End at once: something hangs, a disk or a terminal. Every key is on its way to disk since it was pressed."""
        if self._output:
            set_attributes(self._in, self._before)
            with contextlib.suppress(OSError):
                os.set_blocking(self._out, False)
                os.write(self._out, _LEAVE.encode("ascii"))
                os.set_blocking(self._out, True)
        os._exit(self._code)

    def _on_resize(self, _number: int, _frame: FrameType | None) -> None:
        if not self._resizing:
            self._resizing = True
            self._soon(self._measure_later)

    def _measure_later(self) -> None:
        self._loop.call_later(_SETTLE, self._measure)

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._soon(self.pause)

    def _on_continue(self, _number: int, _frame: FrameType | None) -> None:
        self._soon(self._refresh)

    def pause(self, *, group: bool = False) -> None:
        """Stop as a shell expects of Control+Z: with the drafts on disk and the terminal given back; then go on.

        With `group`, all processes that the shell started for this one stop as well.
        """
        self._host.keep_drafts()
        self._give_back()
        ours = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGTSTP, signal.SIGCONT)}
        if group:
            os.killpg(0, signal.SIGTSTP)  # all but this one, which ignores it: its own comes below, once
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        # A signal to this very thread has had its effect when the call returns. Where there is no shell that could
        # continue the process, the system does not stop it, and the screen is drawn again.
        signal.pthread_kill(threading.get_ident(), signal.SIGTSTP)
        while in_background(self._in):  # continued by `bg`
            signal.pthread_kill(threading.get_ident(), signal.SIGTTOU)
            time.sleep(_SETTLE)
        for number, handler in ours.items():
            signal.signal(number, handler)
        self._take()
        self._app.refresh(layout=True)

    def _refresh(self) -> None:
        """Take the terminal anew: while the process was stopped, a shell had it."""
        if self._output is None:
            return
        set_attributes(self._in, raw(self._before))
        self.write("\x1b[<u" + _ENTER)
        self._seen = None
        self._measure()
        self._app.refresh(layout=True)


def _typed_in(encoding: str) -> str:
    """Return the encoding of what is typed; a terminal that is said to know ASCII only mostly knows UTF-8."""
    return "utf-8" if encoding == "ascii" else encoding
