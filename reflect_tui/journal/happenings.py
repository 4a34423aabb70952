"""Keeps the events of a journal: files in `events`, their history, and what was removed, to bring it back.

The folder is the truth: an event in it that history lacks comes into history at the next chance. One that was removed
here waits in the state folder as well, so that it can be brought back even without git.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from reflect_tui import events, formats
from reflect_tui.errors import BadFileError, Fault, NotFoundError, ReflectError
from reflect_tui.events import Event
from reflect_tui.i18n import _
from reflect_tui.journal import files
from reflect_tui.journal.commits import Step
from reflect_tui.journal.obstacle import ObstacleError
from reflect_tui.text import display

if TYPE_CHECKING:
    from reflect_tui.journal.journal import Journal

_REMOVED = "removed-events"


class EventEntry(Struct, frozen=True):
    """One file among the events: its event when it can be read, and everything wrong with it."""

    path: str
    event: Event | None
    faults: tuple[Fault, ...] = ()


def entries(root: Path) -> tuple[EventEntry, ...]:
    """List every file among the events of the journal in a folder, oldest event first, readable or not."""
    found = [_entry(root, path) for path in _paths(root)]
    return tuple(sorted(found, key=lambda entry: (entry.event.moment.timestamp() if entry.event else 0.0, entry.path)))


def readable(root: Path) -> tuple[Event, ...]:
    """List the events that can be read, oldest first."""
    return tuple(entry.event for entry in entries(root) if entry.event)


def _paths(root: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return sorted(path for path in (root / events.FOLDER).iterdir() if not path.name.startswith("."))
    return []


def _entry(root: Path, path: Path) -> EventEntry:
    name = path.relative_to(root).as_posix()
    try:
        return EventEntry(name, events.load(path))
    except BadFileError as error:
        return EventEntry(name, None, error.faults)
    except ReflectError as error:
        return EventEntry(name, None, (Fault("", str(error)),))


def add(journal: Journal, event: Event) -> Path:
    """Keep an event: when this returns, it is on the disk. History follows; see Journal.record().

    Raises:
        JournalError: it can't be written, or an event of this id with another content is there.
    """
    path = journal.root / events.relative_path(event.id)
    files.make_folder(path.parent)
    files.write_new(path, events.dumps(event))
    return path


def remove(journal: Journal, event_id: str) -> None:
    """Take an event away; restore() brings it back.

    Raises:
        NotFoundError: there is no such event.
        JournalError: it could not be taken away.
    """
    path = _path(journal, event_id)
    data = formats.read_bytes(path)
    kept = _kept(journal, event_id)
    files.make_folder(kept.parent)
    files.replace(kept, data)
    files.remove(path)


def restore(journal: Journal, event_id: str) -> Path:
    """Bring back an event that was removed, as it was last.

    Raises:
        NotFoundError: no event of this id was removed.
        JournalError: it can't be written, or history can't be read.
    """
    path, kept = _path(journal, event_id), _kept(journal, event_id)
    data = formats.read_bytes(kept) if kept.exists() else _from_history(journal, event_id)
    files.make_folder(path.parent)
    files.write_new(path, data)
    files.remove(kept)
    return path


def _from_history(journal: Journal, event_id: str) -> bytes:
    name = events.relative_path(event_id).as_posix()
    there = [version for version in journal.repository.versions(name) if not version.deleted]
    if not there:
        raise NotFoundError(_('There is no event "{id}".').format(id=display(event_id)))
    return journal.repository.read(there[0].commit, name)


def record(journal: Journal) -> tuple[str, ...]:
    """Bring into history what was added, and what was removed here. Costs nothing in a journal without events.

    Raises:
        ObstacleError: history can't be written now.
    """
    if not (journal.root / events.FOLDER).is_dir() or not journal.repository.exists():
        return ()
    steps = list(_steps(journal))
    return journal.repository.commit_all(steps) if steps else ()


def pending(journal: Journal) -> bool:
    """Tell whether history lacks something of the events; also while it can't be read."""
    try:
        return journal.repository.exists() and bool(list(_steps(journal)))
    except ObstacleError:
        return True


def _steps(journal: Journal) -> Iterator[Step]:
    tracked = journal.repository.tracked()
    known = [name for name in tracked if name.startswith(f"{events.FOLDER}/")]
    before = dict(zip(known, journal.repository.contents([tracked[name] for name in known]), strict=True))
    there = {path.relative_to(journal.root).as_posix(): path for path in _paths(journal.root)}
    for name, path in there.items():
        if _entry(journal.root, path).event is None:
            continue  # shown with its reason, and left alone
        data = formats.read_bytes(path)
        if before.get(name) != data:
            yield Step({name: data}, _message("change event" if name in before else "event", path.stem))
    for name in known:
        if name not in there and _kept(journal, Path(name).stem).exists():
            yield Step({name: None}, _message("remove event", Path(name).stem))


def _message(verb: str, event_id: str) -> str:
    """Write a commit message: when it was, never what."""
    return f"{verb} {event_id.partition('-event-')[0]}\n\nEvent: {event_id}\n"


def _path(journal: Journal, event_id: str) -> Path:
    if not events.is_id(event_id):
        raise NotFoundError(_('There is no event "{id}".').format(id=display(event_id)))
    return journal.root / events.relative_path(event_id)


def _kept(journal: Journal, event_id: str) -> Path:
    return journal.state / _REMOVED / f"{event_id}.toml"
