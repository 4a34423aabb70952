"""The power goes at any moment of an operation: what was shown as saved is there, and the next start puts all right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import Path

import pytest

from reflect_tui.model.session import relative_path
from reflect_tui.store.journal import Journal
from tests.faults.attack import Outcome, Victim
from tests.faults.counting import Tried
from tests.faults.operations import ATTACKED, SECOND_ID
from tests.faults.power import LOSSES, STRACE, Disk, Left, Loss, build
from tests.faults.promises import assert_promises
from tests.faults.worlds import Worlds

# Our own folder, which every transaction empties first.
_TEMPORARY = re.compile(r"\.tmp(/|$)")
_NOT_NEEDED = {f"journal/.git/reflect-tui/{name}" for name in ("index", "mark", "lock", "contents", "objects")}


@pytest.mark.parametrize(("operation", "state"), ATTACKED)
def test_a_power_cut_at_any_moment_loses_nothing_that_was_saved(
    *, victim: Victim, worlds: Worlds, tried: Tried, memory: Path, operation: str, state: str
) -> None:
    world = worlds(state)
    disk = Disk(world.journal.root.parent)
    outcome = victim.attack(operation, world.journal, STRACE)
    assert not outcome.status, outcome
    moments = chain(_moments(disk, outcome), [("fsync", {}, [])])
    for (_call, left, told), (following, *_rest) in pairwise(moments):
        for loss in left if "sync" in following else list(left)[:2]:
            build(left[loss], memory / "cut")
            started = Journal(memory / "cut" / "journal", memory / "cut" / "state")  # knows nothing of the cut before
            assert_promises(world._replace(journal=started), told)
            tried("power cuts")
    needed = {path for path in disk.unsafe() - _NOT_NEEDED if not _TEMPORARY.search(path)}
    assert not needed, "never fsynced"


def _moments(
    disk: Disk, outcome: Outcome
) -> Iterator[tuple[str, dict[Loss, dict[str, Left]], list[dict[str, object]]]]:
    """Give each call that changed the disk, what a power cut after it leaves, and what had been said by then.

    Of the kinds of loss those come first that suffice where no fsync follows: all, and one by turns.
    """
    for moment, call in enumerate(disk.replay(outcome.trace, outcome.path)):
        kinds = dict.fromkeys(("all", LOSSES[moment % len(LOSSES)], *LOSSES))
        yield call, {loss: disk.left_by(loss, seed=moment) for loss in kinds}, [json.loads(line) for line in disk.told]


@pytest.mark.parametrize("number", range(1, 15))
def test_a_power_cut_after_a_kill_and_a_new_start(victim: Victim, worlds: Worlds, tried: Tried, number: int) -> None:
    """Names that the killed program made and did not sync must be synced before the next one says "saved"."""
    world = worlds("first")
    disk = Disk(world.journal.root.parent)
    killed = victim.attack("finish", world.journal, [*STRACE, f"--inject=fsync:signal=SIGKILL:when={number}"])
    assert killed.killed
    for _call in disk.replay(killed.trace, killed.path):
        pass
    again = victim.attack("finish", world.journal, STRACE)
    assert not again.status, again
    for _call in disk.replay(again.trace, again.path):
        if disk.told:
            left = disk.left_by("all", 0)
            assert f"journal/{relative_path(SECOND_ID)}" in left or not again.told("saved")
            tried("power cuts")
            break
