"""Change over time: the mean of every domain in every session, one's own and apart from them those of others."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from msgspec import Struct, structs

from reflect_tui.analysis.change import GroupChange
from reflect_tui.analysis.compare import NO_INSTRUMENTS, Comparison, ComparisonRow, compare
from reflect_tui.analysis.rater_groups import RaterGroup, nearest_session
from reflect_tui.analysis.summary import ScoreGroup, Verdict, verdict
from reflect_tui.analysis.summary import score_group as group_figures
from reflect_tui.analysis.versions import Bridge, bridge, convert, is_same_version, newer_ids
from reflect_tui.model.agenda import Bound
from reflect_tui.model.instrument import Instrument, Item, Scale
from reflect_tui.model.round import Rater, Round
from reflect_tui.model.session import ROLES, Role, Score, Session

Instruments = Mapping[str, Instrument]

FEW = 2
"""A domain of so few items has no chart beside the others: its means stand in words."""

_HALF = Fraction(1, 2)


class SeenScores(Struct, frozen=True):
    """A session as a trend sees it: all items that its version has, and the scores of those that have one.

    Items have their ids of the instrument of the trend, or are apart from these. `given` are the scores on the scale of
    the session's own version.
    """

    items: frozenset[str] = frozenset()
    scores: Mapping[str, int] = {}
    given: Mapping[str, int] = {}


class Point(Struct, frozen=True):
    """One session in a series: when it was, and its figures for this domain.

    `starts` when the line does not go on from the point before: other items, or items that mean something else.
    `interrupted` when the session before has no score in this domain: no line goes through it. `items` are those that
    the session's own version has in this domain, `scale` is the one it has for them; `seen` is the whole session.
    """

    session: str
    when: datetime
    group: ScoreGroup
    scale: Scale
    starts: bool = False
    items: frozenset[str] = frozenset()
    seen: SeenScores = SeenScores()
    interrupted: bool = False

    @property
    def mean(self) -> Fraction | None:
        """The exact mean; None when nothing was scored."""
        return self.group.mean

    @property
    def scores(self) -> dict[str, int]:
        """The scores behind the mean."""
        return {item: score for item, score in self.seen.scores.items() if item in self.items}

    @property
    def covered(self) -> bool:
        """Whether enough items were scored for a verdict."""
        return self.group.verdict is not None

    def verdict_on(self, items: Sequence[str]) -> Verdict | None:
        """Judge items that were all scored by its own version; None without any."""
        return verdict(sum(self.seen.given[item] for item in items), len(items), len(items), self.scale)

    def group_on(self, items: frozenset[str]) -> ScoreGroup:
        """Return the figures of these items in its session; the verdict stays that of its own."""
        scores = [score for item, score in self.seen.scores.items() if item in items]
        return structs.replace(self.group, sum=sum(scores), scored=len(scores), total=len(items))


def change_between(before: Point, now: Point) -> GroupChange:
    """Judge how a mean changed from one point of a line to a later one, by the rules of a diff.

    The means are of the items of now that the version before had as well, wherever it had them; the judgement is on
    those of them that were scored both times.
    """
    common = now.items & before.seen.items
    old, new = before.seen.scores, now.scores
    shared = [item for item in new if item in old]
    steps = tuple(new[item] - old[item] for item in shared)
    verdicts = before.verdict_on(shared), now.verdict_on(shared)
    a, b, own = before.group_on(common), now.group_on(common), (before.group, now.group)
    return GroupChange(now.group.id, a, b, steps, shared_verdicts=verdicts, own=own)


def half_points_around(means: Iterable[Fraction], scale: Scale) -> tuple[Fraction, Fraction]:
    """The part of the scale that a chart of these means zooms in on, by half points, the threshold always within."""
    shown = [*means, scale.threshold]
    low = min(math.floor(min(shown) / _HALF) * _HALF, scale.threshold - _HALF)
    high = max(math.ceil(max(shown) / _HALF) * _HALF, scale.threshold + _HALF)
    return max(low, Fraction(scale.lowest)), min(high, Fraction(scale.highest))


class Series(Struct, frozen=True):
    """The points of one domain or focus, oldest first; sessions without a score in it have no point."""

    id: str
    points: tuple[Point, ...]


class Trend(Struct, frozen=True):
    """All series over the same sessions of one role, oldest first; those of others stand apart in `others`.

    `left_out` counts the sessions that can't stand in one chart with the rest: answered on another scale.
    """

    sessions: tuple[Session, ...]
    domains: tuple[Series, ...]
    focuses: tuple[Series, ...]
    role: Role
    left_out: int
    others: tuple[Trend, ...] = ()


class ItemTrend(Struct, frozen=True):
    """One item through all sessions; `asked` tells which of them were on a version that had it."""

    item: str
    answers: tuple[Score | None, ...]
    asked: tuple[bool, ...]


class _VersionView(Struct, frozen=True, eq=False):
    """How sessions on one version (`on`) are seen from another: the items of its groups there, and the way there.

    `parts` names the items of each of its groups so that the same set means the same line, whatever version it is of.
    """

    on: Instrument
    groups: Mapping[str, Sequence[Item]]
    bridge: Bridge
    scale: Scale
    parts: dict[str, frozenset[str]]

    def own_scale(self, name: str) -> Scale:
        """Return the scale of a group with the threshold that its own version has for it."""
        return self.on.scale_of(name) if name in self.on.focuses else self.on.item_scale(self.groups[name][0].id)

    def figure(self, item: Item, session: Session) -> Score | None:
        """Return what an answer to an item of its version counts as on the scale it is seen from; None without one."""
        score = session.scores.get(item.id)
        told = None if score is None else convert(score, self.bridge.values)
        return self.scale.lowest + self.scale.highest - told if item.reversed and isinstance(told, int) else told

    def seen(self, session: Session) -> SeenScores:
        """Return a session of its version by the names that the items have in `parts`."""
        names = {item.id: _name(self.bridge, item.id) for item in self.on.items}
        figures = {names[item.id]: self.figure(item, session) for item in self.on.items}
        given = {names[item]: score for item, score in self.on.counted(session.scores).items() if item in names}
        return SeenScores(frozenset(names.values()), _numbers(figures), _numbers(given))


def sessions_of_role(sessions: Sequence[Session], instrument: Instrument, role: Role = "self") -> tuple[Session, ...]:
    """Choose the sessions of one role on this instrument, oldest first: one's own, unless told otherwise."""
    mine = [s for s in sessions if s.role == role and s.instrument == instrument.id]
    return tuple(sorted(mine, key=lambda session: (session.started, session.id)))


def trend(instrument: Instrument, sessions: Sequence[Session], instruments: Instruments = NO_INSTRUMENTS) -> Trend:
    """Follow every domain and focus of an instrument through sessions on any version of it.

    `instruments` gives the version of every digest; sessions of an unknown one are read as if on `instrument`.
    """
    views = _VersionViews(instrument, instruments)
    others = [_of_role(instrument, sessions, views, role) for role in ROLES if role != "self"]
    mine = _of_role(instrument, sessions, views, "self")
    return structs.replace(mine, others=tuple(other for other in others if other.sessions))


def newest_sessions(whole: Trend, count: int) -> Trend:
    """Leave the newest sessions of one's own, and those of others since the oldest of them."""
    if not 0 < count < len(whole.sessions):
        return whole
    since = whole.sessions[-count].started
    others = tuple(recent for other in whole.others if (recent := _since(other, since)).sessions)
    return structs.replace(_since(whole, since, kept=count), others=others)


def item_trends(
    instrument: Instrument, sessions: Sequence[Session], instruments: Instruments = NO_INSTRUMENTS
) -> tuple[ItemTrend, ...]:
    """Follow every item through these sessions."""
    views = _VersionViews(instrument, instruments)
    columns = [views.of(session).bridge for session in sessions]
    answers = [there.scores(session.scores) for there, session in zip(columns, sessions, strict=True)]
    asked = [{*there.items.values()} for there in columns]
    return tuple(
        ItemTrend(item.id, tuple(scores.get(item.id) for scores in answers), tuple(item.id in names for names in asked))
        for item in instrument.items
    )


def _since(whole: Trend, since: datetime, kept: int = 0) -> Trend:
    sessions = whole.sessions[-kept:] if kept else tuple(entry for entry in whole.sessions if entry.started >= since)
    ids = {session.id for session in sessions}

    def cut(series: tuple[Series, ...]) -> tuple[Series, ...]:
        return tuple(
            Series(entry.id, tuple(point for point in entry.points if point.session in ids)) for entry in series
        )

    return structs.replace(whole, sessions=sessions, domains=cut(whole.domains), focuses=cut(whole.focuses))


class _VersionViews:
    """The views on the versions that sessions were answered on, each made once."""

    def __init__(self, instrument: Instrument, instruments: Instruments) -> None:
        self._instrument = instrument
        self._instruments = instruments
        self._by_digest: dict[str, _VersionView | None] = {}
        self._seen: dict[str, SeenScores] = {}

    def comparable(self, session: Session) -> bool:
        """Whether a session is on the same scale."""
        return self._look(session.digest) is not None

    def of(self, session: Session) -> _VersionView:
        """Return the view on a session that is comparable."""
        view = self._look(session.digest)
        if view is None:
            raise ValueError(f"another scale: {session.id}")
        return view

    def seen(self, session: Session) -> SeenScores:
        """Return a session that is comparable as it is seen."""
        if session.id not in self._seen:
            self._seen[session.id] = self.of(session).seen(session)
        return self._seen[session.id]

    def _look(self, digest: str) -> _VersionView | None:
        if digest not in self._by_digest:
            self._by_digest[digest] = _view(self._instrument, self._instruments.get(digest, self._instrument))
        return self._by_digest[digest]


def _view(instrument: Instrument, on: Instrument) -> _VersionView | None:
    """Look at the sessions on one version from another; None when their scales can't be compared."""
    there = bridge(on, instrument)
    if there is None:
        return None
    items_of = _groups(on)
    parts = {name: frozenset(_name(there, item.id) for item in items) for name, items in items_of.items()}
    renamed = {new: old for old, new in there.domains.items()}
    groups = {}
    for name, items in _groups(instrument).items():
        wanted = frozenset(item.id for item in items)
        mine = renamed.get(name, name)
        if mine not in parts:
            mine = next((other for other, part in parts.items() if part == wanted), "")
        if mine:
            groups[name] = mine
    return _VersionView(
        on,
        {name: items_of[mine] for name, mine in groups.items()},
        there,
        instrument.scale,
        {name: parts[mine] for name, mine in groups.items()},
    )


def _groups(instrument: Instrument) -> Mapping[str, Sequence[Item]]:
    return {domain.id: domain.items for domain in instrument.domains} | instrument.items_of_focus


def _of_role(instrument: Instrument, sessions: Sequence[Session], views: _VersionViews, role: Role) -> Trend:
    candidates = sessions_of_role(sessions, instrument, role)
    chosen = tuple(session for session in candidates if views.comparable(session))
    return Trend(
        sessions=chosen,
        domains=_series((domain.id for domain in instrument.domains), chosen, views),
        focuses=_series(instrument.focuses, chosen, views),
        role=role,
        left_out=len(candidates) - len(chosen),
    )


def _series(names: Iterable[str], sessions: Sequence[Session], views: _VersionViews) -> tuple[Series, ...]:
    return tuple(Series(name, tuple(_points(name, sessions, views))) for name in names)


def _points(name: str, sessions: Sequence[Session], views: _VersionViews) -> Iterator[Point]:
    before: frozenset[str] | None = None
    earlier: _VersionView | None = None
    interrupted = False
    for session in sessions:
        view = views.of(session)
        known = name in view.groups
        figures = _figures_seen(view, name, session, views.seen(session)) if known else None
        if figures and figures.scored:
            parts = view.parts[name]
            starts = before is not None and (before != parts or _says_otherwise(earlier, view, name))
            yield Point(
                session.id,
                session.started,
                figures,
                view.own_scale(name),
                starts,
                parts,
                views.seen(session),
                interrupted,
            )
            before, earlier, interrupted = parts, view, False
        else:
            interrupted = before is not None


def _says_otherwise(earlier: _VersionView | None, view: _VersionView, name: str) -> bool:
    """Whether two files say that they are one version, and yet have other words in a group."""
    if earlier is None or not is_same_version(earlier.on, view.on):
        return False
    same = newer_ids(earlier.on, view.on)
    return any(item.id not in same for item in earlier.groups[name])


def _figures_seen(view: _VersionView, name: str, session: Session, seen: SeenScores) -> ScoreGroup:
    """Add up a group on the scale it is seen from; its verdict is by the scale and threshold of its own version."""
    own = group_figures(name, view.groups[name], view.on.counted(session.scores), view.own_scale(name))
    if not view.bridge.is_rescaled:
        return own
    return own.converted(sum(seen.scores.get(item, 0) for item in view.parts[name]))


def _numbers(answers: Mapping[str, Score | None]) -> dict[str, int]:
    return {item: score for item, score in answers.items() if isinstance(score, int)}


def _name(there: Bridge, item_id: str) -> str:
    """Name an item by its id on the instrument it is seen from, else apart from all that has one there."""
    return there.items.get(item_id, f"·{item_id}")


# Answers given in confidence, followed over time: of each closed round what its comparison tells, and no more.
#
# A point has the very figures that stand beside the session the round belongs to: on the items that both sides scored,
# rounded or bounded where the comparison is. So a trend gives nothing that could be subtracted from a comparison.


class TrendFigure(Struct, frozen=True):
    """A mean of a group, to be read with `bound`, on so many scores; `covered` when enough items were compared."""

    mean: Fraction
    scored: int
    bound: Bound
    covered: bool


class GroupPoint(Struct, frozen=True, kw_only=True):
    """One group of a closed confidential round: when, beside which session, and its figures by domain or focus."""

    role: Rater
    round: str
    session: str
    when: datetime
    people: int
    domains: Mapping[str, TrendFigure]
    focuses: Mapping[str, TrendFigure]

    def figure(self, name: str) -> TrendFigure | None:
        """Return the figure of a domain or focus; None where nothing may be told, or nothing was compared."""
        return self.domains.get(name) or self.focuses.get(name)


def group_points(
    own: Sequence[Session], given: Sequence[Session], rounds: Mapping[str, Round], instruments: Mapping[str, Instrument]
) -> tuple[GroupPoint, ...]:
    """Return the groups that answered in confidence, oldest first.

    `own` are one's own sessions on one instrument; `instruments` gives the version of every digest, and a session on a
    version that is not there has no points.
    """
    beside = (
        {nearest_session(round_.made, own, round_.digest).id for round_ in rounds.values() if round_.released}
        if own
        else set()
    )
    points: list[GroupPoint] = []
    for session in own:
        content = instruments.get(session.digest)
        if content and session.id in beside:
            points += _group_points(compare(content, session, own, given, rounds, instruments=instruments))
    return tuple(sorted(points, key=lambda point: (point.when, point.round, point.role)))


def points_beside(points: Sequence[GroupPoint], sessions: Sequence[Session]) -> tuple[GroupPoint, ...]:
    """Leave the points that stand beside one of these sessions."""
    shown = {session.id for session in sessions}
    return tuple(point for point in points if point.session in shown)


def _group_points(comparison: Comparison) -> Iterator[GroupPoint]:
    for group in comparison.raters.groups:
        if group.released:
            yield GroupPoint(
                role=group.role,
                round=group.rounds[0],
                session=comparison.session.id,
                when=group.first,
                people=group.people,
                domains=_figures(comparison.domains, group),
                focuses=_figures(comparison.focuses, group),
            )


def _figures(rows: Sequence[ComparisonRow], group: RaterGroup) -> dict[str, TrendFigure]:
    return {
        row.id: TrendFigure(figures.mean, figures.scored, figures.bound, row.covered and figures in row.groups)
        for row in rows
        for figures in row.shown
        if figures.role == group.role and not figures.apart
    }
