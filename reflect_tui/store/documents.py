"""The documents of a journal, sessions among them: one file each, every act one version.

Saved durably and without git: the file first, then history. Nothing that another program wrote is replaced unseen:
every change names the bytes that it replaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

from msgspec import Struct

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, Fault, JournalError, NotFoundError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.model import events
from reflect_tui.model.events import Event
from reflect_tui.model.instrument import digest
from reflect_tui.store.altered import refuse_altered
from reflect_tui.store.base import AGENDAS, EVENTS, FLAT, ROUNDS, Kind, Store, is_path, kind_of
from reflect_tui.store.plans import ABSENT, Act, Plan, PlannedVersion
from reflect_tui.text import display
from reflect_tui.toml import formats

T = TypeVar("T")


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
    """The documents of one kind in a store."""

    def __init__(self, store: Store, kind: Kind[T]) -> None:
        """Look in this journal; nothing is touched."""
        self._store = store
        self._kind = kind

    def all(self) -> tuple[Document[T], ...]:
        """List every document, readable or not, newest first."""
        names = names_in(self._store.root / self._kind.folder)
        return tuple(self._read(f"{self._kind.folder}/{name}") for name in sorted(names, reverse=True))

    def get(self, name: str) -> Document[T]:
        """Return the document with this id, readable or not.

        Raises:
            NotFoundError: there is none.
        """
        path = self.path(name)
        if not (self._store.root / path).exists():
            raise NotFoundError(_("There is no file {path}.").format(path=path))
        return self._read(path)

    def path(self, name: str) -> str:
        """Return the path of a document within the journal; NotFoundError when none can have this id."""
        return self._kind.path(name)

    def _read(self, path: str) -> Document[T]:
        try:
            data = formats.read_bytes(self._store.root / path, self._kind.limit)
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

    def save(
        self, name: str, data: bytes, act: Act, expected: bytes | None = None, *, merge: bool = False, reason: str = ""
    ) -> None:
        """Save a document: when this returns, it is on the disk. History is not needed, and follows; see record().

        Args:
            name: its id.
            data: its whole file; the one that stands there is fine, and changes nothing.
            act: what was done, for the commit.
            expected: the bytes of the file that is replaced; None when there is none.
            merge: whether this goes on with the same act, not in history yet: both become one version.
            reason: why, in one line for the commit.

        Raises:
            JournalError: it can't be written, or another program changed the file; it is untouched.
        """
        if data != expected:
            put(self._store, self.path(name), PlannedVersion(act, data.decode(), reason), expected, merge=merge)

    def remove(self, name: str, expected: bytes) -> None:
        """Remove a document: its file goes, history keeps it and follows. See save()."""
        put(self._store, self.path(name), PlannedVersion("removed"), expected)

    def restore(self, name: str) -> None:
        """Bring a removed document back as it was last.

        Raises:
            NotFoundError: neither history nor what waits for it has the document.
            JournalError: history can't be read, or the file can't be written.
        """
        path = self.path(name)
        data = last(self._store, path)
        if data is None:
            raise NotFoundError(_("History has no {path}.").format(path=path))
        put(self._store, path, PlannedVersion("restored", data.decode()), None)


def names_in(folder: Path) -> list[str]:
    """List the files of a folder but hidden ones; none when there is no such folder."""
    try:
        return [path.name for path in folder.iterdir() if path.suffix == ".toml" and not path.name.startswith(".")]
    except OSError:
        return []


def put(store: Store, path: str, version: PlannedVersion, expected: bytes | None, *, merge: bool = False) -> None:
    """Plan a version and write it to its file; when this returns, it is on the disk. See Shelf.save().

    What is replaced and was not planned goes into history as a version of its own; not so the altered file of a round,
    which is refused: see refuse_altered().
    """
    store.identity.write()
    with store.planning:
        before = store.plans.get(path)
        earlier = before.happened(expected) if before else ()
        if expected is not None and not (before and before.planned(expected)):
            if path.startswith(f"{ROUNDS.folder}/"):
                refuse_altered(store, path, expected)  # else it would become what history has
            earlier = (*earlier, PlannedVersion("kept", expected.decode("utf-8", "replace")))
        base = ABSENT if expected is None else ""
        _carry_out(store, Plan(path=path, base=base, versions=(*earlier, version)), expected)
        if merge and before and earlier == before.versions:
            *done, latest = earlier
            if (latest.act, latest.reason) == (version.act, version.reason):
                store.plans.write(Plan(path=path, base=before.base, versions=(*done, version)))


def replace_unrecorded(store: Store, path: str, version: PlannedVersion, expected: bytes | None) -> None:
    """Plan a version and write it in the place of what another program left, which does not go into history."""
    store.identity.check()
    base = ABSENT if expected is None else digest(expected)
    with store.planning:
        _carry_out(store, Plan(path=path, base=base, versions=(version,)), expected)


def _carry_out(store: Store, plan: Plan, expected: bytes | None) -> None:
    """Write a plan down and then its last version to the file; when that fails, what was planned before stands."""
    before = store.plans.get(plan.path)
    store.plans.write(plan)
    data = plan.versions[-1].data
    try:
        if data != expected:
            write(store, plan.path, data, expected)
    except JournalError:
        if look(store, plan.path) != data:  # else it is there, only perhaps not yet on the disk
            store.plans.drop(plan.path)
            if before:
                store.plans.write(before)
        raise


def write(store: Store, path: str, data: bytes | None, expected: bytes | None) -> None:
    """Write a document's file in the place of what is `expected` there, None for no file; see disk.files."""
    target = store.root / path
    if data is None:
        if look(store, path) != expected:
            raise files.ChangedOutsideError(
                _("{path} was changed by another program. It is left as it is; look at it first.").format(path=target)
            )
        files.remove(target)
    elif expected is None:
        files.make_folder(target.parent)
        files.write_new(target, data)
    else:
        files.replace(target, data, expected=expected)


def look(store: Store, path: str) -> bytes | None:
    """Return a document's file; None when there is none, b"" when it can't be read, which no plan holds."""
    kind = kind_of(path)
    try:
        return formats.read_bytes(store.root / path, kind.limit if kind else formats.MAX_BYTES)
    except NotFoundError:
        return None
    except BadFileError:
        return b""


def removed(store: Store, kind: Kind[T]) -> list[str]:
    """List the ids of the documents of a kind that are in history, or wait for it, and are no longer there.

    Raises:
        ReflectError: history can't be read.
    """
    ever = store.repository.paths_ever(kind.folder) if store.repository.exists() else frozenset()
    known = {path for path in {*ever, *(plan.path for plan in store.plans.all())} if kind_of(path) is kind}
    return sorted(Path(path).stem for path in known if look(store, path) is None)


def last(store: Store, path: str) -> bytes | None:
    """Return a document as it was last: of what waits for history, else of history; None when it is in neither."""
    plan = store.plans.get(path)
    if plan and plan.last_content is not None:
        return plan.last_content
    if not store.repository.exists():
        return None
    known = (version for version in store.repository.versions(path) if not version.deleted)
    newest = next(known, None)
    return store.repository.read(newest.commit, path) if newest else None


def readable(store: Store, path: str) -> bytes | None:
    """Return the file of a document that can be read, else None; nothing unreadable comes into history by itself."""
    kind = kind_of(path)
    data = look(store, path)
    try:
        value = kind.parse(data or b"", path) if kind else None
    except BadFileError:
        return None
    return data if kind and kind.name(value) == Path(path).stem else None


def is_known(store: Store, path: str) -> bool:
    """Check whether history has, in any version, the very file that stands there."""
    data = look(store, path)
    try:
        known = [version.commit for version in store.repository.versions(path) if not version.deleted]
        return any(store.repository.read(commit, path) == data for commit in known)
    except ReflectError:
        return False


def is_removed(store: Store, path: str, content: bytes | None) -> bool:
    """Check whether history has the removal of a document, and before that its file with this content."""
    try:
        newest, *earlier = store.repository.versions(path)
        return newest.deleted and store.repository.read(earlier[0].commit, path) == content
    except (ReflectError, ValueError, IndexError):  # history can't be read, or knows nothing of it
        return False


def paths(store: Store) -> Iterator[str]:
    """Return the path of every document in the folder but the sessions."""
    for folder in FLAT:
        names = names_in(store.root / folder)
        yield from (path for name in sorted(names) if is_path(path := f"{folder}/{name}"))


# What goes with a session: its agenda


def remove_agenda(store: Store, session_id: str) -> None:
    """Remove the file of a deleted session's agenda, which is in history; one that is not stays."""
    path = AGENDAS.path(session_id)
    if look(store, path) is not None and is_known(store, path):
        files.remove(store.root / path)


def restore_agenda(store: Store, session_id: str) -> None:
    """Bring the agenda of a session back as it was last, if it had one."""
    path = AGENDAS.path(session_id)
    data = last(store, path)
    if data is not None and look(store, path) is None:
        put(store, path, PlannedVersion("restored", data.decode()), None)


# The events of a journal: documents like the others, only shorter to say.


def event_entries(store: Store) -> tuple[Document[Event], ...]:
    """List every file among the events, oldest event first, readable or not."""
    documents = Shelf(store, EVENTS).all()
    return tuple(
        sorted(
            documents,
            key=lambda document: (document.value.moment.timestamp() if document.value else 0.0, document.path),
        )
    )


def readable_events(store: Store) -> tuple[Event, ...]:
    """List the events that can be read, oldest first."""
    return tuple(entry.value for entry in event_entries(store) if entry.value)


def add_event(store: Store, event: Event) -> None:
    """Keep an event: when this returns, it is on the disk. History follows; see Journal.record().

    Raises:
        JournalError: it can't be written, or an event of this id with another content is there.
    """
    Shelf(store, EVENTS).save(event.id, events.dumps(event), "made")


def remove_event(store: Store, event_id: str) -> None:
    """Take an event away; restore_event() brings it back.

    Raises:
        NotFoundError: there is no such event.
        JournalError: it could not be taken away.
    """
    Shelf(store, EVENTS).remove(event_id, Shelf(store, EVENTS).get(_known(event_id)).data)


def restore_event(store: Store, event_id: str) -> None:
    """Bring back an event that was removed, as it was last.

    Raises:
        NotFoundError: no event of this id was removed.
        JournalError: it can't be written, or history can't be read.
    """
    Shelf(store, EVENTS).restore(_known(event_id))


def _known(event_id: str) -> str:
    if not events.is_id(event_id):
        raise NotFoundError(_('There is no event "{id}".').format(id=display(event_id)))
    return event_id
