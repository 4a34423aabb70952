"""What another program did to the sessions: the folder compared with history, and with what we planned ourselves."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, structs

from reflect_tui.disk import files
from reflect_tui.errors import BadFileError, ReflectError
from reflect_tui.git.objects import blob_id
from reflect_tui.git.repository import Repository
from reflect_tui.model import session as sessions
from reflect_tui.model.session import Session, is_id
from reflect_tui.store.documents import GOALS, ROUNDS
from reflect_tui.store.plans import Plan
from reflect_tui.store.scan import FOLDER, Entry, FileList, list_files, name
from reflect_tui.toml import formats


class Changed(Struct, frozen=True, kw_only=True):
    """A session file that another program changed, or took away (`missing`), since it came into history.

    `known` is the session as the newest commit has it, None when that can't be read.
    """

    id: str
    path: str
    missing: bool = False
    known: Session | None = None


Signature = str


def compare(
    entries: Iterable[Entry], tracked: Mapping[str, str], plans: Mapping[str, Plan], root: Path
) -> tuple[Changed, ...]:
    """List the sessions of a commit that the folder has otherwise or not at all, and not by us; oldest first."""
    there = {entry.path for entry in entries}
    found: list[Changed] = []
    for path, blob in sorted(tracked.items(), key=lambda item: item[0].rpartition("/")[2]):
        if not _is_session(path):
            continue
        identifier = name(path)
        plan = plans.get(identifier)
        if path not in there:
            found.append(Changed(id=identifier, path=path, missing=True))
            continue
        data = _read(root / path)
        if blob_id(data or b"", len(blob)) != blob and not (plan and plan.planned(data)):
            found.append(Changed(id=identifier, path=path))
    return tuple(found)


def with_known(found: Sequence[Changed], tracked: Mapping[str, str], repository: Repository) -> Iterator[Changed]:
    """Add the sessions as history has them; ObstacleError when it can't be read."""
    contents = repository.contents([tracked[change.path] for change in found])
    for change, data in zip(found, contents, strict=True):
        try:
            known = sessions.parse(data, change.path) if data is not None else None
        except BadFileError:
            known = None
        yield structs.replace(change, known=known)


def unfinished(plan: Plan, root: Path, tracked: Mapping[str, str]) -> Plan:
    """Give the plan with only the versions that were saved and that history lacks."""
    path = sessions.relative_path(plan.id).as_posix()
    blob = tracked.get(path, "")
    versions = () if plan.deletes else plan.happened(_read(root / path))
    done = [n for n, version in enumerate(versions, start=1) if blob_id(version.data, len(blob)) == blob]
    return structs.replace(plan, versions=versions[max(done, default=0) :])


def signature(root: Path, listed: FileList | None = None) -> Signature:
    """Give what changes when the sessions or the branch do, by looking at names, sizes and times only; see Journal."""
    git = root / ".git"
    heads = (path for path in (git / "HEAD", git / "packed-refs") if path.exists())
    seen: list[tuple[object, ...]] = [(str(path), files.signature(path)) for path in heads]
    seen += [(file.path, file.signature[: 1 if file.is_folder else 3]) for file in _list_files(root, listed)]
    for folder in (root / FOLDER, root / GOALS.folder, root / ROUNDS.folder, git / "refs" / "heads"):
        seen += sorted((found.path, files.signature(found)[: _told_by(found)]) for found in _listing(folder))
    return f"{hash(tuple(seen)):x}" if seen else ""


def _list_files(root: Path, listed: FileList | None) -> FileList:
    try:
        return list_files(root) if listed is None else listed
    except BadFileError:
        return ()


def _listing(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            return [found for found in listing if not found.name.startswith(".")]
    except OSError:
        return []


def _told_by(found: os.DirEntry[str]) -> int:
    """Give how much of what is seen counts: of a folder only which one it is, since files change its rest."""
    return 1 if found.is_dir(follow_symlinks=False) else 3


def _is_session(path: str) -> bool:
    identifier = name(path)
    return path == f"{FOLDER}/{identifier[:4]}/{identifier}.toml" and is_id(identifier)


def _read(path: Path) -> bytes | None:
    """Give a file; None when it is gone, and b"" when it can't be read, which no plan holds."""
    try:
        return formats.read_bytes(path)
    except BadFileError:
        return b""
    except ReflectError:
        return None
