"""Writes the forms of a round: for all who have not answered, for one of them, or on paper."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reflect_tui.feedback.round import Round
from reflect_tui.i18n import _
from reflect_tui.pages import rounds as page
from reflect_tui.paths import at_home
from reflect_tui.tui.messages import WorkFailed
from reflect_tui.tui.screens.menu import Menu
from reflect_tui.tui.screens.path import PathScreen

if TYPE_CHECKING:
    from reflect_tui.tui.app import ReflectApp

_ALL, _PAPER = "all", "paper"


def open_forms(app: ReflectApp, found: Round) -> None:
    """Ask for whom and where to, then have the forms written."""
    numbers = [number for number, _one in page.waiting(found)]
    if not numbers:
        app.post_message(WorkFailed(_("Everyone who was asked has answered or was withdrawn.")))
        return
    choices = [(_ALL, _("all who have not answered")), (_PAPER, _("all who have not answered, on paper"))]
    choices += [(str(number), page.person(found.invited[number])) for number in numbers]
    text = _("One file for each person, in a folder. A form that is written anew takes the place of an earlier one.")
    app.push_screen(Menu(_("Write the forms"), text, choices), lambda chosen: _where(app, found, numbers, chosen))


def _where(app: ReflectApp, found: Round, numbers: Sequence[int], chosen: str | None) -> None:
    if chosen is None:
        return
    wanted = numbers if chosen in (_ALL, _PAPER) else [int(chosen)]
    suggestion = f"~/feedback-{found.id}"
    text = _("The folder is made if there is none; only you can read what is written. Nothing is replaced.")

    def write(path: str | None) -> None:
        if path:
            app.write_forms(found.id, wanted, Path(path).expanduser(), paper=chosen == _PAPER)

    app.push_screen(PathScreen(_("In which folder?"), suggestion, text), write)


def said(found: Round, numbers: Sequence[int], paths: Sequence[Path]) -> str:
    """Say which file is for whom: only here do labels and files stand side by side."""
    lines = [f"{path.name}: {found.invited[number].label or '–'}" for number, path in zip(numbers, paths, strict=True)]
    return "\n".join(
        [_("In {path}:").format(path=at_home(paths[0].parent)), *lines, "", _("Give each person only their own.")]
    )
