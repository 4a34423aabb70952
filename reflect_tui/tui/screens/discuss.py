"""Walk through the differences with others, strengths first: a note to each, and those for the talk marked.

Notes and marks are points of the session's agenda: saved at once, and one version when one leaves.
"""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.binding import BindingType

from reflect_tui.analysis import talking_points
from reflect_tui.analysis.compare import Comparison, ComparisonRow
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.agenda import Agenda
from reflect_tui.model.session import Session
from reflect_tui.tui import navigate
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.agenda import proposed
from reflect_tui.tui.screens.page import Page
from reflect_tui.views import compare as page
from reflect_tui.views.compare import row_name
from reflect_tui.views.home import standing
from reflect_tui.views.labels import OPEN, day
from reflect_tui.views.lines import Line, line, paragraph, span


class DiscussScreen(Page):
    """One difference after another."""

    keys = "discuss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("discuss")]

    def __init__(self, session: Session) -> None:
        """Discuss the comparison of this session."""
        super().__init__()
        self._session = session
        self._place = 0
        self._comparison: Comparison | None = None
        self._agenda: Agenda | None = None
        self._earlier: list[Agenda] = []
        self._problem = ""
        self._changed = False

    def on_mount(self) -> None:
        """Compare."""
        self._comparison = self.host.state.comparison(self._session)

    def on_screen_resume(self) -> None:
        """Read the agenda behind the paint, again too: it may have been changed on its own screen."""
        if not self._changed:
            self._read()

    @work(thread=True, exclusive=True, group="agenda", name="read an agenda")
    def _read(self) -> None:
        try:
            found = self.host.document_service.read_agenda(self._session.id)
        except ReflectError as error:
            self.app.call_from_thread(self._show, None, str(error))
        else:
            self.app.call_from_thread(self._show, found.value if found else None, "")

    def _show(self, found: Agenda | None, problem: str) -> None:
        self._agenda, self._problem = found or proposed(self.host.state, self._session), problem
        self.paint()

    @property
    def _steps(self) -> tuple[ComparisonRow, ...]:
        return talking_points.discussion_order(self._comparison) if self._comparison else ()

    @property
    def _row(self) -> ComparisonRow | None:
        return self._steps[self._place] if self._place < len(self._steps) else None

    def place(self) -> Line:
        """Say what is discussed."""
        return line(span(_("Discuss"), "title"), span(f" · {day(self._session.started)}", "muted"))

    def standing(self) -> Line:
        """Say whether what was changed is saved; it comes into history on the way back."""
        if not self._changed or self._agenda is None:
            return super().standing()
        if self.host.document_service.is_agenda_saved(self._agenda):
            return standing(None, 1)
        return line(span(f"{OPEN} ", "warning"), span(_("not saved yet"), "warning"))

    def on_agenda_saved(self) -> None:
        """Show that it is saved."""
        self.paint()

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """Show the difference."""
        content, row = self.host.state.instruments.get(self._session.digest), self._row
        if self._problem:
            return paragraph(self._problem, columns - 2, "warning", indent=2)
        if self._agenda is None:
            return [line("  ", span(_("reading…"), "muted"))]
        if content is None or row is None or self._comparison is None:
            return paragraph(_("There is no item here that both sides scored."), columns - 2, indent=2)
        step = page.Step(row, self._place + 1, len(self._steps))
        return page.difference_page(self._comparison, content, step, self._agenda, columns)

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
        row, content = self._row, self.host.state.instruments.get(self._session.digest)
        if row is None or content is None or self._agenda is None:
            return
        point = talking_points.gap_point_in(self._agenda, row)
        before = point.remark if point else ""
        navigate.write_note(
            self.host,
            (_("Note"), row_name(content, row)),
            before,
            lambda text: None if text is None else self._note(row, text),
        )

    def _note(self, row: ComparisonRow, text: str) -> None:
        if self._agenda:
            self._change(talking_points.with_note(self._agenda, row, text))

    def action_mark(self) -> None:
        """Put the difference on the agenda, or take it off."""
        if self._row and self._agenda:
            self._change(talking_points.toggle_on_agenda(self._agenda, self._row))

    def _change(self, changed: Agenda) -> None:
        if self._agenda is None or self._problem or not self.host.may_write():
            return
        self._earlier.append(self._agenda)
        self._keep(changed)

    def _keep(self, changed: Agenda) -> None:
        self._agenda = changed
        self._changed = True
        self.host.document_service.save_agenda(changed, reply_to=self)
        self.paint()

    def action_undo(self) -> None:
        """Take back what was done last."""
        if self._earlier:
            self._keep(self._earlier.pop())
        else:
            self.app.bell()

    def action_agenda(self) -> None:
        """Go on to the agenda."""
        if self._changed:
            self._changed = False
            self._earlier = []
            self.host.journal_service.load()
        navigate.show_agenda(self.host, self._session)

    def action_back(self) -> None:
        """Bring what was changed into history, and return."""
        if self._changed:
            self.host.journal_service.load()
        super().action_back()
