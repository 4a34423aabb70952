"""The journal of one person: sessions saved as files, brought into history, deleted, restored and recovered.

A session is saved when its file is on the disk; that needs no git. History follows: at once where it can, else at the
next start. Every step can be cut short anywhere: what is in the folder and not in history is what remains to be done.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from reflect_tui.analysis.rater_groups import group_only_error, may_be_shown_alone
from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.git import exchange
from reflect_tui.git.history import Version
from reflect_tui.git.problems import ObstacleError
from reflect_tui.model import session as model_session
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session
from reflect_tui.store import base, closing, external_changes, moved, remainders, rounds, sessions, union
from reflect_tui.store import record as recording
from reflect_tui.store.base import (
    AGENDAS,
    EVENTS,
    GOALS,
    IMPORT_PLAN,
    REFERENCES,
    ROUNDS,
    SESSIONS,
    TALKS,
    TEAMS,
    Store,
    session_path,
)
from reflect_tui.store.closing import Uncounted
from reflect_tui.store.documents import Shelf
from reflect_tui.store.drafts import drop_cache, drop_saved
from reflect_tui.store.record import Recorded
from reflect_tui.store.scan import Entry, FileList, alone, faults_of, list_files, others, own
from reflect_tui.toml.formats import Side


class Lost(Struct, frozen=True):
    """A session that history knows and the folder doesn't, with the newest commit about it."""

    id: str
    last: Version


class Recovered(Struct, frozen=True, kw_only=True):
    """What was put right at the start: drafts that were saved already, stale temporary files, history."""

    drafts: tuple[str, ...] = ()
    tidied: tuple[Path, ...] = ()
    recorded: Recorded = Recorded()
    uncounted: tuple[Uncounted, ...] = ()


class Journal(Store):
    """One journal folder and its state folder; making this object touches nothing.

    What is assigned here is told where it is defined.
    """

    def __init__(self, root: Path, state: Path) -> None:
        super().__init__(root, state)
        self.goals = Shelf(self, GOALS)
        self.agendas = Shelf(self, AGENDAS)
        self.events = Shelf(self, EVENTS)
        self.rounds = Shelf(self, ROUNDS)
        self.talks = Shelf(self, TALKS)
        self.references = Shelf(self, REFERENCES)
        self.teams = Shelf(self, TEAMS)

    # What stands in the folder: nothing is written, no git is asked

    def entries(self, newest: int | None = None) -> tuple[Entry, ...]:
        """List the files among the sessions, or so many of the newest; newest first, readable or not.

        Without those that no one may see by themselves: what was given in confidence, or in a round that goes on.

        Raises:
            BadFileError: the folder itself can't be read.
        """
        return alone(self.all_entries(newest), self.known_rounds)

    def session_files(self) -> FileList:
        """List all files among the sessions; none is opened.

        Raises:
            BadFileError: the folder itself can't be read.
        """
        return list_files(self.root)

    def all_entries(self, newest: int | None = None, listed: FileList | None = None) -> tuple[Entry, ...]:
        """List every file as entries() does: to look after them and to compare, never to show what is in one.

        `listed` are the files, when they were listed just now.

        Raises:
            BadFileError: the folder itself can't be read.
        """
        return self.sessions.entries(newest, listed)

    def read_ahead(self, step: int, listed: FileList) -> Iterator[int]:
        """Read these files for a later all_entries(); tell after every `step` of them how far this is."""
        return self.sessions.read_ahead(step, listed)

    def named(self, beginning: str) -> tuple[Entry, ...]:
        """List the files of entries() whose id begins so; the others are not read.

        Raises:
            BadFileError: the folder itself can't be read.
        """
        return alone(self.sessions.named(beginning), self.known_rounds)

    def given(self) -> tuple[Session, ...]:
        """List what others said without a fault, newest first: to be compared, in groups; see analysis.compare."""
        return others(self.all_entries())

    told_rounds = closing.told_rounds

    def known_rounds(self) -> dict[str, Round]:
        """Return the rounds that can be read, by id."""
        return {document.value.id: document.value for document in self.rounds.all() if document.value}

    def faults_of(self, session: Session) -> tuple[Fault, ...]:
        """List what is wrong with a session from elsewhere or from history; one of entries() has its faults with it."""
        return faults_of(session, self.library)

    def own(self) -> tuple[Session, ...]:
        """List the person's own sessions without a fault, newest first."""
        return tuple(own(self.entries()))

    # Into the folder

    instrument_bytes = base.instrument_bytes
    path = staticmethod(session_path)

    def save(self, session: Session, instrument_bytes: bytes) -> Path:
        """Keep a finished session: when this returns, it is on the disk. History is not needed, and follows.

        Raises:
            JournalError: it can't be written, or a session of this id with another content is there.
        """
        return base.save_session(self.root, self.scaffold, session, lambda: instrument_bytes)

    def expect(self, session_id: str) -> None:
        """Prepare for a session that is begun now, so that saving it will not wait for the disk longer than it must.

        Nothing is made that was not there, and nothing told that goes wrong: saving meets it again.
        """
        self.scaffold.expect(session_id)

    def finish(self, draft_id: str, session: Session) -> Path:
        """Save a session and remove its draft; one that can't be removed now is removed at the next start.

        Raises:
            JournalError: the session can't be saved; the draft is still there.
            NotFoundError, BadFileError: the draft has no copy of the instrument, and it is nowhere else.
        """

        def instrument_file() -> bytes:
            try:
                return self.drafts.instrument_bytes(session.digest)
            except NotFoundError:
                return self.instrument_bytes(session)

        path = base.save_session(self.root, self.scaffold, session, instrument_file)
        self.drafts.drop(draft_id)
        return path

    # Into history, and what another program did meanwhile

    claim = moved.claim
    record = recording.record
    pending = recording.pending
    changed = external_changes.changed
    altered_rounds = external_changes.altered_rounds
    signature = external_changes.signature

    def recover(self, *, locked: bool = False) -> Recovered:
        """Finish at the start what an earlier run left half done; a second time finds nothing to do.

        Args:
            locked: whether the caller holds the Lock, so that every temporary file is a dead program's.
        """
        uncounted: tuple[Uncounted, ...] = ()
        if locked:
            drop_cache(self.state)
            with contextlib.suppress(ReflectError):  # the next one does it
                remainders.tidy(self)
                exchange.remove(self.state / exchange.EXCHANGE)
        tidied = files.tidy((self.root, self.state, rounds.WaitingAnswers(self).folder), any_age=locked)
        drafts = drop_saved(self.drafts, self.root)
        if locked:
            uncounted = self.settle_rounds()
            closing.settle(self)
            self.finish_import()
            self.typed.drop_saved({document.id for document in self.goals.all()})
        recorded = self.record()
        if locked:  # of a sync that was cut short, what it brought stands only now: the end of a round too
            uncounted = (*uncounted, *self.settle_rounds())
        if locked and not recorded.obstacle:
            recording.settle(self, tuple(self.plans.all()))  # the rest was planned by a killed program, and never done
        return Recovered(drafts=drafts, tidied=tidied, recorded=recorded, uncounted=uncounted)

    def settle_rounds(self) -> tuple[Uncounted, ...]:
        """Destroy the answers that still wait in rounds that ended, and what a killed program was writing of any.

        The caller holds the Lock. Whose answer is destroyed without being in any figure is returned, to be told.
        """
        files.tidy((rounds.WaitingAnswers(self).folder,), any_age=True)
        uncounted = closing.uncounted(self)
        closing.destroy_ended(self)
        return uncounted

    def finish_import(self) -> None:
        """Save the rest of what a killed import was to bring in; the caller holds the Lock."""
        if not (self.state / IMPORT_PLAN).exists():
            return
        from reflect_tui.store import import_plan  # noqa: PLC0415 -- only after a kill

        with contextlib.suppress(ReflectError):  # the plan stays for the next start
            import_plan.finish(self)

    # Out of history

    def versions(self, session_id: str) -> tuple[Version, ...]:
        """List the commits that made a session what it is, newest first; see every_version().

        Raises:
            ObstacleError: the history can't be read.
        """
        return self.repository.versions(self.path(session_id))

    def every_version(self, session_id: str) -> tuple[Version, ...]:
        """List the commits that changed a session on any device, newest first, and those that chose between versions.

        Raises:
            ObstacleError: the history can't be read.
        """
        path = self.path(session_id)
        others = union.versions(self.repository.paths_ever(union.FOLDER)).get(path, ())
        return self.repository.every_version(path, [other.path for other in others])

    def version(self, session_id: str, commit: str) -> Session:
        """Return a session as it was in a commit.

        Raises:
            NotFoundError: it wasn't there.
            BadFileError: it can't be read.
            ReflectError: it is what someone said that no one may see by itself.
        """
        path = self.path(session_id)
        session = model_session.parse(sessions.read_version(self, path, commit), f"{commit[:12]}:{path}")
        if session.round and not may_be_shown_alone(session, self.known_rounds()):
            raise group_only_error(session_id)
        return session

    def sound_version(self, session_id: str, commit: str) -> Session:
        """Return a session as it was in a commit, to be counted or compared.

        Raises:
            NotFoundError: it wasn't there.
            BadFileError: it can't be read, or does not fit its instrument.
        """
        session = self.version(session_id, commit)
        if faults := self.faults_of(session):
            raise BadFileError(f"{commit[:12]}:{self.path(session_id)}", faults)
        return session

    def commit_of(self, session_id: str) -> str | None:
        """Return the newest commit about a session; None when it is not in history, or that can't be read."""
        try:
            return self.repository.last_commit(self.path(session_id))
        except ObstacleError:
            return None

    def delete(self, session_id: str) -> None:
        """Remove a session: first in history, so that it can be restored, then from the folder.

        Raises:
            NotFoundError: there is no such session.
            JournalError: it is not in history as it is, or history can't be written; nothing is removed.
        """
        agenda = self.agendas.path(Path(self.path(session_id)).stem)
        with self.repository.git.act():
            if (self.root / agenda).exists():
                self.record()  # the agenda goes along if history has it
            sessions.delete(self, session_id)

    def restore(self, session_id: str, commit: str | None = None, reason: str = "") -> Path:
        """Bring a session back from history: as it was in a commit, or as it was last when it could be read.

        What stands in the folder instead is kept first, in the state folder, when history doesn't know it. The `reason`
        stands in the commit that this makes.

        Raises:
            NotFoundError: history has no such session.
            BadFileError: it can't be read as it was then.
            JournalError: history can't be written, or the file can't.
        """
        with self.repository.git.act():
            obstacle = self.repository.obstacle() or self.record().obstacle
            if obstacle:  # what is saved, and not in history yet, is not replaced before it is
                raise ObstacleError(obstacle)
            path = sessions.restore(self, session_id, commit, reason)
            self.record()
        return path

    saved = sessions.saved
    amend = sessions.amend
    finish_amending = sessions.finish_amending

    def keep(self, session_id: str, reason: str, expected: bytes | None = None) -> None:
        """Take what another program made of a session's file into history, as a new version with a reason.

        Raises:
            ChangedOutsideError: the file is not what was `expected`.
            NotFoundError, BadFileError: it is gone, or can't be read as a session.
        """
        sessions.keep(self, session_id, reason, expected)
        self.record()

    def take_side(self, session_id: str, side: Side) -> None:
        """Choose one of the two versions that an unresolved merge left in a session's file; the file is kept first.

        Raises:
            NotFoundError, BadFileError: it is gone, has no two versions, or can't be read with that one either.
            JournalError: it can't be written.
        """
        sessions.take_side(self, session_id, side)
        self.record()

    def deleted(self) -> tuple[Lost, ...]:
        """List the sessions that history knows and the folder doesn't, the newest session first.

        Without those that were rows of a confidential round; see store.repair.

        Raises:
            ObstacleError: the history can't be read.
        """
        present = {file.path for file in self.session_files()}
        gone = sorted(
            self.repository.paths_ever(SESSIONS.folder) - present, key=lambda path: Path(path).name, reverse=True
        )
        lost = (Lost(Path(path).stem, self.repository.versions(path)[0]) for path in gone)
        return tuple(one for one in lost if "-self-" in one.id or not sessions.was_row(self, one.id))
