"""How long a digit takes from the key to the last byte on the screen, and how many bytes it costs."""

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
_LARGE = str(Path(__file__).with_name("large_app.py"))
_DIGITS = 91  # of the 92: the last one opens the review
_BEGUN = "all keys"
_SETTLED = 1.0  # seconds of silence after which what is prepared behind the first paint is ready
_FRAME = 16.0  # milliseconds


class Typed(NamedTuple):
    """What one session's digits took, beside those of the bare list typed in turn."""

    ours: list[Answer]
    floor: list[Answer]


def measured(plan: Plan) -> Rows:
    """Measure 92 and 1,000 items."""
    home = plan.own("keys")
    world.large_instrument(home / "large", 1_000)
    program = (PROGRAM, "--journal", str(home / "journal"), "--lang", "en", "new")
    large = (PYTHON, _LARGE, str(home / "large"), *program[1:], "--instrument", "large")
    sizes: list[Answer] = []
    for count, command in ((92, program), (1_000, large)):
        rounds = [_typed(home, command, count) for _round in range(plan.rounds(4))]
        sizes += [answer for typed in rounds for answer in typed.ours]
        yield _row(f"digit to last byte, p95, {count} items / a bare list of rows", rounds, p95, 1.5)
        yield _row(f"the same, median, {count} items", rounds, statistics.median)
    most = max(answer.size for answer in sizes)
    yield Row("most bytes sent to the terminal for a digit", most, unit="B", at_most=2_000)
    yield Row("bytes sent for a digit, median", statistics.median(answer.size for answer in sizes), unit="B")


def _typed(home: Path, command: tuple[str, ...], count: int) -> Typed:
    world.without_drafts(home)
    ours = Window(command, environment(home))
    floor = Window((PYTHON, _LIST, str(count)), environment(home))
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
    most = _FRAME if times else None
    return Row(what, statistics.median(ours), statistics.median(floor), ratio, times=times, at_most=most)
