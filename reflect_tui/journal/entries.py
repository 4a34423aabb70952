"""The session files in a journal's folder, readable or not; no git."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from reflect_tui import session
from reflect_tui.analysis.raters import stands_alone
from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.feedback.round import Round
from reflect_tui.i18n import _
from reflect_tui.journal import files
from reflect_tui.library import Library
from reflect_tui.session import Session

FOLDER = "sessions"
_Signature = tuple[int, ...]


class Entry(Struct, frozen=True, kw_only=True):
    """One file below `sessions`: its session when it can be read, and everything wrong with it."""

    path: str
    session: Session | None
    faults: tuple[Fault, ...] = ()

    @property
    def id(self) -> str:
        """The session's id, by the name of the file."""
        return Path(self.path).stem

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

    def __init__(self, root: Path, library: Library) -> None:
        """Look in the folder of this journal, and in this library for the instruments."""
        self._root = root
        self._library = library
        self._known: dict[str, tuple[_Signature, Entry]] = {}

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
        listed = sorted(self._files(), key=lambda found: found[1].name, reverse=True)
        found = {path: self._read(path, files.signature(file)) for path, file in listed[:newest]}
        self._known = found if newest is None else self._known | found
        entries = (entry for _signature, entry in found.values())
        return tuple(sorted(entries, key=lambda entry: (entry.started, entry.path), reverse=True))

    def beyond(self, known: Container[str]) -> Iterator[Entry]:
        """Give an entry for every file whose path is not among the `known` ones; those aren't even looked at.

        Raises:
            BadFileError: the folder can't be read.
        """
        for path, file in self._files():
            if path not in known:
                yield self._read(path, files.signature(file))[1]

    def _read(self, path: str, signature: _Signature) -> tuple[_Signature, Entry]:
        known = self._known.get(path)
        return known if known and known[0] == signature else (signature, self._entry(path))

    def _files(self) -> Iterator[tuple[str, os.DirEntry[str]]]:
        """List everything in the folder and its year folders but hidden files."""
        for year in _listing(self._root / FOLDER):
            if not year.is_dir(follow_symlinks=False):
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
        return Entry(path=path, session=found, faults=self._faults(found))

    def _faults(self, found: Session) -> tuple[Fault, ...]:
        try:
            answered_on = self._library.find(found.instrument, found.version, found.digest)
        except NotFoundError as error:
            return (Fault("instrument", str(error)),)
        return session.check(found, answered_on)


def _listing(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            return [found for found in listing if not found.name.startswith(".")]
    except FileNotFoundError:
        return []
    except OSError as error:
        reason = Fault("", _("can't be read: {reason}").format(reason=error.strerror or str(error)))
        raise BadFileError(folder, (reason,)) from None
