"""What changed between two sessions, or two versions of one."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs
from textual import work

from reflect_tui.analysis.diff import Diff, diff_across_versions
from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.tui import navigate
from reflect_tui.tui.host import Host
from reflect_tui.tui.screens.goals import goal_from
from reflect_tui.tui.screens.page import Page
from reflect_tui.views.change_sentences import rule_sentence
from reflect_tui.views.diff import AXES, ORDERS, DiffView, render_diff
from reflect_tui.views.history import UNKNOWN, Origin, origin_of, render_header
from reflect_tui.views.labels import next_axis, session_name
from reflect_tui.views.lines import EMPTY, Line, line, paragraph, span
from reflect_tui.views.talk import between_sentences
from reflect_tui.views.version_sentences import why_incomparable

TWO = 2
Origins = tuple[Origin, Origin]


def open_diff(
    host: Host, sessions: Sequence[Session], origins: Origins | None = None, row: Session | None = None
) -> None:
    """Compare two sessions, or say why that can't be done; `origins` tell two versions of one session apart.

    `row` are the answers of someone else at the cursor, when one's own newest two are compared.
    """
    if len(sessions) < TWO:
        text = _("A comparison takes two sessions. In the list, {key} begins one.").format(key=host.key("home.new"))
        navigate.show_message(host, _("Nothing to compare yet"), text)
        return
    before, after = sessions
    on_before, on_after = (host.state.instruments.get(session.digest) for session in (before, after))
    found = diff_across_versions(before, on_before, after, on_after) if on_before and on_after else None
    if found is None:
        text = _("These sessions were answered on different instruments, or on versions that have nothing in common.")
        reason = why_incomparable(on_before, on_after) if on_before and on_after else ""
        navigate.show_message(host, _("These two can't be compared"), f"{text} {reason}".rstrip())
        return
    host.push_screen(DiffScreen(*found, origins, row))


class DiffScreen(Page):
    """What changed, per domain, per focus and per item."""

    keys = "diff"
    points = True

    def __init__(
        self, instrument: Instrument, change: Diff, origins: Origins | None = None, row: Session | None = None
    ) -> None:
        """Show a comparison on an instrument; where the sessions come from is read behind it, unless given."""
        super().__init__()
        self._row = row
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
        return line(span(_("What changed?"), "title"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        text = _("From {other}: your own newest two sessions.")
        said = text.format(other=session_name(self._row)) if self._row else ""
        return [
            *(paragraph(said, columns - 2, "accent", indent=2) if said else []),
            *render_header(self._change, self._origins, columns, self._talks),
            EMPTY,
            *render_diff(self._instrument, self._change, columns, self._view),
        ]

    @property
    def _talks(self) -> list[str]:
        """The talks between the two sessions."""
        talks = [document.value for document in self.host.state.talks if document.value]
        return between_sentences(talks, self._change.a.started, self._change.b.started)

    def explained(self) -> str:
        return rule_sentence(self._change)

    def action_goal(self) -> None:
        """Make a goal from the domain or item at the cursor; along a focus, ask which domain."""
        goal_from(self.host, self._instrument, self.page.target, self._change.b.id)

    def action_fold(self) -> None:
        self._view = structs.replace(self._view, unfolded=not self._view.unfolded)
        self.paint()

    def action_axis(self) -> None:
        self._view = structs.replace(self._view, axis=next_axis(self._instrument, AXES, self._view.axis))
        self.paint()

    def action_order(self) -> None:
        self._view = structs.replace(self._view, order=ORDERS[(ORDERS.index(self._view.order) + 1) % len(ORDERS)])
        self.paint()

    def action_export(self) -> None:
        navigate.export(self.host, self._change.b, self._change.a)

    def action_swap(self) -> None:
        self._change = self._change.turned()
        self._origins = (self._origins[1], self._origins[0])
        self.paint()
