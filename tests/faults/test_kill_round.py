"""Killed at any system call while an answer is taken in or a round is closed: no answer is lost, doubled or shown."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reflect_tui.errors import ReflectError
from reflect_tui.feedback.round import Rater
from reflect_tui.journal import Journal, importing, rounds
from tests.faults.counting import Tried
from tests.faults.journal_state import git, snapshot
from tests.unit.round_examples import CLOSED, LABEL, a_round, an_answer, put

ROOT = Path(__file__).parent.parent.parent
ROUND = "2026-11-23-others-4f2a9c"
ROLES: tuple[Rater, ...] = ("manager", "colleague", "colleague", "colleague", "client")


def _take(journal: Journal) -> None:
    for candidate in importing.examine(journal, [journal.root.parent / "in"]):
        importing.save(journal, candidate)
    journal.record()


def _close(journal: Journal) -> None:
    rounds.close(journal, ROUND, CLOSED, leave_out=True)
    journal.record()


def _withdraw(journal: Journal) -> None:
    rounds.withdraw(journal, ROUND)
    journal.record()


ACTS: dict[str, Callable[[Journal], None]] = {"take": _take, "close": _close, "withdraw": _withdraw}


def _prepare(journal: Journal, act: str) -> None:
    found = a_round(journal, ROLES)
    put(journal.root.parent / "in", *(an_answer(found, number, score=number % 4 + 1) for number in range(5)))
    if act != "take":
        _take(journal)
    journal.record()


def _attack(strace: str, journal: Journal, act: str, how: tuple[str, str], when: int) -> bool:
    """Do it while the call of this number kills or fails; False when there are not so many."""
    call, what = how
    log = journal.root.parent / "strace.log"
    inject = [f"--trace={call}", f"--inject={call}:{what}:when={when}"]
    child = [sys.executable, "-B", "-m", "tests.faults.test_kill_round", act, str(journal.root), str(journal.state)]
    done = subprocess.run([strace, "-qqq", "-o", str(log), *inject, *child], check=False, capture_output=True, cwd=ROOT)
    return "INJECTED" in log.read_text() or done.returncode < 0


def _assert_kept(journal: Journal, act: str) -> None:
    """After the next start nothing is half done; the same act again, and it is as if nothing had happened."""
    journal.recover(locked=True)
    came = [entry.session for entry in journal.all_entries() if entry.session]
    found, _data = rounds.get(journal, ROUND)
    waits = journal.waiting_answers.get(ROUND)
    assert (found.state != "open") >= bool(came)
    assert not waits.sessions
    assert len(waits.answers) == (found.answered if found.state == "open" else 0)
    assert found.answered == 5 or act == "take"
    if found.state == "open":
        assert not came
        ACTS[act](journal)
    _assert_done(journal, act)
    _assert_at_rest(journal)


def _assert_done(journal: Journal, act: str) -> None:
    found, _data = rounds.get(journal, ROUND)
    scores = sorted(entry.session.scores[found.items[0]] for entry in journal.all_entries() if entry.session)
    assert found.answered == 5
    assert scores == ([1, 2, 3, 4] if act == "close" else [])
    assert len(journal.waiting_answers.get(ROUND).answers) == (5 if act == "take" else 0)


def _assert_at_rest(journal: Journal) -> None:
    assert journal.pending() == ()
    first = snapshot(journal.root, journal.state)
    assert journal.recover(locked=True).recorded.commits == ()
    assert snapshot(journal.root, journal.state) == first
    assert not [name for name in first if name.endswith((".tmp", ".lock")) or "-plans/" in name]
    assert git(journal, "status", "--porcelain") == ""
    assert LABEL not in git(journal, "log", "--format=%B")


def _try(strace: str, folder: Path, act: str, how: tuple[str, str]) -> int:
    """Attack at every call of one name, each time a new journal; give how often."""
    for when in itertools.count(1):
        base = folder / f"{act}-{how[0]}-{when}"
        journal = Journal(base / "journal", base / "state")
        base.mkdir()
        _prepare(journal, act)
        happened = _attack(strace, journal, act, how, when)
        _assert_kept(Journal(journal.root, journal.state), act)
        if not happened:
            return when - 1
    raise AssertionError


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("call", ["write", "linkat", "rename", "unlink", "fsync"])
def test_killed_while_answers_are_kept(*, strace: str, memory: Path, tried: Tried, act: str, call: str) -> None:
    count = _try(strace, memory, act, (call, "signal=SIGKILL"))
    tried("kills of the program", count)
    assert count or call in ("linkat", "unlink")


@pytest.mark.parametrize(("call", "error"), [("write", "ENOSPC"), ("fsync", "EIO"), ("rename", "EIO")])
def test_a_call_fails_while_a_round_is_closed(
    *, strace: str, memory: Path, tried: Tried, call: str, error: str
) -> None:
    count = _try(strace, memory, "close", (call, f"error={error}"))
    tried("failing calls of the program", count)
    assert count


if __name__ == "__main__":
    try:
        ACTS[sys.argv[1]](Journal(Path(sys.argv[2]), Path(sys.argv[3])))
    except ReflectError as error:
        sys.stderr.write(f"{error}\n")
