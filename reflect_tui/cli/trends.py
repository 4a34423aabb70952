"""`trend`: every domain through all one's own sessions, as a table and in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reflect_tui.analysis import trend as analysis
from reflect_tui.analysis.summary import Axis
from reflect_tui.analysis.trend import Trend
from reflect_tui.cli import output, shapes
from reflect_tui.cli.request import Request
from reflect_tui.errors import EXIT_DONE, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument
from reflect_tui.pages import trends as page
from reflect_tui.pages.lines import EMPTY, Line, paragraph
from reflect_tui.session import Session

_TITLE_ROOM, _CELL_ROOM = 30, 13  # of the page's table
_NOTHING_CHOSEN = -1


def trend(request: Request) -> int:
    """Follow the domains, or one of them, through one's own sessions."""
    own = request.journal.own()
    newest = _newest(own, request.options.instrument)
    instrument = request.journal.library.find(newest.instrument, newest.version, newest.digest)
    followed = _only(analysis.trend(instrument, own), request.options.domain)
    if request.options.json:
        output.values(shapes.followed(instrument, followed))
    else:
        page_of = _in_words if request.plain else _page
        output.lines(page_of(instrument, followed, output.columns()))
        if len(followed.sessions) == 1:
            output.message(page.too_few(1))
    return EXIT_DONE


def _newest(own: Sequence[Session], instrument: str | None) -> Session:
    found = next((session for session in own if instrument in (None, session.instrument)), None)
    if found:
        return found
    if instrument and own:
        raise NotFoundError(_('There is no session of your own on the instrument "{id}".').format(id=instrument))
    raise NotFoundError(_("There is no session of your own yet. Begin one with: reflect-tui new"))


def _only(trend: Trend, domain: str | None) -> Trend:
    """Leave one domain or focus of a trend, or all."""
    if domain is None:
        return trend
    domains = tuple(series for series in trend.domains if series.id == domain)
    focuses = tuple(series for series in trend.focuses if series.id == domain)
    if not domains and not focuses:
        known = ", ".join(series.id for series in (*trend.domains, *trend.focuses))
        raise ReflectError(_('There is no domain "{id}"; there are: {known}.').format(id=domain, known=known))
    return Trend(trend.sessions, domains, focuses)


def _page(instrument: Instrument, trend: Trend, columns: int) -> list[Line]:
    sentences = [page.sentence(instrument, series) for series in (trend.domains or trend.focuses)]
    return [
        *_tables(instrument, trend, columns),
        EMPTY,
        *(row for sentence in sentences for row in paragraph(sentence, columns - 2, indent=2)),
    ]


def _in_words(instrument: Instrument, trend: Trend, columns: int) -> list[Line]:
    from reflect_tui.plain import trends  # noqa: PLC0415 -- only when asked

    return trends.trends(instrument, trend, columns)


def _tables(instrument: Instrument, trend: Trend, columns: int) -> Iterator[Line]:
    """Set as many sessions side by side as fit, and the next ones below them."""
    fitting = max(1, (columns - 2 - _title_room(columns)) // _CELL_ROOM)
    for start in range(0, len(trend.sessions), fitting):
        part = Trend(trend.sessions[start : start + fitting], trend.domains, trend.focuses)
        yield from _table(instrument, part, columns, last=start + fitting >= len(trend.sessions))


def _title_room(columns: int) -> int:
    return min(_TITLE_ROOM, max(18, columns - 2 - 4 * _CELL_ROOM))


def _table(instrument: Instrument, trend: Trend, columns: int, *, last: bool) -> Iterator[Line]:
    by_domain = page.table(instrument, trend, _view("domain"), columns)
    by_focus = page.table(instrument, trend, _view("focus"), columns)
    yield from by_domain[: 1 + len(trend.domains)]
    yield from by_focus[1 : 1 + len(trend.focuses)]
    yield from by_domain[1 + len(trend.domains) :] if last else [EMPTY]


def _view(axis: Axis) -> page.View:
    return page.View(axis=axis, session=_NOTHING_CHOSEN, panel=_NOTHING_CHOSEN)
