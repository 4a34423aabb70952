"""Killed while what is kept beside a moved journal comes along, nothing of it is lost, and the next start goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from reflect_tui.store.journal import Journal
from tests.faults.attack import Victim
from tests.faults.counting import Tried
from tests.faults.every_call import at_every_call
from tests.faults.moved_acts import KEPT, before, move_a_journal, take_along


def _kept(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in KEPT if (folder / name).exists()}


def _assert_all_comes_along(journal: Journal) -> None:
    here, there = _kept(journal.state), _kept(before(journal))
    assert {**here, **there} == KEPT
    assert not here.keys() & there.keys()
    take_along(journal)
    assert _kept(journal.state) == KEPT
    assert not list(before(journal).glob("*"))
    assert journal.recover(locked=True).recorded.commits == ()
    assert not list(journal.root.parent.glob("**/*.tmp"))


@pytest.mark.parametrize(
    "how",
    [
        ("write", "signal=SIGKILL"), ("rename", "signal=SIGKILL"), ("unlink", "signal=SIGKILL"),
        ("fsync", "signal=SIGKILL"), ("mkdir", "signal=SIGKILL"), ("rmdir", "signal=SIGKILL"),
        ("write", "error=ENOSPC"), ("rename", "error=EIO"), ("fsync", "error=EIO"),
    ],
)  # fmt: skip
def test_killed_or_refused_while_drafts_come_along(
    *, victim: Victim, memory: Path, tried: Tried, how: tuple[str, str]
) -> None:
    count = at_every_call(
        victim, memory, "take_along", how, prepare=move_a_journal, check=_assert_all_comes_along, whole=True
    )
    tried("kills and refusals of the program", count)
    assert count
