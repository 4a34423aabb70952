"""Find an item by a word of it, its number or its id."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from reflect_tui.i18n import _, ngettext
from reflect_tui.model.assessment import Assessment
from reflect_tui.tui.screens.dialog import Choice, answers
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.text import Field
from reflect_tui.views import review
from reflect_tui.views.lines import EMPTY, Line, between, line, span

SHOWN = 12  # rows, fewer in a low window


class FindScreen(Choice):
    """A field and the items that fit, with their own numbers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", f"move(-{SHOWN})", show=False, priority=True),
        Binding("pagedown", f"move({SHOWN})", show=False, priority=True),
        Binding("enter", "choose", show=False, priority=True),
    ]

    def __init__(self, assessment: Assessment) -> None:
        super().__init__()
        self._assessment = assessment
        self._index = review.search_index(assessment.instrument)

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Field(id="words")
            yield Lines(id="rows", points=True)
            yield Lines(id="keys")

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Field))
        super().on_mount()

    def content(self) -> list[Line]:
        found = len(self._places())
        count = ngettext("{n} statement", "{n} statements", found).format(n=found)
        title = span(_("Find a statement: a word, its number or id"), "title")
        return [between(line(title), line(span(count, "muted")), self.room), EMPTY]

    def _places(self) -> list[int]:
        return review.find_items(self._assessment.instrument, self._index, self.query_one(Field).value)

    def rows(self) -> list[Line]:
        return review.render_matches(self._assessment, self._places(), self.room - 1)

    def paint(self) -> None:
        """Show what fits in a list of always the same height, so that nothing jumps."""
        super().paint()
        self.list.styles.height = max(3, min(SHOWN, self.app.size.height - 12))
        self.list.styles.margin = (1, 0, 0, 0)

    def keys_lines(self) -> list[Line]:
        return [self.notice(), answers(("⏎", _("go there"), "choose"), ("esc", _("back"), "cancel"))]

    def on_input_changed(self) -> None:
        self.paint()
        self.list.show(self.rows(), 0)
