"""What can be taken along from a journal: a document, data, a comparison, what was agreed; for cli and tui."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from msgspec import Struct, structs

from reflect_tui.analysis.compare import Comparison
from reflect_tui.analysis.talking_points import goals_until_next_session
from reflect_tui.errors import NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.old_means import fitting
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session
from reflect_tui.model.talk import Talk
from reflect_tui.paths import typed
from reflect_tui.report import comparison_data, data, pdf
from reflect_tui.report.build import Material, ReportOptions, build_report
from reflect_tui.report.data import CsvDialect, ExportedSession, Table
from reflect_tui.report.document import AgreementSheet, Report, agreement_sheet
from reflect_tui.report.team import TeamSheet
from reflect_tui.store import exported
from reflect_tui.store.base import KINDS
from reflect_tui.store.documents import Document, Shelf
from reflect_tui.store.journal import Journal
from reflect_tui.store.scan import Entry, sound
from reflect_tui.usecases.pages import pages_of
from reflect_tui.usecases.written_files import OutputFile

T = TypeVar("T")
DocumentFormat = Literal["md", "html", "pdf"]
DOCUMENT_FORMATS: tuple[DocumentFormat, ...] = ("md", "html", "pdf")
DataFormat = Literal["csv", "json", "xlsx"]
DATA_FORMATS: tuple[DataFormat, ...] = ("csv", "json", "xlsx")
TableShape = Literal["long", "wide"]
Format = TypeVar("Format", bound=str)
_SCHEMA = ".schema.json"


def chosen_format(asked: Format | None, target: str | None, known: Sequence[Format]) -> Format:
    """Choose a format: the one asked for, else that of the file name; the first for a name without an ending.

    Raises:
        ReflectError: the ending of the name is no format that can be written.
    """
    ending = Path(target or "").suffix.removeprefix(".").lower()
    found = next((name for name in known if name == ending), None)
    is_folder = bool(target) and typed(target or "").is_dir()
    if asked or found or not ending or is_folder:
        return asked or found or known[0]
    text = _("{path}: .{ending} can't be written here. Give the name one of these endings: {endings}; or add: --format")
    raise ReflectError(text.format(path=target, ending=ending, endings=", ".join(f".{name}" for name in known)))


def material(
    journal: Journal, instrument: Instrument, session: Session, previous: Session | None, now: datetime
) -> tuple[Material, tuple[str, ...]]:
    """Gather all that a document about a session is made from; also name the files that can't be read.

    Blocking: reads files and history. A history that can't be read is left out, and the document says so.
    """
    agendas = [document for document in journal.agendas.all() if document.id == session.id]
    goals = journal.goals.all()
    talks = journal.talks.all()
    problems = (*_problems(agendas), *_problems(goals), *_problems(talks))
    commit, amended = _commit_and_amendments(journal, session)
    pages = pages_of(journal)
    own = pages.own()
    about = {session.id, previous.id if previous else ""}
    known_talks = (document.value for document in talks if document.value)
    gathered = Material(
        instrument=instrument,
        session=session,
        previous=previous,
        own=tuple(reversed(own)),
        instruments=_with_instrument(journal, pages.instruments, previous),
        commit=commit,
        amended=amended,
        goals=goals_until_next_session([document.value for document in goals if document.value], session, own),
        references=fitting(pages.references, instrument, [each.started.date() for each in pages.own(instrument.id)]),
        comparison=pages.comparison(instrument, session) if session.role == "self" else None,
        talk=next((talk for talk in known_talks if talk.session in about), None),  # the newest about one of the two
        now=now,
    )
    saved = next((document.value for document in agendas if document.value), None)
    if session.role != "self":
        return gathered, problems
    renewed = saved is not None and pages.is_outdated(instrument, session, saved)
    agenda = pages.current_agenda(instrument, session, previous, saved)
    return structs.replace(gathered, agenda=agenda, agenda_renewed=renewed), problems


def _problems(documents: Iterable[Document[T]]) -> Iterator[str]:
    for document in documents:
        if document.value is None:
            yield f"{document.path}: {'; '.join(map(str, document.faults))}"


def _commit_and_amendments(journal: Journal, session: Session) -> tuple[str | None, tuple[datetime, ...]]:
    """Return the commit in which a session is as it is here, and the days on which it was amended until then."""
    with contextlib.suppress(ReflectError):  # no history, or one that can't be read: the document says so
        # of two devices first the one whose version stayed: what the other amended is no part of how it came about
        for read in (journal.versions, journal.every_version):
            versions = [version for version in read(session.id) if not version.deleted]
            for number, version in enumerate(versions):
                if journal.version(session.id, version.commit) == session:
                    amended = (earlier.when for earlier in reversed(versions[number:]) if earlier.reason)
                    return version.commit, tuple(amended)
    return None, ()


def render(made: Report | AgreementSheet | TeamSheet, form: DocumentFormat) -> bytes:
    """Render a document about a session, about what was agreed in a talk, or about a team.

    Raises:
        NoPdfError: PDF was asked for, and its library is not installed.
    """
    if form == "pdf":
        if isinstance(made, Report):
            return pdf.pdf(made)
        return pdf.agreement_pdf(made) if isinstance(made, AgreementSheet) else pdf.team_pdf(made)
    from reflect_tui.report import html, markdown  # noqa: PLC0415 -- only what is asked for

    if isinstance(made, Report):
        text = html.page(made) if form == "html" else markdown.markdown(made)
    elif isinstance(made, AgreementSheet):
        text = html.agreement_page(made) if form == "html" else markdown.agreement_markdown(made)
    else:
        text = html.team_page(made) if form == "html" else markdown.team_markdown(made)
    return text.encode("utf-8")


def export_data(
    journal: Journal,
    entries: Sequence[Entry],
    form: DataFormat,
    shape: TableShape,
    *,
    notes: bool,
    dialect: CsvDialect | None = None,
) -> tuple[OutputFile, ...]:
    """Render the sound sessions as data, oldest first; CSV comes with its schema, JSON has all sound documents.

    Raises:
        ReflectError: a workbook would have more rows than it can hold.
        NotFoundError: a wide table is of the instrument of the newest session, and there is none.
    """
    sources = [ExportedSession(session, _instrument(journal, session)) for session in sound(reversed(entries))]
    if form == "json":
        whole = data.document(sources, notes=notes) | _other_documents(journal, sources, notes=notes)
        return (OutputFile(".json", _json(whole)),)
    if shape == "long":
        table = data.long(sources, notes=notes)
    else:
        newest = next((source.instrument for source in reversed(sources) if source.instrument), None)
        if newest is None:
            raise NotFoundError(_("There is no session to export yet."))
        table = data.wide(newest, sources, notes=notes)
    return _table_files(table, form, dialect, "sessions")


def _other_documents(journal: Journal, sources: Iterable[ExportedSession], *, notes: bool) -> dict[str, Any]:
    """Return what a journal has but sessions, oldest first, and the files of the instruments that all this is about."""
    parts: dict[str, Any] = {}
    about: dict[str, Session | Round] = {source.session.digest: source.session for source in sources}
    for folder in exported.FOLDERS:
        if folder in exported.PRIVATE and not notes:
            continue
        values = [document.value for document in reversed(Shelf(journal, KINDS[folder]).all()) if document.value]
        about |= {value.digest: value for value in values if isinstance(value, Round)}
        parts[folder] = [exported.shape(value, notes=notes) for value in values]
    files = []
    for answered in about.values():
        with contextlib.suppress(ReflectError):  # neither shipped nor in the journal: doctor says so
            files.append(journal.instrument_bytes(answered).decode())
    return parts | {"instruments": files}


def json_contents(*, notes: bool) -> str:
    """Say what the whole journal as JSON has in it, and what not."""
    if notes:
        return _("All of the journal is in it, notes and talks too, except drafts and answers that wait in a round.")
    return _(
        "Scores, goals, points of agendas, events and rounds are in it; goals, points of your own and events keep "
        "their words. Left out are notes and remarks, also those on agendas and in reviews of goals, talks, and names "
        "and comments in rounds."
    )


def document_contents(*, notes: bool) -> str:
    """Say what a document has of what was written, and what not."""
    if notes:
        return _("Notes and remark are in it.")
    return _("Notes and remark are left out; goals and points of your own keep their words.")


def faulty_documents(journal: Journal) -> list[Document[Any]]:
    """List the documents but sessions that can't be read, and so can't be exported either."""
    every = (document for folder in exported.FOLDERS for document in Shelf(journal, KINDS[folder]).all())
    return [document for document in every if document.value is None]


def export_comparison(
    comparison: Comparison, instrument: Instrument, form: DataFormat, *, notes: bool, dialect: CsvDialect | None = None
) -> tuple[OutputFile, ...]:
    """Render a comparison as data: the document of `compare --json`, without comments unless wanted, or a table.

    Raises:
        NotFoundError: there is nobody beside the session.
    """
    if not comparison.has_others:
        raise NotFoundError(_("Nobody's answers stand beside this session, so there is no comparison to export."))
    if form == "json":
        document = comparison_data.document(comparison, instrument)
        kept = {name: value for name, value in document.items() if notes or name != "comments"}
        return (OutputFile(".json", _json({"format": 1, **kept})),)
    return _table_files(comparison_data.table(comparison, instrument), form, dialect, "comparison")


def _table_files(table: Table, form: DataFormat, dialect: CsvDialect | None, sheet_name: str) -> tuple[OutputFile, ...]:
    if form == "xlsx":
        return (OutputFile(".xlsx", data.xlsx_bytes(table, sheet_name)),)
    used = dialect or data.CSV_DIALECTS[0]
    return OutputFile(".csv", data.csv_bytes(table, used)), OutputFile(_SCHEMA, _json(data.schema(table, used)))


def template(instrument: Instrument, form: DataFormat, *, dialect: CsvDialect | None = None) -> tuple[OutputFile, ...]:
    """Make a table to fill in with scores of past years: a row a statement, a column a day; import reads it.

    Raises:
        ReflectError: it is to be JSON.
    """
    if form == "json":
        raise ReflectError(_("A template is a table: --format csv or --format xlsx."))
    table = data.template(instrument)
    content = data.xlsx_bytes(table) if form == "xlsx" else data.csv_bytes(table, dialect or data.CSV_DIALECTS[0])
    return (OutputFile(f".{form}", content),)


def _instrument(journal: Journal, session: Session) -> Instrument | None:
    try:
        return journal.library.find(session.instrument, session.version, session.digest)
    except NotFoundError:
        return None


def _with_instrument(
    journal: Journal, instruments: Mapping[str, Instrument], session: Session | None
) -> Mapping[str, Instrument]:
    """Add the instrument of a session that may lie outside the journal, or in its history."""
    instrument = _instrument(journal, session) if session and session.digest not in instruments else None
    return {**instruments, instrument.digest: instrument} if instrument else instruments


def _json(document: object) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "replace")


# What an export screen offers.


class Order(Struct, frozen=True, kw_only=True):
    """What is to be made: one of the choices below, about a session and the one it is compared with."""

    choice: str
    instrument: Instrument
    session: Session
    previous: Session | None
    notes: bool
    name: str
    now: datetime
    talk: Talk | None = None


_DATA: Mapping[str, tuple[DataFormat, TableShape, CsvDialect]] = {
    "long": ("csv", "long", "rfc4180"),
    "long-nl": ("csv", "long", "excel-nl"),
    "wide": ("csv", "wide", "rfc4180"),
    "wide-nl": ("csv", "wide", "excel-nl"),
    "xlsx": ("xlsx", "long", "rfc4180"),
    "xlsx-wide": ("xlsx", "wide", "rfc4180"),
    "json": ("json", "long", "rfc4180"),
}
"""The form, the shape and the dialect of each choice that is data."""

_COMPARISON: Mapping[str, tuple[DataFormat, CsvDialect]] = {
    "compared-xlsx": ("xlsx", "rfc4180"),
    "compared": ("csv", "rfc4180"),
    "compared-nl": ("csv", "excel-nl"),
    "compared-json": ("json", "rfc4180"),
}
"""The form and the dialect of each choice that is a comparison with others."""


_AGREED: Mapping[str, DocumentFormat] = {"agreed-pdf": "pdf", "agreed-html": "html", "agreed-md": "md"}
"""The form of each choice that is what was agreed in a talk."""


def agreed_choices() -> tuple[tuple[str, str, str], ...]:
    """List the forms of what was agreed, as choices() does."""
    sheets = ("agreed-pdf", ".pdf", _("What we agreed: PDF on A4"))
    others = (
        ("agreed-html", ".html", _("What we agreed: web page")),
        ("agreed-md", ".md", _("What we agreed: Markdown")),
    )
    return (sheets, *others) if pdf.is_available() else others


def comparison_choices() -> tuple[tuple[str, str, str], ...]:
    """List the forms of a comparison, as choices() does."""
    return (
        ("compared-xlsx", ".xlsx", _("This comparison: Excel")),
        ("compared", ".csv", _("This comparison: CSV")),
        ("compared-nl", ".csv", _("This comparison: CSV that a Dutch Excel opens")),
        ("compared-json", ".json", _("This comparison: JSON")),
    )


def kind_of(choice: str) -> str:
    """Return the word that tells the file of a choice apart in its name, "" for a document or all sessions."""
    return _("comparison") if choice in _COMPARISON else _("agreed") if choice in _AGREED else ""


def choices() -> tuple[tuple[str, str, str], ...]:
    """List what there is to take along: its name, the ending of its file, and its words."""
    page = ("html", ".html", _("Document: web page, to read or to print"))
    text = ("md", ".md", _("Document: Markdown"))
    ready = pdf.is_available()
    sheets = (
        "pdf",
        ".pdf",
        _("Document: PDF on A4, to print or to send") if ready else _("Document: PDF, needs one more library"),
    )
    return (
        *((sheets, page, text) if ready else (page, text, sheets)),
        ("long", ".csv", _("All sessions: CSV, one row per answer")),
        ("wide", ".csv", _("All sessions: CSV, one row per session")),
        ("long-nl", ".csv", _("All sessions: CSV for a Dutch Excel, row per answer")),
        ("wide-nl", ".csv", _("All sessions: CSV for a Dutch Excel, row per session")),
        ("xlsx", ".xlsx", _("All sessions: Excel, one row per answer")),
        ("xlsx-wide", ".xlsx", _("All sessions: Excel, one row per session")),
        ("json", ".json", _("The whole journal: JSON")),
        ("team", ".toml", _("For the team: sums per domain, no scores or notes")),
    )


def refuse_unavailable(choice: str) -> None:
    """Refuse what can't be made here, before it is asked where to.

    Raises:
        NoPdfError: it is a PDF, and the library for that is not installed.
    """
    if choice == "pdf":
        pdf.check_available()


def files_of(journal: Journal, order: Order) -> tuple[tuple[OutputFile, ...], tuple[str, ...]]:
    """Make the files of an order, and name what could not be read for them. Blocking: for a thread."""
    if order.choice in _DATA:
        entries = journal.entries()
        problems = tuple(entry.path for entry in entries if not entry.is_sound)
        form, shape, spelling = _DATA[order.choice]
        if form == "json":
            problems += tuple(document.path for document in faulty_documents(journal))
        return export_data(journal, entries, form, shape, notes=order.notes, dialect=spelling), problems
    if order.choice in _COMPARISON:
        comparison = pages_of(journal).comparison(order.instrument, order.session)
        data_form, dialect = _COMPARISON[order.choice]
        sheets = export_comparison(comparison, order.instrument, data_form, notes=order.notes, dialect=dialect)
        return sheets, ()
    if order.talk and order.choice in _AGREED:
        sheet = agreement_sheet(order.talk, order.instrument, notes=order.notes)
        return (_document_file(sheet, _AGREED[order.choice]),), ()
    made, problems = report_of(journal, order)
    return (_document_file(made, next(form for form in DOCUMENT_FORMATS if form == order.choice)),), problems


def _document_file(made: Report | AgreementSheet, form: DocumentFormat) -> OutputFile:
    return OutputFile(f".{form}", render(made, form))


def report_of(journal: Journal, order: Order) -> tuple[Report, tuple[str, ...]]:
    """Gather what the document of an order says, and name what could not be read for it. Blocking: for a thread."""
    gathered, problems = material(journal, order.instrument, order.session, order.previous, order.now)
    return build_report(gathered, ReportOptions(name=order.name, notes=order.notes)), problems


def notes_sentences(order: Order) -> list[str]:
    """Say whether what was written is in the files of an order; a comparison has it as JSON only."""
    if order.choice == "json":
        return [json_contents(notes=order.notes)]
    if order.choice in _AGREED:
        return [_("The remarks of both are in it.") if order.notes else _("The remarks are left out.")]
    if order.choice not in _COMPARISON:
        return [document_contents(notes=order.notes)]
    is_in = order.notes and order.choice == "compared-json"
    return [_("What others wrote is in it.") if is_in else _("What others wrote is left out.")]
