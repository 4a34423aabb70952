"""Little is loaded, drawn and sent: what can be counted of speed, on a real pseudo-terminal."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.endurance import Endurance
from tests.terminal.pseudo import Pseudo

Start = Callable[..., Pseudo]
DIGIT = 2_000  # bytes: the few rows that change, each as a whole
PAGE = 6_000  # bytes: a digit that ends a domain, or scrolls, draws the whole list


def test_a_digit_sends_few_bytes(pseudo: Start) -> None:
    app = pseudo("new")
    app.wait("0/92", "all keys")
    app.quiet(0.5)
    sizes = []
    for number, digit in enumerate("34243132" * 3, 1):
        before = len(app.raw)
        app.send(digit)
        app.wait(f"{number}/92")
        app.quiet(0.15)
        sizes.append(len(app.raw) - before)
    assert statistics.median(sizes) < DIGIT, sizes
    assert max(sizes) < PAGE, sizes


def test_keys_and_saves_leave_nothing_behind(tmp_path: Path, own_home: Path) -> None:
    endurance = Endurance(tmp_path, dict(os.environ) | {"TERM": "xterm-256color"})
    try:
        first = endurance.after(sessions=3)
        last = endurance.after(sessions=20, keys=120)
    finally:
        endurance.close()
    assert endurance.keys > 2_000
    assert (last.files, last.children, last.threads) == (first.files, first.children, first.threads)
    assert last.memory < first.memory + 40  # megabytes: bounded caches fill up; a screen that stays is two or three
