"""Where one stands in one session, and what changed since the one before."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from reflect_tui.analysis.summary import Axis
from reflect_tui.i18n import _
from reflect_tui.model.session import Session
from reflect_tui.tui import navigate
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.page import Page
from reflect_tui.views.goals import short
from reflect_tui.views.labels import session_name
from reflect_tui.views.lines import Line, line, paragraph, span
from reflect_tui.views.results import render_results


class ResultsScreen(Page):
    """One session in bars, on either axis."""

    keys = "results"
    points = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("results")]

    def __init__(self, session: Session) -> None:
        """Show this session."""
        super().__init__()
        self._session = session
        self._axis: Axis = "domain"
        self._table = False
        self._current = False

    def on_mount(self) -> None:
        """Follow the session when it is amended; a version from history stays what it was."""
        self._current = self.host.state.session(self._session.id) == self._session

    def paint(self) -> None:
        """Show the session as it is now."""
        if self._current:
            self._session = self.host.state.session(self._session.id) or self._session
        super().paint()

    @property
    def _previous(self) -> Session | None:
        return self.host.state.pages.previous(self._session)

    def place(self) -> Line:
        """Say whose session this is."""
        return line(span(_("Results"), "title"), span(f" · {session_name(self._session)}", "muted"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """Show the results."""
        content = self.host.state.instruments.get(self._session.digest)
        if content is None:
            return paragraph(
                _("The instrument of this session is neither installed nor in the journal."), columns, indent=2
            )
        found = self.host.state.pages.results(content, self._session)
        page = render_results(found, columns, self._axis, words=self._table)
        going = self.host.state.going_on(content.id) if self._session.role == "self" else ()
        return [*page, *short(going, self.host.clock.now(), columns)]

    def action_axis(self) -> None:
        """Add up along the other axis."""
        self._axis = "focus" if self._axis == "domain" else "domain"
        self.paint()

    def action_table(self) -> None:
        """Show the figures and what they say, or bars."""
        self._table = not self._table
        self.paint()

    def action_diff(self) -> None:
        """Compare with the previous session."""
        previous = self._previous
        navigate.show_diff(self.host, [previous, self._session] if previous else [self._session])

    def action_trends(self) -> None:
        """See the trends of this instrument."""
        navigate.show_trends(self.host, self._session.instrument)

    def action_amend(self) -> None:
        """Ask why, then open the session to change it; a draft that amends it already goes on."""
        draft = self.host.state.draft(self._session.id)
        if not self._current:
            text = _("This is an earlier version. {key} in the history brings it back; then it can be amended.")
            text = text.format(key=self.host.key("history.bring-back"))
            navigate.show_message(self.host, _("Only the newest version can be amended"), text)
        elif draft:
            self.host.journal_service.resume(draft)
        elif self.host.may_write():
            text = _("Why? One line, kept in the history of the session. Earlier versions stay there.")
            navigate.ask_line(self.host, _("Amend the session"), text, self._amend)

    def _amend(self, reason: str) -> None:
        self.host.journal_service.amend(self._session.id, reason)

    def action_agenda(self) -> None:
        """Prepare the talk from this session."""
        navigate.show_agenda(self.host, self._session)

    def action_goal(self) -> None:
        """Make a goal from the row at the cursor; a goal there shows all goals."""
        content = self.host.state.instruments.get(self._session.digest)
        if content:
            navigate.make_goal_from(self.host, content, self.page.target, self._session.id)

    def action_export(self) -> None:
        """Take along a document about this session, or data."""
        navigate.export(self.host, self._session)

    def action_compare(self) -> None:
        """See oneself beside what others said."""
        navigate.show_comparison(self.host, self._session)

    def action_history(self) -> None:
        """See the versions of this session."""
        navigate.show_history(self.host, self._session)
