"""What can be done about a session that another program changed or took away; nothing happens by itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import get_args

from reflect_tui.errors import Fault
from reflect_tui.i18n import _
from reflect_tui.store.external_changes import Changed
from reflect_tui.toml import formats
from reflect_tui.toml.formats import Side
from reflect_tui.tui import navigate
from reflect_tui.tui.actions import Action
from reflect_tui.tui.host import Host
from reflect_tui.tui.screens.dialog import Menu
from reflect_tui.tui.screens.page import Page
from reflect_tui.views.home import render_unreadable
from reflect_tui.views.labels import id_name
from reflect_tui.views.lines import Line, line, span


def open_change(host: Host, change: Changed) -> None:
    """Ask what to do, and do it."""
    menu = _missing(change) if change.missing else _edited(host, change)
    host.push_screen(menu, lambda chosen: _answer(host, change, chosen))


def _edited(host: Host, change: Changed) -> Menu:
    text = _("{session}: its file is not what history has, and the change was not made here.")
    choices = [
        ("look", _("Look at it as it is now")),
        ("diff", _("Compare it with the version in history")),
        ("keep", _("Keep it as a new version, with a reason")),
        ("restore", _("Bring back the version in history")),
    ]
    if change.known is None or host.journal.faults_of(change.known):
        del choices[1]
    title = _("Changed by another program")
    return Menu(title, text.format(session=id_name(change.id)), choices)


def _missing(change: Changed) -> Menu:
    text = _("{session}: its file is not in the folder, but history has it.")
    choices = [
        ("restore", _("Bring it back from history")),
        ("remove", _("Remove it here too; r lists it from then on")),
    ]
    return Menu(_("Missing from the folder"), text.format(session=id_name(change.id)), choices)


def _answer(host: Host, change: Changed, chosen: str | None) -> None:
    session = host.state.session(change.id)
    if chosen == "look" and session:
        navigate.show_results(host, session)
    elif chosen == "diff":
        _diff(host, change)
    elif chosen == "keep" and host.may_write():
        text = _("The reason stands in the history of the session.")
        given, missing = _("changed by another program"), _("Write a reason first; a word will do.")
        keep = partial(host.journal_service.keep, change.id)
        navigate.ask_line(host, _("Keep it as a new version"), text, keep, given, missing=missing)
    elif chosen == "restore":
        host.journal_service.restore(change.id)
    elif chosen == "remove":
        host.journal_service.remove(change.id)


def _diff(host: Host, change: Changed) -> None:
    from reflect_tui.views.history import Origin  # noqa: PLC0415 -- only when asked

    session = host.state.session(change.id)
    if session and change.known:
        navigate.show_diff(
            host, [change.known, session], (Origin(words=_("in history")), Origin(words=_("as it is now")))
        )


class UnreadableScreen(Page):
    """One file with its faults; `known` is the id of the session that history may have of it."""

    keys = "unreadable"

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
        return line(span(_("A file that can't be read"), "title"))

    def content(self, columns: int, rows: int) -> list[Line]:  # noqa: ARG002 -- it scrolls
        return render_unreadable(
            self._path, self._faults, columns, self.host.key, changed=self._changed, known=bool(self._known)
        )

    def renew(self) -> None:
        """Close when the file can be read now, or is gone; else show what is wrong with it now."""
        rows = {row.target: row for row in self.host.state.rows}
        found = rows.get(str(self._path)) or rows.get(self._relative)
        if found is None or not found.problem:
            self.action_back()
            return
        entry = self.host.state.entry(self._relative)
        self._faults = entry.faults if entry else self._faults
        self.paint()

    @property
    def _relative(self) -> str:
        root = self.host.journal.root
        return self._path.relative_to(root).as_posix() if self._path.is_relative_to(root) else ""

    def action_edit(self) -> None:
        if self.host.may_write():
            navigate.edit_file(self.host, self._path)

    def action_bring_back(self) -> None:
        if not self._known:
            self.app.bell()
            return
        text = _("The file as it is now is kept in {folder}.").format(folder=self.host.journal.state / "replaced")
        if formats.has_conflict(self._faults):
            choices = [
                ("upper", _("Take the upper version")),
                ("lower", _("Take the lower version")),
                ("history", _("Bring back the last good version")),
            ]
            self.app.push_screen(Menu(_("Which version is right?"), text, choices), self._choose)
            return
        bring_back = partial(self.host.journal_service.restore, self._known)
        question = (_("Bring back the last good version?"), text)
        navigate.ask(self.host, question, _("bring back"), _("later"), bring_back)

    def _choose(self, chosen: str | None) -> None:
        side = next((side for side in get_args(Side) if side == chosen), None)
        if side:
            self.host.journal_service.take_side(self._known, side)
        elif chosen:
            self.host.journal_service.restore(self._known)
