"""All goals: make one, change it, say what came of it; everything can be taken back."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.binding import BindingType

from reflect_tui import goal_form, library
from reflect_tui.errors import ReflectError
from reflect_tui.goals import Goal
from reflect_tui.i18n import _, current
from reflect_tui.instrument import Instrument
from reflect_tui.journal import Document
from reflect_tui.pages import goals as page
from reflect_tui.pages.lines import Line, line, span
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.dialog import Question
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines


class GoalsScreen(Page):
    """The goals of a journal, those that go on first, and the one at the cursor in full."""

    keys = "goals"
    points = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("goals")]

    def __init__(self) -> None:
        super().__init__()
        self._done: list[Goal | str] = []  # to take back: a goal as it was, or the id of one that was not there

    def place(self) -> Line:
        """Say where one is."""
        return line(span(_("Goals"), "title"))

    def paint_page(self, columns: int, rows: int) -> None:
        """Show the list, all of the goal at the cursor within sight."""
        super().paint_page(columns, rows)
        shown = self.page.shown
        if not self.page.target:
            self.page.point(next((n for n, row in enumerate(shown) if row.target), 0))
        self.page.show_whole()

    def idle(self) -> Collection[str]:
        """Leave out what is done with a goal while there is none."""
        return () if self.reflect.state.documents else self.all_idle_but("new", "undo")

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """List the goals."""
        state = self.reflect.state
        if not state.documents:
            return page.none_yet(columns, self.reflect.key) if state.loaded else []
        bad = [(document.path, document.faults) for document in state.documents if document.value is None]
        contents = {goal.instrument: self._content(goal.instrument) for goal in state.goals}
        known = {name: content for name, content in contents.items() if content}
        return page.listing(state.goals, bad, known, self.reflect.clock.now(), columns, here=self.page.target)

    def _content(self, identifier: str) -> Instrument | None:
        """Give the instrument of a goal: as it was answered, else as it is shipped."""
        found = self.reflect.state.content(identifier)
        if found is None and identifier in library.bundled_ids():
            return library.bundled(identifier, current())
        return found

    @property
    def _here(self) -> Document[Goal] | None:
        target = self.page.target
        return next((document for document in self.reflect.state.documents if target in (document.id, "")), None)

    def action_move(self, steps: int) -> None:
        """Move, and look at another goal."""
        super().action_move(steps)
        self.paint()

    def action_edge(self, side: int) -> None:
        """Move to the top or the end, and look at that goal."""
        super().action_edge(side)
        self.paint()

    def on_lines_picked(self, message: Lines.Picked) -> None:
        """Point at a goal by the mouse, or look back on it."""
        self.call_after_refresh(self.action_open if message.opened else self.paint)

    def action_new(self) -> None:
        """Ask what it is about, then for the goal."""
        from reflect_tui.tui.screens.goal import ask_domain, make_goal  # noqa: PLC0415 -- only when asked

        newest = next(iter(self.reflect.state.sessions), None)
        content = self._content(newest.instrument if newest else self.reflect.settings.instrument or library.DEFAULT)
        if content and self.reflect.may_write():
            ask_domain(
                self.reflect, content, lambda domain: make_goal(self.reflect, content, self._made, domain=domain)
            )

    def _made(self, goal: Goal) -> None:
        self._done.append(goal.id)
        self.reflect.save_goal(goal, "made", None)

    def action_open(self) -> None:
        """Say what came of the goal."""
        from reflect_tui.tui.screens.look_back import LookBackScreen  # noqa: PLC0415 -- only when asked

        here = self._here
        if here and here.value and self.reflect.may_write():
            goal = here.value
            self.app.push_screen(LookBackScreen([here]), lambda done: self._done.append(goal) if done else None)

    def action_edit(self) -> None:
        """Change the goal."""
        from reflect_tui.tui.screens.goal import GoalForm  # noqa: PLC0415 -- only when asked

        here = self._here
        content = self._content(here.value.instrument) if here and here.value else None
        if here and here.value and content and self.reflect.may_write():
            form = GoalForm(_("Change the goal"), here.value, content, goal_form.texts(here.value))
            self.app.push_screen(form, lambda changed: self._changed(here, changed))

    def _changed(self, document: Document[Goal], goal: Goal | None) -> None:
        if goal and document.value and goal != document.value:
            self._done.append(document.value)
            self.reflect.save_goal(goal, "edited", document.data)

    def action_delete(self) -> None:
        """Ask, then remove the goal."""
        here = self._here
        if here and here.value and self.reflect.may_write():
            text = _("{goal} — history keeps it; {key} brings it back.")
            text = text.format(goal=here.value.what, key=self.reflect.key("goals.undo"))
            question = Question(_("Remove this goal?"), text, _("remove"), _("keep"))
            self.app.push_screen(question, lambda yes: self._remove(here) if yes else None)

    def _remove(self, document: Document[Goal]) -> None:
        if document.value:
            self._done.append(document.value)
            self.reflect.remove_goal(document.id, document.data)

    def action_undo(self) -> None:
        """Take back what was done last."""
        if not self._done or not self.reflect.may_write():
            self.app.bell()
            return
        last = self._done.pop()
        name = last if isinstance(last, str) else last.id
        now = next((document for document in self.reflect.state.documents if document.id == name), None)
        if isinstance(last, str):
            if now:
                self.reflect.remove_goal(name, now.data)
        elif now is None:
            self.reflect.restore_goal(name)
        elif now.value:
            act = "reopened" if last.is_open and not now.value.is_open else "edited"
            self.reflect.save_goal(last, act, now.data)

    def action_calendar(self) -> None:
        """Write the goals that go on, with their days, to a calendar file."""
        from reflect_tui.tui.screens.prompt import ReasonScreen  # noqa: PLC0415 -- only when asked

        text = _("Each goal that goes on and has a day becomes an entry, with a reminder a week before. Which file?")
        name = "~/" + _("goals") + ".ics"
        self.app.push_screen(ReasonScreen(_("Calendar file"), text, name), self._to_calendar)

    def _to_calendar(self, chosen: str | None) -> None:
        if chosen:
            self._write_calendar(chosen)

    @work(thread=True, group="calendar", name="write a calendar file")
    def _write_calendar(self, chosen: str) -> None:
        from reflect_tui import calendar_file  # noqa: PLC0415 -- only when asked

        try:
            path = Path(os.path.expanduser(chosen)).absolute()  # noqa: PTH111 -- leaves an unknown ~name alone
            count = calendar_file.write(path, self.reflect.state.goals)
        except ReflectError as error:
            said = str(error)
        else:
            said = calendar_file.sentence(path, count)
        self.app.call_from_thread(self._say, said)

    def _say(self, sentence: str) -> None:
        from reflect_tui.tui.screens.message import MessageScreen  # noqa: PLC0415 -- only when asked

        self.app.push_screen(MessageScreen(_("Calendar file"), sentence))
