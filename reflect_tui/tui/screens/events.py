"""What happened meanwhile: the events that the trends mark; and lists of documents in which all can be undone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import ClassVar, Generic, TypeVar

from textual import work
from textual.binding import BindingType

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model import events
from reflect_tui.model.events import Event
from reflect_tui.store import documents
from reflect_tui.store.documents import Document
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.form import ReasonScreen
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.services.base import WorkFailed
from reflect_tui.views.goals import render_events
from reflect_tui.views.lines import Line, line, span

T = TypeVar("T")
Change = Callable[[], object]


class UndoableList(Page, Generic[T]):
    """Documents of one kind, each of which can be removed; u takes back what was done last."""

    points = True

    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[Document[T], ...] | None = None
        self._undo: list[Change] = []

    def listed(self) -> tuple[Document[T], ...]:
        """Read the documents; for a thread."""
        raise NotImplementedError

    def rendered(self, entries: tuple[Document[T], ...], columns: int) -> list[Line]:
        """Render them."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Read behind the paint."""
        self.renew()

    def renew(self) -> None:
        self._read()

    @work(thread=True, exclusive=True, group="documents", name="read a list of documents")
    def _read(self) -> None:
        self.app.call_from_thread(self._show, self.listed())

    def _show(self, entries: tuple[Document[T], ...]) -> None:
        self.entries = entries
        self.paint()

    def idle(self) -> Collection[str]:
        useful = (("delete", self.entries), ("amend", self.entries), ("undo", self._undo))
        return [name for name, does in useful if not does]

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        if self.entries is None:
            return [line("  ", span(_("reading…"), "muted"))]
        return self.rendered(self.entries, columns)

    def action_undo(self) -> None:
        if self._undo and self.host.may_write():
            self.write(self._undo.pop(), None)

    @work(thread=True, group="journal", name="change a document")
    def write(self, act: Change, back: Change | None) -> None:
        """Do something in a thread, then list anew; `back` undoes it."""
        try:
            act()
        except ReflectError as error:
            self.app.post_message(WorkFailed(str(error)))
            return
        if back:
            self._undo.append(back)
        self.app.call_from_thread(self._show, self.listed())
        self.app.call_from_thread(self.host.journal_service.load)


class EventPrompt(ReasonScreen):
    """Asks when and what; the month that is given stays when one types on."""

    selects = False


class EventsScreen(UndoableList[Event]):
    """The events of the journal, oldest first."""

    keys = "events"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("events")]

    def __init__(self, given: str) -> None:
        """List the events; a new one begins with what is `given`: the month that one looks at."""
        super().__init__()
        self._given = given

    def listed(self) -> tuple[Document[Event], ...]:
        return documents.event_entries(self.host.journal)

    def place(self) -> Line:
        return line(span(_("Events"), "title"), span(" · " + _("shown in the trends"), "muted"))

    def rendered(self, entries: tuple[Document[Event], ...], columns: int) -> list[Line]:
        return render_events(entries, columns, self.host.key)

    def action_new(self) -> None:
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
            journal = self.host.journal
            self.write(lambda: documents.add_event(journal, event), lambda: documents.remove_event(journal, event.id))

    def action_delete(self) -> None:
        target, journal = self.page.target, self.host.journal
        if events.is_id(target) and self.host.may_write():
            self.write(
                lambda: documents.remove_event(journal, target), lambda: documents.restore_event(journal, target)
            )
