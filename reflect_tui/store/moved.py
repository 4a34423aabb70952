"""Finds what a journal keeps beside it, such as drafts, when its folder was moved or copied on this computer.

A state folder is named after the path of its journal; in it stands which journal that is, and where it was last. So the
next journal at that path gets one of its own, see state_folder().
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct

from reflect_tui import paths, system
from reflect_tui.disk import files
from reflect_tui.disk.lock import Lock
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.i18n import _
from reflect_tui.store.base import IDENTITY, JournalFile, Store
from reflect_tui.toml import formats

_FILE = "place.toml"
_STAYS = (_FILE, "lock")
_STATE = re.compile(r"[0-9a-f]{16}(-[0-9]+)?")
_UNFINISHED = ("drafts", "plans", "document-plans", "typed")


class _Place(Struct, frozen=True, kw_only=True):
    """Which journal a state folder is of, by its id, and the folder that it was in, on the disk of that number.

    A system may number its disks anew when it starts; `beside` is whether it was the disk of the state folder itself.
    """

    format: Literal[1] = 1
    journal: str
    path: str
    disk: int
    beside: bool = False


Where = Literal["there", "left", "away"]
"""Whether a journal is in the folder where it was, was moved from there, or is on a disk that seems not connected."""


class OtherState(Struct, frozen=True):
    """Another state folder of the same journal: of a copy in `root`, or from when it was there itself."""

    folder: Path
    root: Path
    where: Where


def state_folder(root: Path) -> Path:
    """Return the state folder of the journal in a folder: that of its path, unless another journal there has it.

    Of a journal whose id can't be read now that is not to be told: its own is the one that it had.
    """
    journal, first = _id(root), paths.state_folder(root)
    if not journal and _has_content(root):
        return first
    folders = (first, *sorted(first.parent.glob(f"{first.name}-*")))
    owners = {folder: place.journal for folder in folders if (place := _read(folder))}
    own = [folder for folder, owner in owners.items() if owner == journal]
    further = (first.with_name(f"{first.name}-{number}") for number in itertools.count(2))
    return own[0] if own else next(folder for folder in itertools.chain([first], further) if folder not in owners)


def _has_content(root: Path) -> bool:
    try:
        return any(root.iterdir())
    except FileNotFoundError:
        return False
    except OSError:
        return True


def claim(store: Store) -> None:
    """Write down in the state folder which journal it is of, and where; the caller holds the Lock."""
    journal, root = _id(store.root), os.path.realpath(store.root)
    with contextlib.suppress(ReflectError, UnicodeEncodeError):  # it is found by its path all the same
        disk = files.disk_number(store.root)
        place = _Place(journal=journal, path=root, disk=disk, beside=disk == files.disk_number(store.state))
        if journal and store.state.is_dir() and _read(store.state) != place:
            files.replace(store.state / _FILE, formats.toml(formats.document_of(place)).encode())


def elsewhere(store: Store) -> tuple[OtherState, ...]:
    """List the other state folders of this journal: those of its copies, and those left with anything in them."""
    return tuple(other for other in _others(store) if other.where == "there" or any(_content(other.folder)))


def unnamed(store: Store) -> tuple[Path, ...]:
    """List the state folders with unfinished work that an earlier version left without saying of which journal.

    That of the usual folder for a journal is of what is there.
    """
    usual = paths.journal_folder(None)
    known = (store.state, paths.state_folder(usual)) if usual.is_dir() else (store.state,)
    return tuple(
        folder
        for folder in sorted(store.state.parent.glob("*"))
        if _STATE.fullmatch(folder.name)
        and folder not in known
        and _read(folder) is None
        and any(path.relative_to(folder).parts[0] in _UNFINISHED for path in _content(folder))
    )


def _others(store: Store) -> Iterator[OtherState]:
    journal = _id(store.root)
    for path in sorted(store.state.parent.glob(f"*/{_FILE}")) if journal else ():
        place = _read(path.parent)
        if place and place.journal == journal and path.parent != store.state:
            yield OtherState(path.parent, Path(place.path), _where(place))


def take_along(store: Store) -> tuple[Path, ...]:
    """Move what was kept of this journal where it was before to its state folder; the folders that it was in.

    Nothing is written over: what has another namesake here stays there. A kill is followed by the next start.

    Raises:
        JournalError: another program still has it open there, or the disk refuses.
    """
    left = [other for other in _others(store) if other.where == "left"]
    lock = Lock.acquire(store.state) if left else None
    if lock is None:  # nothing to do, or open here: the next start does it
        return ()
    with lock:
        claim(store)
        return tuple(other.root for other in left if _move(other.folder, store))


def _move(folder: Path, store: Store) -> bool:
    lock = Lock.acquire(folder)
    if lock is None:
        text = _(
            "Another reflect-tui has this journal open where it was before. Close it: what it keeps comes along then."
        )
        raise JournalError(text)
    moved = False
    with lock:
        for path in sorted(_content(folder)):
            target = store.state / path.relative_to(folder)
            if not os.path.lexists(target):
                files.make_folder(target.parent)
                files.move(path, target)
                moved = True
            elif target.is_file() and target.read_bytes() == path.read_bytes():
                files.remove(path)
        if not any(_content(folder)):
            _remove(folder)
    return moved


def _remove(folder: Path) -> None:
    """Remove a state folder in which nothing is kept; whose it is goes last, so that a kill is followed by this."""
    with contextlib.suppress(OSError, JournalError):  # a system that does not let a locked file go
        for path in sorted(folder.iterdir(), key=lambda path: (path.name == _FILE, path.name)):
            system.remove_tree(path) if files.is_real(path) else files.remove(path)
        folder.rmdir()


def _content(folder: Path) -> Iterator[Path]:
    return (path for path in files.files_below(folder) if path.parent != folder or path.name not in _STAYS)


def _id(root: Path) -> str:
    """Return the id of the journal in a folder; "" when its file is not there or can't be read."""
    path = root / IDENTITY
    with contextlib.suppress(ReflectError):
        return formats.parse(formats.read_bytes(path), JournalFile, path).id
    return ""


def _read(folder: Path) -> _Place | None:
    path = folder / _FILE
    with contextlib.suppress(ReflectError):
        return formats.parse(formats.read_bytes(path), _Place, path)
    return None


def _where(place: _Place) -> Where:
    """Return where a journal is now: it was moved when there is nothing, or another journal.

    A stick that is not connected is no such case: its disk is not there.
    """
    root = Path(place.path)
    try:
        root.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return "left" if place.beside or files.disk_number(root) == place.disk else "away"
    except OSError:
        return "there"
    return "there" if _id(root) in ("", place.journal) else "left"
