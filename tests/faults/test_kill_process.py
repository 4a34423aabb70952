"""Killed at any system call that changes the disk, an operation loses nothing and is put right at the next start."""

from __future__ import annotations

import pytest

from tests.faults.attack import DURABLE, Victim, every, plan
from tests.faults.counting import Tried
from tests.faults.promises import assert_promises
from tests.faults.worlds import Worlds

_OPERATIONS = [
    ("begin", "deleted", 1),
    ("fill_in", "ready", 1),
    ("finish", "ready", 1),
    ("finish", "first", 1),
    ("delete", "ready", 1),
    ("restore", "deleted", 1),
    ("discard", "ready", 1),
    ("recover", "half", 1),
    ("take_in", "elsewhere", 1),
]


@pytest.mark.parametrize(("operation", "state", "step"), _OPERATIONS)
def test_killed_at_every_call_that_changes_the_disk(
    *, victim: Victim, worlds: Worlds, tried: Tried, operation: str, state: str, step: int
) -> None:
    points = every(plan(victim, operation, worlds(state), DURABLE), step)
    killed = 0
    for point in points:
        world = worlds(state)
        outcome = victim.attack(operation, world.journal, point.inject("signal=SIGKILL"))
        assert outcome.killed or not outcome.status, outcome
        assert_promises(world, outcome.said)
        killed += outcome.killed
    tried("kills of the program", killed)
    assert killed > len(points) * 0.9  # new commits have new ids, which share folders now and then
