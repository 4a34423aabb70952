"""Change over time: what is looked at, the question above it, where one stands in it, and the figures as a table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.analysis.trend import GroupPoint, ItemTrend, Point, Series, Trend, TrendFigure
from reflect_tui.forms.goal import target_text
from reflect_tui.i18n import _, month_name, ngettext
from reflect_tui.model.events import Event
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Role, Session
from reflect_tui.views import charts
from reflect_tui.views.compare import NEARLY, people
from reflect_tui.views.events import event_name
from reflect_tui.views.labels import Key, day, group_name, mean_text, numbered_name, role_name
from reflect_tui.views.lines import (
    EMPTY,
    Line,
    Span,
    Style,
    between,
    cut,
    fit,
    heading,
    in_runs,
    line,
    nothing_yet,
    pad,
    paragraph,
    shorten,
    span,
    width,
)

TrendAxis = Literal["domain", "focus", "item"]
AXES: tuple[TrendAxis, ...] = ("domain", "focus", "item")
NARROW = 76
"""Columns; below it names and figures are written shorter."""

WINDOWS = (0, 12, 6)
"""How many of the newest sessions are followed; 0 is all."""

MARKS: dict[Role, str] = {"colleague": "×", "manager": "□", "client": "△"}
"""What the sessions of others look like in a chart."""


class GoalTarget(Struct, frozen=True):
    """A goal: the mean it wants to reach, and what it is about."""

    value: float
    label: str


class TrendView(Struct, frozen=True, kw_only=True):
    """What is looked at: the axis, the session walked to (counted from the oldest), and the panel or item chosen."""

    axis: TrendAxis = "domain"
    session: int = 0
    panel: int = 0
    item: int = 0


class TrendScene(Struct, frozen=True, kw_only=True):
    """All that a trend shows: the lines, the items, what happened meanwhile, and the goals of a domain or focus.

    `groups` are those that answered in confidence, with what their comparison tells.
    `total` counts one's own sessions, also those before the ones that are followed; `apart` those on another instrument
    or scale, which have no place in these charts.
    """

    instrument: Instrument
    trend: Trend
    groups: tuple[GroupPoint, ...] = ()
    rows: tuple[ItemTrend, ...] = ()
    events: tuple[Event, ...] = ()
    targets: dict[str, tuple[GoalTarget, ...]] = {}
    total: int = 0
    apart: int = 0


def elsewhere(sessions: Iterable[Session], trend: Trend, instrument: Instrument) -> int:
    """Count one's own sessions that no chart of this instrument has: of another instrument, or on another scale."""
    return trend.left_out + sum(one.role == "self" and one.instrument != instrument.id for one in sessions)


def targets_of(goals: Iterable[Goal], instrument: Instrument) -> dict[str, tuple[GoalTarget, ...]]:
    """Give what the goals that go on aim at, by domain; those without a domain or a mean to reach have no line."""
    found: dict[str, tuple[GoalTarget, ...]] = {}
    for goal in goals:
        if goal.is_open and goal.instrument == instrument.id and goal.domain and goal.target is not None:
            found[goal.domain] = (*found.get(goal.domain, ()), GoalTarget(float(goal.target), goal.what))
    return found


def series_of(trend: Trend, axis: TrendAxis) -> tuple[Series, ...]:
    """Give the lines of an axis; items have rows of their own."""
    return trend.domains if axis == "domain" else trend.focuses


def render_question(scene: TrendScene, view: TrendView, columns: int, *, enlarged: bool = False) -> Line:
    """Ask what the chart below answers, and say how many sessions it follows."""
    if enlarged and view.axis != "item":
        chosen = series_of(scene.trend, view.axis)[view.panel].id
        name = group_name(scene.instrument, chosen, short=columns < NARROW)
        text = _("How did {name} move?").format(name=name)
    else:
        texts = {
            "domain": _("How did my domains move?"),
            "focus": _("How did my attitude, knowledge and skill move?"),
            "item": _("How did my answers move?"),
        }
        text = texts[view.axis]
    right = line(span(_followed(scene), "muted"), " ")
    return between(line("  ", span(shorten(text, columns - 4 - right.width), "title")), right, columns)


def _followed(scene: TrendScene) -> str:
    shown = len(scene.trend.sessions)
    if shown < scene.total:
        return _("last {n} of {total} sessions").format(n=shown, total=scene.total)
    return ngettext("{n} session", "all {n} sessions", shown).format(n=shown)


def render_legend(scene: TrendScene, view: TrendView, columns: int, *, enlarged: bool = False) -> list[Line]:
    """Say what the glyphs mean that occur: own sessions, others, goals, and the event last before the one walked to."""
    parts: list[Span] = []
    others = {*(other.role for other in scene.trend.others), *(group.role for group in scene.groups)}
    if others:
        parts.append(span(f"{charts.COVERED} {role_name('self')}  ", "muted"))
        parts += [span(f"{mark} {role_name(role)}  ", "muted") for role, mark in MARKS.items() if role in others]
    shown = series_of(scene.trend, view.axis)
    shown = (shown[view.panel],) if enlarged else shown
    if any(point.group.verdict is None for series in shown for point in series.points):
        parts.append(span(f"{charts.HOLLOW} " + _("too few") + "  ", "muted"))
    if any(len(stretches(series.points)) > 1 for series in shown):
        parts.append(span(_("gap: other items") + "  ", "muted"))
    if any(series.id in scene.targets for series in shown):
        parts.append(span(f"{charts.TARGET} " + _("goal") + "  ", "muted"))
    found = line("  ", *parts)
    happened = _last_event(scene, view)
    if happened is None:
        return [cut(found, columns)]
    said = line(span(f"{charts.EVENT} {event_name(happened)}", "muted"))
    if found.width + said.width < columns:
        return [found + said]
    return [cut(found, columns), cut(line("  ") + said, columns)]


def _last_event(scene: TrendScene, view: TrendView) -> Event | None:
    moment = scene.trend.sessions[view.session].started
    return next((event for event in reversed(scene.events) if event.moment <= moment), None)


def render_thinning(scene: TrendScene, drawn: int, columns: int) -> list[Line]:
    """Say that a chart `drawn` so many columns wide shows fewer points than there are sessions, when it does."""
    if len(scene.trend.sessions) <= drawn:
        return []
    text = _("More sessions than columns: in each column the first, last, lowest and highest are drawn.")
    return paragraph(text, columns - 2, "muted", indent=2)


def render_left_out(scene: TrendScene, columns: int) -> list[Line]:
    """Say how many of one's own sessions are not in the charts, and why."""
    if not scene.apart:
        return []
    text = ngettext(
        "{n} session of yours, on another instrument or scale, is not in here.",
        "{n} sessions of yours, on another instrument or scale, are not in here.",
        scene.apart,
    )
    return paragraph(text.format(n=scene.apart), columns - 2, "muted", indent=2)


def point_at(series: Series, trend: Trend, session: int) -> Point | None:
    """Give the point of the session walked to; None when nothing was scored there."""
    wanted = trend.sessions[session].id
    return next((point for point in series.points if point.session == wanted), None)


def render_position(instrument: Instrument, trend: Trend, view: TrendView, columns: int) -> Line:
    """Say which session is walked to, and the figures of the chosen panel in it."""
    session = trend.sessions[view.session]
    series = series_of(trend, view.axis)[view.panel]
    point = point_at(series, trend, view.session)
    place = _("{n} of {total}").format(n=view.session + 1, total=len(trend.sessions))
    opening = line("  ", span("◆ ", "strong"), span(day(session.started), "strong"), span(f"  {place}   ", "muted"))
    name = group_name(instrument, series.id, short=True)
    if point is None:
        return cut(opening + line(span(_("{name}: nothing scored").format(name=name), "muted")), columns)
    figures = [span(mean_text(point.mean), "strong"), span(f"  {_on_items(point.group.scored, columns)}", "muted")]
    if not point.covered:
        figures += [span(f"  {charts.HOLLOW} ", "warning"), span(_("too few for a verdict"), "warning")]
    if point.starts:
        figures.append(span("  " + _("a new line: other items"), "warning"))
    room = columns - opening.width - line(*figures).width - 1
    return cut(opening + line(span(shorten(name, max(8, room)) + " "), *figures), columns)


def _on_items(count: int, columns: int) -> str:
    """Say on how many items a mean stands."""
    if columns < NARROW:
        return f"n={count}"
    return ngettext("mean of {n} item", "mean of {n} items", count).format(n=count)


def course_sentence(instrument: Instrument, series: Series) -> str:
    """Say how a line runs: first and last mean and when, apart for every part that other items break off."""
    name = group_name(instrument, series.id)
    if not series.points:
        return _("{name}: nothing scored yet.").format(name=name)
    first, *rest = stretches(series.points)
    said = [_("{name}: {course}.").format(name=name, course=_course(first))]
    said += [_("Other items since then: {course}.").format(course=_course(part)) for part in rest]
    return " ".join(said)


def goal_sentences(scene: TrendScene, series: Series) -> list[str]:
    """Say what the goals that go on want of a line."""
    text = _("Goal {target}: {what}.")
    return [
        text.format(target=target_text(target.value), what=target.label.rstrip("."))
        for target in scene.targets.get(series.id, ())
    ]


def stretches(points: Sequence[Point]) -> list[tuple[Point, ...]]:
    """Part the points of a line where it does not go on, since other items were measured."""
    starts = [0, *(place for place, point in enumerate(points) if place and point.starts), len(points)]
    return [tuple(points[start:end]) for start, end in pairwise(starts)]


def _course(points: Sequence[Point]) -> str:
    first, last = points[0], points[-1]
    if first is last:
        text = _("{mean} on {date}, n = {n}")
        return text.format(mean=mean_text(last.mean), date=day(last.when), n=last.group.scored)
    text = _("from {first} on {date} to {last} on {later}, in {n} sessions")
    return text.format(
        first=mean_text(first.mean),
        date=day(first.when),
        last=mean_text(last.mean),
        later=day(last.when),
        n=len(points),
    )


def render_none_yet(columns: int, key: Key) -> list[Line]:
    """Say what a trend needs, while there is nothing."""
    what = _("A trend shows how your own sessions differ over time; it begins with the second one.")
    how = _("{back} goes back to the list, {new} begins a session there.")
    texts = (what, how.format(back=key("back"), new=key("home.new")))
    return nothing_yet(_("No session of your own yet"), texts, columns)


def one_only() -> str:
    """Say what a trend needs, while there is one session."""
    return _("One session so far. A trend begins with the second one.")


# What panels and enlarged charts have in common: their dots, their frame, and the style of every glyph.


_POINTS = frozenset((charts.COVERED, charts.HOLLOW))
_OTHERS = frozenset(MARKS.values())


class Dots(Struct, frozen=True):
    """What is drawn of a panel; `crowded` when there are more sessions than columns: the line alone shows them."""

    dots: list[charts.Dot]
    crowded: bool


def dots(scene: TrendScene, view: TrendView, panel: int, columns: int) -> Dots:
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


def frame(scene: TrendScene, name: str) -> charts.Frame:
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


def render_chart_row(row: str, wide: int, *, chosen: bool = True) -> Line:
    """Give every glyph of a chart its style: points stand out, the threshold and the axes step back."""
    return Line((*in_runs(row, partial(_glyph_style, chosen=chosen)), span(" " * max(0, wide - len(row)))))


def _glyph_style(glyph: str, *, chosen: bool) -> Style:
    if glyph in (charts.SELECTED, charts.SELECTED_HOLLOW):
        return "strong"
    if glyph in _POINTS or glyph in charts.LINE:
        return "accent"
    if glyph in (charts.THRESHOLD, charts.TARGET):
        return "low" if glyph == charts.THRESHOLD else "high"
    return "text" if glyph in _OTHERS or (chosen and glyph.isdigit()) else "muted"


# One domain or focus as large as the screen allows: dates and n below the points, events above, goals named.


_LOWEST = 6


def render_enlarged(scene: TrendScene, view: TrendView, columns: int, rows: int) -> list[Line]:
    """Show the chosen panel."""
    series = series_of(scene.trend, view.axis)[view.panel]
    within = frame(scene, series.id)
    room = columns - 4
    below = [
        EMPTY,
        *paragraph(course_sentence(scene.instrument, series), columns - 2, "muted", indent=2),
        *(_goal(target.value, target.label, columns) for target in scene.targets.get(series.id, ())),
        *render_thinning(scene, room, columns),
        *render_left_out(scene, columns),
        *render_legend(scene, view, columns, enlarged=True),
    ]
    happened = [(event.moment.timestamp(), f"▾ {event.label}") for event in scene.events]
    high = max(_LOWEST, rows - len(below) - 1 - bool(happened))
    shown = dots(scene, view, view.panel, room)
    drawn = charts.chart(shown.dots, within, room, high, _ticks(scene.trend, columns), crowded=shown.crowded)
    counts = [(point.when.timestamp(), str(point.group.scored)) for point in series.points]
    return [
        *([line("  ", _placed(happened, within, drawn, room))] if happened else []),
        *(line("  ") + render_chart_row(row, room, chosen=False) for row in drawn),
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


# The groups that answered in confidence as a table: a column a round, with the figures of its comparison.


_CELL = 13


def render_confidential_groups(scene: TrendScene, axes: Sequence[TrendAxis], columns: int) -> Iterator[Line]:
    """Show every group, the newest rounds that fit, below the name of its role."""
    for role in MARKS:
        found = [group for group in scene.groups if group.role == role]
        if found:
            yield EMPTY
            yield heading(_("{role}, in confidence").format(role=role_name(role)))
            yield from _table(scene, found, axes, columns)
    if scene.groups:
        text = _("As in the comparison: on the items that both sides scored. {sign} rounded, or told as a bound.")
        yield EMPTY
        yield from paragraph(text.format(sign=NEARLY), columns - 2, "muted", indent=2)


def _table(scene: TrendScene, found: Sequence[GroupPoint], axes: Sequence[TrendAxis], columns: int) -> Iterator[Line]:
    title_room = min(30, max(18, columns - 2 - 4 * _CELL))
    shown = found[-max(1, (columns - 2 - title_room) // _CELL) :]
    blank = " " * title_room
    yield line("  ", blank, *(span(pad(day(group.when), _CELL, right=True), "muted") for group in shown))
    yield line(
        "  ", blank, *(span(pad(people(group.role, group.people), _CELL, right=True), "muted") for group in shown)
    )
    for series in (one for axis in axes for one in series_of(scene.trend, axis)):
        name = _name(scene.instrument, series.id, title_room)
        yield line("  ", span(name), *(span(_cell(group.figure(series.id))) for group in shown))
    hidden = len(found) - len(shown)
    if hidden:
        more = ngettext("{n} earlier round", "{n} earlier rounds", hidden).format(n=hidden)
        yield line("  ", span(more, "muted"))


def _name(instrument: Instrument, name: str, room: int) -> str:
    return fit(numbered_name(instrument, name, short=room < 30), room - 1) + " "  # noqa: PLR2004 -- as the other tables


def _cell(figure: TrendFigure | None) -> str:
    if figure is None:
        return pad("–", _CELL, right=True)
    nearly = NEARLY if figure.bound else "" if figure.covered else "*"
    return pad(f"{mean_text(figure.mean)}{nearly or ' '}({figure.scored})", _CELL, right=True)


# Small multiples: a panel for every domain or focus, the same axes in all.


GAP = 2
AIRY = 10  # a lower panel gives the row below it to the chart
ONE_ROW = 26  # a narrower panel gives its figures a row of their own
LOWEST = 6  # rows of a panel; in a lower one nothing can be told
NARROW_PANELS = 64  # columns; below it at most three panels stand side by side


def render_panels(scene: TrendScene, view: TrendView, columns: int, rows: int) -> list[Line]:
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


def _more(scene: TrendScene, view: TrendView, hidden: Sequence[int], columns: int) -> Line:
    """Name the panels that have no room."""
    series = series_of(scene.trend, view.axis)
    names = ", ".join(numbered_name(scene.instrument, series[number].id) for number in hidden)
    return line("  ", span(shorten(_("↑ ↓ more: {names}").format(names=names), columns - 3), "muted"))


def grid_width(count: int, columns: int) -> int:
    """Choose how many panels stand side by side."""
    if count > 6:  # noqa: PLR2004 -- eight domains fill two rows of four
        return 4 if columns >= NARROW_PANELS else 3
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


def _panel(scene: TrendScene, view: TrendView, number: int, size: tuple[int, int]) -> list[Line]:
    wide, high = size
    titles = _titles(scene, view, number, wide)
    below = [line(" " * wide)] if high >= AIRY else []
    room = high - len(titles) - len(below)
    name = series_of(scene.trend, view.axis)[number].id
    shown = dots(scene, view, number, wide)
    drawn = charts.panel(shown.dots, frame(scene, name), wide, room, crowded=shown.crowded)
    whole = [*titles, *(render_chart_row(row, wide, chosen=number == view.panel) for row in drawn), *below]
    return [_clicked(row, f"choose({number})") for row in whole]


def _clicked(row: Line, action: str) -> Line:
    """Let a click anywhere on a row of a panel do something."""
    return Line(tuple(structs.replace(part, action=action) for part in row.spans))


def _titles(scene: TrendScene, view: TrendView, number: int, wide: int) -> list[Line]:
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
