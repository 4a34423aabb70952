"""Wide letters, emoji, joined and stacked signs and right-to-left text break no column, as a real terminal counts."""

from __future__ import annotations

import shlex
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.conftest import Terminal
from tests.terminal.hostile import make

Open = Callable[..., Terminal]
SHAPES = {
    "wide": "漢字かな交じり文 ＡＢＣ ﷽",
    "emoji": "👍🏽 ❤️ 🇳🇱 1️⃣ ☎ 🧘",
    "joined": "👩‍👩‍👧 👨🏿‍🚀 🏳️‍🌈",
    "stacked": "Z" + "\u0301\u0489" * 25 + "e\u0308 a\u200bb\u00adc\ufeffd",
    "right to left": "שלום עולם مرحبا",
}
BAR = "▁▂▃▄▅▆▇"
# Each screen: the keys that lead there from the one before, and what is seen there.
WALK = (
    ((), "n new"),
    (("Home", "Enter"), "1-4 score"),
    (("f",), "Review"),
    (("Escape", "o"), "statement"),
    (("o", "Escape", "Home", "Down", "Enter"), "Results"),
    (("End",), "Results"),
    (("d",), "What changed"),
    (("Escape", "h"), "History"),
)


def columns(terminal: Terminal) -> list[int]:
    """Ask tmux in which cell each row ends: what the terminal itself makes of the text, not our own count."""

    def copy(command: str) -> tuple[str, ...]:
        return ("send-keys", "-t", "app", "-X", command, ";")

    end = (*copy("end-of-line"), "display-message", "-p", "-t", "app", "#{copy_cursor_y} #{copy_cursor_x}", ";")
    down = (*copy("start-of-line"), *copy("cursor-down"))
    rows = [*end, *[*down, *end] * 23]
    told = terminal.tmux("copy-mode", "-t", "app", ";", *copy("top-line"), *rows, *copy("cancel"))
    places = [[int(number) for number in line.split()] for line in told.splitlines()]
    assert [row for row, _column in places] == [*range(24)], "a row runs on in the next one"
    return [column for _row, column in places]


def measured(terminal: Terminal) -> tuple[list[str], list[int]]:
    """Give the rows with their ends, of a screen that stayed as it was meanwhile."""
    while True:
        before, ends = terminal.screen(), columns(terminal)
        if terminal.screen() == before:
            return before.split("\n")[:24], ends


@pytest.mark.parametrize("kind", SHAPES)
def test_what_stands_at_the_right_stands_in_its_column(terminal: Open, tmp_path: Path, kind: str) -> None:
    assert shutil.which("tmux")
    app = terminal()
    app.journal = Path(shlex.quote(str(make(tmp_path, SHAPES[kind]))))
    app.start()
    app.wait("all keys")
    app.wait("unfinished")
    app.press("Escape")
    checked = 0
    for keys, seen in WALK:
        for key in keys:
            app.press(key)
            time.sleep(0.4)  # an escape and the key behind it would be read as one
        app.wait(seen)
        rows, ends = measured(app)
        assert max(ends) <= 80
        for row, end in zip(rows, ends, strict=True):
            if row.rstrip().endswith(tuple(BAR)):
                assert end == 80, row
                checked += 1
            if row.rstrip().endswith(("all keys", "saved", "in history", "outside")):
                assert end == 79, row
                checked += 1
    assert checked > 10
