"""Takes sessions from elsewhere and answers to rounds into the journal; every file is checked before one is written."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import structs

from reflect_tui import formats, library
from reflect_tui import session as sessions
from reflect_tui.clock import SYSTEM, Clock
from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.feedback import answers
from reflect_tui.i18n import _
from reflect_tui.instrument import Instrument, digest
from reflect_tui.journal import recording, rounds
from reflect_tui.journal.answer_checks import AnswerChecks
from reflect_tui.journal.candidate import Candidate, without_clashes
from reflect_tui.journal.journal import Journal
from reflect_tui.journal.obstacle import ObstacleError
from reflect_tui.session import Session

MAX_FILES = 500
NOTHING: Mapping[Path, bytes] = {}
_PAGE = (b"<!doctype", b"<html")
_MAX_SEEN = 20_000  # names: a folder with more is not one of sessions


Progress = Callable[[int, int], bool]
"""Hears how many of how many files were looked at, and says whether to go on."""


def _unheard(_done: int, _total: int) -> bool:
    return True


def examine(
    journal: Journal, paths: Iterable[Path], progress: Progress = _unheard, pasted: Mapping[Path, bytes] = NOTHING
) -> tuple[Candidate, ...]:
    """Look at files, and at all files in folders; nothing is written.

    `pasted` has what came in without a file, by the name that it is given among the paths. `progress` hears how many of
    how many files were looked at; when it says False, that is where it ends, with nothing.
    """
    check = _Check(journal, pasted)
    every = [path for given in paths for path in _files(given)]
    found = []
    for number, path in enumerate(every):
        if not progress(number, len(every)):
            return ()
        found.append(check.candidate(path))
    return tuple(without_clashes(found))


def files_of(given: Iterable[Path]) -> list[Path]:
    """List the files that paths stand for: themselves, or the TOML files of folders.

    Raises:
        BadFileError: a folder holds none, or too many.
    """
    found = [one for path in given for one in _files(path)]
    for one in found:
        if isinstance(one, Candidate):
            raise BadFileError(one.path, one.faults)
    return [one for one in found if isinstance(one, Path)]


def save(journal: Journal, candidate: Candidate, clock: Clock = SYSTEM) -> None:
    """Keep what a candidate without faults holds; the caller holds the Lock, and records afterwards.

    Raises:
        JournalError: it can't be written, or another program has meanwhile saved something else in its place.
        BadFileError: what waits in its round can't be read.
    """
    if candidate.faults or candidate.there:
        return
    if candidate.combined:
        rounds.take_combined(journal, candidate.combined, clock.now())
    elif candidate.answer and candidate.session:
        rounds.take_named(journal, candidate.answer, candidate.session, candidate.instrument)
    elif candidate.answer:
        rounds.take_confidential(journal, candidate.answer)
    elif candidate.session:
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

    def __init__(self, journal: Journal, pasted: Mapping[Path, bytes]) -> None:
        self._journal = journal
        self._pasted = pasted
        self._answers = AnswerChecks(journal, self._clash)

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
        data = self._pasted[path] if path in self._pasted else formats.read_bytes(path)
        data = data.removeprefix(codecs.BOM_UTF8)  # some editors put it before a text that was pasted into them
        if len(data) > formats.MAX_BYTES:
            raise BadFileError(path, (Fault("", _("is larger than {n} bytes").format(n=formats.MAX_BYTES)),))
        if data.lstrip().lower().startswith(_PAGE):
            page = _("is a page, such as the form itself; what a form makes is a file whose name ends in .toml")
            raise BadFileError(path, (Fault("", page),))
        document = formats.parse_document(data, path)
        if answers.is_combined(document):
            return self._answers.combined(path, data)
        if answers.is_answer(document):
            return self._answers.answer(path, data)
        if not {"scores", "digest"} & document.keys():
            raise BadFileError(path, (Fault("", _("is not a session; only session files can be imported")),))
        session = sessions.parse(data, path)
        if session.round and not _in_a_journal(path):
            raise BadFileError(path, (Fault("token", _("is missing; an answer to a round has one")),))
        answered_on, content = self._instrument(session, path)
        faults = (*_misfits(session, answered_on), *sessions.check(session, answered_on))
        if faults:
            return Candidate(path=path, faults=faults)
        session = _ordered(session, answered_on)
        fault, there = self._clash(session, answered_on)
        return Candidate(path=path, session=session, instrument=content, faults=(fault,) if fault else (), there=there)

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

    def _clash(self, session: Session, answered_on: Instrument) -> tuple[Fault | None, bool]:
        """Say why a session of this id can't be taken in, if so, and whether it is the very one that is there."""
        known = self._known(session)
        if known is None:
            is_draft = self._journal.drafts.path(session.id).exists()
            return Fault("id", _("is that of a draft: finish that or put it away first")) if is_draft else None, False
        try:
            there = _ordered(sessions.parse(known, ""), answered_on)
        except BadFileError:
            return Fault("id", _("is that of a file in the journal that can't be read")), False
        if sessions.dumps(there) == sessions.dumps(session):
            return None, True
        return Fault(
            "id", _("is that of a session in the journal with another content; that one stays as it is")
        ), False


def _in_a_journal(path: Path) -> bool:
    """Tell whether a file stands where a journal has its sessions: a journal brought along as a whole."""
    journal = path.absolute().parent.parent.parent
    return (journal / recording.IDENTITY).is_file() and path.absolute().parent.parent.name == "sessions"


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
