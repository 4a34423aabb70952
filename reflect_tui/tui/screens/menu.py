"""A question with several answers, one a row."""

from __future__ import annotations

from collections.abc import Sequence

from reflect_tui.i18n import _
from reflect_tui.pages.lines import EMPTY, Line, fit, line, span
from reflect_tui.tui.screens.dialog import Choice, answers, titled


class Menu(Choice):
    """Rows to choose from below a title and a text; the answer is the name of the row."""

    def __init__(self, title: str, text: str, choices: Sequence[tuple[str, str]], here: str = "") -> None:
        """Offer `choices`, each a name and its words; the cursor begins at `here`, else at the first."""
        super().__init__()
        self._here = here
        self._said = (title, text)
        self._choices = choices

    def on_mount(self) -> None:
        """Point at the answer that was given before."""
        super().on_mount()
        places = [name for name, _words in self._choices]
        if self._here in places:
            self.list.point(places.index(self._here))

    def content(self) -> list[Line]:
        """Give the question."""
        return [*titled(*self._said, self.room), EMPTY]

    def rows(self) -> list[Line]:
        """List the answers."""
        return [line("   ", span(fit(words, self.room - 3)), target=name) for name, words in self._choices]

    def keys_lines(self) -> list[Line]:
        """Name the keys."""
        return [EMPTY, answers(("⏎", _("choose"), "choose"), ("esc", _("back"), "cancel"))]
