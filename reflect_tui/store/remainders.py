"""What a killed program left of a backup that it made or restored: copies of a whole journal, in forgotten places.

They go at the next start of anything that has the journal's Lock.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from reflect_tui.disk import files
from reflect_tui.disk.lock import Lock
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.store.base import Store
from reflect_tui.toml import formats

_WRITING = "backing-up"
"""In the state folder while a backup is written: its path."""
_RESTORING = "restoring.json"
"""In the state folder while there is no journal yet: the files beside it that come out of the backup."""
_TRIAL = "trial"


class _Coming(Struct, frozen=True):
    """The files beside a journal that were not there before it is restored."""

    paths: tuple[str, ...]


def announce(store: Store, path: Path) -> None:
    """Write down where a backup is about to be written.

    Raises:
        JournalError: the disk refuses.
    """
    files.make_folder(store.state)
    files.replace(store.state / _WRITING, os.fsencode(path.absolute()))


def written(store: Store) -> None:
    """Forget where a backup was being written: it is whole."""
    files.remove(store.state / _WRITING)


def expect(store: Store, paths: Iterable[Path]) -> None:
    """Write down which files are to come beside a journal that is not there yet, and are not there either.

    Raises:
        JournalError: the disk refuses.
    """
    files.make_folder(store.state)
    coming = _Coming(tuple(str(path) for path in paths if not os.path.lexists(path)))
    files.replace(store.state / _RESTORING, formats.pack(coming))


def take_back(store: Store) -> None:
    """Remove what came beside a journal unless the journal came as well, and forget what was expected.

    Raises:
        JournalError: the disk refuses.
    """
    for path in _beside(store):
        files.remove(path)
    if (store.state / _RESTORING).exists():
        files.remove(store.state / _RESTORING)


def trial(store: Store) -> Path:
    """Name a folder in which a backup is restored for a while."""
    return store.state / files.temporary_name(_TRIAL)


def remainders(store: Store) -> tuple[Path, ...]:
    """List what stands there of a backup that is being made or restored now, or was when a program was killed."""
    left = [*files.left_beside(store.root), *files.left_beside(store.state / _TRIAL)]
    if announced := _announced(store):
        left += files.left_beside(announced)
    with contextlib.suppress(ReflectError):
        left += _beside(store)
    return tuple(left)


def cut_short(store: Store) -> tuple[Path, ...]:
    """List the remainders of a killed program; none while another program has the Lock, which may be at it."""
    left = remainders(store)
    with contextlib.suppress(JournalError):  # a disk that can't be written: nobody is at it
        lock = Lock.acquire(store.state) if left else None
        if lock is None:
            return ()
        lock.release()
    return left


def clear(store: Store) -> tuple[Path, ...]:
    """Remove the remainders of a killed program, if nobody has the Lock; the paths of those that are gone."""
    left = remainders(store)
    if left or (store.state / _RESTORING).exists():
        with contextlib.suppress(ReflectError):  # doctor names it
            lock = Lock.acquire(store.state)
            if lock:
                with lock:
                    tidy(store)
    return tuple(path for path in left if not os.path.lexists(path))


def tidy(store: Store) -> None:
    """Remove the remainders of a killed program; the caller holds the Lock, and makes or restores nothing now.

    Raises:
        JournalError, BadFileError: the disk refuses, or a note about them can't be read.
    """
    for path in (store.root, *(store.state / name for name in (_TRIAL, _WRITING, _RESTORING))):
        files.tidy_beside(path, own=True)
    take_back(store)
    announced = _announced(store)
    if announced:
        files.tidy_beside(announced, own=True)
        if announced.parent.is_dir():  # else on a disk that is elsewhere now
            written(store)


def _beside(store: Store) -> list[Path]:
    """List what came beside a journal out of a backup of which the journal itself did not come, whole or in part."""
    note = store.state / _RESTORING
    if not (note.exists() and files.is_free(store.root)):
        return []
    listed = formats.unpack(formats.read_bytes(note), _Coming, note).paths
    return [left for path in map(Path, listed) for left in (path, *files.left_beside(path)) if left.exists()]


def _announced(store: Store) -> Path | None:
    """Return where a backup was being written; None when none was."""
    with contextlib.suppress(ReflectError):
        return Path(os.fsdecode(formats.read_bytes(store.state / _WRITING)))
    return None
