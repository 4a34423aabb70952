"""However the app ends, the terminal is as it was, and nothing private is printed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.conftest import Terminal

Open = Callable[..., Terminal]

BROKEN = """
import sys
from pathlib import Path
from reflect_tui import cli
from reflect_tui.tui import app

class Broken(app.ReflectApp):
    CSS_PATH = Path(app.__file__).with_name("reflect.tcss")

    def on_key(self, event):
        if event.key == "z":
            note = "canary-in-a-note"
            raise RuntimeError(note)

app.ReflectApp = Broken
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_with_the_draft_kept_and_the_screen_restored(terminal: Open, number: int, code: int) -> None:
    app = terminal()
    app.start("new")
    app.wait("0/92")
    app.press("3", "3")
    app.wait("2/92")
    os.kill(app.app_process(), number)
    screen = app.wait(f"exit code {code}")
    assert "2/92" not in screen
    app.start()
    app.wait("2 of 92")


def test_a_fault_of_ours_is_one_sentence_without_what_was_written(terminal: Open, tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text(BROKEN, encoding="utf-8")
    app = terminal()
    app.start("new", program=f"{sys.executable} {script}")
    app.wait("0/92")
    app.press("3")
    app.wait("1/92", "saved")
    app.press("z")
    screen = app.wait("exit code 3")
    assert "RuntimeError" in screen
    assert "canary" not in screen
    assert "Traceback" not in screen
    app.start()
    app.wait("1 of 92")
