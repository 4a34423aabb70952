"""Which calls a run attacks: one in three, turned round from day to day, or all (REFLECT_TUI_FAULTS_TURN=all)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

P = TypeVar("P")

TURNS = 3
CHOSEN = os.environ.get("REFLECT_TUI_FAULTS_TURN") or str(datetime.now(UTC).toordinal() % TURNS)
"""Read at import: a test's own environment has no variable of ours."""
if CHOSEN not in {"all", *map(str, range(TURNS))}:
    raise ValueError(f"REFLECT_TUI_FAULTS_TURN is {CHOSEN!r}; it must be 0, 1, 2 or all")


def of_this_turn(points: Sequence[P]) -> Sequence[P]:
    """Return the first point, and of the others every third that is up in this turn; all of few."""
    if CHOSEN == "all" or len(points) <= TURNS:
        return points
    return [points[0], *points[1 + int(CHOSEN) :: TURNS]]


def numbers() -> Iterator[int]:
    """Count calls of which nobody knows how many there are: 1, and of the others those that are up in this turn."""
    yield 1
    number, step = (2, 1) if CHOSEN == "all" else (2 + int(CHOSEN), TURNS)
    while True:
        yield number
        number += step


def told() -> str:
    """Say which turn it is."""
    if CHOSEN == "all":
        return "every call attacked"
    return f"one call in {TURNS} attacked, turn {CHOSEN} (REFLECT_TUI_FAULTS_TURN=0, 1, 2 or all; `make faults-all`)"
