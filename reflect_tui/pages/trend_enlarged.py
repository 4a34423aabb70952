"""One domain or focus as large as the screen allows: dates and n below the points, events above, goals named."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from reflect_tui import charts
from reflect_tui.analysis.trend import Trend
from reflect_tui.goal_form import target_text
from reflect_tui.i18n import _, month_name
from reflect_tui.pages.lines import EMPTY, Line, line, paragraph, shorten, span, width
from reflect_tui.pages.trend_chart import coloured, dots, frame
from reflect_tui.pages.trends import Scene, View, apart, legend, sentence, series_of, thinned

_LOWEST = 6


def enlarged(scene: Scene, view: View, columns: int, rows: int) -> list[Line]:
    """Show the chosen panel."""
    series = series_of(scene.trend, view.axis)[view.panel]
    within = frame(scene, series.id)
    room = columns - 4
    below = [
        EMPTY,
        *paragraph(sentence(scene.instrument, series), columns - 2, "muted", indent=2),
        *(_goal(target.value, target.label, columns) for target in scene.targets.get(series.id, ())),
        *thinned(scene, room, columns),
        *apart(scene, columns),
        *legend(scene, view, columns, enlarged=True),
    ]
    happened = [(event.moment.timestamp(), f"▾ {event.label}") for event in scene.events]
    high = max(_LOWEST, rows - len(below) - 1 - bool(happened))
    shown = dots(scene, view, view.panel, room)
    drawn = charts.chart(shown.dots, within, room, high, _ticks(scene.trend, columns), crowded=shown.crowded)
    counts = [(point.when.timestamp(), str(point.group.scored)) for point in series.points]
    return [
        *([line("  ", _placed(happened, within, drawn, room))] if happened else []),
        *(line("  ") + coloured(row, room, chosen=False) for row in drawn),
        line("  ", span(_placed(counts, within, drawn, room, lead="n"), "muted")),
        *below,
    ]


def _goal(value: float, label: str, columns: int) -> Line:
    text = _("goal {target}: {what}").format(target=target_text(value), what=label)
    return line("  ", span(f"{charts.TARGET} ", "high"), span(shorten(text, columns - 6), "muted"))


def _placed(
    labels: Iterable[tuple[float, str]], within: charts.Frame, drawn: Sequence[str], room: int, lead: str = ""
) -> str:
    """Write labels in the columns of their moments; one without room is cut, or left out when another stands there."""
    start = charts.plot_start(drawn)
    placed = [
        (charts.column(when, within, drawn, room), text)
        for when, text in sorted(labels)
        if within.first <= when <= within.last
    ]
    row = lead.rjust(max(0, start - 1))
    places = [place for place, _text in placed]
    for column, text in placed:
        after = bisect_right(places, column)
        end = places[after] - 1 if after < len(places) else room
        start = column if end - column >= len("▾ …") else max(0, end - width(text))
        if width(row) < start:
            row += " " * (start - width(row)) + shorten(text, end - start)
    return row


def _ticks(trend: Trend, columns: int) -> list[tuple[float, str]]:
    """Choose dates to stand below the chart: as many as have room, the first and the last among them."""
    moments = [session.started for session in trend.sessions]
    room = max(2, columns // 14)
    step = max(1, -(-(len(moments) - 1) // (room - 1))) if len(moments) > 1 else 1
    chosen = moments[::-1][::step][::-1]
    return [(moment.timestamp(), f"{month_name(moment.month)} {moment.year % 100:02d}") for moment in chosen]
