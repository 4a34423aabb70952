"""Find an item by a word of it, its number or its id."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from reflect_tui.assessment import Assessment
from reflect_tui.i18n import _, ngettext
from reflect_tui.pages import finding
from reflect_tui.pages.lines import EMPTY, Line, between, line, span
from reflect_tui.tui.screens.dialog import Choice, answers
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.writing import Field

SHOWN = 12  # rows, fewer in a low window


class FindScreen(Choice):
    """A field and the items that fit, with their own numbers."""

    typed = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", f"move(-{SHOWN})", show=False, priority=True),
        Binding("pagedown", f"move({SHOWN})", show=False, priority=True),
        Binding("enter", "choose", show=False, priority=True),
    ]

    def __init__(self, assessment: Assessment) -> None:
        """Look through the items of this assessment."""
        super().__init__()
        self._assessment = assessment
        self._index = finding.index(assessment.instrument)

    def compose(self) -> ComposeResult:
        """Lay out the field, what fits and the keys."""
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Field(id="words")
            yield Lines(id="rows", points=True)
            yield Lines(id="keys")

    def on_mount(self) -> None:
        """Wait for words."""
        self.query_one(Field).focus()
        super().on_mount()
        self.take_early()

    def insert(self, text: str) -> None:
        """Write into the field; enter goes there."""
        if text == "\n":
            self.on_input_changed()  # its message is still on its way
            self.action_choose()
        else:
            self.query_one(Field).insert_text_at_cursor(text)

    def content(self) -> list[Line]:
        """Give the title, and how many items fit."""
        found = len(self._places())
        count = ngettext("{n} item", "{n} items", found).format(n=found)
        title = span(_("Find an item: a word, its number or id"), "title")
        return [between(line(title), line(span(count, "muted")), self.room), EMPTY]

    def _places(self) -> list[int]:
        return finding.find(self._assessment.instrument, self._index, self.query_one(Field).value)

    def rows(self) -> list[Line]:
        """List the items that fit what is typed."""
        return finding.rows(self._assessment, self._places(), self.room - 1)

    def paint(self) -> None:
        """Show what fits in a list of always the same height, so that nothing jumps."""
        super().paint()
        self.list.styles.height = max(3, min(SHOWN, self.app.size.height - 12))
        self.list.styles.margin = (1, 0, 0, 0)

    def keys_lines(self) -> list[Line]:
        """Name the keys."""
        return [self.notice(), answers(("⏎", _("go there"), "choose"), ("esc", _("back"), "cancel"))]

    def on_input_changed(self) -> None:
        """Look again while typing; the best is at the cursor."""
        self.paint()
        self.list.show(self.rows(), 0)
