"""`demo`: a made-up journal of three years, to try everything on; it is gone when the app closes."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from reflect_tui import demo as story
from reflect_tui.cli import output
from reflect_tui.cli.opening import chosen_instrument, open_app, require_terminal
from reflect_tui.cli.request import Request
from reflect_tui.errors import EXIT_DONE, JournalError, ReflectError
from reflect_tui.i18n import _, current
from reflect_tui.journal import Journal, files


def demo(request: Request) -> int:
    """Open the app on a made-up journal, or only write one."""
    if request.options.output is not None:
        return _write(Path(request.options.output).expanduser().absolute(), request)
    require_terminal()
    with tempfile.TemporaryDirectory(prefix="reflect-tui-demo-", ignore_cleanup_errors=True) as folder:
        journal = Journal(Path(folder, "journal"), Path(folder, "state"))
        fill(journal, chosen_instrument(request))  # the app brings it into history, after its first paint
        return open_app(journal, request.settings)


def _write(root: Path, request: Request) -> int:
    """Fill a new folder and print its path."""
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise ReflectError(_("{path} is in use; give a folder that is new or empty.").format(path=root))
    with tempfile.TemporaryDirectory(prefix="reflect-tui-demo-", ignore_cleanup_errors=True) as state:
        journal = Journal(root, Path(state))
        fill(journal, chosen_instrument(request))
        obstacle = journal.record().obstacle
    output.text(str(root))
    if obstacle:
        raise JournalError(obstacle.sentence)
    return EXIT_DONE


def fill(journal: Journal, identifier: str) -> None:
    """Save the made-up sessions, goals and agenda, oldest first."""
    files.make_folder(journal.root)
    story.fill(journal, identifier, datetime.now().astimezone().date(), current())
