"""Plain mode as a person or a script meets it: real processes on pipes and ptys, ended in every way."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

PROGRAM = str(Path(sys.executable).with_name("reflect-tui"))
PATIENCE = 20  # seconds; a slow machine is no fault
OBEYED = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]")

Spawn = Callable[..., Any]


def run(journal: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command on pipes."""
    command = [PROGRAM, "--journal", str(journal), *arguments]
    return subprocess.run(command, input=typed, capture_output=True, text=True, check=False, timeout=60)


def shown(journal: Path, reference: str = "latest") -> dict[str, Any]:
    found = json.loads(run(journal, "show", reference, "--json").stdout)
    assert isinstance(found, dict)
    return found


@pytest.fixture
def journal(own_home: Path, tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def spawn(journal: Path) -> Iterator[Spawn]:
    """Start the program on a pty that is a simple terminal."""
    running: list[Any] = []

    def start(*arguments: str, term: str = "dumb") -> Any:
        variables = os.environ | {"TERM": term}
        child = pexpect.spawn(
            PROGRAM,
            ["--journal", str(journal), "--lang", "en", *arguments],
            encoding="utf-8",
            timeout=PATIENCE,
            dimensions=(24, 80),
            env=variables,
        )
        running.append(child)
        return child

    yield start
    for child in running:
        child.close(force=True)


@pytest.mark.parametrize(("language", "first"), [("en", "approachable"), ("nl", "toegankelijk")])
def test_a_script_of_answers_fills_in_a_session(journal: Path, language: str, first: str) -> None:
    found = run(journal, "--lang", language, "new", "--plain", typed="3\n" * 91 + "4\ne done\nf\n")
    assert (found.returncode, found.stderr) == (0, "")
    assert first in found.stdout
    assert not OBEYED.search(found.stdout)
    assert max(map(len, found.stdout.splitlines())) <= 80
    assert (shown(journal)["answered"], len(run(journal, "history", "latest").stdout.splitlines())) == (92, 1)


def test_a_script_that_ends_early_keeps_the_draft_and_says_so(journal: Path) -> None:
    found = run(journal, "--lang", "en", "new", "--plain", typed="3342\n1\n0")
    assert found.returncode == 1
    assert "The draft is kept: 6 of 92 answered." in found.stdout
    found = run(journal, "--lang", "en", "new", "--plain", typed="y\nq\n")
    assert found.returncode == 0
    assert "7 of 92." in found.stdout
    assert run(journal, "list", "--json").stdout.count('"id"') == 0


def test_invalid_bytes_and_a_huge_line_do_no_harm(journal: Path) -> None:
    command = [PROGRAM, "--journal", str(journal), "--lang", "en", "new", "--plain"]
    typed = b"\xff\xfe\n\x00\n3\n" + b"3" * 1_000_000 + b"\n\x1b[201~4\nq\n"
    found = subprocess.run(command, input=typed, capture_output=True, check=False, timeout=60)
    said = found.stdout.decode()
    assert found.returncode == 0, found.stderr
    assert "That line is too long" in said
    assert "The draft is kept: 2 of 92 answered." in said
    assert not OBEYED.search(said)


def test_a_simple_terminal_gets_plain_mode_by_itself(spawn: Spawn) -> None:
    child = spawn("new")
    child.expect("Score: ")
    child.sendline("q")
    child.expect("nothing is kept")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_no_escape_sequence_is_sent_to_any_terminal(spawn: Spawn) -> None:
    child = spawn("new", "--plain", term="xterm-256color")
    said = ""
    for line in ("?", "3", "e", "a note", ".", "/family", "l", "p", "u", "f", "b", "\x1b[A", "q"):
        child.expect("(Score|Text|Review): $")
        said += child.before
        child.sendline(line)
    child.expect(pexpect.EOF)
    said += child.before
    ours = re.sub(r"\^\[\[A|\r\n", "", said)  # the terminal's own echo, and its line ends
    assert not OBEYED.search(ours)


def test_a_kill_after_the_57th_line_resumes_with_57(journal: Path, spawn: Spawn) -> None:
    child = spawn("new", "--plain")
    for _number in range(57):
        child.expect("Score: ")
        child.sendline("2")
    child.expect("58 of 92")
    child.kill(signal.SIGKILL)
    child.expect(pexpect.EOF)
    again = spawn("new", "--plain")
    again.expect("57 of 92 answered")
    again.expect(r"y or n\?")
    again.sendline("y")
    again.expect("58 of 92")
    for number in range(35):
        again.expect("Score: ")
        again.sendline("3" if number else "4")
    again.expect("Every statement has an answer")
    again.expect("Review: ")
    again.sendline("f")
    again.expect("Saved: ")
    again.expect(pexpect.EOF)
    again.close()
    assert again.exitstatus == 0
    scores = list(shown(journal)["scores"].values())
    assert scores == [2] * 57 + [4] + [3] * 34


def test_a_kill_within_a_note_keeps_the_lines_before(journal: Path, spawn: Spawn) -> None:
    child = spawn("new", "--plain")
    for line in ("3", "e", "first line", "second line"):
        child.expect("(Score|Text): ")
        child.sendline(line)
    child.expect("Text: $")
    child.kill(signal.SIGKILL)
    child.expect(pexpect.EOF)
    found = run(journal, "--lang", "en", "new", "--plain", typed="y\ng 2\nq\n")
    assert "    first line\n    second line\n" in found.stdout


@pytest.mark.parametrize(("how", "code"), [("eof", 1), ("interrupt", 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_however_it_ends_the_draft_is_kept_and_the_code_says_how(
    journal: Path, spawn: Spawn, how: str | signal.Signals, code: int
) -> None:
    child = spawn("new", "--plain")
    child.expect("Score: ")
    child.sendline("3")
    child.expect("2 of 92")
    child.expect("Score: ")
    if how == "eof":
        child.sendeof()
    elif how == "interrupt":
        child.sendintr()
    else:
        child.kill(how)
    child.expect("The draft is kept: 1 of 92")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == code
    assert "2 of 92." in run(journal, "--lang", "en", "new", "--plain", typed="y\nq\n").stdout


def test_a_terminal_that_goes_away_loses_nothing(journal: Path, spawn: Spawn) -> None:
    child = spawn("new", "--plain")
    child.expect("Score: ")
    child.sendline("3")
    child.expect("2 of 92")
    child.ptyproc.fileobj.close()
    child.ptyproc.closed = True
    child.wait()
    assert child.exitstatus == 129
    assert "1 of 92 answered" in run(journal, "--lang", "en", "new", "--plain", typed="y\nq\n").stdout


def test_a_reader_that_leaves_ends_it_with_the_draft_kept(journal: Path) -> None:
    command = f"yes 3 | head -5 | {PROGRAM} --journal {journal} new --plain | head -1"
    subprocess.run(["bash", "-c", command], check=True, capture_output=True, timeout=60)
    found = run(journal, "--lang", "en", "new", "--plain", typed="y\nq\n")
    assert "unfinished session" in found.stdout
    assert not OBEYED.search(found.stdout)


def test_a_stopped_session_goes_on_where_it_was(spawn: Spawn) -> None:
    child = spawn("new", "--plain")
    child.expect("Score: ")
    child.kill(signal.SIGSTOP)
    child.kill(signal.SIGCONT)
    child.sendline("3")
    child.expect("2 of 92")


def test_without_a_place_to_read_or_print_nothing_is_lost(journal: Path) -> None:
    run(journal, "new", "--plain", typed="3\nq\n")
    for redirection, code in (("<&-", 1), (">&- <<< y", 1), (">/dev/full <<< y", 3)):
        command = f"{PROGRAM} --journal {journal} new --plain {redirection}"
        found = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)
        assert found.returncode == code, redirection
        assert "Traceback" not in found.stderr
    assert "1 of 92 answered" in run(journal, "--lang", "en", "new", "--plain", typed="y\nq\n").stdout


def test_two_at_once_do_not_get_in_each_others_way(spawn: Spawn) -> None:
    first = spawn("new", "--plain")
    first.expect("Score: ")
    second = spawn("new", "--plain")
    second.expect("Another reflect-tui has had this journal open")
    second.expect(pexpect.EOF)
    second.close()
    assert second.exitstatus == 3
    first.sendline("3")
    first.expect("2 of 92")


def test_amending_over_a_pipe_makes_a_new_version(journal: Path) -> None:
    run(journal, "new", "--plain", typed="3\n" * 92 + "f\n")
    found = run(journal, "--lang", "en", "amend", "latest", "--reason", "typed too fast", typed="4\nf\nf\n")
    assert (found.returncode, found.stderr) == (0, "")
    assert "Statement 1 was 3 fair, and becomes 4 good." in found.stdout
    assert shown(journal)["scores"]["toegankelijk"] == 4
    assert "typed too fast" in run(journal, "history", "latest", "--plain").stdout
    assert run(journal, "amend", "nothing").returncode == 1
