"""Runs the user's own editor on a file, with the terminal handed over to it."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from textual.app import App, SuspendNotSupported

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _
from reflect_tui.tui.messages import WorkFailed

if TYPE_CHECKING:
    from reflect_tui.tui.app import ReflectApp


_PATIENCE = 2.0  # seconds that an editor gets to end when the app is told to
_ENDS = (signal.SIGTERM, signal.SIGHUP)


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

    A program told to end meanwhile ends its editor and then itself; that is no failure of the editor's: 0.

    Raises:
        EditorError: none is set, it can't be started, or there is no terminal to hand over.
    """
    wanted = command()
    told: list[int] = []
    try:
        with app.suspend():
            code = start(wanted, path, told)
    except SuspendNotSupported:
        raise EditorError(_("No editor can be opened in this terminal.")) from None
    if told:
        signal.raise_signal(told[0])  # to the app, which listens again
    return 0 if told else code


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


def start(wanted: Sequence[str], path: Path, told: list[int]) -> int:
    """Run an editor on a file and wait until it ends; the keys that interrupt or quit are its own affair.

    A signal that tells this program to end is passed on, and added to `told`.

    Raises:
        EditorError: it can't be started.
    """
    running: list[subprocess.Popen[bytes]] = []

    def end(number: int, _frame: FrameType | None) -> None:
        told.append(number)
        for process in running:
            _end(process, number)

    try:
        with _handled((signal.SIGINT, signal.SIGQUIT), lambda _number, _frame: None), _handled(_ENDS, end):
            running.append(subprocess.Popen([*wanted, str(path.absolute())]))  # noqa: S603 -- the user's own choice
            if told:  # in the moment before it ran
                _end(running[0], told[0])
            return running[0].wait()
    except (OSError, ValueError):
        raise EditorError(_("The editor {command} can't be started.").format(command=wanted[0])) from None


def _end(process: subprocess.Popen[bytes], number: int) -> None:
    """Let an editor end by a signal, and end it when it doesn't."""
    process.send_signal(number)
    timer = threading.Timer(_PATIENCE, process.kill)
    timer.daemon = True
    timer.start()


@contextmanager
def _handled(numbers: Sequence[signal.Signals], handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Take some signals for a while; by a handler also where nothing is done: SIG_IGN the editor would inherit."""
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)
