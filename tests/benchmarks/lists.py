"""How long a journal takes to read whole, by a process that never saw it before."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

from reflect_tui.tui import state
from tests.benchmarks import world
from tests.benchmarks.plan import Plan
from tests.benchmarks.results import Rows, in_turn, row
from tests.benchmarks.world import PYTHON, environment

# Each tells the seconds of its reading alone: what a process and its imports take is measured elsewhere.
_OURS = """
import sys, time
from reflect_tui.tui import state
from tests.benchmarks import world
from pathlib import Path
home = Path(sys.argv[1])
journal = world.journal(home)
before = time.perf_counter()
rows = state.read(journal).rows
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


def measured(plan: Plan) -> Rows:
    """Read a large journal again in a new process; the floor reads one SQLite file of what its list shows."""
    home, count = plan.journal(plan.many), plan.many
    file = home / "summaries.sqlite"
    _summaries(home, file)
    yield row(
        f"list of {count} sessions complete, second start / one SQLite file of the same summaries",
        in_turn(
            lambda: told(home, _OURS, str(home), str(count)),
            lambda: told(home, _FLOOR, str(file), str(count)),
            plan.rounds(7),
        ),
        3.00,
    )


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
