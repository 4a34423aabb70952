"""The editor of notes: Textual's, with pastes that arrive clean."""

from __future__ import annotations

from rich.text import Text
from textual.events import Paste
from textual.widgets import TextArea

from reflect_tui.text import clean, display, dropped
from reflect_tui.tui.widgets.writing import LeftOut


class Editor(TextArea):
    """Several lines of text; a paste that no note could hold is refused as a whole, never cut."""

    def __init__(self, text: str, *, id: str, longest: int) -> None:  # noqa: A002 -- Textual's own name
        """Edit a text of at most `longest` characters; somewhat more may be pasted, to be shortened by hand."""
        super().__init__(clean(text), id=id, soft_wrap=True, show_line_numbers=False)
        self._longest = longest

    def get_line(self, line_index: int) -> Text:
        """Give a line as it is shown: marks that reorder text are seen, not obeyed; the note itself keeps them."""
        shown = "\t".join(map(display, self.document.get_line(line_index).split("\t")))
        return Text(shown, end="", no_wrap=True)

    async def _on_paste(self, event: Paste) -> None:
        event.prevent_default()
        event.stop()
        text = clean(event.text)
        if len(text) > 2 * self._longest:
            self.post_message(LeftOut(0, self._longest))
            return
        if controls := dropped(event.text):
            self.post_message(LeftOut(controls))
        self.move_cursor(self.replace(text, *self.selection).end_location)
