"""Brings what is saved into history: what waits, the commits that it becomes, and the start that finishes all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from reflect_tui.errors import JournalError
from reflect_tui.journal import amending, coming_together, document_history, outside, recording, recovery, rounds
from reflect_tui.journal.coming_together import Together, Unit
from reflect_tui.journal.commits import Step
from reflect_tui.journal.document_plans import DocumentPlan
from reflect_tui.journal.obstacle import Obstacle, ObstacleError, from_error
from reflect_tui.journal.plans import Plan
from reflect_tui.session import Session

if TYPE_CHECKING:
    from reflect_tui.journal.journal import Journal

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
    units = coming_together.gathered(journal, found)
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
        yield from coming_together.steps(journal, wait, tracked)
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
    plans = [outside.unfinished(plan, journal.root, tracked) for plan in journal.plans.all()]
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
    tidied = recovery.tidy((journal.root, journal.state), any_age=locked)
    drafts = recovery.drop_saved(journal.drafts, journal.root)
    if locked:
        rounds.settle(journal)
    recorded = journal.record()
    if locked and not recorded.obstacle:
        amending.drop_void(journal)
        document_history.settle(journal, tuple(journal.document_plans.all()))
    return Recovered(drafts=drafts, tidied=tidied, recorded=recorded)
