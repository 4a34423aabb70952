"""`doctor --fix` killed at any call that changes the disk: another one finishes it, and nothing is lost by the two."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui.journal import repairing
from tests.faults.attack import DURABLE, Victim, plan
from tests.faults.counting import Tried
from tests.faults.git_children import Children
from tests.faults.journal_state import snapshot
from tests.faults.promises import assert_promises
from tests.faults.worlds import SPOILED, World, Worlds

_STATES = ("broken", "worn")


def _repair(world: World) -> None:
    """Nothing was thrown away, not even what is spoiled; and another repair keeps it as well."""
    folders = (*world.journal.root.glob(".git*"), world.journal.state / "set-aside")
    assert SPOILED in snapshot(*folders).values()
    list(repairing.repair(world.journal))
    assert SPOILED in snapshot(*folders, *world.journal.root.glob(".git.broken*")).values()


@pytest.mark.parametrize("state", _STATES)
def test_a_repair_killed_at_every_call_is_finished_by_the_next(
    victim: Victim, worlds: Worlds, tried: Tried, state: str
) -> None:
    for point in plan(victim, "repair", worlds(state), DURABLE):
        world = worlds(state)
        outcome = victim.attack("repair", world.journal, point.inject("signal=SIGKILL"))
        assert outcome.killed or not outcome.status, outcome
        assert_promises(world, first=_repair)
        tried("kills of a repair", outcome.killed)


@pytest.mark.parametrize("state", _STATES)
def test_a_repair_whose_git_is_killed_is_finished_by_the_next(
    victim: Victim, worlds: Worlds, tried: Tried, tmp_path: Path, state: str
) -> None:
    children = Children(victim, tmp_path)
    for point in children.plan("repair", worlds(state)):
        world = worlds(state)
        outcome, happened = children.attack("repair", world, point, "signal=SIGKILL")
        assert (outcome.status, outcome.complaint) == (0, ""), outcome
        assert_promises(world, first=_repair)
        tried("kills of a repair's git", happened)
