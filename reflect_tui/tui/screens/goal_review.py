"""The look back on goals: what came of each, with a note if one likes; escape passes over all that are left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from textual.app import ComposeResult
from textual.containers import Vertical

from reflect_tui.i18n import _
from reflect_tui.model.goals import MAX_LINE, OUTCOMES, Goal, LookBack, Outcome
from reflect_tui.store.documents import Document
from reflect_tui.text import clean
from reflect_tui.tui.screens.dialog import Choice, answers
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.text import Field
from reflect_tui.views.goals import look_back, outcome_name
from reflect_tui.views.lines import Line, cut, line, pad, span


class LookBackScreen(Choice):
    """Asks of one goal after the other what came of it; each answer is saved at once."""

    def __init__(self, documents: Sequence[Document[Goal]], session: str = "") -> None:
        """Ask about these goals, in a session, or apart from any ("")."""
        super().__init__()
        self._documents = [document for document in documents if document.value]
        self._session = session
        self._at = 0
        self._outcome: Outcome | None = None

    @property
    def _goal(self) -> Goal:
        return cast("Goal", self._documents[self._at].value)

    def compose(self) -> ComposeResult:
        """Lay out the goal, the answers, a field for a note, and the keys."""
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Lines(id="rows", points=True)
            yield Field(id="note", max_length=MAX_LINE)
            yield Lines(id="keys")

    def on_mount(self) -> None:
        """Ask for a note only after an answer."""
        self.query_one(Field).display = False
        super().on_mount()

    def content(self) -> list[Line]:
        """Show the goal."""
        now = self.host.clock.now()
        return look_back(self._goal, self._at + 1, len(self._documents), now, self.room)

    def rows(self) -> list[Line]:
        """List the outcomes; once one is chosen, only that."""
        shown = [self._outcome] if self._outcome else OUTCOMES
        notes: dict[Outcome, str] = {
            "reached": _("done: it can be closed"),
            "partly": _("it goes on"),
            "not": _("it goes on"),
            "dropped": _("let go of it"),
        }
        return [
            cut(line("   ", span(pad(outcome_name(name), 16)), span(notes[name], "muted"), target=name), self.room)
            for name in shown
        ]

    def keys_lines(self) -> list[Line]:
        """Name the keys."""
        leave = _("to the session") if self._session else _("back")
        word, action = (_("keep"), "note") if self._outcome else (_("choose"), "choose")
        return [self.notice(), cut(answers(("⏎", word, action), ("esc", leave, "cancel")), self.room)]

    def action_choose(self) -> None:
        """Take the outcome at the cursor, and ask for a note."""
        if self._outcome:
            self.action_note()
            return
        self._take(self.list.target)

    def _take(self, target: str) -> None:
        self._outcome = next((name for name in OUTCOMES if name == target), None)
        field = self.query_one(Field)
        field.display = self._outcome is not None
        field.value = ""
        field.placeholder = _("a note, if you like")
        self.paint()
        if self._outcome:
            field.focus()

    def on_lines_picked(self, message: Lines.Picked) -> None:
        """Take an outcome by the mouse."""
        if message.opened and not self._outcome:
            self._take(message.target)

    def on_input_submitted(self) -> None:
        """Keep the answer on enter."""
        self.action_note()

    def action_note(self) -> None:
        """Keep the answer with its note, then ask about the next goal."""
        if not self._outcome:
            return
        note = clean(self.query_one(Field).value, multiline=False)
        now = self.host.clock.now()
        back = LookBack(session=self._session, at=now, outcome=self._outcome, note=note)
        self.host.document_service.save_goal(
            self._goal.looked_back(back), self._outcome, self._documents[self._at].data
        )
        self._at += 1
        self._outcome = None
        if self._at == len(self._documents):
            self.dismiss("done")
            return
        self.query_one(Field).display = False
        self.set_focus(None)
        self.paint()
        self.list.point(0)
