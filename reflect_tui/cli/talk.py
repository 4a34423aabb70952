"""`agenda`, `events`, `report`, `export` and `goals`: what prepares a talk, and what one takes along to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from reflect_tui import clock, paths
from reflect_tui.analysis.diff import diff_across_versions
from reflect_tui.cli import json_out, session_ref
from reflect_tui.cli.interchange import export_sessions
from reflect_tui.cli.open_app import chosen_instrument
from reflect_tui.cli.parser import idle_beside
from reflect_tui.cli.request import (
    Request,
    acquire_lock,
    existing_refused,
    hand_over,
    page_width,
    print_bytes,
    print_json,
    print_lines,
    print_message,
    print_text,
    readable,
    record,
    report_faulty,
)
from reflect_tui.cli.session_ref import ResolvedSession
from reflect_tui.cli.sessions import compared
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE, EXIT_NO, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model import events
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.goals import Goal
from reflect_tui.model.session import Session
from reflect_tui.report.build import ReportOptions, build_report
from reflect_tui.report.document import Report, agreement_sheet
from reflect_tui.store import documents
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import export, pages, talking
from reflect_tui.usecases.export import DATA_FORMATS, DOCUMENT_FORMATS, DataFormat
from reflect_tui.usecases.next_time import of_journal, render_calendar, write_calendar
from reflect_tui.usecases.written_files import OutputFile, suggested_name
from reflect_tui.views import agenda as views_agenda
from reflect_tui.views import goals as views_goals
from reflect_tui.views.goals import when_text
from reflect_tui.views.labels import session_name
from reflect_tui.views.lines import EMPTY, Line, line
from reflect_tui.views.talk import unreadable_sentence


def show_agenda(request: Request) -> int:
    """Show the agenda of a session of one's own."""
    journal = request.journal
    resolved = session_ref.find(journal, request.options.reference or "latest")
    if resolved.session.role != "self":
        raise ReflectError(
            _("An agenda is made from a session of your own; {id} is none.").format(id=resolved.session.id)
        )
    saved = pages.saved_agenda(journal, resolved.session.id)
    agenda = saved or proposed(journal, resolved)
    if request.options.json:
        outdated = pages.pages_of(journal).is_outdated(resolved.instrument, resolved.session, agenda)
        print_json(json_out.agenda(agenda, saved=saved is not None, outdated=outdated))
    else:
        _print(journal, resolved, agenda)
    return EXIT_DONE


def proposed(journal: Journal, resolved: ResolvedSession) -> Agenda:
    """Look for the points of a session as the journal is now."""
    known = pages.pages_of(journal)
    return known.agenda(resolved.instrument, resolved.session, known.previous(resolved.session))


def _print(journal: Journal, resolved: ResolvedSession, agenda: Agenda) -> None:
    goals = {document.value.id: document.value for document in journal.goals.all() if document.value}
    heading = line("  ", _("Agenda") + f" · {session_name(resolved.session)}")
    kept = Agenda(session=agenda.session, since=agenda.since, points=agenda.kept)
    known = pages.pages_of(journal)
    outdated = known.is_outdated(resolved.instrument, resolved.session, agenda)
    ground = known.agenda_ground(resolved.instrument, resolved.session, agenda)
    page = views_agenda.render_agenda(kept, resolved.instrument, goals, page_width(), outdated=outdated, ground=ground)
    print_lines([heading, *page])


# `events`: what happened and may explain a change; listed, added, removed and brought back.


def list_events(request: Request) -> int:
    """List the events; one that can't be read is named with the reason."""
    entries = documents.event_entries(request.journal)
    bad = [entry for entry in entries if entry.value is None]
    if request.options.json:
        print_json(
            {
                "events": [json_out.happened(entry.value) for entry in entries if entry.value],
                "unreadable": [{"path": entry.path, "problems": list(map(str, entry.faults))} for entry in bad],
            }
        )
        return EXIT_ATTENTION if bad else EXIT_DONE
    for event in (entry.value for entry in entries if entry.value):
        print_text(f"{when_text(event):14}{event.label}  ({event.id})")
    for entry in bad:
        print_text(f"{entry.path}: " + "; ".join(map(str, entry.faults)))
    if not entries:
        print_message(_("There are no events yet. Add one with: reflect-tui events add 2026-03 training"))
    return EXIT_ATTENTION if bad else EXIT_DONE


def add_event(request: Request) -> int:
    """Add an event."""
    event = events.new_event(request.options.when, " ".join(request.options.label), clock.SYSTEM.token())
    code = _change(request, lambda: documents.add_event(request.journal, event), _("added: {id}"), event.id)
    if event.moment > clock.SYSTEM.now():
        text = _("{when} is still to come. If that is a mistake: reflect-tui events remove {id}")
        print_message(text.format(when=when_text(event), id=event.id))
    return code


def remove_event(request: Request) -> int:
    """Remove an event."""
    name = request.options.event
    sentence = _("removed; bring it back with: reflect-tui events restore {id}")
    return _change(request, lambda: documents.remove_event(request.journal, name), sentence, name)


def restore_event(request: Request) -> int:
    """Restore a removed event."""
    name = request.options.event
    return _change(request, lambda: documents.restore_event(request.journal, name), _("brought back: {id}"), name)


def _change(request: Request, change: Callable[[], object], sentence: str, name: str) -> int:
    with acquire_lock(request.journal):
        change()
        print_text(sentence.format(id=name))
        record(request.journal)
    return EXIT_DONE


# `report`: a document to bring to an appraisal talk.


def report(request: Request) -> int:
    """Make a document about one session, on stdout or in a file."""
    options = request.options
    journal = request.journal
    resolved = session_ref.find(journal, options.reference)
    previous = _since(request, resolved)
    now = datetime.now().astimezone()
    material, problems = export.material(journal, resolved.instrument, resolved.session, previous, now)
    made = build_report(material, ReportOptions(name=options.name, notes=options.notes))
    if options.json:
        print_json(json_out.report(made))
    else:
        _hand_over(request, made, resolved)
    if material.agenda_renewed:
        print_message(views_agenda.renewed_sentence())
    for problem in problems:
        print_message(_("Left out, since it can't be read: {file}").format(file=problem))
    return EXIT_ATTENTION if problems else EXIT_DONE


def _since(request: Request, resolved: ResolvedSession) -> Session | None:
    """Find the session to compare with: the one asked for, else the one before, if the two can be compared."""
    asked = request.options.since
    own = request.journal.own()
    before = pages.previous(own, resolved.session) if asked is None else None
    if asked is None and before is None:
        return None
    other = session_ref.resolve(request.journal, before) if before else session_ref.find(request.journal, asked)
    _check_in_time(other.session, resolved.session)
    if diff_across_versions(other.session, other.instrument, resolved.session, resolved.instrument):
        return other.session
    if before:
        return None
    text = _("{a} and {b} were answered on different instruments, or versions of one, and can't be compared.")
    raise ReflectError(text.format(a=other.session.id, b=resolved.session.id))


def _check_in_time(before: Session, session: Session) -> None:
    """Refuse what can't be told as a change in time: someone else's answers, or later ones."""
    if before.role != session.role:
        text = _("{a} and {b} were filled in by different people, and a document tells what changed in time.")
        raise ReflectError(text.format(a=before.id, b=session.id))
    if before.started > session.started:
        text = _("{a} is later than {b}, and a document compares with an earlier session.")
        raise ReflectError(text.format(a=before.id, b=session.id))


def _hand_over(request: Request, made: Report, resolved: ResolvedSession) -> None:
    options = request.options
    form = export.chosen_format(options.format, options.output, DOCUMENT_FORMATS)
    said = [_("Written: {path}.")]
    if not options.notes:
        said += [export.document_contents(notes=False), _("To have all of it: --notes")]
    name = suggested_name(resolved.instrument.label, resolved.session.started.date(), f".{form}")
    hand_over(request, [OutputFile(f".{form}", export.render(made, form))], " ".join(said), name=name)


# `export`: all sessions as data, for spreadsheets and programs.


def export_data(request: Request) -> int:
    """Export all sessions; files that can't be read are named on stderr and make the exit code 3."""
    options, journal = request.options, request.journal
    if options.format == "fhir":
        return export_sessions(request)
    if options.session:
        raise idle_beside("--session", "--format csv|json|xlsx")
    form = _data_format(request)
    if options.compare:
        return _export_comparison(request, form)
    if options.template:
        return _export_template(request, form)
    entries = journal.entries()
    sheets = export.export_data(
        journal, entries, form, options.shape or "long", notes=options.notes, dialect=options.dialect
    )
    written = (
        _("Written: {path}.") if options.notes else _("Written: {path}. Notes and remarks are not in it (--notes).")
    )
    if form == "json":
        written = _("Written: {path}.")
    hand_over(request, sheets, written)
    if form == "json":
        more = "" if options.notes else _("To have all of it: --notes")
        print_message(" ".join(filter(None, (export.json_contents(notes=options.notes), more))))
    faulty = export.faulty_documents(journal) if form == "json" else []
    codes = (report_faulty(journal, faulty), report_faulty(journal, [entry for entry in entries if not entry.is_sound]))
    return max(codes)


def _data_format(request: Request) -> DataFormat:
    """Choose the form; options about another one are refused."""
    options = request.options
    form: DataFormat = export.chosen_format(options.format, options.output, DATA_FORMATS)
    if options.dialect and form != "csv":
        raise idle_beside("--dialect", form)
    if options.shape and form == "json":
        raise idle_beside("--shape", form)
    return form


def _export_comparison(request: Request, form: DataFormat) -> int:
    """Export what `compare` tells of a session; when nobody's answers may be shown yet, say so and return 1."""
    options = request.options
    if options.notes and form != "json":
        raise ReflectError(_("Comments are exported as JSON only; leave out --notes, or add: --format json"))
    resolved = session_ref.find(request.journal, options.compare)
    comparison = compared(request.journal, resolved)
    try:
        sheets = export.export_comparison(
            comparison, resolved.instrument, form, notes=options.notes, dialect=options.dialect
        )
    except NotFoundError as error:
        print_message(str(error))
        return EXIT_NO
    left_out = form == "json" and not options.notes
    hand_over(
        request, sheets, _("Written: {path}. Comments are not in it (--notes).") if left_out else _("Written: {path}.")
    )
    return EXIT_DONE


def _export_template(request: Request, form: DataFormat) -> int:
    """Write a table to fill in with scores of past years."""
    options = request.options
    content = request.journal.library.new(chosen_instrument(request))
    files = export.template(content, form, dialect=options.dialect)
    text = _("Written: {path}. Put the day of each form above its scores, then: reflect-tui import {path}")
    hand_over(request, files, text)
    return EXIT_DONE


# `goals`: all goals and what came of them; as a list, as JSON, or as a calendar file.


def list_goals(request: Request) -> int:
    """List the goals, those that go on first; or write their calendar file."""
    documents = request.journal.goals.all()
    goals = readable(request.journal, documents)
    if request.options.ics:
        _calendar(request, goals)
    elif request.options.json:
        print_json({"goals": [json_out.goal(goal) for goal in reversed(goals)]})
    else:
        _print_goals(request.journal, goals)
    code = report_faulty(request.journal, [found for found in request.journal.talks.all() if found.value is None])
    return EXIT_ATTENTION if len(goals) < len(documents) else code


def _calendar(request: Request, goals: list[Goal]) -> None:
    from reflect_tui.report import calendar  # noqa: PLC0415 -- only when asked

    options = request.options
    coming = of_journal(request.journal, request.settings.rhythm)
    if options.ics == "-":
        print_bytes(render_calendar(request.journal, goals, coming)[0])
        return
    path = paths.typed(options.ics)
    with existing_refused(path):
        count = write_calendar(request.journal, path, goals, coming, replace=options.force)
    print_message(calendar.sentence(path, count))


def _print_goals(journal: Journal, goals: list[Goal]) -> None:
    if not goals:
        print_message(_("There are no goals yet. In the app, g on the results makes one."))
        return
    now = datetime.now().astimezone()
    shown = pages.pages_of(journal).goals_page(journal.goals.all())
    lines: list[Line] = []
    for goal in views_goals.in_order(shown.goals):
        lines += [*views_goals.render_goal(goal, shown.instruments.get(goal.instrument), now, page_width()), EMPTY]
    print_lines(lines[:-1])


def agreed(request: Request, resolved: ResolvedSession) -> int:
    """Print the newest talk about a session as JSON, or write what was agreed in it.

    Files that can't be read, and may be a newer one, are named on stderr and make the exit code 3.

    Raises:
        NotFoundError: there was no talk about it.
    """
    options = request.options
    documents = request.journal.talks.all()
    document = talking.of_session(documents, resolved.session.id)
    unreadable = talking.unreadable_about(documents, resolved.session.id)
    code = report_faulty(request.journal, unreadable)
    if unreadable:
        print_message(unreadable_sentence([found.path for found in unreadable]))
    if document is None or document.value is None:
        if unreadable:
            return code
        raise NotFoundError(_("There was no talk about {id} yet.").format(id=resolved.session.id))
    talk = document.value
    if options.json:
        print_json(json_out.talk(talk))
        return code
    form = export.chosen_format(options.format, options.output, DOCUMENT_FORMATS)
    made = export.render(agreement_sheet(talk, resolved.instrument, notes=options.notes), form)
    written = _("Written: {path}.") if options.notes else _("Written: {path}. The remarks are not in it (--notes).")
    hand_over(request, [OutputFile(f".{form}", made)], written)
    return code
