"""What changed in an instrument from version to version, and what that does to every line."""

from __future__ import annotations

from reflect_tui.i18n import _
from reflect_tui.tui.screens.page import Page
from reflect_tui.usecases.pages import instrument_history
from reflect_tui.views.lines import Line, line, nothing_yet, span
from reflect_tui.views.version_sentences import render_all_changes


class VersionsScreen(Page):
    """The versions of one instrument that were filled in, and the one that the next session will be on."""

    def __init__(self, instrument: str) -> None:
        """Show those of the instrument with this id."""
        super().__init__()
        self._identifier = instrument

    def place(self) -> Line:
        """Say what is shown."""
        return line(span(_("What changed in the instrument"), "title"), span(f" · {self._identifier}", "muted"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """Show the newest change first."""
        versions = instrument_history(self.host.state.pages, self.host.journal, self._identifier)
        if shown := render_all_changes(versions, columns):
            return shown
        texts = (_("Every session of yours is on one version, and the next one will be as well."),)
        return nothing_yet(_("Nothing changed in this instrument"), texts, columns)
