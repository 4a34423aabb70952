"""Change over time: the mean of every domain in every session of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from msgspec import Struct

from reflect_tui.analysis.summary import Group, summarize
from reflect_tui.instrument import Instrument
from reflect_tui.session import Session


class Point(Struct, frozen=True):
    """One session in a series: when it was, and its figures for this domain."""

    session: str
    when: datetime
    group: Group

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
    """All series over the same sessions, oldest first."""

    sessions: tuple[Session, ...]
    domains: tuple[Series, ...]
    focuses: tuple[Series, ...]


def own(sessions: Sequence[Session], instrument: Instrument) -> tuple[Session, ...]:
    """Choose one's own sessions on this instrument, oldest first: those of others are another line."""
    mine = [s for s in sessions if s.role == "self" and s.instrument == instrument.id]
    return tuple(sorted(mine, key=lambda session: (session.started, session.id)))


def trend(instrument: Instrument, sessions: Sequence[Session]) -> Trend:
    """Follow every domain and focus through one's own sessions."""
    chosen = own(sessions, instrument)
    summaries = [summarize(instrument, session.scores) for session in chosen]
    return Trend(
        sessions=chosen,
        domains=_series(chosen, [summary.domains for summary in summaries]),
        focuses=_series(chosen, [summary.focuses for summary in summaries]),
    )


def _series(sessions: Sequence[Session], rows: Sequence[tuple[Group, ...]]) -> tuple[Series, ...]:
    return tuple(
        Series(
            column[0].id,
            tuple(
                Point(session.id, session.started, part)
                for session, part in zip(sessions, column, strict=True)
                if part.scored
            ),
        )
        for column in zip(*rows, strict=True)
    )
