"""Two sessions side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from reflect_tui.analysis.diff import diff
from reflect_tui.analysis.summary import Axis
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument
from reflect_tui.pages.diff import differences, sides
from reflect_tui.pages.lines import Line, line, span
from reflect_tui.session import Session
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.message import MessageScreen
from reflect_tui.tui.screens.page import Page

if TYPE_CHECKING:
    from reflect_tui.tui.app import ReflectApp

TWO = 2


def open_diff(app: ReflectApp, sessions: Sequence[Session], names: tuple[str, str] | None = None) -> None:
    """Compare two sessions, or say why that can't be done; `names` tell two versions of one session apart."""
    if len(sessions) < TWO:
        app.push_screen(MessageScreen(_("Nothing to compare yet"), _("A comparison takes two sessions.")))
        return
    before, after = sessions
    content = app.state.instruments.get(after.digest)
    if content is None or before.digest != after.digest:
        text = _("These sessions were answered on different instruments, or on different versions of one.")
        app.push_screen(MessageScreen(_("These two can't be compared"), text))
        return
    app.push_screen(DiffScreen(content, before, after, names))


class DiffScreen(Page):
    """What changed, per domain and per item."""

    keys = "diff"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("diff")]

    def __init__(
        self, instrument: Instrument, before: Session, after: Session, names: tuple[str, str] | None = None
    ) -> None:
        """Compare two sessions on one instrument."""
        super().__init__()
        self._instrument = instrument
        self._change = diff(instrument, before, after)
        self._names = names
        self._axis: Axis = "domain"
        self._unfolded = False

    def place(self) -> Line:
        """Say what is compared."""
        if self._names is None:
            return line(span(sides(self._change), "title"))
        before, after = self._names
        return line(span(f"{before}  →  {after}", "title"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """Show the differences."""
        return differences(self._instrument, self._change, columns, self._axis, unfolded=self._unfolded)

    def action_fold(self) -> None:
        """Show or hide what stayed the same."""
        self._unfolded = not self._unfolded
        self.paint()

    def action_axis(self) -> None:
        """Add up along the other axis."""
        self._axis = "focus" if self._axis == "domain" else "domain"
        self.paint()

    def action_export(self) -> None:
        """Take along a document about the second session, compared with the first, or data."""
        from reflect_tui.tui.screens.export import open_export  # noqa: PLC0415 -- only when asked

        open_export(self.reflect, self._change.b, self._change.a)

    def action_swap(self) -> None:
        """Swap the two sessions."""
        self._change = diff(self._instrument, self._change.b, self._change.a)
        self._names = (self._names[1], self._names[0]) if self._names else None
        self.paint()
