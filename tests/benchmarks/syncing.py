"""How long a sync takes beside plain git: the first on a new device, and the tenth with one new session."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import time
from pathlib import Path

from reflect_tui.store.journal import Journal
from reflect_tui.usecases import syncing
from tests.benchmarks import saving, world
from tests.benchmarks.plan import MANY, MOST, Plan
from tests.benchmarks.results import Rows, in_turn, row


def measured(plan: Plan) -> Rows:
    """Measure a new device, and one that has all but the newest session, with many sessions and with most."""
    for count in (MANY,) if plan.quick else (MANY, MOST):
        yield from _measured(plan, count)


def _measured(plan: Plan, count: int) -> Rows:
    folder = plan.folder / f"syncing-{count}"
    journal = world.journal(world.filled(folder, count))
    bare = plan.folder / f"syncing-{count}.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(bare)], check=True)
    _synced(journal, bare)
    numbers = itertools.count(count)
    names = (plan.folder / f"device-{count}-{number}" for number in itertools.count())

    def first() -> float:
        home = world.home(next(names))
        before = time.perf_counter()
        _synced(world.journal(home), bare)
        seconds = time.perf_counter() - before
        shutil.rmtree(home)
        return seconds

    def fetched() -> float:
        home = world.home(next(names))
        root = home / "journal"
        before = time.perf_counter()
        world.git(home, home, "init", "-q", "journal")
        world.git(root, home, "fetch", "-q", str(bare), "main")
        world.git(root, home, "checkout", "-q", "-b", "main", "FETCH_HEAD")
        seconds = time.perf_counter() - before
        shutil.rmtree(home)
        return seconds

    def later() -> float:
        saving.recorded(journal, world.answered(next(numbers)))
        before = time.perf_counter()
        _synced(journal, bare)
        return time.perf_counter() - before

    plain = world.home(plan.folder / f"plain-{count}")
    world.git(plain, plain, "clone", "-q", str(bare), "journal")

    def sent() -> float:
        """Fetch what the journal sent, commit one session more, send it; it is taken back for the next round."""
        root = plain / "journal"
        world.git(root, plain, "fetch", "-q", "origin")
        world.git(root, plain, "reset", "-q", "--hard", "origin/main")
        saving.committed(root, plain, world.answered(next(numbers)))
        before = time.perf_counter()
        world.git(root, plain, "fetch", "-q", "origin")
        world.git(root, plain, "push", "-q", "origin", "HEAD:main")
        seconds = time.perf_counter() - before
        _synced(journal, bare)
        return seconds

    what = f"with {count:,} sessions"
    first_row = f"first sync on a new device {what} / git fetch, git checkout"
    yield row(first_row, in_turn(first, fetched, plan.rounds(5)), 1.50)
    yield row(f"a later sync {what} / git fetch, git push", in_turn(later, sent, plan.rounds(9)), 1.50)


def _synced(journal: Journal, bare: Path) -> None:
    syncing.sync(journal, str(bare), ask=lambda _question: True)
