"""What to take along: a document for the talk, or all sessions as data; where to, and where it went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from msgspec import Struct
from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message

from reflect_tui.analysis.diff import diff_across_versions
from reflect_tui.clock import Clock
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.report import pdf
from reflect_tui.report.build import ReportOptions, build_report
from reflect_tui.store.journal import Journal
from reflect_tui.tui.host import Host
from reflect_tui.tui.screens.dialog import Choice, MessageScreen, Question, answers, titled
from reflect_tui.tui.screens.form import PathScreen, ReasonScreen
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.usecases import export
from reflect_tui.usecases.export import DataFormat, DocumentFormat, ExistsError, OutputFile, TableShape
from reflect_tui.views.labels import session_name
from reflect_tui.views.lines import EMPTY, Line, fit, line, paragraph, span


class Order(Struct, frozen=True, kw_only=True):
    """What is to be made: one of `CHOICES`, about a session and the one it is compared with."""

    choice: str
    instrument: Instrument
    session: Session
    previous: Session | None
    notes: bool
    name: str
    now: datetime


_DATA: Mapping[str, tuple[DataFormat, TableShape]] = {
    "long": ("csv", "long"),
    "wide": ("csv", "wide"),
    "xlsx": ("xlsx", "long"),
    "xlsx-wide": ("xlsx", "wide"),
    "json": ("json", "long"),
}
"""The form and the shape of each choice that is data."""


def choices() -> tuple[tuple[str, str, str], ...]:
    """List what there is to take along: its name, the ending of its file, and its words."""
    page = ("html", ".html", _("Document: web page, to read or to print"))
    text = ("md", ".md", _("Document: Markdown"))
    ready = pdf.is_available()
    sheets = ("pdf", ".pdf", _("Document: PDF, two pages A4") if ready else _("Document: PDF, needs one more library"))
    return (
        *((sheets, page, text) if ready else (page, text, sheets)),
        ("long", ".csv", _("All sessions: CSV, one row per answer")),
        ("wide", ".csv", _("All sessions: CSV, one row per session")),
        ("xlsx", ".xlsx", _("All sessions: Excel, one row per answer")),
        ("xlsx-wide", ".xlsx", _("All sessions: Excel, one row per session")),
        ("json", ".json", _("All sessions: JSON")),
    )


def open_export(host: Host, session: Session | None, previous: Session | None = None) -> None:
    """Offer what can be taken along; without `previous`, a document compares with the session before."""
    content = host.state.instruments.get(session.digest) if session else None
    if session is None or content is None:
        text = _("A document and data are made of finished sessions, and there is none here yet.")
        host.push_screen(MessageScreen(_("Nothing to export yet"), text))
        return
    if previous and previous.role != session.role:  # a document tells what changed in time
        previous = None
    before = previous or host.state.pages.previous(session)
    on = host.state.instruments.get(before.digest) if before else None
    comparable = before if before and on and diff_across_versions(before, on, session, content) else None
    host.push_screen(ExportScreen(host.journal, host.clock, session, comparable, content))


class ExportScreen(Choice):
    """A row for each form; n puts notes in or leaves them out, m asks for a name. It stays until the file is there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "notes", show=False),
        Binding("m", "name", show=False),
    ]

    def __init__(
        self, journal: Journal, clock: Clock, session: Session, previous: Session | None, instrument: Instrument
    ) -> None:
        """Offer documents about this session of this journal."""
        super().__init__()
        self._journal = journal
        self._clock = clock
        self._session = session
        self._previous = previous
        self._instrument = instrument
        self._notes = False
        self._person = ""
        self._busy = False

    class Made(Message):
        """The files are there."""

        def __init__(self, order: Order, paths: tuple[Path, ...], problems: tuple[str, ...]) -> None:
            """Name what was made and where, and what could not be read for it."""
            super().__init__()
            self.order, self.paths, self.problems = order, paths, problems

    class Refused(Message):
        """The files were not written."""

        def __init__(self, order: Order, path: Path, error: ReflectError) -> None:
            """Say why."""
            super().__init__()
            self.order, self.path, self.error = order, path, error

    def content(self) -> list[Line]:
        """Say what a document is about and what is in it."""
        about = session_name(self._session, self._previous)
        if self._previous:
            since = _("A document is about {session}, compared with {previous}.")
            text = since.format(session=about, previous=session_name(self._previous, self._session))
        else:
            text = _("A document is about {session}.").format(session=about)
        included = _("Notes and remark are in it.") if self._notes else _("Notes and remark are left out.")
        named = _("Name on the document: {name}.").format(name=self._person) if self._person else _("No name is on it.")
        options = paragraph(f"{included} {named}", self.room, "accent")
        return [*titled(_("Export"), text, self.room), *options, EMPTY]

    def rows(self) -> list[Line]:
        """List what there is."""
        return [line("   ", span(fit(words, self.room - 3)), target=name) for name, _ending, words in choices()]

    def keys_lines(self) -> list[Line]:
        """Name the keys, or say that it is being made."""
        if self._busy:
            return [EMPTY, line(span(_("being made…"), "muted"))]
        notes = _("without notes") if self._notes else _("with notes")
        return [
            EMPTY,
            answers(
                ("⏎", _("choose"), "choose"),
                ("n", notes, "notes"),
                ("m", _("name"), "name"),
                ("esc", _("back"), "cancel"),
            ),
        ]

    def action_notes(self) -> None:
        """Put notes in, or leave them out."""
        self._notes = not self._notes
        self.paint()

    def action_name(self) -> None:
        """Ask for the name that a document bears."""
        self.app.push_screen(NameScreen(self._person), self._set_name)

    def _set_name(self, name: str | None) -> None:
        if name is not None:
            self._person = name
            self.paint()

    def on_lines_picked(self, message: Lines.Picked) -> None:
        """Choose a row by the mouse."""
        if message.opened:
            self.action_choose()

    def action_choose(self) -> None:
        """Ask where to."""
        if self._busy or not self.list.target:
            return
        order = Order(
            choice=self.list.target,
            instrument=self._instrument,
            session=self._session,
            previous=self._previous,
            notes=self._notes,
            name=self._person,
            now=self._clock.now(),
        )
        ending, words = next((ending, words) for name, ending, words in choices() if name == order.choice)
        name = export.suggested_name(self._instrument.label, self._session.started.date(), ending)
        self.app.push_screen(PathScreen(words, str(_folder() / name)), lambda path: self._go(order, path))

    def _go(self, order: Order, path: str | None) -> None:
        if path:
            self._set_busy(busy=True)
            self._make(order, Path(path), replace=False)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.paint()

    @work(thread=True, exclusive=True, group="export", name="make a document")
    def _make(self, order: Order, path: Path, *, replace: bool) -> None:
        """Make the files and write them."""
        try:
            sheets, problems = _sheets(self._journal, order)
            paths = export.write_files(self._journal, path, sheets, replace=replace)
        except ReflectError as error:
            self.post_message(self.Refused(order, path, error))
        else:
            self.post_message(self.Made(order, paths, problems))

    def on_export_screen_made(self, message: Made) -> None:
        """Say where the files are, and what could not be read for them."""
        lines = [_("It is in {path}.").format(path=path) for path in map(str, message.paths)]
        lines += [_("Left out, since it can't be read: {file}").format(file=problem) for problem in message.problems]
        lines.append(_("Notes and remark are in it.") if message.order.notes else _("Notes and remark are left out."))
        self.dismiss(None)
        self.app.push_screen(MessageScreen(_("Written"), " ".join(lines)))

    def on_export_screen_refused(self, message: Refused) -> None:
        """Ask before a file is replaced; say anything else, and go on here."""
        self._set_busy(busy=False)
        if not isinstance(message.error, ExistsError):
            self.app.push_screen(MessageScreen(_("This could not be done"), str(message.error)))
            return
        text = _("{path} is there already.").format(path=message.error.path)
        question = Question(_("Replace this file?"), text, _("replace"), _("keep"))
        self.app.push_screen(question, lambda yes: self._replace(message) if yes else None)

    def _replace(self, message: Refused) -> None:
        self._set_busy(busy=True)
        self._make(message.order, message.path, replace=True)


class NameScreen(ReasonScreen):
    """Asks for the name that stands in the document; an empty field leaves it out."""

    def __init__(self, given: str) -> None:
        """Begin with the name given before."""
        super().__init__(_("Your name"), _("It is printed in the document. Leave it empty for none."), given)

    def read(self) -> str | None:
        """Return the name, or nothing at all."""
        return " ".join(self.field.value.split())


def _sheets(journal: Journal, order: Order) -> tuple[tuple[OutputFile, ...], tuple[str, ...]]:
    """Make the files of an order, and name what could not be read for them. Blocking: for a thread."""
    if order.choice in _DATA:
        entries = journal.entries()
        problems = tuple(entry.path for entry in entries if not entry.is_sound)
        form, shape = _DATA[order.choice]
        return export.export_data(journal, entries, form, shape, notes=order.notes), problems
    material, problems = export.material(journal, order.instrument, order.session, order.previous, order.now)
    made = build_report(material, ReportOptions(name=order.name, notes=order.notes))
    form_of: dict[str, DocumentFormat] = {"pdf": "pdf", "html": "html", "md": "md"}
    return (OutputFile(f".{order.choice}", export.render(made, form_of[order.choice])),), problems


def _folder() -> Path:
    """Return the folder to suggest: the user's documents, else their home."""
    import platformdirs  # noqa: PLC0415 -- only when asked

    documents = platformdirs.user_documents_path()
    return documents if documents.is_dir() else Path.home()
