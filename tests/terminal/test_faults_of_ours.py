"""A fault of ours, wherever it arises: the draft is kept, the terminal is restored, nothing private is told."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.pseudo import Pseudo

Start = Callable[..., Pseudo]
CANARY = "canary-in-a-note"

# Each way breaks another part of the app, at the key "z" or while something is made or drawn.
BROKEN = f"""
import sys
from pathlib import Path
from textual import work

from reflect_tui.cli.main import main
from reflect_tui.tui import app
from reflect_tui.tui.screens.assess import AssessScreen
from reflect_tui.tui.screens.page import KeysScreen
from reflect_tui.tui.screens.note import NoteScreen
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.terminal.input_parser import InputParser

armed = False

def fail(*_arguments, **_named):
    note = "{CANARY}"
    raise RuntimeError(note)

class Rich(RuntimeError):
    def __rich__(self):
        return "{CANARY}"

def fail_richly(*_arguments):
    raise Rich("{CANARY}")

class Broken(app.ReflectApp):
    CSS_PATH = Path(app.__file__).with_name("reflect.tcss")

    @work(thread=True)
    def in_thread(self):
        fail()

    @work
    async def in_task(self):
        fail()

    def broken_later(self):
        self.set_timer(0.01, fail)

    def broken_state(self):
        self.state = None

    async def on_event(self, event):
        if getattr(event, "key", "") not in ("z", "f9"):
            await super().on_event(event)
        else:
            global armed
            armed = True
            way = sys.argv.pop()
            {{
                "handler": fail,
                "rich": fail_richly,
                "thread": self.in_thread,
                "task": self.in_task,
                "timer": self.broken_later,
                "callback": lambda: self.call_next(fail),
                "compose": lambda: (setattr(KeysScreen, "compose", fail), self.screen.action_keys()),
                "mount": lambda: (setattr(KeysScreen, "on_mount", fail), self.screen.action_keys()),
                "render": lambda: (setattr(Lines, "render_lines", fail), self.screen.refresh_all()),
                "input": lambda: setattr(InputParser, "feed", fail),
                "draft": lambda: (setattr(NoteScreen, "keep_unfinished", fail), fail()),
            }}[way]()

app.ReflectApp = Broken
way = sys.argv[-1]
sys.exit(main(sys.argv[1:-1]))
"""
WAYS = ["handler", "rich", "thread", "task", "timer", "callback", "compose", "mount", "render", "input", "draft"]


def broken(start: Start, tmp_path: Path, way: str) -> Pseudo:
    script = tmp_path / "broken.py"
    script.write_text(BROKEN, encoding="utf-8")
    return start("new", way, command=(sys.executable, str(script)))


@pytest.mark.parametrize("way", WAYS)
def test_a_fault_is_one_sentence_and_costs_nothing(pseudo: Start, tmp_path: Path, way: str) -> None:
    app = broken(pseudo, tmp_path, way)
    app.wait("0/92")
    app.send("3")
    app.wait("1/92", "saved")
    app.send("z")
    if way == "input":
        app.quiet(1)
        app.send("4")
    assert app.ended() == 3
    app.is_as_before()
    said = re.sub(rb"\x1b\[[^a-z]*[a-z]", b"", bytes(app.raw).rpartition(b"\x1b[?1049l")[2]).decode()
    assert ("Rich" if way == "rich" else "RuntimeError") in said
    assert CANARY.encode() not in app.raw
    assert "Traceback" not in said
    assert len([row for row in said.split("\n") if row.strip().startswith("reflect-tui:")]) == 1
    report = Path(os.environ["XDG_STATE_HOME"], "reflect-tui", "last-fault.txt")
    assert "RuntimeError" in report.read_text(encoding="utf-8") or way == "rich"
    assert report.stat().st_mode & 0o077 == 0
    for path in Path(os.environ["HOME"]).rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes(), path
    again = pseudo()
    again.wait("1 of 92")


def test_a_fault_in_the_midst_of_a_note_keeps_it(pseudo: Start, tmp_path: Path) -> None:
    app = broken(pseudo, tmp_path, "thread")
    app.wait("0/92")
    app.send("3e")
    app.wait("done")
    app.send("half a note\x1b[200~ ends\x1b[201~")
    app.wait("half a note ends")
    app.send("\x1b[20~")
    assert app.ended() == 3
    app.is_as_before()
    again = pseudo()
    again.wait("1 of 92")
    again.send("\r")
    again.wait("1/92", "✎ half a note ends")
