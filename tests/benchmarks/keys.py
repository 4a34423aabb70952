"""How long a digit takes from the key to the last byte on the screen."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import world
from tests.benchmarks.plan import Plan
from tests.benchmarks.results import Row, Rows, p95
from tests.benchmarks.window import Answer, Window
from tests.benchmarks.world import PROGRAM, PYTHON, environment

_LIST = str(Path(__file__).with_name("bare_list.py"))
_DIGITS = 91  # of the 92: the last one opens the review
_BEGUN = "all keys"
_SETTLED = 1.0  # seconds of silence after which what is prepared behind the first paint is ready


class Typed(NamedTuple):
    """What one session's digits took, beside those of the bare list typed in turn."""

    ours: list[Answer]
    floor: list[Answer]


def measured(plan: Plan) -> Rows:
    """Fill in a session of 92 statements; the same digits go into the bare list."""
    home = plan.own("keys")
    rounds = [_typed(home) for _round in range(plan.rounds(4))]
    yield _row("a digit to the last byte, p95 / a bare list of rows", rounds, p95, 1.5)
    yield _row("a digit to the last byte, median / the same", rounds, statistics.median)


def _typed(home: Path) -> Typed:
    world.without_drafts(home)
    ours = Window((PROGRAM, "--journal", str(home / "journal"), "--lang", "en", "new"), environment(home))
    floor = Window((PYTHON, _LIST, str(_DIGITS + 1)), environment(home))
    try:
        ours.until(_BEGUN)
        floor.until("row 1 of")
        for window in (ours, floor):
            window.quiet(_SETTLED)
        typed = Typed([], [])
        for digit in itertools.islice(itertools.cycle("3424313"), _DIGITS):
            typed.ours.append(ours.press(digit))
            typed.floor.append(floor.press(digit))
        return typed
    finally:
        ours.close()
        floor.close()


def _row(what: str, rounds: list[Typed], of: Callable[[list[float]], float], times: float | None = None) -> Row:
    """Compare round by round; the middle one counts."""
    ours = [of([1000 * answer.seconds for answer in typed.ours]) for typed in rounds]
    floor = [of([1000 * answer.seconds for answer in typed.floor]) for typed in rounds]
    ratio = statistics.median(one / other for one, other in zip(ours, floor, strict=True))
    return Row(what, statistics.median(ours), statistics.median(floor), ratio, times=times)
