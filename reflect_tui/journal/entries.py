"""The session files in a journal's folder, readable or not; no git."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui import session
from reflect_tui.analysis.raters import stands_alone
from reflect_tui.analysis.summary import Figures, figures, summarize
from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.feedback.round import Round
from reflect_tui.i18n import _
from reflect_tui.journal import files
from reflect_tui.journal.cache import Cache, is_settled
from reflect_tui.journal.packed import Scores
from reflect_tui.library import Library
from reflect_tui.session import Session

FOLDER = "sessions"
_YEAR = re.compile(r"\d{4}")
_Seen = tuple[int, ...]


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """One file below `sessions`: its session when it can be read, and everything wrong with it, or its figures."""

    path: str
    session: Session | None
    faults: tuple[Fault, ...] = ()
    figures: Figures | None = None

    @property
    def id(self) -> str:
        """The session's id, by the name of the file."""
        return _name(self.path)

    @property
    def started(self) -> datetime:
        """When the session began; by the name of the file if it can't be read, else the beginning of time."""
        if self.session:
            return self.session.started
        try:
            return datetime.strptime(self.id[:15], "%Y-%m-%dT%H%M").astimezone()
        except (ValueError, OverflowError):
            return datetime.min.replace(tzinfo=UTC)


def alone(entries: tuple[Entry, ...], rounds: Callable[[], Mapping[str, Round]]) -> tuple[Entry, ...]:
    """Leave out what no one may see by itself; `rounds` are asked for only when an answer to one is there."""
    if not any(entry.session and entry.session.round for entry in entries):
        return entries
    known = rounds()
    return tuple(entry for entry in entries if not entry.session or stands_alone(entry.session, known))


def others(entries: Iterable[Entry]) -> tuple[Session, ...]:
    """Choose what others said, without a fault."""
    return tuple(
        entry.session for entry in entries if entry.session and entry.session.role != "self" and not entry.faults
    )


class Entries:
    """Reads the sessions of one journal; a file that hasn't changed isn't read again."""

    def __init__(self, root: Path, library: Library, cache: Cache) -> None:
        """Look in the folder of this journal, in this library for the instruments, and in this cache."""
        self._root = root
        self._library = library
        self._cache = cache
        self._known: dict[str, tuple[_Seen, Entry]] = {}
        self._young: set[str] = set()  # files that changed so recently that they could change unseen

    def count(self) -> int:
        """Count the files.

        Raises:
            BadFileError: the folder can't be read.
        """
        return sum(1 for _file in self._files())

    def all(self, newest: int | None = None) -> tuple[Entry, ...]:
        """Give an entry for every file, or for so many with the newest names; newest first.

        Raises:
            BadFileError: the folder can't be read.
        """
        found = {path: self._read(path, files.signature(file)) for path, file in self._newest_first()[:newest]}
        self._known = found if newest is None else self._known | found
        if newest is None:
            self._cache.keep(self._lasting())
        entries = (entry for _seen, entry in found.values())
        return tuple(sorted(entries, key=lambda entry: (entry.started, entry.path), reverse=True))

    def read_ahead(self, step: int) -> Iterator[int]:
        """Read the files that are to be read, the newest first; after every `step` of them, tell how far this is.

        Raises:
            BadFileError: the folder can't be read.
        """
        read = 0
        for number, (path, file) in enumerate(self._newest_first(), start=1):
            seen = files.signature(file)
            known = self._at_hand(path, seen)
            self._known[path] = (seen, known) if known else self._read(path, seen)
            read += known is None
            if known is None and read % step == 0:
                yield number

    def unread(self) -> int:
        """Count the files that are to be read before all() can tell of every one; see there."""
        return sum(not self._is_at_hand(path, files.signature(file)) for path, file in self._files())

    def _is_at_hand(self, path: str, seen: _Seen) -> bool:
        known = self._known.get(path)
        return known[0] == seen if known else self._cache.is_whole(_name(path), seen)

    def glimpses(self, known: Container[str]) -> Iterator[Entry]:
        """Give, beside the `known` files, those of which is known what a list shows, though they may not be read yet.

        The sessions are without their texts: for figures only.
        """
        for path, file in self._files():
            if path not in known and (found := self._cache.glimpse(_name(path), files.signature(file))):
                yield Entry(path=path, session=found.session, figures=found.figures)

    def _newest_first(self) -> list[tuple[str, os.DirEntry[str]]]:
        return sorted(self._files(), key=lambda found: found[1].name, reverse=True)

    def _lasting(self) -> dict[str, tuple[_Seen, Session, Figures]]:
        """Give what may be kept for the next start: one's own sessions without a fault, that can't change unseen."""
        return {
            entry.session.id: (seen, entry.session, entry.figures)
            for path, (seen, entry) in self._known.items()
            if entry.session and entry.figures and entry.session.role == "self" and path not in self._young
        }

    def beyond(self, known: Container[str]) -> Iterator[Entry]:
        """Give an entry for every file whose path is not among the `known` ones; those aren't even looked at.

        Raises:
            BadFileError: the folder can't be read.
        """
        for path, file in self._files():
            if path not in known:
                yield self._read(path, files.signature(file))[1]

    def _read(self, path: str, seen: _Seen) -> tuple[_Seen, Entry]:
        known = self._at_hand(path, seen)
        if known:
            return seen, known
        self._young.discard(path)
        if not is_settled(seen):
            self._young.add(path)
        return seen, self._entry(path)

    def _at_hand(self, path: str, seen: _Seen) -> Entry | None:
        """Give the entry of a file that is known as it is; None when it must be read."""
        known = self._known.get(path)
        if known:
            return known[1] if known[0] == seen and (path not in self._young or not is_settled(seen)) else None
        found = self._cache.glimpse(_name(path), seen)
        whole = found and not found.texts
        return Entry(path=path, session=found.session, figures=found.figures) if found and whole else None

    def _files(self) -> Iterator[tuple[str, os.DirEntry[str]]]:
        """List all in the folder and its year folders but hidden files; what stands in its place, if it is none."""
        top = next((found for found in _listing(self._root) if found.name == FOLDER), None)
        if top and not top.is_dir():
            yield FOLDER, top
            return
        for year in _listing(self._root / FOLDER):
            if not is_folder(year):
                yield f"{FOLDER}/{year.name}", year
                continue
            for file in _listing(Path(year.path)):
                yield f"{FOLDER}/{year.name}/{file.name}", file

    def _entry(self, path: str) -> Entry:
        try:
            found = session.load(self._root / path)
        except BadFileError as error:
            return Entry(path=path, session=None, faults=error.faults)
        except ReflectError as error:
            return Entry(path=path, session=None, faults=(Fault("", str(error)),))
        right = session.relative_path(found.id).as_posix()
        if path != right:
            misplaced = Fault("", _("does not belong here, but in {path}").format(path=right))
            return Entry(path=path, session=None, faults=(misplaced,))
        return self._checked(path, found)

    def _checked(self, path: str, found: Session) -> Entry:
        try:
            answered_on = self._library.find(found.instrument, found.version, found.digest)
        except NotFoundError as error:
            return Entry(path=path, session=found, faults=(Fault("instrument", str(error)),))
        faults = session.check(found, answered_on)
        if faults:
            return Entry(path=path, session=found, faults=faults)
        small = structs.replace(found, scores=Scores.pack(answered_on.positions, found.scores))
        return Entry(path=path, session=small, figures=figures(summarize(answered_on, found.scores)))


def _name(path: str) -> str:
    """Give the name of a session's file without its ending."""
    return path.rpartition("/")[2].removesuffix(".toml")


def is_folder(found: os.DirEntry[str]) -> bool:
    """Tell whether sessions can lie in something among the sessions: a folder, or a year that lies elsewhere.

    A session of that year is written there, so it must be read there; where any other link leads is not our business.
    """
    return found.is_dir(follow_symlinks=_YEAR.fullmatch(found.name) is not None)


def _listing(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            return [found for found in listing if not found.name.startswith(".")]
    except FileNotFoundError:
        return []
    except OSError as error:
        reason = Fault("", _("can't be read: {reason}").format(reason=error.strerror or str(error)))
        raise BadFileError(folder, (reason,)) from None
