"""Change over time, in words: for every line of the chart one sentence and a table of its points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from reflect_tui.analysis.trend import Point, Series, Trend
from reflect_tui.i18n import _, ngettext
from reflect_tui.instrument import Instrument
from reflect_tui.pages import trends as page
from reflect_tui.pages.figures import figures, table
from reflect_tui.pages.lines import EMPTY, Line
from reflect_tui.pages.words import clock, day, group_name, role_name
from reflect_tui.plain.console import folded
from reflect_tui.plain.results import WIDEST, scale_line


def trends(instrument: Instrument, trend: Trend, columns: int) -> list[Line]:
    """Give all that the screen of trends shows: domains, then foci."""
    room = min(columns, WIDEST)
    count = len(trend.sessions)
    counted = ngettext("{n} session of your own", "{n} sessions of your own", count).format(n=count)
    opening = f"{instrument.title}: {counted}. {scale_line(instrument.scale)}"
    return [
        *folded(opening, room),
        *(part for series in (*trend.domains, *trend.focuses) for part in _series(instrument, series, room)),
        *(part for other in trend.others for part in _of_others(instrument, other, room)),
    ]


def _of_others(instrument: Instrument, other: Trend, columns: int) -> Iterator[Line]:
    """Give the sessions of one role: of several people, so no sentence says that anything moved."""
    yield EMPTY
    count = ngettext("{role}: {n} session", "{role}: {n} sessions", len(other.sessions))
    yield from folded(count.format(role=role_name(other.role), n=len(other.sessions)), columns)
    for series in (*other.domains, *other.focuses):
        if series.points:
            yield EMPTY
            yield from folded(f"{role_name(other.role)}, {group_name(instrument, series.id)}:", columns)
            yield from _points(series, columns)


def _series(instrument: Instrument, series: Series, columns: int) -> Iterator[Line]:
    yield EMPTY
    yield from folded(page.sentence(instrument, series), columns)
    if series.points:
        yield from _points(series, columns)


def _points(series: Series, columns: int) -> Iterator[Line]:
    head = [_("Date"), _("mean"), _("scored"), _("verdict")]
    yield from table(head, list(_rows(series.points)), columns)


def _rows(points: Iterable[Point]) -> Iterator[list[str]]:
    """Give a row a session; the time of day tells two of one day apart."""
    dated = [(point, day(point.when)) for point in points]
    often = Counter(date for _point, date in dated)
    for point, date in dated:
        when = f"{date}, {clock(point.when)}" if often[date] > 1 else date
        yield [when, *figures(point.group)]
