"""How long it takes until every session of a journal is in the list, in a process that has just started."""

from __future__ import annotations

import subprocess
from functools import partial
from pathlib import Path

from tests.benchmarks.plan import MANY, Plan
from tests.benchmarks.results import Rows, in_turn, row
from tests.benchmarks.world import PYTHON, environment

# Each prints the seconds of its reading alone: what a process and its imports take is measured with the start.
_OURS = """
import sys, time
from pathlib import Path
from reflect_tui.tui import state
from tests.benchmarks import world
journal = world.journal(Path(sys.argv[1]))
before = time.perf_counter()
rows = state.read(journal).rows
print(time.perf_counter() - before)
assert len(rows) == int(sys.argv[2])
"""
_FLOOR = """
import sys, time, tomli
from pathlib import Path
before = time.perf_counter()
sessions = [tomli.loads(path.read_text("utf-8")) for path in Path(sys.argv[1]).glob("journal/sessions/*/*.toml")]
print(time.perf_counter() - before)
assert len(sessions) == int(sys.argv[2])
"""


def measured(plan: Plan) -> Rows:
    """Read whole journals; the floor reads the same files with the same parser, and does nothing with them."""
    for count in plan.sizes:
        home = plan.journal(count)
        yield row(
            f"list of {count:,} sessions complete / the same files read with the same parser",
            in_turn(
                partial(printed, _OURS, home, count),
                partial(printed, _FLOOR, home, count),
                plan.rounds(9 if count == MANY else 3),
            ),
            1.70 if count == MANY else None,
        )


def printed(code: str, home: Path, count: int) -> float:
    """Run code in an interpreter of its own and return the number that it prints."""
    command = (PYTHON, "-c", code, str(home), str(count))
    run = subprocess.run(command, env=environment(home), check=True, capture_output=True, text=True)
    return float(run.stdout)
