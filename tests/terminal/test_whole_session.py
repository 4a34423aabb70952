"""The main job in a real terminal, with the installed command, real keys and a real kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.conftest import Terminal

Open = Callable[..., Terminal]


def shown(terminal: Terminal, *arguments: str) -> dict[str, object]:
    program = Path(sys.executable).with_name("reflect-tui")
    command = [str(program), "--journal", str(terminal.journal), *arguments, "--json"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert isinstance(found, dict)
    return found


def git(terminal: Terminal, *arguments: str) -> list[str]:
    command = ["git", "-C", str(terminal.journal), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")[:-1]


def fill_in(terminal: Terminal, digits: str) -> None:
    terminal.wait("begin")
    terminal.press("Enter")
    terminal.wait("0/92")
    terminal.press(*digits)
    terminal.wait("Every statement has an answer")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_two_sessions_give_two_commits_a_trend_and_a_diff(terminal: Open, size: tuple[int, int]) -> None:
    app = terminal(size)
    app.start()
    app.wait("Welcome")
    app.press("n")
    fill_in(app, "3" * 92)
    app.press("Escape")
    app.wait("1-4 score")  # a key right behind the escape would be one with Alt
    app.press("f")
    app.wait("Every statement has an answer")
    app.press("Enter")
    app.wait("0 of 8 domains high", "all in history")
    assert len(git(app, "log", "--format=%H")) == 1
    assert len(git(app, "ls-files", "sessions")) == 1
    first = shown(app, "show", "latest")
    assert first["answered"] == first["total"] == 92
    domains = first["domains"]
    assert isinstance(domains, list)
    assert {(domain["mean"], domain["verdict"]) for domain in domains} == {(3.0, "not high")}

    app.press("Escape")
    app.wait("reflect-tui  journal")
    time.sleep(1.1)  # sessions are told apart by the second in which they began; no person is as fast as this
    app.press("n")
    fill_in(app, "4" * 40 + "3" * 52)
    app.press("Enter")
    app.wait("4 of 8 domains high", "of 92 statements: 40 up", "all in history")
    app.press("t")
    app.wait("2/2", "Trends")
    app.press("Escape")
    app.wait("4 of 8 domains high")
    app.press("d")
    app.wait("All 40 statements that changed went up.", "Across the threshold of 3")
    app.press("q")
    app.wait("exit code 0")
    assert len(git(app, "log", "--format=%H")) == 2
    assert git(app, "status", "--porcelain") == []
    difference = shown(app, "diff", "latest~1", "latest")
    assert (difference["up"], difference["down"], difference["same"]) == (40, 0, 52)


def test_a_killed_app_resumes_at_the_next_gap(terminal: Open) -> None:
    app = terminal()
    app.start("new")
    app.wait("0/92")
    app.press(*"2" * 57)
    app.wait("57/92", "saved")
    os.kill(app.app_process(), signal.SIGKILL)
    app.wait("exit code 137")
    app.start()
    app.wait("57 of 92")
    app.press("Enter")
    app.wait("57/92", "Providing support")
    app.press("u")
    app.wait("56/92", "Undone")
