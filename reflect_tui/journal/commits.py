"""Makes commits out of objects of our own, moves the branch, and lets the user's own index follow."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from reflect_tui.journal import files, history, objects
from reflect_tui.journal.objects import Object
from reflect_tui.journal.obstacle import ObstacleError, from_failure
from reflect_tui.journal.place import Places
from reflect_tui.journal.plumbing import Plumbing
from reflect_tui.journal.staging import Corner, Intent
from reflect_tui.journal.trees import Tree

_TRIES = 5
_MODE = "100644"

Changes = Mapping[str, bytes | None]


class Step(NamedTuple):
    """One commit to make: the new content of some paths (None removes one), and its message."""

    changes: Changes
    message: str


class Chain(NamedTuple):
    """Commits upon each other: their ids, all their objects, and the id of every file they touch, before and after."""

    made: tuple[str, ...]
    objects: tuple[Object, ...]
    entries: dict[str, tuple[str | None, str | None]]


def head(plumbing: Plumbing) -> str | None:
    """Give the id of the newest commit; None before the first."""
    found = plumbing.attempt("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return None if found.status else found.out.decode().strip()


def tree(plumbing: Plumbing, commit: str | None) -> dict[str, str]:
    """Give the blob id of every path in a commit; none for None."""
    return plumbing.tree(commit).files if commit else {}


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
        if place.head is None and not plumbing.attempt("rev-parse", "--verify", "--quiet", place.branch).status:
            plumbing.run("rev-list", "--max-count=1", place.branch)  # fails: the branch is not new, but damaged
        chain = _chain(plumbing, place.head, steps)
        if not chain.made:
            return ()
        written = objects.keep(corner.common / "objects", chain.objects)
        intent = Intent(place.branch, chain.made[-1], chain.entries)
        if _publish(plumbing, corner, intent, place.head):
            places.moved(intent.commit)
            _mend(plumbing, corner, place.head, chain, written)
            return chain.made
    raise plumbing.obstacle("busy")


def _mend(plumbing: Plumbing, corner: Corner, parent: str | None, chain: Chain, written: Sequence[Path]) -> None:
    """Write again what a `git gc --prune=now` took away meanwhile, since no branch knew it yet when that began.

    While the files of all objects are there, none is gone; else git tells whether they were taken away or only packed.
    """
    for _attempt in range(_TRIES):
        if all(path.exists() for path in written):
            return
        since = ["--not", parent] if parent else []
        if not plumbing.attempt("rev-list", "--objects", "--quiet", "HEAD", *since).status:
            return
        with contextlib.suppress(OSError):
            objects.keep(corner.common / "objects", chain.objects)


def _chain(plumbing: Plumbing, parent: str | None, steps: Sequence[Step]) -> Chain:
    """Make the objects of a row of commits upon `parent`; nothing is written."""
    width = len(parent) if parent else plumbing.width()
    signature = plumbing.signature()
    before = there = plumbing.tree(parent) if parent else Tree()
    made: list[str] = []
    found: list[Object] = []
    for step in steps:
        blobs = {path: _blob(data, width) for path, data in step.changes.items()}
        ids = {path: blob.id if blob else None for path, blob in blobs.items()}
        if all(there.file(path) == name for path, name in ids.items()):
            continue
        there, folders = there.changed(ids, width)
        upon = made[-1] if made else parent
        commit = objects.commit(folders[-1].id, upon, signature, step.message)
        made.append(commit.id)
        found += [*(blob for blob in blobs.values() if blob), *folders, commit]
    if made:
        plumbing.remember(made[-1], there)
    paths = sorted({path for step in steps for path in step.changes})
    entries = {path: (before.file(path), there.file(path)) for path in paths}
    return Chain(tuple(made), tuple(dict.fromkeys(found)), entries)


def _blob(data: bytes | None, width: int) -> Object | None:
    return None if data is None else objects.make("blob", data, width)


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
    corner.note_branch(intent.branch)
    _follow(plumbing, corner, intent, now)
    return True


def settle(plumbing: Plumbing, corner: Corner) -> None:
    """Finish in our turn what a killed program of ours began; nothing to do is fine."""
    corner.clear_index_lock()
    intent = corner.intent()
    if intent:
        corner.clear_locks(intent)
        if not plumbing.attempt("rev-parse", "--verify", "--quiet", intent.branch).status:
            corner.note_branch(intent.branch)
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
