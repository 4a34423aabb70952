"""`doctor --fix` killed at any call that changes the disk: another one finishes it, and nothing is lost by the two."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui.store import repair
from reflect_tui.store.journal import Journal
from tests.faults.attack import DURABLE, Victim, plan
from tests.faults.counting import Tried
from tests.faults.git_children import Children
from tests.faults.journal_state import snapshot
from tests.faults.promises import assert_promises
from tests.faults.turns import of_this_turn
from tests.faults.worlds import SPOILED, World, Worlds

_STATES = ("broken", "worn", "lost", "covered")


def _repair(world: World) -> None:
    """Nothing was thrown away, not even what is spoiled; and another repair keeps it as well."""
    assert _is_kept(world.journal)
    list(repair.repair(world.journal))
    assert _is_kept(world.journal)


def _is_kept(journal: Journal) -> bool:
    parts = list(journal.root.glob(".git*"))
    found = snapshot(journal.state / "set-aside", *parts) | {
        str(path): path.read_bytes() for path in parts if path.is_file()
    }
    return any(SPOILED in data for data in found.values())


@pytest.mark.parametrize("state", _STATES)
def test_a_repair_killed_at_every_call_is_finished_by_the_next(
    victim: Victim, worlds: Worlds, tried: Tried, state: str
) -> None:
    for point in of_this_turn(plan(victim, "repair", worlds(state), DURABLE)):
        world = worlds(state)
        outcome = victim.attack("repair", world.journal, point.inject("signal=SIGKILL"))
        assert outcome.killed or not outcome.status, outcome
        assert_promises(world, first=_repair)
        tried("kills of a repair", outcome.killed)


@pytest.mark.parametrize("state", _STATES[:3])  # in the others its git does what it does in these
def test_a_repair_whose_git_is_killed_is_finished_by_the_next(
    victim: Victim, worlds: Worlds, tried: Tried, tmp_path: Path, state: str
) -> None:
    children = Children(victim, tmp_path)
    for point in of_this_turn(children.plan("repair", worlds(state))):
        world = worlds(state)
        outcome, happened = children.attack("repair", world, point, "signal=SIGKILL")
        assert (outcome.status, outcome.complaint) == (0, ""), outcome
        assert_promises(world, first=_repair)
        tried("kills of a repair's git", happened)
