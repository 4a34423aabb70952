"""Draws means over time as lines of plain text; the only module that knows plotext.

The threshold has a row of its own. What lies strictly above it is drawn in the rows above, all else in the rows below,
filled from the threshold to the mean: a verdict is seen at a glance, and no rounding can change it. The place of every
dot is computed in exact arithmetic; plotext sets it in braille, eight dots to a cell.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Container, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from msgspec import Struct, structs

from reflect_tui.i18n import format_number
from reflect_tui.views.bars import part

HOLLOW, REFERENCE = "○", "◇"
"""A mean on too few items for a verdict, and one that is left of old years."""

THRESHOLD = "╌"
"""What lies above this row is high."""

TARGET = "◂"
"""What a goal wants to reach, at the right edge."""

EVENT, WALKED, OTHER_COUNT = "┊", "┼", "n"
"""On the threshold's row: something happened; the session walked to; n is half or twice that of the session before."""

BRAILLE = frozenset(map(chr, range(0x2801, 0x2900)))
_GAP = 2  # columns of dots at least between two stretches of a line
_DOTS = 4  # dots of braille in a cell, one above the other

Mean = Fraction | float


class Dot(Struct, frozen=True):
    """One session in a chart: `when` in seconds, its mean, and whether that has a verdict.

    The line does not reach a dot that `starts` a new one. A dot with a `mark` of its own is someone else's.
    One of the `same_day` as the dot before stands alone in a cell that both are in.
    """

    when: float
    mean: Mean
    covered: bool = True
    starts: bool = False
    mark: str = ""
    same_day: bool = False


class Frame(Struct, frozen=True):
    """The part of the scale that is shown and a time across, in seconds: the same in every panel.

    `targets` are means that goals want to reach. `ticks` stand on the threshold's row: EVENT, WALKED or OTHER_COUNT by
    moment. Those outside the frame are left out. A `zoomed` frame takes up all rows that a chart has. On a page some
    of whose thresholds `split` the step between two points, these are as far apart in all panels.
    """

    low: Fraction
    high: Fraction
    threshold: Fraction
    first: float
    last: float
    zoomed: bool = False
    split: bool = False
    targets: tuple[Fraction, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()

    def across(self, when: float) -> float:
        """How far along the time a moment is, 0 to 1; a single moment is the middle."""
        return part(when, self.first, self.last)

    def holds(self, dot: Dot) -> bool:
        """Whether a dot lies in the frame: never nan or infinity, which would abort the process in plotext."""
        return self.first <= dot.when <= self.last and self.low <= dot.mean <= self.high

    def check(self) -> None:
        """Refuse what can't be drawn: ValueError."""
        if not (self.low < self.high and self.low <= self.threshold <= self.high and self.first <= self.last):
            raise ValueError(f"no scale and time to draw on: {self}")
        if not (math.isfinite(self.first) and math.isfinite(self.last)):
            raise ValueError(f"a chart has no room for infinity: {self}")


class Grid(Struct, frozen=True):
    """How many rows a chart has on either side of the threshold's row; a point of the scale takes `step` of them.

    Without a step each side is divided evenly.
    """

    above: int
    below: int
    step: int = 0

    @property
    def height(self) -> int:
        """All its rows."""
        return self.above + 1 + self.below

    def row(self, level: int) -> int:
        """The row of a level, from the top."""
        if level > 0:
            return self.above - 1 - (level - 1) // _DOTS
        return self.above + 1 + (-level - 1) // _DOTS


class Chart(Struct, frozen=True):
    """A drawn chart: rows of equal width, which of them is the threshold's, and the first column of the plot."""

    rows: tuple[str, ...]
    threshold: int
    start: int
    columns: int

    def column(self, across: float) -> int:
        """The column of a moment so far along the time."""
        return self.start + _dot_column(across, self.columns) // 2


def grid_within(frame: Frame, height: int) -> Grid:
    """Divide at most `height` rows so that the points of the scale lie on the borders of rows, equally far apart.

    A threshold between two points divides the rows of that step, at least one on either side. Where there are too few
    rows for that, or rows would stay empty in a zoomed frame, both sides get about the share that they have of the
    scale, at least one.
    """
    up, down = frame.high - frame.threshold, frame.threshold - frame.low
    room = max(height - 1, 2)
    is_whole = frame.high.denominator == frame.low.denominator == 1
    if down and is_whole and not frame.zoomed and (step := _rows_a_point(frame, room)):
        near = max(
            1, min(round(up % 1 * step), step - 1)
        )  # rows of a step above the threshold, where that is within it
        above, below = (near, max(1, step - near)) if up % 1 else (0, 0)
        grid = Grid(int(up) * step + above, int(down) * step + below, step)
        if grid.above + grid.below <= room:
            return grid
    above = max(1, min(round(room * up / (up + down)), room - 1))
    return Grid(above, room - above)


def _rows_a_point(frame: Frame, room: int) -> int:
    """How many rows a point of the scale can take: an even number where a threshold lies within a step."""
    rows = int(room // (frame.high - frame.low))
    is_split = frame.split or frame.threshold.denominator > 1
    return rows - rows % 2 if is_split and rows > 1 else rows


def level(mean: Mean, frame: Frame, grid: Grid) -> int:
    """The height of a mean in dots from the threshold: 1 is the first above it, -1 the first below; never 0.

    Strictly above the threshold is above 0, a larger mean is never lower, and a point of the scale on a border fills
    the rows up to it.
    """
    if mean > frame.threshold:
        return _dots_of(mean - frame.threshold, frame.high - frame.threshold, grid.above, grid.step)
    return -_dots_of(frame.threshold - mean, frame.threshold - frame.low, grid.below, grid.step)


def _dots_of(distance: Mean, whole: Fraction, rows: int, step: int) -> int:
    """How many dots a distance takes where a whole one takes all dots of so many rows: at least one, at most all.

    With a `step` a point of the scale takes so many rows, and what lies before the first one the others.
    """
    near = whole % 1
    before = rows - int(whole) * step
    if not whole:
        return 1
    if not (step and near):
        height = distance * rows / whole
    elif distance <= near:
        height = distance * before / near
    else:
        height = before + (distance - near) * step
    return max(1, min(math.ceil(height * _DOTS), _DOTS * rows))


def draw(
    dots: Sequence[Dot], frame: Frame, width: int, height: int, *, figures: Sequence[tuple[float, Mean, str]] = ()
) -> Chart:
    """Draw a chart of exactly `width` columns and at most `height` rows.

    One's own dots are joined and filled, hollow ones and those of others are marks; no mark of another hides one's own
    newest dot or its figure, and of several of one day in a cell the last is drawn. `figures` are texts beside a mean:
    the later ones first, each where it has room.

    Raises:
        ValueError: the frame is not finite, or its scale is empty.
    """
    frame.check()
    grid = grid_within(frame, height)
    labels = _labels(frame, grid)
    start = min(max(map(len, labels.values()), default=0) + 1, max(0, width - 3))
    columns = max(1, width - start - 1)  # the last one is for targets
    shown = sorted(filter(frame.holds, dots), key=lambda dot: dot.when)
    mine = _newest_of_a_day([dot for dot in shown if not dot.mark], frame, columns)
    cells = _filled(mine, frame, grid, columns)
    cells.insert(grid.above, list(THRESHOLD * columns))
    for when, tick in frame.ticks:
        if frame.first <= when <= frame.last:
            cells[grid.above][_dot_column(frame.across(when), columns) // 2] = tick
    hidden = {dot.when for dot in shown if not dot.mark} - {dot.when for dot in mine}
    texts = [(_place(mean, when, frame, grid, columns), text) for when, mean, text in figures if when not in hidden]
    own = [(dot, _place(dot.mean, dot.when, frame, grid, columns)) for dot in mine]
    _set_marks(cells, [(place, HOLLOW) for dot, place in own if not dot.covered])
    _write(cells, grid, labels, texts[:1])
    others = [(_place(dot.mean, dot.when, frame, grid, columns), dot.mark) for dot in shown if dot.mark]
    _set_marks(cells, others, newest=own[-1][1] if own else None)
    _write(cells, grid, labels, texts[1:])
    edge = {
        grid.row(level(mean, frame, grid)) if mean != frame.threshold else grid.above
        for mean in frame.targets
        if frame.low <= mean <= frame.high
    }
    rows = tuple(
        (labels.get(number, "").ljust(start)[:start] + "".join(row) + (TARGET if number in edge else " "))[:width]
        for number, row in enumerate(cells)
    )
    return Chart(rows, grid.above, start, columns)


def _newest_of_a_day(dots: Iterable[Dot], frame: Frame, columns: int) -> list[Dot]:
    """Leave out what one cell can't show beside a later mean of the same day: else the older one would stand there."""
    kept: list[Dot] = []
    for dot in dots:
        last = kept[-1] if kept else None
        if last and dot.same_day and last.covered == dot.covered:
            cells = {_dot_column(frame.across(one.when), columns) // 2 for one in (last, dot)}
            if len(cells) == 1:
                kept.pop()
                dot = structs.replace(dot, starts=dot.starts or last.starts)  # noqa: PLW2901 -- the same mean
        kept.append(dot)
    return kept


def available() -> bool:
    """Load what draws charts, in a tenth of a second; False where there is no package of it (musl, some ARM)."""
    with contextlib.suppress(ImportError):
        _plotext()
        return True
    return False


def _dot_column(across: float, columns: int) -> int:
    return round((2 * columns - 1) * across)


def _labels(frame: Frame, grid: Grid) -> dict[int, str]:
    """The points of the scale by row: the threshold's on its own, the others where the rows up to them end."""
    labels = {grid.above: _label(frame.threshold)}
    points = [Fraction(value) for value in range(math.ceil(frame.low), math.floor(frame.high) + 1)]
    for value in (frame.high, frame.low, *points):
        height = level(value, frame, grid)
        if value != frame.threshold and (height % _DOTS == 0 or value in (frame.low, frame.high)):
            labels.setdefault(grid.row(height), _label(value))
    return labels


def _label(value: Fraction) -> str:
    return format_number(float(value), 0 if value.denominator == 1 else 1)


def _filled(dots: Sequence[Dot], frame: Frame, grid: Grid, columns: int) -> list[list[str]]:
    """The cells of both sides, without the threshold's row, filled from the threshold to one's own means."""
    highest: dict[int, int] = {}
    lowest: dict[int, int] = {}
    for column, height in _heights(dots, frame, grid, columns):
        side, choose = (highest, max) if height > 0 else (lowest, min)
        side[column] = choose(side.get(column, height), height)
    set_dots = [
        (column, _DOTS * grid.below - 1 + up) for column, height in highest.items() for up in range(1, height + 1)
    ]
    set_dots += [
        (column, _DOTS * grid.below - down) for column, height in lowest.items() for down in range(1, 1 - height)
    ]
    return _braille(set_dots, columns, grid.above + grid.below)


def _heights(dots: Sequence[Dot], frame: Frame, grid: Grid, columns: int) -> Iterator[tuple[int, int]]:
    """The level in every column of dots that one's own line passes; a dot alone is two columns wide.

    However near in time, two stretches have a gap between them: the earlier one ends a few dots sooner for that.
    """
    last = 2 * columns - 1
    for stretch in reversed(list(_stretches(dots))):
        places = [(min(_dot_column(frame.across(dot.when), columns), last), dot.mean) for dot in stretch]
        first, end = places[0][0], places[-1][0]
        if first == end:
            first = end = max(0, end - 1 if end | 1 > last else end & ~1)
            places = [(first, mean) for _column, mean in places] + [(first + 1, places[-1][1])]
        for column, mean in places:
            yield column, level(mean, frame, grid)
        for (start, left), (end, right) in pairwise(places):
            for column in range(start + 1, end):
                yield column, level(left + (right - left) * Fraction(column - start, end - start), frame, grid)
        last = max(1, first - 1 - _GAP)


def _stretches(dots: Iterable[Dot]) -> Iterator[list[Dot]]:
    """Part the dots where the line does not go on: at a gap, at other items, at a mean without a verdict."""
    stretch: list[Dot] = []
    for dot in dots:
        if stretch and (dot.starts or not dot.covered):
            yield stretch
            stretch = []
        if dot.covered:
            stretch.append(dot)
    if stretch:
        yield stretch


_OFF_LABEL = 2  # columns between the label of a row and a figure in it

_Place = tuple[int, int]  # row and column of a cell


def _place(mean: Mean, when: float, frame: Frame, grid: Grid, columns: int) -> _Place:
    return grid.row(level(mean, frame, grid)), _dot_column(frame.across(when), columns) // 2


def _set_marks(cells: Sequence[list[str]], marks: Iterable[tuple[_Place, str]], newest: _Place | None = None) -> None:
    """Set each mark in its cell, or near it; never in that of one's own newest dot."""
    for (row, column), mark in marks:
        kept = newest[1] if newest and newest[0] == row else None
        cells[row][_free(cells[row], column, mark, kept)] = mark


def _free(row: Sequence[str], column: int, mark: str, kept: int | None = None) -> int:
    """The cell nearest to a column that nothing else has taken, never the `kept` one; the column when all are taken."""
    near = sorted((place for place in range(len(row)) if place != kept), key=lambda place: abs(place - column))
    return next((place for place in near if row[place] in BRAILLE or row[place] in (" ", mark)), column)


def _write(
    cells: Sequence[list[str]], grid: Grid, labelled: Container[int], texts: Iterable[tuple[_Place, str]]
) -> None:
    """Write each text outside the filled part, beside the dot at its place, where cells are empty.

    That is one row from the dot, or two: above or below it, else beginning or ending there. It keeps off other texts,
    and off the label of its row, which would read as a part of it.
    """
    for (dot_row, column), text in texts:
        outward = -1 if dot_row < grid.above else 1
        starts = (column - len(text) // 2, column, column - len(text) + 1)
        places = ((dot_row + away * outward, start) for away in (1, 2) for start in starts)
        for row, start in places:
            least = _OFF_LABEL if row in labelled else 0
            first = max(least, min(start, len(cells[0]) - len(text)))
            if 0 <= row < len(cells) and _has_room(cells[row], first, len(text)):
                cells[row][first : first + len(text)] = text
                break


def _has_room(row: Sequence[str], first: int, length: int) -> bool:
    """Whether so many cells are there and empty, and no other text stands right beside them."""
    end = first + length
    beside = [*row[max(0, first - 1) : first], *row[end : end + 1]]
    is_free = end <= len(row) and all(glyph == " " for glyph in row[first:end])
    return is_free and all(glyph == " " or glyph in BRAILLE for glyph in beside)


def _braille(dots: Sequence[tuple[int, int]], columns: int, rows: int) -> list[list[str]]:
    """Set dots (column from the left, row from the bottom) in so many cells of braille."""
    text = ""
    if dots and min(columns, rows) > 1:
        terminal = type(_plotext().terminal)()  # plotext's global one is shared, and never larger than the terminal
        terminal.limit(width=False, height=False)
        figure = type(_plotext().figure)(parent=terminal)
        figure.plot_size(columns, rows)
        figure.legend(active=False)
        figure.axes(active=False)
        for ruler, cells, size in ((figure.ruler("x", "lower"), columns, 2), (figure.ruler("y", "left"), rows, _DOTS)):
            middle = (size - 1) / 2  # plotext's limits are the middles of the first and the last cell
            ruler.lim(middle, cells * size - 1 - middle)
            ruler.ticks([], labels=[])
        figure.draw(
            figure.signal([dot[0] for dot in dots], [dot[1] for dot in dots], marker="braille").lines(active=False)
        )
        text = figure.build().string(colorless=True)
    lines = [*text.split("\n"), *[""] * rows][:rows]
    return [[" " if glyph == "\u2800" else glyph for glyph in row.ljust(columns)[:columns]] for row in lines]


def _plotext() -> Any:
    import plotext  # type: ignore[import-untyped]  # noqa: PLC0415 -- has no types; 100 ms that not every run needs

    return plotext
