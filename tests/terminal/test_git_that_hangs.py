"""A git that never answers: the session is saved, the app says so and quits at once, and nothing goes on running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.pseudo import Pseudo
from tests.unit.cli_examples import Cli, in_a_process

Start = Callable[..., Pseudo]
# The program, which soon says that it waits, and which calls what does nothing for two seconds a git that hangs.
SOON = "import sys; from reflect_tui.git import run; run._TOLD_AFTER = 0.3; "
MAIN = "import reflect_tui.__main__ as program; sys.exit(program.main())"
TALKATIVE = (sys.executable, "-P", "-c", f"{SOON}{MAIN}")
IMPATIENT = (sys.executable, "-P", "-c", f"{SOON}run._STALL = 2; {MAIN}")
COMMANDS = {
    "push": ("sync", "{place}", "--yes"),
    "bundle": ("backup", "{place}/b.zip"),
    "fast-export": ("erase", "latest", "--yes"),
    "repack": ("erase", "latest", "--yes"),
}


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
    app.wait("not yet in history")
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


Stuck = Callable[[str], tuple[dict[str, str], list[str], Callable[[], list[int]]]]


@pytest.fixture
def stuck(tmp_path: Path, own_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Stuck:
    """Give what makes a journal, and a git of which one command sleeps: environment, arguments, and what lists it."""
    place, programs = tmp_path / "place", tmp_path / "programs"
    cli = Cli(tmp_path / "journal", capsys, monkeypatch)
    for day in range(2):
        cli.save(3, days=day)
    assert cli.journal.record().obstacle is None
    subprocess.run(["git", "init", "-q", "--bare", place], check=True)
    programs.mkdir()
    real = next(path for f in os.environ["PATH"].split(os.pathsep) if (path := Path(f, "git")).exists())

    def plant(command: str) -> tuple[dict[str, str], list[str], Callable[[], list[int]]]:
        (programs / "git").write_text(
            f'#!/bin/sh\ncase " $* " in *" {command} "*) echo $$ >> {tmp_path}/started; sleep 6543;; esac\n'
            f'exec {real} "$@"\n'
        )
        (programs / "git").chmod(0o755)

        def running() -> list[int]:
            groups = {int(pid) for pid in (tmp_path / "started").read_text().split()}
            return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat") if _group(path) in groups]

        environment = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
        return environment, [word.format(place=place) for word in COMMANDS[command]], running

    return plant


def everything(journal: Path) -> dict[str, bytes]:
    """Give the documents of a journal, and where its branch stands."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=journal, check=True, capture_output=True).stdout
    paths = (path for path in journal.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {"head": head} | {str(path): path.read_bytes() for path in paths}


@pytest.mark.parametrize("command", COMMANDS)
def test_on_the_command_line_a_git_that_does_nothing_is_ended_and_told(
    pseudo: Start, stuck: Stuck, tmp_path: Path, command: str
) -> None:
    environment, arguments, running = stuck(command)
    before = everything(tmp_path / "journal")
    app = pseudo(*arguments, command=IMPATIENT, environment=environment, size=(200, 50))
    assert app.ended() == 3
    assert f"Waiting for git ({command}). Ctrl+C stops that; what is saved is safe." in app.text
    expected = {
        "push": "does not answer. What is saved here is safe; sync again later.",
        "bundle": "No backup was written.",
        "fast-export": "Nothing is erased: git does not answer, and was stopped.",
        "repack": "Not all of it is erased yet; the next start of reflect-tui goes on with it.",
    }
    assert expected[command] in " ".join(app.text.split())
    assert are_gone(running)
    if command == "repack":
        done = in_a_process("--journal", str(tmp_path / "journal"), "doctor", "--fix", timeout=120)
        assert "Finished an erasure" in done.stdout
    else:
        assert everything(tmp_path / "journal") == before
        assert [path for path in (tmp_path / "place").iterdir() if path.suffix == ".zip"] == []


@pytest.mark.parametrize(
    ("command", "number", "code"),
    [
        ("push", signal.SIGTERM, 143),
        ("push", signal.SIGHUP, 129),
        ("push", signal.SIGINT, 130),
        ("bundle", signal.SIGTERM, 143),
        ("repack", signal.SIGTERM, 143),
    ],
)
def test_a_command_that_is_told_to_end_leaves_no_git_behind(
    pseudo: Start, stuck: Stuck, command: str, number: signal.Signals, code: int
) -> None:
    environment, arguments, running = stuck(command)
    app = pseudo(*arguments, command=TALKATIVE, environment=environment, size=(200, 50))
    app.wait(f"Waiting for git ({command})")
    assert running()
    app.process.send_signal(number)
    assert app.ended() == code
    assert are_gone(running)
    assert "Traceback" not in app.raw.decode(errors="replace")
