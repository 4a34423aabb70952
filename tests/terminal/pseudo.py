"""A pseudo-terminal of our own with a process on it: every byte it sends is kept, and its settings can be looked at."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pyte
import pytest
from wcwidth import wcwidth

PROGRAM = str(Path(sys.executable).with_name("reflect-tui"))
PATIENCE = 40.0  # seconds; a slow machine is no fault
_MODE = re.compile(rb"\x1b\[\?(\d+)([hl])")
_ON_BEFORE = {25, 7}  # the cursor is seen, long lines wrap


def _is_drawn(sign: str) -> bool:
    """Tell if the emulator can draw a sign; at one without width that does not combine it drops what follows."""
    return wcwidth(sign) != 0 or unicodedata.combining(sign) != 0 or sign < " "


def _read_row(cells: Sequence[str]) -> str:
    """Join the cells of a row; the empty one after a wide character is no cell, unless that was written over."""
    before = ["", *cells]
    return "".join(cell or ("" if wcwidth(one[:1]) == 2 else " ") for one, cell in pairwise(before))


class Pseudo:
    """One process with a pseudo-terminal as its own."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        environment: dict[str, str | None] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.size = size
        self.raw = bytearray()
        self._screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self._screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._lock = threading.Lock()
        self.master, self.slave = os.openpty()
        self.resize(*size, tell=False)
        self.before = termios.tcgetattr(self.slave)
        wanted = {**os.environ, "TERM": "xterm-256color", "PS1": "$ ", **(environment or {})}
        self.process = subprocess.Popen(
            command,
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            cwd=folder,
            env={name: value for name, value in wanted.items() if value is not None},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 -- no other way, and it takes no lock
        )
        self._stopping = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while not self._stopping:
            if not self._sends(0.05):
                continue
            with self._lock:
                if not self._take():
                    return

    def _sends(self, seconds: float = 0) -> bool:
        return bool(select.select([self.master], [], [], seconds)[0])

    def _take(self) -> bool:
        """Take what was sent; False when nothing will come any more."""
        while self._sends():
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return False
            self.raw += data
            # pyte knows no private sequences with "<" or ">", nor the question for a mode, and prints their tails
            known = re.sub(rb"\x1b\[[<>][0-9;]*[a-z]|\x1b\[\?\d+\$p", b"", data)
            self._stream.feed("".join(filter(_is_drawn, self._decoder.decode(known))))
        return True

    def resize(self, columns: int, rows: int, *, tell: bool = True) -> None:
        """Give the window another size."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if tell:
            with self._lock:
                self._screen.resize(rows, columns)
            self.size = (columns, rows)

    def send(self, data: str | bytes) -> None:
        """Type."""
        rest = memoryview(data.encode() if isinstance(data, str) else data)
        while rest:
            rest = rest[os.write(self.master, rest[:4096]) :]

    @property
    def rows(self) -> list[str]:
        """What is on the screen, row by row."""
        with self._lock:
            buffer = self._screen.buffer
            return [_read_row([buffer[row][x].data for x in range(self.size[0])]) for row in range(self.size[1])]

    @property
    def text_now(self) -> str:
        """What is on the screen once all is taken that was sent till this moment."""
        with self._lock:
            self._take()
        return self.text

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.rows)

    def wait(self, *texts: str) -> str:
        """Wait until all texts are on the screen."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            text = self.text
            if all(part in text for part in texts):
                return text
            time.sleep(0.02)
        pytest.fail(f"{texts} did not appear (ended: {self.process.poll()}):\n{self.text}")

    def wait_gone(self, text: str) -> str:
        """Wait until a text is not on the screen any more."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if text not in self.text:
                return self.text
            time.sleep(0.02)
        pytest.fail(f"{text} did not go:\n{self.text}")

    def quiet(self, seconds: float = 0.4) -> str:
        """Wait until nothing is sent for a while."""
        size, since = len(self.raw), time.monotonic()
        until = since + PATIENCE
        while time.monotonic() - since < seconds and time.monotonic() < until:
            time.sleep(0.02)
            if len(self.raw) != size:
                size, since = len(self.raw), time.monotonic()
        return self.text

    def ended(self) -> int:
        """Wait until the process ends and give its exit code; 128 + the signal when that ended it."""
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            pytest.fail(f"it did not end:\n{self.text}")
        with self._lock:  # all that it wrote is there now, however late the thread is that reads it
            self._take()
        return 128 - code if code < 0 else code

    def is_as_before(self) -> None:
        """Check that the terminal is as it was: modes, cursor, key reports, settings."""
        self.quiet(0.15)
        modes = {int(number): state == b"h" for number, state in _MODE.findall(bytes(self.raw))}
        assert {n for n, on in modes.items() if on} <= _ON_BEFORE, modes
        assert all(on for n, on in modes.items() if n in _ON_BEFORE), modes
        assert len(re.findall(rb"\x1b\[>\d+u", self.raw)) == len(re.findall(rb"\x1b\[<u", self.raw))
        assert termios.tcgetattr(self.slave) == self.before

    def hang_up(self) -> None:
        """Close the window."""
        self._stopping = True
        self._reader.join()
        for descriptor in (self.slave, self.master):
            os.close(descriptor)
        self.master = self.slave = -1

    def close(self) -> None:
        """End everything."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        if self.master >= 0:
            self.hang_up()
