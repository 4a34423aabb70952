"""The sessions that were removed, read from history in a thread; enter brings one back."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from textual import work
from textual.binding import BindingType

from reflect_tui.errors import ReflectError
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _
from reflect_tui.store.journal import Lost
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.views.history import removed
from reflect_tui.views.lines import Line, line, paragraph, span


class RemovedScreen(Page):
    """Every session that history has and the folder has not."""

    keys = "removed"
    points = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("removed")]

    def __init__(self) -> None:
        super().__init__()
        self._lost: tuple[Lost, ...] | None = None
        self._problem = ""

    def on_mount(self) -> None:
        """Read behind the paint."""
        self.renew()

    def renew(self) -> None:
        """Read anew."""
        self._read()

    @work(thread=True, exclusive=True, group="history", name="read the removed sessions")
    def _read(self) -> None:
        try:
            lost = self.reflect.journal.deleted()
        except ObstacleError as error:  # a journal without a history: nothing was ever removed
            calm = error.obstacle.kind == "not_a_repository"
            self.app.call_from_thread(self._show, (), "" if calm else str(error))
        except ReflectError as error:
            self.app.call_from_thread(self._show, (), str(error))
        else:
            self.app.call_from_thread(self._show, lost, "")

    def _show(self, lost: tuple[Lost, ...], problem: str) -> None:
        self._lost, self._problem = lost, problem
        self.paint()

    def place(self) -> Line:
        """Say where one is."""
        return line(span(_("Removed sessions"), "title"))

    def idle(self) -> Collection[str]:
        """Leave out bringing back while nothing was removed."""
        return () if self._lost else self.all_idle_but()

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """List them."""
        if self._problem:
            return paragraph(self._problem, columns - 2, "warning", indent=2)
        if self._lost is None:
            return [line("  ", span(_("reading…"), "muted"))]
        return removed(self._lost, columns, self.reflect.key)

    def action_open(self) -> None:
        """Bring back the session at the cursor."""
        if self.page.target:
            self.reflect.restore(self.page.target)

    def on_lines_picked(self, message: Lines.Picked) -> None:
        """Bring back a session by the mouse."""
        if message.opened:
            self.reflect.restore(message.target)
