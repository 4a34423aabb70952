"""The session files in a journal's folder, readable or not; no git."""

from __future__ import annotations

import bisect
import os
from collections.abc import Container, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reflect_tui.analysis.summary import Figures
from reflect_tui.journal import entry, files
from reflect_tui.journal.cache import Cache, Glimpse, is_settled, is_worthwhile
from reflect_tui.journal.entry import Entry
from reflect_tui.journal.looking import Look, Seen, listed, look, packed, unpacked
from reflect_tui.library import Library
from reflect_tui.session import Session

_WESTERNMOST = timedelta(hours=24)  # behind UTC: the most that a date with an offset can be


class Entries:
    """Reads the sessions of one journal; a file that hasn't changed isn't read again."""

    def __init__(self, root: Path, library: Library, cache: Cache) -> None:
        """Look in the folder of this journal, in this library for the instruments, and in this cache."""
        self._root = root
        self._library = library
        self._cache = cache
        self._known: dict[str, tuple[bytes, Entry]] = {}
        self._young: set[str] = set()  # files that changed so recently that they could change unseen

    def count(self) -> int:
        """Count the files.

        Raises:
            BadFileError: the folder can't be read.
        """
        return sum(1 for _file in listed(self._root))

    def look(self) -> Look:
        """Look at all files, once for all that is asked after it.

        Raises:
            BadFileError: the folder can't be read.
        """
        return look(self._root)

    def all(self, newest: int | None = None, there: Look | None = None) -> tuple[Entry, ...]:
        """Give an entry for every file that is `there`, or for so many with the newest names; newest first.

        Raises:
            BadFileError: the folder can't be read.
        """
        there = self.look() if there is None else there
        found = {known[1].path: known for known in (self._read(file.path, file.seen) for file in there[:newest])}
        self._known = found if newest is None else self._known | found
        if newest is None:
            self._cache.keep(self._lasting())
        return tuple(sorted((one for _seen, one in found.values()), key=_place, reverse=True))

    def read_ahead(self, step: int, there: Look | None = None) -> Iterator[int]:
        """Read the files that are to be read, the newest first; after every `step` of them, tell how far this is.

        Raises:
            BadFileError: the folder can't be read.
        """
        read = 0
        for number, file in enumerate(self.look() if there is None else there, start=1):
            path, seen = file.path, file.seen
            known = self._at_hand(path, seen)
            self._known[path] = (packed(seen), known) if known else self._read(path, seen)
            read += known is None
            if known is None and read % step == 0:
                yield number

    def unread(self, there: Look | None = None) -> int:
        """Count the files that are to be read before all() can tell of every one; see there."""
        return sum(not self._is_at_hand(one.path, one.seen) for one in (self.look() if there is None else there))

    def _is_at_hand(self, path: str, seen: Seen) -> bool:
        known = self._known.get(path)
        return known[0] == packed(seen) if known else self._cache.is_whole(entry.name(path), seen)

    def glimpses(self, known: Container[str], there: Look | None = None) -> Iterator[tuple[str, Glimpse]]:
        """Give, beside the `known` files, those of which is known what a list shows, though they may not be read yet.

        Raises:
            BadFileError: the folder can't be read.
        """
        there = self.look() if there is None else there
        return self._cache.glimpses((file.path, file.seen) for file in there if file.path not in known)

    def outlines(self) -> tuple[Entry, ...]:
        """Give an entry for every file, newest first; where all but its texts is known, the file is not read.

        Raises:
            BadFileError: the folder can't be read.
        """
        there = self.look()
        found = {path: entry.outline(path, known) for path, known in self.glimpses(self._known, there)}
        if is_worthwhile(len(there) - len(found)):
            return self.all(there=there)  # which keeps them for the next time
        return tuple(sorted((*found.values(), *self.beyond(found)), key=_place, reverse=True))

    def newest_first(self) -> Iterator[Entry]:
        """Give the entries of all() one by one, reading no more files than it takes.

        Raises:
            BadFileError: the folder can't be read.
        """
        waiting: list[Entry] = []
        for path, file in self._newest_first():
            limit = _latest_start(entry.name(path))
            while waiting and limit and waiting[-1].started > limit:
                yield waiting.pop()
            bisect.insort(waiting, self._read(path, files.signature(file))[1], key=_place)
        yield from reversed(waiting)

    def named(self, beginning: str) -> tuple[Entry, ...]:
        """Give the entries of all() whose name begins so; the other files are not read.

        Raises:
            BadFileError: the folder can't be read.
        """
        fitting = [(path, file) for path, file in listed(self._root) if entry.name(path).startswith(beginning)]
        found = (self._read(path, files.signature(file))[1] for path, file in fitting)
        return tuple(sorted(found, key=_place, reverse=True))

    def _newest_first(self) -> list[tuple[str, os.DirEntry[str]]]:
        return sorted(listed(self._root), key=lambda found: found[1].name, reverse=True)

    def _lasting(self) -> dict[str, tuple[Seen, Session, Figures]]:
        """Give what may be kept for the next start: one's own sessions without a fault, that can't change unseen."""
        return {
            one.session.id: (unpacked(seen), one.session, one.figures)
            for path, (seen, one) in self._known.items()
            if one.session and one.figures and one.session.role == "self" and path not in self._young
        }

    def beyond(self, known: Container[str]) -> Iterator[Entry]:
        """Give an entry for every file whose path is not among the `known` ones; those aren't even looked at.

        Raises:
            BadFileError: the folder can't be read.
        """
        for path, file in listed(self._root):
            if path not in known:
                yield self._read(path, files.signature(file))[1]

    def _read(self, path: str, seen: Seen) -> tuple[bytes, Entry]:
        known = self._at_hand(path, seen)
        if known:
            return packed(seen), known
        self._young.discard(path)
        if not is_settled(seen):
            self._young.add(path)
        return packed(seen), self._texts(path, seen) or entry.read(self._root, path, self._library)

    def _texts(self, path: str, seen: Seen) -> Entry | None:
        """Read the texts of a file of which all else is known; None when it must be read whole."""
        if path in self._known or not (known := self._cache.glimpse(entry.name(path), seen)):
            return None
        found = entry.read_texts(self._root, path, known)
        return found if files.signature(self._root / path) == seen else None

    def _at_hand(self, path: str, seen: Seen) -> Entry | None:
        """Give the entry of a file that is known as it is; None when it must be read."""
        known = self._known.get(path)
        if known:
            return known[1] if known[0] == packed(seen) and (path not in self._young or not is_settled(seen)) else None
        found = self._cache.glimpse(entry.name(path), seen)
        return entry.outline(path, found) if found and not found.texts else None


def _place(one: Entry) -> tuple[datetime, str]:
    """Give what entries are put in order by."""
    return one.started, one.path


def _latest_start(name: str) -> datetime | None:
    """Give the latest moment at which a session can have begun whose name has its local time; None when unknown."""
    try:
        return datetime.strptime(name[:15], "%Y-%m-%dT%H%M").replace(tzinfo=UTC) + _WESTERNMOST
    except (ValueError, OverflowError):
        return None
