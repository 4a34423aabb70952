"""The key that blanks the screen at a shared desk, in a real terminal: on every page, in every window, while typing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tests.terminal.conftest import Terminal

Open = Callable[..., Terminal]
BLANK = "Blank; any key shows everything again."


def everything(app: Terminal) -> str:
    """Give the screen, and what can be scrolled back to."""
    return app.tmux("capture-pane", "-p", "-S", "-", "-t", "app")


def test_nothing_is_left_on_the_screen_or_in_the_scrollback_and_no_key_is_lost(terminal: Open) -> None:
    app = terminal()
    app.start(program=f"seq 7000 7100; {Path(sys.executable).with_name('reflect-tui')}")
    app.wait("Welcome")
    app.press("n")
    app.wait("begin")
    app.press("Enter")
    app.wait("0/92")
    app.press("3", "e")
    app.wait("done")
    app.press(*"secret")
    app.wait("secret")
    app.press("C-l")
    app.wait(BLANK)
    assert everything(app).strip() == BLANK
    app.press("4")  # it shows everything again, and scores nothing
    app.wait("secret", "1/92")
    app.press("Escape")
    app.wait("1-4 score")
    app.press("?")
    app.wait("Score it and go to the next statement")
    app.press("C-l")
    app.wait(BLANK)
    app.press("q")
    app.wait("Score it and go to the next statement")
    app.press("C-l")
    app.wait(BLANK)
    app.tmux("resize-window", "-t", "app", "-x", "100", "-y", "30")
    app.wait(BLANK)
    assert "Score" not in everything(app)
    app.press("C-l")
    app.wait("Score it and go to the next statement")
