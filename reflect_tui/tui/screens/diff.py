"""Two sessions side by side, or two versions of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import structs
from textual import work
from textual.binding import BindingType

from reflect_tui.analysis.diff import Diff, diff_across_versions
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.tui import navigate
from reflect_tui.tui.host import Host
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.page import Page
from reflect_tui.views.diff import (
    AXES,
    ORDERS,
    UNKNOWN,
    DiffView,
    Origin,
    origin_of,
    render_diff,
    render_header,
    rule_sentence,
)
from reflect_tui.views.lines import EMPTY, Line, line, span

TWO = 2
Origins = tuple[Origin, Origin]


def open_diff(host: Host, sessions: Sequence[Session], origins: Origins | None = None) -> None:
    """Compare two sessions, or say why that can't be done; `origins` tell two versions of one session apart."""
    if len(sessions) < TWO:
        text = _("A comparison takes two sessions. In the list, {key} begins one.").format(key=host.key("home.new"))
        navigate.show_message(host, _("Nothing to compare yet"), text)
        return
    before, after = sessions
    on_before, on_after = (host.state.instruments.get(session.digest) for session in (before, after))
    found = diff_across_versions(before, on_before, after, on_after) if on_before and on_after else None
    if found is None:
        text = _("These sessions were answered on different instruments, or on versions that have nothing in common.")
        navigate.show_message(host, _("These two can't be compared"), text)
        return
    host.push_screen(DiffScreen(*found, origins))


class DiffScreen(Page):
    """What changed, per domain, per focus and per item."""

    keys = "diff"
    points = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("diff")]

    def __init__(self, instrument: Instrument, change: Diff, origins: Origins | None = None) -> None:
        """Show a comparison on an instrument; where the sessions come from is read behind it, unless given."""
        super().__init__()
        self._instrument = instrument
        self._change = change
        self._origins = origins or (UNKNOWN, UNKNOWN)
        self._view = DiffView()

    def on_mount(self) -> None:
        """Read behind the paint where the sessions come from."""
        if not self._origins[0].known:
            self._read(self._change.a, self._change.b)

    def renew(self) -> None:
        """Look again for a commit that was not there yet."""
        super().renew()
        if any(origin.known and not origin.commit and not origin.words for origin in self._origins):
            self._read(self._change.a, self._change.b)

    @work(thread=True, exclusive=True, group="history", name="read where two sessions come from")
    def _read(self, *sessions: Session) -> None:
        try:
            versions = [self.host.journal.versions(session.id) for session in sessions]
        except ReflectError:  # the diff needs no history; the header then names no commit
            return
        found = {session.id: origin_of(known) for session, known in zip(sessions, versions, strict=True)}
        self.app.call_from_thread(self._show, found)

    def _show(self, found: dict[str, Origin]) -> None:
        self._origins = (found[self._change.a.id], found[self._change.b.id])
        self.paint()

    def place(self) -> Line:
        """Say what is asked."""
        return line(span(_("What changed?"), "title"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """Show the differences."""
        return [
            *render_header(self._change, self._origins, columns),
            EMPTY,
            *render_diff(self._instrument, self._change, columns, self._view),
        ]

    def explained(self) -> str:
        """Name the tests behind what is told of changes, and their assumption."""
        return rule_sentence(self._change)

    def action_goal(self) -> None:
        """Make a goal from the domain or item at the cursor; along a focus, ask which domain."""
        navigate.make_goal_from(self.host, self._instrument, self.page.target, self._change.b.id)

    def action_fold(self) -> None:
        """Show or hide what stayed the same."""
        self._view = structs.replace(self._view, unfolded=not self._view.unfolded)
        self.paint()

    def action_axis(self) -> None:
        """Look along the next axis."""
        self._view = structs.replace(self._view, axis=AXES[(AXES.index(self._view.axis) + 1) % len(AXES)])
        self.paint()

    def action_order(self) -> None:
        """Sort another way."""
        self._view = structs.replace(self._view, order=ORDERS[(ORDERS.index(self._view.order) + 1) % len(ORDERS)])
        self.paint()

    def action_export(self) -> None:
        """Take along a document about the second session, compared with the first, or data."""
        navigate.export(self.host, self._change.b, self._change.a)

    def action_swap(self) -> None:
        """Swap the two sessions."""
        self._change = self._change.turned(self._instrument)
        self._origins = (self._origins[1], self._origins[0])
        self.paint()
