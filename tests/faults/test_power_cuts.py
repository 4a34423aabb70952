"""The power goes at any moment of an operation: what was shown as saved is there, and the next start puts all right."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from reflect_tui.journal import Journal
from reflect_tui.session import relative_path
from tests.faults.attack import Victim
from tests.faults.counting import Tried
from tests.faults.operations import SECOND_ID
from tests.faults.power import LOSSES, STRACE, Disk, build
from tests.faults.promises import assert_promises
from tests.faults.worlds import World, Worlds

# Our own corner, which every turn tidies, and the lock on the index, which it takes away.
_NOT_NEEDED = {"journal/.git/reflect-tui/index", "journal/.git/reflect-tui/mark", "journal/.git/reflect-tui/lock"}


@pytest.mark.parametrize(
    ("operation", "state"),
    [
        ("begin", "deleted"),
        ("fill_in", "ready"),
        ("finish", "ready"),
        ("finish", "first"),
        ("delete", "ready"),
        ("restore", "deleted"),
    ],
)
def test_a_power_cut_at_any_moment_loses_nothing_that_was_saved(
    *, victim: Victim, worlds: Worlds, tried: Tried, memory: Path, operation: str, state: str
) -> None:
    world = worlds(state)
    top = world.journal.root.parent
    disk = Disk(top)
    outcome = victim.attack(operation, world.journal, STRACE)
    assert not outcome.status, outcome
    seen: set[str] = set()
    after = World(Journal(memory / "cut" / "journal", memory / "cut" / "state"), world.sessions, world.acts)
    for moment, _call in enumerate(disk.replay(outcome.trace, outcome.path)):
        loss = LOSSES[moment % len(LOSSES)]
        for kind in {"all", loss}:
            left = disk.left_by(kind, seed=moment)
            mark = hashlib.sha256(repr((sorted(left.items()), disk.told)).encode()).hexdigest()
            if mark in seen:
                continue
            seen.add(mark)
            build(left, memory / "cut")
            assert_promises(after, [json.loads(line) for line in disk.told])
            tried("power cuts")
    needed = {path for path in disk.unsafe() - _NOT_NEEDED if not path.endswith(".tmp")}
    assert not needed, "never fsynced"


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
