"""Killed at any system call that makes something durable, no version of a goal is lost, and none is made up."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

from reflect_tui import goals
from reflect_tui.errors import ReflectError
from reflect_tui.goals import Goal, LookBack
from reflect_tui.journal import Journal
from tests.faults.counting import Tried
from tests.faults.journal_state import git, snapshot

ROOT = Path(__file__).parent.parent.parent
MADE = datetime(2026, 4, 20, 16, 5, tzinfo=UTC)
FIRST = Goal(id="2026-04-20T1605-goal-0a1b2c", instrument="small", domain="doing", what="first", made=MADE)
SECOND = structs.replace(FIRST, what="second")
THIRD = SECOND.looked_back(LookBack(at=MADE, outcome="reached"))
PATH = f"goals/{FIRST.id}.toml"


def _make(journal: Journal) -> None:
    journal.goals.save(FIRST.id, goals.dumps(FIRST), "made")
    journal.record()


def _change(journal: Journal) -> None:
    journal.goals.save(FIRST.id, goals.dumps(SECOND), "edited", goals.dumps(FIRST))
    journal.goals.save(FIRST.id, goals.dumps(THIRD), "reached", goals.dumps(SECOND))
    journal.record()


def _remove(journal: Journal) -> None:
    journal.goals.remove(FIRST.id, goals.dumps(FIRST))
    journal.record()


def _restore(journal: Journal) -> None:
    journal.goals.restore(FIRST.id)
    journal.record()


ACTS: dict[str, tuple[Callable[[Journal], None], tuple[Goal | None, ...]]] = {
    "make": (_make, (None, FIRST)),
    "change": (_change, (FIRST, SECOND, THIRD)),
    "remove": (_remove, (FIRST, None)),
    "restore": (_restore, (None, FIRST)),
}
"""What is killed, and the states that the file may then be in, in the order in which they come."""


def _prepare(journal: Journal, act: str) -> None:
    if act != "make":
        _make(journal)
    if act == "restore":
        _remove(journal)


def _attack(strace: str, journal: Journal, act: str, how: tuple[str, str], when: int) -> bool:
    """Do it while the call of this number kills or fails; False when there are not so many."""
    call, what = how
    log = journal.root.parent / "strace.log"
    inject = [f"--trace={call}", f"--inject={call}:{what}:when={when}"]
    child = [sys.executable, "-B", "-m", "tests.faults.test_kill_goal", act, str(journal.root), str(journal.state)]
    done = subprocess.run([strace, "-qqq", "-o", str(log), *inject, *child], check=False, capture_output=True, cwd=ROOT)
    return "INJECTED" in log.read_text() or done.returncode < 0


def _assert_whole(journal: Journal, act: str) -> None:
    """Find one of the states, whole, and in history with all that came before it."""
    path = journal.root / PATH
    data = path.read_bytes() if path.exists() else None
    states = [None if goal is None else goals.dumps(goal) for goal in ACTS[act][1]]
    assert data in states
    journal.recover(locked=True)
    if data is not None:
        assert path.read_bytes() == data
        assert git(journal, "show", f"HEAD:{PATH}").encode() == data
    else:
        assert not path.exists()
    kept = [state for state in states[: states.index(data) + 1] if state is not None]
    versions = [version.commit for version in journal.repository.versions(PATH) if not version.deleted] if kept else []
    known = {journal.repository.read(commit, PATH) for commit in versions}
    assert set(kept) <= known
    _assert_at_rest(journal)


def _assert_at_rest(journal: Journal) -> None:
    assert journal.pending() == ()
    first = snapshot(journal.root, journal.state)
    assert journal.recover(locked=True).recorded.commits == ()
    assert snapshot(journal.root, journal.state) == first
    assert not [name for name in first if name.endswith((".tmp", ".lock")) or "-plans/" in name]
    if journal.repository.exists():
        fsck = git(journal, "fsck", "--full", "--strict")
        assert not [line for line in fsck.splitlines() if not line.startswith(("dangling", "notice"))], fsck
        assert git(journal, "status", "--porcelain") == ""


def _try(strace: str, folder: Path, act: str, how: tuple[str, str]) -> int:
    """Attack at every call of one name, each time a copy of the same journal; give how often."""
    model = folder / "model"
    (model / "journal").mkdir(parents=True)
    _prepare(Journal(model / "journal", model / "state"), act)
    for when in itertools.count(1):
        base = folder / f"{act}-{how[0]}-{when}"
        shutil.copytree(model, base, symlinks=True)
        journal = Journal(base / "journal", base / "state")
        happened = _attack(strace, journal, act, how, when)
        _assert_whole(Journal(journal.root, journal.state), act)
        if not happened:
            return when - 1
    raise AssertionError


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("call", ["write", "linkat", "rename", "unlink", "fsync"])
def test_killed_while_a_goal_is_kept(*, strace: str, memory: Path, tried: Tried, act: str, call: str) -> None:
    count = _try(strace, memory, act, (call, "signal=SIGKILL"))
    tried("kills of the program", count)
    assert count or call == "linkat"


@pytest.mark.parametrize(("call", "error"), [("write", "ENOSPC"), ("fsync", "EIO"), ("rename", "EIO")])
def test_a_call_fails_while_a_goal_is_changed(
    *, strace: str, memory: Path, tried: Tried, call: str, error: str
) -> None:
    count = _try(strace, memory, "change", (call, f"error={error}"))
    tried("failing calls of the program", count)
    assert count


if __name__ == "__main__":
    try:
        ACTS[sys.argv[1]][0](Journal(Path(sys.argv[2]), Path(sys.argv[3])))
    except ReflectError as error:
        sys.stderr.write(f"{error}\n")
