"""Killed at any system call that changes the disk, an operation loses nothing and is put right at the next start."""

from __future__ import annotations

import pytest

from tests.faults.attack import DURABLE, Victim, plan
from tests.faults.counting import Tried
from tests.faults.operations import ATTACKED
from tests.faults.promises import assert_promises
from tests.faults.turns import of_this_turn
from tests.faults.worlds import Worlds


@pytest.mark.parametrize(("operation", "state"), ATTACKED)
def test_killed_at_every_call_that_changes_the_disk(
    *, victim: Victim, worlds: Worlds, tried: Tried, operation: str, state: str
) -> None:
    points = of_this_turn(plan(victim, operation, worlds(state), DURABLE))
    killed = 0
    for point in points:
        world = worlds(state)
        outcome = victim.attack(operation, world.journal, point.inject("signal=SIGKILL"))
        assert outcome.killed or not outcome.status, outcome
        assert_promises(world, outcome.said)
        killed += outcome.killed
    tried("kills of the program", killed)
    assert killed > len(points) * 0.9  # threads share their work otherwise now and then
