"""How long it takes to start, to see the list, and to quit again; and how much memory the program then has."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.plan import Plan
from tests.benchmarks.results import Pairs, Rows, in_turn, row
from tests.benchmarks.window import Window
from tests.benchmarks.world import PROGRAM, PYTHON, environment

BARE = (PYTHON, str(Path(__file__).with_name("bare_app.py")))
BARE_PAINTED = "all is painted"
PAINTED = "all keys"  # the end of Home's bottom line, the last row of the screen
LISTED = "92/92"  # in the first row of the list
READ = "all in history"  # in the top line once the whole journal is read and compared with its history
SETTLED = 1.5  # seconds of silence after which nothing more is loaded


def measured(plan: Plan) -> Rows:
    """Measure starting and quitting."""
    few, many = plan.journal(10), plan.journal(plan.many)
    yield row(
        "start to first paint, 10 sessions / a bare Textual app",
        in_turn(lambda: painted(few), lambda: painted(None), plan.rounds(15)),
        1.20,
    )
    yield row(
        f"start to first paint, {plan.many} sessions / 10",
        in_turn(lambda: painted(many), lambda: painted(few), plan.rounds(15)),
        1.10,
    )
    yield row(
        "start to the newest session in the list, 10 sessions / a bare app's first paint",
        in_turn(lambda: painted(few, LISTED), lambda: painted(None), plan.rounds(9)),
    )
    yield row(
        f"the same, {plan.many} sessions / 10",
        in_turn(lambda: painted(many, LISTED), lambda: painted(few, LISTED), plan.rounds(5)),
    )
    yield row("quit / a bare Textual app", in_turn(lambda: quitted(few), lambda: quitted(None), plan.rounds(11)), 1.20)


def opened(home: Path | None) -> Window:
    """Open the app on the journal of a home, or the bare app."""
    if home is None:
        return Window(BARE, environment(Path("/nonexistent")))
    return Window((PROGRAM, "--journal", str(home / "journal"), "--lang", "en"), environment(home))


def painted(home: Path | None, text: str = PAINTED) -> float:
    """Give the seconds from the start of the process to a text on the screen; its chunk is the last of its frame."""
    window = opened(home)
    try:
        return window.until(BARE_PAINTED if home is None else text)
    finally:
        window.close()


def quitted(home: Path | None) -> float:
    """Give the seconds from the key that quits to the end of the process, long after the start is over."""
    window = opened(home)
    try:
        window.until(BARE_PAINTED if home is None else PAINTED)
        window.quiet(SETTLED)
        return window.ended("q")
    finally:
        window.close()


def remembered(home: Path | None, text: str = READ) -> float:
    """Give the megabytes in memory when the start is over."""
    window = opened(home)
    try:
        window.until(BARE_PAINTED if home is None else text)
        window.quiet(SETTLED)
        return window.memory()
    finally:
        window.close()


def memory(plan: Plan) -> Rows:
    """Measure memory."""
    few, many = plan.journal(10), plan.journal(plan.many)
    bare = [remembered(None) for _round in range(plan.rounds(3))]
    small = [remembered(few, READ) for _one in bare]
    large = [remembered(many, READ) for _one in bare]
    yield row("memory after start, 10 sessions / a bare Textual app", Pairs(small, bare), 1.40, unit="MB")
    yield row(f"memory after start, {plan.many} sessions / a bare Textual app", Pairs(large, bare), 2.00, unit="MB")
