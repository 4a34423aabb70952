"""What stands beside the sessions in the trends: events, and the means of old years; lists that can be changed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Generic, TypeVar

from textual import work

from reflect_tui.errors import ReflectError
from reflect_tui.forms.fields import parse_event
from reflect_tui.i18n import _, format_number
from reflect_tui.model import events
from reflect_tui.model.events import Event
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.old_means import Reference
from reflect_tui.store import documents
from reflect_tui.store.documents import Document
from reflect_tui.tui.host import WorkFailed
from reflect_tui.tui.screens.dialog import Menu
from reflect_tui.tui.screens.form import ReasonScreen
from reflect_tui.tui.screens.page import ReadPage
from reflect_tui.usecases import old_means
from reflect_tui.views.goals import render_events
from reflect_tui.views.labels import group_name
from reflect_tui.views.lines import Line, line, paragraph, span
from reflect_tui.views.trends import reference_sentences, render_no_old_means

T = TypeVar("T")
Change = Callable[[], object]


class UndoableList(ReadPage[tuple[Document[T], ...]], Generic[T]):
    """Documents of one kind, each of which can be removed; u takes back what was done last."""

    points = True

    def __init__(self) -> None:
        super().__init__()
        self._undo: list[Change] = []

    def idle(self) -> Collection[str]:
        useful = (("delete", self.found), ("amend", self.found), ("undo", self._undo))
        return [name for name, does in useful if not does]

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
        self.app.call_from_thread(self.show_found, self.read())
        self.app.call_from_thread(self.host.journal_service.load)


class EventPrompt(ReasonScreen):
    """Asks when and what, until both can be read; the month that is given stays when one types on."""

    selects = False

    def read(self) -> str | None:
        words = super().read()
        try:
            parse_event(words or "", self.host.clock.token())
        except ReflectError as error:
            self._missing = str(error)
            return None
        return words


class EventsScreen(UndoableList[Event]):
    """The events of the journal, oldest first."""

    keys = "events"

    def __init__(self, given: str) -> None:
        """List the events; a new one begins with what is `given`: the month that one looks at."""
        super().__init__()
        self._given = given

    def read(self) -> tuple[Document[Event], ...]:
        return documents.event_entries(self.host.journal)

    def place(self) -> Line:
        return line(span(_("Events"), "title"), span(" · " + _("shown in the trends"), "muted"))

    def rendered(self, found: tuple[Document[Event], ...], columns: int) -> list[Line]:
        return render_events(found, columns, self.host.key)

    def action_new(self) -> None:
        if self.host.may_write():
            text = _("The month or the day, then what: 2026-03 training, 2026-03-12 training. It shows in every trend.")
            self.app.push_screen(EventPrompt(_("What happened?"), text, self._given), self._add)

    def _add(self, words: str | None) -> None:
        if words:
            event, journal = parse_event(words, self.host.clock.token()), self.host.journal
            self.write(lambda: documents.add_event(journal, event), lambda: documents.remove_event(journal, event.id))

    def action_delete(self) -> None:
        target, journal = self.page.target, self.host.journal
        if events.is_id(target) and self.host.may_write():
            self.write(
                lambda: documents.remove_event(journal, target), lambda: documents.restore_event(journal, target)
            )


class OldMeansScreen(UndoableList[Reference]):
    """Those of one instrument, newest first."""

    keys = "means"

    def __init__(self, instrument: Instrument) -> None:
        super().__init__()
        self._instrument = instrument

    def read(self) -> tuple[Document[Reference], ...]:
        """Read them; one that can't be read is shown too."""
        documents = self.host.journal.references.all()
        return tuple(one for one in documents if not one.value or one.value.instrument == self._instrument.id)

    def place(self) -> Line:
        return line(span(_("Old means, without their scores"), "title"))

    def rendered(self, found: tuple[Document[Reference], ...], columns: int) -> list[Line]:
        if not found:
            return render_no_old_means(columns, self.host.key)
        rows: list[Line] = []
        for entry in found:
            text = f"{entry.path}: " + "; ".join(map(str, entry.faults))
            text = reference_sentences([entry.value], self._instrument)[0] if entry.value else text
            first, *more = paragraph(text, columns - 4, "text" if entry.value else "warning", indent=4)
            rows += [line(*first.spans, target=entry.id), *more]
        return rows

    @property
    def _here(self) -> Document[Reference] | None:
        return next((entry for entry in self.found or () if entry.id == self.page.target), None)

    def action_delete(self) -> None:
        entry, journal = self._here, self.host.journal
        if entry and self.host.may_write():
            remove = partial(journal.references.remove, entry.id, entry.data)
            self.write(remove, partial(old_means.restore, journal, entry.id))

    def action_amend(self) -> None:
        entry = self._here
        if not entry or not entry.value or not self.host.may_write():
            return
        choices = [
            (domain, f"{group_name(self._instrument, domain)}  {format_number(mean)}")
            for domain, mean in entry.value.means.items()
        ]
        menu = Menu(_("Which mean?"), reference_sentences([entry.value], self._instrument)[0], choices)
        self.app.push_screen(menu, lambda domain: self._ask(entry, domain) if domain else None)

    def _ask(self, entry: Document[Reference], domain: str) -> None:
        old = entry.value
        if old is None:
            return
        given = format_number(old.means[domain])
        prompt = ReasonScreen(group_name(self._instrument, domain), _("What was the mean on paper?"), given)
        self.app.push_screen(prompt, lambda typed: self._correct(entry, domain, given, typed))

    def _correct(self, entry: Document[Reference], domain: str, before: str, typed: str | None) -> None:
        def set_to(text: str) -> None:
            journal = self.host.journal
            old_means.correct(journal, old_means.find(journal, entry.id), domain, text)

        if typed and typed != before:
            self.write(partial(set_to, typed), partial(set_to, before))
