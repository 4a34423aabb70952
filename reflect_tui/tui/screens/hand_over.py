"""Thanks someone who filled in a session at this keyboard; nothing of the journal is shown before it is handed back."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from reflect_tui.i18n import _
from reflect_tui.pages.lines import EMPTY, Line, line, paragraph, span
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.dialog import Question
from reflect_tui.tui.screens.page import Page

_WIDEST = 60


class HandOverScreen(Page):
    """A calm end for a guest; the owner goes on from here."""

    keys = "hand-over"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("hand-over")]

    def __init__(self, *, finished: bool) -> None:
        """Say that the session is finished, or kept as a draft."""
        super().__init__()
        self._finished = finished

    def standing(self) -> Line:
        """Say that it is saved; how much the journal holds is not for a guest."""
        return line(span("● ", "accent"), span(_("saved"), "muted"))

    def content(self, columns: int, rows: int) -> list[Line]:
        """Thank, and say what to do."""
        title = _("Thank you") if self._finished else _("Not finished yet")
        said = (
            _("What you filled in is saved. You can give the keyboard back now.")
            if self._finished
            else _("What you filled in is kept, so that you can go on later. You can give the keyboard back now.")
        )
        room = min(columns - 8, _WIDEST)
        left = max(4, (columns - room) // 2)
        own = _("If this is your own journal: {key} goes on.").format(key=self.reflect.key("hand-over.open"))
        lines = [
            line(" " * left, span(title, "title")),
            EMPTY,
            *paragraph(said, left + room, indent=left),
            EMPTY,
            *paragraph(own, left + room, "muted", indent=left),
        ]
        return [*[EMPTY] * max(0, (rows - len(lines)) // 2 - 1), *lines]

    def action_back(self) -> None:
        """Stay: behind this is the journal."""

    def action_open(self) -> None:
        """Ask whether it is the owner, then go on to Home."""
        text = _("Everything in this journal is shown next.")
        question = Question(_("Is this your own journal?"), text, _("yes, go on"), _("no"))
        self.app.push_screen(question, lambda yes: self._go_on() if yes else None)

    def _go_on(self) -> None:
        self.reflect.guest = False
        self.app.pop_screen()
        self.reflect.load()
