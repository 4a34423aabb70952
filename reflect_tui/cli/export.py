"""`report`, `export` and the files of `talk`: what is taken along from a journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from reflect_tui.analysis.diff import diff_across_versions
from reflect_tui.cli import json_out, session_ref
from reflect_tui.cli.open_app import chosen_instrument
from reflect_tui.cli.parser import idle_beside
from reflect_tui.cli.request import Request, hand_over, print_json, print_message, report_faulty
from reflect_tui.cli.session_ref import ResolvedSession
from reflect_tui.cli.sessions import compared
from reflect_tui.errors import EXIT_ATTENTION, EXIT_DONE, EXIT_NO, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.report.build import ReportOptions, build_report
from reflect_tui.report.document import Report, agreement_sheet
from reflect_tui.store.journal import Journal
from reflect_tui.store.scan import sound
from reflect_tui.usecases import export, pages, talking
from reflect_tui.usecases.export import DATA_FORMATS, DOCUMENT_FORMATS, DataFormat
from reflect_tui.usecases.written_files import OutputFile, suggested_name
from reflect_tui.views import agenda as views_agenda
from reflect_tui.views.talk import unreadable_sentence


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


# `export`: all sessions as data, for spreadsheets and programs.


def export_data(request: Request) -> int:
    """Export all sessions; files that can't be read are named on stderr and make the exit code 3."""
    options, journal = request.options, request.journal
    if options.format == "fhir":
        return _export_fhir(request)
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
    is_whole = options.notes or form == "json"
    hand_over(
        request,
        sheets,
        _("Written: {path}.") if is_whole else _("Written: {path}. Notes and remarks are not in it (--notes)."),
    )
    code = EXIT_DONE
    if form == "json":
        more = "" if options.notes else " " + _("To have all of it: --notes")
        print_message(export.json_contents(notes=options.notes) + more)
        code = report_faulty(journal, export.faulty_documents(journal))
    return max(code, report_faulty(journal, [entry for entry in entries if not entry.is_sound]))


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


def _export_fhir(request: Request) -> int:
    """Write one session, or all with the instruments they are about, as FHIR has answers."""
    from reflect_tui.interchange import fhir  # noqa: PLC0415 -- only for these

    options, journal = request.options, request.journal
    if idle := [f"--{name}" for name in ("compare", "template", "shape", "dialect", "notes") if getattr(options, name)]:
        raise idle_beside(", ".join(idle), "--format fhir")
    entries = journal.entries()
    if options.session:
        resolved = session_ref.find(journal, options.session)
        data = fhir.as_json(fhir.response(resolved.session, _own_words(journal, resolved.session)))
    else:
        data = fhir.bundle(_answered(journal, sound(reversed(entries))))
    written = _("Written: {path}. Who answered is in it as a role only, without notes and remarks.")
    hand_over(request, [OutputFile(".json", data)], written)
    return report_faulty(journal, [] if options.session else [entry for entry in entries if not entry.is_sound])


def _own_words(journal: Journal, session: Session) -> Instrument:
    """Return the instrument that a session was answered on, in the language of its own file."""
    return journal.library.entry(session.instrument, session.version, session.digest).instrument


def _answered(journal: Journal, sessions: Iterable[Session]) -> Iterator[tuple[Session, Instrument]]:
    """Go through sessions with their instruments; one of which that is gone is named, and left out."""
    for session in sessions:
        try:
            yield session, _own_words(journal, session)
        except NotFoundError as error:
            print_message(_("{id} is not in the file: {reason}").format(id=session.id, reason=error))
