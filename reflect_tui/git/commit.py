"""Makes commits by git's plumbing, moves the branch, and lets the user's own index follow."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from reflect_tui.disk import files
from reflect_tui.git import history
from reflect_tui.git.head import HeadReader
from reflect_tui.git.problems import ObstacleError, from_failure
from reflect_tui.git.run import Plumbing
from reflect_tui.git.transaction import Intent, Transaction

_TRIES = 5

Changes = Mapping[str, bytes | None]


class CommitStep(NamedTuple):
    """One commit to make: the new content of some paths (None removes one), and its message."""

    changes: Changes
    message: str


class Chain(NamedTuple):
    """Commits upon each other: their ids, and the blob id of every path they touch, before and after."""

    commits: tuple[str, ...]
    entries: dict[str, tuple[str | None, str | None]]


def commit_all(
    git: Plumbing, heads: HeadReader, transaction: Transaction, steps: Sequence[CommitStep]
) -> tuple[str, ...]:
    """Make a row of commits on the branch, in a transaction; all appear at once, steps that change nothing make none.

    Raises:
        ObstacleError: git refuses, or others keep moving the branch; nothing changed.
        JournalError: the disk refuses.
    """
    settle(git, transaction)
    for _attempt in range(_TRIES):
        head = heads.read()
        if not head.branch:
            raise git.obstacle_error("detached")
        if transaction.branch_is_locked(head.branch):  # before any object is made for it
            raise git.obstacle_error("locked")
        if head.commit is None and git.resolve(head.branch):
            git.run("rev-list", "--max-count=1", head.branch)  # fails: the branch is not new, but damaged
        chain = _build(git, transaction, head.commit, steps)
        if not chain.commits:
            return ()
        transaction.publish()
        intent = Intent(head.branch, chain.commits[-1], chain.entries)
        if _publish(git, transaction, intent, head.commit):
            heads.moved_to(intent.commit)
            _keep_published(git, transaction, head.commit)
            return chain.commits
    raise git.obstacle_error("busy")


def _build(git: Plumbing, transaction: Transaction, parent: str | None, steps: Sequence[CommitStep]) -> Chain:
    """Make the objects of a row of commits upon `parent`, in quarantine."""
    blobs = _blobs(git, transaction, steps)
    variables = transaction.quarantine() | git.identity()
    git.run("read-tree", parent or "--empty", variables=variables)
    before = tracked = git.files(parent)
    commits: list[str] = []
    for step in steps:
        wanted = {path: None if data is None else blobs[data] for path, data in step.changes.items()}
        changed = {path: blob for path, blob in wanted.items() if tracked.get(path) != blob}
        if not changed:
            continue
        lines = history.index_lines(changed, len(parent or ""))  # before the first commit there is nothing to remove
        git.run("update-index", "-z", "--index-info", given=lines, variables=variables)
        tree = git.line("write-tree", variables=variables)
        upon = ("-p", parent) if parent else ()
        message = step.message.encode("utf-8", "replace")
        parent = git.line("commit-tree", tree, *upon, given=message, variables=variables)
        commits.append(parent)
        tracked = with_changes(tracked, changed)
    if parent:
        git.remember(parent, tracked)
    paths = sorted({path for step in steps for path in step.changes})
    return Chain(tuple(commits), {path: (before.get(path), tracked.get(path)) for path in paths})


def _blobs(git: Plumbing, transaction: Transaction, steps: Sequence[CommitStep]) -> dict[bytes, str]:
    """Write every content as an object, whatever the repository has of it; their ids."""
    contents = list(dict.fromkeys(data for step in steps for data in step.changes.values() if data is not None))
    if not contents:
        return {}
    paths = "".join(f"{path}\n" for path in transaction.stage(contents))
    command = ("hash-object", "-w", "--no-filters", "--stdin-paths")
    ids = git.run(*command, given=os.fsencode(paths), variables=transaction.quarantine(known=False))
    return dict(zip(contents, ids.decode().split(), strict=True))


def with_changes(files_before: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """The files of a version after changes; as in git, a file takes the place of a folder, and the reverse."""
    added = {path: blob for path, blob in changes.items() if blob}
    folders = {str(folder) for path in added for folder in PurePosixPath(path).parents}
    within = tuple(f"{path}/" for path in added)
    kept = {
        path: blob
        for path, blob in files_before.items()
        if path not in changes and path not in folders and not path.startswith(within)
    }
    return kept | added


def _keep_published(git: Plumbing, transaction: Transaction, parent: str | None) -> None:
    """Publish again what a `git gc --prune=now` took away meanwhile, since no branch knew it yet when that began.

    While the files of all objects are there, none is gone; else git tells whether they were taken away or only packed.
    """
    since = ("--not", parent) if parent else ()
    for _attempt in range(_TRIES):
        if transaction.is_published() or not git.attempt("rev-list", "--objects", "--quiet", "HEAD", *since).status:
            return
        with contextlib.suppress(OSError):
            transaction.publish()


def _publish(git: Plumbing, transaction: Transaction, intent: Intent, parent: str | None) -> bool:
    """Move the branch from `parent` to the intent's commit; False when someone else moved it first."""
    transaction.write_intent(intent)
    command = ("update-ref", intent.branch, intent.commit, parent or "0" * len(intent.commit))
    moved = git.attempt(*command)
    if moved.status and git.head() == parent and transaction.clear_locks(intent):
        moved = git.attempt(*command)
    head = git.head() if moved.status else intent.commit
    if moved.status or moved.complaint:  # on success it only complains of a lock that it could not take away
        transaction.clear_locks(intent)
    if head != intent.commit:  # a command killed at its very end may have moved it all the same
        transaction.clear_intent()
        if head != parent:
            return False
        raise ObstacleError(from_failure(git.root, moved.complaint))
    files.sync_folder((transaction.common / intent.branch).parent)
    transaction.note_branch(intent.branch)
    _update_user_index(git, transaction, intent, head)
    return True


def settle(git: Plumbing, transaction: Transaction) -> None:
    """Finish in a transaction what a killed program of ours began; nothing to do is fine."""
    transaction.clear_index_lock()
    intent = transaction.intent()
    if intent:
        transaction.clear_locks(intent)
        if git.resolve(intent.branch):
            transaction.note_branch(intent.branch)
        _update_user_index(git, transaction, intent, git.head())


def _update_user_index(git: Plumbing, transaction: Transaction, intent: Intent, newest: str | None) -> None:
    """Bring the user's index up to date for the paths of an intent, where it held what the branch held before.

    `newest` is the branch's newest commit, which may be another one by the time that a killed program is followed.
    What the user staged stays. If someone else is at the index just now, the intent stands for the next time.
    """
    tracked = git.files(newest)
    entries = {path: pair for path, pair in intent.entries.items() if tracked.get(path) == pair[1] != pair[0]}
    if not entries:
        transaction.clear_intent()
        return
    with transaction.index_lock() as held:
        done = held and _update_entries(git, transaction, entries, len(intent.commit))
    if done:
        transaction.clear_intent()


def _update_entries(
    git: Plumbing, transaction: Transaction, entries: Mapping[str, tuple[str | None, str | None]], width: int
) -> bool:
    """Change entries in a copy of the user's index and put it in its place; False when that must be tried again.

    An index that git can't read is left as it is.
    """
    copy = transaction.index.with_name("user-index")
    variables = {"GIT_INDEX_FILE": str(copy)}
    with contextlib.suppress(FileNotFoundError):
        shutil.copy(transaction.user_index, copy)
    listed = git.attempt("ls-files", "--stage", "-z", "--", *entries, variables=variables)
    staged = history.parse_stage(listed.out)
    stale = {path: after for path, (before, after) in entries.items() if staged.get(path) == before}
    if listed.status or not stale:
        return True
    lines = history.index_lines(stale, width)
    updated = git.attempt("update-index", "-z", "--index-info", given=lines, variables=variables)
    if not updated.status:
        files.sync_file(copy)
        copy.replace(transaction.user_index)  # on the disk before the lock goes
    return not updated.status
