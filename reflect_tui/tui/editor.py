"""Opens a file in the user's own editor, with the terminal handed over to it."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from reflect_tui.i18n import _
from reflect_tui.tui.messages import WorkFailed

if TYPE_CHECKING:
    from reflect_tui.tui.app import ReflectApp


def edit(app: ReflectApp, path: Path) -> None:
    """Open a file in $VISUAL or $EDITOR, wait until it is closed, and read the journal again; or say why not."""
    problem = _problem(app, path)
    if problem:
        app.post_message(WorkFailed(problem))
    else:
        app.load()


def _problem(app: ReflectApp, path: Path) -> str:
    """Run the editor; give the sentence that says what went wrong, if anything."""
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        command = shlex.split(wanted)
    except ValueError:
        command = []
    if not command:
        return _("No editor is set. Name yours in the variable EDITOR, as in: export EDITOR=nano")
    try:
        with app.suspend():
            subprocess.run([*command, str(path.absolute())], check=False)  # noqa: S603 -- the user's own choice
    except (OSError, ValueError):
        return _("The editor {command} can't be started.").format(command=command[0])
    except SuspendNotSupported:
        return _("No editor can be opened here; open {path} yourself.").format(path=path)
    return ""
