"""Every domain over time: small panels, one enlarged, or a table."""

from __future__ import annotations

from typing import ClassVar

from msgspec import structs
from textual.binding import BindingType

from reflect_tui.analysis.trend import Trend, trend
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument
from reflect_tui.pages import trends
from reflect_tui.pages.lines import EMPTY, Line, line, paragraph, span
from reflect_tui.pages.trends import View
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.page import Page


class TrendsScreen(Page):
    """One's own sessions on one instrument, oldest to newest."""

    keys = "trends"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("trends")]

    def __init__(self, instrument: str) -> None:
        """Follow the sessions on the instrument with this id."""
        super().__init__()
        self._identifier = instrument
        self._view: View | None = None
        self._enlarged = False
        self._table = False
        self._found: tuple[Instrument, Trend] | None = None

    def _look(self) -> tuple[Instrument, Trend] | None:
        """Give the instrument of the newest session and the trend of all on the same version."""
        sessions = self.reflect.state.own(self._identifier)
        content = self.reflect.state.instruments.get(sessions[0].digest) if sessions else None
        if content is None:
            return None
        same = [session for session in sessions if session.digest == content.digest]
        if self._found is None or len(self._found[1].sessions) != len(same):
            self._found = (content, trend(content, same))
            self._view = View(session=len(same) - 1)
        return self._found

    def place(self) -> Line:
        """Say what is followed."""
        found = self._look()
        title = found[0].label if found else ""
        return line(span(_("Trends"), "title"), span(f" · {title}" if title else "", "muted"))

    def content(self, columns: int, rows: int) -> list[Line]:
        """Show panels, one panel, or the table."""
        found = self._look()
        if found is None or self._view is None:
            return [EMPTY, *paragraph(trends.too_few(0), columns - 4, indent=4)]
        content, series = found
        here = trends.position_line(content, series, self._view, columns)
        if self._table:
            return [here, EMPTY, *trends.table(content, series, self._view, columns)]
        if self._enlarged:
            return [here, EMPTY, *trends.enlarged(content, series, self._view, columns, rows - 2)]
        few = [line("  ", span(trends.too_few(1), "muted"))] if len(series.sessions) == 1 else []
        return [here, *(few or [EMPTY]), *trends.panels(content, series, self._view, columns, rows - 2)]

    def _change(self, **changes: object) -> None:
        if self._view is not None:
            self._view = structs.replace(self._view, **changes)
        self.paint()

    def action_walk(self, steps: int) -> None:
        """Walk to an earlier or later session."""
        if self._view and self._found:
            self._change(session=max(0, min(self._view.session + steps, len(self._found[1].sessions) - 1)))

    def action_move(self, steps: int) -> None:
        """Choose another panel."""
        if self._view and self._found:
            count = len(trends.series_of(self._found[1], self._view.axis))
            self._change(panel=(self._view.panel + steps) % count)

    def action_open(self) -> None:
        """Enlarge the chosen panel, or show all again."""
        self._enlarged = not self._enlarged
        self._table = False
        self.paint()

    def action_table(self) -> None:
        """Show the figures, or the charts."""
        self._table = not self._table
        self.paint()

    def action_axis(self) -> None:
        """Follow the other axis."""
        if self._view:
            self._change(axis="focus" if self._view.axis == "domain" else "domain", panel=0)

    def action_back(self) -> None:
        """From one panel back to all, from all back to the screen before."""
        if self._enlarged or self._table:
            self._enlarged = self._table = False
            self.paint()
        else:
            super().action_back()
