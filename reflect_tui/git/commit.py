"""The newest commit of a journal's branch: asks git for it only when something changed, and makes the next ones.

Commits are made by git's plumbing; then the branch is moved, and the user's own index follows.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, structs

from reflect_tui.disk import files
from reflect_tui.git import history
from reflect_tui.git.plumbing import LONG_PATIENCE, Plumbing
from reflect_tui.git.problems import ObstacleError, from_failure
from reflect_tui.git.transaction import WAIT, Intent, Transaction
from reflect_tui.i18n import _

LOST_NEWEST = "the newest commit is damaged or missing"
_FOLDERS = ("rev-parse", "--is-bare-repository", "--absolute-git-dir", "--git-common-dir")
_NEWEST = "HEAD^{commit}"
_ON_BRANCH = re.compile(rb"ref: (refs/heads/[^\s\0]+)\n")
_ID_LINE = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64})\n")
_TRIES = 5
_MANY = 1000  # paths that one command line can name

Changes = Mapping[str, bytes | None]


class HeadState(Struct, frozen=True):
    """The repository's folder, the one it shares with other work trees, and HEAD.

    `branch` is the whole name of the branch that HEAD is on, "" when HEAD is detached; `commit` is the newest commit,
    None before the first or when it can't be read. `complaint` is git's when it can't tell what HEAD names, or
    LOST_NEWEST when the commit named can't be read: the repository can still be examined then, but nothing be added.
    `lost` is set when the branch had a commit of ours, and no longer names any.
    """

    repository: Path
    common: Path
    branch: str
    commit: str | None
    complaint: str = ""
    lost: bool = False


class _HeadFiles(Struct, frozen=True):
    """The content of the files that git's answer follows from: while these are the same, so is the answer.

    `tip` is None before the first commit; `noted` is what Transaction.noted_branches() reads.
    """

    settings: bytes
    head: bytes
    tip: bytes | None
    noted: bytes


class HeadReader:
    """Reads the HEAD of one repository, and remembers the last answer with the files it followed from."""

    def __init__(self, git: Plumbing) -> None:
        self._git = git
        self._known: tuple[_HeadFiles, HeadState] | None = None

    def read(self) -> HeadState:
        """Read HEAD as it is now.

        Raises:
            ObstacleError: git can't use the repository.
        """
        head_files = _head_files(self._git.root / ".git")
        if head_files and self._known and self._known[0] == head_files:
            return self._known[1]
        state = self._ask()
        is_whole = state.commit or not state.complaint  # a lost commit may be brought back
        self._known = (head_files, state) if head_files and is_whole else None
        return state

    def moved_to(self, commit: str) -> None:
        """Remember that the branch was just moved to a commit; if it isn't there any more, read() asks git again."""
        if self._known:
            head_files, state = self._known
            self._known = structs.replace(head_files, tip=f"{commit}\n".encode()), structs.replace(state, commit=commit)

    def _ask(self) -> HeadState:
        output = self._git.attempt(*_FOLDERS, _NEWEST, "--symbolic-full-name", "HEAD", variables={"GIT_WORK_TREE": ""})
        match output.out.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n"):
            case ["false", repository, common, commit, branch] if not output.status:
                return HeadState(Path(repository), Path(repository, common), "" if branch == "HEAD" else branch, commit)
        return self._ask_step_by_step()

    def _ask_step_by_step(self) -> HeadState:
        """Ask for one thing after the other: there is no commit yet, or something is in the way."""
        bare, *folders = self._git.line(*_FOLDERS, variables={"GIT_WORK_TREE": ""}).split("\n")
        if bare == "true":
            raise self._git.obstacle_error("bare", "core.bare")
        if len(folders) != 2:  # noqa: PLR2004 -- cut short, or a path with a line end in it
            named = _("the folder's name, or that of one above it, has a line end in it; give it another name")
            silent = _("it does not say where the repository is")
            raise self._git.obstacle_error("other", named if "\n" in str(self._git.root.resolve()) else silent)
        symbolic = self._git.attempt("symbolic-ref", "--quiet", "HEAD")
        complaint = symbolic.complaint if symbolic.status not in (0, 1) else ""  # 1: HEAD is detached
        commit = self._git.resolve("HEAD")
        if commit and not self._git.resolve(f"{commit}^{{commit}}"):  # of this very id: HEAD may be moved at any time
            commit, complaint = None, complaint or LOST_NEWEST
        state = HeadState(Path(folders[0]), Path(*folders), symbolic.out.decode().strip(), commit, complaint)
        if commit or complaint:
            return state
        known = state.branch in Transaction(self._git.root, state.repository, state.common).noted_branches()
        return structs.replace(state, complaint=LOST_NEWEST, lost=True) if known else state


def _head_files(folder: Path) -> _HeadFiles | None:
    """Read the files that git's answer follows from; None when more than these decides, so that git must be asked.

    That is so unless the folder is a whole repository itself, on a branch whose newest commit stands in a file of its
    own or among the packed ones, or that has none. Of the settings git obeys no included file here.
    """
    try:
        ordinary = all(map(stat.S_ISDIR, (folder.lstat().st_mode, (folder / "refs" / "heads").lstat().st_mode)))
        head = _read(folder / "HEAD")
        on_branch = _ON_BRANCH.fullmatch(head)
        if not ordinary or not on_branch or (folder / "commondir").exists():
            return None
        tip = _tip(folder, on_branch[1])
        settings = _read(folder / "config")
        if (folder / "config.worktree").exists():
            settings += b"\0" + _read(folder / "config.worktree")
        noted = _read_any(folder / "reflect-tui" / "branches")
    except (OSError, UnicodeDecodeError):
        return None
    return _HeadFiles(settings, head, tip, noted) if tip is None or _ID_LINE.fullmatch(tip) else None


def _tip(folder: Path, branch: bytes) -> bytes | None:
    """Read the file of a branch, or its line in packed-refs when it has none, in the order in which git looks."""
    try:
        return _read(folder / branch.decode())
    except FileNotFoundError:
        lines = (line.partition(b" ") for line in _read_any(folder / "packed-refs").split(b"\n"))
        return next((commit + b"\n" for commit, _blank, name in lines if name == branch), None)


def _read_any(path: Path) -> bytes:
    """Read an ordinary file that need not be there."""
    with contextlib.suppress(FileNotFoundError):
        return _read(path)
    return b""


def _read(path: Path) -> bytes:
    """Read an ordinary file; OSError for anything else, such as a link elsewhere."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise OSError
    return path.read_bytes()


class CommitStep(NamedTuple):
    """One commit to make: the new content of some paths (None removes one), and its message."""

    changes: Changes
    message: str


class JoinStep(NamedTuple):
    """A commit that joins another history to ours.

    `upon` is our newest commit, `theirs` the other one, whose objects are in `packs`; None when its files are taken
    and its history is not, since it holds what was erased here. `blobs` are the files that change from `upon`, by
    their ids (None removes one), and `contents` the bytes of those among them that neither history has. `theirs` holds
    `their_files`, by their ids.
    """

    upon: str | None
    theirs: str | None
    blobs: Mapping[str, str | None]
    contents: Sequence[bytes]
    packs: Sequence[Path]
    message: str
    their_files: Mapping[str, str] = {}


class Chain(NamedTuple):
    """Commits upon each other: their ids, and the blob id of every path they touch, before and after."""

    commits: tuple[str, ...]
    entries: dict[str, tuple[str | None, str | None]]


def commit_all(
    git: Plumbing, heads: HeadReader, transaction: Transaction, branch: str, steps: Sequence[CommitStep]
) -> tuple[str, ...]:
    """Make a row of commits on this branch, in a transaction; all appear at once, steps that change nothing make none.

    Raises:
        ObstacleError: git refuses, or others keep moving the branch; nothing changed.
        JournalError: the disk refuses.
    """
    settle(git, transaction)
    for _attempt in range(_TRIES):
        head = heads.read()
        if head.branch != branch:  # it was changed a moment ago
            raise git.obstacle_error("busy")
        if transaction.branch_is_locked(head.branch):  # before any object is made for it
            raise git.obstacle_error("locked")
        if head.commit is None and git.resolve(head.branch):
            git.run("rev-list", "--max-count=1", head.branch)  # fails: the branch is not new, but damaged
        chain = _build(git, transaction, head.commit, steps)
        if not chain.commits:
            return ()
        transaction.publish()
        intent = Intent(head.branch, chain.commits[-1], _with_standing(transaction.intent(), chain.entries))
        if _publish(git, transaction, intent, head.commit):
            heads.moved_to(intent.commit)
            _keep_published(git, transaction, head.commit)
            return chain.commits
    raise git.obstacle_error("busy")


def join(git: Plumbing, heads: HeadReader, transaction: Transaction, branch: str, step: JoinStep) -> str:
    """Join another history to this branch, in a transaction; where that one has all of ours, go on from there.

    Returns:
        The new newest commit.

    Raises:
        ObstacleError: git refuses, or the branch was moved meanwhile; nothing changed.
        JournalError: the disk refuses.
    """
    settle(git, transaction)
    head = heads.read()
    if head.branch != branch or head.commit != step.upon:
        raise git.obstacle_error("busy")
    if transaction.branch_is_locked(head.branch):
        raise git.obstacle_error("locked")
    before = dict(git.files(step.upon))
    transaction.take(step.packs)
    after = with_changes(before, step.blobs)
    commit = _joined(git, transaction, step, after)
    transaction.publish()
    git.remember(commit, after)
    entries = {path: (before.get(path), after.get(path)) for path in step.blobs}
    intent = Intent(head.branch, commit, _with_standing(transaction.intent(), entries))
    if not _publish(git, transaction, intent, step.upon):
        raise git.obstacle_error("busy")
    heads.moved_to(commit)
    _keep_published(git, transaction, step.upon)
    return commit


def _joined(git: Plumbing, transaction: Transaction, step: JoinStep, after: Mapping[str, str]) -> str:
    """Make the commit that joins two histories, in quarantine; the other one itself, if it has ours and all of it."""
    variables = transaction.quarantine() | git.identity()
    if step.theirs and after == step.their_files:
        inside = ("merge-base", "--is-ancestor", step.upon or "", step.theirs)
        if step.upon is None or not git.attempt(*inside, variables=variables).status:
            return step.theirs
    _write_blobs(git, transaction, step.contents)
    git.run("read-tree", step.upon or "--empty", variables=variables, patience=LONG_PATIENCE)
    width = len(step.upon or step.theirs or "")
    lines = history.index_lines(step.blobs, width)
    git.run("update-index", "-z", "--index-info", given=lines, variables=variables, patience=LONG_PATIENCE)
    tree = git.line("write-tree", variables=variables)
    upon = tuple(word for parent in (step.upon, step.theirs) if parent for word in ("-p", parent))
    message = step.message.encode("utf-8", "replace")
    return git.line("commit-tree", tree, *upon, given=message, variables=variables)


def _build(git: Plumbing, transaction: Transaction, parent: str | None, steps: Sequence[CommitStep]) -> Chain:
    """Make the objects of a row of commits upon `parent`, in quarantine."""
    blobs = _write_blobs(
        git, transaction, (data for step in steps for data in step.changes.values() if data is not None)
    )
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


def _write_blobs(git: Plumbing, transaction: Transaction, wanted: Iterable[bytes]) -> dict[bytes, str]:
    """Write every content as an object, whatever the repository has of it; their ids."""
    contents = list(dict.fromkeys(wanted))
    if not contents:
        return {}
    paths = "".join(f"{path}\n" for path in transaction.stage(contents))
    command = ("hash-object", "-w", "--no-filters", "--stdin-paths")
    ids = git.run(*command, given=os.fsencode(paths), variables=transaction.quarantine(known=False))
    return dict(zip(contents, ids.decode().split(), strict=True))


def with_changes(files_before: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """The files of a version after changes; as in git, a file takes the place of a folder, and the reverse."""
    added = {path: blob for path, blob in changes.items() if blob}
    folders = {folder for path in added for folder in _folders(path)}
    kept = {
        path: blob
        for path, blob in files_before.items()
        if path not in changes and path not in folders and added.keys().isdisjoint(_folders(path))
    }
    return kept | added


def _folders(path: str) -> Iterator[str]:
    """Yield the folders that a path lies in."""
    while path := path.rpartition("/")[0]:
        yield path


def _keep_published(git: Plumbing, transaction: Transaction, parent: str | None) -> None:
    """Publish again what a `git gc --prune=now` took away meanwhile, since no branch knew it yet when that began.

    While the files of all objects are there, none is gone; else git tells whether they were taken away or only packed.
    One that is still at work may take them away later.
    """
    transaction.wait_for_gc(git.time_left(WAIT))
    since = ("--not", parent) if parent else ()
    for _attempt in range(_TRIES):
        if transaction.is_published() or not git.attempt("rev-list", "--objects", "--quiet", "HEAD", *since).status:
            return
        with contextlib.suppress(OSError):
            transaction.publish()


def _with_standing(
    intent: Intent | None, entries: Mapping[str, tuple[str | None, str | None]]
) -> dict[str, tuple[str | None, ...]]:
    """The index entries that must follow commits, with those that an earlier one left: the index was locked then."""
    standing = intent.entries if intent else {}
    return standing | {path: (*standing.get(path, ()), *pair) for path, pair in entries.items()}


def _publish(git: Plumbing, transaction: Transaction, intent: Intent, parent: str | None) -> bool:
    """Move the branch from `parent` to the intent's commit; False when someone else moved it first."""
    transaction.write_intent(intent)
    command = ("update-ref", intent.branch, intent.commit, parent or "0" * len(intent.commit))
    moved = git.attempt(*command)
    for _attempt in range(_TRIES):  # a `git gc --prune=now` took the objects away
        if not moved.status or transaction.is_published():
            break
        transaction.publish()
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
    files.sync_folder(transaction.folder_of(intent.branch))
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
    changing = {path: blobs for path, blobs in intent.entries.items() if len(set(blobs)) > 1}
    entries = {path: blobs for path, blobs in changing.items() if tracked.get(path) == blobs[-1]}
    if not entries:
        transaction.clear_intent()
        return
    with transaction.index_lock() as held:
        done = held and update_entries(git, transaction, entries, len(intent.commit))
    if done:
        transaction.clear_intent()


def update_entries(
    git: Plumbing, transaction: Transaction, entries: Mapping[str, tuple[str | None, ...]], width: int
) -> bool:
    """Change entries in a copy of the user's index and put it in its place; False when that must be tried again.

    An index that git can't read is left as it is.
    """
    copy = transaction.index.with_name("user-index")
    variables = {"GIT_INDEX_FILE": str(copy)}
    with contextlib.suppress(FileNotFoundError):
        shutil.copy(transaction.user_index, copy)
    named = ("--", *entries) if len(entries) < _MANY else ()
    listed = git.attempt("ls-files", "--stage", "-z", *named, variables=variables)
    staged = history.parse_stage(listed.out)
    stale = {path: blobs[-1] for path, blobs in entries.items() if staged.get(path) in set(blobs) - {blobs[-1]}}
    if listed.status or not stale:
        return True
    lines = history.index_lines(stale, width)
    updated = git.attempt("update-index", "-z", "--index-info", given=lines, variables=variables)
    if not updated.status:
        files.sync_file(copy)
        copy.replace(transaction.user_index)  # on the disk before the lock goes
    return not updated.status
