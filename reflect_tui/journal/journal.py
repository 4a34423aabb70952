"""The journal of one person: sessions saved as files, brought into history, deleted, restored and recovered.

A session is saved when its file is on the disk; that needs no git. History follows: at once where it can, else at the
next start. Every step can be cut short anywhere: what is in the folder and not in history is what remains to be done.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec
import tomli_w
from msgspec import Struct

from reflect_tui import formats
from reflect_tui import session as sessions
from reflect_tui.errors import JournalError, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.journal import files, recording, recovery
from reflect_tui.journal.commits import Step
from reflect_tui.journal.drafts import Drafts
from reflect_tui.journal.entries import FOLDER, Entries, Entry
from reflect_tui.journal.history import Version
from reflect_tui.journal.obstacle import Obstacle, ObstacleError, from_failure
from reflect_tui.journal.repository import Repository
from reflect_tui.library import Library
from reflect_tui.session import Session, SessionId
from reflect_tui.text import display

_BATCH = 50  # commits that appear together


class Recorded(Struct, frozen=True, kw_only=True):
    """What came into history: the new commits, what was in the way, and the ids of the sessions that still wait."""

    commits: tuple[str, ...] = ()
    obstacle: Obstacle | None = None
    pending: tuple[str, ...] = ()


class Recovered(Struct, frozen=True, kw_only=True):
    """What was put right at the start: drafts that were saved already, stale temporary files, history."""

    drafts: tuple[str, ...] = ()
    tidied: tuple[Path, ...] = ()
    recorded: Recorded = Recorded()


class Lost(Struct, frozen=True):
    """A session that history knows and the folder doesn't, with the newest commit about it."""

    id: str
    last: Version


class JournalFile(Struct, frozen=True):
    """What stands in journal.toml; keys of later formats are left alone."""

    format: Literal[1]
    id: str


class Journal:
    """One journal folder and its state folder; making this object touches nothing."""

    def __init__(self, root: Path, state: Path) -> None:
        """Take the journal's folder, and the one for its drafts and lock."""
        self.root = root
        self.state = state
        self.repository = Repository(root)
        self.drafts = Drafts(state)

    @cached_property
    def library(self) -> Library:
        """The instruments that this journal's sessions were answered on."""
        return Library(self.root)

    @cached_property
    def _entries(self) -> Entries:
        return Entries(self.root, self.library)

    # The folder

    def entries(self) -> tuple[Entry, ...]:
        """List every file among the sessions, newest first, readable or not.

        Raises:
            BadFileError: the folder itself can't be read.
        """
        return self._entries.all()

    def own(self) -> tuple[Session, ...]:
        """List the person's own sessions without a fault, newest first."""
        return tuple(
            entry.session
            for entry in self.entries()
            if entry.session and entry.session.role == "self" and not entry.faults
        )

    def save(self, session: Session, instrument_bytes: bytes) -> Path:
        """Keep a finished session: when this returns, it is on the disk. History is not needed, and follows.

        Raises:
            JournalError: it can't be written, or a session of this id with another content is there.
        """
        path = self.root / sessions.relative_path(session.id)
        for folder in (path.parent, self.root / "instruments"):
            files.make_folder(folder)
        self._identify()
        self._keep_instrument(session, instrument_bytes)
        files.write_new(path, sessions.dumps(session))
        return path

    def _identify(self) -> None:
        """Write journal.toml when there is none; one made by a newer program is reason not to write here."""
        path = self.root / recording.IDENTITY
        try:
            document = formats.parse_document(formats.read_bytes(path), path)
        except NotFoundError:
            document = {"format": 1, "id": secrets.token_hex(16)}
            files.write_new(path, tomli_w.dumps(document).encode())
        except ReflectError:
            return  # a spoiled one is for doctor to name; it must not keep a session from being saved
        if isinstance(document.get("format"), int) and document["format"] > 1:
            newer = _("The journal {root} was made by a newer reflect-tui; this one does not write in it.")
            raise JournalError(newer.format(root=self.root))

    def _keep_instrument(self, session: Session, data: bytes) -> None:
        plain, marked = recording.copy_names(session)
        try:
            files.write_new(self.root / plain, data)
        except files.TakenError:
            files.write_new(self.root / marked, data)

    def finish(self, draft_id: str, session: Session, instrument_bytes: bytes) -> Path:
        """Save a session and remove its draft; one that can't be removed now is removed at the next start.

        Raises:
            JournalError: the session can't be saved; the draft is still there.
        """
        path = self.save(session, instrument_bytes)
        recovery.drop_draft(self.drafts, draft_id)
        return path

    # Into history

    def record(self) -> Recorded:
        """Bring every session in the folder that history doesn't know into it, one commit each.

        A file that differs from history, or is missing, stays as it is: it was changed by another program, and what
        to do about it is for the user. An obstacle is no error: it is told, and what waits, waits.
        """
        try:
            waiting = self._waiting()
            if not waiting and not self.repository.exists():
                return Recorded()
            if waiting and not self.repository.exists():
                self.repository.initialise()
            self.repository.settle()
            commits = self._commit(waiting)
        except ObstacleError as error:
            return Recorded(obstacle=error.obstacle, pending=self.pending())
        except JournalError as error:
            return Recorded(obstacle=from_failure(self.root, str(error)), pending=self.pending())
        return Recorded(commits=commits, obstacle=None, pending=self.pending())

    def _commit(self, waiting: Sequence[Session]) -> tuple[str, ...]:
        """Commit sessions by the batch, so that a kill while many are taken in loses no more than one batch's work."""
        made: tuple[str, ...] = ()
        for start in range(0, len(waiting), _BATCH):
            made += self.repository.commit_all(list(self._steps(waiting[start : start + _BATCH])))
        return made

    def _steps(self, waiting: Sequence[Session]) -> Iterator[Step]:
        tracked = self.repository.tracked()
        for session in waiting:
            step = recording.step(self.root, session, self.library, tracked)
            if step:
                tracked |= dict.fromkeys(step.changes, "")
                yield step

    def _waiting(self) -> tuple[Session, ...]:
        """List the sessions that are not in history, oldest first."""
        try:
            tracked = self.repository.tracked() if self.repository.exists() else {}
        except ObstacleError:
            tracked = {}
        found = (entry.session for entry in reversed(self.entries()) if entry.path not in tracked)
        return tuple(session for session in found if session)

    def pending(self) -> tuple[str, ...]:
        """List the ids of the sessions that are saved but not in history, oldest first."""
        return tuple(session.id for session in self._waiting())

    def recover(self, *, locked: bool = False) -> Recovered:
        """Finish at the start what an earlier run left half done; a second time finds nothing to do.

        Args:
            locked: whether the caller holds the Lock, so that every temporary file is a dead program's.
        """
        tidied = recovery.tidy((self.root, self.state), any_age=locked)
        drafts = recovery.drop_saved(self.drafts, self.root)
        return Recovered(drafts=drafts, tidied=tidied, recorded=self.record())

    # Out of history

    def versions(self, session_id: str) -> tuple[Version, ...]:
        """List the commits that changed a session, newest first.

        Raises:
            ObstacleError: the history can't be read.
        """
        return self.repository.versions(_path(session_id))

    def version(self, session_id: str, commit: str) -> Session:
        """Give a session as it was in a commit.

        Raises:
            NotFoundError: it wasn't there.
            BadFileError: it can't be read.
        """
        path = _path(session_id)
        return sessions.parse(self.repository.read(commit, path), f"{commit[:12]}:{path}")

    def commit_of(self, session_id: str) -> str | None:
        """Give the newest commit about a session; None when it is not in history, or that can't be read."""
        try:
            return self.repository.last_commit(_path(session_id))
        except ObstacleError:
            return None

    def delete(self, session_id: str) -> None:
        """Remove a session: first in history, so that it can be restored, then from the folder.

        Raises:
            NotFoundError: there is no such session.
            JournalError: it is not in history as it is, or history can't be written; nothing is removed.
        """
        path = _path(session_id)
        data = formats.read_bytes(self.root / path)
        if not self._is_in_history(path, data):
            raise JournalError(
                _("{path} is not in history as it is now, so it could not be restored; it is not removed.").format(
                    path=path
                )
            )
        session = sessions.parse(data, path)
        self.repository.commit({path: None}, recording.message("delete session", session))
        files.remove(self.root / path)

    def _is_in_history(self, path: str, data: bytes) -> bool:
        try:
            return self.repository.read("HEAD", path) == data
        except NotFoundError:
            return False

    def restore(self, session_id: str, commit: str | None = None) -> Path:
        """Bring a session back from history: as it was in a commit, or as it was last.

        What stands in the folder instead is kept first, in the state folder, when history doesn't know it.

        Raises:
            NotFoundError: history has no such session.
            JournalError: it can't be written.
        """
        path = _path(session_id)
        known = [version for version in self.versions(session_id) if not version.deleted]
        if not known:
            raise NotFoundError(_('History has no session "{id}".').format(id=session_id))
        data = self.repository.read(commit or known[0].commit, path)
        session = sessions.parse(data, path)
        target = self.root / path
        now = target.read_bytes() if target.is_file() else None
        if now not in (None, data):
            self._keep_replaced(path, now or b"", known)
        if now != data:
            files.make_folder(target.parent)
            files.replace(target, data, expected=now)
        self.repository.commit({path: data}, recording.message("restore session", session))
        return target

    def _keep_replaced(self, path: str, data: bytes, known: Sequence[Version]) -> None:
        if any(self.repository.read(version.commit, path) == data for version in known):
            return
        folder = self.state / "replaced"
        files.make_folder(folder)
        files.write_new(folder / f"{Path(path).stem}.{secrets.token_hex(4)}.toml", data)

    def deleted(self) -> tuple[Lost, ...]:
        """List the sessions that history knows and the folder doesn't, the newest session first.

        Raises:
            ObstacleError: the history can't be read.
        """
        there = {entry.path for entry in self.entries()}
        gone = sorted(self.repository.ever(FOLDER) - there, key=lambda path: Path(path).name, reverse=True)
        return tuple(Lost(Path(path).stem, self.repository.versions(path)[0]) for path in gone)


def _path(session_id: str) -> str:
    """Give the path of a session within the journal, for an id from anywhere.

    Raises:
        NotFoundError: no session can have this id.
    """
    try:
        msgspec.convert(session_id, SessionId)
    except msgspec.ValidationError:
        raise NotFoundError(_('There is no session "{id}".').format(id=display(session_id))) from None
    return sessions.relative_path(session_id).as_posix()
