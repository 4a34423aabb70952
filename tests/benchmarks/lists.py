"""How long a journal takes to be listed, and to be read whole, by a process that never saw it before."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from pathlib import Path

from reflect_tui.tui import state
from reflect_tui.tui.services.journal import FIRST
from tests.benchmarks import world
from tests.benchmarks.plan import Plan
from tests.benchmarks.results import Rows, in_turn, row
from tests.benchmarks.world import PYTHON, environment

# Each tells the seconds of its reading alone: what a process and its imports take is measured elsewhere.
_OURS = """
import sys, time
from reflect_tui.tui import state
from reflect_tui.tui.journal_work import FIRST
from tests.benchmarks import world
from pathlib import Path
home = Path(sys.argv[1])
newest = int(sys.argv[3]) or None
journal = world.journal(home)
before = time.perf_counter()
rows = state.read(journal, (), newest).rows
print(time.perf_counter() - before)
assert len(rows) == int(sys.argv[2])
"""
_FLOOR = """
import sqlite3, sys, time
before = time.perf_counter()
rows = sqlite3.connect(sys.argv[1]).execute("SELECT * FROM summaries ORDER BY started DESC").fetchall()
print(time.perf_counter() - before)
assert len(rows) == int(sys.argv[2])
"""


_SETTLED = 2.5  # seconds after which a file that was written can be told from its next version


def measured(plan: Plan) -> Rows:
    """List a large journal again in a new process; the floor reads one SQLite file of what its list shows.

    The list is complete before the notes of all its sessions are read; that goes on behind it.
    """
    home, count = plan.journal(plan.many), plan.many
    file = home / "summaries.sqlite"
    world.journal(home).state.mkdir(parents=True, mode=0o700, exist_ok=True)  # as the app makes it when it starts
    time.sleep(_SETTLED)
    _summaries(home, file)

    def ours(newest: int) -> float:
        return told(home, _OURS, str(home), str(count), str(newest))

    def floor() -> float:
        return told(home, _FLOOR, str(file), str(count))

    what = f"list of {count} sessions complete, second start / one SQLite file of the same summaries"
    yield row(what, in_turn(lambda: ours(FIRST), floor, plan.rounds(7)), 3.00)
    yield row("all of them read behind it, notes included / the same", in_turn(lambda: ours(0), floor, plan.rounds(3)))


def told(home: Path, code: str, *words: str) -> float:
    """Run code in an interpreter of its own and give the number it tells."""
    run = subprocess.run(
        (PYTHON, "-c", code, *words), env=environment(home), check=True, capture_output=True, text=True
    )
    return float(run.stdout)


def _summaries(home: Path, file: Path) -> None:
    found = state.read(world.journal(home))
    columns = "(path, id, instrument, version, digest, role, started, finished, answered, total, verdicts)"
    with sqlite3.connect(file) as database:
        database.execute(f"CREATE TABLE summaries {columns}")
        for entry, row_ in zip(found.entries, found.rows, strict=True):
            one = entry.session
            if one is None:
                raise RuntimeError(f"{entry.path} can't be read")
            values = (entry.path, one.id, one.instrument, one.version, one.digest, one.role, str(one.started))
            more = (str(one.finished), row_.answered, row_.total, " ".join(map(str, one.scores.values())))
            database.execute("INSERT INTO summaries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*values, *more))
