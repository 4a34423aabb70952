"""Find an item by a word of it, its number or its id."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from reflect_tui.assessment import Assessment
from reflect_tui.i18n import _
from reflect_tui.pages.lines import EMPTY, Line, line, pad, shorten, span
from reflect_tui.pages.words import score_glyph
from reflect_tui.tui.screens.dialog import Choice, answers
from reflect_tui.tui.widgets.lines import Lines

SHOWN = 10


class FindScreen(Choice):
    """A field and the items that fit, with their own numbers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("enter", "choose", show=False, priority=True),
    ]

    def __init__(self, assessment: Assessment) -> None:
        """Look through the items of this assessment."""
        super().__init__()
        self._assessment = assessment

    def compose(self) -> ComposeResult:
        """Lay out the field, what fits and the keys."""
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Input(id="words")
            yield Lines(id="rows", points=True)
            yield Lines(id="keys")

    def on_mount(self) -> None:
        """Wait for words."""
        self.query_one(Input).focus()
        super().on_mount()

    def content(self) -> list[Line]:
        """Give the title."""
        return [line(span(_("Find an item: a word, its number or id"), "title")), EMPTY]

    def rows(self) -> list[Line]:
        """List the items that fit what is typed; always as many rows, so that nothing jumps."""
        words = self.query_one(Input).value.casefold().split()
        lines = [EMPTY]
        for number, item in enumerate(self._assessment.instrument.items, start=1):
            text = self._assessment.instrument.sentence(item)
            haystack = f"{text} {item.id}".casefold()
            if all(word in haystack or word == str(number) for word in words):
                own = shorten(item.text, self.room - 9)
                score = score_glyph(self._assessment.scores.get(item.id))
                lines.append(line(span(pad(str(number), 4, right=True), "muted"), f"  {score} ", own, target=item.id))
        shown = lines[: SHOWN + 1]
        return shown + [EMPTY] * (SHOWN + 1 - len(shown))

    def keys_lines(self) -> list[Line]:
        """Name the keys."""
        return [EMPTY, answers(("⏎", _("go there"), "choose"), ("esc", _("back"), "cancel"))]

    def on_input_changed(self) -> None:
        """Look again while typing."""
        self.paint()
        self.list.show(self.rows(), 1)
