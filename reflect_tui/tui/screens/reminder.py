"""A reminder to copy: shown to be selected, and put on the clipboard only when that is asked for."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from reflect_tui.i18n import _
from reflect_tui.pages.lines import Line
from reflect_tui.tui.screens.dialog import Told, answers, titled


class ReminderScreen(Told[None]):
    """The text of a reminder; y copies it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", show=False),
        Binding("enter,q", "cancel", show=False),
    ]

    def __init__(self, text: str) -> None:
        """Show this text."""
        super().__init__()
        self._text = text
        self._copied = False

    def content(self) -> list[Line]:
        """Give the text."""
        return titled(_("A reminder to send"), self._text, self.room)

    def answers(self) -> Line:
        """Name the keys."""
        said = _("copied, if your terminal allows it") if self._copied else _("copy")
        return answers(("y", said, "copy"), ("esc", _("close"), "cancel"))

    def action_copy(self) -> None:
        """Put the text on the clipboard, by an escape sequence (OSC 52) that most terminals obey."""
        self.app.copy_to_clipboard(self._text)
        self._copied = True
        self.paint()
