"""Versions: of a session that history keeps, of what was removed, of an instrument; and what is erased for good."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message

from reflect_tui.analysis.version_changes import VersionChanges
from reflect_tui.errors import ReflectError
from reflect_tui.git.history import Version
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _
from reflect_tui.model.session import Session
from reflect_tui.store import erasing, erasure
from reflect_tui.store.base import Store
from reflect_tui.store.erasing import Erased
from reflect_tui.store.erasure import Erasure
from reflect_tui.store.journal import Lost
from reflect_tui.tui import navigate
from reflect_tui.tui.host import Host
from reflect_tui.tui.screens.dialog import Menu, Told, answers
from reflect_tui.tui.screens.page import ReadPage
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.usecases.erasing import Preview, preview, statement
from reflect_tui.usecases.pages import instrument_history
from reflect_tui.views import keeping as page
from reflect_tui.views.history import origin_of, render_history, render_removed
from reflect_tui.views.labels import clock, day, session_name
from reflect_tui.views.lines import EMPTY, Line, line, nothing_yet, paragraph, span
from reflect_tui.views.version_sentences import render_all_changes


class HistoryScreen(ReadPage[tuple[Version, ...]]):
    """Every version of a session that history keeps."""

    keys = "history"
    points = True

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def read(self) -> tuple[Version, ...]:
        return self.host.journal.every_version(self._session.id)

    def place(self) -> Line:
        return line(span(_("History"), "title"), span(f" · {session_name(self._session)}", "muted"))

    def idle(self) -> Collection[str]:
        return ("diff", "diff_newest", "bring_back") if len(self._there) <= 1 else ()

    def rendered(self, found: tuple[Version, ...], columns: int) -> list[Line]:
        return render_history(found, columns)

    @property
    def _there(self) -> list[Version]:
        """The versions that can be shown, newest first."""
        return [version for version in self.found or () if not version.deleted]

    def _at_cursor(self) -> int | None:
        """Return which of them the cursor is at."""
        commits = [version.commit for version in self._there]
        return commits.index(self.page.target) if self.page.target in commits else None

    def action_open(self) -> None:
        number = self._at_cursor()
        if number is not None:
            self._open(number)

    @work(thread=True, exclusive=True, group="history", name="read a version")
    def _open(self, number: int, other: int | None = None) -> None:
        """Read a version and show it, or what changed from another one to it."""
        there = self._there
        try:
            session = self.host.journal.sound_version(self._session.id, there[number].commit)
            before = None
            if other is not None:
                before = self.host.journal.sound_version(self._session.id, there[other].commit)
        except ReflectError as error:
            self.app.call_from_thread(self.show_found, self.found, str(error))
        else:
            self.app.call_from_thread(self._opened, session, before, there[number:], there[other or number :])

    def _opened(
        self, session: Session, before: Session | None, versions: Sequence[Version], earlier: Sequence[Version]
    ) -> None:

        if before is None:
            navigate.show_results(self.host, session)
        else:
            navigate.show_diff(self.host, [before, session], (origin_of(earlier), origin_of(versions)))

    def action_diff(self) -> None:
        number = self._at_cursor()
        if number is not None and number + 1 < len(self._there):
            self._open(number, number + 1)
        elif number is not None:
            self._nothing(_("This is the first version; there is none before it."))

    def action_diff_newest(self) -> None:
        number = self._at_cursor()
        if number:
            self._open(0, number)
        elif number == 0:
            self._nothing(_("This is the newest version."))

    def _nothing(self, sentence: str) -> None:
        navigate.show_message(self.host, _("Nothing to compare"), sentence)

    def action_bring_back(self) -> None:
        number = self._at_cursor()
        if number is None:
            return
        version = self._there[number]
        moment = f"{day(version.when)} {clock(version.when)}"
        reason = _("brought back the version of {date}").format(date=moment)
        text = _("The version of {date} becomes the newest one. Nothing is rewritten: every version stays here.")
        bring_back = partial(self.host.journal_service.restore, self._session.id, version.commit, reason)
        question = (_("Bring this version back?"), text.format(date=moment))
        navigate.ask(self.host, question, _("bring back"), _("later"), bring_back)

    def action_erase(self) -> None:
        """Erase the session for good, or a note that any version of it has."""
        self._look_for_notes()

    @work(thread=True, exclusive=True, group="history", name="look which notes there are")
    def _look_for_notes(self) -> None:
        noted = erasure.noted(self.host.journal, self._session.id)
        sentences = {item: statement(self.host.journal, self._session.id, item) for item in noted}
        self.app.call_from_thread(self._ask_what_to_erase, sentences)

    def _ask_what_to_erase(self, noted: Mapping[str, str]) -> None:
        """Ask only where there is a choice: any note."""
        whole = "/"

        def erase(chosen: str | None) -> None:
            if chosen == whole:
                open_erase(self.host, lambda store: erasure.session(store, self._session.id))
            elif chosen:
                open_erase(self.host, lambda store: erasure.note(store, self._session.id, chosen))

        if not noted:
            erase(whole)
            return
        note = _("the note on: {statement}")
        choices = [(item, note.format(statement=sentence)) for item, sentence in noted.items()]
        menu = Menu(
            _("Erase what?"), _("It goes for good, with every version."), [(whole, _("the whole session")), *choices]
        )
        self.app.push_screen(menu, erase)

    def on_lines_picked(self, message: Lines.Picked) -> None:
        if message.opened:
            self.call_after_refresh(self.action_open)


class RemovedScreen(ReadPage[tuple[Lost, ...]]):
    """Every session that history has and the folder has not."""

    keys = "removed"
    points = True

    def read(self) -> tuple[Lost, ...]:
        try:
            return self.host.journal.deleted()
        except ObstacleError as error:
            if error.obstacle.kind != "not_a_repository":
                raise
            return ()  # a journal without a history: nothing was ever removed

    def place(self) -> Line:
        return line(span(_("Removed sessions"), "title"))

    def idle(self) -> Collection[str]:
        return () if self.found else self.all_idle_but()

    def rendered(self, found: tuple[Lost, ...], columns: int) -> list[Line]:
        return render_removed(found, columns, self.host.key)

    def action_open(self) -> None:
        if self.page.target:
            self.host.journal_service.restore(self.page.target)

    def action_erase(self) -> None:
        if target := self.page.target:
            open_erase(self.host, lambda store: erasure.session(store, target))

    def on_lines_picked(self, message: Lines.Picked) -> None:
        if message.opened:
            self.host.journal_service.restore(message.target)


class VersionsScreen(ReadPage[tuple[VersionChanges, ...]]):
    """The versions of one instrument that were filled in, and the one that the next session will be on."""

    def __init__(self, instrument: str) -> None:
        super().__init__()
        self._identifier = instrument
        self._label = ""

    def read(self) -> tuple[VersionChanges, ...]:
        pages = self.host.state.pages
        instrument = pages.instrument(self._identifier)
        self._label = instrument.label if instrument else self._identifier
        return instrument_history(pages, self.host.journal, self._identifier)

    def place(self) -> Line:
        which = f" · {self._label}" if self._label else ""
        return line(span(_("What changed in the instrument"), "title"), span(which, "muted"))

    def rendered(self, found: tuple[VersionChanges, ...], columns: int) -> list[Line]:
        if shown := render_all_changes(found, columns):
            return shown
        texts = (_("Every session of yours is on one version, and the next one will be as well."),)
        return nothing_yet(_("Nothing changed in this instrument"), texts, columns)


def open_erase(host: Host, wanted: Callable[[Store], Erasure]) -> None:
    """Show what an erasure takes, and carry it out once a word was typed."""
    if host.may_write():
        host.push_screen(EraseScreen(wanted))


class EraseScreen(Told[None]):
    """What an erasure takes; enter asks for the word, and what a search found stands there afterwards."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", show=False),
        Binding("escape,q", "cancel", show=False),
    ]

    def __init__(self, wanted: Callable[[Store], Erasure]) -> None:
        """Erase what `wanted` plans; it is asked in a thread."""
        super().__init__()
        self._wanted = wanted
        self._looked: Preview | None = None
        self._shown: list[Line] = [line(span(_("reading…"), "muted"))]
        self._is_done = False

    class Looked(Message):
        """What goes is known."""

        def __init__(self, preview: Preview) -> None:
            super().__init__()
            self.preview = preview

    class Ended(Message):
        """It is erased, or was not possible."""

        def __init__(self, erased: Erased | None, unreachable: Sequence[str] = (), failure: str = "") -> None:
            super().__init__()
            self.erased, self.unreachable, self.failure = erased, unreachable, failure

    def on_mount(self) -> None:
        super().on_mount()
        self._look()

    @work(thread=True, exclusive=True, group="erase", name="look what an erasure takes")
    def _look(self) -> None:
        journal = self.host.journal
        try:
            obstacle = journal.record().obstacle
            if obstacle:  # what waits for history would be taken for a change by another program afterwards
                raise ObstacleError(obstacle)
            looked = preview(journal, self._wanted(journal))
        except ReflectError as error:
            self.post_message(self.Ended(None, failure=str(error)))
        else:
            self.post_message(self.Looked(looked))

    def on_erase_screen_looked(self, message: Looked) -> None:
        looked = self._looked = message.preview
        self._shown = page.render_before_erasing(looked.gone, looked.along, looked.unreachable, self.room)
        self.paint()

    def content(self) -> list[Line]:
        return [line(span(_("Erase for good"), "title")), EMPTY, *self._shown]

    def answers(self) -> Line:
        if self._looked:
            return answers(("⏎", _("erase"), "go"), ("esc", _("keep"), "cancel"))
        return answers(("esc", _("close") if self._is_done else _("back"), "cancel"))  # going back keeps nothing by now

    def action_go(self) -> None:
        if self._is_done:
            self.action_cancel()
        elif self._looked:
            text = _('Type "{word}" to erase this for good. It can\'t be brought back.')
            navigate.ask_line(self.host, _("Erase for good"), text.format(word=page.typed_word()), self._typed)

    def _typed(self, word: str) -> None:
        if word != page.typed_word() or self._looked is None:
            self.app.bell()
            return
        looked, self._looked = self._looked, None
        self._shown = [line(span(_("erasing, and searching for it…"), "muted"))]
        self.paint()
        self.host.journal_service.change("erase", lambda: self._erase(looked))

    def _erase(self, looked: Preview) -> None:
        """Erase, and say what was found. Blocking: for a thread."""
        journal = self.host.journal
        try:
            erased = erasing.carry_out(journal, looked.erasure)
            journal.record()
        except ReflectError as error:
            self.post_message(self.Ended(None, failure=str(error)))
        else:
            self.post_message(self.Ended(erased, looked.unreachable))

    def on_erase_screen_ended(self, message: Ended) -> None:
        self._is_done = True
        if message.erased is None:
            self._shown = paragraph(message.failure, self.room, "warning")
        else:
            self._shown = page.render_erased(message.erased, message.unreachable, self.room)
        self.paint()

    def action_cancel(self) -> None:
        """Close; once something is erased, back to Home: the pages between show what is gone."""
        if self._is_done:
            navigate.go_home(self.host)
        else:
            super().action_cancel()
