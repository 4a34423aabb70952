"""What may be told of a team: every rule of it, on one page; docs/team.md explains them.

A share is what one person gives of one session. Figures are over the same people in all of a period, at least five;
which people these are is decided once, by `counted_period`, when the period is closed. The figures themselves are lazy
dataframe expressions, written once for every engine: see analysis/team_figures.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from reflect_tui.analysis.summary import ScoreGroup, summarize
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.model.team import ClosedPeriod, RefusedFile, ScoreTotal, Share, Team, TeamFigure, period_of

COLUMNS = (
    "team", "period", "axis", "id", "people", "high", "high_bound", "median", "median_bound", "lower", "upper",
)  # fmt: skip
"""What is told of a domain or focus of a period of a team."""


def make_share(instrument: Instrument, session: Session, team: str, share_id: str) -> Share:
    """Add a session up for a team: only domains and focuses in which something was scored."""
    summary = summarize(instrument, session.scores)
    return Share(
        team=team,
        id=share_id,
        instrument=session.instrument,
        version=session.version,
        digest=session.digest,
        period=period_of(session.started.date()),
        domains=_totals(summary.domains),
        focuses=_totals(summary.focuses),
    )


def _totals(groups: Iterable[ScoreGroup]) -> dict[Any, ScoreTotal]:
    return {group.id: ScoreTotal(group.sum, group.scored) for group in groups if group.scored}


class Overlap(Struct, frozen=True, kw_only=True):
    """An earlier period that was told over people of its own: how many they are, and how many are in both."""

    period: str
    people: int
    common: int


class Choice(Struct, frozen=True, kw_only=True):
    """Whose figures a period tells: those of its own people, of the people of an earlier period, or of nobody.

    `counted` is the period whose people count, "" for nobody. `near` is the earlier period that stands in the way, and
    `differing` how many people make the difference to it; "" and 0 when there are simply too few people.
    """

    counted: str
    people: int = 0
    near: str = ""
    differing: int = 0


def choose_people(period: str, people: int, earlier: Iterable[Overlap], minimum: int) -> Choice:
    """Choose whose figures a period tells, given the earlier ones that told those of people of their own.

    Two sets of people that differ by one to four would, by subtraction, give away those few. So a set is told beside
    all that were told before it only when it differs from each by nobody, or by `minimum` or more. When just newcomers
    are too few, they wait, and the period is told over the people of the earlier one.
    """
    if people < minimum:
        return Choice(counted="")
    told = list(earlier)
    near = [each for each in told if 0 < people + each.people - 2 * each.common < minimum]
    if not near:
        return Choice(counted=period, people=people)
    whole = [each for each in told if each.common == each.people]
    if whole:
        largest = max(whole, key=lambda each: (each.people, each.period))
        return Choice(counted=largest.period, people=largest.people)
    closest = min(near, key=lambda each: people + each.people - 2 * each.common)
    return Choice(counted="", near=closest.period, differing=people + closest.people - 2 * closest.common)


def choose_all(
    sizes: Iterable[tuple[str, str, int]], overlaps: Iterable[tuple[str, str, str, int]], minimum: int
) -> dict[tuple[str, str], Choice]:
    """Choose whose figures are told for every period of every team, the earlier periods first.

    `sizes` are (team, period, people), `overlaps` (team, period, earlier period, people in both).
    """
    common = {(team, period, earlier): count for team, period, earlier, count in overlaps}
    choices: dict[tuple[str, str], Choice] = {}
    told: dict[str, list[tuple[str, int]]] = {}
    for team, period, people in sorted(sizes):
        before = told.setdefault(team, [])
        earlier = (
            Overlap(period=name, people=count, common=common.get((team, period, name), 0)) for name, count in before
        )
        choice = choose_people(period, people, earlier, minimum)
        choices[team, period] = choice
        if choice.counted == period:
            before.append((period, people))
    return choices


class OpenPeriod(Struct, frozen=True):
    """A period that was not closed: how many people shared. Nothing else is told of it."""

    period: str
    people: int


class TeamPage(Struct, frozen=True, kw_only=True):
    """What there is to see of a team: closed periods, oldest first, those still open, and what was refused."""

    team: Team
    instrument: Instrument
    closed: tuple[ClosedPeriod, ...] = ()
    open: tuple[OpenPeriod, ...] = ()
    refused: tuple[RefusedFile, ...] = ()

    @property
    def told(self) -> tuple[ClosedPeriod, ...]:
        """The periods of which anything is told, oldest first: all of them may stand side by side."""
        return tuple(period for period in self.closed if period.counted)


def strengths(instrument: Instrument, period: ClosedPeriod) -> tuple[TeamFigure, ...]:
    """List the domains that go well for most of the people, the most first: high, unless lower is better."""
    return _ranked(instrument, period, 1)


def general_points(instrument: Instrument, period: ClosedPeriod) -> tuple[TeamFigure, ...]:
    """List the domains that don't go well for most of the people, the most first."""
    return _ranked(instrument, period, -1)


def _ranked(instrument: Instrument, period: ClosedPeriod, side: int) -> tuple[TeamFigure, ...]:
    """List the domains of which more than half of the people are on one side: 1 the good one, -1 the other."""
    found: list[tuple[float, float, int, TeamFigure]] = []
    for figure in period.figures:
        if figure.axis == "domain":
            scale = instrument.scale_of(figure.id)
            most = side * scale.worth(2 * figure.high - period.people)
            if most > 0:
                found.append((-most, -side * scale.worth(figure.median - float(scale.threshold)), len(found), figure))
    return tuple(figure for *_order, figure in sorted(found, key=lambda entry: entry[:3]))
