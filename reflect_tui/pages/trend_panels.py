"""Small multiples: a panel for every domain or focus, the same axes in all."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from reflect_tui import charts
from reflect_tui.i18n import _
from reflect_tui.pages.lines import EMPTY, Line, Style, fit, line, shorten, span, width
from reflect_tui.pages.trend_chart import coloured, dots, frame
from reflect_tui.pages.trends import Scene, View, point_at, series_of
from reflect_tui.pages.words import mean_text, numbered_name

GAP = 2
AIRY = 10  # a lower panel gives the row below it to the chart
ONE_ROW = 26  # a narrower panel gives its figures a row of their own
LOWEST = 6  # rows of a panel; in a lower one nothing can be told
NARROW = 64  # columns; below it at most three panels stand side by side


def panels(scene: Scene, view: View, columns: int, rows: int) -> list[Line]:
    """Set the panels in a grid that fills `columns` by `rows`: all, or as many as have room around the chosen one."""
    series = series_of(scene.trend, view.axis)
    across = grid_width(len(series), columns)
    down = -(-len(series) // across)
    fitting = max(1, min(down, rows // LOWEST))
    first = min(view.panel // across, down - fitting) if fitting < down else 0
    hidden = [number for number in range(len(series)) if not first <= number // across < first + fitting]
    wide = panel_width(len(series), columns)
    high = max(4, (rows - bool(hidden)) // fitting)
    lines: list[Line] = []
    for row in range(first, first + fitting):
        numbers = range(row * across, min((row + 1) * across, len(series)))
        lines += map(
            _side_by_side, zip(*(_panel(scene, view, number, (wide, high)) for number in numbers), strict=True)
        )
    return [*lines, *([_more(scene, view, hidden, columns)] if hidden else [])]


def _more(scene: Scene, view: View, hidden: Sequence[int], columns: int) -> Line:
    """Name the panels that have no room."""
    series = series_of(scene.trend, view.axis)
    names = ", ".join(numbered_name(scene.instrument, series[number].id) for number in hidden)
    return line("  ", span(shorten(_("↑ ↓ more: {names}").format(names=names), columns - 3), "muted"))


def grid_width(count: int, columns: int) -> int:
    """Choose how many panels stand side by side."""
    if count > 6:  # noqa: PLR2004 -- eight domains fill two rows of four
        return 4 if columns >= NARROW else 3
    return 3 if count > 4 else max(1, min(count, 3))  # noqa: PLR2004 -- five or six fill two rows of three


def panel_width(count: int, columns: int) -> int:
    """Give the columns of each of so many panels."""
    across = grid_width(count, columns)
    return (columns - 2 - GAP * (across - 1)) // across


def _side_by_side(parts: Sequence[Line]) -> Line:
    row = line(" ")
    for number, part in enumerate(parts):
        row += (line(" " * GAP) if number else EMPTY) + part
    return row


def _panel(scene: Scene, view: View, number: int, size: tuple[int, int]) -> list[Line]:
    wide, high = size
    titles = _titles(scene, view, number, wide)
    below = [line(" " * wide)] if high >= AIRY else []
    room = high - len(titles) - len(below)
    name = series_of(scene.trend, view.axis)[number].id
    shown = dots(scene, view, number, wide)
    drawn = charts.panel(shown.dots, frame(scene, name), wide, room, crowded=shown.crowded)
    whole = [*titles, *(coloured(row, wide, chosen=number == view.panel) for row in drawn), *below]
    return [_clicked(row, f"choose({number})") for row in whole]


def _clicked(row: Line, action: str) -> Line:
    """Let a click anywhere on a row of a panel do something."""
    return Line(tuple(structs.replace(part, action=action) for part in row.spans))


def _titles(scene: Scene, view: View, number: int, wide: int) -> list[Line]:
    """Name a panel, with mean and n of the session walked to: on the same row where there is room."""
    series = series_of(scene.trend, view.axis)[number]
    chosen = number == view.panel
    point = point_at(series, scene.trend, view.session)
    mean, count = (mean_text(point.mean), f"n={point.group.scored}") if point else ("–", "")
    name = ("▸" if chosen else " ") + numbered_name(scene.instrument, series.id)
    style: Style = "accent" if chosen else "strong"
    figures = f"{mean} {count}"
    if wide < ONE_ROW:
        right = line(span(f"  {mean}", "strong"), span(f" {count}", "muted"))
        return [line(span(fit(name, wide), style)), right + line(" " * max(0, wide - right.width))]
    return [line(span(fit(name, wide - width(figures) - 1), style), " ", span(figures, "muted"))]
