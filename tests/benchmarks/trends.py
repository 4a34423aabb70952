"""How long it takes to draw the trends of two thousand sessions."""

from __future__ import annotations

import statistics

from tests.benchmarks import starting
from tests.benchmarks.plan import Plan
from tests.benchmarks.results import Row, Rows

_ESCAPE = "\x1b[27u"  # as terminals with kitty's key reports say it: no need to wait whether a sequence follows


def measured(plan: Plan) -> Rows:
    """Open the trends from Home, go back, and open them again."""
    count = 2_000
    first, again = [], []
    for _round in range(plan.rounds(5)):
        window = starting.opened(plan.journal(count))
        try:
            window.until(starting.READ)
            window.quiet(starting.SETTLED)
            first.append(window.press("t", 0.3).seconds)
            if "▁" in window.text and "n=" not in window.text:
                raise RuntimeError(f"no trends were drawn:\n{window.text[-3000:]}")
            for _time in range(3):
                window.press(_ESCAPE, 0.3)
                again.append(window.press("t", 0.3).seconds)
        finally:
            window.close()
    said = f"trends over {count} sessions drawn"
    yield Row(f"{said}, first time after the start", 1000 * statistics.median(first), at_most=150)
    yield Row(f"{said}, again", 1000 * statistics.median(again), at_most=150)
