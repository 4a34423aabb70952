"""Erases something for good: shows what goes, lets a word be typed, and tells what a search for it found."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message

from reflect_tui.errors import ReflectError
from reflect_tui.git.problems import ObstacleError
from reflect_tui.i18n import _
from reflect_tui.store import erasing
from reflect_tui.store.base import Store
from reflect_tui.store.erasing import Erased
from reflect_tui.store.erasure import Erasure
from reflect_tui.tui import navigate
from reflect_tui.tui.screens.dialog import Told, answers
from reflect_tui.views import keeping as page
from reflect_tui.views.lines import EMPTY, Line, line, paragraph, span


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
        self._erasure: Erasure | None = None
        self._shown: list[Line] = [line(span(_("reading…"), "muted"))]
        self._is_done = False

    class Looked(Message):
        """What goes is known."""

        def __init__(self, erasure: Erasure, along: list[str], unreachable: list[str]) -> None:
            super().__init__()
            self.erasure, self.along, self.unreachable = erasure, along, unreachable

    class Ended(Message):
        """It is erased, or was not possible."""

        def __init__(self, erased: Erased | None, unreachable: list[str], failure: str = "") -> None:
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
            erasure = self._wanted(journal)
            along, unreachable = list(erasing.along(journal, erasure)), list(erasing.unreachable(journal, erasure))
        except ReflectError as error:
            self.post_message(self.Ended(None, [], str(error)))
        else:
            self.post_message(self.Looked(erasure, along, unreachable))

    def on_erase_screen_looked(self, message: Looked) -> None:
        self._erasure = message.erasure
        self._shown = page.render_before_erasing(message.erasure, message.along, message.unreachable, self.room)
        self.paint()

    def content(self) -> list[Line]:
        return [line(span(_("Erase for good"), "title")), EMPTY, *self._shown]

    def answers(self) -> Line:
        if self._erasure:
            return answers(("⏎", _("erase"), "go"), ("esc", _("keep"), "cancel"))
        return answers(("esc", _("close") if self._is_done else _("back"), "cancel"))  # going back keeps nothing by now

    def action_go(self) -> None:
        if self._is_done:
            self.action_cancel()
        elif self._erasure:
            text = _('Type "{word}" to erase this for good. It can\'t be brought back.')
            navigate.ask_line(self.host, _("Erase for good"), text.format(word=page.typed_word()), self._typed)

    def _typed(self, word: str) -> None:
        if word != page.typed_word() or self._erasure is None:
            self.app.bell()
            return
        erasure, self._erasure = self._erasure, None
        self._shown = [line(span(_("erasing, and searching for it…"), "muted"))]
        self.paint()
        self.host.journal_service.change("erase", lambda: self._erase(erasure))

    def _erase(self, erasure: Erasure) -> None:
        """Erase, and say what was found. Blocking: for a thread."""
        journal = self.host.journal
        unreachable = list(erasing.unreachable(journal, erasure))
        try:
            erased = erasing.carry_out(journal, erasure)
            journal.record()
        except ReflectError as error:
            self.post_message(self.Ended(None, [], str(error)))
        else:
            self.post_message(self.Ended(erased, unreachable))

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
