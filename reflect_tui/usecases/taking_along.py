"""What can be taken along: a document, data, a comparison or what was agreed; what each is called and made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.model.talk import Talk
from reflect_tui.report import pdf
from reflect_tui.report.build import ReportOptions, build_report
from reflect_tui.report.data import CsvDialect
from reflect_tui.report.document import Report
from reflect_tui.store.journal import Journal
from reflect_tui.usecases import export
from reflect_tui.usecases.export import DataFormat, DocumentFormat, TableShape
from reflect_tui.usecases.pages import pages_of
from reflect_tui.usecases.written_files import OutputFile


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
            problems += tuple(document.path for document in export.faulty_documents(journal))
        return export.export_data(journal, entries, form, shape, notes=order.notes, dialect=spelling), problems
    if order.choice in _COMPARISON:
        comparison = pages_of(journal).comparison(order.instrument, order.session)
        data_form, dialect = _COMPARISON[order.choice]
        sheets = export.export_comparison(comparison, order.instrument, data_form, notes=order.notes, dialect=dialect)
        return sheets, ()
    if order.talk and order.choice in _AGREED:
        kind = _AGREED[order.choice]
        page = export.render_agreement(order.talk, order.instrument, kind, notes=order.notes)
        return (OutputFile(f".{kind}", page),), ()
    made, problems = report_of(journal, order)
    form_of: dict[str, DocumentFormat] = {"pdf": "pdf", "html": "html", "md": "md"}
    return (OutputFile(f".{order.choice}", export.render(made, form_of[order.choice])),), problems


def report_of(journal: Journal, order: Order) -> tuple[Report, tuple[str, ...]]:
    """Gather what the document of an order says, and name what could not be read for it. Blocking: for a thread."""
    material, problems = export.material(journal, order.instrument, order.session, order.previous, order.now)
    return build_report(material, ReportOptions(name=order.name, notes=order.notes)), problems


def notes_sentences(order: Order) -> list[str]:
    """Say whether what was written is in the files of an order; a comparison has it as JSON only."""
    if order.choice == "json":
        return [export.json_contents(notes=order.notes)]
    if order.choice in _AGREED:
        return [_("The remarks of both are in it.") if order.notes else _("The remarks are left out.")]
    if order.choice not in _COMPARISON:
        return [export.document_contents(notes=order.notes)]
    is_in = order.notes and order.choice == "compared-json"
    return [_("What others wrote is in it.") if is_in else _("What others wrote is left out.")]
