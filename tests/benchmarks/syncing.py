"""How long a sync takes beside plain git: the first to an empty place, the first on a new device, and a later one."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from reflect_tui.store.journal import Journal
from reflect_tui.usecases import syncing
from tests.benchmarks import saving, world
from tests.benchmarks.plan import MANY, MOST, Plan
from tests.benchmarks.results import Rows, in_turn, row


def measured(plan: Plan) -> Rows:
    """Measure an empty place, a new device, and one session more, with many sessions and with most."""
    for count in (MANY,) if plan.quick else (MANY, MOST):
        devices = _Devices(plan.folder / f"syncing-{count}", count)
        what = f"with {count:,} sessions"
        wanted = 1.50 if count == MOST else None
        begun = in_turn(devices.begin, devices.push_all, plan.rounds(5))
        yield row(f"first sync to an empty place {what} / git push", begun, wanted)
        first = in_turn(devices.first, devices.fetch_all, plan.rounds(5))
        yield row(f"first sync on a new device {what} / git fetch, git checkout", first, wanted)
        later = in_turn(devices.later, devices.push_one, plan.rounds(9))
        yield row(f"a later sync {what} / git fetch, git push", later, 2.50 if count == MOST else None)
        world.git(devices.plain, devices.plain, "config", "--global", "core.fsync", "all")
        yield row(
            f"a later sync {what} / the same with core.fsync=all",
            in_turn(devices.later, devices.push_one, plan.rounds(9)),
        )


class _Devices:
    """One journal and a plain clone of it, which meet at a bare repository. Each measurement returns seconds."""

    def __init__(self, folder: Path, count: int) -> None:
        folder.mkdir()
        self._journal = world.journal(world.filled(folder / "own", count))
        self._places = (folder / f"place-{number}" for number in itertools.count())
        self._bare = self._empty()
        _sync(self._journal, self._bare)
        self.plain = world.home(folder / "plain")
        self._clone = self.plain / "journal"
        world.git(self.plain, self.plain, "clone", "-q", str(self._bare), "journal")
        self._numbers = itertools.count(count)

    def _empty(self) -> Path:
        place = next(self._places)
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(place)], check=True)
        return place

    def begin(self) -> float:
        place = self._empty()
        return _seconds(lambda: _sync(self._journal, place))

    def push_all(self) -> float:
        place = self._empty()
        return _seconds(lambda: self._git("push", "-q", str(place), "HEAD:main"))

    def first(self) -> float:
        home = world.home(next(self._places))
        seconds = _seconds(lambda: _sync(world.journal(home), self._bare))
        shutil.rmtree(home)
        return seconds

    def fetch_all(self) -> float:
        home = world.home(next(self._places))

        def fetch() -> None:
            world.git(home, home, "init", "-q", "journal")
            world.git(home / "journal", home, "fetch", "-q", str(self._bare), "main")
            world.git(home / "journal", home, "checkout", "-q", "-b", "main", "FETCH_HEAD")

        seconds = _seconds(fetch)
        shutil.rmtree(home)
        return seconds

    def later(self) -> float:
        _sync(self._journal, self._bare)
        saving.recorded(self._journal, world.answered(next(self._numbers)))
        return _seconds(lambda: _sync(self._journal, self._bare))

    def push_one(self) -> float:
        """Fetch what the journal sent, commit one session more, send it."""
        self._git("fetch", "-q", "origin")
        self._git("reset", "-q", "--hard", "origin/main")
        saving.committed(self._clone, self.plain, world.answered(next(self._numbers)))

        def send() -> None:
            self._git("fetch", "-q", "origin")
            self._git("push", "-q", "origin", "HEAD:main")

        return _seconds(send)

    def _git(self, *words: str) -> None:
        world.git(self._clone, self.plain, *words)


def _seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def _sync(journal: Journal, bare: Path) -> None:
    syncing.sync(journal, str(bare), ask=lambda _question: True)
