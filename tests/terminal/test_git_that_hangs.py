"""A git that never answers: the session is saved, the app says so and quits at once, and nothing goes on running."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.pseudo import Pseudo

Start = Callable[..., Pseudo]
HANGS = "git does not answer"


@pytest.fixture
def hanging(tmp_path: Path) -> tuple[dict[str, str], Callable[[], list[int]]]:
    """Give the environment with a git that hangs, and what lists the processes of it that are there."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").write_text(f"#!/bin/sh\necho $$ >> {tmp_path}/started\nsleep 6543\n")
    (programs / "git").chmod(0o755)

    def running() -> list[int]:
        groups = {int(pid) for pid in (tmp_path / "started").read_text().split()}
        alive = [path for path in Path("/proc").glob("[0-9]*/stat") if _group(path) in groups]
        return [int(path.parent.name) for path in alive]

    return {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}, running


def _group(stat: Path) -> int:
    try:
        state, _parent, group = stat.read_text().rpartition(")")[2].split()[:3]
        return 0 if state == "Z" else int(group)
    except OSError:
        return 0


def are_gone(running: Callable[[], list[int]]) -> bool:
    """Tell whether every process of a git ends, also one that another thread had just begun."""
    until = time.monotonic() + 5
    while running() and time.monotonic() < until:
        time.sleep(0.05)
    return not running()


def ends(app: Pseudo, seconds: float) -> None:
    began = time.monotonic()
    assert app.ended() == 0
    assert time.monotonic() - began < seconds
    assert "Traceback" not in app.raw.decode(errors="replace")


def test_the_app_quits_at_once_and_leaves_no_git_behind(
    pseudo: Start, hanging: tuple[dict[str, str], Callable[[], list[int]]]
) -> None:
    environment, running = hanging
    app = pseudo("new", environment=environment)
    app.wait("0/92")
    app.send("3" * 92)
    app.wait("Every statement has an answer")
    app.send("\r")
    app.wait("domains high")
    began = time.monotonic()
    app.wait("not yet in history")
    assert time.monotonic() - began < 20
    assert are_gone(running)
    app.send("q")
    ends(app, 5)


def test_a_question_to_quit_while_git_hangs_ends_at_once(
    pseudo: Start, hanging: tuple[dict[str, str], Callable[[], list[int]]]
) -> None:
    environment, running = hanging
    app = pseudo("new", environment=environment)
    app.wait("0/92")
    app.send("3" * 92)
    app.wait("Every statement has an answer")
    app.send("\r")
    app.wait("domains high")
    app.send("\x03\x03")
    ends(app, 5)
    assert are_gone(running)


@pytest.mark.parametrize("wait", [0.05, 0.3, 1.0])
def test_control_c_while_the_app_is_closing_leaves_no_traceback(
    pseudo: Start, hanging: tuple[dict[str, str], Callable[[], list[int]]], wait: float
) -> None:
    environment, running = hanging
    app = pseudo("new", environment=environment)
    app.wait("0/92")
    app.send("3" * 92)
    app.wait("Every statement has an answer")
    app.send("\r")
    app.wait("domains high")
    app.send("\x03\x03")
    for _press in range(3):
        time.sleep(wait)
        app.send("\x03")
    assert app.ended() in (0, 130)
    assert "Traceback" not in app.raw.decode(errors="replace")
    assert "Exception" not in app.raw.decode(errors="replace")
    app.is_as_before()
    assert are_gone(running)


@pytest.mark.parametrize("seconds", [1.8, 6])
def test_the_app_quits_in_time_while_git_is_slow_and_says_what_waits(
    pseudo: Start, tmp_path: Path, seconds: float
) -> None:
    """Each command answers in the time that it has; all of them together would take minutes."""
    programs = tmp_path / "programs"
    programs.mkdir()
    real = next(path for f in os.environ["PATH"].split(os.pathsep) if (path := Path(f, "git")).exists())
    (programs / "git").write_text(f'#!/bin/sh\nsleep {seconds}\nexec {real} "$@"\n')
    (programs / "git").chmod(0o755)
    app = pseudo("new", environment={"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"})
    app.wait("0/92")
    app.send("3" * 92)
    app.wait("Every statement has an answer")
    app.send("\r")
    app.wait("domains high")
    app.send("q")
    ends(app, 20)
    assert "Saved, and not yet in history" in app.raw.decode(errors="replace")
