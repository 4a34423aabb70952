"""A real terminal: tmux on a socket of its own, the installed command in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.terminal.pseudo import PROGRAM, Pseudo

PATIENCE = 20.0  # seconds; a slow machine is no fault


class Terminal:
    """One tmux window with the app."""

    def __init__(self, socket: str, home: Path, size: tuple[int, int]) -> None:
        self._socket = socket
        self.home = home
        self.journal = home / "journal"
        self._size = size
        self._open = False

    def tmux(self, *arguments: str) -> str:
        """Tell tmux something and give its answer."""
        command = ["tmux", "-L", self._socket, "-f", "/dev/null", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def start(self, *arguments: str, program: str = str(Path(sys.executable).with_name("reflect-tui"))) -> None:
        """Start the app; once more in the same window, if it ran there before."""
        shell = f"{program} --journal {self.journal} --lang en {' '.join(arguments)}; echo exit code $?; sleep 1000"
        width, height = map(str, self._size)
        environment = [part for name in ("HOME", "XDG_STATE_HOME") for part in ("-e", f"{name}={os.environ[name]}")]
        if self._open:
            self.tmux("respawn-pane", "-k", "-t", "app", *environment, shell)
        else:
            self.tmux("new-session", "-d", "-s", "app", *environment, "-x", width, "-y", height, shell)
        self._open = True

    def screen(self) -> str:
        """Give what is on the screen."""
        return self.tmux("capture-pane", "-p", "-t", "app")

    def wait(self, *texts: str) -> str:
        """Wait until all texts are on the screen."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            screen = self.screen()
            if all(text in screen for text in texts):
                return screen
            time.sleep(0.05)
        pytest.fail(f"{texts} did not appear:\n{self.screen()}")

    def press(self, *keys: str) -> None:
        """Press keys."""
        self.tmux("send-keys", "-t", "app", *keys)

    def app_process(self) -> int:
        """Give the process id of the app."""
        shell = self.tmux("list-panes", "-t", "app", "-F", "#{pane_pid}").strip()
        children = Path(f"/proc/{shell}/task/{shell}/children").read_text(encoding="ascii").split()
        return int(children[0])

    def close(self) -> None:
        """End everything."""
        self.tmux("kill-server")


@pytest.fixture(autouse=True)
def signals(usual_signals: None) -> None:
    """Let the programs that a test starts see every signal."""


@pytest.fixture
def terminal(own_home: Path, tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Open terminals; a machine without tmux fails the test."""
    assert shutil.which("tmux"), "these tests need tmux"
    opened: list[Terminal] = []

    def make(size: tuple[int, int] = (80, 24)) -> Terminal:
        made = Terminal(f"reflect-{os.getpid()}-{tmp_path.name}-{len(opened)}"[-60:], tmp_path, size)
        opened.append(made)
        return made

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def pseudo(own_home: Path, tmp_path: Path) -> Iterator[Callable[..., Pseudo]]:
    """Start the app, or another command, on pseudo-terminals."""
    opened: list[Pseudo] = []

    def start(
        *arguments: str,
        command: Sequence[str] = (PROGRAM,),
        size: tuple[int, int] = (80, 24),
        environment: dict[str, str | None] | None = None,
        folder: Path | None = None,
    ) -> Pseudo:
        whole = [*command, "--journal", str(tmp_path / "journal"), "--lang", "en", *arguments]
        made = Pseudo(whole, size=size, environment=environment, folder=folder)
        opened.append(made)
        return made

    yield start
    for one in opened:
        one.close()
