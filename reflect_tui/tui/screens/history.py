"""The versions of one session, read from history in a thread."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.binding import BindingType

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.journal import Version
from reflect_tui.pages.history import history
from reflect_tui.pages.lines import Line, line, span
from reflect_tui.pages.words import session_name
from reflect_tui.session import Session
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines


class HistoryScreen(Page):
    """Every version of a session that history keeps."""

    keys = "history"
    points = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("history")]

    def __init__(self, session: Session) -> None:
        """Show the history of this session."""
        super().__init__()
        self._session = session
        self._versions: tuple[Version, ...] | None = None
        self._problem = ""

    def on_mount(self) -> None:
        """Read behind the paint."""
        super().on_mount()
        self._read()

    @work(thread=True, exclusive=True, group="history", name="read the history")
    def _read(self) -> None:
        try:
            versions = self.reflect.journal.versions(self._session.id)
        except ReflectError as error:
            self.app.call_from_thread(self._show, (), str(error))
        else:
            self.app.call_from_thread(self._show, versions, "")

    def _show(self, versions: tuple[Version, ...], problem: str) -> None:
        self._versions, self._problem = versions, problem
        self.paint()

    def place(self) -> Line:
        """Say whose history this is."""
        return line(span(_("History"), "title"), span(f" · {session_name(self._session)}", "muted"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """List the versions."""
        if self._problem:
            return [line("  ", span(self._problem, "warning"))]
        if self._versions is None:
            return [line("  ", span(_("reading…"), "muted"))]
        return history(self._versions, columns)

    def action_open(self) -> None:
        """Show the results of the version at the cursor."""
        if self.page.target:
            self._open(self.page.target)

    @work(thread=True, exclusive=True, group="history", name="read a version")
    def _open(self, commit: str) -> None:
        from reflect_tui.tui.screens.results import ResultsScreen  # noqa: PLC0415 -- shown from there as well

        try:
            session = self.reflect.journal.version(self._session.id, commit)
        except ReflectError as error:
            self.app.call_from_thread(self._show, self._versions or (), str(error))
        else:
            self.app.call_from_thread(self.app.push_screen, ResultsScreen(session))

    def on_lines_picked(self, message: Lines.Picked) -> None:
        """Open a version by the mouse."""
        if message.opened:
            self._open(message.target)
