"""A git command killed at any system call that changes the disk only delays history."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.attack import Victim
from tests.faults.counting import Tried
from tests.faults.git_children import Children
from tests.faults.operations import WITH_GIT
from tests.faults.promises import assert_promises
from tests.faults.turns import of_this_turn
from tests.faults.worlds import Worlds

_MAKING_A_COMMIT = {"read-tree", "update-index", "write-tree", "commit-tree", "update-ref"}
_SAVING = {"finish": "saved", "amend": "amended", "take_in": "saved"}


@pytest.mark.parametrize(("operation", "state"), WITH_GIT)
def test_a_killed_git_command_only_delays_history(
    *, victim: Victim, worlds: Worlds, tried: Tried, tmp_path: Path, operation: str, state: str
) -> None:
    children = Children(victim, tmp_path)
    points = children.plan(operation, worlds(state))
    assert {point.command for point in points} >= _MAKING_A_COMMIT
    for point in of_this_turn(points):
        world = worlds(state)
        outcome, happened = children.attack(operation, world, point, "signal=SIGKILL")
        assert not outcome.status, outcome
        assert operation not in _SAVING or outcome.told(_SAVING[operation])
        assert_promises(world, outcome.said)
        tried("kills of git", happened)
