"""A question that is answered with one line of text, such as the reason for a change."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from reflect_tui.i18n import _
from reflect_tui.journal import MAX_REASON
from reflect_tui.pages.lines import EMPTY, Line
from reflect_tui.tui.screens.dialog import answers, titled
from reflect_tui.tui.screens.field_dialog import FieldDialog
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.writing import Field


class ReasonScreen(FieldDialog[str]):
    """Asks why; enter answers, with at least one word."""

    def __init__(self, title: str, text: str, given: str = "") -> None:
        """Ask below a title and a text; `given` is a reason to begin with."""
        super().__init__()
        self._said = (title, text)
        self._given = given

    def compose(self) -> ComposeResult:
        """Lay out the question, the field and the keys."""
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Field(self._given, id="reason", max_length=MAX_REASON)
            yield Lines(id="keys")

    def content(self) -> list[Line]:
        """Give the question."""
        return [*titled(*self._said, self.room), EMPTY]

    def paint(self) -> None:
        """Show the question above and the keys below the field."""
        super().paint()
        self.show_part("keys", [self.notice(), answers(("⏎", _("go on"), "answer"), ("esc", _("back"), "cancel"))])

    def action_answer(self) -> None:
        """Answer, unless nothing is written."""
        reason = " ".join(self.field.value.split())
        if reason:
            self.dismiss(reason)
        else:
            self.app.bell()
