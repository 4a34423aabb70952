"""Look it over and finish: the last answer leads here, never straight to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from reflect_tui.assessment import Remark
from reflect_tui.i18n import _, ngettext
from reflect_tui.pages.lines import Line, line, span
from reflect_tui.pages.review import Amendment, review
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.dialog import Question
from reflect_tui.tui.screens.page import Page
from reflect_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from reflect_tui.tui.screens.assess import AssessScreen


class ReviewScreen(Page):
    """What is answered and what is still open."""

    keys = "review"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("review")]

    def __init__(self, assess: AssessScreen) -> None:
        """Review what is being filled in on that screen."""
        super().__init__()
        self._assess = assess
        self._finishing = False

    def place(self) -> Line:
        """Say where one is."""
        return line(span(_("Look it over"), "title"), span(f" · {self._assess.seat.instrument.label}", "muted"))

    def standing(self) -> Line:
        """Say how far one is and what is saved."""
        return self._assess.standing()

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """Show the review."""
        seat = self._assess.seat
        amendment = Amendment(seat.base, seat.draft.reason) if seat.base else None
        return review(self._assess.assessment, columns, amendment)

    def action_finish(self) -> None:
        """Finish; with items still open, ask first."""
        gaps = len(self._assess.assessment.gaps)
        if self._finishing:
            return
        if not self._assess.assessment.scores:
            self.app.bell()
        elif gaps:
            text = ngettext(
                "{n} item stays open. It counts in no mean.", "{n} items stay open. They count in no mean.", gaps
            )
            text = text.format(n=gaps)
            question = Question(_("Finish with open items?"), text, _("finish"), _("go back"))
            self.app.push_screen(question, lambda yes: self._finish() if yes else None)
        else:
            self._finish()

    def _finish(self) -> None:
        self._finishing = True
        self.reflect.finish(self._assess.seat)

    def finish_failed(self) -> None:
        """Let one try again."""
        self._finishing = False

    def action_gap(self, _steps: int) -> None:
        """Return to the next open item."""
        self.app.pop_screen()
        self._assess.action_gap(1)

    def action_note(self) -> None:
        """Write a remark about the whole session."""
        from reflect_tui.tui.screens.note import NoteScreen  # noqa: PLC0415 -- the editor takes time to load

        about = self._assess.seat.instrument.title
        self.app.push_screen(NoteScreen(_("Remark"), about, self._assess.assessment.remark), self._remark)

    def _remark(self, text: str | None) -> None:
        if text is not None and text != self._assess.assessment.remark:
            self._assess.seat.do(Remark(text))
        self.paint()

    def on_lines_picked(self, message: Lines.Picked) -> None:
        """Return to an item by the mouse."""
        self.app.pop_screen()
        self._assess.go_to(message.target)
        self._assess.paint()
