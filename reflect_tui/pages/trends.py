"""Change over time: what is looked at, the question above it, where one stands in it, and the figures as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from reflect_tui import charts
from reflect_tui.analysis.group_trend import GroupPoint
from reflect_tui.analysis.trend import Point, Row, Series, Trend
from reflect_tui.events import Event
from reflect_tui.goal_form import target_text
from reflect_tui.goals import Goal
from reflect_tui.i18n import _, ngettext
from reflect_tui.instrument import Instrument
from reflect_tui.pages.events import event_name
from reflect_tui.pages.lines import Line, Span, between, cut, line, nothing_yet, paragraph, shorten, span
from reflect_tui.pages.words import Key, day, group_name, mean_text, role_name
from reflect_tui.session import Role, Session

TrendAxis = Literal["domain", "focus", "item"]
AXES: tuple[TrendAxis, ...] = ("domain", "focus", "item")
NARROW = 76
"""Columns; below it names and figures are written shorter."""

WINDOWS = (0, 12, 6)
"""How many of the newest sessions are followed; 0 is all."""

MARKS: dict[Role, str] = {"colleague": "×", "manager": "□", "client": "△"}
"""What the sessions of others look like in a chart."""


class Target(Struct, frozen=True):
    """A goal: the mean it wants to reach, and what it is about."""

    value: float
    label: str


class View(Struct, frozen=True, kw_only=True):
    """What is looked at: the axis, the session walked to (counted from the oldest), and the panel or item chosen."""

    axis: TrendAxis = "domain"
    session: int = 0
    panel: int = 0
    item: int = 0


class Scene(Struct, frozen=True, kw_only=True):
    """All that a trend shows: the lines, the items, what happened meanwhile, and the goals of a domain or focus.

    `groups` are those that answered in confidence, with what their comparison tells.
    `total` counts one's own sessions, also those before the ones that are followed; `apart` those on another instrument
    or scale, which have no place in these charts.
    """

    instrument: Instrument
    trend: Trend
    groups: tuple[GroupPoint, ...] = ()
    rows: tuple[Row, ...] = ()
    events: tuple[Event, ...] = ()
    targets: dict[str, tuple[Target, ...]] = {}
    total: int = 0
    apart: int = 0


def elsewhere(sessions: Iterable[Session], trend: Trend, instrument: Instrument) -> int:
    """Count one's own sessions that no chart of this instrument has: of another instrument, or on another scale."""
    return trend.left_out + sum(one.role == "self" and one.instrument != instrument.id for one in sessions)


def targets_of(goals: Iterable[Goal], instrument: Instrument) -> dict[str, tuple[Target, ...]]:
    """Give what the goals that go on aim at, by domain; those without a domain or a mean to reach have no line."""
    found: dict[str, tuple[Target, ...]] = {}
    for goal in goals:
        if goal.is_open and goal.instrument == instrument.id and goal.domain and goal.target is not None:
            found[goal.domain] = (*found.get(goal.domain, ()), Target(float(goal.target), goal.what))
    return found


def series_of(trend: Trend, axis: TrendAxis) -> tuple[Series, ...]:
    """Give the lines of an axis; items have rows of their own."""
    return trend.domains if axis == "domain" else trend.focuses


def question(scene: Scene, view: View, columns: int, *, enlarged: bool = False) -> Line:
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


def _followed(scene: Scene) -> str:
    shown = len(scene.trend.sessions)
    if shown < scene.total:
        return _("last {n} of {total} sessions").format(n=shown, total=scene.total)
    return ngettext("{n} session", "all {n} sessions", shown).format(n=shown)


def legend(scene: Scene, view: View, columns: int, *, enlarged: bool = False) -> list[Line]:
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


def _last_event(scene: Scene, view: View) -> Event | None:
    moment = scene.trend.sessions[view.session].started
    return next((event for event in reversed(scene.events) if event.moment <= moment), None)


def thinned(scene: Scene, drawn: int, columns: int) -> list[Line]:
    """Say that a chart `drawn` so many columns wide shows fewer points than there are sessions, when it does."""
    if len(scene.trend.sessions) <= drawn:
        return []
    text = _("More sessions than columns: in each column the first, last, lowest and highest are drawn.")
    return paragraph(text, columns - 2, "muted", indent=2)


def apart(scene: Scene, columns: int) -> list[Line]:
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


def position_line(instrument: Instrument, trend: Trend, view: View, columns: int) -> Line:
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


def sentence(instrument: Instrument, series: Series) -> str:
    """Say how a line runs: first and last mean and when, apart for every part that other items break off."""
    name = group_name(instrument, series.id)
    if not series.points:
        return _("{name}: nothing scored yet.").format(name=name)
    first, *rest = stretches(series.points)
    said = [_("{name}: {course}.").format(name=name, course=_course(first))]
    said += [_("Other items since then: {course}.").format(course=_course(part)) for part in rest]
    return " ".join(said)


def goal_sentences(scene: Scene, series: Series) -> list[str]:
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


def none_yet(columns: int, key: Key) -> list[Line]:
    """Say what a trend needs, while there is nothing."""
    what = _("A trend shows how your own sessions differ over time; it begins with the second one.")
    how = _("{back} goes back to the list, {new} begins a session there.")
    texts = (what, how.format(back=key("back"), new=key("home.new")))
    return nothing_yet(_("No session of your own yet"), texts, columns)


def one_only() -> str:
    """Say what a trend needs, while there is one session."""
    return _("One session so far. A trend begins with the second one.")
