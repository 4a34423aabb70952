"""The app itself in a real terminal, while its disk hangs or it is told to end: no key waits, nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from reflect_tui import paths
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from tests.faults.counting import Tried
from tests.faults.operations import SECOND_ID
from tests.faults.promises import assert_promises
from tests.faults.worlds import World, Worlds, look_at
from tests.terminal.conftest import PATIENCE, Terminal, terminal

__all__ = ["terminal"]
Open = Callable[..., Terminal]
_SAVING = [("linkat", 1), ("unlink", 1), ("unlink", 2)]
_RECORDING = [("vfork", number) for number in range(1, 4)]  # as many as unit/journal/test_journal_processes names


@contextmanager
def _traced(strace: str, process: int, log: Path, *inject: str) -> Iterator[None]:
    """Let something happen at a system call of a running program and its threads."""
    command = [strace, "-f", "-qqq", "-o", str(log), *inject, "-p", str(process)]
    with subprocess.Popen(command) as tracer:
        try:
            _wait_until(lambda: all(_is_traced(task) for task in Path("/proc", str(process), "task").iterdir()))
            yield
        finally:
            tracer.kill()


def _is_traced(task: Path) -> bool:
    with suppress(FileNotFoundError):  # a thread that has ended
        return "TracerPid:\t0" not in (task / "status").read_text()
    return True


def _wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def _opened(app: Terminal, worlds: Worlds, state: str) -> World:
    """Put a world where the app finds it."""
    base = worlds(state).journal.root.parent
    folder = paths.state_folder(app.journal)
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["rm", "--recursive", "--force", app.journal, folder], check=True)
    subprocess.run(["cp", "--archive", base / "journal", app.journal], check=True)
    subprocess.run(["cp", "--archive", base / "state", folder], check=True)
    return look_at(Journal(app.journal, folder))


def test_no_key_waits_for_the_disk_and_none_is_lost(terminal: Open, strace: str, tmp_path: Path, tried: Tried) -> None:
    """Every fsync hangs for longer than the test runs; all keys are on the screen, and in the file, meanwhile."""
    app = terminal()
    app.start("new")
    app.wait("0/92", "saved")
    process = app.app_process()
    with _traced(strace, process, tmp_path / "log", "--trace=fsync", "--inject=fsync:delay_enter=600s"):
        app.press(*"3" * 57)
        screen = app.wait("57/92")
        assert "saved" not in screen
        _wait_until(lambda: len(_draft(app).acts) == 57)
        os.kill(process, signal.SIGKILL)
    app.start()
    app.wait("57 of 92")
    tried("hanging disks")


def _draft(app: Terminal) -> Draft:
    (draft,) = Journal(app.journal, paths.state_folder(app.journal)).drafts.all()
    assert isinstance(draft, Draft)
    return draft


@pytest.mark.parametrize(("call", "number"), [*_SAVING, *_RECORDING])
def test_told_to_end_at_any_moment_of_finishing(
    *, terminal: Open, strace: str, worlds: Worlds, tmp_path: Path, tried: Tried, call: str, number: int
) -> None:
    """While it saves, or as it starts git: there is a session or a draft, and the screen is restored."""
    app = terminal()
    world = _opened(app, worlds, "ready")
    app.start()
    app.wait("go on")
    app.press("Enter")
    app.wait("f finish", "saved")
    app.press("f")
    app.wait("Every statement has an answer")
    process = app.app_process()
    inject = f"--inject={call}:signal=SIGTERM:when={number}"
    with _traced(strace, process, tmp_path / "log", f"--trace={call}", inject):
        app.press("Enter")
        screen = app.wait("exit code 143")
    assert "SIGTERM" in (tmp_path / "log").read_text()
    assert "Traceback" not in screen
    assert "domains" not in screen
    flags = app.tmux("display-message", "-p", "-t", "app", "#{alternate_on} #{mouse_any_flag} #{cursor_flag}")
    assert flags.split() == ["0", "0", "1"]
    saved = (app.journal / world.journal.path(SECOND_ID)).exists()
    assert saved or len(world.journal.drafts.all()) == 1
    assert_promises(world)
    tried("signals while finishing")


def test_a_second_app_only_reads_and_the_next_starts_at_once_after_a_kill(terminal: Open, tried: Tried) -> None:
    """A26 B01: the lock is the kernel's, which lets go of it when its holder dies."""
    first, second = terminal(), terminal()
    first.start("new")
    first.wait("0/92", "saved")
    second.start()
    screen = second.wait("read-only")
    assert str(first.app_process()) in screen
    second.press("q")
    second.wait("exit code 0")
    os.kill(first.app_process(), signal.SIGKILL)
    second.start()
    assert "read-only" not in second.wait("0 of 92")
    tried("second apps")
