"""Makes commits out of objects of our own, moves the branch, and lets the user's own index follow."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, structs

from reflect_tui.disk import files, lock
from reflect_tui.errors import JournalError, ReflectError
from reflect_tui.git import history
from reflect_tui.git import objects as git_objects
from reflect_tui.git.objects import Object, Tree
from reflect_tui.git.problems import Obstacle, ObstacleError, from_failure
from reflect_tui.git.run import Plumbing
from reflect_tui.i18n import _
from reflect_tui.toml import formats

# Our own corner of a repository, `.git/reflect-tui`: whose turn it is, and what a killed program left half done.
#
# Before a branch moves, an intent is written: where it goes, and which entries of the user's index must follow. After
# a kill the next turn reads it, takes away the lock files that only the killed command can have left, and brings the
# index up to date. Without it `git status` would show the new sessions as removed.


_WAIT = 10.0  # seconds for another program's turn
_LINGER = 0.5  # seconds that a command outlives the program that was killed
_LARGEST_INTENT = 100_000_000
_MARK = b"reflect-tui\n"


class Intent(Struct, frozen=True):
    """A branch about to move to `commit`; `entries` has the index entry of each path before and after."""

    branch: str
    commit: str
    entries: dict[str, tuple[str | None, str | None]]


class Corner:
    """The folder for our own files within a repository, used by one program at a time."""

    def __init__(self, root: Path, repository: Path, common: Path) -> None:
        """Take the folder of a repository, and the one it shares with its other work trees."""
        self._root = root
        self._repository = repository
        self.common = common
        self._folder = repository / "reflect-tui"
        self._intent = self._folder / "intent.json"
        self._branches = self._folder / "branches"
        self._mark = self._folder / "mark"
        self.index = self._folder / "index"
        self.user_index = repository / "index"
        self._index_lock = repository / "index.lock"

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for our turn, and begin it with a tidy folder.

        Raises:
            ObstacleError: another program has been busy for 10 seconds.
            JournalError: the folder can't be written.
        """
        path = self._folder / "lock"
        try:
            self._make_room()
            files.make_folder(self._folder)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise JournalError(files.explain(error, path)) from error
        try:
            if not lock.take(descriptor, _WAIT):
                raise ObstacleError(Obstacle("busy", str(self._root)))
            self._tidy()
            yield
            self._tidy()
        except OSError as error:
            raise JournalError(files.explain(error, self._folder)) from error
        finally:
            os.close(descriptor)

    def _make_room(self) -> None:
        """Move aside what is no folder of ours, and a lock that is no file; a link may lead to anything."""
        for path, is_right in ((self._folder, stat.S_ISDIR), (self._folder / "lock", stat.S_ISREG)):
            with contextlib.suppress(FileNotFoundError):
                if not is_right(path.lstat().st_mode):
                    path.rename(self._repository / f"{self._folder.name}-aside-{secrets.token_hex(4)}")
                    files.sync_folder(self._repository)

    def _tidy(self) -> None:
        """Remove what a killed program left here; its turn is over."""
        for path in self._folder.iterdir():
            if path.name in ("lock", self._intent.name, self._branches.name) or self._is_our_mark(path):
                continue
            if stat.S_ISDIR(path.lstat().st_mode):
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def _is_our_mark(self, path: Path) -> bool:
        """Tell whether this is the mark as we write it; it stays, as it takes longer to write than to link."""
        with contextlib.suppress(ReflectError):
            return path == self._mark and formats.read_bytes(path, len(_MARK)) == _MARK
        return False

    def intent(self) -> Intent | None:
        """Give the intent that stands, None when there is none or it can't be read (it is only a convenience)."""
        try:
            return formats.unpack(formats.read_bytes(self._intent, _LARGEST_INTENT), Intent, self._intent)
        except ReflectError:
            return None

    def intend(self, intent: Intent) -> None:
        """Write down what is about to happen.

        Raises:
            JournalError: it could not be written.
        """
        files.replace(self._intent, formats.pack(intent))

    def forget(self) -> None:
        """Drop the intent: it is fulfilled, or no longer possible."""
        files.remove(self._intent)

    def knows(self, branch: str) -> bool:
        """Tell whether a branch is one that commits of ours were on: without a commit it has lost them."""
        try:
            return branch in formats.read_bytes(self._branches).decode("utf-8", "surrogateescape").split("\n")
        except ReflectError:
            return False

    def note_branch(self, branch: str) -> None:
        """Write down that a commit of ours is on a branch; when that fails, with the next one."""
        if self.knows(branch):
            return
        with contextlib.suppress(ReflectError):
            before = formats.read_bytes(self._branches) if self._branches.exists() else b""
            files.replace(self._branches, before + branch.encode("utf-8", "surrogateescape") + b"\n")

    def clear_locks(self, intent: Intent) -> bool:
        """Take away the lock files that a killed command of ours left on a branch; tell whether there were any.

        A lock is ours when it is younger than the intent, has no more than a part of our own commit in it (or the
        zeros that a power cut leaves), and stays for half a second: git itself holds these for milliseconds.
        """
        self.clear_index_lock()
        locks = [self._repository / "HEAD.lock", self.common / f"{intent.branch}.lock"]
        deadline = time.monotonic() + _LINGER
        while any(map(os.path.lexists, locks)) and time.monotonic() < deadline:
            time.sleep(_LINGER / 20)
        left = [path for path in locks if self._is_ours(path, intent)]
        for path in left:
            path.unlink(missing_ok=True)
            files.sync_folder(path.parent)  # else a power cut brings it back, older than the next intent: not ours
        return bool(left)

    def _is_ours(self, path: Path, intent: Intent) -> bool:
        try:
            younger = path.stat().st_mtime_ns >= self._intent.stat().st_mtime_ns
            return younger and intent.commit.encode().startswith(formats.read_bytes(path).strip(b"\0\n"))
        except (OSError, ReflectError):
            return False

    @contextlib.contextmanager
    def index_lock(self) -> Iterator[bool]:
        """Hold git's own lock on the user's index; False when someone else has it, or it can't be made."""
        try:
            files.write_new(self._mark, _MARK)
            os.link(self._mark, self._index_lock)  # appears with its mark in it, so that a dead one is known as ours
        except (JournalError, OSError):
            yield False
            return
        try:
            yield True
        finally:
            self._index_lock.unlink(missing_ok=True)
            files.sync_folder(self._repository)  # else a power cut brings the lock back, and git would wait for it

    def left_lock(self) -> bool:
        """Tell whether a dead program of ours left its lock on the user's index; asked in our turn, or as a hint."""
        try:
            return formats.read_bytes(self._index_lock, len(_MARK)) == _MARK
        except ReflectError:
            return False

    def clear_index_lock(self) -> None:
        """Take away the lock on the user's index that a dead program of ours left: only we write this mark."""
        if self.left_lock():
            self._index_lock.unlink(missing_ok=True)


# Where the repository of a journal is and what its HEAD names: asked of git anew only when something there changed.


LOST_NEWEST = "the newest commit is damaged or missing"
_FOLDERS = ("rev-parse", "--is-bare-repository", "--absolute-git-dir", "--git-common-dir")
_NEWEST = "HEAD^{commit}"
_ON_BRANCH = re.compile(rb"ref: (refs/heads/[^\s\0]+)\n")
_COMMIT = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64})\n")


class Place(Struct, frozen=True):
    """The repository's folder, the one it shares with other work trees, and HEAD.

    `branch` is the whole name of what HEAD stands for, "" when it names a commit itself; `head` is the id of the newest
    commit, None before the first or when it can't be read. `complaint` is git's when it can't tell what HEAD stands
    for, or ours when the commit that it names can't be read: the repository can still be examined and mended then, but
    nothing be added to it. `lost` tells that the branch had a commit, and that nothing names that one any more.
    """

    repository: Path
    common: Path
    branch: str
    head: str | None
    complaint: str = ""
    lost: bool = False


class _Traces(Struct, frozen=True):
    """The content of the files that git's answer follows from: while these are the same, so is the answer."""

    settings: bytes
    head: bytes
    tip: bytes


class Places:
    """Finds the place of one repository."""

    def __init__(self, git: Plumbing) -> None:
        """Ask these commands."""
        self._git = git
        self._known: tuple[_Traces, Place] | None = None

    def now(self) -> Place:
        """Give the place as it is.

        Raises:
            ObstacleError: git can't use it.
        """
        traces = _traces(self._git.root / ".git")
        if traces and self._known and self._known[0] == traces:
            return self._known[1]
        place = self._ask()
        self._known = (traces, place) if traces and place.head else None  # one that is lost may be brought back
        return place

    def moved(self, commit: str) -> None:
        """Take note that the branch was moved to a commit; should it be elsewhere by now, git is asked all the same."""
        if self._known:
            traces, place = self._known
            self._known = structs.replace(traces, tip=f"{commit}\n".encode()), structs.replace(place, head=commit)

    def _ask(self) -> Place:
        said = self._git.attempt(*_FOLDERS, _NEWEST, "--symbolic-full-name", "HEAD", variables={"GIT_WORK_TREE": ""})
        match said.out.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n"):
            case ["false", repository, common, head, branch] if not said.status:
                return Place(Path(repository), Path(repository, common), "" if branch == "HEAD" else branch, head)
        return self._ask_singly()

    def _ask_singly(self) -> Place:
        """Ask for one thing after the other: there is no commit yet, or something is in the way."""
        bare, *folders = self._git.line(*_FOLDERS, variables={"GIT_WORK_TREE": ""}).split("\n")
        if bare == "true":
            raise self._git.obstacle("bare", "core.bare")
        if len(folders) != 2:  # noqa: PLR2004 -- cut short, or a path with a line end in it
            named = _("the folder's name, or that of one above it, has a line end in it; give it another name")
            silent = _("it does not say where the repository is")
            raise self._git.obstacle("other", named if "\n" in str(self._git.root.resolve()) else silent)
        branch = self._git.attempt("symbolic-ref", "--quiet", "HEAD")
        complaint = branch.complaint if branch.status > 1 else ""  # 1 is a HEAD that names a commit itself
        head = self._name("HEAD")
        if head and self._name(f"{head}^{{commit}}") is None:  # of this very id: HEAD may be moved at any time
            head, complaint = None, complaint or LOST_NEWEST
        place = Place(Path(folders[0]), Path(*folders), branch.out.decode().strip(), head, complaint)
        lost = (
            head is None
            and not complaint
            and Corner(self._git.root, place.repository, place.common).knows(place.branch)
        )
        return structs.replace(place, complaint=LOST_NEWEST, lost=True) if lost else place

    def _name(self, revision: str) -> str | None:
        """Give the id that a revision stands for; None when git knows none."""
        said = self._git.attempt("rev-parse", "--verify", "--quiet", revision)
        return None if said.status else said.out.decode().strip()


def _traces(folder: Path) -> _Traces | None:
    """Read what git's answer follows from; None when more than these files decides, so that git must be asked.

    That is so unless the folder is a whole repository itself, on a branch whose newest commit stands in a file of its
    own or among the packed ones. Of the settings git obeys no included file here.
    """
    try:
        plain = all(map(stat.S_ISDIR, (folder.lstat().st_mode, (folder / "refs" / "heads").lstat().st_mode)))
        head = _read(folder / "HEAD")
        on_branch = _ON_BRANCH.fullmatch(head)
        if not plain or not on_branch or (folder / "commondir").exists():
            return None
        tip = _tip(folder, on_branch[1])
        settings = _read(folder / "config")
        if (folder / "config.worktree").exists():
            settings += b"\0" + _read(folder / "config.worktree")
    except (OSError, UnicodeDecodeError):
        return None
    return _Traces(settings, head, tip) if _COMMIT.fullmatch(tip) else None


def _tip(folder: Path, branch: bytes) -> bytes:
    """Give what the file of a branch holds; when there is none, its line among the packed ones, as git looks it up."""
    try:
        return _read(folder / branch.decode())
    except FileNotFoundError:
        lines = (line.partition(b" ") for line in _read(folder / "packed-refs").split(b"\n"))
        return next((commit + b"\n" for commit, _blank, name in lines if name == branch), b"")


def _read(path: Path) -> bytes:
    """Give an ordinary file; OSError for anything else, such as a link elsewhere."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise OSError
    return path.read_bytes()


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
        written = git_objects.keep(corner.common / "objects", chain.objects)
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
            git_objects.keep(corner.common / "objects", chain.objects)


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
        commit = git_objects.commit(folders[-1].id, upon, signature, step.message)
        made.append(commit.id)
        found += [*(blob for blob in blobs.values() if blob), *folders, commit]
    if made:
        plumbing.remember(made[-1], there)
    paths = sorted({path for step in steps for path in step.changes})
    entries = {path: (before.file(path), there.file(path)) for path in paths}
    return Chain(tuple(made), tuple(dict.fromkeys(found)), entries)


def _blob(data: bytes | None, width: int) -> Object | None:
    return None if data is None else git_objects.make("blob", data, width)


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


# Which journal a folder, or a version in history, is: the id in its journal.toml.


FILE = "journal.toml"


def of(root: Path) -> str:
    """Give the id of the journal in a folder; "" when it has none that can be read."""
    try:
        return read(formats.read_bytes(root / FILE))
    except ReflectError:
        return ""


def read(data: bytes) -> str:
    """Give the id in the bytes of a journal.toml; "" when there is none."""
    try:
        return str(formats.parse_document(data, FILE).get("id", ""))
    except ReflectError:
        return ""
