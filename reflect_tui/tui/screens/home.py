"""Home: the sessions, newest first, drafts above them, and a glimpse of the one at the cursor."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from reflect_tui import library
from reflect_tui.analysis.summary import summarize
from reflect_tui.i18n import _
from reflect_tui.journal import BadDraft
from reflect_tui.pages import home
from reflect_tui.pages.goals import one_line
from reflect_tui.pages.home import Row
from reflect_tui.pages.lines import EMPTY, Line, line, paragraph, rule, shorten, span
from reflect_tui.pages.words import id_name, session_name
from reflect_tui.session import Session, is_id, relative_path
from reflect_tui.tui.keys import Action, bindings
from reflect_tui.tui.screens.dialog import Question
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.writing import Field

TWO = 2


class HomeScreen(Page):
    """The list of everything in the journal."""

    keys = "home"
    points = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("home")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (22, "-tall")]  # noqa: RUF012 -- Textual annotates it wrongly

    def __init__(self) -> None:
        super().__init__()
        self._marked: list[str] = []
        self._removed: list[str] = []
        self._words = ""

    def compose(self) -> ComposeResult:
        """Lay out the list, the filter and the glimpse."""
        yield Lines(id="top", one=True)
        yield Lines(id="notice")
        yield Lines(id="head", one=True)
        with Container(id="lists"):
            yield Lines(id="page", points=True)
        yield Lines(id="glimpse")
        yield Field(id="filter")
        yield Lines(id="bottom", one=True)

    def on_mount(self) -> None:
        """Hide the filter until it is asked for."""
        self.query_one("#filter", Field).display = False
        self.query_one("#filter", Field).placeholder = _("show only sessions with…")
        super().on_mount()

    def footer(self) -> list[Action]:
        """Leave "back" out: there is nothing behind Home."""
        return [action for action in super().footer() if action.name != "back"]

    def place(self) -> Line:
        """Say which journal this is."""
        return line(span("reflect-tui", "title"), span(f"  {self.reflect.journal.root.name}", "muted"))

    def paint_page(self, columns: int, rows: int) -> None:  # noqa: ARG002 -- the list scrolls
        """Show the list, or a welcome while there is nothing to list."""
        state = self.reflect.state
        empty = state.loaded and not state.rows
        self._paint_notice(columns)
        self.query_one("#head", Lines).show([EMPTY if empty or not state.loaded else home.head(columns)])
        self.query_one("#glimpse", Lines).display = not empty and bool(state.rows)
        lines = home.welcome(columns) if empty else home.rows(self._shown(), self._marked, columns - 1)
        self.page.show(lines)
        self._glimpse()

    def _paint_notice(self, columns: int) -> None:
        """Say why history waits, or that this instance only reads."""
        state = self.reflect.state
        changed = home.change_sentence(state.rows)
        room = min(columns - 4, 108)
        lines: list[Line] = []
        for text in (state.read_only or (state.obstacle if state.pending or changed else ""), changed):
            lines += paragraph(text, room, "warning", indent=4) if text else []
        if state.note and not lines:
            lines = paragraph(state.note, room, "muted", indent=4)
        goals = one_line(state.goals, self.reflect.clock.now().date()) if state.goals else ""
        if goals and not lines:
            lines = [line("    ", span(shorten(goals, room - 4), "muted", "goals"))]
        notice = self.query_one("#notice", Lines)
        notice.display = bool(lines)
        notice.styles.height = len(lines)
        notice.show(lines)

    def _shown(self) -> list[Row]:
        words = self._words.casefold().split()
        rows = self.reflect.state.rows
        pending = set(self.reflect.state.pending or ())
        lines = zip(home.rows(rows, (), 160), rows, strict=True)
        return [home.mark_pending(row, pending) for text, row in lines if all(w in text.text.casefold() for w in words)]

    def _glimpse(self) -> None:
        """Show where the session at the cursor stands."""
        from reflect_tui.pages.results import table  # noqa: PLC0415 -- after the first paint

        glimpse = self.query_one("#glimpse", Lines)
        columns = self.size.width - 1
        entry = self.reflect.state.entry(self.page.target)
        row = next((row for row in self.reflect.state.rows if row.target == self.page.target), None)
        lines = [rule(self.size.width)]
        if entry and entry.session and not (row and row.problem):
            content = self.reflect.state.instruments[entry.session.digest]
            lines += table(content, summarize(content, entry.session.scores), None, columns, "domain")
        elif row and row.problem:
            lines += [EMPTY, *paragraph(row.problem, columns - 4, "warning", indent=4)]
        elif row and row.changed:
            text = _("Its file is missing from the folder; history has it. Enter shows what can be done.")
            lines += [EMPTY, *paragraph(text, columns - 4, "warning", indent=4)]
        elif row and row.amends:
            lines += [EMPTY, *self._amended(row.target, columns - 4)]
        elif row and row.draft:
            text = _("{n} of {total} answered. Enter goes on at the next open item.")
            lines += [EMPTY, *paragraph(text.format(n=row.answered, total=row.total), columns - 4, indent=4)]
        glimpse.show(lines)

    def _amended(self, target: str, columns: int) -> list[Line]:
        """Say what a draft is to become: a new version of a session that is saved."""
        draft = self.reflect.state.draft(target)
        text = _("A new version of {session}, not saved yet. Enter goes on, delete sets it aside.")
        why = _("The reason: {reason}").format(reason=draft.reason if draft else "")
        said = text.format(session=id_name(target))
        return [*paragraph(said, columns, indent=4), *paragraph(why, columns, "accent", indent=4)]

    def offer_resume(self) -> None:
        """Ask at the start whether to go on with the newest draft."""
        row = next((row for row in self.reflect.state.rows if row.draft and not row.problem), None)
        if row is None:
            return
        text = _("{n} of {total} — go on?").format(n=row.answered, total=row.total)
        if row.amends:
            text = _("The new version of {session} is not saved yet. Go on?").format(session=id_name(row.target))
        title = _("An unfinished amendment") if row.amends else _("An unfinished session")
        self.app.push_screen(Question(title, text, _("go on"), _("later")), lambda yes: self._go_on(row.target, yes))

    def _go_on(self, target: str, yes: bool | None) -> None:  # noqa: FBT001 -- a dialog's answer
        draft = self.reflect.state.draft(target)
        if yes and draft:
            self.reflect.resume(draft)

    def action_move(self, steps: int) -> None:
        """Move, and look at another session."""
        super().action_move(steps)
        self._glimpse()

    def on_lines_picked(self, message: Lines.Picked) -> None:
        """Point or open by the mouse."""
        self.call_after_refresh(self.action_open if message.opened else self._glimpse)

    def action_new(self) -> None:
        """Ask what to begin."""
        from reflect_tui.tui.screens.new import NewScreen  # noqa: PLC0415 -- after the first paint

        asked = NewScreen(self.reflect.settings.instrument or library.DEFAULT)

        def begin(chosen: str | None) -> None:
            if chosen:
                self.reflect.begin(chosen, asked.role)

        self.app.push_screen(asked, begin)

    def action_open(self) -> None:
        """Open the row at the cursor."""
        from reflect_tui.tui.screens.outside import open_change  # noqa: PLC0415 -- after the first paint
        from reflect_tui.tui.screens.results import ResultsScreen  # noqa: PLC0415 -- after the first paint

        target = self.page.target
        row = next((row for row in self.reflect.state.rows if row.target == target), None)
        draft = self.reflect.state.draft(target)
        entry = self.reflect.state.entry(target)
        if row is None:
            return
        change = self.reflect.state.change(target)
        if change and (change.missing or not row.problem):
            open_change(self.reflect, change)
        elif row.problem:
            self._open_unreadable(row, changed=change is not None)
        elif draft:
            self.reflect.resume(draft)
        elif entry and entry.session:
            self.app.push_screen(ResultsScreen(entry.session))

    def _open_unreadable(self, row: Row, *, changed: bool) -> None:
        from reflect_tui.tui.screens.message import MessageScreen  # noqa: PLC0415 -- rarely needed
        from reflect_tui.tui.screens.unreadable import UnreadableScreen  # noqa: PLC0415 -- rarely needed

        state = self.reflect.state
        entry = state.entry(row.target)
        draft = next((d for d in state.drafts if isinstance(d, BadDraft) and str(d.path) == row.target), None)
        if entry:
            known = entry.id if is_id(entry.id) and relative_path(entry.id).as_posix() == entry.path else ""
            path = self.reflect.journal.root / entry.path
            self.app.push_screen(UnreadableScreen(path, entry.faults, known, changed=changed))
        elif draft:
            self.app.push_screen(UnreadableScreen(draft.path, draft.faults))
        else:
            self.app.push_screen(MessageScreen(_("This file can't be read"), f"{row.title}: {row.problem}"))

    def _here(self) -> Session | None:
        entry = self.reflect.state.entry(self.page.target)
        return entry.session if entry else None

    def action_mark(self) -> None:
        """Mark the session, or unmark it; a third mark drops the oldest."""
        if self._here() is None:
            return
        target = self.page.target
        if target in self._marked:
            self._marked.remove(target)
        else:
            self._marked = [*self._marked, target][-TWO:]
        self.paint()

    def action_diff(self) -> None:
        """Compare the two marked sessions, or one's newest two."""
        from reflect_tui.tui.screens.diff import open_diff  # noqa: PLC0415 -- after the first paint

        state = self.reflect.state
        entries = [state.entry(target) for target in self._marked]
        chosen = [entry.session for entry in entries if entry and entry.session]
        if len(chosen) < TWO:
            here = self._here()
            own = state.own(here.instrument if here else library.DEFAULT)
            chosen = list(own[:TWO])
        open_diff(self.reflect, sorted(chosen, key=lambda session: (session.started, session.id)))

    def action_trends(self) -> None:
        """See the trends of the instrument at the cursor."""
        from reflect_tui.tui.screens.trends import TrendsScreen  # noqa: PLC0415 -- after the first paint

        here = self._here() or next(iter(self.reflect.state.sessions), None)
        self.app.push_screen(TrendsScreen(here.instrument if here else library.DEFAULT))

    def action_goals(self) -> None:
        """See the goals."""
        from reflect_tui.tui.screens.goals import GoalsScreen  # noqa: PLC0415 -- only when asked

        self.app.push_screen(GoalsScreen())

    def action_agenda(self) -> None:
        """Prepare the talk, from the session at the cursor or one's newest."""
        from reflect_tui.tui.screens.agenda import open_agenda  # noqa: PLC0415 -- only when asked

        open_agenda(self.reflect, self._here())

    def action_history(self) -> None:
        """See the versions of the session at the cursor."""
        from reflect_tui.tui.screens.history import HistoryScreen  # noqa: PLC0415 -- after the first paint

        if here := self._here():
            self.app.push_screen(HistoryScreen(here))

    def action_delete(self) -> None:
        """Ask, then remove the session at the cursor."""
        here = self._here()
        draft = self.reflect.state.draft(self.page.target)
        if here is None and draft is None:
            return
        if draft:
            text = _("The draft is set aside, out of the list.")
            question = Question(_("Set this draft aside?"), text, _("set aside"), _("keep"))
            self.app.push_screen(question, lambda yes: self._discard(draft.id) if yes else None)
        elif here:
            text = _("{session}. History keeps it; u brings it back.").format(session=session_name(here))
            question = Question(_("Remove this session?"), text, _("remove"), _("keep"))
            self.app.push_screen(question, lambda yes: self._remove(here.id) if yes else None)

    def _discard(self, draft_id: str) -> None:
        self.reflect.discard(draft_id)

    def _remove(self, session_id: str) -> None:
        self._removed.append(session_id)
        self.reflect.remove(session_id)

    def action_undo(self) -> None:
        """Bring back the session removed last."""
        if self._removed:
            self.reflect.restore(self._removed.pop())

    def action_removed(self) -> None:
        """List the removed sessions."""
        from reflect_tui.tui.screens.removed import RemovedScreen  # noqa: PLC0415 -- only when asked

        self.app.push_screen(RemovedScreen())

    def action_filter(self) -> None:
        """Open the filter."""
        field = self.query_one("#filter", Field)
        field.display = True
        field.focus()

    def on_input_changed(self, event: Field.Changed) -> None:
        """Filter while typing."""
        self._words = event.value
        self.paint()

    def on_input_submitted(self) -> None:
        """Keep the filter and return to the list."""
        field = self.query_one("#filter", Field)
        field.display = bool(self._words)
        self.set_focus(None)

    def action_back(self) -> None:
        """Drop the filter."""
        field = self.query_one("#filter", Field)
        field.value = ""
        field.display = False
        self.set_focus(None)
