"""The list of sessions: how it looks, its filter, and a glimpse of the session at the cursor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container

from reflect_tui.analysis.summary import summarize
from reflect_tui.i18n import _, current
from reflect_tui.pages import home
from reflect_tui.pages.home import Row
from reflect_tui.pages.lines import EMPTY, Line, line, paragraph, rule, shorten, span
from reflect_tui.pages.words import damaged_draft, id_name
from reflect_tui.tui.actions import FILTER, Action
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from reflect_tui.tui.widgets.writing import Field, LeftOut

ROOMY = 22  # rows from which the line about goals takes no session out of sight


class Listing(Page):
    """Sessions, newest first, drafts above them; what the keys do with them is Home's."""

    points = True
    VERTICAL_BREAKPOINTS = [(0, "-short"), (22, "-tall")]  # noqa: RUF012 -- Textual annotates it wrongly

    def __init__(self) -> None:
        super().__init__()
        self._marked: list[str] = []
        self._words = ""
        self._awaited = ""
        """What the cursor goes to as soon as it is in the list."""
        self._left_out = ""
        self._rows: Sequence[Row] = ()
        self._shape: tuple[tuple[str, ...], int, bool, str] | None = None
        self._lines: list[Line] = []
        self._filter: Field | None = None

    def compose(self) -> ComposeResult:
        """Lay out the list and the glimpse; the filter comes when it is asked for."""
        yield Lines(id="top", one=True)
        yield Lines(id="notice")
        yield Lines(id="head", one=True)
        with Container(id="lists"):
            yield Lines(id="page", points=True)
        yield Lines(id="glimpse")
        yield Lines(id="bottom", one=True)

    def footer(self) -> list[Action]:
        """Say what the keys do to the filter while it is being typed."""
        return list(FILTER) if self._is_typing else super().footer()

    def idle(self) -> Collection[str]:
        """Leave "back" out but for a filter, nothing else is behind Home; without sessions what is done with one."""
        empty = self.reflect.state.loaded and not self.reflect.state.rows
        if self._words and not self._shown():
            return self.all_idle_but("new", "filter", "import", "rounds")
        return {*(() if self._words else ("back",)), *(self.all_idle_but("new", "import", "rounds") if empty else ())}

    @property
    def _is_typing(self) -> bool:
        return self.focused is not None and self.focused.id == "filter"

    def on_descendant_focus(self) -> None:
        """Name the keys of the filter."""
        self.paint()

    def on_descendant_blur(self) -> None:
        """Name the keys of the list again."""
        self.paint()

    def place(self) -> Line:
        """Say which journal this is, and how much of it the filter shows."""
        name, total = self.reflect.journal.root.name, len(self.reflect.state.rows)
        found = " · " + _("{n} of {total}").format(n=len(self._shown()), total=total) if self._words else ""
        return line(span("reflect-tui", "title"), span(f"  {name}", "muted"), span(found, "accent"))

    def paint_page(self, columns: int, rows: int) -> None:  # noqa: ARG002 -- the list scrolls
        """Show the list, or a welcome while there is nothing to list; nothing at all while a guest is here."""
        state = self.reflect.state
        if self.reflect.guest:
            for part in self.query(Lines):
                part.show([])
            return
        empty = state.loaded and not state.rows
        self._paint_notice(columns)
        head = self.query_one("#head", Lines)
        head.display = not empty
        alike = home.are_alike(state.rows)
        head.show([home.head(columns - 1, alike=alike) if state.loaded else EMPTY])
        self.query_one("#glimpse", Lines).display = not empty and bool(state.rows)
        shown = self._shown()
        lines = home.welcome(columns, self.reflect.key) if empty else self._set(shown, columns - 1, alike=alike)
        if self._words and not shown and state.loaded:
            lines = home.nothing_fits(self._words, columns - 1, self.reflect.key)
        self.page.show(lines, self._arrived(lines))
        self.pointed()

    def _arrived(self, lines: Sequence[Line]) -> int | None:
        """Give the row of what was asked for, once it is in the list."""
        row = next((n for n, row in enumerate(lines) if row.target == self._awaited), None) if self._awaited else None
        if row is not None:
            self._awaited = ""
        return row

    def _paint_notice(self, columns: int) -> None:
        """Say why history waits, or that this instance only reads."""
        state = self.reflect.state
        changed = home.change_sentence(state.rows, self.reflect.key)
        room = min(columns - 4, 108)
        lines: list[Line] = []
        obstacle = state.obstacle if state.pending or changed or state.older else ""
        for text in (self._left_out, state.read_only or obstacle, changed):
            lines += paragraph(text, room, "warning", indent=4) if text else []
        if state.note and not lines:
            lines = paragraph(state.note, room, "muted", indent=4)
        goals = self._goals()
        if goals and not lines and self.size.height >= ROOMY:
            said = span(f"  {shorten(goals, room - 7)}", "muted", "goals")
            lines = [line("    ", span(self.reflect.key("home.goals"), "accent", "goals"), said)]
        notice = self.query_one("#notice", Lines)
        notice.display = bool(lines)
        notice.styles.height = len(lines)
        notice.show(lines)

    def _set(self, shown: Sequence[Row], columns: int, *, alike: bool) -> list[Line]:
        """Set the rows, unless they stand there as they are to be: thousands take a while."""
        shape = (tuple(self._marked), columns, alike, current())
        if shown is not self._rows or shape != self._shape:
            self._rows, self._shape = shown, shape
            self._lines = home.rows(shown, self._marked, columns, alike=alike)
        return self._lines

    def _goals(self) -> str:
        """Say how many goals go on."""
        if not self.reflect.state.goals:
            return ""
        from reflect_tui.pages.goals import one_line  # noqa: PLC0415 -- after the first paint

        return one_line(self.reflect.state.goals, self.reflect.clock.now().date())

    def _shown(self) -> Sequence[Row]:
        """Choose the rows that have the words of the filter, all of them with their signs."""
        words = self._words.casefold().split()
        rows = self.reflect.state.rows
        pending = set(() if self.reflect.state.unread else self.reflect.state.pending or ())
        if words:
            lines = zip(home.rows(rows, (), 160), rows, strict=True)
            rows = tuple(row for text, row in lines if all(w in text.text.casefold() for w in words))
        return tuple(home.mark_pending(row, pending) for row in rows) if pending else rows

    def pointed(self) -> None:
        """Show where the session at the cursor stands."""
        glimpse = self.query_one("#glimpse", Lines)
        columns = self.size.width - 1
        entry = self.reflect.state.entry(self.page.target)
        row = next((row for row in self.reflect.state.rows if row.target == self.page.target), None)
        lines = [rule(self.size.width)]
        opens = self.reflect.key("home.open")
        if entry and entry.session and not (row and row.problem):
            from reflect_tui.pages.results import table  # noqa: PLC0415 -- after the first paint

            content = self.reflect.state.instruments[entry.session.digest]
            lines += table(content, summarize(content, entry.session.scores), None, columns, "domain")
        elif row and row.problem:
            lines += [EMPTY, *paragraph(row.problem, columns - 4, "warning", indent=4)]
        elif row and row.changed:
            text = _("Its file is missing from the folder; history has it. {key} shows what can be done.")
            lines += [EMPTY, *paragraph(text.format(key=opens), columns - 4, "warning", indent=4)]
        elif row and row.amends:
            lines += [EMPTY, *self._amended(row.target, columns - 4)]
        elif row and row.draft:
            text = _("{n} of {total} answered. {key} goes on at the next open item.")
            said = text.format(n=row.answered, total=row.total, key=opens)
            lines += [EMPTY, *paragraph(said, columns - 4, indent=4)]
        if row and row.damaged:
            lines += [EMPTY, *paragraph(damaged_draft(), columns - 4, "warning", indent=4)]
        glimpse.show(lines)

    def _amended(self, target: str, columns: int) -> list[Line]:
        """Say what a draft is to become: a new version of a session that is saved."""
        draft = self.reflect.state.draft(target)
        text = _("A new version of {session}, not saved yet. {open} goes on, {delete} sets it aside.")
        why = _("The reason: {reason}").format(reason=draft.reason if draft else "")
        key = self.reflect.key
        said = text.format(session=id_name(target), open=key("home.open"), delete=key("home.delete"))
        return [*paragraph(said, columns, indent=4), *paragraph(why, columns, "accent", indent=4)]

    async def action_filter(self) -> None:
        """Open the filter; the next key waits until it is there."""
        from reflect_tui.tui.widgets.writing import Field  # noqa: PLC0415 -- after the first paint

        if self._filter is None:
            self._filter = Field(id="filter", placeholder=_("show only sessions with…"))
            await self.mount(self._filter, before="#bottom")
        self._filter.display = True
        self._filter.focus()

    def on_input_changed(self, event: Field.Changed) -> None:
        """Filter while typing."""
        self._words = event.value
        self.paint()

    def on_left_out(self, message: LeftOut) -> None:
        """Tell what a paste into the filter could not bring, until the filter is closed."""
        from reflect_tui.tui.widgets.writing import left_out  # noqa: PLC0415 -- after the first paint

        self._left_out = left_out(message)
        self.paint()

    def on_input_submitted(self) -> None:
        """Keep the filter and return to the list."""
        self.action_keep_filter()

    def action_keep_filter(self) -> None:
        """Return to the list as it is filtered now."""
        if self._filter:
            self._filter.display = bool(self._words)
        self.set_focus(None)
        self._left_out = ""
        self.paint()

    def action_back(self) -> None:
        """Drop the filter."""
        if self._filter:
            self._filter.value = ""
            self._filter.display = False
        self.set_focus(None)
        self._left_out = ""
        self.paint()
