"""What happened and may explain a change: listed, added, removed and brought back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import ClassVar

from textual import work
from textual.binding import BindingType

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model import events
from reflect_tui.model.events import Event
from reflect_tui.store import documents
from reflect_tui.store.documents import Document
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.dialog import ReasonScreen
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.services.journal import WorkFailed
from reflect_tui.views.events import render_events
from reflect_tui.views.lines import Line, line, span


class EventPrompt(ReasonScreen):
    """Asks when and what; the month that is given stays when one types on."""

    selects = False


class EventsScreen(Page):
    """The events of the journal, oldest first."""

    keys = "events"
    points = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("events")]

    def __init__(self, given: str) -> None:
        """List the events; a new one begins with what is `given`: the month that one looks at."""
        super().__init__()
        self._given = given
        self._entries: tuple[Document[Event], ...] | None = None
        self._undo: list[tuple[Callable[..., object], str]] = []

    def on_mount(self) -> None:
        """Read behind the paint."""
        self.renew()

    def renew(self) -> None:
        """Read the events anew."""
        self._read()

    @work(thread=True, exclusive=True, group="events", name="read the events")
    def _read(self) -> None:
        self.app.call_from_thread(self._show, documents.event_entries(self.host.journal))

    def _show(self, entries: tuple[Document[Event], ...]) -> None:
        self._entries = entries
        self.paint()

    def place(self) -> Line:
        """Say where one is."""
        return line(span(_("Events"), "title"), span(" · " + _("shown in the trends"), "muted"))

    def idle(self) -> Collection[str]:
        """Leave out removing while there is no event."""
        return () if self._entries else ("delete",)

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """List them."""
        if self._entries is None:
            return [line("  ", span(_("reading…"), "muted"))]
        return render_events(self._entries, columns, self.host.key)

    def action_new(self) -> None:
        """Ask when and what."""
        if self.host.may_write():
            text = _("The month or the day, then what: 2026-03 training. It shows in every trend.")
            self.app.push_screen(EventPrompt(_("What happened?"), text, self._given), self._add)

    def _add(self, words: str | None) -> None:
        if not words:
            return
        try:
            event = events.from_line(words, self.host.clock.token())
        except ReflectError as error:
            self.app.post_message(WorkFailed(str(error)))
        else:
            self._write(documents.add_event, event, (documents.remove_event, event.id))

    def action_delete(self) -> None:
        """Remove the event at the cursor."""
        target = self.page.target
        if events.is_id(target) and self.host.may_write():
            self._write(documents.remove_event, target, (documents.restore_event, target))

    def action_undo(self) -> None:
        """Take back what was done last."""
        if self._undo and self.host.may_write():
            act, event_id = self._undo.pop()
            self._write(act, event_id, None)

    @work(thread=True, group="journal", name="change the events")
    def _write(
        self, act: Callable[..., object], about: Event | str, back: tuple[Callable[..., object], str] | None
    ) -> None:
        journal = self.host.journal
        try:
            act(journal, about)
        except ReflectError as error:
            self.app.post_message(WorkFailed(str(error)))
            return
        if back:
            self._undo.append(back)
        self.app.call_from_thread(self._show, documents.event_entries(journal))
        self.app.call_from_thread(self.host.journal_service.load)
