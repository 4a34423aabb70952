"""An editor pane for a note or a remark: escape keeps what is written."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import TextArea

from reflect_tui.i18n import _, ngettext
from reflect_tui.pages.lines import EMPTY, Line, line, paragraph, span
from reflect_tui.session import MAX_NOTE
from reflect_tui.text import clean
from reflect_tui.tui.screens.dialog import Dialog, answers
from reflect_tui.tui.widgets.lines import Lines


class NoteScreen(Dialog[str]):
    """Several lines of text about one statement."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+s", "keep", show=False, priority=True)]

    def __init__(self, title: str, about: str, text: str) -> None:
        """Edit `text`, which is about a statement."""
        super().__init__()
        self._said = (title, about)
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay out the statement, the editor and the keys."""
        with Vertical(id="box"):
            yield Lines(id="said")
            yield TextArea(self._text, id="text", soft_wrap=True, show_line_numbers=False)
            yield Lines(id="keys")

    def on_mount(self) -> None:
        """Start at the end of what stands there."""
        super().on_mount()
        editor = self.query_one(TextArea)
        editor.focus()
        editor.move_cursor(editor.document.end)

    def content(self) -> list[Line]:
        """Give the title and the statement."""
        title, about = self._said
        return [line(span(title, "title")), *paragraph(about, self.room, "muted"), EMPTY]

    def paint(self) -> None:
        """Show the statement above and the keys below the editor."""
        super().paint()
        keys = self.query_one("#keys", Lines)
        keys.styles.height = 2
        keys.show([EMPTY, self._keys()])

    def _keys(self) -> Line:
        length = len(self.query_one(TextArea).text)
        if length > MAX_NOTE:
            over = length - MAX_NOTE
            text = ngettext("{n} character too many: shorten it", "{n} characters too many: shorten it", over)
            return line(span(text.format(n=over), "warning"))
        return answers(("esc", _("done"), "keep"))

    def on_text_area_changed(self) -> None:
        """Count while typing."""
        self.paint()

    def action_keep(self) -> None:
        """Keep the text and return; a text that is too long stays in the editor."""
        text = clean(self.query_one(TextArea).text).strip("\n")
        if len(text) <= MAX_NOTE:
            self.dismiss(text)
