"""However the app is ended or stopped: all that was typed is kept, and the terminal is as it was."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.pseudo import PATIENCE, PROGRAM, Pseudo

Start = Callable[..., Pseudo]


def note_begun(app: Pseudo) -> None:
    app.wait("0/92")
    app.send("33")
    app.wait("2/92")
    app.send("e")
    app.wait("esc", "done")
    app.send("half a note")
    app.wait("half a note")


def draft_has(start: Start, *texts: str) -> None:
    app = start()
    app.wait("2 of 92")
    app.send("\r")
    app.wait("2/92", "saved")
    app.send("\x1b[A\x1b[A\x1b[B\x1b[B")
    app.wait(*texts)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)], ids=["term", "hup", "int"]
)
def test_a_signal_in_the_midst_of_a_note_costs_nothing(pseudo: Start, number: int, code: int) -> None:
    app = pseudo("new")
    note_begun(app)
    app.process.send_signal(number)
    assert app.ended() == code
    app.is_as_before()
    assert "Traceback" not in app.raw.decode(errors="replace")
    draft_has(pseudo, "✎ half a note")


def test_a_kill_costs_no_more_of_a_note_than_the_last_moments(pseudo: Start, tmp_path: Path) -> None:
    app = pseudo("new")
    note_begun(app)
    drafts = [*Path(os.environ["XDG_STATE_HOME"]).rglob("*")]
    until = time.monotonic() + PATIENCE
    while not any(b"half a note" in path.read_bytes() for path in drafts if path.is_file()):
        assert time.monotonic() < until, "the note is not in the draft"
        time.sleep(0.05)
    app.process.kill()
    app.ended()
    draft_has(pseudo, "✎ half a note")


def test_a_note_kept_while_it_was_written_is_one_step_to_undo(pseudo: Start) -> None:
    app = pseudo("new")
    note_begun(app)
    time.sleep(3)  # longer than a note waits to be kept
    app.send(" and the rest\x1b")
    app.wait("✎ half a note and the rest")
    app.send("u")
    app.wait_gone("half a note")


def test_the_window_is_closed(pseudo: Start) -> None:
    app = pseudo("new")
    note_begun(app)
    app.hang_up()
    assert app.process.wait(PATIENCE) in (129, -signal.SIGHUP)
    draft_has(pseudo, "✎ half a note")


def test_the_terminal_is_gone_and_no_signal_comes(pseudo: Start) -> None:
    app = pseudo("new", command=("setsid", "--wait", PROGRAM))  # no controlling terminal: the system sends no SIGHUP
    note_begun(app)
    app.hang_up()
    app.process.wait(PATIENCE)
    draft_has(pseudo, "✎ half a note")


def test_a_terminal_that_takes_nothing_does_not_stop_the_end(pseudo: Start) -> None:
    app = pseudo("new")
    note_begun(app)
    app._stopping = True
    app._reader.join()
    for _size in range(200):  # more to draw than a pseudo-terminal holds
        app.resize(81 + _size % 2, 24)
        time.sleep(0.005)
    app.process.send_signal(signal.SIGTERM)
    assert app.process.wait(PATIENCE) == 143
    draft_has(pseudo, "✎ half a note")


def test_control_c_asks_and_twice_quits(pseudo: Start) -> None:
    app = pseudo("new")
    note_begun(app)
    app.send("\x03")
    app.wait("Quit?", "Nothing is lost")
    app.send("\x1b")
    app.wait_gone("Quit?")
    app.send("\x03")
    app.wait("Quit?")
    app.send("\x03")
    assert app.ended() == 0
    app.is_as_before()
    draft_has(pseudo, "✎ half a note")


def test_a_note_that_is_too_long_is_kept_whole_when_the_app_ends(pseudo: Start) -> None:
    app = pseudo("new")
    note_begun(app)
    app.send(f"\x1b[200~{'word ' * 5000}\x1b[201~")
    app.wait("bytes too many")
    app.process.terminate()
    assert app.ended() == 143
    app.wait("The note was too long. All of it is kept in")
    (path,) = Path(os.environ["XDG_STATE_HOME"]).rglob("refused/*.txt")
    assert path.read_text(encoding="utf-8") == "half a note" + "word " * 5000
    assert path.stat().st_mode & 0o777 == 0o600


def in_shell(start: Start, *arguments: str) -> Pseudo:
    """Run the app as a job of a shell; HOME has no start-up files."""
    shell = start(command=("bash", "--norc", "--noprofile", "-i", "-s", "--"))
    shell.wait("$ ")
    journal = Path(os.environ["HOME"]).parent / "journal-of-the-job"
    shell.send(f"{PROGRAM} --journal {journal} --lang en {' '.join(arguments)}; echo code $?\n")
    return shell


def job_of(shell: Pseudo) -> int:
    children = Path(f"/proc/{shell.process.pid}/task/{shell.process.pid}/children").read_text(encoding="ascii").split()
    return int(children[0])


@pytest.mark.parametrize("way", ["key", "signal"])
def test_stopped_and_continued_at_another_size(pseudo: Start, way: str) -> None:
    shell = in_shell(pseudo, "new")
    shell.wait("0/92")
    shell.send("333")
    shell.wait("3/92")
    job = job_of(shell)
    if way == "key":
        shell.send("4\x1a")  # the score before the stop is kept as well
    else:
        shell.send("4")
        shell.wait("4/92")
        os.kill(job, signal.SIGTSTP)
    shell.wait("Stopped")
    shell.quiet()
    assert b"\x1b[?1049l" in shell.raw
    shell.send("clear; stty -a | grep -oE -- '-?\\b(icanon|isig|ixon)\\b' | paste -sd,\n")
    shell.wait("ixon,isig,icanon")
    shell.send("clear\n")
    shell.resize(100, 30)
    shell.send("fg; echo code $?\n")
    until = time.monotonic() + PATIENCE
    while not shell.rows[-1].rstrip().endswith("? all keys"):
        assert time.monotonic() < until, f"not drawn at the new size:\n{shell.text}"
        time.sleep(0.05)
    shell.wait("4/92")
    shell.send("3")
    shell.wait("5/92")
    shell.send("q")
    shell.wait("code 0")


@pytest.mark.parametrize(
    ("command", "steps"),
    [
        ("new", {"e": "own editor"}),
        ("new", {"f": "remark", "e": "own editor"}),
        ("new", {"/": "Find a statement"}),
        ("new", {"\x10": "Search for an action"}),
        ("goals", {"g": "Goals", "n": "esc  back", "\r": "^s"}),
    ],
    ids=["note", "remark", "find", "palette", "form"],
)
def test_control_z_stops_it_while_text_is_written_too(pseudo: Start, command: str, steps: dict[str, str]) -> None:
    shell = in_shell(pseudo, "" if command == "goals" else command)
    shell.wait("n new" if command == "goals" else "0/92")
    for key, title in steps.items():
        shell.send(key)
        shell.wait(title)
    shell.send("written")
    shell.wait("written")
    shell.send("\x1a")
    shell.wait("Stopped")
    shell.send("clear; fg\n")
    shell.wait("written", *() if title.startswith("Search") else (title,))
    assert "writtenfg" not in shell.quiet()
    shell.send("\x03")
    shell.wait("Quit?")
    shell.send("\x03")
    shell.wait("$ ")


def test_stopped_by_force_and_continued_it_draws_itself_again(pseudo: Start) -> None:
    shell = in_shell(pseudo, "new")
    shell.wait("0/92")
    job = job_of(shell)
    os.kill(job, signal.SIGSTOP)
    shell.wait("Stopped")
    shell.send("clear; fg; echo code $?\n")
    shell.wait("0/92", "? all keys")
    shell.send("3")
    shell.wait("1/92")
    shell.send("q")
    shell.wait("code 0")


def test_control_z_where_no_shell_could_continue_it_changes_nothing(pseudo: Start) -> None:
    app = pseudo("new")
    app.wait("0/92")
    app.send("3\x1a4")
    app.wait("2/92")
    app.send("q")
    assert app.ended() == 0
    app.is_as_before()
