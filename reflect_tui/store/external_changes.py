"""What another program did to the documents: the folder compared with history, and with what we planned ourselves."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, ReflectError
from reflect_tui.git.history import blob_id
from reflect_tui.git.problems import ObstacleError
from reflect_tui.model import session as sessions
from reflect_tui.model.round import Round
from reflect_tui.model.session import Session
from reflect_tui.store import documents
from reflect_tui.store.altered import round_before_edit, round_in_history
from reflect_tui.store.base import GOALS, ROUNDS, SESSIONS, Store, is_session
from reflect_tui.store.rounds import WaitingAnswers
from reflect_tui.store.scan import FileList, list_files


class Changed(Struct, frozen=True, kw_only=True):
    """A session file that another program changed, or took away (`missing`), since it came into history.

    `known` is the session as the newest commit has it, None when that can't be read.
    """

    id: str
    path: str
    missing: bool = False
    known: Session | None = None


Signature = str


def changed(store: Store) -> tuple[Changed, ...]:
    """List the sessions in history whose file another program changed or took away, oldest first.

    None while history can't be read. While an older commit is checked out, sessions that only later ones have are
    missing.
    """
    try:
        known = _known(store)
        return tuple(_with_known(store, list(_changed(store, known)), known))
    except ObstacleError:
        return ()


def _known(store: Store) -> dict[str, str]:
    """Return the blob ids of the newest commit, and of those ahead of it; ObstacleError when they can't be read."""
    tracked = store.repository.tracked()
    return (store.repository.files_ahead() if store.repository.exists() else {}) | tracked


def _changed(store: Store, tracked: Mapping[str, str]) -> Iterator[Changed]:
    present = {file.path for file in list_files(store.root)}
    for path in sorted(filter(is_session, tracked), key=lambda path: Path(path).name):
        if path not in present:
            yield Changed(id=Path(path).stem, path=path, missing=True)
        elif _is_edited(store, path, tracked[path]):
            yield Changed(id=Path(path).stem, path=path)


def _with_known(store: Store, changes: Sequence[Changed], tracked: Mapping[str, str]) -> Iterator[Changed]:
    """Add the sessions as history has them; ObstacleError when it can't be read."""
    contents = store.repository.contents([tracked[change.path] for change in changes])
    for change, data in zip(changes, contents, strict=True):
        try:
            known = sessions.parse(data, change.path) if data is not None else None
        except BadFileError:
            known = None
        yield structs.replace(change, known=known)


def changed_documents(store: Store) -> tuple[str, ...]:
    """List the documents but sessions that another program edited since they came into history; see changed()."""
    try:
        tracked = store.repository.tracked()
    except ReflectError:
        return ()
    return tuple(path for path in documents.paths(store) if path in tracked and _is_edited(store, path, tracked[path]))


def altered_rounds(store: Store) -> dict[str, Round]:
    """Return the confidential rounds whose file was changed in what counts, or is gone, as history has them.

    That is the newest commit, or where the change was committed as well, the newest that fits what was answered. What
    counts is what was promised, who is asked or has answered, and what may be told. None while history can't be
    read.
    """
    try:
        tracked = set(store.repository.tracked())
    except ReflectError:
        return {}
    paths = sorted(path for path in {*documents.paths(store), *tracked} if path.startswith(f"{ROUNDS.folder}/"))
    found = [round_in_history(store, path, documents.look(store, path)) for path in paths]
    altered = {before.id: before for before in found if before}
    for document in documents.Shelf(store, ROUNDS).all():
        with contextlib.suppress(BadFileError):  # what waits can't be read, and closing says so
            if document.value and document.id not in altered:
                pool = WaitingAnswers(store).get(document.id)
                before = round_before_edit(store, document.value, pool)
                altered |= {document.id: before} if before else {}
    return altered


def is_changed(store: Store, path: str) -> bool:
    """Check whether another program changed the file of a document since it came into history, as far as is known."""
    try:
        known = _known(store)
    except ObstacleError:
        return False
    return path in known and _is_edited(store, path, known[path])


def _is_edited(store: Store, path: str, blob: str) -> bool:
    data = documents.look(store, path)
    if data is not None and blob_id(data, len(blob)) == blob:
        return False
    plan = store.plans.get(path)
    return not (plan and plan.planned(data))


def signature(store: Store, listed: FileList | None = None) -> Signature:
    """Return what changes when another program changes the sessions or the branch: names, sizes and times only.

    It is the same within one process only. `listed` are the session files, when they were listed just now.
    """
    root, git = store.root, store.root / ".git"
    heads = (path for path in (git / "HEAD", git / "packed-refs") if path.exists())
    seen: list[tuple[object, ...]] = [(str(path), files.signature(path)) for path in heads]
    seen += [(file.path, file.signature[: 1 if file.is_folder else 3]) for file in _list_files(root, listed)]
    for folder in (*(root / kind.folder for kind in (SESSIONS, GOALS, ROUNDS)), git / "refs" / "heads"):
        seen += sorted((entry.path, files.signature(entry)[: _told_by(entry)]) for entry in _listing(folder))
    return f"{hash(tuple(seen)):x}" if seen else ""


def _list_files(root: Path, listed: FileList | None) -> FileList:
    try:
        return list_files(root) if listed is None else listed
    except BadFileError:
        return ()


def _listing(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            return [entry for entry in listing if not entry.name.startswith(".")]
    except OSError:
        return []


def _told_by(entry: os.DirEntry[str]) -> int:
    """Return how much of what is seen counts: of a folder only which one it is, since files change its rest."""
    return 1 if entry.is_dir(follow_symlinks=False) else 3
