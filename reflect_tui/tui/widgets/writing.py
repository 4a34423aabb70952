"""The fields to write in: what is pasted arrives whole and clean, and what had to be left out is told."""

from __future__ import annotations

from textual.events import Paste
from textual.message import Message
from textual.widgets import Input

from reflect_tui.i18n import _, ngettext
from reflect_tui.text import clean, display, dropped


class LeftOut(Message):
    """Characters of a paste were left out: control characters, or all of a text that is too long to be meant."""

    def __init__(self, controls: int, longer_than: int = 0) -> None:
        """Tell how many control characters, or which length was passed."""
        super().__init__()
        self.controls = controls
        self.longer_than = longer_than


def left_out(message: LeftOut) -> str:
    """Say what was left out."""
    if message.longer_than:
        return _("That is longer than {n} characters: nothing was pasted.").format(n=message.longer_than)
    n = message.controls
    return ngettext("{n} control character was left out.", "{n} control characters were left out.", n).format(n=n)


class Field(Input):
    """One line; of a paste, all lines, folded into one, where Textual's own keeps the first and drops the rest."""

    LONGEST = 2000

    def _on_paste(self, event: Paste) -> None:
        event.prevent_default()
        event.stop()
        text = display(clean(event.text, multiline=False))  # what the field holds is what it shows
        if len(text) > self.LONGEST:
            self.post_message(LeftOut(0, self.LONGEST))
            return
        if controls := dropped(event.text):
            self.post_message(LeftOut(controls))
        self.replace(text, *self.selection)
