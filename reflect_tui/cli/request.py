"""What a command is given: its options, the settings, and the journal they point to."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TextIO, TypeVar

from reflect_tui import paths
from reflect_tui.cli import output
from reflect_tui.disk.lock import Lock, holder
from reflect_tui.errors import BadFileError, JournalError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.settings import Settings
from reflect_tui.store.journal import Journal

if TYPE_CHECKING:
    from reflect_tui.store.documents import Document
    from reflect_tui.store.journal import Journal

T = TypeVar("T")
SIMPLE = ("", "dumb", "unknown")
"""What TERM says of a terminal that only prints lines."""


class Request:
    """One command line, ready to be carried out."""

    def __init__(self, options: argparse.Namespace, settings: Settings, problem: ReflectError | None = None) -> None:
        """Take what the parser and the settings file say, and what is wrong with that file."""
        self.options = options
        self.settings = settings
        self.problem = problem

    @cached_property
    def journal(self) -> Journal:
        """The journal: of --journal, else of the environment, else of the settings, else the default one.

        Raises:
            ReflectError: a file stands where its folder should be.
        """
        from reflect_tui.store.journal import Journal  # noqa: PLC0415 -- not needed for --help and instruments

        asked = self.options.journal or os.environ.get("REFLECT_TUI_JOURNAL") or self.settings.journal
        folder = paths.journal_folder(asked)
        if folder.exists() and not folder.is_dir():
            raise ReflectError(_("{path} is a file; a journal is a folder.").format(path=folder))
        return Journal(folder, paths.state_folder(folder))

    @property
    def plain(self) -> bool:
        """Whether words are wanted, not pictures made of signs: asked for, set for good, or all a terminal can do."""
        return self.asked_plain or self._is_simple

    @property
    def asked_plain(self) -> bool:
        """Whether words are wanted wherever they go: by --plain, or REFLECT_TUI_PLAIN."""
        return getattr(self.options, "plain", False) or bool(os.environ.get("REFLECT_TUI_PLAIN"))

    @property
    def _is_simple(self) -> bool:
        return on_terminal(sys.stdout) and os.environ.get("TERM", "") in SIMPLE


def on_terminal(stream: TextIO | None) -> bool:
    """Check whether a stream is a terminal."""
    return stream is not None and not stream.closed and stream.isatty()


Command = Callable[[Request], int]


# What a writing command does: acquire the lock, change files, commit them.


WAIT = 10.0  # seconds in which one other program may have the journal; a queue of commands may take longer


def acquire_lock(journal: Journal) -> Lock:
    """Acquire the journal lock for a writing command; other commands release it soon, the open app does not.

    Raises:
        JournalError: the same program still has it after 10 seconds, or the state folder can't be written.
    """
    other = holder(journal.state)
    while not (lock := Lock.acquire(journal.state, WAIT)):
        before, other = other, holder(journal.state)
        if other == before:  # nobody had a turn in all that time
            break
    if lock:
        return lock
    if other is None:
        raise JournalError(_("Another reflect-tui has this journal open. Close it, then try again."))
    text = _("Another reflect-tui has had this journal open since {time} (process {pid}). Close it, then try again.")
    raise JournalError(text.format(time=f"{other.since:%H:%M}", pid=other.pid))


def record(journal: Journal) -> None:
    """Commit what was saved; say on stderr what is in the way."""
    obstacle = journal.record().obstacle
    if obstacle:
        output.message(_("Saved, and not yet in history: {reason}").format(reason=obstacle.sentence))


def readable(journal: Journal, entries: Sequence[Document[T]]) -> list[T]:
    """Choose the values of documents; name those that can't be read on stderr."""
    for entry in entries:
        if entry.value is None:
            output.message(str(BadFileError(journal.root / entry.path, entry.faults)))
    return [entry.value for entry in entries if entry.value is not None]
