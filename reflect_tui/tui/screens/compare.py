"""Oneself beside others: domains, focuses or items on one axis, the four fields, what was written, or a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from msgspec import structs
from textual.app import ComposeResult

from reflect_tui.analysis.compare import Comparison
from reflect_tui.i18n import _, mark
from reflect_tui.model.instrument import Instrument
from reflect_tui.model.session import Session
from reflect_tui.tui import navigate
from reflect_tui.tui.host import Host
from reflect_tui.tui.screens.agenda import DiscussScreen
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.views import compare as page
from reflect_tui.views.compare import ComparisonView
from reflect_tui.views.comparison_sentences import basis_sentence, verdict_basis
from reflect_tui.views.labels import group_name, next_axis, session_name
from reflect_tui.views.lines import Line, line, paragraph, rule, span

Shown = Literal["axis", "fields", "comments", "table"]
ROOMY = 20  # rows from which a pane below the rows takes none of them out of sight
TALL = 24  # rows from which the name of a statement may take two of that pane
_ALONG: tuple[page.Along, ...] = ("domain", "focus", "item")


class CompareScreen(Page):
    """One session of one's own beside the answers of others that belong to it."""

    keys = "compare"
    points = True

    def __init__(self, session: Session, row: Session | None = None) -> None:
        """Compare this session; `row` are the answers of someone else that it was opened from."""
        super().__init__()
        self._session = session
        self._row = row
        self._view = ComparisonView()
        self._shown: Shown = "axis"
        self._found: Comparison | None = None

    def on_mount(self) -> None:
        self._compare()

    def compose(self) -> ComposeResult:
        yield Lines(id="top", one=True)
        yield Lines(id="page", points=True)
        yield Lines(id="detail")
        yield Lines(id="bottom", one=True)

    def paint_page(self, columns: int, rows: int) -> None:
        super().paint_page(columns, rows)
        if not self.page.target:
            self.page.point_first()
        self.pointed()

    def renew(self) -> None:
        self._compare()
        self.paint()

    def on_screen_resume(self) -> None:
        """Compare, when the journal became known whole while another screen was in front."""
        if self._found is None:
            self.renew()

    def _compare(self) -> None:
        if not self.host.state.is_complete:  # what was compared before stays; else "Nobody" could be untrue
            return
        self._session = self.host.state.session(self._session.id) or self._session
        content = self._content
        self._found = self.host.state.pages.comparison(content, self._session) if content else None

    @property
    def _content(self) -> Instrument | None:
        return self.host.state.instruments.get(self._session.digest)

    def place(self) -> Line:
        title = line(span(_("Compare"), "title"), span(f" · {session_name(self._session)}", "muted"))
        content = self._content
        if self._view.domain and content:
            title += line(span(f" · {group_name(content, self._view.domain, short=True)}", "muted"))
        return title

    def idle(self) -> Collection[str]:
        return () if self._found and self._found.has_others else self.all_idle_but("agenda")

    def renamed(self) -> Mapping[str, str]:
        return {"open": mark("domains")} if self._view.domain else {}

    def explained(self) -> str:
        return f"{basis_sentence()} {verdict_basis(self._content)}" if self._content else ""

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        content, found = self._content, self._found
        if content and not found:
            return [line("  ", span(_("reading…"), "muted"))]
        if content is None or found is None:
            text = _("The instrument of this session is neither installed nor in the journal.")
            return paragraph(text, columns, indent=2)
        return [*self._opened_from(columns), *self._looked_at(content, found, columns)]

    def _opened_from(self, columns: int) -> list[Line]:
        if self._row is None:
            return []
        text = _("From {other}: your own session beside all who answered.")
        return paragraph(text.format(other=session_name(self._row, self._session)), columns - 2, "accent", indent=2)

    def _looked_at(self, content: Instrument, found: Comparison, columns: int) -> list[Line]:
        if not found.has_others:
            return page.render_nobody(found, columns, self.host.key)
        if self._shown == "fields":
            return page.render_quadrants(found, content, columns)
        if self._shown == "comments":
            return page.render_comments(found, content, columns)
        if self._shown == "table":
            return page.render_text_table(found, content, self._view, columns)
        return page.render_comparison(found, content, self._view, columns)

    def pointed(self) -> None:
        content, found = self._content, self._found
        rows = page.comparison_rows(found, content, self._view) if content and found else ()
        row = next((row for row in rows if row.id == self.page.target), None)
        detail = self.query_one("#detail", Lines)
        detail.display = self._shown == "axis" and bool(rows) and self.size.height >= ROOMY
        columns = self.size.width
        if content and detail.display:
            highest = max(len(page.render_detail(content, each, columns)) for each in rows)
            detail.styles.height = 1 + min(highest, self.size.height // 2)
        if content and row and detail.display:
            detail.show([rule(columns), *page.render_detail(content, row, columns)])

    def on_lines_picked(self) -> None:
        self.call_after_refresh(self.pointed)

    def _look(self, shown: Shown, view: ComparisonView | None = None) -> None:
        if not (self._found and self._found.has_others):
            self.app.bell()
            return
        self._shown = shown
        self._view = view or self._view
        self.paint()
        self.page.point_first()
        self.pointed()

    def action_open(self) -> None:
        content = self._content
        if self._view.domain:
            self._leave_domain()
        elif content and any(domain.id == self.page.target for domain in content.domains):
            self._look("axis", structs.replace(self._view, domain=self.page.target))

    def _leave_domain(self) -> None:
        domain = self._view.domain
        self._look("axis", structs.replace(self._view, axis="domain", domain=""))
        self.page.point_at(domain)
        self.pointed()

    def action_axis(self) -> None:
        along = (
            next_axis(self._content, _ALONG, self._view.axis) if self._content and not self._view.domain else "domain"
        )
        shown: Shown = "table" if self._shown == "table" else "axis"
        self._look(shown, structs.replace(self._view, axis=along, domain=""))

    def action_order(self) -> None:
        order = page.ORDERS[(page.ORDERS.index(self._view.order) + 1) % len(page.ORDERS)]
        shown: Shown = "table" if self._shown == "table" else "axis"
        self._look(shown, structs.replace(self._view, order=order))

    def _turn(self, shown: Shown) -> None:
        self._look("axis" if self._shown == shown else shown)

    def action_fields(self) -> None:
        self._turn("fields")

    def action_comments(self) -> None:
        self._turn("comments")

    def action_table(self) -> None:
        self._turn("table")

    def action_discuss(self) -> None:
        if self._found and self._found.has_others:
            self.app.push_screen(DiscussScreen(self._session))
        else:
            self.app.bell()

    def action_export(self) -> None:
        navigate.export(self.host, self._session, compared=True)

    def action_agenda(self) -> None:
        navigate.show_agenda(self.host, self._session)

    def action_back(self) -> None:
        if self._shown != "axis":
            self._look("axis")
        elif self._view.domain:
            self._leave_domain()
        else:
            super().action_back()


def open_compare(host: Host, session: Session | None) -> None:
    """Compare a session of one's own, or the one that someone's answers belong to; say so when there is none."""
    own = host.state.pages.own_beside(session)
    if own:
        host.push_screen(CompareScreen(own, None if own == session else session))
    else:
        text = _("Others are compared with a session of your own. Begin one with {key}.").format(
            key=host.key("home.new")
        )
        navigate.show_message(host, _("Nothing to compare yet"), text)
