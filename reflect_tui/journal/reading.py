"""What stands in the folder of a journal: its sessions, rounds and instruments; nothing is written, no git is asked."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reflect_tui.feedback.round import Round
from reflect_tui.journal.cache import Cache, Glimpse
from reflect_tui.journal.entries import Entries
from reflect_tui.journal.entry import Entry, alone, others
from reflect_tui.journal.looking import Look
from reflect_tui.library import Library
from reflect_tui.session import Session

if TYPE_CHECKING:
    from reflect_tui.journal.documents import Shelf


class Reading:
    """The part of a Journal that reads its folder."""

    root: Path
    state: Path
    rounds: Shelf[Round]

    @cached_property
    def library(self) -> Library:
        """The instruments that this journal's sessions were answered on."""
        return Library(self.root)

    @cached_property
    def _entries(self) -> Entries:
        return Entries(self.root, self.library, Cache(self.state, self.library))

    def entries(self, newest: int | None = None) -> tuple[Entry, ...]:
        """List the files among the sessions, or so many of the newest; newest first, readable or not.

        Without those that no one may see by themselves: what was given in confidence, or in a round that goes on.

        Raises:
            BadFileError: the folder itself can't be read.
        """
        return alone(self.all_entries(newest), self.known_rounds)

    def look(self) -> Look:
        """Look at all files among the sessions, once for all that is asked after it; none is opened.

        Raises:
            BadFileError: the folder itself can't be read.
        """
        return self._entries.look()

    def all_entries(self, newest: int | None = None, there: Look | None = None) -> tuple[Entry, ...]:
        """List every file as entries() does: to look after them and to compare, never to show what is in one.

        `there` are the files, when they were looked at just now.

        Raises:
            BadFileError: the folder itself can't be read.
        """
        return self._entries.all(newest, there)

    def entries_beyond(self, known: Container[str]) -> Iterator[Entry]:
        """List the files whose path is not among the `known` ones, in any order; see all_entries()."""
        return self._entries.beyond(known)

    def unread(self, there: Look | None = None) -> int:
        """Count the files that all_entries() would have to read.

        Raises:
            BadFileError: the folder itself can't be read.
        """
        return self._entries.unread(there)

    def read_ahead(self, step: int, there: Look | None = None) -> Iterator[int]:
        """Read the files that all_entries() would read; tell after every `step` of them how far this is.

        Raises:
            BadFileError: the folder itself can't be read.
        """
        return self._entries.read_ahead(step, there)

    def outlines(self) -> tuple[Entry, ...]:
        """List the files as entries() does, for a list: what is known of a session is not read, so its texts may lack.

        Raises:
            BadFileError: the folder itself can't be read.
        """
        return alone(self._entries.outlines(), self.known_rounds)

    def named(self, beginning: str) -> tuple[Entry, ...]:
        """List the files of entries() whose id begins so; the others are not read.

        Raises:
            BadFileError: the folder itself can't be read.
        """
        return alone(self._entries.named(beginning), self.known_rounds)

    def glimpses(self, known: Container[str], there: Look | None = None) -> Iterator[tuple[str, Glimpse]]:
        """Give what is known of files beside the `known` ones without reading them, by path, in any order.

        The sessions are one's own, and without their notes and remark: for the figures of a list only.
        """
        return self._entries.glimpses(known, there)

    def given(self) -> tuple[Session, ...]:
        """List what others said without a fault, newest first: to be compared, in groups; see analysis.compare."""
        return others(self.all_entries())

    def known_rounds(self) -> dict[str, Round]:
        """Give the rounds that can be read, by id."""
        return {document.value.id: document.value for document in self.rounds.all() if document.value}

    def count(self) -> int:
        """Count the files among the sessions without reading them.

        Raises:
            BadFileError: the folder itself can't be read.
        """
        return self._entries.count()

    def own(self) -> tuple[Session, ...]:
        """List the person's own sessions without a fault, newest first."""
        return tuple(_own(self.entries()))

    def own_newest_first(self) -> Iterator[Session]:
        """Give the sessions of own() one by one, reading no more files than it takes."""
        return _own(self._entries.newest_first())


def _own(entries: Iterable[Entry]) -> Iterator[Session]:
    """Choose one's own sessions; they are no answers to a round, so each may be seen by itself."""
    return (one.session for one in entries if one.session and one.session.role == "self" and not one.faults)
