"""Where one stands in one session."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from reflect_tui.analysis.summary import Axis
from reflect_tui.i18n import _
from reflect_tui.model.session import Session
from reflect_tui.store.drafts import TypedLines
from reflect_tui.tui import navigate
from reflect_tui.tui.screens.goals import goal_from
from reflect_tui.tui.screens.page import Page
from reflect_tui.views.change_sentences import rule_sentence
from reflect_tui.views.goals import short
from reflect_tui.views.labels import next_axis, session_name
from reflect_tui.views.lines import Line, line, paragraph, span
from reflect_tui.views.results import render_results


class ResultsScreen(Page):
    """One session in bars, on either axis."""

    keys = "results"
    points = True

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._axis: Axis = "domain"
        self._table = False
        self._current = False

    def on_mount(self) -> None:
        """Follow the session when it is amended; a version from history stays what it was."""
        self._current = self.host.state.session(self._session.id) == self._session

    def paint(self) -> None:
        if self._current:
            self._session = self.host.state.session(self._session.id) or self._session
        super().paint()

    @property
    def _previous(self) -> Session | None:
        return self.host.state.pages.previous(self._session)

    def idle(self) -> Collection[str]:
        """Leave out what takes two sessions of one's own while there is one, and amending an earlier version.

        Without focuses there is no other axis.
        """
        content = self.host.state.instruments.get(self._session.digest)
        pair = self.host.state.pages.newest_pair(self._session.instrument)
        compared = self._previous if self._session.role == "self" else pair
        waiting = {
            "diff": compared,
            "trends": pair or self.host.state.references,
            "amend": self._current,
            "axis": not content or bool(content.focuses),
        }
        return [name for name, ready in waiting.items() if not ready]

    def paint_page(self, columns: int, rows: int) -> None:
        """Show the page, the cursor on its first row until it is moved."""
        super().paint_page(columns, rows)
        if not self.page.target:
            self.page.point_first()

    def place(self) -> Line:
        return line(span(_("Results"), "title"), span(f" · {session_name(self._session)}", "muted"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        content = self.host.state.instruments.get(self._session.digest)
        if content is None:
            return paragraph(
                _("The instrument of this session is neither installed nor in the journal."), columns, indent=2
            )
        found = self.host.state.pages.results(content, self._session)
        page = render_results(found, columns, self._axis, words=self._table)
        going = self.host.state.going_on(content.id) if self._session.role == "self" else ()
        return [*page, *short(going, self.host.clock.now(), columns)]

    def explained(self) -> str:
        """Name the tests behind the signs of changes, where there are any."""
        return rule_sentence(None) if self._previous else ""

    def action_axis(self) -> None:
        content = self.host.state.instruments.get(self._session.digest)
        axes: tuple[Axis, ...] = ("domain", "focus")
        self._axis = next_axis(content, axes, self._axis) if content else "domain"
        self.paint()

    def action_table(self) -> None:
        self._table = not self._table
        self.paint()

    def action_diff(self) -> None:
        """Compare with the previous session; from someone else's answers, one's own newest two."""
        if self._session.role != "self":
            pair = self.host.state.pages.newest_pair(self._session.instrument) or ()
            navigate.show_diff(self.host, pair, row=self._session)
            return
        previous = self._previous
        navigate.show_diff(self.host, [previous, self._session] if previous else [self._session])

    def action_trends(self) -> None:
        navigate.show_trends(self.host, self._session.instrument)

    def action_versions(self) -> None:
        navigate.show_versions(self.host, self._session.instrument)

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
            typed = TypedLines(kind="amendment", about=self._session.id, fields={})
            put_away = partial(self.host.document_service.forget_typed, typed.name)
            amend = partial(self.host.journal_service.amend, self._session.id, begun=put_away)
            navigate.ask_line(
                self.host,
                _("Amend the session"),
                text,
                amend,
                kept=typed,
                missing=_("Write a reason first; a word will do."),
            )

    def action_agenda(self) -> None:
        navigate.show_agenda(self.host, self._session)

    def action_talk(self) -> None:
        navigate.have_talk(self.host, self._session)

    def action_goal(self) -> None:
        content = self.host.state.instruments.get(self._session.digest)
        if content:
            goal_from(self.host, content, self.page.target, self._session.id)

    def action_export(self) -> None:
        navigate.export(self.host, self._session)

    def action_compare(self) -> None:
        navigate.show_comparison(self.host, self._session)

    def action_history(self) -> None:
        navigate.show_history(self.host, self._session)
