"""Change over time: what is looked at, the question above it, where one stands in it, and the figures as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from msgspec import Struct, structs

from reflect_tui.analysis.change import GroupChange
from reflect_tui.analysis.trend import GroupPoint, ItemTrend, Point, Series, Trend, change_between
from reflect_tui.analysis.version_changes import EndedLines, VersionChanges
from reflect_tui.forms.fields import target_text
from reflect_tui.i18n import _, format_date, format_number, ngettext
from reflect_tui.model.agenda import Bound
from reflect_tui.model.events import Event
from reflect_tui.model.goals import Goal
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.old_means import Reference
from reflect_tui.model.session import Role, Session
from reflect_tui.views import charts
from reflect_tui.views.change_sentences import differ_by_half, marked_delta
from reflect_tui.views.instrument_words import brief_band
from reflect_tui.views.labels import ROLE_MARKS, Key, day, figure_text, focuses_title, good_sign, group_name, month_year
from reflect_tui.views.lines import Line, between, cut, line, nothing_yet, paragraph, shorten, span, width

TrendAxis = Literal["domain", "focus", "item"]
AXES: tuple[TrendAxis, ...] = ("domain", "focus", "item")
NARROW = 76
"""Columns; below it names and figures are written shorter."""

WIDE = 100
"""Columns from which domains have their whole names."""


WINDOWS = (0, 12, 6)
"""How many of the newest sessions are followed; 0 is all."""

_IN_A_TREND: tuple[Role, ...] = ("colleague", "manager", "client", "other")
MARKS = {role: ROLE_MARKS[role] for role in _IN_A_TREND}
"""What the sessions of others look like in a chart."""


class GoalTarget(Struct, frozen=True):
    """A goal: the mean it wants to reach, and what it is about; or the target of a profile, and its title."""

    value: float
    label: str
    of_profile: bool = False


class TrendView(Struct, frozen=True, kw_only=True):
    """What is looked at: the axis, the session walked to (counted from the oldest), and the panel or item chosen.

    `others` are shown beside one's own means, `zoomed` in on the part of the scale that the means take up.
    """

    axis: TrendAxis = "domain"
    session: int = 0
    panel: int = 0
    item: int = 0
    others: bool = False
    zoomed: bool = False


class TrendScene(Struct, frozen=True, kw_only=True):
    """All that a trend shows: the lines, the items, what happened meanwhile, and the goals of a domain or focus.

    `references` are the means of domains that are left of old years: drawn, and counted nowhere.
    `groups` are those that answered in confidence, with what their comparison tells.
    `total` counts one's own sessions, also those before the ones that are followed; `apart` those on another instrument
    or scale, which have no place in these charts. `versions` tells what changed between those of one's own
    sessions, `ended` has the lines that ended with one.
    """

    instrument: Instrument
    trend: Trend
    groups: tuple[GroupPoint, ...] = ()
    rows: tuple[ItemTrend, ...] = ()
    events: tuple[Event, ...] = ()
    references: tuple[Reference, ...] = ()
    targets: dict[str, tuple[GoalTarget, ...]] = {}
    total: int = 0
    apart: int = 0
    versions: tuple[VersionChanges, ...] = ()
    ended: tuple[EndedLines, ...] = ()


class OtherMean(Struct, frozen=True):
    """What others of a role said of a domain or focus: when, their mean, how to read it, and if it is of enough.

    A `single` one is the score of the only statement.
    """

    when: datetime
    role: Role
    mean: Fraction
    bound: Bound
    covered: bool
    single: bool = False

    @property
    def is_drawn(self) -> bool:
        """Whether it can stand as a mark: not a mean of too few answers, nor one that is only a bound."""
        return self.covered and not self.is_bound

    @property
    def is_bound(self) -> bool:
        """Whether the mean itself isn't told, only what it is at least or at most."""
        return self.bound in {"at least", "at most"}


def others_of(scene: TrendScene, axis: TrendAxis, name: str) -> list[OtherMean]:
    """List what others said of a domain or focus, oldest first: by name, and in confidence."""
    named = [
        OtherMean(
            point.when, other.role, exact_mean(point), "", point.covered, point.group.scored == point.group.total == 1
        )
        for other in scene.trend.others
        for series in series_of(other, axis)
        for point in series.points
        if series.id == name
    ]
    groups = [
        OtherMean(group.when, group.role, figure.mean, figure.bound, figure.covered)
        for group in scene.groups
        if (figure := group.figure(name))
    ]
    return sorted([*named, *groups], key=lambda other: other.when)


def old_means(scene: TrendScene) -> tuple[Reference, ...]:
    """Return what is left of old years, of the domains that the scene has."""
    domains = {series.id for series in scene.trend.domains}
    kept = (
        structs.replace(one, means={name: mean for name, mean in one.means.items() if name in domains})
        for one in scene.references
    )
    return tuple(one for one in kept if one.means)


def reference_sentences(references: Sequence[Reference], instrument: Instrument) -> list[str]:
    """Write the means that are left of old years, a sentence a day; nothing is counted with them."""
    return [
        f"{format_date(reference.day)}: "
        + " · ".join(
            f"{group_name(instrument, domain, short=True)} {format_number(mean)}"
            for domain, mean in reference.means.items()
        )
        + "."
        for reference in references
    ]


def render_no_old_means(columns: int, key: Key) -> list[Line]:
    """Say how old means come in, while there are none."""
    how = _("They come in with a spreadsheet: {key} on the list of sessions, or reflect-tui import FILE.")
    return nothing_yet(_("No old means yet"), [how.format(key=key("home.import"))], columns)


def elsewhere(sessions: Iterable[Session], trend: Trend, instrument: Instrument) -> int:
    """Count one's own sessions that no chart of this instrument has: of another instrument, or on another scale."""
    return trend.left_out + sum(one.role == "self" and one.instrument != instrument.id for one in sessions)


def targets_of(goals: Iterable[Goal], instrument: Instrument) -> dict[str, tuple[GoalTarget, ...]]:
    """Collect what the chosen profile and open goals aim at, by domain.

    Goals without a domain or a mean to reach have no line.
    """
    aims = {domain.id: instrument.target_of(domain.id) for domain in instrument.domains}
    title = instrument.profile.title if instrument.profile else ""
    targets: dict[str, tuple[GoalTarget, ...]] = {
        name: (GoalTarget(float(aim), title, of_profile=True),) for name, aim in aims.items() if aim is not None
    }
    for goal in goals:
        if goal.is_open and goal.instrument == instrument.id and goal.domain and goal.target is not None:
            domain = instrument.newer_id(goal.domain)
            targets[domain] = (*targets.get(domain, ()), GoalTarget(float(goal.target), goal.what))
    return targets


def series_of(trend: Trend, axis: TrendAxis) -> tuple[Series, ...]:
    """Choose the lines of an axis; items have rows of their own."""
    return trend.domains if axis == "domain" else trend.focuses


def render_question(scene: TrendScene, view: TrendView, columns: int, *, enlarged: bool = False) -> Line:
    """Ask what the chart below answers, and say how many sessions it follows."""
    if enlarged and view.axis != "item":
        chosen = series_of(scene.trend, view.axis)[view.panel].id
        name = group_name(scene.instrument, chosen, short=columns < NARROW)
        text = _("How has {name} changed?").format(name=name)
    else:
        texts = {
            "domain": _("How have my domains changed?"),
            "focus": _("How have my attitude, knowledge and skill changed?"),
            "item": _("How have my answers changed?"),
        }
        text = texts[view.axis]
        if view.axis == "focus" and scene.instrument.axes:
            text = _("How has this changed: {names}?").format(names=focuses_title(scene.instrument))
    right = line(span(followed(scene), "muted"), " ")
    return between(line("  ", span(shorten(text, columns - 4 - right.width), "title")), right, columns)


def followed(scene: TrendScene) -> str:
    """Say how many of one's own sessions are followed."""
    shown = len(scene.trend.sessions)
    if shown < scene.total:
        return _("last {n} of {total} sessions").format(n=shown, total=scene.total)
    return ngettext("{n} session", "all {n} sessions", shown).format(n=shown)


def references_of(scene: TrendScene, shown: Iterable[Series]) -> list[tuple[Reference, str]]:
    """List the old means of the domains shown: each with the domain's id."""
    return [
        (reference, series.id) for series in shown for reference in scene.references if series.id in reference.means
    ]


def recounted(series: Series) -> list[Point]:
    """The points whose mean is of at least half as many items more, or less, than the one before."""
    return [
        point for before, point in pairwise(series.points) if differ_by_half(before.group.scored, point.group.scored)
    ]


def last_event(scene: TrendScene, view: TrendView) -> Event | None:
    """What happened last before the session walked to."""
    moment = scene.trend.sessions[view.session].started
    return next((event for event in reversed(scene.events) if event.moment <= moment), None)


def render_thinning(scene: TrendScene, drawn: int, columns: int) -> list[Line]:
    """Say that a chart `drawn` so many columns wide shows fewer points than there are sessions, when it does."""
    if len(scene.trend.sessions) <= drawn:
        return []
    text = _("More sessions than columns: each column shows its highest and its lowest mean.")
    return paragraph(text, columns - 2, "muted", indent=2)


def render_left_out(scene: TrendScene, columns: int, *, in_words: bool = False) -> list[Line]:
    """Say how many of one's own sessions are not in the charts, and why; `in_words` those of ended lines are told."""
    count = scene.apart - (scene.trend.left_out if in_words else 0)
    if not count:
        return []
    text = ngettext(
        "{n} session of yours, on another instrument or scale, is not included.",
        "{n} sessions of yours, on another instrument or scale, are not included.",
        count,
    )
    return paragraph(text.format(n=count), columns - 2, "muted", indent=2)


def point_at(series: Series, trend: Trend, session: int) -> Point | None:
    """Find the point of the session walked to; None when nothing was scored there."""
    wanted = trend.sessions[session].id
    return next((point for point in series.points if point.session == wanted), None)


_LEAST_NAME = 8  # columns


def render_date(trend: Trend, view: TrendView) -> Line:
    """Say which session is walked to, of how many."""
    date = span(f"  {day(trend.sessions[view.session].started)}", "strong")
    return line(date, span(f"  {view.session + 1}/{len(trend.sessions)}", "muted"))


def render_position(
    instrument: Instrument, trend: Trend, view: TrendView, columns: int, *, enlarged: bool = False
) -> Line:
    """Say which session is walked to, and what changed in the chosen panel since the first session and the one before.

    Below the coverage, and where a line starts anew, it says that instead. The head of an `enlarged` panel has its mean
    and verdict too. Where room is short, which session of how many goes first, and then the name, which stands at the
    panel as well: both changes stay.
    """
    session = trend.sessions[view.session]
    series = series_of(trend, view.axis)[view.panel]
    point = point_at(series, trend, view.session)
    date, place = render_date(trend, view).spans
    names = [group_name(instrument, series.id, short=is_short) for is_short in (columns < WIDE, True)]
    head = next((domain.group for domain in instrument.domains if domain.id == series.id), "")
    whole = [*([f"{head} · {names[0]}"] if head else []), names[0]]
    names = [*whole, names[1]]
    if point is None:
        return cut(line(date, place, "   ", span(_("{name}: nothing scored").format(name=names[-2]), "muted")), columns)
    reserved = list(_reservations(point))
    figure = [_figure(point)] if enlarged else []
    if session.digest == instrument.digest and (band := brief_band(instrument, point.group)):
        figure.append(band)
    right = span(", ".join([*figure, *(reserved or _changes(series, point))]), "warning" if reserved else "muted")
    brief = span(", ".join([*figure, *(reserved or _changes(series, point, brief=True))]), right.style)
    room = columns - width(f"{date.text}     {right.text}")
    names = [*names, *([shorten(names[-1], room)] if room >= _LEAST_NAME else [])]
    rows = [
        *(line(date, place, "   ", name, "  ", right) for name in whole),
        *(line(date, "   ", name, "  ", right) for name in names),
        line(date, "   ", names[1], "  ", brief),
        line(date, "  ", right),
        line(date, "  ", brief),
    ]
    return next((row for row in rows if row.width <= columns), cut(rows[-1], columns))


def _figure(point: Point) -> str:
    sign = good_sign(point.group) if point.covered else charts.HOLLOW
    return f"{figure_text(point.group)}{sign and ' '}{sign}"


def _reservations(point: Point) -> Iterator[str]:
    if not point.covered:
        yield f"{charts.HOLLOW} " + _("too few for a verdict")
    if point.starts:
        yield _("a new line: other statements")


def _changes(series: Series, point: Point, *, brief: bool = False) -> list[str]:
    place = series.points.index(point)
    if not place:
        return []
    first, before = series.points[0], series.points[place - 1]
    changed = change_with_n(change_between(first, point))
    since_first = _("{change} since {date}").format(change=changed, date=month_year(first.when))
    if before is first:
        return [since_first]
    previous = change_with_n(change_between(before, point))
    if brief:
        return [_("since first {first}, previous {previous}").format(first=changed, previous=previous)]
    return [since_first, _("{change} since previous").format(change=previous)]


def change_with_n(change: GroupChange) -> str:
    """Write a change; with its n, where it is on other statements than the means beside it."""
    text = marked_delta(change)
    return _("{change} (n={n})").format(change=text, n=change.b.scored) if change.is_partial else text


def exact_mean(point: Point) -> Fraction:
    """The mean of a point; a series has no point without a score."""
    return Fraction(point.group.sum, point.group.scored)


def changes_at(series: Series, trend: Trend, session: int) -> list[GroupChange]:
    """How a mean changed since the first session followed, and since the one before; nothing at the first itself.

    At the second session these are one and the same.
    """
    point = point_at(series, trend, session)
    place = series.points.index(point) if point else 0
    if not (point and place):
        return []
    return [change_between(series.points[earlier], point) for earlier in sorted({0, place - 1})]


def stretches(points: Sequence[Point]) -> list[tuple[Point, ...]]:
    """Part the points of a line where it does not go on, since other items were measured."""
    starts = [0, *(place for place, point in enumerate(points) if place and point.starts), len(points)]
    return [tuple(points[start:end]) for start, end in pairwise(starts)]


def target_line(target: GoalTarget, columns: int) -> Line:
    """Name a goal, or a profile, and the mean it wants to reach."""
    text = _("target {target} for “{what}”") if target.of_profile else _("goal {target}: {what}")
    text = text.format(target=target_text(target.value), what=target.label)
    return line("  ", span(f"{charts.TARGET} ", "high"), span(shorten(text, columns - 6), "muted"))


def render_none_yet(columns: int, key: Key) -> list[Line]:
    """Say what a trend needs, while there is nothing."""
    what = _("A trend shows how your own sessions differ over time; it begins with the second one.")
    how = _("{back} goes back to the list, {new} begins a session there.")
    texts = (what, how.format(back=key("back"), new=key("home.new")))
    return nothing_yet(_("No session of your own yet"), texts, columns)


def render_no_charts(columns: int) -> list[Line]:
    """Say why sentences stand where charts would."""
    text = _("No charts can be drawn on this system: plotext is not installed. Here is the same in words.")
    return paragraph(text, columns, "muted")


def one_only() -> str:
    """Say what a trend needs, while there is one session."""
    return _("One session so far. A trend begins with the second one.")
