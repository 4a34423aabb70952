"""Brings the documents of a journal into history: what waits, the commits it becomes, and what goes with a session."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.journal import documents, files, recording
from reflect_tui.journal.commits import Step as CommitStep
from reflect_tui.journal.document_plans import DocumentPlan, Step, is_path
from reflect_tui.journal.documents import AGENDAS, KINDS, ROUNDS
from reflect_tui.journal.objects import blob_id

if TYPE_CHECKING:
    from reflect_tui.journal.journal import Journal

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


def waiting(journal: Journal, tracked: Mapping[str, str]) -> tuple[DocumentPlan, ...]:
    """List the documents that are saved but not in history as they are, with the versions that it lacks."""
    plans = {plan.path: plan for plan in journal.document_plans.all() if plan.path.partition("/")[0] in KINDS}
    found = [unfinished(journal, plan, tracked) for plan in plans.values()]
    for path in paths(journal):
        if path not in tracked and path not in plans and not _goes_with_its_session(journal, path):
            steps = tuple(Step("kept", data.decode()) for data in documents.readable(journal, path))
            found += [DocumentPlan(path=path, steps=steps)] if steps else []
    return tuple(sorted((plan for plan in found if plan.steps), key=lambda plan: plan.path))


def paths(journal: Journal) -> Iterator[str]:
    """Give the path of every document in the folder."""
    for folder in KINDS:
        names = documents.names_in(journal.root / folder)
        yield from (path for name in sorted(names) if is_path(path := f"{folder}/{name}"))


def unfinished(journal: Journal, plan: DocumentPlan, tracked: Mapping[str, str]) -> DocumentPlan:
    """Give the plan with only the versions that were saved and that history lacks."""
    steps = plan.happened(documents.look(journal, plan.path))
    blob = tracked.get(plan.path, "")
    done = [number for number, step in enumerate(steps, start=1) if step.data and blob_id(step.data, len(blob)) == blob]
    if not blob and steps and steps[-1].data is None and _is_removed(journal, plan):
        return structs.replace(plan, steps=())
    return structs.replace(plan, steps=steps[max(done, default=0) :])


def _is_removed(journal: Journal, plan: DocumentPlan) -> bool:
    """Tell whether history has both the removal and the file as it was before."""
    content = [step.data for step in plan.steps if step.data is not None]
    try:
        newest, *earlier = journal.repository.versions(plan.path)
        return newest.deleted and journal.repository.read(earlier[0].commit, plan.path) in content[-1:]
    except (ReflectError, ValueError, IndexError):  # history can't be read, or knows nothing of it
        return False


def changed(journal: Journal) -> tuple[str, ...]:
    """List the documents that another program changed since they came into history; none while it can't be read."""
    try:
        tracked = journal.repository.tracked() if journal.repository.exists() else {}
    except ReflectError:
        return ()
    found = []
    for path in paths(journal):
        data, plan = documents.look(journal, path), journal.document_plans.get(path)
        ours = plan is not None and plan.planned(data)
        if path in tracked and not ours and blob_id(data or b"", len(tracked[path])) != tracked[path]:
            found.append(path)
    return tuple(found)


def steps(journal: Journal, plan: DocumentPlan, tracked: Mapping[str, str]) -> Iterator[CommitStep]:
    """Give the commits that bring a document's versions into history."""
    known = plan.path in tracked
    for step in plan.steps:
        act = "made" if step.act == "kept" and not known else step.act
        changes: dict[str, bytes | None] = {plan.path: step.data}
        changes |= _explanation(journal, plan.path, step.data, tracked)
        yield CommitStep(changes, message(plan.path, act))
        known = step.data is not None


def _explanation(
    journal: Journal, path: str, data: bytes | None, tracked: Mapping[str, str]
) -> dict[str, bytes | None]:
    """Give what history lacks to explain a document: the journal's identity; of a round, also its instrument."""
    if data is not None and path.startswith(f"{ROUNDS.folder}/"):
        with contextlib.suppress(ReflectError):
            return recording.explanation(journal.root, ROUNDS.parse(data, path), tracked)
    identity = recording.read(journal.root, recording.IDENTITY)
    return {} if identity is None or recording.IDENTITY in tracked else {recording.IDENTITY: identity}


def message(path: str, act: str) -> str:
    """Write a commit message: what was done to which document, without a word of what it says."""
    folder, _slash, name = path.partition("/")
    kind, stem = KINDS[folder], name.removesuffix(".toml")
    date = _DATE.match(stem)
    return f"{kind.word} {date[0] if date else stem[:10]}: {act}\n\n{kind.trailer}: {stem}\n"


def fulfilled(journal: Journal) -> tuple[DocumentPlan, ...]:
    """List the plans of which every version was saved, the last one too."""
    return tuple(
        plan for plan in journal.document_plans.all() if plan.happened(documents.look(journal, plan.path)) == plan.steps
    )


def settle(journal: Journal, plans: tuple[DocumentPlan, ...]) -> None:
    """Drop plans that are in history now, unless they have grown meanwhile; what fails is done at the next start."""
    for plan in plans:
        with journal.planning, contextlib.suppress(JournalError):
            if journal.document_plans.get(plan.path) == plan:
                journal.document_plans.drop(plan.path)


# What goes with a session: its agenda


def companion(journal: Journal, session_id: str) -> str:
    """Give the path of the agenda of a session, there or not."""
    return journal.agendas.path(session_id)


def removable_companion(journal: Journal, session_id: str) -> tuple[str, ...]:
    """Give the path of the agenda that goes when its session goes: one that history has as it is."""
    path = companion(journal, session_id)
    if documents.look(journal, path) is None or journal.record().obstacle or not is_known(journal, path):
        return ()
    return (path,)


def _goes_with_its_session(journal: Journal, path: str) -> bool:
    """Tell whether a document is only there because the deletion of its session was cut short."""
    plan = journal.plans.get(Path(path).stem) if path.startswith(f"{AGENDAS.folder}/") else None
    return bool(plan and plan.deletes) and is_known(journal, path)


def is_known(journal: Journal, path: str) -> bool:
    """Tell whether history has the very file that stands there."""
    data = documents.look(journal, path)
    try:
        known = [version.commit for version in journal.repository.versions(path) if not version.deleted]
        return any(journal.repository.read(commit, path) == data for commit in known)
    except ReflectError:
        return False


def remove_companion(journal: Journal, session_id: str) -> None:
    """Remove the file of a deleted session's agenda, which is in history; one that is not stays."""
    path = companion(journal, session_id)
    if documents.look(journal, path) is not None and is_known(journal, path):
        files.remove(journal.root / path)


def restore_companion(journal: Journal, session_id: str) -> None:
    """Bring the agenda of a session back as it was last, if it had one."""
    path = companion(journal, session_id)
    data = documents.last(journal, path)
    if data is not None and documents.look(journal, path) is None:
        documents.put(journal, path, Step("restored", data.decode()), None)
