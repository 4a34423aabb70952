"""Attacks an act at every call of one name, each time on a copy of the same journal."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from reflect_tui.store.journal import Journal
from tests.faults.attack import Point, Victim
from tests.faults.fingerprint import fingerprint
from tests.faults.turns import numbers


def at_every_call(
    victim: Victim, folder: Path, act: str, how: tuple[str, str], *,
    prepare: Callable[[Journal], object], check: Callable[[Journal], object], whole: bool = False,
) -> int:  # fmt: skip
    """Let something happen at each call (name, what happens) of an act that is up in this turn; return their number.

    `prepare` makes the journal, in a folder of its own below `folder`; `check` looks at what an attack left. What was
    left in the very same way before is not looked at again; beside the journal too when the `whole` folder counts.
    """
    call, what = how
    model, base = folder / "model", folder / "attacked"
    model.mkdir()
    prepare(Journal(model / "journal", model / "state"))
    seen: set[str] = set()
    for tried, when in enumerate(numbers()):
        shutil.rmtree(base, ignore_errors=True)
        shutil.copytree(model, base, symlinks=True)
        journal = Journal(base / "journal", base / "state")
        outcome = victim.attack(act, journal, Point(call, when).inject(what))
        assert outcome.killed or (outcome.status, outcome.complaint) == (0, ""), outcome
        left = fingerprint(base) if whole else fingerprint(journal.root, journal.state)
        if left not in seen:
            check(Journal(journal.root, journal.state))
        seen.add(left)
        if not outcome.killed and "INJECTED" not in outcome.trace:
            return tried
    raise AssertionError
