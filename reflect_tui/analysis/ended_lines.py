"""The lines that ended with a version of an instrument: followed up to there, and told apart from those that go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from reflect_tui.analysis.trend import Instruments, ItemTrend, Series, item_trends, trend
from reflect_tui.analysis.version_changes import VersionChanges
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.instrument_changes import version_key
from reflect_tui.model.session import Session


class EndedLines(Struct, frozen=True):
    """The domains, focuses and statements whose lines end with a version: how they went in the `sessions` up to it."""

    on: Instrument
    until: str
    sessions: tuple[Session, ...]
    domains: tuple[Series, ...]
    focuses: tuple[Series, ...]
    items: tuple[ItemTrend, ...]


def ended_lines(
    own: Sequence[Session], instruments: Instruments, versions: Sequence[VersionChanges]
) -> tuple[EndedLines, ...]:
    """Follow the lines of one's own sessions that ended on the way to the newest version, the newest ending first."""
    return tuple(_ended(own, instruments, versions))


def _ended(
    own: Sequence[Session], instruments: Instruments, versions: Sequence[VersionChanges]
) -> Iterator[EndedLines]:
    for changes in reversed(versions):
        on, is_all = instruments[changes.older.digest], bool(changes.scale_break)
        gone = {domain.before for domain in changes.domains if is_all or domain.kind == "ends"}
        ended = {name for change in changes.statements if change.kind in _ENDINGS for name in change.before}
        if not (is_all or gone or ended):
            continue
        before = [one for one in own if _version(one, instruments) <= version_key(on.version)]
        found = trend(on, before, instruments)
        lines = EndedLines(
            on=on,
            until=changes.newer.version,
            sessions=found.sessions,
            domains=tuple(series for series in found.domains if series.id in gone and series.points),
            focuses=tuple(series for series in found.focuses if is_all and series.points),
            items=tuple(
                row
                for row in item_trends(on, found.sessions, instruments)
                if (is_all or row.item in ended) and any(answer is not None for answer in row.answers)
            ),
        )
        if lines.domains or lines.items:
            yield lines


_ENDINGS = {"other meaning", "split", "merged", "retired", "turned"}


def _version(session: Session, instruments: Instruments) -> tuple[int, ...]:
    known = instruments.get(session.digest)
    return version_key(known.version if known else session.version)
