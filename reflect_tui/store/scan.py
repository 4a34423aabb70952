"""The session files of a journal: which there are, and what is in each or wrong with it; no git."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path

from msgspec import Struct

from reflect_tui.analysis.rater_groups import may_be_shown_alone
from reflect_tui.analysis.summary import SessionFigures, session_figures
from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model import session as sessions
from reflect_tui.model.library import Library
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session

FOLDER = "sessions"
_YEAR = re.compile(r"\d{4}")


class Entry(Struct, frozen=True, kw_only=True):
    """One file below `sessions`: its session when it can be read, and everything wrong with it, or its figures."""

    path: str
    session: Session | None
    faults: tuple[Fault, ...] = ()
    figures: SessionFigures | None = None

    @property
    def id(self) -> str:
        """The session's id, by the name of the file."""
        return name(self.path)

    @property
    def is_sound(self) -> bool:
        """Whether it can be read and has no fault: only such sessions are counted, compared, followed or exported."""
        return self.session is not None and not self.faults

    @property
    def started(self) -> datetime:
        """When the session began; by the name of the file if it can't be read, else the beginning of time."""
        if self.session:
            return self.session.started
        try:
            return datetime.strptime(self.id[:15], "%Y-%m-%dT%H%M").astimezone()
        except (ValueError, OverflowError):
            return datetime.min.replace(tzinfo=UTC)


class SessionFile(Struct, frozen=True):
    """Something among the sessions, by its path within the journal; see files.signature()."""

    name: str
    path: str
    signature: tuple[int, ...]
    is_folder: bool


FileList = tuple[SessionFile, ...]


def name(path: str) -> str:
    """Return the name of a session's file without its ending."""
    return path.rpartition("/")[2].removesuffix(".toml")


def alone(entries: tuple[Entry, ...], rounds: Callable[[], Mapping[str, Round]]) -> tuple[Entry, ...]:
    """Leave out what no one may see by itself; `rounds` are asked for only when an answer to one is there."""
    if not any(entry.session and entry.session.round for entry in entries):
        return entries
    known = rounds()
    return tuple(entry for entry in entries if not entry.session or may_be_shown_alone(entry.session, known))


def sound(entries: Iterable[Entry]) -> Iterator[Session]:
    """Choose the sessions of the entries that are sound, in the same order."""
    return (entry.session for entry in entries if entry.session and entry.is_sound)


def own(entries: Iterable[Entry]) -> Iterator[Session]:
    """Choose one's own sound sessions; none answers a round, so each may be seen by itself."""
    return (session for session in sound(entries) if session.role == "self")


def others(entries: Iterable[Entry]) -> tuple[Session, ...]:
    """Choose the answers of others among the sound sessions."""
    return tuple(session for session in sound(entries) if session.role != "self")


def list_files(root: Path, known: Container[str] = ()) -> FileList:
    """List all in the folder of sessions and its year folders but hidden files, opening none; the newest names first.

    What stands in the place of that folder, or of a year's, is listed itself; a path that is `known` is left out.

    Raises:
        BadFileError: a folder can't be read.
    """
    session_files = [
        SessionFile(file.name, path, files.signature(file), file.is_dir())
        for path, file in _files(root)
        if path not in known
    ]
    return tuple(sorted(session_files, key=attrgetter("name"), reverse=True))


def _files(root: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    top = next((entry for entry in _listing(root) if entry.name == FOLDER), None)
    if top and not top.is_dir():
        yield FOLDER, top
        return
    for year in _listing(root / FOLDER):
        if not is_folder(year):
            yield f"{FOLDER}/{year.name}", year
            continue
        for file in _listing(Path(year.path)):
            yield f"{FOLDER}/{year.name}/{file.name}", file


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Check whether sessions can lie in something among the sessions: a folder, or a year that lies elsewhere.

    A session of that year is written there, so it must be read there; where any other link leads is not our business.
    """
    return entry.is_dir(follow_symlinks=_YEAR.fullmatch(entry.name) is not None)


def _listing(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            return [entry for entry in listing if not entry.name.startswith(".")]
    except FileNotFoundError:
        return []
    except OSError as error:
        reason = Fault("", _("can't be read: {reason}").format(reason=error.strerror or str(error)))
        raise BadFileError(folder, (reason,)) from None


def read(root: Path, path: str, library: Library) -> Entry:
    """Read a session's file and look for everything that is wrong with it."""
    try:
        session = sessions.load(root / path)
    except BadFileError as error:
        return Entry(path=path, session=None, faults=error.faults)
    except ReflectError as error:
        return Entry(path=path, session=None, faults=(Fault("", str(error)),))
    right = sessions.posix_path(session.id)
    if path != right:
        misplaced = Fault("", _("does not belong here, but in {path}").format(path=right))
        return Entry(path=path, session=None, faults=(misplaced,))
    if faults := faults_of(session, library):
        return Entry(path=path, session=session, faults=faults)
    instrument = library.find(session.instrument, session.version, session.digest)
    return Entry(path=path, session=session, figures=session_figures(instrument, session.scores))


def faults_of(session: Session, library: Library) -> tuple[Fault, ...]:
    """List what is wrong with a session that was parsed: no such instrument, unknown items, scores off the scale."""
    try:
        instrument = library.find(session.instrument, session.version, session.digest)
    except NotFoundError as error:
        return (Fault("instrument", str(error)),)
    return sessions.instrument_faults(session, instrument)


class SessionReader:
    """Reads the sessions of one journal; one that was sound and hasn't changed isn't read again."""

    def __init__(self, root: Path, library: Library) -> None:
        """Read in the folder of this journal, and look in this library for the instruments."""
        self._root = root
        self._library = library
        self._known: dict[str, tuple[tuple[int, ...], Entry]] = {}

    def entries(self, newest: int | None = None, listed: FileList | None = None) -> tuple[Entry, ...]:
        """Read every file, or so many with the newest names; newest session first.

        Raises:
            BadFileError: the folder can't be read.
        """
        listed = list_files(self._root) if listed is None else listed
        entries = (self._read(file) for file in listed[:newest])
        return tuple(sorted(entries, key=lambda entry: (entry.started, entry.path), reverse=True))

    def read_ahead(self, step: int, listed: FileList) -> Iterator[int]:
        """Read these files for a later entries(); after every `step` of them, tell how far this is."""
        for number, file in enumerate(listed, start=1):
            self._read(file)
            if number % step == 0:
                yield number

    def named(self, beginning: str) -> tuple[Entry, ...]:
        """Read the files whose name begins so, and no others.

        Raises:
            BadFileError: the folder can't be read.
        """
        return self.entries(
            listed=tuple(file for file in list_files(self._root) if name(file.path).startswith(beginning))
        )

    def beyond(self, known: Container[str]) -> Iterator[Entry]:
        """Read the files whose path is not among the `known` ones, and no others.

        Raises:
            BadFileError: the folder can't be read.
        """
        return map(self._read, list_files(self._root, known))

    def _read(self, file: SessionFile) -> Entry:
        known = self._known.get(file.path)
        if known and known[0] == file.signature:
            return known[1]
        entry = read(self._root, file.path, self._library)
        if files.is_settled(file.signature) and not entry.faults:
            self._known[file.path] = (file.signature, entry)
        return entry
