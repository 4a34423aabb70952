"""Change over time, in words: for every line of the chart one sentence and a table of its points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import structs

from reflect_tui.analysis.trend import Point, Series, Trend
from reflect_tui.i18n import _, ngettext
from reflect_tui.pages import trends as page
from reflect_tui.pages.figures import figures, table
from reflect_tui.pages.lines import EMPTY, Line
from reflect_tui.pages.trends import Scene
from reflect_tui.pages.words import clock, day, role_name
from reflect_tui.plain.console import folded
from reflect_tui.plain.results import WIDEST, scale_line


def trends(scene: Scene, columns: int) -> list[Line]:
    """Give all that the screen of trends shows: domains, then foci, of one's own sessions; then those of others."""
    instrument, trend, room = scene.instrument, scene.trend, min(columns, WIDEST)
    count = len(trend.sessions)
    counted = ngettext("{n} session of your own", "{n} sessions of your own", count).format(n=count)
    opening = f"{instrument.title}: {counted}. {scale_line(instrument.scale)}"
    return [
        *folded(opening, room),
        *(part for series in (*trend.domains, *trend.focuses) for part in _series(scene, series, room)),
        *(part for other in trend.others for part in _of_others(scene, other, room)),
    ]


def _of_others(scene: Scene, other: Trend, columns: int) -> Iterator[Line]:
    yield EMPTY
    yield from folded(_("Filled in by: {role}.").format(role=role_name(other.role)), columns)
    without_goals = structs.replace(scene, targets={})
    for series in (*other.domains, *other.focuses):
        if series.points:
            yield from _series(without_goals, series, columns)


def _series(scene: Scene, series: Series, columns: int) -> Iterator[Line]:
    yield EMPTY
    said = [page.sentence(scene.instrument, series), *page.goal_sentences(scene, series)]
    yield from folded(" ".join(said), columns)
    if series.points:
        head = [_("Date"), _("mean"), _("scored"), _("verdict")]
        yield from table(head, list(_rows(series.points)), columns)


def _rows(points: Iterable[Point]) -> Iterator[list[str]]:
    """Give a row a session; the time of day tells two of one day apart."""
    dated = [(point, day(point.when)) for point in points]
    often = Counter(date for _point, date in dated)
    for point, date in dated:
        when = f"{date}, {clock(point.when)}" if often[date] > 1 else date
        yield [when, *figures(point.group)]
