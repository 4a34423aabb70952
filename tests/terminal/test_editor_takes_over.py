"""The user's own editor in a real terminal: it gets the terminal, the app gets it back, the old text is safe."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.conftest import PATIENCE, Terminal

Open = Callable[..., Terminal]

PROGRAM = Path(sys.executable).with_name("reflect-tui")
# An editor that says where it is, waits for a line from the terminal and saves it.
ASKS = 'echo "EDITOR $$ ON $1"; read line; printf "%s\\n" "$line" > "$1"'


def start(terminal: Open, folder: Path, script: str, size: tuple[int, int] = (80, 24)) -> Terminal:
    editor = folder / "editor"
    editor.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    editor.chmod(0o755)
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    variables = f"env XDG_RUNTIME_DIR={shlex.quote(str(runtime))} EDITOR={shlex.quote(str(editor))}"
    app = terminal(size)
    app.start("new", program=f"{variables} {PROGRAM}")
    app.wait("0/92")
    app.press("e", *"old")
    app.wait("old", "own editor")
    return app


def test_what_the_editor_saved_is_in_the_note_and_the_app_is_back(terminal: Open, tmp_path: Path) -> None:
    app = start(terminal, tmp_path, ASKS)
    app.press("C-e")
    app.wait("EDITOR", " ON ")
    app.press(*"from", "Space", *"outside", "Enter")
    app.wait("from outside", "own editor")
    assert list((tmp_path / "runtime").iterdir()) == []
    app.press("Escape")
    app.wait("✎ from outside", "saved")
    app.press("3")
    app.wait("1/92")


def test_ctrl_c_in_the_editor_ends_the_editor_alone(terminal: Open, tmp_path: Path) -> None:
    app = start(terminal, tmp_path, ASKS)
    app.press("C-e")
    app.wait("EDITOR", " ON ")
    app.press("C-c")
    app.wait("stopped by signal 2", "old", "own editor")
    app.press("Escape")
    app.wait("✎ old", "saved")


def test_an_editor_that_is_killed_leaves_the_old_text(terminal: Open, tmp_path: Path) -> None:
    app = start(terminal, tmp_path, ASKS)
    app.press("C-e")
    screen = app.wait("EDITOR", " ON ")
    os.kill(int(screen.split("EDITOR ")[1].split()[0]), signal.SIGKILL)
    app.wait("The editor was stopped by signal 9", "old", "own editor")
    assert list((tmp_path / "runtime").iterdir()) == []


SAVES_AND_WAITS = 'printf "%s saved\\n" "$(cat "$1")" > "$1"; echo "EDITOR $$ ON $1"; read line'


@pytest.mark.parametrize("script", [SAVES_AND_WAITS, f"trap '' TERM; {SAVES_AND_WAITS}"], ids=["ends", "stubborn"])
def test_an_app_told_to_end_ends_its_editor_and_keeps_what_that_saved(
    terminal: Open, tmp_path: Path, script: str
) -> None:
    app = start(terminal, tmp_path, script)
    app.press("C-e")
    app.wait("EDITOR", " ON ")
    os.kill(app.app_process(), signal.SIGTERM)
    app.wait("exit code 143")
    assert list((tmp_path / "runtime").iterdir()) == []
    app.start()
    app.wait("0 of 92")
    app.press("Enter")
    app.wait("0/92", "✎ old saved")


def test_a_note_that_a_killed_app_left_with_its_editor_is_taken_away_later(terminal: Open, tmp_path: Path) -> None:
    app = start(terminal, tmp_path, ASKS)
    app.press("C-e")
    screen = app.wait("EDITOR", " ON ")
    os.kill(app.app_process(), signal.SIGKILL)
    os.kill(int(screen.split("EDITOR ")[1].split()[0]), signal.SIGKILL)
    (left,) = (tmp_path / "runtime").iterdir()
    for path in (*left.iterdir(), left):
        os.utime(path, (0, 0))
    app.start(program=f"env XDG_RUNTIME_DIR={tmp_path / 'runtime'} {PROGRAM}")
    app.wait("0 of 92")
    until = time.monotonic() + PATIENCE
    while list((tmp_path / "runtime").iterdir()):
        assert time.monotonic() < until, "the note is still there"
        time.sleep(0.05)
