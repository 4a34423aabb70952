"""Home: what the keys do with the session at the cursor."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from reflect_tui import library
from reflect_tui.i18n import _
from reflect_tui.journal import BadDraft
from reflect_tui.pages.home import Row
from reflect_tui.pages.words import damaged_draft, id_name, session_name
from reflect_tui.session import Session, is_id, relative_path
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.listing import Listing
from reflect_tui.tui.widgets.lines import Lines

TWO = 2


class HomeScreen(Listing):
    """The list of everything in the journal."""

    keys = "home"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("home")]

    def __init__(self) -> None:
        super().__init__()
        self._removed: list[str] = []

    def offer_resume(self) -> None:
        """Ask at the start whether to go on with the newest draft."""
        from reflect_tui.tui.screens.dialog import Question  # noqa: PLC0415 -- after the first paint

        row = next((row for row in self.reflect.state.rows if row.draft and not row.problem), None)
        if row is None:
            return
        text = _("{n} of {total} — go on?").format(n=row.answered, total=row.total)
        if row.amends:
            text = _("The new version of {session} is not saved yet. Go on?").format(session=id_name(row.target))
        if row.damaged:
            text += " " + damaged_draft()
        title = _("An unfinished amendment") if row.amends else _("An unfinished session")
        self.app.push_screen(Question(title, text, _("go on"), _("later")), lambda yes: self._go_on(row.target, yes))

    def _go_on(self, target: str, yes: bool | None) -> None:  # noqa: FBT001 -- a dialog's answer
        draft = self.reflect.state.draft(target)
        if yes and draft:
            self.reflect.resume(draft)

    def on_lines_picked(self, message: Lines.Picked) -> None:
        """Point or open by the mouse."""
        self.call_after_refresh(self.action_open if message.opened else self.pointed)

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

    def action_rounds(self) -> None:
        """See the rounds of feedback."""
        from reflect_tui.tui.screens.rounds import RoundsScreen  # noqa: PLC0415 -- only when asked

        self.app.push_screen(RoundsScreen())

    def action_import(self) -> None:
        """Take files in."""
        from reflect_tui.tui.screens.import_files import ask_files  # noqa: PLC0415 -- only when asked

        ask_files(self.reflect)

    def action_agenda(self) -> None:
        """Prepare the talk, from the session at the cursor or one's newest."""
        from reflect_tui.tui.screens.agenda import open_agenda  # noqa: PLC0415 -- only when asked

        open_agenda(self.reflect, self._here())

    def action_compare(self) -> None:
        """See oneself beside what others said."""
        from reflect_tui.tui.screens.compare import open_compare  # noqa: PLC0415 -- only when asked

        open_compare(self.reflect, self._here())

    def action_history(self) -> None:
        """See the versions of the session at the cursor."""
        from reflect_tui.tui.screens.history import HistoryScreen  # noqa: PLC0415 -- after the first paint

        if here := self._here():
            self.app.push_screen(HistoryScreen(here))

    def action_export(self) -> None:
        """Take along a document about the marked sessions, the one at the cursor, or one's newest; or data."""
        from reflect_tui.tui.screens.export import open_export  # noqa: PLC0415 -- after the first paint

        state = self.reflect.state
        marked = [entry.session for target in self._marked if (entry := state.entry(target)) and entry.session]
        if len(marked) == TWO:
            before, after = sorted(marked, key=lambda session: (session.started, session.id))
            open_export(self.reflect, after, before)
            return
        here = self._here()
        own = state.own(here.instrument if here else library.DEFAULT)
        open_export(self.reflect, here if here and here.role == "self" else next(iter(own), here))

    def action_delete(self) -> None:
        """Ask, then remove the session at the cursor."""
        from reflect_tui.tui.screens.dialog import Question  # noqa: PLC0415 -- after the first paint

        here = self._here()
        draft = self.reflect.state.draft(self.page.target)
        if here is None and draft is None:
            return
        if draft:
            text = _("The draft is set aside, out of the list.")
            question = Question(_("Set this draft aside?"), text, _("set aside"), _("keep"))
            self.app.push_screen(question, lambda yes: self._discard(draft.id) if yes else None)
        elif here:
            text = _("{session}. History keeps it; {key} brings it back.")
            text = text.format(session=session_name(here), key=self.reflect.key("home.undo"))
            question = Question(_("Remove this session?"), text, _("remove"), _("keep"))
            self.app.push_screen(question, lambda yes: self._remove(here.id) if yes else None)

    def _discard(self, draft_id: str) -> None:
        self.reflect.discard(draft_id)

    def _remove(self, session_id: str) -> None:
        self._removed.append(session_id)
        self.reflect.remove(session_id)

    def action_undo(self) -> None:
        """Bring back the session removed last, and go to it."""
        if self._removed:
            session_id = self._removed.pop()
            self._awaited = relative_path(session_id).as_posix()
            self.reflect.restore(session_id)

    def action_removed(self) -> None:
        """List the removed sessions."""
        from reflect_tui.tui.screens.removed import RemovedScreen  # noqa: PLC0415 -- only when asked

        self.app.push_screen(RemovedScreen())
