"""A file that can't be read: where it is, everything wrong with it, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, get_args

from textual.binding import BindingType

from reflect_tui import unmerged
from reflect_tui.errors import Fault
from reflect_tui.i18n import _
from reflect_tui.pages.lines import Line, line, span
from reflect_tui.pages.unreadable import unreadable
from reflect_tui.tui.actions import Action
from reflect_tui.tui.editor import edit
from reflect_tui.tui.keys import bindings
from reflect_tui.tui.screens.dialog import Question
from reflect_tui.tui.screens.menu import Menu
from reflect_tui.tui.screens.page import Page
from reflect_tui.unmerged import Side


class UnreadableScreen(Page):
    """One file with its faults; `known` is the id of the session that history may have of it."""

    keys = "unreadable"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("unreadable")]

    def __init__(self, path: Path, faults: Sequence[Fault], known: str = "", *, changed: bool = False) -> None:
        """Show this file; `changed` tells that another program changed it since it came into history."""
        super().__init__()
        self._path = path
        self._faults = faults
        self._known = known
        self._changed = changed

    def footer(self) -> list[Action]:
        """Leave "bring back" out where history can have nothing."""
        return [action for action in super().footer() if self._known or action.name != "bring_back"]

    def place(self) -> Line:
        """Say where one is."""
        return line(span(_("A file that can't be read"), "title"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        """Show path and faults."""
        return unreadable(
            self._path, self._faults, columns, self.reflect.key, changed=self._changed, known=bool(self._known)
        )

    def renew(self) -> None:
        """Close when the file can be read now, or is gone; else show what is wrong with it now."""
        rows = {row.target: row for row in self.reflect.state.rows}
        found = rows.get(str(self._path)) or rows.get(self._relative)
        if found is None or not found.problem:
            self.action_back()
            return
        entry = self.reflect.state.entry(self._relative)
        self._faults = entry.faults if entry else self._faults
        self.paint()

    @property
    def _relative(self) -> str:
        root = self.reflect.journal.root
        return self._path.relative_to(root).as_posix() if self._path.is_relative_to(root) else ""

    def action_edit(self) -> None:
        """Open the file in the user's editor, then read the journal again."""
        if self.reflect.may_write():
            edit(self.reflect, self._path)

    def action_bring_back(self) -> None:
        """Ask, then bring back the last good version."""
        if not self._known:
            self.app.bell()
            return
        text = _("The file as it is now is kept in {folder}.").format(folder=self.reflect.journal.state / "replaced")
        if unmerged.is_said(self._faults):
            choices = [
                ("upper", _("Take the upper version")),
                ("lower", _("Take the lower version")),
                ("history", _("Bring back the last good version")),
            ]
            self.app.push_screen(Menu(_("Which version is right?"), text, choices), self._choose)
            return
        question = Question(_("Bring back the last good version?"), text, _("bring back"), _("later"))
        self.app.push_screen(question, self._bring_back)

    def _choose(self, chosen: str | None) -> None:
        side = next((side for side in get_args(Side) if side == chosen), None)
        if side:
            self.reflect.take_side(self._known, side)
        elif chosen:
            self.reflect.restore(self._known)

    def _bring_back(self, yes: bool | None) -> None:  # noqa: FBT001 -- a dialog's answer
        if yes:
            self.reflect.restore(self._known)
