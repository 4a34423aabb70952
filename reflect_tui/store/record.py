"""Brings what is saved into history: what waits, and the commits that it becomes.

A commit says figures, ids and what was done, never a text or a name.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from reflect_tui.errors import BadFileError, JournalError, ReflectError
from reflect_tui.git.commit import CommitStep
from reflect_tui.git.history import blob_id
from reflect_tui.git.problems import Obstacle, ObstacleError, from_error
from reflect_tui.model.session import Session
from reflect_tui.store import documents, erasing, joining, moved, sessions
from reflect_tui.store.altered import round_in_history
from reflect_tui.store.base import (
    AGENDAS,
    IDENTITY,
    KINDS,
    ROUNDS,
    SESSIONS,
    Store,
    explanation,
    is_session,
    read_file,
    session_path,
)
from reflect_tui.store.plans import Plan, PlannedVersion

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")

_BATCH = 50  # commits that appear together


class Pending(Struct, frozen=True):
    """The versions of a document that history lacks, oldest first; `round` is that of an answer not planned before."""

    path: str
    versions: tuple[PlannedVersion, ...]
    round: str = ""

    @property
    def id(self) -> str:
        """What names it among all that waits: the id of a session, the path of another document."""
        return Path(self.path).stem if is_session(self.path) else self.path


class PendingRound(Struct, frozen=True):
    """The answers of one confidential round that history lacks, and what waits of the round's own file.

    They come into history together, in one commit, that of the round's closing: one commit each would count and judge
    every answer by itself in the log.
    """

    path: str
    answers: tuple[Pending, ...]
    file: Pending | None


class Recorded(Struct, frozen=True, kw_only=True):
    """What came into history: the new commits, what was in the way, and what still waits.

    Sessions wait by their ids, documents by their paths. `unread` tells that the history can't be read: then all of
    them are given, since nobody knows which ones it has.
    """

    commits: tuple[str, ...] = ()
    obstacle: Obstacle | None = None
    pending: tuple[str, ...] = ()
    unread: bool = False


def record(store: Store) -> Recorded:
    """Bring every session and document that history doesn't know into it, and every version that was planned.

    A file that differs from history without a plan, or is missing, stays as it is: it was changed by another program,
    and what to do about it is for the user; see external_changes. An obstacle is no error: it is told, and what waits,
    waits.
    """
    with store.repository.git.act():
        return _record(store)


def _record(store: Store) -> Recorded:
    moved.claim(store)
    try:
        erasing.finish(store)
        joining.finish(store)
        store.identity.check()
        sessions.finish_deletions(store)
        fulfilled = [plan for plan in store.plans.all() if _is_fulfilled(store, plan)]
        documents_waiting = waiting(store)
        if not documents_waiting and not store.repository.exists():
            return Recorded()
        if not store.repository.exists():
            store.repository.initialise()
        store.repository.settle()
        made = _commit(store, _by_round(store, documents_waiting))
        settle(store, fulfilled)
    except ObstacleError as error:
        return _hindered(store, error.obstacle)
    except JournalError as error:
        return _hindered(store, from_error(store.root, error))
    return Recorded(commits=made, pending=pending(store) if documents_waiting else ())


def _hindered(store: Store, obstacle: Obstacle) -> Recorded:
    return Recorded(obstacle=obstacle, pending=pending(store), unread=_tracked(store) is None)


def pending(store: Store) -> tuple[str, ...]:
    """List what is saved but not in history as it is: the ids of sessions, oldest first, the paths of documents."""
    return tuple(document.id for document in waiting(store))


def waiting(store: Store) -> tuple[Pending, ...]:
    """List what is saved but not in history as it is: sessions, oldest first, then other documents by their paths."""
    tracked = _tracked(store) or {}
    planned = {plan.path: _unfinished(store, plan, tracked) for plan in store.plans.all()}
    unrecorded = {path: Pending(path, versions) for path, versions in planned.items() if versions}
    for entry in store.sessions.beyond(tracked):
        is_deleted = entry.path in planned and sessions.is_deleted(store, entry.path)
        if entry.session and entry.path not in unrecorded and not is_deleted:
            data = documents.look(store, entry.path) or b""
            version = PlannedVersion("kept", data.decode("utf-8", "replace"))
            unrecorded[entry.path] = Pending(entry.path, (version,), entry.session.round)
    for path in documents.paths(store):
        if path not in tracked and path not in planned and not _goes_with_its_session(store, path):
            content = documents.readable(store, path)
            if content is not None:
                unrecorded[path] = Pending(path, (PlannedVersion("kept", content.decode()),))
    return tuple(sorted(unrecorded.values(), key=lambda document: (not is_session(document.path), document.path)))


def _tracked(store: Store) -> Mapping[str, str] | None:
    """Return the paths in the newest commit and their blob ids; None while that can't be read."""
    try:
        return store.repository.tracked()
    except ObstacleError:
        return None


def _unfinished(store: Store, plan: Plan, tracked: Mapping[str, str]) -> tuple[PlannedVersion, ...]:
    """Return the versions of a plan that were saved and that history lacks."""
    if plan.deletes:
        return ()
    versions = plan.happened(documents.look(store, plan.path))
    blob = tracked.get(plan.path, "")
    if (
        not blob
        and versions
        and versions[-1].data is None
        and documents.is_removed(store, plan.path, plan.last_content)
    ):
        return ()
    contents = (version.data for version in versions)
    done = [number for number, data in enumerate(contents, start=1) if data and blob_id(data, len(blob)) == blob]
    return versions[max(done, default=0) :]


def _goes_with_its_session(store: Store, path: str) -> bool:
    """Check whether a document is only there because the deletion of its session was cut short."""
    if not path.startswith(f"{AGENDAS.folder}/"):
        return False
    with contextlib.suppress(ReflectError):  # an agenda of no session
        plan = store.plans.get(session_path(Path(path).stem))
        return bool(plan and plan.deletes) and documents.is_known(store, path)
    return False


def _is_fulfilled(store: Store, plan: Plan) -> bool:
    """Check whether every version of a plan was saved, the last one too."""
    return not plan.deletes and plan.happened(documents.look(store, plan.path)) == plan.versions


def settle(store: Store, plans: Iterable[Plan]) -> None:
    """Drop plans that are in history now, unless they have grown meanwhile; what fails is done at the next start."""
    for plan in plans:
        with store.planning, contextlib.suppress(JournalError):
            if store.plans.get(plan.path) == plan:
                store.plans.drop(plan.path)


def _by_round(store: Store, unrecorded: Sequence[Pending]) -> list[Pending | PendingRound]:
    """Gather what waits of each confidential round; everything else stays as it is, and comes first."""
    groups: list[Pending | PendingRound] = []
    taken: set[str] = set()
    files = {document.path: document for document in unrecorded}
    shelf = documents.Shelf(store, ROUNDS)
    for name in sorted({document.round for document in unrecorded if document.round}):
        path = shelf.path(name)
        round_file = shelf.get(name).value if (store.root / path).exists() else None
        if round_file and round_file.is_confidential:
            answers = tuple(document for document in unrecorded if document.round == name)
            groups.append(PendingRound(path, answers, files.get(path)))
            taken |= {path, *(answer.path for answer in answers)}
    return [*(document for document in unrecorded if document.path not in taken), *groups]


def _commit(store: Store, units: Sequence[Pending | PendingRound]) -> tuple[str, ...]:
    """Commit by the batch, so that a kill while many are taken in loses no more than one batch's work."""
    made: tuple[str, ...] = ()
    for start in range(0, len(units), _BATCH):
        with store.repository.git.act(anew=start > 0):
            made += store.repository.commit_all(list(_steps(store, units[start : start + _BATCH])))
    return made


def _steps(store: Store, units: Sequence[Pending | PendingRound]) -> Iterator[CommitStep]:
    tracked = store.repository.tracked()
    for unit in units:
        steps = _of_round(store, unit, tracked) if isinstance(unit, PendingRound) else _versions(store, unit, tracked)
        for step in steps:
            for path, data in step.changes.items():
                if data is None:
                    tracked.pop(path, None)
                else:
                    tracked[path] = ""
            yield step


def _versions(store: Store, document: Pending, tracked: Mapping[str, str]) -> Iterator[CommitStep]:
    for version in document.versions:
        yield from _commits(store, document.path, version, tracked)


def _of_round(store: Store, unit: PendingRound, tracked: Mapping[str, str]) -> Iterator[CommitStep]:
    """Return the commits of a round: those of its own file, the answers with the one that closes it."""
    own = list(_versions(store, unit.file, tracked)) if unit.file else []
    act = f"{len(unit.answers)} answers"
    changes: dict[str, bytes | None] = {}
    if unit.file and unit.file.versions[-1].act == "closed":
        act, changes = f"closed, {act}", dict(own.pop().changes)
    yield from own
    for answer in unit.answers:
        for step in _versions(store, answer, tracked):
            changes |= step.changes
    if changes:
        yield CommitStep(changes, _message(unit.path, act))


def _commits(store: Store, path: str, version: PlannedVersion, tracked: Mapping[str, str]) -> Iterator[CommitStep]:
    """Return the commit that brings a version of a document into history, with what history lacks to explain it.

    None for a planned session that can't be parsed: no program of ours planned that. Nor for the altered file of a
    round, which would become what history has.
    """
    if is_session(path):
        with contextlib.suppress(BadFileError):
            session = SESSIONS.parse(version.data or b"", path)
            yield _session_commit(store, session, version, tracked)
        return
    if version.act == "kept" and path.startswith(f"{ROUNDS.folder}/") and round_in_history(store, path, version.data):
        return
    act = "made" if version.act == "kept" and path not in tracked else version.act
    changes: dict[str, bytes | None] = {path: version.data}
    yield CommitStep(changes | _explanation(store, path, version.data, tracked), _message(path, act, version.reason))


def _session_commit(store: Store, session: Session, version: PlannedVersion, tracked: Mapping[str, str]) -> CommitStep:
    path = session_path(session.id)
    changes: dict[str, bytes | None] = {path: version.data}
    changes |= explanation(store.root, session, tracked)
    if version.act == "restored":
        return CommitStep(changes, sessions.commit_message("restore session", session, reason=version.reason))
    verb = "amend session" if version.act == "amended" or path in tracked else "session"
    figures = sessions.figures(session, store.library)
    return CommitStep(changes, sessions.commit_message(verb, session, figures, version.reason))


def _message(path: str, act: str, reason: str = "") -> str:
    """Write a commit message: what was done to which document, without a word of what it says."""
    folder, _slash, name = path.partition("/")
    kind, stem = KINDS[folder], name.removesuffix(".toml")
    date = _DATE.match(stem)
    why = f"Reason: {reason}\n" if reason else ""
    return f"{kind.word} {date[0] if date else stem[:10]}: {act}\n\n{kind.trailer}: {stem}\n{why}"


def _explanation(store: Store, path: str, data: bytes | None, tracked: Mapping[str, str]) -> dict[str, bytes | None]:
    """Return what history lacks to explain a document: the journal's identity; of a round, also its instrument."""
    if data is not None and path.startswith(f"{ROUNDS.folder}/"):
        with contextlib.suppress(ReflectError):
            return explanation(store.root, ROUNDS.parse(data, path), tracked)
    identity = read_file(store.root, IDENTITY)
    return {} if identity is None or IDENTITY in tracked else {IDENTITY: identity}
