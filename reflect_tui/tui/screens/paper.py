"""Type a paper form over: a row of digits for each domain, read back before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical

from reflect_tui import row_entry
from reflect_tui.feedback import typed
from reflect_tui.feedback.round import Round
from reflect_tui.i18n import _, ngettext
from reflect_tui.instrument import Domain, Instrument, Item, about
from reflect_tui.pages import rounds as page
from reflect_tui.pages.lines import EMPTY, Line, line, pad, paragraph, shorten, span
from reflect_tui.pages.words import role_name, score_glyph
from reflect_tui.session import NOT_APPLICABLE, Score
from reflect_tui.tui.screens.dialog import FRAME, Dialog, Question, answers
from reflect_tui.tui.screens.menu import Menu
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.tui.widgets.writing import Field

if TYPE_CHECKING:
    from reflect_tui.tui.app import ReflectApp

_WIDEST = 92
_ROWS = 9  # statements in sight at most: a window of 24 rows has room for these
_AROUND = 6  # rows: the field, a sentence with a blank row around it, and the keys


class RowScreen(Dialog[str]):
    """The statements of one domain, and a field for their scores; the answer is the row as typed."""

    typed = True

    def __init__(self, title: str, content: Instrument, items: list[Item], first: int) -> None:
        """Ask for the scores of these items; the paper numbers them from `first`."""
        super().__init__()
        self._heading = title
        self._content = content
        self._items = items
        self._first = first

    def compose(self) -> ComposeResult:
        """Lay out the field, what was read, and the keys."""
        with Vertical(id="box"):
            yield Lines(id="said")
            yield Field("", id="row", select_on_focus=False)
            yield Lines(id="read")
            yield Lines(id="keys")

    def on_mount(self) -> None:
        """Wait for digits."""
        self.query_one(Field).focus()
        super().on_mount()
        self.take_early()

    def insert(self, text: str) -> None:
        """Write into the field; enter answers."""
        if text == "\n":
            self.action_answer()
        else:
            self.query_one(Field).insert_text_at_cursor(text)

    @property
    def room(self) -> int:
        """The columns for text: of a form, more than of a question."""
        return min(_WIDEST, self.app.size.width - 8)

    @property
    def _row(self) -> row_entry.Row:
        return row_entry.read(self.query_one(Field).value, self._items, self._content.scale)

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
        self.show_part("read", lines)
        self.show_part("keys", [answers(("⏎", _("keep"), "answer"), ("esc", _("back"), "cancel"))])

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

    def on_input_submitted(self) -> None:
        """Answer on enter."""
        self.action_answer()

    def action_answer(self) -> None:
        """Keep the row, when it is whole."""
        if self._row.fault:
            self.app.bell()
        else:
            self.dismiss(self.query_one(Field).value)


def type_over(app: ReflectApp, found: Round) -> None:
    """Ask whose form it is, then for a row a domain, then whether all of it is right."""
    content = app.journal.library.find(found.instrument, found.version, found.digest)
    content = about(content, found.about or _("this person"))
    parts = typed.asked(found, content)
    open_ones = {str(number): f"{role_name(one.role):<14}{one.label}" for number, one in page.waiting(found)}
    if not open_ones:
        app.bell()
        return
    menu = Menu(_("A paper form"), _("Whose form do you type over?"), list(open_ones.items()))
    app.push_screen(menu, lambda chosen: _Typing(app, found, content, parts, int(chosen)).ask(0) if chosen else None)


class _Typing:
    """One paper form on its way in."""

    def __init__(
        self, app: ReflectApp, found: Round, content: Instrument, parts: list[tuple[Domain, list[Item]]], number: int
    ) -> None:
        self._app = app
        self._round = found
        self._content = content
        self._parts = parts
        self._number = number
        self._scores: dict[str, Score] = {}

    def ask(self, place: int) -> None:
        """Ask for the row of a domain; after the last, whether to keep all."""
        if place == len(self._parts):
            self._sure()
            return
        domain, items = self._parts[place]
        title = f"{place + 1}/{len(self._parts)}  {domain.title}"
        first = self._round.items.index(items[0].id) + 1

        def keep(text: str | None) -> None:
            if text is None:
                self._leave(place)
                return
            row = row_entry.read(text, items, self._content.scale)
            read = zip(items, row.scores, strict=True)
            self._scores |= {item.id: score for item, score in read if score is not None}
            self.ask(place + 1)

        self._app.push_screen(RowScreen(title, self._content, items, first), keep)

    def _leave(self, place: int) -> None:
        text = _("What you typed over so far is not kept then.")
        question = Question(_("Leave this form?"), text, _("leave"), _("go on"))
        self._app.push_screen(question, lambda yes: None if yes else self.ask(place))

    def _sure(self) -> None:
        if not self._scores:
            self._app.bell()
            return
        text = typed.counted(self._round, self._scores)
        question = Question(_("Keep this form?"), text, _("keep"), _("throw away"))
        self._app.push_screen(question, lambda yes: self._keep() if yes else None)

    def _keep(self) -> None:
        role = self._round.invited[self._number].role
        answer = typed.answer(self._round, role, self._scores, self._app.clock.now())
        self._app.take_paper(answer, self._number)
