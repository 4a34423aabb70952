"""A row of digits typed over from a paper form, for the statements of one domain; read back while it is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from reflect_tui import row_entry
from reflect_tui.i18n import _, ngettext
from reflect_tui.instrument import Instrument, Item
from reflect_tui.pages.lines import EMPTY, Line, line, pad, paragraph, shorten, span
from reflect_tui.pages.words import score_glyph
from reflect_tui.session import NOT_APPLICABLE, Score
from reflect_tui.tui.screens.dialog import FRAME, answers
from reflect_tui.tui.screens.field_dialog import FieldDialog
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.writing import Field

BEFORE = "before"
"""The answer of who goes back to the domain before."""

_ROWS = 9  # statements in sight at most
_AROUND = 6  # rows: the field, a sentence with a blank row around it, and the keys


class RowScreen(FieldDialog[str]):
    """The statements of one domain, and a field for their scores; the answer is the row as typed."""

    widest = 93
    BINDINGS: ClassVar[list[BindingType]] = [Binding("up", "before", show=False, priority=True)]

    def __init__(self, title: str, content: Instrument, items: list[Item], first: int, given: str = "") -> None:
        """Ask for the scores of these items; the paper numbers them from `first`, and `given` is what stands there."""
        super().__init__()
        self.row_text = given
        self._heading = title
        self._content = content
        self._items = items
        self._first = first

    def compose(self) -> ComposeResult:
        """Lay out the field, what was read, and the keys."""
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Field(self.row_text, id="row", select_on_focus=False)
            yield Lines(id="read")
            yield Lines(id="keys")

    @property
    def _row(self) -> row_entry.Row:
        return row_entry.read(self.field.value, self._items, self._content.scale)

    def content(self) -> list[Line]:
        """Say what to type."""
        count = ngettext("{n} score in a row", "{n} scores in a row", len(self._items)).format(n=len(self._items))
        text = _("{count}: 0 or - for can't judge, a point where nothing is filled in.").format(count=count)
        return [line(span(shorten(self._heading, self.room), "title")), *paragraph(text, self.room, "muted"), EMPTY]

    def paint(self) -> None:
        """Read back what is typed, beside the statements."""
        super().paint()
        row = self._row
        fault = paragraph(row.fault, self.room, "muted") if row.fault else [EMPTY]
        lines = [EMPTY, *self._read_back(row), EMPTY, *fault, EMPTY]
        keys = answers(("⏎", _("keep"), "answer"), ("↑", _("domain before"), "before"), ("esc", _("back"), "cancel"))
        self.show_part("read", lines)
        self.show_part("keys", [keys])

    def _read_back(self, row: row_entry.Row) -> list[Line]:
        """Show the statements around the one that comes next, each with its score and that score's word."""
        sight = max(3, min(_ROWS, self.app.size.height - FRAME - _AROUND - len(self.content())))
        first = max(0, min(len(row.scores) - sight // 2, len(self._items) - sight))
        lines = []
        for number, item in enumerate(self._items[first : first + sight], first):
            typed = number < len(row.scores)
            score = row.scores[number] if typed else None
            word = self._word(score) if typed else ""
            here = number == len(row.scores)
            text = shorten(self._content.sentence(item), self.room - 20)
            glyph = span(score_glyph(score) if typed else " ", "strong")
            number_text = span(pad(f"{self._first + number} ", 4, right=True), "accent" if here else "muted")
            lines.append(line(number_text, glyph, " ", span(pad(shorten(word, 10), 11), "muted"), span(text)))
        return lines

    def _word(self, score: Score | None) -> str:
        if score is None:
            return _("open")
        return _("n/a") if score == NOT_APPLICABLE else self._content.scale.label(int(score))

    def on_input_changed(self) -> None:
        """Read back while typing."""
        self.paint()

    def action_answer(self) -> None:
        """Keep the row, when it is whole."""
        if self._row.fault:
            self.app.bell()
        else:
            self._end(self.field.value)

    def action_before(self) -> None:
        """Go back to the domain before this one."""
        self._end(BEFORE)

    def action_cancel(self) -> None:
        """Leave."""
        self._end(None)

    def _end(self, answer: str | None) -> None:
        self.row_text = self.field.value
        self.dismiss(answer)
