"""Draws values as lines of plain text; the only module that knows plotext.

Nothing here is coloured: every part has glyphs of its own, and who shows the lines colours by glyph.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct, structs

from reflect_tui.i18n import format_number

COVERED, HOLLOW = "●", "○"
"""A point, and one with too few items scored for a verdict."""

SELECTED, SELECTED_HOLLOW = "◆", "◇"
"""The same for the session that is looked at."""

THRESHOLD = "┄"
"""What lies above this line is high."""

TARGET = "╍"
"""What a goal wants to reach."""

EVENT = "┊"
"""When something happened that may explain a change."""

LINE = frozenset(map(chr, range(0x2801, 0x2900)))
"""What connects the points: braille, eight dots to a cell."""

AXIS = frozenset("│┤└─┬")
"""The left axis, and the base line of an enlarged chart."""

_LABELS_ROOM = 10  # columns; a narrower panel keeps them all for the points
_TICKS_ROOM = 4  # lines; a lower chart keeps them all for the points

_Tick = tuple[float, str]


class Dot(Struct, frozen=True):
    """One session in a chart: `when` in seconds, the mean as `value`, `covered` when it has a verdict.

    The line does not reach a dot that `starts` a new one. A dot with a `mark` of its own is someone else's: no line.
    """

    when: float
    value: float
    covered: bool
    selected: bool = False
    starts: bool = False
    mark: str = ""

    @property
    def glyph(self) -> str:
        """What the dot looks like."""
        if self.mark:
            return self.mark
        if self.selected:
            return SELECTED if self.covered else SELECTED_HOLLOW
        return COVERED if self.covered else HOLLOW


class Frame(Struct, frozen=True):
    """The whole scale upwards and a time across, in seconds: the same in every panel, a single moment if need be.

    `targets` are means that goals want to reach, `events` moments; those outside the frame are left out.
    """

    low: float
    high: float
    threshold: float
    first: float
    last: float
    targets: tuple[float, ...] = ()
    events: tuple[float, ...] = ()

    def across(self, when: float) -> float:
        """Give how far along the time a moment is, 0 to 1."""
        return part(when, self.first, self.last)

    def up(self, value: float) -> float:
        """Give how far up the scale a value is, 0 to 1."""
        return part(value, self.low, self.high)

    def holds(self, dot: Dot) -> bool:
        """Tell whether a dot lies in the frame; nan and infinity never do, and would abort the process in plotext."""
        return self.first <= dot.when <= self.last and self.low <= dot.value <= self.high

    def check(self) -> None:
        """Refuse what can't be drawn: ValueError."""
        targets_and_events = (*self.targets, *self.events)
        if not (self.low < self.high and self.low <= self.threshold <= self.high and self.first <= self.last):
            raise ValueError(f"no scale and time to draw on: {self}")
        if not all(map(math.isfinite, (self.low, self.high, self.first, self.last, *targets_and_events))):
            raise ValueError(f"a chart has no room for infinity: {self}")


def panel(
    dots: Sequence[Dot], frame: Frame, width: int, height: int, *, y_labels: bool = True, crowded: bool = False
) -> tuple[str, ...]:
    """Draw one of several small charts: exactly `height` lines of `width` cells.

    Dots outside the frame are left out. More dots than columns would make a blot: then the line alone shows them,
    with the selected one and those without a verdict. `crowded` when so many were thinned out already; see showing().

    Raises:
        ValueError: the frame is not finite, or its scale is empty.
    """
    values = (frame.low, frame.high, frame.threshold) if y_labels and width >= _LABELS_ROOM else ()
    return _draw(dots, frame, width, height, values=values, crowded=crowded)


def chart(
    dots: Sequence[Dot], frame: Frame, width: int, height: int, ticks: Sequence[_Tick], *, crowded: bool = False
) -> tuple[str, ...]:
    """Draw the enlarged chart: every whole point of the scale is labelled, and so are the moments of `ticks`.

    A label that would run into an earlier one is left out. For the rest see panel().
    """
    points = map(float, range(math.ceil(frame.low), math.floor(frame.high) + 1))
    values = (*points, frame.threshold) if width >= _LABELS_ROOM else ()
    ticks = ticks if height >= _TICKS_ROOM else ()
    return _draw(dots, frame, width, height, values=values, ticks=ticks, crowded=crowded)


def prepare() -> None:
    """Load what draws charts, which takes a tenth of a second: for a thread, before a chart is asked for."""
    _plotext()


def thin(dots: Sequence[Dot], columns: int) -> tuple[Dot, ...]:
    """Choose what shows of many dots, oldest first; see showing()."""
    kept = {place for place, dot in enumerate(dots) if dot.selected or dot.starts}
    places = showing([dot.when for dot in dots], [dot.value for dot in dots], columns, kept)
    return tuple(dots[place] for place in places)


def showing(whens: Sequence[float], values: Sequence[float], columns: int, kept: Iterable[int] = ()) -> list[int]:
    """Choose the places of what shows of many dots, oldest first: in each column the first, last, lowest and highest.

    The columns divide the time from the first dot to the last one evenly. Those that are to be `kept` show as well.
    """
    chosen = set(kept)
    start = 0
    while start < len(whens):
        column = _column(whens[start], whens, columns)
        end = bisect_right(whens, column, start, key=lambda when: _column(when, whens, columns))
        together = values[start:end]
        lowest, highest = together.index(min(together)), together.index(max(together))
        chosen |= {start, end - 1, start + lowest, start + highest}
        start = end
    return sorted(chosen)


def _column(when: float, whens: Sequence[float], columns: int) -> int:
    return int(columns * part(when, whens[0], whens[-1]))


def part(value: float, low: float, high: float) -> float:
    """Give how far a value is from low (0) to high (1); the middle when these are the same."""
    # by halves: the difference of two finite numbers need not be finite
    span = high / 2 - low / 2
    return (value / 2 - low / 2) / span if span > 0 else 0.5


def _draw(
    dots: Iterable[Dot],
    frame: Frame,
    width: int,
    height: int,
    *,
    values: Sequence[float],
    ticks: Sequence[_Tick] = (),
    crowded: bool,
) -> tuple[str, ...]:
    """Draw a chart with labels at these values of the scale and at these moments."""
    frame.check()
    frame = structs.replace(frame, targets=tuple(value for value in frame.targets if frame.low <= value <= frame.high))
    if width < 2 or height < 1:  # noqa: PLR2004 -- the axis and one column
        return ("│"[:width],) * height
    figure = _figure(width, height)
    _rule(figure, frame, values, ticks)
    for value in frame.targets:
        figure.draw(figure.signal([0, 1], [frame.up(value)] * 2, marker=TARGET).lines())
    figure.draw(figure.signal([0, 1], [frame.up(frame.threshold)] * 2, marker=THRESHOLD).lines())
    shown = sorted(filter(frame.holds, dots), key=lambda dot: dot.when)
    mine = [dot for dot in shown if not dot.mark]
    marks = dict.fromkeys(dot.mark for dot in shown if dot.mark)
    others = [dot for mark in marks for dot in thin([dot for dot in shown if dot.mark == mark], width)]
    crowded = crowded or len(mine) > width
    mine = list(thin(mine, width))
    _join(figure, frame, mine)
    _plot(figure, frame, [*others, *(dot for dot in mine if dot.selected or not (crowded and dot.covered))])
    text: str = figure.build().string(colorless=True)
    drawn = _with_hidden(text.split("\n")[:height], frame, others, width)
    drawn = _with_targets(drawn, frame)
    return _with_events(drawn, frame, width)


def column(when: float, frame: Frame, drawn: Sequence[str], width: int) -> int:
    """Give the column of a moment in a drawn chart."""
    start = plot_start(drawn)
    return start + round(frame.across(when) * max(0, width - start - 1))


def plot_start(drawn: Sequence[str]) -> int:
    """Give the first column right of the axis of a drawn chart."""
    return next((at for row in drawn for at, glyph in enumerate(row) if glyph in "│┤"), -1) + 1


def _with_hidden(drawn: Sequence[str], frame: Frame, others: Sequence[Dot], width: int) -> tuple[str, ...]:
    """Set a mark of someone else's that another dot hides right beside it, at its own height."""
    rows = [list(row.ljust(width)) for row in drawn]
    plotted = [at for at, row in enumerate(drawn) if any(glyph in "│┤" for glyph in row[: plot_start(drawn)])]
    for dot in others:
        at = column(dot.when, frame, drawn, width)
        place = round((1 - frame.up(dot.value)) * (len(plotted) - 1))
        near = [rows[plotted[row]] for row in range(max(0, place - 1), min(len(plotted), place + 2))]
        row = rows[plotted[place]]
        if any(one[at] == dot.mark for one in near):  # a mean between two rows may stand in either
            continue
        beside = [one for one in (at - 1, at + 1, at - 2, at + 2) if plot_start(drawn) <= one < width]
        free = next((one for one in beside if row[one] in LINE or row[one] in (" ", THRESHOLD, dot.mark)), None)
        if free is not None:
            row[free] = dot.mark
    return tuple("".join(row) for row in rows)


def _with_targets(drawn: tuple[str, ...], frame: Frame) -> tuple[str, ...]:
    """Let both lines be seen where a goal is the threshold: every other glyph is the goal's."""
    plotted = [at for at, row in enumerate(drawn) if any(glyph in "│┤" for glyph in row[: plot_start(drawn)])]
    rows = {plotted[round((1 - frame.up(target)) * (len(plotted) - 1))] for target in frame.targets if plotted}
    return tuple(
        "".join(TARGET if glyph == THRESHOLD and place % 2 else glyph for place, glyph in enumerate(row))
        if at in rows
        else row
        for at, row in enumerate(drawn)
    )


def _with_events(drawn: tuple[str, ...], frame: Frame, width: int) -> tuple[str, ...]:
    """Draw a vertical line at every event, behind all else."""
    columns = {column(when, frame, drawn, width) for when in frame.events if frame.first <= when <= frame.last}
    if not columns:
        return drawn
    return tuple(
        "".join(EVENT if at in columns and glyph == " " else glyph for at, glyph in enumerate(row.ljust(width)))
        if any(glyph in "│┤" for glyph in row[: plot_start(drawn)])
        else row
        for row in drawn
    )


def _figure(width: int, height: int) -> Any:
    """Make a figure of one's own: plotext's global one is shared, and never larger than the terminal."""
    plotext = _plotext()
    terminal = type(plotext.terminal)()
    terminal.limit(width=False, height=False)
    figure = type(plotext.figure)(parent=terminal)
    figure.plot_size(width, height)
    figure.legend(active=False)
    figure.axes(active=False)
    figure.axes(active=True, axis="y", side="left")
    return figure


def _plotext() -> Any:
    import plotext  # type: ignore[import-untyped]  # noqa: PLC0415 -- has no types; 100 ms that not every run needs

    return plotext


def _rule(figure: Any, frame: Frame, values: Sequence[float], ticks: Sequence[_Tick]) -> None:
    """Set both axes; plotext sees parts from 0 to 1 only, which no seconds or scores can upset."""
    upwards, across = figure.ruler("y", "left"), figure.ruler("x", "lower")
    upwards.lim(0, 1)
    across.lim(0, 1)
    # of two labels in one line the later one is seen: the threshold's
    upwards.ticks([frame.up(value) for value in values], labels=[_label(value) for value in values])
    within = [(frame.across(when), label) for when, label in ticks if frame.first <= when <= frame.last]
    across.ticks([part for part, _text in within], labels=[label for _part, label in within])
    if within:
        figure.axes(active=True, axis="x", side="lower")


def _label(value: float) -> str:
    return format_number(value, 0 if float(value).is_integer() else 1)


def _join(figure: Any, frame: Frame, dots: Sequence[Dot]) -> None:
    """Draw the line through one's own dots, with a gap before each that starts a new one."""
    line: list[Dot] = []
    for place, dot in enumerate(dots):
        line.append(dot)
        if place + 1 == len(dots) or dots[place + 1].starts:
            _signal(figure, frame, line, "braille", lines=True)
            line = []


def _plot(figure: Any, frame: Frame, dots: Sequence[Dot]) -> None:
    """Draw the dots; the selected one last, so that nothing hides it."""
    marked = sorted(dots, key=lambda dot: dot.selected)
    if marked:  # plotext divides by the number of markers
        _signal(figure, frame, marked, [dot.glyph for dot in marked], lines=False)


def _signal(figure: Any, frame: Frame, dots: Sequence[Dot], marker: str | list[str], *, lines: bool) -> None:
    across, upwards = [frame.across(dot.when) for dot in dots], [frame.up(dot.value) for dot in dots]
    figure.draw(figure.signal(across, upwards, marker=marker).lines(lines))
