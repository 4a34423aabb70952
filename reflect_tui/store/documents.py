"""The documents of a journal beside its sessions: goals, agendas, events, rounds; one file each, every act one version.

Saved as sessions are: the file first, durably and without git, then history. Nothing that another program wrote is
replaced unseen: every change names the bytes that it replaces.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct, structs

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, Fault, JournalError, NotFoundError, ReflectError
from reflect_tui.git.commit import Step as CommitStep
from reflect_tui.git.objects import blob_id
from reflect_tui.i18n import _
from reflect_tui.model import agenda, events, goals
from reflect_tui.model import round as rounds
from reflect_tui.model.events import Event
from reflect_tui.store import saving
from reflect_tui.store import steps as recording
from reflect_tui.store.plans import ABSENT, Act, DocumentPlan, Step, is_path
from reflect_tui.text import display
from reflect_tui.toml import formats

if TYPE_CHECKING:
    from reflect_tui.store.journal import Journal


T = TypeVar("T")


class Kind(Struct, Generic[T], frozen=True):
    """A kind of document: its folder, the word for one in commits, the name of its trailer, and how it is read.

    `parse` reads the bytes of a file, `name` gives the id that its file must bear.
    """

    folder: str
    word: str
    trailer: str
    parse: Callable[[bytes, Path | str], T]
    name: Callable[[T], str]


GOALS: Kind[goals.Goal] = Kind(goals.FOLDER, "goal", "Goal", goals.parse, lambda goal: goal.id)
AGENDAS: Kind[agenda.Agenda] = Kind(agenda.FOLDER, "agenda", "Agenda", agenda.parse, lambda found: found.session)
EVENTS: Kind[events.Event] = Kind(events.FOLDER, "event", "Event", events.parse, lambda event: event.id)
ROUNDS: Kind[rounds.Round] = Kind(rounds.FOLDER, "round", "Round", rounds.parse, lambda found: found.id)
KINDS: Mapping[str, Kind[Any]] = {kind.folder: kind for kind in (GOALS, AGENDAS, EVENTS, ROUNDS)}


class Document(Struct, Generic[T], frozen=True):
    """One file: its value when it can be read, the bytes that a change must name, and everything wrong with it."""

    path: str
    value: T | None
    data: bytes
    faults: tuple[Fault, ...] = ()

    @property
    def id(self) -> str:
        """The document's id, by the name of the file."""
        return Path(self.path).stem


class Shelf(Generic[T]):
    """The documents of one kind in a journal."""

    def __init__(self, journal: Journal, kind: Kind[T]) -> None:
        """Look in this journal; nothing is touched."""
        self._journal = journal
        self._kind = kind

    def all(self) -> tuple[Document[T], ...]:
        """List every document, readable or not, newest first."""
        names = names_in(self._journal.root / self._kind.folder)
        return tuple(self._read(f"{self._kind.folder}/{name}") for name in sorted(names, reverse=True))

    def get(self, name: str) -> Document[T]:
        """Give the document with this id, readable or not.

        Raises:
            NotFoundError: there is none.
        """
        path = self.path(name)
        if not (self._journal.root / path).exists():
            raise NotFoundError(_("There is no file {path}.").format(path=path))
        return self._read(path)

    def path(self, name: str) -> str:
        """Give the path of a document within the journal; NotFoundError when none can have this id."""
        path = f"{self._kind.folder}/{name}.toml"
        if not is_path(path):
            raise NotFoundError(_("There is no file {path}.").format(path=display(path)))
        return path

    def _read(self, path: str) -> Document[T]:
        try:
            data = formats.read_bytes(self._journal.root / path)
        except BadFileError as error:
            return Document(path, None, b"", error.faults)
        except ReflectError as error:
            return Document(path, None, b"", (Fault("", str(error)),))
        try:
            value = self._kind.parse(data, path)
        except BadFileError as error:
            return Document(path, None, data, error.faults)
        name = self._kind.name(value)
        if Path(path).stem != name:
            fault = Fault("id", _('is "{id}", which is not the name of the file').format(id=name))
            return Document(path, None, data, (fault,))
        return Document(path, value, data)

    def save(self, name: str, data: bytes, act: Act, expected: bytes | None = None, *, merge: bool = False) -> None:
        """Save a document: when this returns, it is on the disk. History is not needed, and follows; see record().

        Args:
            name: its id.
            data: its whole file; the one that stands there is fine, and changes nothing.
            act: what was done, for the commit.
            expected: the bytes of the file that is replaced; None when there is none.
            merge: whether this goes on with the same act, not in history yet: both become one version.

        Raises:
            JournalError: it can't be written, or another program changed the file; it is untouched.
        """
        if data != expected:
            put(self._journal, self.path(name), Step(act, data.decode()), expected, merge=merge)

    def remove(self, name: str, expected: bytes) -> None:
        """Remove a document: its file goes, history keeps it and follows. See save()."""
        put(self._journal, self.path(name), Step("removed"), expected)

    def restore(self, name: str) -> None:
        """Bring a removed document back as it was last.

        Raises:
            NotFoundError: neither history nor what waits for it has the document.
            JournalError: history can't be read, or the file can't be written.
        """
        path = self.path(name)
        data = last(self._journal, path)
        if data is None:
            raise NotFoundError(_("History has no {path}.").format(path=path))
        put(self._journal, path, Step("restored", data.decode()), None)


def names_in(folder: Path) -> list[str]:
    """List the files of a folder but hidden ones; none when there is no such folder."""
    try:
        return [path.name for path in folder.iterdir() if path.suffix == ".toml" and not path.name.startswith(".")]
    except OSError:
        return []


def put(journal: Journal, path: str, step: Step, expected: bytes | None, *, merge: bool = False) -> None:
    """Write a plan down and then its last version to the file; when that fails, what was planned before stands."""
    files.make_folder(journal.root)
    saving.identify(journal.root)
    with journal.planning:
        before = journal.document_plans.get(path)
        earlier = before.happened(expected) if before else ()
        if expected is not None and not (before and before.planned(expected)):
            earlier = (*earlier, Step("kept", expected.decode("utf-8", "replace")))
        base = ABSENT if expected is None else ""
        plan = DocumentPlan(path=path, base=base, steps=(*earlier, step))
        journal.document_plans.write(plan)
        try:
            _write(journal.root / path, step.data, expected)
        except JournalError:
            if look(journal, path) != step.data:  # else it is there, only perhaps not yet on the disk
                journal.document_plans.drop(path)
                if before:
                    journal.document_plans.write(before)
            raise
        if merge and before and earlier == before.steps and earlier[-1].act == step.act:
            journal.document_plans.write(DocumentPlan(path=path, base=before.base, steps=(*earlier[:-1], step)))


def _write(path: Path, data: bytes | None, expected: bytes | None) -> None:
    if data is None:
        if _look(path) != expected:
            raise files.ChangedOutsideError(
                _("{path} was changed by another program. It is left as it is; look at it first.").format(path=path)
            )
        files.remove(path)
    elif expected is None:
        files.make_folder(path.parent)
        files.write_new(path, data)
    else:
        files.replace(path, data, expected=expected)


def look(journal: Journal, path: str) -> bytes | None:
    """Give a document's file; None when there is none, b"" when it can't be read, which no plan holds."""
    return _look(journal.root / path)


def _look(path: Path) -> bytes | None:
    try:
        return formats.read_bytes(path)
    except NotFoundError:
        return None
    except BadFileError:
        return b""


def last(journal: Journal, path: str) -> bytes | None:
    """Give a document as it was last: of what waits for history, else of history; None when it is in neither."""
    plan = journal.document_plans.get(path)
    waiting = [step.data for step in plan.steps if step.data is not None] if plan else []
    if waiting:
        return waiting[-1]
    if not journal.repository.exists():
        return None
    known = (version for version in journal.repository.versions(path) if not version.deleted)
    newest = next(known, None)
    return journal.repository.read(newest.commit, path) if newest else None


def readable(journal: Journal, path: str) -> Iterator[bytes]:
    """Give the file of a document that can be read; nothing else comes into history by itself."""
    kind = KINDS[path.partition("/")[0]]
    data = look(journal, path)
    try:
        value = kind.parse(data or b"", path)
    except BadFileError:
        return
    if data and kind.name(value) == Path(path).stem:
        yield data


# Brings the documents of a journal into history: what waits, the commits it becomes, and what goes with a session.


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


def waiting(journal: Journal, tracked: Mapping[str, str]) -> tuple[DocumentPlan, ...]:
    """List the documents that are saved but not in history as they are, with the versions that it lacks."""
    plans = {plan.path: plan for plan in journal.document_plans.all() if plan.path.partition("/")[0] in KINDS}
    found = [unfinished(journal, plan, tracked) for plan in plans.values()]
    for path in paths(journal):
        if path not in tracked and path not in plans and not _goes_with_its_session(journal, path):
            steps = tuple(Step("kept", data.decode()) for data in readable(journal, path))
            found += [DocumentPlan(path=path, steps=steps)] if steps else []
    return tuple(sorted((plan for plan in found if plan.steps), key=lambda plan: plan.path))


def paths(journal: Journal) -> Iterator[str]:
    """Give the path of every document in the folder."""
    for folder in KINDS:
        names = names_in(journal.root / folder)
        yield from (path for name in sorted(names) if is_path(path := f"{folder}/{name}"))


def unfinished(journal: Journal, plan: DocumentPlan, tracked: Mapping[str, str]) -> DocumentPlan:
    """Give the plan with only the versions that were saved and that history lacks."""
    steps = plan.happened(look(journal, plan.path))
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
        data, plan = look(journal, path), journal.document_plans.get(path)
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
    return tuple(plan for plan in journal.document_plans.all() if plan.happened(look(journal, plan.path)) == plan.steps)


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
    if look(journal, path) is None or journal.record().obstacle or not is_known(journal, path):
        return ()
    return (path,)


def _goes_with_its_session(journal: Journal, path: str) -> bool:
    """Tell whether a document is only there because the deletion of its session was cut short."""
    plan = journal.plans.get(Path(path).stem) if path.startswith(f"{AGENDAS.folder}/") else None
    return bool(plan and plan.deletes) and is_known(journal, path)


def is_known(journal: Journal, path: str) -> bool:
    """Tell whether history has the very file that stands there."""
    data = look(journal, path)
    try:
        known = [version.commit for version in journal.repository.versions(path) if not version.deleted]
        return any(journal.repository.read(commit, path) == data for commit in known)
    except ReflectError:
        return False


def remove_companion(journal: Journal, session_id: str) -> None:
    """Remove the file of a deleted session's agenda, which is in history; one that is not stays."""
    path = companion(journal, session_id)
    if look(journal, path) is not None and is_known(journal, path):
        files.remove(journal.root / path)


def restore_companion(journal: Journal, session_id: str) -> None:
    """Bring the agenda of a session back as it was last, if it had one."""
    path = companion(journal, session_id)
    data = last(journal, path)
    if data is not None and look(journal, path) is None:
        put(journal, path, Step("restored", data.decode()), None)


# The events of a journal: kept as its other documents are, see documents; only shorter to say.


def entries(journal: Journal) -> tuple[Document[Event], ...]:
    """List every file among the events, oldest event first, readable or not."""
    found = journal.events.all()
    return tuple(sorted(found, key=lambda one: (one.value.moment.timestamp() if one.value else 0.0, one.path)))


def readable_events(journal: Journal) -> tuple[Event, ...]:
    """List the events that can be read, oldest first."""
    return tuple(entry.value for entry in entries(journal) if entry.value)


def add(journal: Journal, event: Event) -> None:
    """Keep an event: when this returns, it is on the disk. History follows; see Journal.record().

    Raises:
        JournalError: it can't be written, or an event of this id with another content is there.
    """
    journal.events.save(event.id, events.dumps(event), "made")


def remove(journal: Journal, event_id: str) -> None:
    """Take an event away; restore() brings it back.

    Raises:
        NotFoundError: there is no such event.
        JournalError: it could not be taken away.
    """
    journal.events.remove(event_id, journal.events.get(_known(event_id)).data)


def restore(journal: Journal, event_id: str) -> None:
    """Bring back an event that was removed, as it was last.

    Raises:
        NotFoundError: no event of this id was removed.
        JournalError: it can't be written, or history can't be read.
    """
    journal.events.restore(_known(event_id))


def _known(event_id: str) -> str:
    if not events.is_id(event_id):
        raise NotFoundError(_('There is no event "{id}".').format(id=display(event_id)))
    return event_id
