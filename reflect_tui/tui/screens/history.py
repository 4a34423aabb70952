"""The versions of one session, read from history in a thread."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from textual import work
from textual.binding import BindingType

from reflect_tui.errors import ReflectError
from reflect_tui.git.history import Version
from reflect_tui.i18n import _
from reflect_tui.model.session import Session
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.dialog import MessageScreen, Question
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.views.diff import origin_of
from reflect_tui.views.history import history
from reflect_tui.views.labels import clock, day, session_name
from reflect_tui.views.lines import Line, line, span


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
        self.renew()

    def renew(self) -> None:
        """Read the versions anew."""
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

    def idle(self) -> Collection[str]:
        """Leave out what takes two versions while there is one."""
        return ("diff", "diff_newest", "bring_back") if len(self._there) == 1 else ()

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """List the versions."""
        if self._problem:
            return [line("  ", span(self._problem, "warning"))]
        if self._versions is None:
            return [line("  ", span(_("reading…"), "muted"))]
        return history(self._versions, columns)

    @property
    def _there(self) -> list[Version]:
        """The versions that can be shown, newest first."""
        return [version for version in self._versions or () if not version.deleted]

    def _at_cursor(self) -> int | None:
        """Tell which of them the cursor is at."""
        commits = [version.commit for version in self._there]
        return commits.index(self.page.target) if self.page.target in commits else None

    def action_open(self) -> None:
        """Show the results of the version at the cursor."""
        number = self._at_cursor()
        if number is not None:
            self._open(number)

    @work(thread=True, exclusive=True, group="history", name="read a version")
    def _open(self, number: int, other: int | None = None) -> None:
        """Read a version and show it, or what changed from another one to it."""
        there = self._there
        try:
            session = self.reflect.journal.sound_version(self._session.id, there[number].commit)
            before = None
            if other is not None:
                before = self.reflect.journal.sound_version(self._session.id, there[other].commit)
        except ReflectError as error:
            self.app.call_from_thread(self._show, self._versions or (), str(error))
        else:
            self.app.call_from_thread(self._opened, session, before, there[number:], there[other or number :])

    def _opened(
        self, session: Session, before: Session | None, versions: Sequence[Version], earlier: Sequence[Version]
    ) -> None:
        from reflect_tui.tui.screens.diff import open_diff  # noqa: PLC0415 -- only when asked
        from reflect_tui.tui.screens.results import ResultsScreen  # noqa: PLC0415 -- shown from there as well

        if before is None:
            self.app.push_screen(ResultsScreen(session))
        else:
            open_diff(self.reflect, [before, session], (origin_of(earlier), origin_of(versions)))

    def action_diff(self) -> None:
        """Compare the version at the cursor with the one before it."""
        number = self._at_cursor()
        if number is not None and number + 1 < len(self._there):
            self._open(number, number + 1)
        elif number is not None:
            self._nothing(_("This is the first version; there is none before it."))

    def action_diff_newest(self) -> None:
        """Compare the newest version with the one at the cursor."""
        number = self._at_cursor()
        if number:
            self._open(0, number)
        elif number == 0:
            self._nothing(_("This is the newest version."))

    def _nothing(self, sentence: str) -> None:
        self.app.push_screen(MessageScreen(_("Nothing to compare"), sentence))

    def action_bring_back(self) -> None:
        """Ask, then make a new version of the one at the cursor."""
        number = self._at_cursor()
        if number is None:
            return
        version = self._there[number]
        moment = _name(version)
        reason = _("brought back the version of {date}").format(date=moment)
        text = _("The version of {date} becomes the newest one. Nothing is rewritten: every version stays here.")
        question = Question(_("Bring this version back?"), text.format(date=moment), _("bring back"), _("later"))

        def bring_back(yes: bool | None) -> None:  # noqa: FBT001 -- a dialog's answer
            if yes:
                self.reflect.restore(self._session.id, version.commit, reason)

        self.app.push_screen(question, bring_back)

    def on_lines_picked(self, message: Lines.Picked) -> None:
        """Open a version by the mouse."""
        if message.opened:
            self.call_after_refresh(self.action_open)


def _name(version: Version) -> str:
    return f"{day(version.when)} {clock(version.when)}"
