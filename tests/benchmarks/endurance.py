"""One process that is used for long: sessions are filled in, undone, redone and saved, and what it holds is counted."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.window import Window
from tests.benchmarks.world import PROGRAM

_ENTER, _UNDO, _REDO = "\r", "u", "\x12"
_BACK_AND_FORTH = 4  # digits undone and done again at the end of a session, for more keys than saves


class Held(NamedTuple):
    """What a process holds: open files, children, threads, and megabytes of memory."""

    files: int
    children: int
    threads: int
    memory: float


class Endurance:
    """The app in a window, used without a pause."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.keys = 0
        self.saved = 0
        self._window = Window((PROGRAM, "--journal", str(folder / "journal"), "--lang", "en"), environment)
        self._window.until("all keys")
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
        self._press("".join(itertools.islice(itertools.cycle("34243132"), 92)), "92/92")
        self._press("\x1b[27u", "92/92")  # from the review back to the items
        for _turn in range(max(0, keys - 100) // (2 * _BACK_AND_FORTH)):
            self._press(_UNDO * _BACK_AND_FORTH, "88/92")
            self._press(_REDO * _BACK_AND_FORTH, "92/92")
        self._press("f", "finish")
        self._press(_ENTER, "saved, all in history")
        self.saved += 1
        self._press("\x1b[27u", "all keys")
        self._window.quiet(0.15)

    def _press(self, keys: str, then: str) -> None:
        since = len(self._window.raw)
        self._window.send(keys)
        self.keys += len(keys)
        self._window.until(then, since)

    def _held(self) -> Held:
        process = Path(f"/proc/{self._window.process}")
        status = (process / "status").read_text(encoding="ascii")
        children = sum(len((task / "children").read_text().split()) for task in (process / "task").iterdir())
        threads = int(re.findall(r"Threads:\s+(\d+)", status)[0])
        return Held(len(list((process / "fd").iterdir())), children, threads, self._window.memory())

    def close(self) -> None:
        """End the process."""
        self._window.close()
