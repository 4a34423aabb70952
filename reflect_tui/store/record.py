"""Brings what is saved into history: what waits, the commits that it becomes, and the start that finishes all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from reflect_tui.errors import JournalError
from reflect_tui.git.commit import Step
from reflect_tui.git.problems import Obstacle, ObstacleError, from_error
from reflect_tui.model import round as model_round
from reflect_tui.model import session as model_session
from reflect_tui.model.session import Session
from reflect_tui.store import amending, external_changes, recovery, rounds
from reflect_tui.store import documents as document_history
from reflect_tui.store import steps as recording
from reflect_tui.store.plans import DocumentPlan, Plan

if TYPE_CHECKING:
    from reflect_tui.store.journal import Journal


# Answers given in confidence come into history together: all of a round in one commit, that of its closing.
#
# One commit each would count and judge every answer by itself in the log.


class Together(Struct, frozen=True):
    """The answers of one confidential round that history lacks, and what waits of the round's own file."""

    round: str
    sessions: tuple[Session, ...]
    plan: DocumentPlan | None


Unit = Session | Plan | DocumentPlan | Together


def gathered(journal: Journal, found: Sequence[Session | Plan | DocumentPlan]) -> list[Unit]:
    """Gather what waits of each confidential round; everything else stays as it is, and comes first."""
    asked = {one.round for one in found if isinstance(one, Session) and one.round}
    known = journal.known_rounds() if asked else {}
    plans = {one.path: one for one in found if isinstance(one, DocumentPlan)}
    groups: list[Unit] = []
    taken: set[str] = set()
    for name in sorted(name for name in asked if name in known and known[name].is_confidential):
        path = model_round.relative_path(name).as_posix()
        answers = tuple(one for one in found if isinstance(one, Session) and one.round == name)
        groups.append(Together(name, answers, plans.get(path)))
        taken |= {path, *(session.id for session in answers)}
    return [*(one for one in found if one.id not in taken), *groups]


def steps(journal: Journal, found: Together, tracked: Mapping[str, str]) -> Iterator[Step]:
    """Give the commits of a round: those of its own file, the answers with the one that closes it."""
    commits = list(document_history.steps(journal, found.plan, tracked)) if found.plan else []
    act = f"{len(found.sessions)} answers"
    changes: dict[str, bytes | None] = {}
    if found.plan and found.plan.steps[-1].act == "closed":
        act, changes = f"closed, {act}", dict(commits.pop().changes)
    yield from commits
    for session in found.sessions:
        name = model_session.relative_path(session.id).as_posix()
        data = recording.read(journal.root, name)
        if data is not None:
            changes |= {name: data} | recording.explanation(journal.root, session, tracked)
    if changes:
        yield Step(changes, document_history.message(model_round.relative_path(found.round).as_posix(), act))


_BATCH = 50  # commits that appear together


class Recorded(Struct, frozen=True, kw_only=True):
    """What came into history: the new commits, what was in the way, and what still waits.

    Sessions wait by their ids, documents by their paths. `unread` tells that the history can't be read: then all of
    them are given, since nobody knows which ones it has.
    """

    commits: tuple[str, ...] = ()
    obstacle: Obstacle | None = None
    pending: tuple[str, ...] = ()
    unread: bool = False


class Recovered(Struct, frozen=True, kw_only=True):
    """What was put right at the start: drafts that were saved already, stale temporary files, history."""

    drafts: tuple[str, ...] = ()
    tidied: tuple[Path, ...] = ()
    recorded: Recorded = Recorded()


def record(journal: Journal) -> Recorded:
    """Bring everything that waits into history; see Journal.record()."""
    try:
        amending.finish_deletions(journal)
        fulfilled = [plan for plan in journal.plans.all() if amending.is_fulfilled(journal, plan)]
        documents = document_history.fulfilled(journal)
        found = waiting(journal)
        if not found and not journal.repository.exists():
            return Recorded()
        if found and not journal.repository.exists():
            journal.repository.initialise()
        journal.repository.settle()
        commits = _commit(journal, found)
        for plan in fulfilled:
            amending.settle(journal, plan)
        document_history.settle(journal, documents)
    except ObstacleError as error:
        return _hindered(journal, error.obstacle)
    except JournalError as error:
        return _hindered(journal, from_error(journal.root, error))
    return Recorded(commits=commits, obstacle=None, pending=journal.pending())


def _hindered(journal: Journal, obstacle: Obstacle) -> Recorded:
    return Recorded(obstacle=obstacle, pending=journal.pending(), unread=_tracked(journal) is None)


def _commit(journal: Journal, found: Sequence[Session | Plan | DocumentPlan]) -> tuple[str, ...]:
    """Commit by the batch, so that a kill while many are taken in loses no more than one batch's work."""
    made: tuple[str, ...] = ()
    units = gathered(journal, found)
    for start in range(0, len(units), _BATCH):
        made += journal.repository.commit_all(list(_steps(journal, units[start : start + _BATCH])))
    return made


def _steps(journal: Journal, found: Sequence[Unit]) -> Iterator[Step]:
    tracked = journal.repository.tracked()
    for wait in found:
        for step in _steps_of(journal, wait, tracked):
            tracked |= dict.fromkeys(step.changes, "")
            yield step


def _steps_of(journal: Journal, wait: Unit, tracked: Mapping[str, str]) -> Iterator[Step]:
    if isinstance(wait, Together):
        yield from steps(journal, wait, tracked)
        return
    if isinstance(wait, DocumentPlan):
        yield from document_history.steps(journal, wait, tracked)
        return
    for version in wait.versions if isinstance(wait, Plan) else (wait,):
        step = recording.step(journal.root, version, journal.library, tracked)
        if step:
            yield step


def waiting(journal: Journal) -> tuple[Session | Plan | DocumentPlan, ...]:
    """List what is saved but not in history: sessions and planned versions of them, oldest first, then documents."""
    tracked = _tracked(journal) or {}
    plans = [external_changes.unfinished(plan, journal.root, tracked) for plan in journal.plans.all()]
    unknown = (entry.session for entry in journal.entries_beyond(tracked) if entry.session)
    found: dict[str, Session | Plan] = {
        session.id: session for session in unknown if not amending.is_deleted(journal, session.id)
    }
    found |= {plan.id: plan for plan in plans if plan.versions}
    return (*(found[name] for name in sorted(found)), *document_history.waiting(journal, tracked))


def _tracked(journal: Journal) -> Mapping[str, str] | None:
    """Give the paths in the newest commit and their blob ids; None while that can't be read."""
    try:
        return journal.repository.tracked() if journal.repository.exists() else {}
    except ObstacleError:
        return None


def recover(journal: Journal, *, locked: bool) -> Recovered:
    """Finish what an earlier run left half done; see Journal.recover()."""
    if locked:
        recovery.drop_cache(journal.state)
    tidied = recovery.tidy((journal.root, journal.state), any_age=locked)
    drafts = recovery.drop_saved(journal.drafts, journal.root)
    if locked:
        rounds.settle(journal)
    recorded = journal.record()
    if locked and not recorded.obstacle:
        amending.drop_void(journal)
        document_history.settle(journal, tuple(journal.document_plans.all()))
    return Recovered(drafts=drafts, tidied=tidied, recorded=recorded)
