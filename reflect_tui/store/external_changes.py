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
from reflect_tui.store.entries import FOLDER, Entry, Look, look, name, packed
from reflect_tui.store.plans import Plan
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
_ALL_BITS = (1 << 64) - 1


class Blobs:
    """Knows the blob ids of the session files; a file that hasn't changed isn't read again."""

    def __init__(self, root: Path) -> None:
        """Look in the folder of this journal."""
        self._root = root
        self._known: dict[str, tuple[bytes, str | None]] = {}

    def of(self, path: str, expected: str) -> str | None:
        """Give the id that git would give a file, as long as the one that is expected; None when it can't be read."""
        found = files.signature(f"{self._root}/{path}")
        if not found:
            return None
        signature = packed((len(expected), *found))
        known = self._known.get(path)
        if known is None or known[0] != signature:
            read = self._read(path, len(expected))
            known = self._known[path] = (signature, expected if read == expected else read)
        return known[1]

    def _read(self, path: str, width: int) -> str | None:
        try:
            return blob_id(formats.read_bytes(self._root / path), width)
        except ReflectError:
            return None


def compare(
    entries: Iterable[Entry], tracked: Mapping[str, str], blobs: Blobs, plans: Mapping[str, Plan], root: Path
) -> tuple[Changed, ...]:
    """List the sessions of a commit that the folder has otherwise or not at all, and not by us; oldest first."""
    there = {entry.path: entry.path for entry in entries}
    found: list[Changed] = []
    for path, blob in sorted(tracked.items(), key=lambda item: item[0].rpartition("/")[2]):
        if not _is_session(path):
            continue
        identifier = name(path)
        plan = plans.get(identifier)
        if path not in there:
            found.append(Changed(id=identifier, path=path, missing=True))
        elif blobs.of(there[path], blob) != blob and not (plan and plan.planned(_read(root / path))):
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


def signature(root: Path, there: Look | None = None) -> Signature:
    """Give what changes when the sessions or the branch do, by looking at names, sizes and times only; see Journal."""
    git = root / ".git"
    heads = (path for path in (git / "HEAD", git / "packed-refs") if path.exists())
    seen = [hash((str(path), files.signature(path))) for path in heads]
    looked = _look(root) if there is None else there
    # Numbers, since thousands of pairs would be looked through for garbage again and again.
    seen += [hash((one.path, one.seen[: 1 if one.is_folder else 3])) for one in looked]
    for folder in (root / FOLDER, root / GOALS.folder, root / ROUNDS.folder, git / "refs" / "heads"):
        found = _listing(folder)
        seen += sorted(hash((one.path, files.signature(one)[: _told_by(one)])) for one in found)
    return f"{hash(tuple(seen)) & _ALL_BITS:016x}" if seen else ""


def _look(root: Path) -> Look:
    try:
        return look(root)
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
