"""The means of every line as a table: a row a domain or focus, a column a session, each with its n."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from reflect_tui.analysis.trend import Series, Trend
from reflect_tui.i18n import _, ngettext
from reflect_tui.instrument import Instrument
from reflect_tui.pages.lines import EMPTY, Line, Span, Style, fit, line, pad, paragraph, span, width
from reflect_tui.pages.trends import View, point_at, series_of
from reflect_tui.pages.words import clock, day, mean_text, numbered_name

BREAK = "│"
"""What stands before a mean that does not go on from the one before it."""


def table(instrument: Instrument, trend: Trend, view: View, columns: int) -> list[Line]:
    """Show the same figures as a table: a row a domain, the sessions that fit up to the one walked to."""
    cell = 13
    names = [numbered_name(instrument, series.id) for series in series_of(trend, view.axis)]
    title_room = min(30, max([16, *(width(name) + 2 for name in names)]))
    fitting = max(1, (columns - 2 - title_room) // cell)
    last = max(view.session + 1, min(fitting, len(trend.sessions)))
    shown = range(max(0, last - fitting), last)
    days = dates([trend.sessions[n].started for n in shown])
    head = [span(pad(date, cell, right=True), _head_style(n, view)) for n, date in zip(shown, days, strict=True)]
    lines = [line("  ", " " * title_room, *head)]
    for number, (series, name) in enumerate(zip(series_of(trend, view.axis), names, strict=True)):
        chosen = number == view.panel
        cells = [_cell(series, trend, n, cell, view) for n in shown]
        lines.append(
            line(
                "▸ " if chosen else "  ", span(fit(name, title_room - 1) + " ", "strong" if chosen else "text"), *cells
            )
        )
    note = _table_note(trend, hidden=len(trend.sessions) - len(shown))
    return [*lines, EMPTY, *paragraph(note, columns - 2, "muted", indent=2)]


def dates(moments: Sequence[datetime]) -> list[str]:
    """Name the moments above a table: by their day, and where two are of one day by the time as well."""
    days = [day(moment) for moment in moments]
    often = Counter(days)
    return [
        f"{date.rpartition(' ')[0]} {clock(moment)}" if often[date] > 1 else date
        for date, moment in zip(days, moments, strict=True)
    ]


def _table_note(trend: Trend, hidden: int) -> str:
    """Explain the cells of a table, and say how many sessions have no room in it."""
    points = [point for series in (*trend.domains, *trend.focuses) for point in series.points]
    parts = [note(broken=any(point.starts for point in points))]
    if hidden:
        parts.append(ngettext("{n} more session: ← →", "{n} more sessions: ← →", hidden).format(n=hidden))
    return " · ".join(parts)


def note(*, broken: bool) -> str:
    """Explain the cells of a table of means; `broken` when in some line the items are not the same all along."""
    said = _("mean and number of items; * too few for a verdict")
    return f"{said} · " + _("{sign} other items than before").format(sign=BREAK) if broken else said


def figures(mean: Fraction | None, count: int, *, covered: bool, starts: bool) -> str:
    """Write one cell: a mean and its n, and whether it is too few for a verdict, or on other items than before."""
    return f"{f'{BREAK} ' if starts else ''}{mean_text(mean)}{' ' if covered else '*'}({count})"


def _head_style(number: int, view: View) -> Style:
    return "accent" if number == view.session else "muted"


def _cell(series: Series, trend: Trend, number: int, room: int, view: View) -> Span:
    point = point_at(series, trend, number)
    if point is None:
        return span(pad("–", room, right=True), "muted")
    text = figures(point.mean, point.group.scored, covered=point.covered, starts=point.starts)
    style: Style = "strong" if number == view.session else "text"
    if point.group.verdict == "high" and number == view.session:
        style = "high"
    return span(pad(text, room, right=True), style)
