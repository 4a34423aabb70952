"""What panels and enlarged charts have in common: their dots, their frame, and the style of every glyph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from reflect_tui import charts
from reflect_tui.analysis.group_trend import GroupPoint
from reflect_tui.analysis.trend import Point, Series, Trend
from reflect_tui.pages.lines import Line, Span, Style, span
from reflect_tui.pages.trends import MARKS, Scene, TrendAxis, View, series_of

_POINTS = frozenset((charts.COVERED, charts.HOLLOW))
_OTHERS = frozenset(MARKS.values())


class Dots(Struct, frozen=True):
    """What is drawn of a panel; `crowded` when there are more sessions than columns: the line alone shows them."""

    dots: list[charts.Dot]
    crowded: bool


def dots(scene: Scene, view: View, panel: int, columns: int) -> Dots:
    """Give the dots of a panel of so many columns: one's own, joined by a line, and those of others."""
    own = series_of(scene.trend, view.axis)[panel]
    wanted = scene.trend.sessions[view.session].id
    shown = [
        *_own_dots(own, wanted, columns),
        *_other_dots(scene.trend, view.axis, own.id),
        *_group_dots(scene.groups, own.id),
    ]
    return Dots(shown, len(own.points) > columns)


def _own_dots(series: Series, wanted: str, columns: int) -> Iterator[charts.Dot]:
    """Give the dots that show; of thousands of points, the others are never made one."""
    points = series.points
    kept = (place for place, point in enumerate(points) if point.starts or point.session == wanted)
    whens = [point.when.timestamp() for point in points]
    values = [_value(point) for point in points]
    for place in charts.showing(whens, values, columns, kept):
        point = points[place]
        yield charts.Dot(
            when=whens[place],
            value=values[place],
            covered=point.covered,
            selected=point.session == wanted,
            starts=point.starts,
        )


def _other_dots(trend: Trend, axis: TrendAxis, name: str) -> Iterator[charts.Dot]:
    for other in trend.others:
        series = next((part for part in series_of(other, axis) if part.id == name), None)
        for point in series.points if series else ():
            yield charts.Dot(point.when.timestamp(), _value(point), point.covered, mark=MARKS[other.role])


def _group_dots(groups: Iterable[GroupPoint], name: str) -> Iterator[charts.Dot]:
    for group in groups:
        if figure := group.figure(name):
            yield charts.Dot(group.when.timestamp(), float(figure.mean), figure.covered, mark=MARKS[group.role])


def _value(point: Point) -> float:
    """Give a mean as a chart takes it; a series has no point without a score."""
    return point.group.sum / point.group.scored


def frame(scene: Scene, name: str) -> charts.Frame:
    """Give the whole scale and the time of all sessions, those of others and events between them included."""
    trend = scene.trend
    ends = [session for part in (trend, *trend.others) for session in (*part.sessions[:1], *part.sessions[-1:])]
    moments = [session.started.timestamp() for session in ends] + [group.when.timestamp() for group in scene.groups]
    scale = scene.instrument.scale
    return charts.Frame(
        low=scale.lowest,
        high=scale.highest,
        threshold=float(scale.threshold),
        first=min(moments),
        last=max(moments),
        targets=tuple(target.value for target in scene.targets.get(name, ())),
        events=tuple(event.moment.timestamp() for event in scene.events),
    )


def coloured(row: str, wide: int, *, chosen: bool = True) -> Line:
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
    if glyph in (charts.THRESHOLD, charts.TARGET):
        return "low" if glyph == charts.THRESHOLD else "high"
    return "text" if glyph in _OTHERS or (chosen and glyph.isdigit()) else "muted"
