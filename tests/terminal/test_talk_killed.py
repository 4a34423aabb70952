"""The demo's journal talked through in a real terminal, killed on the way: no word is lost but the one at hand."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reflect_tui import demo, paths
from reflect_tui.model import library
from reflect_tui.store.journal import Journal
from tests.terminal.conftest import PATIENCE, Terminal

Open = Callable[..., Terminal]
TODAY = date(2026, 11, 23)


def write(terminal: Terminal, text: str) -> None:
    terminal.tmux("send-keys", "-t", "app", "-l", text)


def kill_once_kept(terminal: Terminal, word: str, folder: Path) -> None:
    """Kill the app as soon as a word stands in a file of a folder, with nothing pressed that would save it."""
    until = time.monotonic() + PATIENCE
    while not any(word in path.read_text() for path in folder.glob("[!.]*")):
        assert time.monotonic() < until, f"{word} was not kept:\n{terminal.screen()}"
        time.sleep(0.05)
    os.kill(terminal.app_process(), signal.SIGKILL)
    terminal.wait("exit code 137")


def sign(terminal: Terminal) -> None:
    terminal.press("f")
    terminal.wait("What we agreed", "Chair one", "f signs")
    terminal.press("d")
    terminal.wait("6m for in six months")
    write(terminal, "6m")
    terminal.press("Enter")
    terminal.wait("Next talk       ")
    terminal.press("f")
    terminal.wait("You both sign the page you just saw")
    for text in ("Noor Bakker", "Ans Verhoef"):
        write(terminal, text)
        terminal.press("Enter")
    terminal.wait("Noor Bakker (professional) and Ans Verhoef (team leader)", "all in history")


def told(terminal: Terminal) -> dict[str, Any]:
    program = str(Path(sys.executable).with_name("reflect-tui"))
    command = [program, "--journal", str(terminal.journal), "talk", "--json"]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_talk_killed_twice_is_signed_with_every_word(terminal: Open, size: tuple[int, int]) -> None:
    app = terminal(size)
    journal = Journal(app.journal, paths.state_folder(app.journal))
    demo.fill(journal, library.DEFAULT, TODAY, "en")
    journal.record()

    app.start("talk")
    app.wait("Opening", "points to talk about")
    app.press("Right")
    app.wait("Point 1 of 5")
    app.press("e")
    app.wait("esc")
    write(app, "Meetings scare me a lit")
    kill_once_kept(app, "Meetings scare me a ", journal.root / "talks")

    app.start("talk")
    app.wait("Point 1 of 5", "Meetings scare me a")
    app.press("l")
    app.wait("Team leader", "esc")
    write(app, "Begin small")
    app.press("Escape")
    app.wait("Begin small", "pause")
    app.press("g")
    app.wait("New goal", "First step")
    write(app, "Chair one meet")
    kill_once_kept(app, "Chair one ", journal.typed.folder)

    app.start("talk")
    app.wait("What you typed before is still here", "Chair one")
    app.press("Down")
    write(app, "Ask Ans")
    app.press("C-s")
    app.wait("Point 1 of 5", "Ask Ans", "By when")
    sign(app)
    app.press("Escape")
    app.wait("reflect-tui  journal")
    app.press("q")
    app.wait("exit code 0")

    talk = told(app)
    point = next(point for point in talk["points"] if point["agreed"])
    assert point["remark"].startswith("Meetings scare me a ")
    assert point["leader_remark"] == "Begin small"
    (agreed,) = point["agreed"]
    assert agreed["what"].startswith("Chair one ")
    assert agreed["first_step"] == "Ask Ans"
    assert talk["as_signed"]
    assert journal.typed.all() == ()
    command = ["git", "-C", str(app.journal), "status", "--porcelain"]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == ""
