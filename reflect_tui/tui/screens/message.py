"""A sentence to read at ease: what could not be done, and what to do."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from reflect_tui.i18n import _
from reflect_tui.pages.lines import Line
from reflect_tui.tui.screens.dialog import Told, answers, titled


class MessageScreen(Told[None]):
    """A title and a sentence; any of the closing keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,escape,q,space", "cancel", show=False)]

    def __init__(self, title: str, sentence: str) -> None:
        """Show this sentence."""
        super().__init__()
        self._said = (title, sentence)

    def content(self) -> list[Line]:
        """Give the sentence."""
        return titled(*self._said, self.room)

    def answers(self) -> Line:
        """Say how to close it."""
        return answers(("⏎", _("close"), "cancel"))
