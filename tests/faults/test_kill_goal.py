"""Killed at any system call that makes something durable, no version of a goal is lost, and none is made up."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from reflect_tui.model import goals
from reflect_tui.model.goals import Goal
from reflect_tui.store.journal import Journal
from tests.faults.attack import Victim
from tests.faults.counting import Tried
from tests.faults.every_call import at_every_call
from tests.faults.goal_acts import FIRST, PATH, SECOND, THIRD, make_a_goal, remove_a_goal
from tests.faults.journal_state import git, snapshot

ACTS: dict[str, tuple[Goal | None, ...]] = {
    "make_a_goal": (None, FIRST),
    "change_a_goal": (FIRST, SECOND, THIRD),
    "remove_a_goal": (FIRST, None),
    "restore_a_goal": (None, FIRST),
}
"""What is killed, and the states that the file may then be in, in the order in which they come."""


def _prepare(act: str, journal: Journal) -> None:
    if act != "make_a_goal":
        make_a_goal(journal)
    if act == "restore_a_goal":
        remove_a_goal(journal)


def _assert_whole(act: str, journal: Journal) -> None:
    """Find one of the states, whole, and in history with all that came before it."""
    path = journal.root / PATH
    data = path.read_bytes() if path.exists() else None
    states = [None if goal is None else goals.dumps(goal) for goal in ACTS[act]]
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


def _try(victim: Victim, folder: Path, act: str, how: tuple[str, str]) -> int:
    return at_every_call(victim, folder, act, how, prepare=partial(_prepare, act), check=partial(_assert_whole, act))


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("call", ["write", "linkat", "rename", "unlink", "fsync"])
def test_killed_while_a_goal_is_kept(*, victim: Victim, memory: Path, tried: Tried, act: str, call: str) -> None:
    count = _try(victim, memory, act, (call, "signal=SIGKILL"))
    tried("kills of the program", count)
    assert count or call == "linkat"


@pytest.mark.parametrize(("call", "error"), [("write", "ENOSPC"), ("fsync", "EIO"), ("rename", "EIO")])
def test_a_call_fails_while_a_goal_is_changed(
    *, victim: Victim, memory: Path, tried: Tried, call: str, error: str
) -> None:
    count = _try(victim, memory, "change_a_goal", (call, f"error={error}"))
    tried("failing calls of the program", count)
    assert count
