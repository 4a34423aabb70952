"""Walk through the differences with others, strengths first: a note to each, and those for the talk marked.

Notes and marks are points of the session's agenda: saved at once, and one version when one leaves.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from reflect_tui.analysis import talking_points
from reflect_tui.analysis.compare import Comparison, ComparisonRow
from reflect_tui.i18n import _
from reflect_tui.model.session import Session
from reflect_tui.tui import navigate
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.agenda import AgendaPage
from reflect_tui.views.agenda import Difference, render_difference
from reflect_tui.views.compare import row_name
from reflect_tui.views.labels import day
from reflect_tui.views.lines import Line, line, paragraph, span


class DiscussScreen(AgendaPage):
    """One difference after another."""

    keys = "discuss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("discuss")]

    def __init__(self, session: Session) -> None:
        """Discuss the comparison of this session."""
        super().__init__(session)
        self._place = 0
        self._comparison: Comparison | None = None

    def on_mount(self) -> None:
        """Compare."""
        state = self.host.state
        content = state.instruments.get(self.session.digest)
        self._comparison = state.pages.comparison(content, self.session) if content else None

    def on_screen_resume(self) -> None:
        """Read the agenda behind the paint, again too: it may have been changed on its own screen."""
        if not self.is_changed:
            self.read_agenda()

    @property
    def _steps(self) -> tuple[ComparisonRow, ...]:
        return talking_points.discussion_order(self._comparison) if self._comparison else ()

    @property
    def _row(self) -> ComparisonRow | None:
        return self._steps[self._place] if self._place < len(self._steps) else None

    def place(self) -> Line:
        """Say what is discussed."""
        return line(span(_("Discuss"), "title"), span(f" · {day(self.session.started)}", "muted"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """Show the difference."""
        content, row = self.instrument, self._row
        if self.problem:
            return paragraph(self.problem, columns - 2, "warning", indent=2)
        if self.agenda is None:
            return [line("  ", span(_("reading…"), "muted"))]
        if content is None or row is None or self._comparison is None:
            return paragraph(_("There is no item here that both sides scored."), columns - 2, indent=2)
        step = Difference(row, self._place + 1, len(self._steps))
        return render_difference(self._comparison, content, step, self.agenda, columns)

    def action_step(self, steps: int) -> None:
        """Go to another difference."""
        place = max(0, min(self._place + steps, len(self._steps) - 1))
        if place == self._place:
            self.app.bell()
        self._place = place
        self.paint()
        self.page.scroll_to(y=0, animate=False, immediate=True)

    def action_note(self) -> None:
        """Write a note to the difference."""
        row, content = self._row, self.instrument
        if row is None or content is None or self.agenda is None:
            return
        point = talking_points.gap_point_in(self.agenda, row)
        before = point.remark if point else ""
        navigate.write_note(
            self.host,
            (_("Note"), row_name(content, row)),
            before,
            lambda text: None if text is None else self._note(row, text),
        )

    def _note(self, row: ComparisonRow, text: str) -> None:
        if self.agenda:
            self.change(talking_points.with_note(self.agenda, row, text))

    def action_mark(self) -> None:
        """Put the difference on the agenda, or take it off."""
        if self._row and self.agenda:
            self.change(talking_points.toggle_on_agenda(self.agenda, self._row))

    def action_undo(self) -> None:
        """Take back what was done last."""
        if self.earlier:
            self.keep(self.earlier.pop())
        else:
            self.app.bell()

    def action_agenda(self) -> None:
        """Go on to the agenda."""
        if self.is_changed:
            self.is_changed = False
            self.earlier = []
            self.host.journal_service.load()
        navigate.show_agenda(self.host, self.session)
