"""A question that is answered with the path of a file to write."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from reflect_tui.i18n import _
from reflect_tui.pages.lines import EMPTY, Line
from reflect_tui.tui.screens.dialog import answers, titled
from reflect_tui.tui.screens.field_dialog import FieldDialog
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.writing import Field


class PathScreen(FieldDialog[str]):
    """Asks for the path of a file; enter answers with it."""

    def __init__(self, title: str, suggestion: str, text: str = "") -> None:
        """Begin with a suggestion; `text` says what will happen, where it is not one file that is written."""
        super().__init__()
        self._title = title
        self._suggestion = suggestion
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay out the question, the field and the keys."""
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Field(self._suggestion, id="path", select_on_focus=False)
            yield Lines(id="keys")

    def content(self) -> list[Line]:
        """Say what will happen."""
        text = self._text or _(
            "Where to? The file is for you alone to read, and is not opened. Nothing is replaced without asking."
        )
        return [*titled(self._title, text, self.room), EMPTY]

    def paint(self) -> None:
        """Show the question above and the keys below the field."""
        super().paint()
        self.show_part("keys", [self.notice(), answers(("⏎", _("write"), "answer"), ("esc", _("back"), "cancel"))])

    def action_answer(self) -> None:
        """Answer, unless nothing is written."""
        path = self.field.value.strip()
        if path:
            self.dismiss(path)
        else:
            self.app.bell()
