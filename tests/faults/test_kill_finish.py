"""Killed at any system call that makes something durable, finishing a session loses nothing."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable

import pytest

from reflect_tui.journal import Journal
from tests.faults.journal_state import CHILD, assert_whole_again, earlier_files

MakeJournal = Callable[..., Journal]


def _kill(strace: str, journal: Journal, call: str, when: int) -> bool:
    """Finish the draft and be killed at the call of this number; False when there are not so many."""
    inject = [f"--trace={call}", f"--inject={call}:signal=SIGKILL:when={when}"]
    command = [strace, "-qqq", "-o", "/dev/null", *inject]
    child = [sys.executable, str(CHILD), "finish", str(journal.root), str(journal.state)]
    return subprocess.run([*command, *child], check=False, capture_output=True).returncode != 0


@pytest.mark.parametrize("earlier", [True, False])
@pytest.mark.parametrize(
    ("call", "every"), [("linkat", 1), ("rename", 1), ("unlink", 1), ("mkdir", 1), ("fsync", 4), ("write", 1)]
)
def test_killed_while_finishing(strace: str, make_journal: MakeJournal, call: str, every: int, earlier: bool) -> None:
    killed = 0
    for when in itertools.count(1, every):
        journal = make_journal(f"{call}-{when}", earlier=earlier)
        before = earlier_files(journal)
        if not _kill(strace, journal, call, when):
            assert_whole_again(journal, before)
            break
        killed += 1
        assert_whole_again(journal, before)
    assert killed or call == "mkdir"
