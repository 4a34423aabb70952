"""Answers given in confidence, followed over time: of each closed round what its comparison tells, and no more.

A point has the very figures that stand beside the session the round belongs to: on the items that both sides scored,
rounded or bounded where the comparison is. So a trend gives nothing that could be subtracted from a comparison.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from msgspec import Struct

from reflect_tui.agenda import Bound
from reflect_tui.analysis.compare import Compared, Comparison, compare
from reflect_tui.analysis.raters import RaterGroup, nearest
from reflect_tui.feedback.round import Rater, Round
from reflect_tui.instrument import Instrument
from reflect_tui.session import Session


class GroupFigure(Struct, frozen=True):
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
    domains: Mapping[str, GroupFigure]
    focuses: Mapping[str, GroupFigure]

    def figure(self, name: str) -> GroupFigure | None:
        """Give the figure of a domain or focus; None where nothing may be told, or nothing was compared."""
        return self.domains.get(name) or self.focuses.get(name)


def group_points(
    own: Sequence[Session],
    given: Sequence[Session],
    rounds: Mapping[str, Round],
    instruments: Mapping[str, Instrument],
) -> tuple[GroupPoint, ...]:
    """Give the groups that answered in confidence, oldest first.

    `own` are one's own sessions on one instrument; `instruments` gives the version of every digest, and a session on a
    version that is not there has no points.
    """
    beside = {nearest(found.made, own).id for found in _confidential(given, rounds)} if own else set()
    points: list[GroupPoint] = []
    for session in own:
        content = instruments.get(session.digest)
        if content and session.id in beside:
            comparison = compare(content, session, own, given, rounds)
            points += _points(comparison, rounds)
    return tuple(sorted(points, key=lambda point: (point.when, point.round, point.role)))


def since(points: Sequence[GroupPoint], sessions: Sequence[Session]) -> tuple[GroupPoint, ...]:
    """Leave the points that stand beside one of these sessions."""
    shown = {session.id for session in sessions}
    return tuple(point for point in points if point.session in shown)


def _confidential(given: Sequence[Session], rounds: Mapping[str, Round]) -> Iterator[Round]:
    for name in sorted({session.round for session in given}):
        found = rounds.get(name)
        if found and found.is_confidential:
            yield found


def _points(comparison: Comparison, rounds: Mapping[str, Round]) -> Iterator[GroupPoint]:
    for group in comparison.raters.groups:
        if any(rounds[name].is_confidential for name in group.rounds):
            yield GroupPoint(
                role=group.role,
                round=group.rounds[0],
                session=comparison.session.id,
                when=group.first,
                people=group.people,
                domains=_figures(comparison.domains, group),
                focuses=_figures(comparison.focuses, group),
            )


def _figures(rows: Sequence[Compared], group: RaterGroup) -> dict[str, GroupFigure]:
    return {
        row.id: GroupFigure(figures.mean, figures.scored, figures.bound, row.covered)
        for row in rows
        for figures in row.groups
        if figures.role == group.role
    }
