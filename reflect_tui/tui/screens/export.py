"""What to take along: a document for the talk, or all sessions as data; where to, and where it went."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message

from reflect_tui import paths
from reflect_tui.analysis.diff import diff_across_versions
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.model.talk import Talk
from reflect_tui.report.document import Report
from reflect_tui.report.document_texts import render_preview
from reflect_tui.tui.host import Host
from reflect_tui.tui.screens.dialog import Choice, MessageScreen, answers, in_rows, replace_question, titled
from reflect_tui.tui.screens.form import PathScreen, ReasonScreen
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.screens.team import open_share
from reflect_tui.usecases import export
from reflect_tui.usecases.export import Order
from reflect_tui.usecases.pages import pages_of, saved_agenda
from reflect_tui.usecases.written_files import ExistsError, Handling, hand_to, programs_for, suggested_name, write_files
from reflect_tui.views.agenda import renewed_sentence
from reflect_tui.views.labels import session_name
from reflect_tui.views.lines import EMPTY, Line, fit, line, paragraph, span

Programs = Mapping[Handling, str]


def open_export(
    host: Host,
    session: Session | None,
    previous: Session | None = None,
    *,
    compared: bool = False,
    talk: Talk | None = None,
) -> None:
    """Offer what can be taken along; without `previous`, a document compares with the session before.

    With `compared`, the comparison with others comes first; with a `talk` what was agreed in it.
    """
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
    first = export.agreed_choices() if talk else export.comparison_choices() if compared else ()
    host.push_screen(ExportScreen(session, comparable, content, first=first, talk=talk))


class ExportScreen(Choice):
    """A row for each form; n puts notes in or leaves them out, m asks for a name, p shows what a document says.

    It stays until the file is there, unless escape closes it; the file is made all the same, and that is told.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "notes", show=False),
        Binding("m", "name", show=False),
        Binding("p", "preview", show=False),
    ]

    def __init__(
        self,
        session: Session,
        previous: Session | None,
        instrument: Instrument,
        *,
        first: tuple[tuple[str, str, str], ...] = (),
        talk: Talk | None = None,
    ) -> None:
        super().__init__()
        self._session = session
        self._previous = previous
        self._instrument = instrument
        offered = [row for row in export.choices() if row[0] != "team" or session.role == "self"]
        self._choices = (*first, *offered)
        self._talk = talk
        self._notes = False
        self._person: str | None = None
        self._busy = False
        self._renews_agenda = False

    def on_mount(self) -> None:
        """See behind the paint whether the saved agenda is older than the answers."""
        super().on_mount()
        if self._session.role == "self":
            self._judge_agenda()

    @work(thread=True, exclusive=True, group="agenda", name="judge the agenda")
    def _judge_agenda(self) -> None:
        with contextlib.suppress(ReflectError):  # what can't be read is told with the document
            saved = saved_agenda(self.host.journal, self._session.id)
            state = self.host.state
            pages = state.pages if state.is_complete else pages_of(self.host.journal)
            outdated = saved is not None and pages.is_outdated(self._instrument, self._session, saved)
            self.app.call_from_thread(self._say_outdated, outdated=outdated)

    def _say_outdated(self, *, outdated: bool) -> None:
        self._renews_agenda = outdated
        if outdated:
            self.paint()

    @property
    def _bearer(self) -> str:
        """The name that a document bears: the one given here, else that of the settings."""
        return self.host.settings.name if self._person is None else self._person

    class Previewed(Message):
        """What a document says was gathered."""

        def __init__(self, report: Report, problems: tuple[str, ...]) -> None:
            super().__init__()
            self.report, self.problems = report, problems

    def content(self) -> list[Line]:
        about = session_name(self._session, self._previous)
        if self._previous:
            since = _("A document is about {session}, compared with {previous}.")
            text = since.format(session=about, previous=session_name(self._previous, self._session))
        else:
            text = _("A document is about {session}.").format(session=about)
        included = export.document_contents(notes=self._notes)
        named = (
            _("Name on the document: {name}.").format(name=self._bearer)
            if self._bearer
            else _("No name is on the document.")
        )
        signed = _("What you agreed has the names under it.") if self._talk and self._talk.signatures else ""
        options = paragraph(f"{included} {named} {signed}".rstrip(), self.room, "accent")
        renewed = paragraph(renewed_sentence(), self.room, "warning") if self._renews_agenda else []
        return [*titled(_("Export"), text, self.room), *options, *renewed, EMPTY]

    def rows(self) -> list[Line]:
        return [line("   ", span(fit(words, self.room - 3)), target=name) for name, _ending, words in self._choices]

    def keys_lines(self) -> list[Line]:
        if self._busy:
            return [EMPTY, line(span(_("being made…"), "muted"))]
        notes = _("without notes") if self._notes else _("with notes")
        keys = answers(
            ("⏎", _("choose"), "choose"),
            ("p", _("preview"), "preview"),
            ("n", notes, "notes"),
            ("m", _("name"), "name"),
            ("esc", _("back"), "cancel"),
        )
        return [EMPTY, *in_rows(keys, self.room)]

    def action_notes(self) -> None:
        self._notes = not self._notes
        self.paint()

    def action_name(self) -> None:
        self.app.push_screen(NameScreen(self._bearer), self._set_name)

    def _set_name(self, name: str | None) -> None:
        if name is not None:
            self._person = name
            self.paint()

    def action_choose(self) -> None:
        if self._busy or not self.list.target:
            return
        if self.list.target == "team":
            self.dismiss(None)
            open_share(self.host, self._session, self._instrument, documents_folder())
            return
        try:
            export.refuse_unavailable(self.list.target)
        except ReflectError as error:
            self.app.push_screen(MessageScreen(_("This could not be done"), str(error)))
            return
        order = self._order(self.list.target)
        ending, words = next((ending, words) for name, ending, words in self._choices if name == order.choice)
        title = f"{self._instrument.label} {export.kind_of(order.choice)}"
        name = suggested_name(title, self._session.started.date(), ending)
        usual = PathScreen.usual()
        text = f"{export.json_contents(notes=order.notes)} {usual}" if order.choice == "json" else usual
        self.app.push_screen(
            PathScreen(words, str(documents_folder() / name), text), lambda path: self._go(order, path)
        )

    def _order(self, choice: str) -> Order:
        return Order(
            choice=choice,
            instrument=self._instrument,
            session=self._session,
            previous=self._previous,
            notes=self._notes,
            name=self._bearer,
            now=self.host.clock.now(),
            talk=self._talk,
        )

    def action_preview(self) -> None:
        if not self._busy:
            self._set_busy(busy=True)
            self._read(self._order("preview"))

    @work(thread=True, exclusive=True, group="export", name="preview a document")
    def _read(self, order: Order) -> None:
        """Gather what a document says."""
        host = self.host
        try:
            report, problems = export.report_of(host.journal, order)
        except ReflectError as error:
            host.call_later(self._refused, host, order, "", error)
        else:
            self.post_message(self.Previewed(report, problems))

    def on_export_screen_previewed(self, message: Previewed) -> None:
        self._set_busy(busy=False)
        self.app.push_screen(PreviewScreen(message.report, message.problems))

    def _go(self, order: Order, path: str | None) -> None:
        if path:
            self._set_busy(busy=True)
            self._make(order, path, replace=False)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.paint()

    @work(thread=True, exclusive=True, group="export", name="make a document")
    def _make(self, order: Order, typed: str, *, replace: bool) -> None:
        """Make the files and write them; what came of it is told by the app, also when this window is gone by then."""
        host, journal = self.host, self.host.journal  # neither can be asked for once the window is gone
        try:
            sheets, problems = export.files_of(journal, order)
            written = write_files(journal, paths.typed(typed), sheets, replace=replace)
        except ReflectError as error:
            host.call_later(self._refused, host, order, typed, error)
        else:
            host.call_later(self._made, host, order, written, problems, programs_for(journal, written[0]))

    def _made(
        self, host: Host, order: Order, written: Sequence[Path], problems: Sequence[str], programs: Programs
    ) -> None:
        lines = [_("It is in {path}.").format(path=path) for path in map(str, written)]
        lines += [_("Left out, since it can't be read: {file}").format(file=problem) for problem in problems]
        lines += export.notes_sentences(order)
        if self.is_attached:
            self._set_busy(busy=False)  # another window may be in front, so that this one stays
            self.dismiss(None)
        host.push_screen(WrittenScreen(" ".join(lines), written[0], programs))

    def _refused(self, host: Host, order: Order, typed: str, error: ReflectError) -> None:
        """Ask before a file is replaced; say anything else, and go on here."""
        if self.is_attached:
            self._set_busy(busy=False)
            if isinstance(error, ExistsError):
                self.app.push_screen(
                    replace_question(error.path), lambda yes: self._replace(order, typed) if yes else None
                )
                return
        host.push_screen(MessageScreen(_("This could not be done"), str(error)))

    def _replace(self, order: Order, typed: str) -> None:
        self._set_busy(busy=True)
        self._make(order, typed, replace=True)


class NameScreen(ReasonScreen):
    """Asks for the name that stands in the document; an empty field leaves it out. ctrl+s keeps it for next time."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "store", show=False, priority=True)]

    def __init__(self, given: str) -> None:
        text = _("It is printed in this document. Leave it empty for none. Only {key} keeps it in the settings.")
        super().__init__(_("Your name"), text.format(key="ctrl+s"), given)

    def paint(self) -> None:
        super().paint()
        keys = answers(
            ("⏎", self.word(), "answer"), ("ctrl+s", _("also for next time"), "store"), ("esc", _("back"), "cancel")
        )
        self.show_part("keys", [self.notice(), *in_rows(keys, self.room)])

    def read(self) -> str | None:
        return " ".join(self.field.value.split())

    def action_store(self) -> None:
        self.host.settings_service.change("name", self.read() or "")
        self.action_answer()


class WrittenScreen(MessageScreen):
    """Where a file is; o opens it and p prints it, where there is a program for that."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "hand('open')", show=False),
        Binding("p", "hand('print')", show=False),
    ]

    def __init__(self, sentence: str, path: Path, programs: Programs) -> None:
        super().__init__(_("Written"), sentence)
        self._path = path
        self._programs = programs
        self._outcome = ""

    class Handed(Message):
        """The program took the file, or said why not."""

        def __init__(self, outcome: str) -> None:
            super().__init__()
            self.outcome = outcome

    def content(self) -> list[Line]:
        outcome = [EMPTY, *paragraph(self._outcome, self.room, "accent")] if self._outcome else []
        return [*super().content(), *outcome]

    def answers(self) -> Line:
        words = {"open": ("o", _("open")), "print": ("p", _("print"))}
        offered = [(*words[act], f"hand('{act}')") for act in self._programs]
        return answers(("⏎", _("close"), "cancel"), *offered)

    def action_hand(self, act: Handling) -> None:
        if program := self._programs.get(act):
            self._outcome = _("being opened…") if act == "open" else _("being printed…")
            self.paint()
            self._hand(program, act)

    @work(thread=True, exclusive=True, group="export", name="hand a file over")
    def _hand(self, program: str, act: Handling) -> None:
        """Hand the file to a program."""
        try:
            hand_to(program, self._path)
        except ReflectError as error:
            self.post_message(self.Handed(str(error)))
        else:
            self.post_message(self.Handed(_("Opened.") if act == "open" else _("Sent to the printer.")))

    def on_written_screen_handed(self, message: Handed) -> None:
        self._outcome = message.outcome
        self.paint()


class PreviewScreen(Page):
    """What a document says, to look through before it is made."""

    def __init__(self, report: Report, problems: Sequence[str]) -> None:
        super().__init__()
        self._report = report
        self._problems = problems

    def place(self) -> Line:
        return line(span(_("Preview"), "title"), span(f" · {self._report.subtitle}", "muted"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        left_out = _("Left out, since it can't be read: {file}")
        problems = [
            part
            for problem in self._problems
            for part in paragraph(left_out.format(file=problem), columns - 2, "warning", indent=2)
        ]
        return [*problems, *render_preview(self._report, columns)]


def documents_folder() -> Path:
    """Return the folder to suggest: the user's documents, else their home."""
    import platformdirs  # noqa: PLC0415 -- only when asked

    documents = platformdirs.user_documents_path()
    return documents if documents.is_dir() else paths.home() or Path("/")
