"""Trends side by side, a panel for every domain or focus, the same axes in all; and one of them enlarged."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import structs

from reflect_tui.analysis.change import GroupChange
from reflect_tui.analysis.trend import FEW, Point, Series
from reflect_tui.forms.fields import target_text
from reflect_tui.i18n import _
from reflect_tui.text import in_columns
from reflect_tui.views import charts, trends
from reflect_tui.views.change_sentences import OTHER, direction_style, marked_delta
from reflect_tui.views.labels import (
    delta_text,
    figure_text,
    good_sign,
    group_name,
    month_year,
    numbered_name,
    verdict_name,
    verdict_style,
)
from reflect_tui.views.lines import EMPTY, Line, Span, Style, cut, fit, line, pad, paragraph, shorten, span, width, wrap
from reflect_tui.views.trend_charts import (
    brief_legend,
    chart_dots,
    chart_lines,
    drawn_series,
    frame,
    framed,
    item_count,
    render_date_and_signs,
    render_legend,
    signs_beside_date,
)
from reflect_tui.views.trend_text import course_sentence, means_in_words
from reflect_tui.views.trends import TrendScene, TrendView

_AROUND = 3  # rows of a panel besides its chart: name, figures, dates
_AIRY = 100  # columns from which panels stand further apart
_ONE_ROW = 26  # a narrower panel gives its figures a row of their own
_GOOD_PANEL = 10  # rows of a panel in which means 0.15 apart are told apart
_LOWEST_PANEL = 7  # rows of a panel; in a lower one nothing can be told
_NARROW_PANELS = 64  # columns; below it at most three panels stand side by side


def render_panels_and_legend(
    scene: TrendScene,
    view: TrendView,
    columns: int,
    rows: int,
    *,
    above: Line | None = None,
    below: Sequence[Line] = (),
    instead: str = "",
) -> list[Line]:
    """Fill `columns` by `rows` with a line `above`, panels, a legend, and the notes `below` it.

    Where the signs have no room the first ones stand above, in the place of the changes
    that every panel has in its head.
    Where a row more would make panels lower than they read well, the legend is in few words, or says that `?` has the
    rest of the signs; of the notes only `instead` is left then, which says where they stand.
    """
    rows -= bool(above)
    count = len(trends.series_of(scene.trend, view.axis))
    lowest = _grid(count, columns, rows - 1)
    beside = _grid(count, columns, rows - 1 - len(below))
    is_told = beside == lowest or (beside[0] == lowest[0] and beside[1] >= _GOOD_PANEL)
    if is_told:
        rows -= len(below)
        lowest = beside
    room = 1
    while _keeps(lowest, _grid(count, columns, rows - room - 1), rows - room - 1):
        room += 1
    legend = render_legend(scene, view, columns)
    if len(legend) > room:
        named = signs_beside_date(scene, view, columns, room) if above else []
        above = render_date_and_signs(scene, view, named) if named else above
        legend = brief_legend(scene, view, columns, room, named)
    if not is_told and legend and legend[-1].width + width(instead) + 2 < columns:
        legend[-1] += line("  ", span(instead, "muted"))
    panels = render_panels(scene, view, columns, rows - len(legend))
    return [*([above] if above else []), *panels, *legend, *(below if is_told else ())]


def _keeps(grid: tuple[int, int], lower: tuple[int, int], rows: int) -> bool:
    """Whether a grid in fewer rows shows as many panels, as high as they were or as they read well, and has room."""
    shown, high = lower
    return shown == grid[0] and (high >= _GOOD_PANEL or lower == grid) and shown * high + 1 <= rows


def _down(count: int, columns: int) -> int:
    return -(-count // grid_width(count, columns))


def _grid(count: int, columns: int, rows: int) -> tuple[int, int]:
    """How many rows of panels are shown, and how high each is."""
    down = _down(count, columns)
    shown = max(1, min(down, rows // _LOWEST_PANEL))
    return shown, max(_LOWEST_PANEL, (rows - (shown < down)) // shown)


def render_panels(scene: TrendScene, view: TrendView, columns: int, rows: int) -> list[Line]:
    """Set the panels in a grid that fills `columns` by `rows`: all, or as many as have room around the chosen one."""
    series = trends.series_of(scene.trend, view.axis)
    across = grid_width(len(series), columns)
    down = _down(len(series), columns)
    fitting, high = _grid(len(series), columns, rows)
    first = min(view.panel // across, down - fitting) if fitting < down else 0
    hidden = [number for number in range(len(series)) if not first <= number // across < first + fitting]
    shared = frame(scene, view)
    charted = [framed(shared, scene, view, one) for one in drawn_series(scene, view)]
    tallest = max((charts.grid_within(one, high - _AROUND).height for one in charted), default=0)
    size = panel_width(len(series), columns), high, tallest
    lines: list[Line] = []
    for row in range(first, first + fitting):
        numbers = range(row * across, min((row + 1) * across, len(series)))
        panels = [_panel(scene, view, number, shared, size) for number in numbers]
        lines += [_side_by_side(parts, _gap(columns)) for parts in zip(*panels, strict=True)]
    return [*lines, *([_more(scene, view, hidden, columns)] if hidden else [])]


def _more(scene: TrendScene, view: TrendView, hidden: Sequence[int], columns: int) -> Line:
    """Name the panels that have no room."""
    series = trends.series_of(scene.trend, view.axis)
    names = ", ".join(numbered_name(scene.instrument, series[number].id) for number in hidden)
    return line("  ", span(shorten(_("↑ ↓ more: {names}").format(names=names), columns - 3), "muted"))


def grid_width(count: int, columns: int) -> int:
    """How many panels stand side by side."""
    if count > 6:  # noqa: PLR2004 -- eight domains fill two rows of four
        return 4 if columns >= _NARROW_PANELS else 3
    return 3 if count > 4 else max(1, min(count, 3))  # noqa: PLR2004 -- five or six fill two rows of three


def panel_width(count: int, columns: int) -> int:
    """The columns of each of so many panels."""
    across = grid_width(count, columns)
    return (columns - 2 - _gap(columns) * (across - 1)) // across


def _gap(columns: int) -> int:
    return 3 if columns >= _AIRY else 1


def _side_by_side(parts: Sequence[Line], gap: int) -> Line:
    row = line(" ")
    for number, part in enumerate(parts):
        row += (line(" " * gap) if number else EMPTY) + part
    return row


def _words(scene: TrendScene, series: Series, wide: int) -> list[str]:
    newest = scene.trend.sessions[-1].id
    words = means_in_words(series.points, item_count(scene, series.id), newest)
    old = [
        f"{charts.REFERENCE} {target_text(one.means[domain])}" for one, domain in trends.references_of(scene, (series,))
    ]
    return wrap(" · ".join([words, *old]), wide - 2)


def _panel(
    scene: TrendScene, view: TrendView, number: int, shared: charts.Frame, size: tuple[int, int, int]
) -> list[Line]:
    """Draw a panel of this width and height; its chart ends where the tallest one does, the last of its sizes."""
    wide, high, tallest = size
    series = trends.series_of(scene.trend, view.axis)[number]
    rows = _titles(scene, view, number, wide)
    if item_count(scene, series.id) <= FEW:
        rows += [line(" ", span(fit(text, wide - 1), "muted")) for text in _words(scene, series, wide)]
    else:
        within = framed(shared, scene, view, series)
        chart = charts.draw(chart_dots(scene, view, series), within, wide, high - _AROUND)
        rows += [
            *[EMPTY] * (tallest - len(chart.rows)),
            *chart_lines(chart, scene.instrument.scale_of(series.id).better),
            line(span(_ends(within, chart, wide), "muted")),
        ]
    rows = [*rows[:high], *[EMPTY] * (high - len(rows))]
    return [_clicked(row + line(" " * (wide - row.width)), f"choose({number})") for row in rows]


def _ends(within: charts.Frame, chart: charts.Chart, wide: int) -> str:
    """The first and the last date below a panel; as numbers where names of months have no room."""
    ends = [datetime.fromtimestamp(when).astimezone() for when in (within.first, within.last)]
    first, last = map(month_year, ends)
    if wide <= len(first) + len(last):
        first, last = (f"{end:%m/%y}" for end in ends)
    if first == last:
        return fit(" " * chart.start + first, wide)
    start = chart.start if wide - chart.start - 1 >= len(first) + len(last) + 2 else 0
    end = wide - 1 if start else wide
    return fit(pad(" " * start + first, end - len(last)) + last, wide)


def _clicked(row: Line, action: str) -> Line:
    """Let a click anywhere on a row of a panel do something."""
    return Line(tuple(structs.replace(part, action=action) for part in row.spans))


def _titles(scene: TrendScene, view: TrendView, number: int, wide: int) -> list[Line]:
    """Name a panel, with its n; below it the mean, its verdict, and what changed since the first and the one before.

    Of too few statements for a chart the changes are left out: their means stand below in words.
    """
    series = trends.series_of(scene.trend, view.axis)[number]
    chosen = number == view.panel
    point = trends.point_at(series, scene.trend, view.session)
    good = point is not None and point.group.good
    style: Style = "title" if chosen and good else "accent" if chosen else "strong" if good else "text"
    count = f"n{'=' if wide >= _ONE_ROW else ''}{point.group.scored}" if point else ""
    sign = "▸" if chosen else " "
    room = wide - len(count) - 2
    numbered = [numbered_name(scene.instrument, series.id, short=is_short) for is_short in (False, True)]
    fitting = (name for name in numbered if wide >= _ONE_ROW and width(name) <= room)
    name = next(fitting, group_name(scene.instrument, series.id, short=True))
    named = line(span(fit(sign + name, wide - len(count) - 1), style), span(f" {count}", "muted"))
    is_drawn = item_count(scene, series.id) > FEW
    changes = trends.changes_at(series, scene.trend, view.session) if is_drawn else []
    return [named, cut(line(*_figures(point, changes, wide)), wide)]


def _figures(point: Point | None, changes: Sequence[GroupChange], wide: int) -> Iterator[Span]:
    """The mean, its verdict, and each change, after a sign when it is not clear; apart, as far as the width allows.

    A change on other statements than the means has its n, or where that has no room the sign of other statements.
    """
    roomy = wide >= _ONE_ROW
    lead = " " if roomy else ""
    if point is None:
        yield span(f"{lead}–", "muted")
        return
    verdict = (good_sign(point.group) or " ") if point.covered else charts.HOLLOW
    mean = figure_text(point.group)
    word = f" {verdict_name(point.group)}".rstrip() if roomy and point.covered else ""
    before = width(f"{lead}{mean}{lead}{verdict}{word}")
    told = [(trends.change_with_n(change), change) for change in changes]
    if before + sum(width(text) + 1 for text, _change in told) > wide:
        told = [(_in_brief(change), change) for change in changes]
    together = before + sum(width(text) + 1 for text, _change in told)
    yield span(f"{lead}{mean}", "strong")
    yield span(f"{lead}{verdict}{word}", verdict_style(point.group, "warning"))
    for number, (text, change) in enumerate(told):
        joint = " " if together - bool(number) <= wide else ""  # the first one stands after a sign or a blank
        yield span(f"{joint}{text}", direction_style(change))


def _in_brief(change: GroupChange) -> str:
    if change.is_partial and not change.scores:
        return f"{OTHER}{delta_text(change.a.mean, change.b.mean)}"
    return marked_delta(change)


# One domain or focus as large as the screen allows: dates and n below the points, events above, goals named.


_LOWEST = 5


def render_enlarged(scene: TrendScene, view: TrendView, columns: int, rows: int) -> list[Line]:
    """Show the chosen panel, each mean beside its point where it has room."""
    series = trends.series_of(scene.trend, view.axis)[view.panel]
    within = framed(frame(scene, view, enlarged=True), scene, view, series)
    room = columns - 4
    below = [
        EMPTY,
        *paragraph(course_sentence(scene.instrument, series), columns - 2, "muted", indent=2),
        *(trends.target_line(target, columns) for target in scene.targets.get(series.id, ())),
        *trends.render_thinning(scene, room, columns),
        *trends.render_left_out(scene, columns),
        *render_legend(scene, view, columns, enlarged=True),
    ]
    happened = [(event.moment.timestamp(), in_columns(event.label)) for event in scene.events]
    high = max(_LOWEST, rows - len(below) - 2 - bool(happened))
    figures = [
        (point.when.timestamp(), trends.exact_mean(point), figure_text(point.group))
        for point in reversed(series.points)
    ]
    chart = charts.draw(chart_dots(scene, view, series), within, room, high, figures=figures)
    counts = [(point.when.timestamp(), str(point.group.scored)) for point in series.points]
    return [
        *([line("  ", _named_above(happened, within, chart))] if happened else []),
        *(line("  ") + row for row in chart_lines(chart, scene.instrument.scale_of(series.id).better)),
        line("  ", span(_placed(_dates(scene, within, chart), within, chart), "muted")),
        line("  ", span(_placed(counts, within, chart, lead="n"), "muted")),
        *below,
    ]


def _named_above(happened: Iterable[tuple[float, str]], within: charts.Frame, chart: charts.Chart) -> str:
    """Write what happened beside a mark above its moment: behind it or before it, else its first words, or the mark.

    No word is cut; the newest have the first choice. The legend names them in full.
    """
    shown = [(when, name) for when, name in sorted(happened) if within.first <= when <= within.last]
    marks = [chart.column(within.across(when)) for when, _name in shown]
    placed: list[tuple[int, str]] = []
    end = chart.start + chart.columns
    for place in reversed(range(len(shown))):
        column, name = marks[place], shown[place][1]
        if column >= end:  # another mark is there
            continue
        start, text = column, f"{charts.EVENT} {name}"
        before = column - width(name) - 1
        if width(text) > end - column and before > (marks[place - 1] + 1 if place else 0):
            start, text = before, f"{name} {charts.EVENT}"
        cut_text = shorten(text, end - start)
        is_whole = cut_text == text or not text[len(cut_text) - 1].isalnum()
        placed.append((start, cut_text if is_whole else charts.EVENT))
        end = start - 1
    row = ""
    for start, text in reversed(placed):
        row = pad(row, start) + text
    return row


def _placed(labels: Iterable[tuple[float, str]], within: charts.Frame, chart: charts.Chart, lead: str = "") -> str:
    """Write labels in the columns of their moments; one without room is cut, or left out when another stands there."""
    shown = [(when, text) for when, text in sorted(labels) if within.first <= when <= within.last]
    placed = list({chart.column(within.across(when)): text for when, text in shown}.items())  # of a column the newest
    row = lead
    room = chart.start + chart.columns
    places = [place for place, _text in placed]
    for column, text in placed:
        after = bisect_right(places, column)
        end = places[after] - 1 if after < len(places) else room
        start = column if end - column >= len("┊ …") else max(0, end - width(text))
        if width(row) < start or not row:
            row += " " * (start - width(row)) + shorten(text, end - start)
    return row


def _dates(scene: TrendScene, within: charts.Frame, chart: charts.Chart) -> list[tuple[float, str]]:
    """Dates to stand below the chart: the last one, the first one, and of those between as many as leave room."""
    room = chart.start + chart.columns
    kept: list[tuple[float, str]] = []
    moments = [(one.started.timestamp(), month_year(one.started)) for one in scene.trend.sessions]
    shown = [(when, text) for when, text in moments if within.first <= when <= within.last]
    for number, (when, text) in reversed(list(enumerate(shown))):
        start = (
            chart.column(within.across(when)) if kept else min(chart.column(within.across(when)), room - width(text))
        )
        # one in between leaves the first its room
        least = chart.column(within.across(shown[0][0])) + width(shown[0][1]) + 2 if kept and number else 0
        if least <= start and start + width(text) + (2 if kept else 0) <= room:
            kept.append((when, text))
            room = start
    return kept[::-1]
