"""The documents of a journal beside its sessions: goals, agendas, events, rounds; a file each, every act a version.

Saved as sessions are: the file first, durably and without git, then history. Nothing that another program wrote is
replaced unseen: every change names the bytes that it replaces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct

from reflect_tui import agenda, events, formats, goals
from reflect_tui.errors import BadFileError, Fault, JournalError, NotFoundError, ReflectError
from reflect_tui.feedback import round as rounds
from reflect_tui.i18n import _
from reflect_tui.journal import files, saving
from reflect_tui.journal.document_plans import Act, DocumentPlan, Step, is_path
from reflect_tui.journal.plans import ABSENT
from reflect_tui.text import display

if TYPE_CHECKING:
    from reflect_tui.journal.journal import Journal

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
