"""Look it over and finish: the last answer leads here, never straight to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from reflect_tui.i18n import _, ngettext
from reflect_tui.model.assessment import EditRemark, note_bytes_left
from reflect_tui.tui import navigate
from reflect_tui.tui.keys import bindings, first_key
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines
from reflect_tui.views.lines import EMPTY, Line, cut, line, span
from reflect_tui.views.review import Amendment, ReviewKeys, render_review

if TYPE_CHECKING:
    from reflect_tui.tui.screens.answering import Answering


class ReviewScreen(Page):
    """What is answered, what is still open, and what deserves a second look."""

    keys = "review"
    points = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("review")]

    def __init__(self, assess: Answering, sentence: Line = EMPTY) -> None:
        """Review what is being filled in on that screen; the sentence says what was done last."""
        super().__init__()
        self._assess = assess
        self._said = sentence
        self._finishing = False

    def paint_page(self, columns: int, rows: int) -> None:
        super().paint_page(columns, rows)
        if not self.page.target:
            self.page.point_first()

    def place(self) -> Line:
        return line(span(_("Review"), "title"), span(f" · {self._assess.seat.instrument.label}", "muted"))

    def standing(self) -> Line:
        return self._assess.standing()

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        seat = self._assess.seat
        amendment = Amendment(seat.base, seat.draft.reason) if seat.base else None
        keys = {action.name: self.host.written(first_key(action.keys)) for action in self.actions}
        named = ReviewKeys(finish=keys["finish"], gap=keys["gap(1)"])
        examples = self.host.settings.ask_example
        lines = render_review(self._assess.assessment, columns, amendment, named, examples=examples)
        return [cut(self._said, columns - 2), EMPTY, *lines] if self._said.spans else lines

    def action_go(self) -> None:
        """Return to the item at the cursor, or to where one was."""
        self.app.pop_screen()
        if self.page.target:
            self._assess.go_to(self.page.target)
        self._assess.show(self._assess.assessment)

    def action_undo(self) -> None:
        """Take back the last act, and go where it was."""
        if self._assess.assessment.done:
            self._go_to_change(*self._assess.undo())
        else:
            self.app.bell()

    def action_redo(self) -> None:
        if self._assess.assessment.undone:
            self._go_to_change(*self._assess.redo())
        else:
            self.app.bell()

    def _go_to_change(self, item_id: str, sentence: Line) -> None:
        """Return to the item, or say here what became of the remark."""
        if item_id:
            self.app.pop_screen()
            self._assess.show(self._assess.assessment, sentence)
            return
        self._said = sentence
        self.page.scroll_home(animate=False)
        self.paint()

    def action_finish(self) -> None:
        """Finish; with items still open, ask first."""
        gaps = len(self._assess.assessment.gaps)
        if self._finishing:
            return
        if not self._assess.assessment.scores:
            self.app.bell()
        elif gaps:
            text = ngettext(
                "{n} statement stays open. It counts in no mean.",
                "{n} statements stay open. They count in no mean.",
                gaps,
            )
            text = text.format(n=gaps)
            navigate.ask(self.host, (_("Finish with open statements?"), text), _("finish"), _("go back"), self._finish)
        else:
            self._finish()

    def _finish(self) -> None:
        self._finishing = True
        self.host.journal_service.finish(self._assess.seat, reply_to=self)

    def on_work_failed(self) -> None:
        """Let one try again; the app says what failed."""
        self._finishing = False

    def action_gap(self, _steps: int) -> None:
        self.app.pop_screen()
        self._assess.to_open_item()

    def action_note(self) -> None:
        about = self._assess.seat.instrument.title
        answered = self._assess.assessment

        def keep(written: str, again: bool) -> None:  # noqa: FBT001 -- as the editor calls it
            self._assess.seat.rewrite(EditRemark(written), again=again)

        heading = (_("Remark"), about)
        navigate.write_note(
            self.host, heading, answered.remark, self._remark, limit=note_bytes_left(answered), keep=keep
        )

    def _remark(self, text: str | None) -> None:
        if text is not None and text != self._assess.assessment.remark:
            self._assess.seat.do(EditRemark(text))
        self.paint()

    def on_lines_picked(self, message: Lines.Picked) -> None:
        self.call_after_refresh(self.action_go if message.opened else self.paint)
