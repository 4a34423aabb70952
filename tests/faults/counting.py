"""Counts the states that the fault tests tried, and prints the sum at the end of a run, over all workers."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.faults import turns

_PROPERTY = "states tried"
_DIFFERENT = "different states"


class Tried:
    """How many states of each kind one test has tried."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def __call__(self, kind: str, number: int = 1) -> None:
        self._counts[kind] += number

    def keep(self, node: pytest.Item) -> None:
        """Leave the counts with the test, whose report travels to the one who prints."""
        node.user_properties.extend((_PROPERTY, f"{number} {kind}") for kind, number in self._counts.items())

    def keep_different(self, node: pytest.Item, number: int) -> None:
        """Leave with the test how many different states it found for the first time."""
        node.user_properties.append((_DIFFERENT, str(number)))


def write_sum(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many states were tried."""
    total: Counter[str] = Counter()
    different = 0
    for report in terminalreporter.stats.get("", []):
        if report.when == "teardown":
            for name, value in report.user_properties:
                if name == _PROPERTY:
                    number, kind = value.split(" ", 1)
                    total[kind] += int(number)
                elif name == _DIFFERENT:
                    different += int(value)
    if total:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(total.items()))
        left = f"; {different} different states were left, and each looked at"
        terminalreporter.write_line(f"fault states tried: {sum(total.values())} ({kinds}){left}; {turns.told()}")
