"""A terminal window to measure through: a process on a pty, every byte it sends, and the moment each byte came."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

SIZE = (80, 24)
PATIENCE = 120.0  # seconds; a machine that hangs must not hang the run
ANSWERED = 0.04  # seconds of silence after which all that answers a key has been sent

_SEQUENCE = re.compile(rb"\x1b\[[0-9;:?<>=]*[ -/]*[@-~]|\x1b[()][A-Z0-9]")
_QUESTION, _ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"  # "can a frame be sent as a whole?" "yes", as terminals say now


class Answer(NamedTuple):
    """What came back for a key: seconds until its last byte, and how many bytes."""

    seconds: float
    size: int


class Window:
    """One process with a window of its own; nothing but this thread reads it, so nothing else delays the clock."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int] = SIZE) -> None:
        self.raw = bytearray()
        self._answered = False
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.started = self.last = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 -- no thread runs here
        )
        os.close(slave)

    @property
    def process(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def text(self) -> str:
        """All that was sent, without what moves and colours it."""
        return _SEQUENCE.sub(b"", bytes(self.raw)).decode("utf-8", "replace")

    def _take(self, patience: float) -> bool:
        """Read what comes within a time; False when nothing did."""
        if not select.select([self._master], [], [], max(0.0, patience))[0]:
            return False
        try:
            data = os.read(self._master, 1 << 20)
        except OSError:  # the process has let go of the window
            return False
        self.last = time.perf_counter()
        self.raw += data
        if not self._answered and _QUESTION in self.raw:
            self._answered = True
            os.write(self._master, _ANSWER)
        return True

    def until(self, text: str, since: int = 0) -> float:
        """Read until a text is sent, after so many bytes; give the seconds since the window was opened."""
        until = time.perf_counter() + PATIENCE
        sought = text.encode()
        while sought not in _SEQUENCE.sub(b"", bytes(self.raw[since:])):
            if not self._take(until - time.perf_counter()):
                raise TimeoutError(f"{text!r} never came; code {self._process.poll()}:\n{self.text[-3000:]}")
        return self.last - self.started

    def quiet(self, silence: float) -> None:
        """Read until nothing is sent for so many seconds."""
        while self._take(silence):
            pass

    def press(self, key: str, silence: float = ANSWERED) -> Answer:
        """Press a key and wait for the last byte of what it changes."""
        size, sent = len(self.raw), time.perf_counter()
        os.write(self._master, key.encode())
        if not self._take(PATIENCE):
            raise TimeoutError(f"nothing answered the key {key!r}:\n{self.text[-3000:]}")
        self.quiet(silence)
        return Answer(self.last - sent, len(self.raw) - size)

    def send(self, keys: str) -> None:
        """Type, and wait for nothing."""
        os.write(self._master, keys.encode())

    def ended(self, key: str) -> float:
        """Press a key that quits; give the seconds until the process is gone."""
        sent = time.perf_counter()
        os.write(self._master, key.encode())
        while self._process.poll() is None and time.perf_counter() - sent < PATIENCE:
            self._take(0.001)
        seconds = time.perf_counter() - sent
        if self._process.returncode != 0:
            raise RuntimeError(f"it ended with {self._process.returncode}:\n{self.text[-3000:]}")
        return seconds

    def memory(self) -> float:
        """Give the megabytes that the process has in memory now (its resident set)."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024

    def close(self) -> None:
        """End everything."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process, signal.SIGKILL)
        self._process.wait()
        os.close(self._master)
