"""Answers given in confidence come into history together: all of a round in one commit, that of its closing.

One commit each would count and judge every answer by itself in the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from reflect_tui import session as sessions
from reflect_tui.feedback import round as rounds
from reflect_tui.journal import document_history, recording
from reflect_tui.journal.commits import Step
from reflect_tui.journal.document_plans import DocumentPlan
from reflect_tui.journal.plans import Plan
from reflect_tui.session import Session

if TYPE_CHECKING:
    from reflect_tui.journal.journal import Journal


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
        path = rounds.relative_path(name).as_posix()
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
        name = sessions.relative_path(session.id).as_posix()
        data = recording.read(journal.root, name)
        if data is not None:
            changes |= {name: data} | recording.explanation(journal.root, session, tracked)
    if changes:
        yield Step(changes, document_history.message(rounds.relative_path(found.round).as_posix(), act))
