"""How long a start takes to the first paint, and how much memory the program has when it is over."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tests.benchmarks.plan import FEW, MANY, Plan
from tests.benchmarks.results import Rows, in_turn, row
from tests.benchmarks.window import Window
from tests.benchmarks.world import PROGRAM, PYTHON, environment

BARE = (PYTHON, str(Path(__file__).with_name("bare_app.py")))
BARE_PAINTED = "leave"  # in the footer
PAINTED = "all keys"  # the end of Home's bottom line, the last row of the screen
READ = "all in history"  # in the top line once the whole journal is read and compared with its history
SETTLED = 1.5  # seconds of silence after which nothing more is loaded


def measured(plan: Plan) -> Rows:
    """Measure the first paint of journals of several sizes."""
    few = plan.journal(FEW)
    yield row(
        f"first paint, {FEW} sessions / a Textual app with Header, Footer and one Static",
        in_turn(partial(painted, few), partial(painted, None), plan.rounds(15)),
        1.30,
    )
    for count in plan.sizes:
        home = plan.journal(count)
        yield row(
            f"first paint, {count:,} sessions / {FEW}",
            in_turn(partial(painted, home), partial(painted, few), plan.rounds(15 if count == MANY else 5)),
            1.10 if count == MANY else None,
        )


def memory(plan: Plan) -> Rows:
    """Measure the memory of the process when the whole journal is read and nothing more is loaded."""
    for count in (FEW, MANY):
        home = plan.journal(count)
        pairs = in_turn(partial(remembered, home), partial(remembered, None), plan.rounds(3))
        yield row(
            f"memory after the start, {count:,} sessions / the same bare app",
            pairs,
            1.80 if count == MANY else None,
            unit="MB",
        )


def opened(home: Path | None) -> Window:
    """Open the app on the journal of a home, or the bare app."""
    if home is None:
        return Window(BARE, environment(Path("/nonexistent")))
    return Window((PROGRAM, "--journal", str(home / "journal"), "--lang", "en"), environment(home))


def painted(home: Path | None) -> float:
    """Measure the seconds from before the process exists to the bottom line on the screen."""
    window = opened(home)
    try:
        return window.until(BARE_PAINTED if home is None else PAINTED)
    finally:
        window.close()


def remembered(home: Path | None) -> float:
    """Measure the megabytes in memory when the start is over."""
    window = opened(home)
    try:
        window.until(BARE_PAINTED if home is None else READ)
        window.quiet(SETTLED)
        return window.memory()
    finally:
        window.close()
