"""`show`, `diff` and `history`: one session, two of them, and the versions of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reflect_tui.analysis import diff as analysis
from reflect_tui.analysis.diff import Diff
from reflect_tui.analysis.summary import summarize
from reflect_tui.cli import output, reference, shapes
from reflect_tui.cli.reference import Found
from reflect_tui.cli.request import Request
from reflect_tui.errors import EXIT_DONE, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.journal import Journal, ObstacleError, Version
from reflect_tui.pages.lines import EMPTY, Line, heading, line
from reflect_tui.session import Session

if TYPE_CHECKING:
    from reflect_tui.instrument import Instrument
    from reflect_tui.pages.diff_header import Origin


def show(request: Request) -> int:
    """Show where one stands in a session."""
    journal = request.journal
    found = reference.find(journal, request.options.reference)
    if request.options.json:
        summary = summarize(found.instrument, found.session.scores)
        commit = _commit(journal, found)
        output.values(shapes.shown(found.session, found.path, commit, found.instrument, summary))
    else:
        previous = _comparable(found, reference.before(journal, found.session))
        output.lines(_in_words(found, previous) if request.plain else _results(found, previous))
    return EXIT_DONE


def _comparable(found: Found, previous: Session | None) -> Session | None:
    """Leave out a session that was answered on another version of the instrument."""
    return previous if previous and previous.digest == found.session.digest else None


def _commit(journal: Journal, found: Found) -> str | None:
    """Give the newest commit about a session; a file from elsewhere has none."""
    if found.commit:
        return found.commit
    at_home = reference.of(journal, found.session).path
    return journal.commit_of(found.session.id) if at_home.resolve() == found.path.resolve() else None


def _results(found: Found, previous: Session | None) -> list[Line]:
    from reflect_tui.pages import results  # noqa: PLC0415 -- not for JSON

    summary = summarize(found.instrument, found.session.scores)
    change = analysis.diff(found.instrument, previous, found.session) if previous else None
    columns = output.columns()
    return [
        line("  ", results.heading_line(found.session, previous)),
        line("  ", f"{found.instrument.title} · {found.session.id}"),
        EMPTY,
        *results.results(found.instrument, found.session, previous, columns),
        EMPTY,
        heading(_("Attitude, knowledge, skill")),
        *results.table(found.instrument, summary, change, columns, "focus"),
    ]


def _in_words(found: Found, previous: Session | None) -> list[Line]:
    from reflect_tui.plain import results  # noqa: PLC0415 -- only when asked

    return results.results(found.instrument, found.session, previous, output.columns())


def diff(request: Request) -> int:
    """Show what changed between two sessions."""
    a, b = _pair(request.journal, request.options.references)
    found = analysis.compare(a.session, a.instrument, b.session, b.instrument)
    if found is None:
        text = _("{a} and {b} were answered on different instruments, or versions of one, and can't be compared.")
        raise ReflectError(text.format(a=a.session.id, b=b.session.id))
    instrument, change = found
    if request.options.json:
        output.values(shapes.compared(change))
    else:
        output.lines(_differences(request, instrument, change, (a, b)))
    return EXIT_DONE


def _pair(journal: Journal, references: Sequence[str]) -> tuple[Found, Found]:
    """Find the two sessions that are meant: two, one and the one before it, or the newest two."""
    if len(references) > 2:  # noqa: PLR2004 -- a diff is of two
        raise ReflectError(_("A diff is of two sessions; {n} were given.").format(n=len(references)))
    found = [reference.find(journal, name) for name in references or ["latest"]]
    if len(found) > 1:
        return found[0], found[1]
    earlier = reference.before(journal, found[0].session)
    if earlier is None:
        text = _("There is no session of your own before {id} to compare it with.")
        raise NotFoundError(text.format(id=found[0].session.id))
    return reference.of(journal, earlier), found[0]


def _differences(request: Request, instrument: Instrument, change: Diff, sides: tuple[Found, Found]) -> list[Line]:
    if request.plain:
        from reflect_tui.plain import differences  # noqa: PLC0415 -- only when asked

        return differences.differences(instrument, change, output.columns())
    from reflect_tui.pages import diff as page  # noqa: PLC0415 -- not for JSON
    from reflect_tui.pages.diff_header import header  # noqa: PLC0415 -- the same

    columns = output.columns()
    a, b = (_origin(request.journal, side) for side in sides)
    view = page.View(axis=request.options.by, order=request.options.sort)
    return [*header(change, (a, b), columns), EMPTY, *page.differences(instrument, change, columns, view)]


def _origin(journal: Journal, found: Found) -> Origin:
    """Tell the commit of a session, and whether it was amended; nothing where history can't be read."""
    from reflect_tui.pages.diff_header import UNKNOWN, origin_of  # noqa: PLC0415 -- not for JSON

    if reference.of(journal, found.session).path.resolve() != found.path.resolve():
        return UNKNOWN
    try:
        versions = _versions(journal, found.session.id)
    except ObstacleError:
        return UNKNOWN
    commits = [version.commit for version in versions]
    return origin_of(versions[commits.index(found.commit) :] if found.commit in commits else versions)


def history(request: Request) -> int:
    """List the versions of a session, newest first."""
    session_id = reference.find_id(request.journal, request.options.reference)
    found = _versions(request.journal, session_id)
    if not found and not reference.journal_has(request.journal, session_id):
        raise NotFoundError(_('There is no session "{reference}". See: reflect-tui list').format(reference=session_id))
    if request.options.json:
        output.values(shapes.versions(session_id, found))
    else:
        output.lines(_history(found, plain=request.plain))
    return EXIT_DONE


def _history(found: Sequence[Version], *, plain: bool) -> list[Line]:
    if plain:
        from reflect_tui.plain import sessions  # noqa: PLC0415 -- only when asked

        return sessions.versions(found, output.columns())
    from reflect_tui.pages import history as page  # noqa: PLC0415 -- not for JSON

    return page.history(found, output.columns())


def _versions(journal: Journal, session_id: str) -> tuple[Version, ...]:
    """List the versions; a journal that has no history at all yet is no obstacle."""
    try:
        return journal.versions(session_id)
    except ObstacleError as error:
        if error.obstacle.kind == "not_a_repository":
            return ()
        raise
