"""`agenda`: what to talk about, from one session: the agenda that was saved with it, else one made now."""

from __future__ import annotations

from typing import Any

from reflect_tui.agenda import Agenda, AgendaPoint, Figures, Others
from reflect_tui.cli import output, reference
from reflect_tui.cli.reference import Found
from reflect_tui.cli.request import Request
from reflect_tui.errors import EXIT_DONE, BadFileError, JournalError, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.journal import Journal
from reflect_tui.report.figures import number as rounded


def show(request: Request) -> int:
    """Show the agenda of a session of one's own."""
    journal = request.journal
    found = reference.find(journal, request.options.reference or "latest")
    if found.session.role != "self":
        raise ReflectError(_("An agenda is made from a session of your own; {id} is none.").format(id=found.session.id))
    saved = _saved(journal, found.session.id)
    agenda = saved or proposed(journal, found)
    if request.options.json:
        output.values(shape(agenda, saved=saved is not None))
    else:
        _print(journal, found, agenda)
    return EXIT_DONE


def _saved(journal: Journal, session_id: str) -> Agenda | None:
    try:
        document = journal.agendas.get(session_id)
    except NotFoundError:
        return None
    if document.value is None:
        raise JournalError(str(BadFileError(journal.root / document.path, document.faults)))
    return document.value


def proposed(journal: Journal, found: Found) -> Agenda:
    """Look for the points of a session as the journal is now."""
    from reflect_tui.analysis.compare import compare  # noqa: PLC0415 -- only when none was saved
    from reflect_tui.analysis.talking_points import propose, up_to_next  # noqa: PLC0415 -- only when none was saved

    previous = reference.before(journal, found.session)
    comparable = previous if previous and previous.digest == found.session.digest else None
    goals = [document.value for document in journal.goals.all() if document.value]
    others = compare(found.instrument, found.session, journal.own(), journal.given(), journal.known_rounds())
    return propose(found.instrument, found.session, comparable, up_to_next(goals, found.session, journal.own()), others)


def _print(journal: Journal, found: Found, agenda: Agenda) -> None:
    from reflect_tui.pages import agenda as page  # noqa: PLC0415 -- not for JSON
    from reflect_tui.pages.lines import line  # noqa: PLC0415 -- the same
    from reflect_tui.pages.words import session_name  # noqa: PLC0415 -- the same

    goals = {document.value.id: document.value for document in journal.goals.all() if document.value}
    heading = line("  ", _("Agenda") + f" · {session_name(found.session)}")
    kept = Agenda(session=agenda.session, since=agenda.since, points=agenda.kept)
    output.lines([heading, *page.lines(kept, found.instrument, goals, output.columns())])


def shape(agenda: Agenda, *, saved: bool) -> dict[str, Any]:
    """Give an agenda as JSON has it; see docs/formats.md."""
    return {
        "session": agenda.session,
        "since": agenda.since or None,
        "saved": saved,
        "points": [_point(point) for point in agenda.points],
    }


def _point(point: AgendaPoint) -> dict[str, Any]:
    return {
        "kind": point.kind,
        "about": point.about or None,
        "text": point.text,
        "remark": point.remark,
        "dropped": point.dropped,
        "now": _figures(point.now),
        "before": _figures(point.before),
        "delta": rounded(point.delta),
        "shared": _figures(point.shared),
        "others": [
            {"role": group.role, "people": group.people, **(_figures(group) or {}), "bound": group.bound or None}
            for group in point.others
        ],
        "gap": rounded(point.gap),
        "items": [
            {"id": key, "score": score, "before": point.items_before.get(key)} for key, score in point.items.items()
        ],
    }


def _figures(part: Figures | Others | None) -> dict[str, Any] | None:
    return {"mean": rounded(part.mean), "sum": part.sum, "scored": part.scored} if part else None
