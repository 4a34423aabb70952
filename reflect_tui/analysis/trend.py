"""Change over time: the mean of every domain in every session, one's own and apart from them those of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct, structs

from reflect_tui.analysis.adding import Adder
from reflect_tui.analysis.change import ground
from reflect_tui.analysis.summary import Group
from reflect_tui.instrument import FOCUSES, Instrument, Item
from reflect_tui.session import ROLES, Role, Score, Session

Instruments = Mapping[str, Instrument]
NONE: Instruments = MappingProxyType({})


class Point(Struct, frozen=True, gc=False):
    """One session in a series: when it was, and its figures for this domain.

    `starts` when the line does not go on from the point before: other items, or items that mean something else.
    """

    session: str
    when: datetime
    group: Group
    starts: bool = False

    @property
    def mean(self) -> Fraction | None:
        """The exact mean; None when nothing was scored."""
        return self.group.mean

    @property
    def covered(self) -> bool:
        """Whether enough items were scored for a verdict."""
        return self.group.verdict is not None


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
    role: Role = "self"
    others: tuple[Trend, ...] = ()
    left_out: int = 0


class Row(Struct, frozen=True):
    """One item through all sessions; `asked` tells which of them were on a version that had it."""

    item: str
    answers: tuple[Score | None, ...]
    asked: tuple[bool, ...]


class _View(Struct, frozen=True, eq=False):
    """How sessions on one version are seen from another: what adds its groups up there, and its items' names.

    `parts` names the items of each of its groups so that the same set means the same line, whatever version it is of.
    """

    adder: Adder
    names: dict[str, str]
    parts: dict[str, frozenset[str]]


class _Added(NamedTuple):
    """Sessions added up on the version they were answered on, so that their figures are the same wherever they stand.

    `figures` has a list for each group, a session at each place.
    """

    view: _View
    sessions: list[Session]
    figures: dict[str, list[Group]]


def own(sessions: Sequence[Session], instrument: Instrument, role: Role = "self") -> tuple[Session, ...]:
    """Choose the sessions of one role on this instrument, oldest first: one's own, unless told otherwise."""
    mine = [s for s in sessions if s.role == role and s.instrument == instrument.id]
    return tuple(sorted(mine, key=lambda session: (session.started, session.id)))


def trend(instrument: Instrument, sessions: Sequence[Session], instruments: Instruments = NONE) -> Trend:
    """Follow every domain and focus of an instrument through sessions on any version of it.

    `instruments` gives the version of every digest; sessions of an unknown one are read as if on `instrument`.
    """
    views = _Views(instrument, instruments)
    others = [_of_role(instrument, sessions, views, role) for role in ROLES if role != "self"]
    mine = _of_role(instrument, sessions, views, "self")
    return structs.replace(mine, others=tuple(found for found in others if found.sessions))


def last(whole: Trend, count: int) -> Trend:
    """Leave the newest sessions of one's own, and those of others since the oldest of them."""
    if not 0 < count < len(whole.sessions):
        return whole
    since = whole.sessions[-count].started
    others = tuple(found for other in whole.others if (found := _since(other, since)).sessions)
    return structs.replace(_since(whole, since, kept=count), others=others)


def rows(instrument: Instrument, sessions: Sequence[Session], instruments: Instruments = NONE) -> tuple[Row, ...]:
    """Follow every item through these sessions."""
    views = _Views(instrument, instruments)
    columns = [(session, {new: old for old, new in views.of(session).names.items()}) for session in sessions]
    return tuple(
        Row(
            item.id,
            tuple(session.scores.get(names.get(item.id, "")) for session, names in columns),
            tuple(item.id in names for _session, names in columns),
        )
        for item in instrument.items
    )


def _since(whole: Trend, since: datetime, kept: int = 0) -> Trend:
    sessions = whole.sessions[-kept:] if kept else tuple(one for one in whole.sessions if one.started >= since)
    ids = {session.id for session in sessions}

    def cut(series: tuple[Series, ...]) -> tuple[Series, ...]:
        return tuple(Series(one.id, tuple(point for point in one.points if point.session in ids)) for one in series)

    return structs.replace(whole, sessions=sessions, domains=cut(whole.domains), focuses=cut(whole.focuses))


class _Views:
    """The views on the versions that sessions were answered on, each made once."""

    def __init__(self, instrument: Instrument, instruments: Instruments) -> None:
        self._instrument = instrument
        self._instruments = instruments
        self._found: dict[str, _View | None] = {}

    def comparable(self, session: Session) -> bool:
        """Tell whether a session is on the same scale."""
        return self._look(session.digest) is not None

    def of(self, session: Session) -> _View:
        """Give the view on a session that is comparable."""
        view = self._look(session.digest)
        if view is None:
            raise ValueError(f"another scale: {session.id}")
        return view

    def _look(self, digest: str) -> _View | None:
        if digest not in self._found:
            self._found[digest] = _view(self._instrument, self._instruments.get(digest, self._instrument))
        return self._found[digest]


def _view(instrument: Instrument, on: Instrument) -> _View | None:
    """Look at the sessions on one version from another; None when their scales differ."""
    common = ground(on, instrument)
    if common is None:
        return None
    forth = common.kept if common.older is on else {new: old for old, new in common.kept.items()}
    names = {item.id: item.id for item in on.items} if on is instrument else forth
    parts = {
        name: frozenset(names.get(item.id, f"·{item.id}") for item in items) for name, items in _groups(on).items()
    }
    groups = {}
    for name, items in _groups(instrument).items():
        wanted = frozenset(item.id for item in items)
        same = next((other for other, found in parts.items() if found == wanted), name)
        if name in parts or same != name:
            groups[name] = name if name in parts else same
    adder = Adder(on, {name: _groups(on)[mine] for name, mine in groups.items()})
    return _View(adder, names, {name: parts[mine] for name, mine in groups.items()})


def _groups(instrument: Instrument) -> dict[str, Sequence[Item]]:
    """Give the items of every domain and focus."""
    by_focus = {focus: [item for item in instrument.items if item.focus == focus] for focus in FOCUSES}
    return {domain.id: domain.items for domain in instrument.domains} | {
        focus: items for focus, items in by_focus.items() if items
    }


def _of_role(instrument: Instrument, sessions: Sequence[Session], views: _Views, role: Role) -> Trend:
    found = own(sessions, instrument, role)
    chosen = tuple(session for session in found if views.comparable(session))
    added = list(_added(chosen, views))
    focuses = [focus for focus in FOCUSES if any(item.focus == focus for item in instrument.items)]
    return Trend(
        sessions=chosen,
        domains=_series((domain.id for domain in instrument.domains), added),
        focuses=_series(focuses, added),
        role=role,
        left_out=len(found) - len(chosen),
    )


def _added(sessions: Sequence[Session], views: _Views) -> Iterator[_Added]:
    """Add sessions up, those on one version together."""
    for view, together in groupby(sessions, views.of):
        alike = list(together)
        figures = view.adder.figures([session.scores for session in alike])
        yield _Added(view, alike, figures)


def _series(names: Iterable[str], added: Sequence[_Added]) -> tuple[Series, ...]:
    return tuple(Series(name, tuple(_points(name, added))) for name in names)


def _points(name: str, added: Sequence[_Added]) -> Iterator[Point]:
    before: frozenset[str] | None = None
    for view, sessions, figures in added:
        if name not in figures:
            continue
        parts = view.parts[name]
        starts = before is not None and before != parts
        for session, group in zip(sessions, figures[name], strict=True):
            if group.scored:
                yield Point(session.id, session.started, group, starts)
                before, starts = parts, False
