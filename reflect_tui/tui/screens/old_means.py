"""The means that are left of old years: looked at, corrected, removed and brought back."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.binding import BindingType

from reflect_tui.i18n import _, format_number
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.reference import Reference
from reflect_tui.store.documents import Document
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.dialog import Menu
from reflect_tui.tui.screens.events import UndoableList
from reflect_tui.tui.screens.form import ReasonScreen
from reflect_tui.usecases import old_means
from reflect_tui.views.labels import group_name
from reflect_tui.views.lines import Line, line, paragraph, span
from reflect_tui.views.trends import reference_sentences


class OldMeansScreen(UndoableList[Reference]):
    """Those of one instrument, newest first."""

    keys = "means"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("means")]

    def __init__(self, instrument: Instrument) -> None:
        super().__init__()
        self._instrument = instrument

    def listed(self) -> tuple[Document[Reference], ...]:
        """Read them; one that can't be read is shown too."""
        documents = self.host.journal.references.all()
        return tuple(one for one in documents if not one.value or one.value.instrument == self._instrument.id)

    def place(self) -> Line:
        return line(span(_("Old means, without their scores"), "title"))

    def rendered(self, entries: tuple[Document[Reference], ...], columns: int) -> list[Line]:
        rows: list[Line] = []
        for entry in entries:
            text = f"{entry.path}: " + "; ".join(map(str, entry.faults))
            text = reference_sentences([entry.value], self._instrument)[0] if entry.value else text
            first, *more = paragraph(text, columns - 4, "text" if entry.value else "warning", indent=4)
            rows += [line(*first.spans, target=entry.id), *more]
        return rows

    @property
    def _here(self) -> Document[Reference] | None:
        return next((entry for entry in self.entries or () if entry.id == self.page.target), None)

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
