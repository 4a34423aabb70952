"""A git command killed at any system call that changes the disk only delays history."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.attack import Victim, every
from tests.faults.counting import Tried
from tests.faults.git_children import Shim
from tests.faults.promises import assert_promises
from tests.faults.worlds import Worlds


@pytest.mark.parametrize(
    ("operation", "state", "step"),
    [
        ("finish", "ready", 1),
        ("finish", "first", 1),
        ("delete", "ready", 1),
        ("restore", "deleted", 1),
        ("take_in", "elsewhere", 1),
    ],
)
def test_a_killed_git_command_only_delays_history(
    *, victim: Victim, worlds: Worlds, tried: Tried, tmp_path: Path, operation: str, state: str, step: int
) -> None:
    shim = Shim(victim, tmp_path)
    points = shim.plan(operation, worlds(state))
    assert {point.command for point in points} >= {"update-index", "write-tree", "commit-tree", "update-ref"}
    for point in every(points, step):
        world = worlds(state)
        outcome, happened = shim.attack(operation, world, point, "signal=SIGKILL")
        assert not outcome.status, outcome
        if operation == "finish":
            assert outcome.told("saved")
        assert_promises(world, outcome.said)
        tried("kills of git", happened)
