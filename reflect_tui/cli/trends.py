"""`trend`: every domain through all one's own sessions, as a table and in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import structs

from reflect_tui.analysis import trend as analysis
from reflect_tui.analysis.group_trend import group_points, since
from reflect_tui.analysis.summary import Axis
from reflect_tui.analysis.trend import Series, Trend
from reflect_tui.cli import output, reference, shapes
from reflect_tui.cli.request import Request
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE, NotFoundError, ReflectError
from reflect_tui.events import Event
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument
from reflect_tui.journal import Entry, Journal, happenings
from reflect_tui.journal.documents import Document
from reflect_tui.pages import trends as page
from reflect_tui.pages.events import happened
from reflect_tui.pages.lines import EMPTY, Line, heading
from reflect_tui.pages.trend_figures import table
from reflect_tui.pages.trend_groups import together
from reflect_tui.pages.trend_table import sentences, twin
from reflect_tui.pages.trends import Scene
from reflect_tui.pages.words import role_name
from reflect_tui.session import Session

_TITLE_ROOM, _CELL_ROOM = 30, 13  # of the page's table
_NOTHING_CHOSEN = -1
_BOTH: tuple[page.TrendAxis, ...] = ("domain", "focus")


def trend(request: Request) -> int:
    """Follow the domains, or one of them, or the items, through sessions: one's own, and those of others apart.

    Files that can't be read are named on stderr and make the exit code 3.
    """
    journal, options = request.journal, request.options
    entries, happened_then = journal.entries(), happenings.entries(journal)
    sound = [entry.session for entry in entries if entry.session and not entry.faults]
    newest = _newest([session for session in sound if session.role == "self"], options.instrument)
    sessions = [session for session in sound if session.instrument == newest.instrument]
    instruments = {one.digest: journal.library.find(one.instrument, one.version, one.digest) for one in sessions}
    instrument = instruments[newest.digest]
    whole = analysis.trend(instrument, sessions, instruments)
    followed = _only(analysis.last(whole, options.last), options.domain, options.by)
    events = tuple(found.value for found in happened_then if found.value)
    mine = [session for session in sessions if session.role == "self"]
    groups = group_points(mine, journal.given(), journal.known_rounds(), instruments)
    groups = since(groups, followed.sessions)
    if options.json:
        output.values(shapes.followed(instrument, followed, groups, events))
        return _left_out(journal, entries, happened_then)
    apart = page.elsewhere(sound, whole, instrument)
    scene = Scene(
        instrument=instrument,
        trend=followed,
        groups=groups,
        events=events,
        targets=page.targets_of((found.value for found in journal.goals.all() if found.value), instrument),
        total=len(whole.sessions),
        apart=apart,
    )
    asked = page.question(scene, page.View(axis=options.by or "domain"), output.columns())
    if options.by == "item":
        scene = structs.replace(scene, rows=analysis.rows(instrument, followed.sessions, instruments))
        output.lines([asked, EMPTY, *twin(scene, page.View(axis="item"), output.columns())])
    else:
        page_of = _in_words if request.plain else _page
        above = [] if request.plain else [asked, EMPTY]
        output.lines([*above, *page_of(scene, output.columns()), *happened(events, output.columns())])
    if scene.apart:
        output.lines([EMPTY, *page.apart(scene, output.columns())])
    if len(followed.sessions) == 1:
        output.message(page.one_only())
    return _left_out(journal, entries, happened_then)


def _left_out(journal: Journal, entries: Iterable[Entry], events: Iterable[Document[Event]]) -> int:
    """Name what could not be read and is not in the trend; give the exit code."""
    sessions = [entry for entry in entries if entry.session is None or entry.faults]
    documents = [document for document in events if document.value is None]
    for entry in sessions:
        output.message(str(reference.unreadable(journal, entry)))
    for document in documents:
        output.message(f"{document.path}: " + "; ".join(map(str, document.faults)))
    return EXIT_ATTENTION if sessions or documents else EXIT_DONE


def _newest(own: Sequence[Session], instrument: str | None) -> Session:
    found = next((session for session in own if instrument in (None, session.instrument)), None)
    if found:
        return found
    if instrument and own:
        raise NotFoundError(_('There is no session of your own on the instrument "{id}".').format(id=instrument))
    raise NotFoundError(_("There is no session of your own yet. Begin one with: reflect-tui new"))


def _only(trend: Trend, domain: str | None, by: str | None) -> Trend:
    """Leave one domain or focus of a trend, or all along one axis; in those of others as well."""
    names = [series.id for series in (*trend.domains, *trend.focuses)]
    if domain is not None and domain not in names:
        known = ", ".join(names)
        raise ReflectError(_('There is no domain "{id}"; there are: {known}.').format(id=domain, known=known))

    def kept(series: Sequence[Series], axis: str) -> tuple[Series, ...]:
        return tuple(one for one in series if domain in (None, one.id) and by in (None, "item", axis))

    return structs.replace(
        trend,
        domains=kept(trend.domains, "domain"),
        focuses=kept(trend.focuses, "focus"),
        others=tuple(_only(other, domain, by) for other in trend.others),
    )


def _page(scene: Scene, columns: int) -> list[Line]:
    instrument, trend = scene.instrument, scene.trend
    return [
        *_tables(instrument, trend, columns),
        *(row for other in trend.others for row in _of_others(instrument, other, columns)),
        *together(scene, _BOTH, columns),
        EMPTY,
        *sentences(scene, page.View(axis="domain" if trend.domains else "focus"), columns),
    ]


def _in_words(scene: Scene, columns: int) -> list[Line]:
    from reflect_tui.plain import trends  # noqa: PLC0415 -- only when asked

    return [*trends.trends(scene, columns), *together(scene, _BOTH, columns)]


def _of_others(instrument: Instrument, other: Trend, columns: int) -> list[Line]:
    return [EMPTY, heading(role_name(other.role)), *_tables(instrument, other, columns)]


def _tables(instrument: Instrument, trend: Trend, columns: int) -> Iterator[Line]:
    """Set as many sessions side by side as fit, and the next ones below them."""
    fitting = max(1, (columns - 2 - _title_room(columns)) // _CELL_ROOM)
    for start in range(0, len(trend.sessions), fitting):
        part = structs.replace(trend, sessions=trend.sessions[start : start + fitting])
        yield from _table(instrument, part, columns, last=start + fitting >= len(trend.sessions))


def _title_room(columns: int) -> int:
    return min(_TITLE_ROOM, max(18, columns - 2 - 4 * _CELL_ROOM))


def _table(instrument: Instrument, trend: Trend, columns: int, *, last: bool) -> Iterator[Line]:
    by_domain = table(instrument, trend, _view("domain"), columns)
    by_focus = table(instrument, trend, _view("focus"), columns)
    yield from by_domain[: 1 + len(trend.domains)]
    yield from by_focus[1 : 1 + len(trend.focuses)]
    yield from by_domain[1 + len(trend.domains) :] if last else [EMPTY]


def _view(axis: Axis) -> page.View:
    return page.View(axis=axis, session=_NOTHING_CHOSEN, panel=_NOTHING_CHOSEN)
