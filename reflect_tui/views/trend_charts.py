"""What is drawn of a trend: its dots, the frame around them, and one of them enlarged."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import partial

from msgspec import structs

from reflect_tui.analysis.trend import FEW, Series, half_points_around
from reflect_tui.forms.goal import target_text
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Better
from reflect_tui.model.talk import is_id as is_talk
from reflect_tui.text import in_columns
from reflect_tui.views import charts
from reflect_tui.views.labels import figure_text
from reflect_tui.views.lines import EMPTY, Line, Style, in_runs, line, pad, paragraph, shorten, span, width
from reflect_tui.views.trend_legend import render_legend
from reflect_tui.views.trend_text import course_sentence
from reflect_tui.views.trends import (
    MARKS,
    TrendScene,
    TrendView,
    exact_mean,
    month_year,
    others_of,
    recounted,
    references_of,
    render_left_out,
    render_thinning,
    series_of,
    target_line,
)


def item_count(scene: TrendScene, name: str) -> int:
    """How many items a domain or focus has."""
    instrument = scene.instrument
    if name in instrument.focuses:
        return sum(item.focus == name for item in instrument.items)
    return next((len(domain.items) for domain in instrument.domains if domain.id == name), 0)


# The dots, and the part of the scale and of the time that all panels show.


def chart_dots(scene: TrendScene, view: TrendView, series: Series) -> list[charts.Dot]:
    """One's own means, and when they are asked for those of others."""
    dots = [*_own_dots(series), *_old_dots(scene, series)]
    return [*dots, *_other_dots(scene, view, series.id)] if view.others else dots


def _own_dots(series: Series) -> Iterator[charts.Dot]:
    """One's own means; the line goes through no session that has none, nor on to other items."""
    day = None
    for point in series.points:
        starts, before, day = point.interrupted or point.starts, day, point.when.date()
        mean = exact_mean(point)
        yield charts.Dot(point.when.timestamp(), mean, point.covered, starts=starts, same_day=day == before)


def _old_dots(scene: TrendScene, series: Series) -> Iterator[charts.Dot]:
    """The means that are left of old years: hollow, and on no line."""
    for reference, domain in references_of(scene, (series,)):
        mean = Fraction(str(reference.means[domain]))
        yield charts.Dot(reference.moment.timestamp(), mean, mark=charts.REFERENCE)


def _other_dots(scene: TrendScene, view: TrendView, name: str) -> Iterator[charts.Dot]:
    """What others said; a mean on too few answers, or told as a bound, has no place of its own and is left out."""
    for other in others_of(scene, view.axis, name):
        if other.is_drawn:
            yield charts.Dot(other.when.timestamp(), other.mean, mark=MARKS[other.role])


def drawn_series(scene: TrendScene, view: TrendView, *, enlarged: bool = False) -> tuple[Series, ...]:
    """The lines that are drawn: the chosen one enlarged, else all that have statements enough for a panel."""
    series = series_of(scene.trend, view.axis)
    return (series[view.panel],) if enlarged else tuple(one for one in series if item_count(scene, one.id) > FEW)


def frame(scene: TrendScene, view: TrendView, *, enlarged: bool = False) -> charts.Frame:
    """What all panels share: the scale, or zoomed in the part of it that they need, and the time of all sessions."""
    scale = scene.instrument.scale
    whole = Fraction(scale.lowest), Fraction(scale.highest)
    low, high = zoomed_range(scene, view, enlarged=enlarged) if view.zoomed else whole
    moments = [session.started.timestamp() for session in scene.trend.sessions]
    drawn = drawn_series(scene, view, enlarged=enlarged)
    moments += [reference.moment.timestamp() for reference, _domain in references_of(scene, drawn)]
    if view.others:
        moments += [session.started.timestamp() for other in scene.trend.others for session in other.sessions]
        moments += [group.when.timestamp() for group in scene.groups]
    talks = [event.moment.timestamp() for event in scene.events if is_talk(event.id)]
    moments += [talk for talk in talks if talk > max(moments)]  # the talk about the newest session comes after it
    return charts.Frame(
        low=low,
        high=high,
        threshold=scale.threshold,
        first=min(moments),
        last=max(moments),
        zoomed=view.zoomed and (low, high) != whole,
        split=any(scene.instrument.scale_of(one.id).threshold.denominator > 1 for one in drawn),
    )


def framed(shared: charts.Frame, scene: TrendScene, view: TrendView, series: Series) -> charts.Frame:
    """The frame of one panel: with its goals, and what happened in its time."""
    targets = tuple(Fraction(str(target.value)) for target in scene.targets.get(series.id, ()))
    threshold = scene.instrument.scale_of(series.id).threshold
    return structs.replace(shared, threshold=threshold, targets=targets, ticks=tuple(_ticks(scene, view, series)))


def zoomed_range(scene: TrendScene, view: TrendView, *, enlarged: bool = False) -> tuple[Fraction, Fraction]:
    """The half points of the scale around all means that are drawn, the threshold between them."""
    shown = drawn_series(scene, view, enlarged=enlarged)
    dots = (dot for series in shown for dot in chart_dots(scene, view, series))
    thresholds = [scene.instrument.scale_of(series.id).threshold for series in shown]
    return half_points_around([*(Fraction(dot.mean) for dot in dots), *thresholds], scene.instrument.scale)


def _ticks(scene: TrendScene, view: TrendView, series: Series) -> Iterator[tuple[float, str]]:
    for event in scene.events:
        yield event.moment.timestamp(), charts.EVENT
    for point in recounted(series):
        yield point.when.timestamp(), charts.OTHER_COUNT
    if view.session < len(scene.trend.sessions) - 1:
        yield scene.trend.sessions[view.session].started.timestamp(), charts.WALKED


def chart_lines(chart: charts.Chart, better: Better) -> list[Line]:
    """Style the rows: the part on the good side of the threshold stands out, the other in another colour."""
    return [
        Line(in_runs(row, partial(_glyph_style, good=(number < chart.threshold) == (better == "higher"))))
        for number, row in enumerate(chart.rows)
    ]


def _glyph_style(glyph: str, *, good: bool) -> Style:
    if glyph in charts.BRAILLE:
        return "accent" if good else "low"
    if glyph == charts.TARGET:
        return "high"
    return "text" if glyph in _OTHERS or glyph == charts.WALKED else "muted"


_OTHERS = frozenset((*MARKS.values(), charts.HOLLOW, charts.REFERENCE))

# One domain or focus as large as the screen allows: dates and n below the points, events above, goals named.


_LOWEST = 5


def render_enlarged(scene: TrendScene, view: TrendView, columns: int, rows: int) -> list[Line]:
    """Show the chosen panel, each mean beside its point where it has room."""
    series = series_of(scene.trend, view.axis)[view.panel]
    within = framed(frame(scene, view, enlarged=True), scene, view, series)
    room = columns - 4
    below = [
        EMPTY,
        *paragraph(course_sentence(scene.instrument, series), columns - 2, "muted", indent=2),
        *(target_line(target, columns) for target in scene.targets.get(series.id, ())),
        *render_thinning(scene, room, columns),
        *render_left_out(scene, columns),
        *render_legend(scene, view, columns, enlarged=True),
    ]
    happened = [(event.moment.timestamp(), in_columns(event.label)) for event in scene.events]
    high = max(_LOWEST, rows - len(below) - 2 - bool(happened))
    figures = [
        (point.when.timestamp(), exact_mean(point), figure_text(point.group)) for point in reversed(series.points)
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


def can_zoom(scene: TrendScene, view: TrendView, *, enlarged: bool = False) -> bool:
    """Whether the means take up less than the whole scale, so that zooming in shows them larger."""
    low, high = zoomed_range(scene, view, enlarged=enlarged)
    return low > scene.instrument.scale.lowest or high < scene.instrument.scale.highest


def zoom_text(scene: TrendScene, view: TrendView, *, enlarged: bool = False) -> str:
    """Say which part of the scale is shown while it is not the whole."""
    low, high = zoomed_range(scene, view, enlarged=enlarged)
    return _("zoomed in: {low} to {high}").format(low=target_text(float(low)), high=target_text(float(high)))
