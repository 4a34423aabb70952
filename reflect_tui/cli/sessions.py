"""`list`, `show`, `diff`, `history`, `compare` and `trend`: the commands that read sessions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from reflect_tui.analysis import diff as analysis_diff
from reflect_tui.analysis.compare import Comparison
from reflect_tui.analysis.diff import Diff, Results, results
from reflect_tui.analysis.trend import Series, Trend
from reflect_tui.cli import json_out, session_ref
from reflect_tui.cli.parser import idle_beside
from reflect_tui.cli.request import Request, page_width, print_json, print_lines, print_message, readable, report_faulty
from reflect_tui.cli.session_ref import ResolvedSession
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE, EXIT_NO, NotFoundError, ReflectError
from reflect_tui.git.history import Version
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _, ngettext
from reflect_tui.model.events import Event
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.old_means import Reference
from reflect_tui.model.talk import Talk
from reflect_tui.store import documents, sync_state
from reflect_tui.store.documents import Document
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import pages
from reflect_tui.usecases.next_time import next_time
from reflect_tui.usecases.pages import ListedSession, NamedSession, Pages
from reflect_tui.views import trends
from reflect_tui.views.home import good_title
from reflect_tui.views.labels import day, focuses_title, role_name, session_name, time_word
from reflect_tui.views.lines import EMPTY, Line, fit, heading, line, pad, paragraph, width
from reflect_tui.views.trend_text import render_trend_text
from reflect_tui.views.version_sentences import why_incomparable

if TYPE_CHECKING:
    from reflect_tui.views.history import Origin


def show(request: Request) -> int:
    """Show where one stands in a session."""
    journal = request.journal
    resolved = session_ref.find(journal, request.options.reference)
    if request.options.json:
        shown = results(resolved.instrument, resolved.session)
        print_json(json_out.shown(shown, resolved.path, _commit(journal, resolved)))
        return EXIT_DONE
    before = pages.previous(journal.own(), resolved.session)
    shown = results(resolved.instrument, resolved.session, before, pages.version_of(journal, before))
    if request.plain:
        from reflect_tui.line_mode import reading  # noqa: PLC0415 -- not for JSON

        print_lines(reading.results(shown, page_width()))
    else:
        print_lines(_results(shown))
    return EXIT_DONE


def _commit(journal: Journal, resolved: ResolvedSession) -> str | None:
    """Find the newest commit about a session; a file from elsewhere has none."""
    if resolved.commit:
        return resolved.commit
    at_home = session_ref.resolve(journal, resolved.session).path
    return journal.commit_of(resolved.session.id) if at_home.resolve() == resolved.path.resolve() else None


def _results(shown: Results) -> list[Line]:
    from reflect_tui.views import results as views_results  # noqa: PLC0415 -- not for JSON

    columns = page_width()
    by_focus = [EMPTY, heading(focuses_title(shown.instrument)), *views_results.render_axis(shown, columns, "focus")]
    return [
        line("  ", views_results.results_title(shown.session, shown.previous)),
        line("  ", f"{shown.instrument.title} · {shown.session.id}"),
        EMPTY,
        *views_results.render_results(shown, columns),
        *(by_focus if shown.instrument.focuses else ()),
    ]


def diff(request: Request) -> int:
    """Show what changed between two sessions."""
    a, b = _pair(request.journal, request.options.references)
    comparable = analysis_diff.diff_across_versions(a.session, a.instrument, b.session, b.instrument)
    if comparable is None:
        text = _("{a} and {b} were answered on different instruments, or versions of one, and can't be compared.")
        reason = why_incomparable(a.instrument, b.instrument)
        raise ReflectError(f"{text.format(a=a.session.id, b=b.session.id)} {reason}".rstrip())
    instrument, change = comparable
    if request.options.json:
        print_json(json_out.compared(change))
        return EXIT_DONE
    print_lines(_differences(request, instrument, change, (a, b)))
    return EXIT_ATTENTION if _spoiled(request.journal.talks.all()) else EXIT_DONE


def _pair(journal: Journal, references: Sequence[str]) -> tuple[ResolvedSession, ResolvedSession]:
    """Find the two sessions that are meant: two, one and the one before it, or the newest two."""
    if len(references) > 2:  # noqa: PLR2004 -- a diff is of two
        raise ReflectError(_("A diff compares two sessions; {n} were given.").format(n=len(references)))
    resolved = [session_ref.find(journal, name) for name in references or ["latest"]]
    if len(resolved) > 1:
        return resolved[0], resolved[1]
    pair = pages.pair_with_previous(journal.own(), resolved[0].session)
    if pair is None:
        text = _("There is no session of your own before {id} to compare it with.")
        raise NotFoundError(text.format(id=resolved[0].session.id))
    return session_ref.resolve(journal, pair[0]), resolved[0]


def _differences(
    request: Request, instrument: Instrument, change: Diff, sides: tuple[ResolvedSession, ResolvedSession]
) -> list[Line]:
    from reflect_tui.line_mode import reading  # noqa: PLC0415 -- not for JSON
    from reflect_tui.views import diff as views_diff  # noqa: PLC0415 -- not for JSON
    from reflect_tui.views.history import render_header  # noqa: PLC0415 -- not for JSON
    from reflect_tui.views.talk import between_sentences  # noqa: PLC0415 -- not for JSON

    columns = page_width()
    talks = readable(request.journal, request.journal.talks.all())
    between = between_sentences(talks, change.a.started, change.b.started)
    if request.plain:
        said = [row for text in between for row in paragraph(text, columns)]
        return [*said, *reading.differences(instrument, change, columns)]
    a, b = (_origin(request.journal, side) for side in sides)
    view = views_diff.DiffView(
        axis=request.options.by or views_diff.AXES[0], order=request.options.sort or views_diff.ORDERS[0]
    )
    return [
        *render_header(change, (a, b), columns, between),
        EMPTY,
        *views_diff.render_diff(instrument, change, columns, view),
    ]


def _origin(journal: Journal, resolved: ResolvedSession) -> Origin:
    """Find the commit of a session, and whether it was amended; nothing where history can't be read."""
    from reflect_tui.views.history import UNKNOWN, origin_of  # noqa: PLC0415 -- not for JSON

    if session_ref.resolve(journal, resolved.session).path.resolve() != resolved.path.resolve():
        return UNKNOWN
    session_id = resolved.session.id
    try:
        if resolved.commit:
            return origin_of([one for one in journal.every_version(session_id) if one.commit == resolved.commit])
        return origin_of(_in_history(journal.versions, session_id))
    except ObstacleError:
        return UNKNOWN


def history(request: Request) -> int:
    """List the versions of a session, newest first."""
    session_id = session_ref.find_id(request.journal, request.options.reference)
    versions = _in_history(request.journal.every_version, session_id)
    if not versions and not session_ref.journal_has(request.journal, session_id):
        raise NotFoundError(_('There is no session "{reference}". See: reflect-tui list').format(reference=session_id))
    if request.options.json:
        print_json(json_out.versions(session_id, versions))
        return EXIT_DONE
    from reflect_tui.line_mode import reading  # noqa: PLC0415 -- not for JSON
    from reflect_tui.views.history import render_history  # noqa: PLC0415 -- not for JSON

    print_lines((reading.versions if request.plain else render_history)(versions, page_width()))
    return EXIT_DONE


def _in_history(read: Callable[[str], tuple[Version, ...]], session_id: str) -> tuple[Version, ...]:
    """List versions of a session; a journal that has no history at all yet is no obstacle."""
    try:
        return read(session_id)
    except ObstacleError as error:
        if error.obstacle.kind == "not_a_repository":
            return ()
        raise


# `compare`: one session of one's own beside the answers of others that belong to it.


def compare(request: Request) -> int:
    """Compare; when nobody's answers may be shown yet, say so and return 1."""
    journal = request.journal
    resolved = session_ref.find(journal, request.options.reference or "latest")
    comparison = compared(journal, resolved)
    if request.options.json:
        from reflect_tui.report import comparison_data  # noqa: PLC0415 -- only for JSON

        print_json(comparison_data.document(comparison, resolved.instrument))
    elif request.plain:
        from reflect_tui.line_mode import reading  # noqa: PLC0415 -- not for JSON

        print_lines(reading.comparison(comparison, resolved.instrument, page_width()))
    else:
        print_lines(_comparison_page(comparison, resolved.instrument))
    return EXIT_DONE if comparison.has_others else EXIT_NO


def compared(journal: Journal, resolved: ResolvedSession) -> Comparison:
    """Put a session beside the answers of others.

    Raises:
        ReflectError: it is not one's own.
    """
    if resolved.session.role != "self":
        raise ReflectError(
            _("Others are compared with a session of your own; {id} is none.").format(id=resolved.session.id)
        )
    known = pages.pages_of(journal)
    own = known.own()
    if resolved.session not in own and any(session.id == resolved.session.id for session in own):
        text = _("{path} is not as the journal has this session; compare that one: reflect-tui compare {id}")
        raise ReflectError(text.format(path=resolved.path, id=resolved.session.id))
    return known.comparison(resolved.instrument, resolved.session)


def _comparison_page(comparison: Comparison, instrument: Instrument) -> list[Line]:
    from reflect_tui.views import compare as views_compare  # noqa: PLC0415 -- not for JSON

    columns = page_width()
    title = line("  ", _("Compare") + f" · {session_name(comparison.session)}")
    if not comparison.has_others:
        return [title, EMPTY, *views_compare.render_nobody(comparison, columns)]
    along_focus = views_compare.ComparisonView(axis="focus")
    by_focus = [
        EMPTY,
        heading(focuses_title(instrument)),
        *views_compare.render_table(comparison, instrument, along_focus, columns),
        *views_compare.render_table_notes(instrument, comparison.rows("focus"), columns),
    ]
    return [
        title,
        *views_compare.render_comparison(comparison, instrument, views_compare.ComparisonView(), columns),
        *(by_focus if instrument.focuses else ()),
        *views_compare.render_quadrant_list(comparison, instrument, columns, below_rows=True),
        *views_compare.render_comment_list(comparison, instrument, columns),
    ]


# `list`: all sessions, newest first, each with the REF to type for it.


_GAP = 2
_INSTRUMENT_ROOM = 10


def list_sessions(request: Request) -> int:
    """List the sessions; files that can't be read are named on stderr and make the exit code 3."""
    journal = request.journal
    entries = journal.entries()
    listed = pages.list_sessions(journal, entries)
    versions = sync_state.count_versions(journal)
    rows = _rows(listed, versions)
    spoiled = [row.entry for row in listed if not row.entry.is_sound]
    own = (row.session for row in listed if row.session and row.session.role == "self")
    talks = journal.talks.all()
    coming = next_time(own, talks, request.settings.rhythm)
    if request.options.json:
        root = journal.root.absolute()
        print_json(
            {
                "sessions": [
                    json_out.listed(row.session, root / row.entry.path, row.figures, versions.get(row.entry.path, 1))
                    for row in listed
                    if row.session and row.figures
                ],
                "unreadable": [json_out.unreadable(entry, root / entry.path) for entry in spoiled],
                "next_assessment": coming.assessment and coming.assessment.isoformat(),
                "next_talk": coming.talk and coming.talk.isoformat(),
            }
        )
    elif rows:
        print_lines(_list_in_words(rows) if request.plain else _table(rows))
        if any(row.versions > 1 for row in rows):
            print_message(_("Several versions wait for a choice; see: reflect-tui sync --status"))
    if not entries:
        print_message(_("There is no session in {path} yet.").format(path=journal.root))
    code = max(report_faulty(journal, spoiled), report_faulty(journal, _spoiled(talks)))
    _mention_hidden_answers(len(journal.session_files()) - len(entries))
    return code


def _spoiled(talks: Iterable[Document[Talk]]) -> list[Document[Talk]]:
    return [document for document in talks if document.value is None]


def _mention_hidden_answers(count: int) -> None:
    if count:
        text = ngettext(
            "{n} answer from a round of feedback is not listed: an answer is shown once its round is closed, and one "
            "given in confidence only with the others (reflect-tui compare).",
            "{n} answers from rounds of feedback are not listed: an answer is shown once its round is closed, and one "
            "given in confidence only with the others (reflect-tui compare).",
            count,
        )
        print_message(text.format(n=count))


def _rows(listed: Sequence[ListedSession], versions: Mapping[str, int]) -> list[NamedSession]:
    ids = [row.entry.id for row in listed]
    own = 0
    rows: list[NamedSession] = []
    for row in listed:
        if not (row.session and row.instrument and row.figures):
            continue
        if row.session.role == "self":
            reference = f"latest~{own}" if own else "latest"
            own += 1
        else:
            reference = _short(row.entry.id, ids)
        number = versions.get(row.entry.path, 1)
        rows.append(NamedSession(reference, row.session, row.figures, row.instrument.label, number))
    return rows


def _short(session_id: str, ids: Collection[str]) -> str:
    """Cut an id after its date, its time or its role, as soon as that means no other session."""
    cuts = (len("2026-11-23"), len("2026-11-23T1405"), session_id.rfind("-"))
    names = (session_id[:cut] for cut in cuts)
    return next((name for name in names if sum(other.startswith(name) for other in ids) == 1), session_id)


def _list_in_words(rows: Sequence[NamedSession]) -> list[Line]:
    from reflect_tui.line_mode import reading  # noqa: PLC0415 -- not for JSON

    return reading.listed(rows, page_width())


def _table(rows: Sequence[NamedSession]) -> list[Line]:
    good = good_title(lower=any(row.figures.lower for row in rows))
    head = [_("REF"), _("Date"), _("Role"), _("Instrument"), _("Answered"), good]
    cells = [head, *(_cells(row) for row in rows)]
    if any(row.versions > 1 for row in rows):
        counts = [_("Versions"), *(str(row.versions) if row.versions > 1 else "" for row in rows)]
        cells = [[*row, count] for row, count in zip(cells, counts, strict=True)]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    others = sum(widths) - widths[3] + _GAP * (len(widths) - 1)
    widths[3] = min(widths[3], max(_INSTRUMENT_ROOM, page_width() - others))
    return [_line(row, widths) for row in cells]


def _cells(row: NamedSession) -> list[str]:
    return [
        row.reference,
        f"{pad(day(row.session.started), 11)} {time_word(row.session)}",
        role_name(row.session.role),
        row.instrument,
        f"{row.figures.answered}/{row.figures.total}",
        _("{high} of {n}").format(high=row.figures.good, n=row.figures.domains),
    ]


def _line(cells: Sequence[str], widths: Sequence[int]) -> Line:
    words = [fit(cell, room) for cell, room in zip(cells[:4], widths[:4], strict=True)]
    figures = [pad(cell, room, right=True) for cell, room in zip(cells[4:], widths[4:], strict=True)]
    return line((" " * _GAP).join([*words, *figures]))


# `trend`: every domain through all one's own sessions, as sentences and tables.


def trend(request: Request) -> int:
    """Follow the domains, or one of them, or the items, through sessions: one's own, and those of others apart.

    Files that can't be read are named on stderr and make the exit code 3.
    """
    journal, options = request.journal, request.options
    if options.json and options.by == "item":
        raise idle_beside("--by item", "--json")
    event_documents = documents.event_entries(journal)
    talks = journal.talks.all()
    events = pages.happenings([document.value for document in event_documents if document.value], talks)
    known = pages.pages_of(journal)
    whole = known.trend(_followed_instrument(known, options.instrument), options.last or 0, events)
    if whole is None:
        raise NotFoundError(_("There is no session of your own yet. Begin one with: reflect-tui new"))
    ended = () if options.domain else whole.ended
    scene = structs.replace(whole, trend=_selected(whole.trend, options.domain, options.by), ended=ended)
    if options.json:
        print_json(json_out.followed(scene))
        return _report_unreadable(journal, (*event_documents, *talks, *journal.references.all()))
    scene = known.with_items(scene) if options.by == "item" else scene
    axes = (options.by,) if options.by else trends.AXES[:2]
    print_lines(render_trend_text(scene, page_width(), axes))
    if left_out := trends.render_left_out(scene, page_width(), in_words=bool(scene.ended)):
        print_lines([EMPTY, *left_out])
    if len(scene.trend.sessions) == 1:
        print_message(trends.one_only())
    return _report_unreadable(journal, (*event_documents, *talks, *journal.references.all()))


def _followed_instrument(known: Pages, asked: str | None) -> str:
    """Choose the instrument to follow, by its id: the one asked for, else that of one's newest session."""
    own = known.own()
    if asked and own and not known.own(asked):
        raise NotFoundError(_('There is no session of your own on the instrument "{id}".').format(id=asked))
    return asked or (own[0].instrument if own else "")


def _report_unreadable(
    journal: Journal, events: Iterable[Document[Event] | Document[Talk] | Document[Reference]]
) -> int:
    """Name what could not be read and is not in the trend; return the exit code."""
    code = report_faulty(journal, [entry for entry in journal.entries() if not entry.is_sound])
    faulty_events = [document for document in events if document.value is None]
    for document in faulty_events:
        print_message(f"{document.path}: " + "; ".join(map(str, document.faults)))
    return EXIT_ATTENTION if faulty_events else code


def _selected(trend: Trend, domain: str | None, by: str | None) -> Trend:
    """Leave one domain or focus of a trend, or all along one axis; in those of others as well."""
    names = [series.id for series in (*trend.domains, *trend.focuses)]
    if domain is not None and domain not in names:
        known = ", ".join(names)
        raise ReflectError(_('There is no domain "{id}"; there are: {known}.').format(id=domain, known=known))

    def kept(series: Sequence[Series], axis: str) -> tuple[Series, ...]:
        return tuple(part for part in series if domain in (None, part.id) and by in (None, "item", axis))

    return structs.replace(
        trend,
        domains=kept(trend.domains, "domain"),
        focuses=kept(trend.focuses, "focus"),
        others=tuple(_selected(other, domain, by) for other in trend.others),
    )
