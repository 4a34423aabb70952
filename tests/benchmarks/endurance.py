"""One process that is used for long: sessions are filled in, undone, redone and saved, and what it holds is counted."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyte

from tests.benchmarks.window import PATIENCE, SIZE, Window
from tests.benchmarks.world import PROGRAM

_ENTER, _UNDO, _REDO = "\r", "u", "\x12"
_BACK_AND_FORTH = 4  # digits undone and done again at the end of a session, for more keys than saves


_REVIEW = "Every statement has an answer"
# Private sequences of which the emulator would print the tails.
_UNKNOWN = re.compile(rb"\x1b\[[<>][0-9;]*[a-z]|\x1b\[\?\d+\$p")


class Held(NamedTuple):
    """What a process holds: open files, children, threads, and megabytes of memory."""

    files: int
    children: int
    threads: int
    memory: float


class Seen(Window):
    """A window whose picture is known; what was sent is not kept."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._screen = pyte.Screen(*SIZE)
        self._stream = pyte.ByteStream(self._screen)
        super().__init__(command, environment)

    def _take(self, patience: float) -> bool:
        taken = super()._take(patience)
        self._stream.feed(_UNKNOWN.sub(b"", bytes(self.raw)))
        self.raw.clear()
        return taken

    def shows(self, text: str) -> None:
        """Read until a text is seen."""
        until = time.perf_counter() + PATIENCE
        while not any(text in row for row in self._screen.display):
            if not self._take(until - time.perf_counter()):
                picture = "\n".join(self._screen.display)
                raise TimeoutError(f"{text!r} was never seen:\n{picture}")


class Endurance:
    """The app in a window, used without a pause."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.keys = 0
        self.saved = 0
        self._window = Seen((PROGRAM, "--journal", str(folder / "journal"), "--lang", "en"), environment)
        self._window.shows("all keys")
        self._window.quiet(1.0)

    def after(self, *, sessions: int, keys: int = 110) -> Held:
        """Fill in and save sessions until there are so many, each with at least so many keys; tell what is held."""
        while self.saved < sessions:
            self._session(keys)
        self._window.quiet(1.0)
        return self._held()

    def _session(self, keys: int) -> None:
        """Begin from Home, fill in all, go back and forth, finish, and return to Home."""
        self._press("n" + _ENTER, "0/92")
        self._press("".join(itertools.islice(itertools.cycle("34243132"), 92)), _REVIEW)
        self._press("\x1b[27u", "f finish")  # from the review back to the items
        for _turn in range(max(0, keys - 100) // (2 * _BACK_AND_FORTH)):
            self._press(_UNDO * _BACK_AND_FORTH, "88/92")
            self._press(_REDO * _BACK_AND_FORTH, "92/92")
        self._press("f", _REVIEW)
        self._press(_ENTER, "saved, all in history")
        self.saved += 1
        self._press("\x1b[27u", "reflect-tui  journal")
        self._window.quiet(0.15)

    def _press(self, keys: str, then: str) -> None:
        self._window.send(keys)
        self.keys += len(keys)
        self._window.shows(then)

    def _held(self) -> Held:
        process = Path(f"/proc/{self._window.process}")
        status = (process / "status").read_text(encoding="ascii")
        children = sum(len((task / "children").read_text().split()) for task in (process / "task").iterdir())
        threads = int(re.findall(r"Threads:\s+(\d+)", status)[0])
        return Held(len(list((process / "fd").iterdir())), children, threads, self._window.memory())

    def close(self) -> None:
        """End the process."""
        self._window.close()
