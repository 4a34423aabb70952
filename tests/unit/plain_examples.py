"""A console that reads a script and keeps what is said, and sittings on it."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from reflect_tui import clock
from reflect_tui.clock import Clock
from reflect_tui.line_mode import start
from reflect_tui.line_mode.speech import Console
from reflect_tui.model.session import Role, Session
from reflect_tui.store.draft_file import Draft
from reflect_tui.store.journal import Journal

JGZ, DIGCOMP = "jgz-opvoedingsondersteuning", "digcomp"
COLUMNS = 80


def fixed_clock(minutes: int = 0) -> Clock:
    """Give a clock that stands still, and counts seconds by looking at it."""
    moment = datetime(2026, 11, 23, 14, 5 + minutes, tzinfo=UTC)
    seconds = itertools.count()
    return Clock(now=lambda: moment, elapsed=lambda: float(next(seconds)), token=clock.SYSTEM.token)


def console(*lines: str, columns: int = COLUMNS) -> tuple[Console, Callable[[], str]]:
    """Give a console that reads these lines, and what it printed."""
    sink = io.StringIO()
    source = io.StringIO("".join(f"{line}\n" for line in lines))
    return Console(source, sink, lambda: columns, typed=False), sink.getvalue


class Desk:
    """A journal, and sittings on it by scripts; the code and the words of the last one."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal(folder / "journal", folder / "state")
        self.code = -1
        self.said = ""
        self._sittings = 0

    @classmethod
    def on(cls, journal: Journal) -> Desk:
        """Sit down at a journal that is there."""
        desk = cls(journal.root)
        desk.journal = journal
        return desk

    def new(
        self, *lines: str, instrument: str = JGZ, role: Role = "self", columns: int = COLUMNS, day: date | None = None
    ) -> str:
        """Fill in a session with a script, and give what was said."""
        talk, printed = console(*lines, columns=columns)
        self._sittings += 1
        self.code = start.new(self.journal, fixed_clock(self._sittings), talk, instrument, role, day=day)
        self.said = printed()
        return self.said

    def amend(self, *lines: str, reason: str = "a reason") -> str:
        """Amend the newest session with a script."""
        talk, printed = console(*lines)
        self.code = start.amend(self.journal, fixed_clock(), talk, self.session, reason)
        self.said = printed()
        return self.said

    @property
    def session(self) -> Session:
        """The newest session in the journal."""
        return self.journal.own()[0]

    @property
    def drafts(self) -> list[Draft]:
        """The drafts there are."""
        return [draft for draft in self.journal.drafts.all() if isinstance(draft, Draft)]


def words(said: str) -> str:
    """Give what was said without its line breaks."""
    return " ".join(said.split())
