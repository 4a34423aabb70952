"""Paper forms as they are: a column for each score, and a cross in one of them for each statement; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from reflect_tui.forms.cells import Cell, written
from reflect_tui.forms.statement_rows import plain
from reflect_tui.model.session import Score

Grid = Sequence[Sequence[Cell]]
Heads = Mapping[int, tuple[int, Score]]
"""The row and the score above columns."""
_CROSSES = frozenset({"x", "v", "✓", "✔", "✗", "✘", "☒", "☑", "×"})
_NUMBER_FIRST = re.compile(r"\s*(\d{1,2})\s*[=:.)–-]")
_FEWEST = 2  # columns that stand for scores, else the cross says something else


class Crossed(Struct, frozen=True):
    """A table with its crosses as scores, in the first column of those that stand for the scores of one day.

    `unclear` are the rows and columns of a second cross; `headless` the columns of crosses without a score above them,
    for statements that have no other.
    """

    grid: Grid
    unclear: Sequence[tuple[int, int]] = ()
    headless: Sequence[int] = ()
    is_read: bool = False


def as_scores(grid: Grid, first: int, used: Collection[int], score: Callable[[Cell], Score | None]) -> Crossed:
    """Write crosses in the rows `used` as the score that stands above them, before row `first`; `score` reads it."""
    crossed = [column for column in range(len(grid[0])) if used and _has_crosses_only(grid, used, column)]
    heads = {column: head for column in crossed if (head := _head(grid, first, column, score))}
    groups = [group for group in _groups(heads) if len(group) >= _FEWEST]
    table = [list(row) for row in grid]
    unclear = []
    for group in groups:
        _clear_heads(table, first, group, heads)
        for number in used:
            at = [column for column in group if grid[number][column] is not None]
            unclear += [(number, column) for column in at[1:]]
            chosen = heads[at[0]][1] if at else None
            table[number][group[0]] = float(chosen) if isinstance(chosen, int) else chosen
            for column in group[1:]:
                table[number][column] = None
    grouped = {column for group in groups for column in group}
    return Crossed(table, unclear, _headless(grid, used, grouped, set(crossed) - grouped), bool(groups))


def _clear_heads(table: list[list[Cell]], first: int, group: Sequence[int], heads: Heads) -> None:
    """Take out the scores above the columns of a group, and what stands above the first in a merged cell."""
    for column in group:
        table[heads[column][0]][column] = None
    for row in table[:first]:
        for column in group[1:]:
            row[column] = None if row[column] == row[group[0]] else row[column]


def _headless(grid: Grid, used: Collection[int], grouped: Collection[int], others: Collection[int]) -> list[int]:
    """Find the columns with crosses for statements that have none elsewhere: they stand for a score, not a remark."""
    marked = [number for number in used if any(grid[number][column] is not None for column in grouped)]
    rows = {column: {number for number in used if grid[number][column] is not None} for column in sorted(others)}
    return [column for column, numbers in rows.items() if numbers and numbers.isdisjoint(marked)]


def _has_crosses_only(grid: Grid, used: Collection[int], column: int) -> bool:
    """Check whether a column has nothing but crosses: it may have none, where nobody chose its score."""
    cells = [cell for number in used if (cell := grid[number][column]) is not None]
    return all(isinstance(cell, str) and (cell in _CROSSES or plain(cell) in _CROSSES) for cell in cells)


def _head(grid: Grid, first: int, column: int, score: Callable[[Cell], Score | None]) -> tuple[int, Score] | None:
    """Find the score above a column, and its row: 3, "3", its label, or 3 = often."""
    for number in reversed(range(first)):
        cell = grid[number][column]
        led = _NUMBER_FIRST.match(written(cell)) if isinstance(cell, str) else None
        value = score(cell) if cell is not None else None
        value = value if value is not None or led is None else score(led[1])
        if value is not None:
            return number, value
    return None


def _groups(heads: Heads) -> Iterator[list[int]]:
    """Split columns beside each other into those of one day each: a score that comes again begins the next."""
    group: list[int] = []
    for column in heads:
        seen = {heads[known][1] for known in group}
        if group and (column != group[-1] + 1 or heads[column][1] in seen):
            yield group
            group = []
        group.append(column)
    if group:
        yield group
