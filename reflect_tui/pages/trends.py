"""Change over time: a panel for every domain or focus, one of them enlarged, or the same figures as a table."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from reflect_tui import charts
from reflect_tui.analysis.summary import Axis
from reflect_tui.analysis.trend import Point, Series, Trend
from reflect_tui.i18n import _, month_name, ngettext
from reflect_tui.instrument import Instrument, Scale
from reflect_tui.pages.lines import EMPTY, Line, Span, Style, cut, fit, line, pad, paragraph, shorten, span, width
from reflect_tui.pages.words import day, group_name, mean_text, numbered_name

GAP = 2
AIRY = 10  # a lower panel gives the row below it to the chart
ONE_ROW = 26  # a narrower panel gives its figures a row of their own


class View(Struct, frozen=True, kw_only=True):
    """What is looked at: the axis, the session walked to (counted from the oldest) and the panel chosen."""

    axis: Axis = "domain"
    session: int = 0
    panel: int = 0


def series_of(trend: Trend, axis: Axis) -> tuple[Series, ...]:
    """Give the lines of an axis."""
    return trend.domains if axis == "domain" else trend.focuses


def panels(instrument: Instrument, trend: Trend, view: View, columns: int, rows: int) -> list[Line]:
    """Set all panels in a grid that fills `columns` by `rows`, the same axes in all."""
    series = series_of(trend, view.axis)
    across = grid_width(len(series))
    down = -(-len(series) // across)
    wide = (columns - 2 - GAP * (across - 1)) // across
    high = max(4, rows // down)
    lines: list[Line] = []
    for start in range(0, len(series), across):
        blocks = [
            _panel(instrument, trend, view, number, (wide, high))
            for number in range(start, min(start + across, len(series)))
        ]
        lines += [_side_by_side(parts) for parts in zip(*blocks, strict=True)]
    return lines


def grid_width(count: int) -> int:
    """Choose how many panels stand side by side."""
    if count > 6:  # noqa: PLR2004 -- eight domains fill two rows of four
        return 4
    return 3 if count > 4 else max(1, min(count, 3))  # noqa: PLR2004 -- five or six fill two rows of three


def _side_by_side(parts: Sequence[Line]) -> Line:
    row = line(" ")
    for number, part in enumerate(parts):
        row += (line(" " * GAP) if number else EMPTY) + part
    return row


def _panel(instrument: Instrument, trend: Trend, view: View, number: int, size: tuple[int, int]) -> list[Line]:
    wide, high = size
    series = series_of(trend, view.axis)[number]
    chosen = number == view.panel
    titles = _panel_titles(instrument, trend, series, view, wide, chosen=chosen)
    below = [line(" " * wide)] if high >= AIRY else []
    room = high - len(titles) - len(below)
    drawn = charts.panel(_dots(series, trend, view.session), _frame(instrument.scale, trend), wide, room)
    return [*titles, *(_coloured(row, wide, chosen=chosen) for row in drawn), *below]


def _panel_titles(
    instrument: Instrument, trend: Trend, series: Series, view: View, wide: int, *, chosen: bool
) -> list[Line]:
    """Name a panel, with mean and n of the session walked to: on the same row where there is room."""
    point = _point_at(series, trend, view.session)
    mean, count = (mean_text(point.mean), f"n={point.group.scored}") if point else ("–", "")
    name = ("▸" if chosen else " ") + numbered_name(instrument, series.id)
    style: Style = "accent" if chosen else "strong"
    figures = f"{mean} {count}"
    if wide < ONE_ROW:
        right = line(span(f"  {mean}", "strong"), span(f" {count}", "muted"))
        return [line(span(fit(name, wide), style)), right + line(" " * max(0, wide - right.width))]
    return [line(span(fit(name, wide - width(figures) - 1), style), " ", span(figures, "muted"))]


def _point_at(series: Series, trend: Trend, session: int) -> Point | None:
    wanted = trend.sessions[session].id
    return next((point for point in series.points if point.session == wanted), None)


def _dots(series: Series, trend: Trend, session: int) -> list[charts.Dot]:
    wanted = trend.sessions[session].id
    return [
        charts.Dot(
            when=point.when.timestamp(),
            value=float(point.mean),
            covered=point.covered,
            selected=point.session == wanted,
        )
        for point in series.points
        if point.mean is not None
    ]


def _frame(scale: Scale, trend: Trend) -> charts.Frame:
    return charts.Frame(
        low=scale.lowest,
        high=scale.highest,
        threshold=float(scale.threshold),
        first=trend.sessions[0].started.timestamp(),
        last=trend.sessions[-1].started.timestamp(),
    )


_POINTS = frozenset((charts.COVERED, charts.HOLLOW))


def _coloured(row: str, wide: int, *, chosen: bool = True) -> Line:
    """Give every glyph of a chart its style: points stand out, the threshold and the axes step back."""
    spans: list[Span] = []
    for glyph in row:
        style = _glyph_style(glyph, chosen=chosen)
        if spans and spans[-1].style == style:
            spans[-1] = Span(spans[-1].text + glyph, style)
        else:
            spans.append(span(glyph, style))
    return Line((*spans, span(" " * max(0, wide - len(row)))))


def _glyph_style(glyph: str, *, chosen: bool) -> Style:
    if glyph in (charts.SELECTED, charts.SELECTED_HOLLOW):
        return "strong"
    if glyph in _POINTS or glyph in charts.LINE:
        return "accent"
    if glyph == charts.THRESHOLD:
        return "low"
    return "text" if chosen and glyph.isdigit() else "muted"


def enlarged(instrument: Instrument, trend: Trend, view: View, columns: int, rows: int) -> list[Line]:
    """Show one panel as large as the screen allows, with dates below it."""
    series = series_of(trend, view.axis)[view.panel]
    title = group_name(instrument, series.id)
    lines = [line("  ", span(shorten(title, columns - 4), "title")), EMPTY]
    dots = _dots(series, trend, view.session)
    ticks = _ticks(trend, columns)
    drawn = charts.chart(dots, _frame(instrument.scale, trend), columns - 4, max(6, rows - 5), ticks)
    lines += [line("  ") + _coloured(row, columns - 4, chosen=False) for row in drawn]
    return [*lines, EMPTY, *_sentence(instrument, series, columns)]


def _ticks(trend: Trend, columns: int) -> list[tuple[float, str]]:
    """Choose dates to stand below the chart: as many as have room, the first and the last among them."""
    moments = [session.started for session in trend.sessions]
    room = max(2, columns // 14)
    step = max(1, -(-(len(moments) - 1) // (room - 1))) if len(moments) > 1 else 1
    chosen = moments[::-1][::step][::-1]
    return [(moment.timestamp(), f"{month_name(moment.month)} {moment.year % 100:02d}") for moment in chosen]


def position_line(instrument: Instrument, trend: Trend, view: View, columns: int) -> Line:
    """Say which session is walked to, and the figures of the chosen panel in it."""
    session = trend.sessions[view.session]
    series = series_of(trend, view.axis)[view.panel]
    point = _point_at(series, trend, view.session)
    place = _("{n} of {total}").format(n=view.session + 1, total=len(trend.sessions))
    parts = [span("◆ ", "strong"), span(day(session.started), "strong"), span(f"  {place}   ", "muted")]
    name = group_name(instrument, series.id, short=True)
    if point:
        items = ngettext("mean of {n} item", "mean of {n} items", point.group.scored).format(n=point.group.scored)
        parts += [span(f"{name} "), span(mean_text(point.mean), "strong"), span(f"  {items}", "muted")]
        if not point.covered:
            parts += [span(f"  {charts.HOLLOW} ", "warning"), span(_("too few for a verdict"), "warning")]
    else:
        parts.append(span(_("{name}: nothing scored").format(name=name), "muted"))
    return cut(line("  ", *parts), columns)


def _sentence(instrument: Instrument, series: Series, columns: int) -> list[Line]:
    return paragraph(sentence(instrument, series), columns - 2, "muted", indent=2)


def sentence(instrument: Instrument, series: Series) -> str:
    """Say in one sentence how a line runs: first and last mean and when."""
    name = group_name(instrument, series.id)
    if not series.points:
        return _("{name}: nothing scored yet.").format(name=name)
    first, last = series.points[0], series.points[-1]
    if first is last:
        text = _("{name}: {mean} on {date}, n = {n}.")
        return text.format(name=name, mean=mean_text(last.mean), date=day(last.when), n=last.group.scored)
    text = _("{name}: from {first} on {date} to {last} on {later}, in {n} sessions.")
    return text.format(
        name=name,
        first=mean_text(first.mean),
        date=day(first.when),
        last=mean_text(last.mean),
        later=day(last.when),
        n=len(series.points),
    )


def table(instrument: Instrument, trend: Trend, view: View, columns: int) -> list[Line]:
    """Show the same figures as a table: a row a domain, the sessions that fit up to the one walked to."""
    cell = 13
    title_room = min(30, max(18, columns - 2 - 4 * cell))
    fitting = max(1, (columns - 2 - title_room) // cell)
    last = max(view.session + 1, min(fitting, len(trend.sessions)))
    shown = range(max(0, last - fitting), last)
    head = [span(pad(day(trend.sessions[n].started), cell, right=True), _head_style(n, view)) for n in shown]
    lines = [line("  ", " " * title_room, *head)]
    for number, series in enumerate(series_of(trend, view.axis)):
        chosen = number == view.panel
        name = fit(numbered_name(instrument, series.id, short=title_room < 30), title_room - 1)  # noqa: PLR2004 -- as above
        cells = [_cell(series, trend, n, cell, view) for n in shown]
        lines.append(line("▸ " if chosen else "  ", span(name + " ", "strong" if chosen else "text"), *cells))
    hidden = len(trend.sessions) - len(shown)
    note = _("mean and number of items; * too few for a verdict")
    if hidden:
        more = ngettext("{n} more session: ← →", "{n} more sessions: ← →", hidden)
        note += " · " + more.format(n=hidden)
    return [*lines, EMPTY, *paragraph(note, columns - 2, "muted", indent=2)]


def _head_style(number: int, view: View) -> Style:
    return "accent" if number == view.session else "muted"


def _cell(series: Series, trend: Trend, number: int, room: int, view: View) -> Span:
    point = _point_at(series, trend, number)
    if point is None:
        return span(pad("–", room, right=True), "muted")
    text = f"{mean_text(point.mean)}{' ' if point.covered else '*'}({point.group.scored})"
    style: Style = "strong" if number == view.session else "text"
    if point.group.verdict == "high" and number == view.session:
        style = "high"
    return span(pad(text, room, right=True), style)


def too_few(count: int) -> str:
    """Say what a trend needs."""
    if not count:
        return _("No session of your own yet: press escape, then n to begin one.")
    return _("One session so far. A trend begins with the second one.")
