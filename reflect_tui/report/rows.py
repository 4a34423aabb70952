"""The rows of the tables: every domain and focus, now and before, and its course through the latest sessions."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from reflect_tui.analysis.diff import Diff, GroupChange
from reflect_tui.analysis.summary import Group, Summary
from reflect_tui.analysis.trend import Series, Trend, last
from reflect_tui.instrument import Instrument
from reflect_tui.pages.words import group_name
from reflect_tui.report.plain import one_line
from reflect_tui.report.values import Moment, Row

LATEST = 24
"""So many sessions stand in a course: more could not be told apart on its width."""


class Rows(Struct, frozen=True):
    """The domains and the focuses, each in the order of the instrument."""

    domains: tuple[Row, ...]
    focuses: tuple[Row, ...]


def rows(instrument: Instrument, summary: Summary, change: Diff | None, followed: Trend | None) -> Rows:
    """Set out what the scores add up to, what they did before, and their course where there is one."""
    course = last(followed, LATEST) if followed else None
    series = {one.id: one for one in ((*course.domains, *course.focuses) if course else ())}
    changes = {part.id: part for part in ((*change.domains, *change.focuses) if change else ())}
    tested = change is not None and change.a.id != change.b.id  # chance has no part in two versions of one session

    def of(groups: tuple[Group, ...]) -> tuple[Row, ...]:
        return tuple(_row(instrument, group, changes, series, tested=tested) for group in groups)

    return Rows(of(summary.domains), of(summary.focuses))


def _row(
    instrument: Instrument,
    group: Group,
    changes: Mapping[str, GroupChange],
    series: Mapping[str, Series],
    *,
    tested: bool,
) -> Row:
    change = changes.get(group.id)
    return Row(
        name=one_line(group_name(instrument, group.id)),
        short=one_line(group_name(instrument, group.id, short=True)),
        now=group,
        before=change.a if change else None,
        delta=change.delta if change else None,
        crossed=change.crossed if change else None,
        clear=change.clear if change and change.delta and tested else None,
        course=_course(series.get(group.id)),
    )


def _course(series: Series | None) -> tuple[Moment, ...]:
    return tuple(
        Moment(point.when, point.mean, point.group.scored, point.covered, point.starts)
        for point in (series.points if series else ())
    )
