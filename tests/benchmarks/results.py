"""What a measurement gives: pairs measured in turn, medians of them, and one row of the table."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

Measure = Callable[[], float]


class Pairs(NamedTuple):
    """What was measured and its floor, one after the other, again and again."""

    ours: list[float]
    floor: list[float]

    @property
    def ratio(self) -> float:
        """The median of the ratios of each pair: a machine that is busy for a while slows both of one pair."""
        return statistics.median(one / other for one, other in zip(self.ours, self.floor, strict=True))


class Row(NamedTuple):
    """One line of the table; `unit` is that of `ours` and `floor`, `times` the highest ratio that meets the target."""

    what: str
    ours: float
    floor: float
    ratio: float
    unit: str = "ms"
    times: float | None = None

    @property
    def target(self) -> str:
        """What is to be reached, in words; empty for a row that is only to be known."""
        return f"<= {self.times:.2f} x" if self.times else ""

    @property
    def met(self) -> str:
        """Whether the target is met."""
        return "" if self.times is None else "met" if self.ratio <= self.times else "not met"


Rows = Iterator[Row]


def in_turn(ours: Measure, floor: Measure, rounds: int) -> Pairs:
    """Measure both once to warm them up, then one after the other, which one first changing every round."""
    ours(), floor()
    pairs = Pairs([], [])
    for number in range(rounds):
        if number % 2:
            pairs.floor.append(floor())
            pairs.ours.append(ours())
        else:
            pairs.ours.append(ours())
            pairs.floor.append(floor())
    return pairs


def row(what: str, pairs: Pairs, times: float | None = None, *, unit: str = "ms") -> Row:
    """Make a row of pairs in seconds (shown in milliseconds) or megabytes."""
    scale = 1000 if unit == "ms" else 1
    ours, floor = (scale * statistics.median(numbers) for numbers in pairs)
    return Row(what, ours, floor, pairs.ratio, unit, times)


def p95(numbers: Sequence[float]) -> float:
    """What 95 of 100 stay below, as statistics.quantiles counts it."""
    return statistics.quantiles(numbers, n=20, method="inclusive")[-1]


def table(rows: Sequence[Row]) -> str:
    """Set rows as a Markdown table, which reads well in a terminal too."""
    head = ("what", "ratio", "ours", "floor", "target", "met")
    cells = [head, *[_cells(row) for row in rows]]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    lines = [_line(line, widths) for line in cells]
    rule = ("-" * (width + 1) + (":" if 0 < column < 4 else "-") for column, width in enumerate(widths))
    lines.insert(1, f"|{'|'.join(rule)}|")
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    numbers = (_number(row.ours, row.unit), _number(row.floor, row.unit))
    return row.what, f"{row.ratio:.2f} x", *numbers, row.target, row.met


def _number(number: float, unit: str) -> str:
    return f"{number:.0f} {unit}" if number >= 100 else f"{number:.1f} {unit}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Set numbers at the right, words at the left."""
    places = enumerate(zip(cells, widths, strict=True))
    return f"| {' | '.join(cell.rjust(n) if 0 < column < 4 else cell.ljust(n) for column, (cell, n) in places)} |"
