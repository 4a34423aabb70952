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
    """One line of the table; `unit` is that of `ours` and `floor`, a target without `times` is in that unit too."""

    what: str
    ours: float
    floor: float | None = None
    ratio: float | None = None
    unit: str = "ms"
    times: float | None = None
    at_most: float | None = None
    remark: str = ""

    @property
    def target(self) -> str:
        """What is to be reached, in words."""
        parts = [f"<= {self.times:.2f} x"] if self.times else []
        parts += [f"<= {self.at_most:g} {self.unit}"] if self.at_most else []
        return ", ".join(parts)

    @property
    def met(self) -> str:
        """Whether it is reached; nothing where nothing is to be reached."""
        if not self.target:
            return ""
        too_slow = self.times is not None and (self.ratio is None or self.ratio > self.times)
        too_much = self.at_most is not None and self.ours > self.at_most
        return "no" if too_slow or too_much else "yes"


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


def row(what: str, pairs: Pairs, times: float | None = None, *, unit: str = "ms", remark: str = "") -> Row:
    """Make a row of pairs in seconds (shown in milliseconds) or megabytes."""
    scale = 1000 if unit == "ms" else 1
    ours, floor = (scale * statistics.median(numbers) for numbers in pairs)
    return Row(what, ours, floor, pairs.ratio, unit, times, remark=remark)


def p95(numbers: Sequence[float]) -> float:
    """Give what 95 of 100 stay below, as statistics.quantiles counts it."""
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
    ratio = "" if row.ratio is None else f"{row.ratio:.2f} x"
    met = f"{row.met}; {row.remark}" if row.met and row.remark else row.met or row.remark
    return row.what, ratio, _number(row.ours, row.unit), _number(row.floor, row.unit), row.target, met


def _number(number: float | None, unit: str) -> str:
    if number is None:
        return ""
    return f"{number:.0f} {unit}" if number >= 100 or unit == "B" else f"{number:.1f} {unit}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Set numbers at the right, words at the left."""
    places = enumerate(zip(cells, widths, strict=True))
    return f"| {' | '.join(cell.rjust(n) if 0 < column < 4 else cell.ljust(n) for column, (cell, n) in places)} |"
