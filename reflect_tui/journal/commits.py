"""Makes commits in a private index, moves the branch, and lets the user's own index follow."""

from __future__ import annotations

import contextlib
import functools
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from reflect_tui.journal import files, history
from reflect_tui.journal.obstacle import ObstacleError, from_failure
from reflect_tui.journal.place import Places
from reflect_tui.journal.plumbing import Plumbing
from reflect_tui.journal.staging import Corner, Intent

_TRIES = 5
_MODE = "100644"
_SHA1 = "0" * 40

Changes = Mapping[str, bytes | None]


class Step(NamedTuple):
    """One commit to make: the new content of some paths (None removes one), and its message."""

    changes: Changes
    message: str


class Chain(NamedTuple):
    """The ids of commits that stand upon each other, and the blob id of every path in their steps before and after."""

    made: tuple[str, ...]
    entries: dict[str, tuple[str | None, str | None]]


def head(plumbing: Plumbing) -> str | None:
    """Give the id of the newest commit; None before the first."""
    found = plumbing.attempt("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return None if found.status else found.out.decode().strip()


def tree(plumbing: Plumbing, commit: str | None) -> dict[str, str]:
    """Give the blob id of every path in a commit; none for None."""
    return plumbing.tree(commit) if commit else {}


def make(plumbing: Plumbing, places: Places, corner: Corner, steps: Sequence[Step]) -> tuple[str, ...]:
    """Make a row of commits on the branch in our turn; all appear at once, steps that change nothing make none.

    Raises:
        ObstacleError: git refuses, or others keep moving the branch; nothing changed.
        JournalError: the disk refuses.
    """
    settle(plumbing, corner)
    for _attempt in range(_TRIES):
        place = places.now()
        if not place.branch:
            raise plumbing.obstacle("detached")
        who = plumbing.identity()
        write = functools.partial(_chain, plumbing, corner, place.head, steps, who)
        chain = write()
        if not chain.made:
            return ()
        new = _sync_new(plumbing, corner, chain.made[-1], place.head)
        intent = Intent(place.branch, chain.made[-1], chain.entries)
        if _publish(plumbing, corner, intent, place.head):
            places.moved(intent.commit)
            _mend(plumbing, corner, place.head, new, write)
            return chain.made
    raise plumbing.obstacle("busy")


def _mend(
    plumbing: Plumbing, corner: Corner, parent: str | None, new: Iterable[Path], write: Callable[[], Chain]
) -> None:
    """Write again what a `git gc --prune=now` took away meanwhile, since no branch knew it yet when that began.

    The same steps with the same signature are the same objects. While the files of all `new` ones are there, none is
    gone; else git tells whether they were taken away or only packed.
    """
    for _attempt in range(_TRIES):
        if all(path.exists() for path in new):
            return
        since = ["--not", parent] if parent else []
        if not plumbing.attempt("rev-list", "--objects", "--quiet", "HEAD", *since).status:
            return
        with contextlib.suppress(ObstacleError):
            _sync_new(plumbing, corner, write().made[-1], parent)


def _chain(
    plumbing: Plumbing, corner: Corner, parent: str | None, steps: Sequence[Step], who: Mapping[str, str]
) -> Chain:
    """Write the objects of a row of commits upon `parent`, signed by `who`; no branch knows them yet."""
    private = plumbing.private(corner.index)
    width = len(parent or _SHA1)
    before = tree(plumbing, parent)
    there = dict(before)
    made: list[str] = []
    for step in steps:
        if all(there.get(path) == _id(data, width) for path, data in step.changes.items()):
            continue
        if not made:
            plumbing.run("read-tree", parent or "--empty", variables=private)
        blobs = {path: None if data is None else _blob(plumbing, data) for path, data in step.changes.items()}
        lines = history.index_lines(blobs, _MODE, width)
        plumbing.run("update-index", "-z", "--index-info", given=lines, variables=private)
        changed = plumbing.line("write-tree", variables=private)
        upon = made[-1] if made else parent
        command = ["commit-tree", changed, *(["-p", upon] if upon else [])]
        made.append(plumbing.line(*command, given=step.message.encode(), variables=who))
        there |= {path: blob for path, blob in blobs.items() if blob}
        for path in (path for path, blob in blobs.items() if not blob):
            there.pop(path, None)
    if made:
        plumbing.remember(made[-1], there)
    paths = sorted({path for step in steps for path in step.changes})
    return Chain(tuple(made), {path: (before.get(path), there.get(path)) for path in paths})


def _id(data: bytes | None, width: int) -> str | None:
    return None if data is None else history.blob_id(data, width)


def _blob(plumbing: Plumbing, data: bytes) -> str:
    return plumbing.line("hash-object", "-w", "-t", "blob", "--stdin", "--no-filters", given=data)


def _publish(plumbing: Plumbing, corner: Corner, intent: Intent, parent: str | None) -> bool:
    """Move the branch from `parent` to the intent's commit; False when someone else moved it first."""
    corner.intend(intent)
    command = ("update-ref", intent.branch, intent.commit, parent or "0" * len(intent.commit))
    moved = plumbing.attempt(*command)
    if moved.status and head(plumbing) == parent and corner.clear_locks(intent):
        moved = plumbing.attempt(*command)
    now = head(plumbing) if moved.status else intent.commit
    if moved.status or moved.complaint:  # on success it only complains of a lock that it could not take away
        corner.clear_locks(intent)
    if now != intent.commit:  # a command killed at its very end may have moved it all the same
        corner.forget()
        if now != parent:
            return False
        raise ObstacleError(from_failure(plumbing.root, moved.complaint))
    files.sync_folder((corner.common / intent.branch).parent)
    _follow(plumbing, corner, intent, now)
    return True


def settle(plumbing: Plumbing, corner: Corner) -> None:
    """Finish in our turn what a killed program of ours began; nothing to do is fine."""
    corner.clear_index_lock()
    intent = corner.intent()
    if intent:
        corner.clear_locks(intent)
        _follow(plumbing, corner, intent, head(plumbing))


def _follow(plumbing: Plumbing, corner: Corner, intent: Intent, newest: str | None) -> None:
    """Bring the user's index up to date for the paths of an intent, where it held what the branch held before.

    `newest` is the branch's newest commit, which may be another one by the time that a killed program is followed.
    What the user staged stays. If someone else is at the index just now, the intent stands for the next time.
    """
    now = tree(plumbing, newest)
    listed = plumbing.attempt("ls-files", "--stage", "-z", "--", *intent.entries)
    staged = history.parse_stage(listed.out)
    stale = {
        path: after
        for path, (before, after) in intent.entries.items()
        if now.get(path) == after != before and staged.get(path) == before
    }
    if listed.status or not stale:
        corner.forget()
        return
    with corner.index_lock() as held:
        done = held and _update_index(plumbing, corner, history.index_lines(stale, _MODE, len(intent.commit)))
    if done:
        corner.forget()


def _update_index(plumbing: Plumbing, corner: Corner, lines: bytes) -> bool:
    """Change entries in a copy of the user's index and put it in place at once."""
    copy = corner.index.with_name("user-index")
    with contextlib.suppress(FileNotFoundError):
        shutil.copy(corner.user_index, copy)
    changed = plumbing.attempt(
        "update-index", "-z", "--index-info", given=lines, variables={"GIT_INDEX_FILE": str(copy)}
    )
    if not changed.status:
        copy.replace(corner.user_index)  # on the disk before the lock goes
    return not changed.status


def _sync_new(plumbing: Plumbing, corner: Corner, commit: str, parent: str | None) -> tuple[Path, ...]:
    """Wait until the names of all objects that a commit adds to `parent` are on the disk; give their files.

    Git does so for their content only. Those that a killed program left before are among them.
    """
    objects = corner.common / "objects"
    listed = plumbing.run("rev-list", "--objects", "--no-object-names", commit, *(["--not", parent] if parent else []))
    names = listed.decode().split()
    for folder in sorted({name[:2] for name in names}):
        with contextlib.suppress(FileNotFoundError):  # they are in a pack, which git syncs
            files.sync_folder(objects / folder)
    files.sync_folder(objects)
    return tuple(objects / name[:2] / name[2:] for name in names)
