"""What may be told of a team: every rule of it, on one page; docs/team.md explains them.

A share is what one person gives of one session. Figures are over the same people in all of a period, at least five;
which people these are is decided once, by `counted_period`, when the period is closed. The figures themselves are lazy
dataframe expressions, written once for every engine: see `figures`.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from reflect_tui.analysis.summary import ScoreGroup, summarize
from reflect_tui.model.instrument import FOCUSES, Instrument
from reflect_tui.model.session import Session
from reflect_tui.model.team import ScoreTotal, Share, period_of


def make_share(instrument: Instrument, session: Session, team: str, share_id: str) -> Share:
    """Add a session up for a team: only domains and focuses in which something was scored."""
    summary = summarize(instrument, session.scores)
    by_focus = _totals(summary.focuses)
    return Share(
        team=team,
        id=share_id,
        instrument=session.instrument,
        version=session.version,
        digest=session.digest,
        period=period_of(session.started.date()),
        domains=_totals(summary.domains),
        focuses={focus: by_focus[focus] for focus in FOCUSES if focus in by_focus},
    )


def _totals(groups: Iterable[ScoreGroup]) -> dict[str, ScoreTotal]:
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
