"""Takes session files from elsewhere into the journal: every file is checked before anything is written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui import formats, library
from reflect_tui import session as sessions
from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument, digest
from reflect_tui.journal import recording
from reflect_tui.journal.journal import Journal
from reflect_tui.journal.obstacle import ObstacleError
from reflect_tui.session import Session

MAX_FILES = 500
_MAX_SEEN = 20_000  # names: a folder with more is not one of sessions


class Candidate(Struct, frozen=True, kw_only=True):
    """One file to import: the session in it with its instrument's file, or everything that is wrong with it.

    `there` tells that the journal has this very session already.
    """

    path: Path
    session: Session | None = None
    instrument: bytes = b""
    faults: tuple[Fault, ...] = ()
    there: bool = False


def examine(journal: Journal, paths: Iterable[Path]) -> tuple[Candidate, ...]:
    """Look at files, and at all files in folders; nothing is written."""
    check = _Check(journal)
    found = [check.candidate(path) for given in paths for path in _files(given)]
    return tuple(_without_clashes(found))


def save(journal: Journal, candidate: Candidate) -> None:
    """Keep the session of a candidate without faults; the caller holds the Lock, and records afterwards.

    Raises:
        JournalError: it can't be written, or another program has meanwhile saved another session under its id.
    """
    if candidate.session and not candidate.faults and not candidate.there:
        journal.save(candidate.session, candidate.instrument)


def _files(given: Path) -> Sequence[Path | Candidate]:
    """List the files that a path stands for: itself, or the TOML files of a folder; of a journal, its sessions."""
    if not os.path.isdir(given):  # noqa: PTH112 -- Path.is_dir() raises for a folder above that is closed to us
        return [given]
    folder = given / "sessions" if (given / recording.IDENTITY).is_file() else given
    found: list[Path] = []
    seen = 0
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(top, name) for name in sorted(names) if name.endswith(".toml") and not name.startswith(".")]
        seen += len(folders) + len(names)
        if len(found) > MAX_FILES or seen > _MAX_SEEN:
            return [_refused(given, _("holds more than {n} files; import it in parts").format(n=MAX_FILES))]
    return found or [_refused(given, _("holds no TOML file"))]


def _refused(path: Path, problem: str) -> Candidate:
    return Candidate(path=path, faults=(Fault("", problem),))


class _Check:
    """Checks one file after another against one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def candidate(self, path: Path | Candidate) -> Candidate:
        """Look at one file."""
        if isinstance(path, Candidate):
            return path
        try:
            return self._checked(path)
        except BadFileError as error:
            return Candidate(path=path, faults=error.faults)
        except NotFoundError:
            return _refused(path, _("there is no such file"))

    def _checked(self, path: Path) -> Candidate:
        session = _read(path)
        answered_on, content = self._instrument(session, path)
        faults = (*_misfits(session, answered_on), *sessions.check(session, answered_on))
        if faults:
            return Candidate(path=path, faults=faults)
        session = _ordered(session, answered_on)
        fault = self._clash(session, answered_on)
        return Candidate(
            path=path,
            session=session,
            instrument=content,
            faults=(fault,) if fault else (),
            there=fault is None and self._known(session) is not None,
        )

    def _instrument(self, session: Session, path: Path) -> tuple[Instrument, bytes]:
        """Find the very instrument that a session was answered on, and its file."""
        try:
            found = self._journal.library.find(session.instrument, session.version, session.digest)
        except NotFoundError as error:
            raise BadFileError(path, (Fault("digest", str(error)),)) from None
        copy = recording.find_copy(self._journal.root, session)
        return found, copy[1] if copy else _shipped(session, path)

    def _known(self, session: Session) -> bytes | None:
        """Give what the journal has under the id of a session: in its folder, else in its newest version."""
        path = sessions.relative_path(session.id)
        if os.path.lexists(self._journal.root / path):
            return recording.read(self._journal.root, path.as_posix()) or b""
        if path.as_posix() not in self._tracked:
            return None
        try:
            return self._journal.repository.read("HEAD", path.as_posix())
        except ReflectError:  # that object is damaged; doctor says so
            return None

    @cached_property
    def _tracked(self) -> dict[str, str]:
        try:
            return self._journal.repository.tracked()
        except ObstacleError:
            return {}

    def _clash(self, session: Session, answered_on: Instrument) -> Fault | None:
        """Say why a session of this id can't be taken in; None when it is new, or the one that is there."""
        known = self._known(session)
        if known is None:
            if self._journal.drafts.path(session.id).exists():
                return Fault("id", _("is that of a draft: finish that or put it away first"))
            return None
        try:
            there = _ordered(sessions.parse(known, ""), answered_on)
        except BadFileError:
            return Fault("id", _("is that of a file in the journal that can't be read"))
        if sessions.dumps(there) == sessions.dumps(session):
            return None
        return Fault("id", _("is that of a session in the journal with another content; that one stays as it is"))


def _read(path: Path) -> Session:
    """Read a session file, whatever its name; BadFileError when it is none."""
    data = formats.read_bytes(path)
    if not {"scores", "digest"} & formats.parse_document(data, path).keys():
        raise BadFileError(path, (Fault("", _("is not a session; only session files can be imported")),))
    return sessions.parse(data, path)


def _shipped(session: Session, path: Path) -> bytes:
    """Give the file of an instrument that comes with the program."""
    content = library.bundled_bytes(session.instrument)
    if digest(content) != session.digest:  # the library found it a moment ago: it was taken away meanwhile
        raise BadFileError(path, (Fault("digest", _("is that of an instrument that can't be read")),))
    return content


def _misfits(session: Session, answered_on: Instrument) -> Iterator[Fault]:
    if session.version != answered_on.version:
        problem = _("is not {version}, that of the instrument with this digest").format(version=answered_on.version)
        yield Fault("version", problem)


def _ordered(session: Session, answered_on: Instrument) -> Session:
    """Put scores and notes in the order of the instrument, as our own files have them."""
    place = answered_on.positions.get
    scores, notes = (
        {key: table[key] for key in sorted(table, key=lambda key: place(key, 0))}
        for table in (session.scores, session.notes)
    )
    return structs.replace(session, scores=scores, notes=notes)


def _without_clashes(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """Refuse files that claim one id with different contents, and take equal ones once."""
    contents: dict[str, set[bytes]] = {}
    for candidate in found:
        if candidate.session and not candidate.faults:
            contents.setdefault(candidate.session.id, set()).add(sessions.dumps(candidate.session))
    taken: set[str] = set()
    for candidate in found:
        session_id = candidate.session.id if candidate.session and not candidate.faults else ""
        if len(contents.get(session_id, ())) > 1:
            problem = Fault("id", _("is also that of another of these files, with another content"))
            yield structs.replace(candidate, faults=(problem,))
        else:
            yield structs.replace(candidate, there=True) if session_id in taken else candidate
            taken |= {session_id} - {""}
