"""A program killed while a draft is filled in loses at most the key in hand."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal
from tests.faults.journal_state import CHILD

MakeJournal = Callable[..., Journal]


@pytest.mark.parametrize("seed", range(12))
def test_killed_at_any_moment(make_journal: MakeJournal, seed: int) -> None:
    journal = make_journal("killed", earlier=False)
    command = [sys.executable, str(CHILD), "fill_in", str(journal.root), str(journal.state)]
    (before,) = journal.drafts.all()
    assert isinstance(before, Draft)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(random.Random(seed).uniform(0, 0.15))
        child.send_signal(signal.SIGKILL)
        told = child.stdout.read().decode().splitlines()
    (after,) = journal.drafts.all()
    assert isinstance(after, Draft)
    assert not after.damaged
    assert len(after.acts) - len(before.acts) >= int(told[-1] if told else 1)
    items = [act.item for act in after.acts if hasattr(act, "item")]
    order = journal.drafts.instrument(after).items
    assert items == [order[number % len(order)].id for number in range(len(items))]
    journal.drafts.resume(after).close()
