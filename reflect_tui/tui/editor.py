"""Runs the user's own editor on a file, with the terminal handed over to it."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App, SuspendNotSupported

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.tui.messages import WorkFailed

if TYPE_CHECKING:
    from reflect_tui.tui.app import ReflectApp


class EditorError(ReflectError):
    """There is no editor to run; the sentence says why."""


def edit(app: ReflectApp, path: Path) -> None:
    """Open a file in $VISUAL or $EDITOR, wait until it is closed, and read the journal again; or say why not."""
    try:
        run(app, path)
    except EditorError as error:
        app.post_message(WorkFailed(str(error)))
    else:
        app.load()


def run(app: App[None], path: Path) -> int:
    """Open a file in the user's editor and wait; give its exit code, negative when a signal ended it.

    Raises:
        EditorError: none is set, it can't be started, or there is no terminal to hand over.
    """
    wanted = command()
    try:
        with app.suspend():
            return start(wanted, path)
    except SuspendNotSupported:
        raise EditorError(_("No editor can be opened in this terminal.")) from None


def command() -> list[str]:
    """Give the command of the user's editor, as $VISUAL or $EDITOR has it.

    Raises:
        EditorError: none is set.
    """
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(os.environ.get(name) or "")
        except ValueError:  # a quote without its other half
            words = []
        if words:
            return words
    raise EditorError(_("No editor is set. Name yours in the variable EDITOR, as in: export EDITOR=nano"))


def start(wanted: Sequence[str], path: Path) -> int:
    """Run an editor on a file and wait until it ends; the keys that interrupt or quit are its own affair.

    Raises:
        EditorError: it can't be started.
    """
    try:
        with _deaf((signal.SIGINT, signal.SIGQUIT)):
            return subprocess.run([*wanted, str(path.absolute())], check=False).returncode  # noqa: S603 -- the user's own choice
    except (OSError, ValueError):
        raise EditorError(_("The editor {command} can't be started.").format(command=wanted[0])) from None


@contextmanager
def _deaf(numbers: Sequence[signal.Signals]) -> Iterator[None]:
    """Hear nothing of some signals for a while; a handler and not SIG_IGN, which the editor would inherit."""
    before = {number: signal.signal(number, lambda _number, _frame: None) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
