"""The versions of a document that two devices made, side by side; a digit keeps one."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from reflect_tui.i18n import _
from reflect_tui.tui.screens.dialog import Told, answers
from reflect_tui.views.lines import EMPTY, Line, line, paragraph, span
from reflect_tui.views.two_versions import TwoVersions, render_versions

_MOST = 5  # versions that a digit can keep; sync --keep keeps any


class TwoVersionsScreen(Told[int]):
    """What differs between the versions of a document; the answer is the place of the one to keep, from 0."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "keep(1)", show=False),
        Binding("2", "keep(2)", show=False),
        Binding("3", "keep(3)", show=False),
        Binding("4", "keep(4)", show=False),
        Binding("5", "keep(5)", show=False),
        Binding("q", "cancel", show=False),
    ]

    def __init__(self, compared: TwoVersions) -> None:
        """Show these."""
        super().__init__()
        self._compared = compared

    def content(self) -> list[Line]:
        """Name the document and show the versions."""
        text = _("It was changed on two devices. The version that you don't keep stays in history.")
        head = [line(span(self._compared.title, "title")), EMPTY, *paragraph(text, self.room), EMPTY]
        return [*head, *render_versions(self._compared, self.room)]

    def answers(self) -> Line:
        """Name the keys."""
        numbers = range(1, min(_MOST, len(self._compared.versions)) + 1)
        kept = [(str(number), _("keep {number}").format(number=number), f"keep({number})") for number in numbers]
        return answers(*kept, ("esc", _("later"), "cancel"))

    def action_keep(self, number: int) -> None:
        """Answer with a version."""
        if number <= len(self._compared.versions):
            self.dismiss(number - 1)
