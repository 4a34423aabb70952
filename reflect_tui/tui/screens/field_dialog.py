"""A small window with one field: what is typed goes into it, also what was typed before it was there; enter answers."""

from __future__ import annotations

from typing import TypeVar

from reflect_tui.tui.screens.dialog import Dialog
from reflect_tui.tui.widgets.writing import Field

T = TypeVar("T")


class FieldDialog(Dialog[T]):
    """Asks for one line of text; its heirs lay it out and say what enter does with it."""

    typed = True

    @property
    def field(self) -> Field:
        """The field."""
        return self.query_one(Field)

    def on_mount(self) -> None:
        """Wait for words."""
        self.field.focus()
        super().on_mount()
        self.take_early()

    def insert(self, text: str) -> None:
        """Write into the field; enter answers."""
        if text == "\n":
            self.action_answer()
        else:
            self.field.insert_text_at_cursor(text)

    def on_input_submitted(self) -> None:
        """Answer on enter."""
        self.action_answer()

    def action_answer(self) -> None:
        """Do with the text what it was asked for."""
        raise NotImplementedError
